//! Cases as lists show them: one statement for the rows, one for their number.

use crate::{
    Storage,
    db::{Row, args},
    evidence::{self, activation_columns, approval_joins},
    installation, request, scope,
    sql::{Query, statements},
};
use portal_core::ports::{CaseOrder, CaseQuery, CaseRecord, StoreResult};
use portal_model::{Bilingual, RequestId, reference::Reference};
use serde::Deserialize;

macro_rules! joined {
    () => {
        concat!(
            "SELECT ",
            request::columns!(),
            ", ",
            installation::columns!(),
            ", ",
            activation_columns!(),
            ", m.name, m.slug, p.slug, rel.facts, rel.version, o.reference, o.state, c.name, dc.name \
             FROM request r \
             JOIN organisation m ON m.id = r.municipality \
             JOIN verfahren p ON p.id = r.verfahren \
             LEFT JOIN installation i ON i.request = r.id \
             JOIN release rel ON rel.id = coalesce(i.release, r.release) \
             LEFT JOIN activation v ON v.installation = i.id AND v.state IN ('requested', 'approved')",
            approval_joins!(),
            " LEFT JOIN operation o ON o.id = (SELECT x.id FROM operation x WHERE x.request = r.id \
             ORDER BY x.created_at DESC, x.id DESC LIMIT 1) \
             LEFT JOIN person c ON c.id = r.assigned_to \
             LEFT JOIN data_centre dc ON dc.id = coalesce(i.data_centre, r.data_centre) \
             WHERE "
        )
    };
}

statements! {
    BY_ID = concat!(joined!(), "r.id = $1");
    BY_REFERENCE = concat!(joined!(), "r.reference = $1");
}

/// The name among the facts of a release.
#[derive(Deserialize)]
struct Name {
    name: Bilingual,
}

fn read(row: &mut Row) -> StoreResult<CaseRecord> {
    let request = request::read(row)?;
    let installation = match row.is_null() {
        true => row.skip(installation::COLUMNS).map(|()| None)?,
        false => Some(installation::read(row)?),
    };
    let activation = match row.is_null() {
        true => row.skip(evidence::ACTIVATION_COLUMNS).map(|()| None)?,
        false => Some(evidence::read_activation(row)?),
    };
    let municipality_name = row.get()?;
    let municipality_slug = row.get()?;
    let verfahren_slug = row.get()?;
    let verfahren_name: Name = row.json()?;
    let version = row.get()?;
    let (reference, state) = (row.opt()?, row.opt()?);
    Ok(CaseRecord {
        request,
        installation,
        municipality_name,
        municipality_slug,
        verfahren_slug,
        verfahren_name: verfahren_name.name,
        version,
        operation: reference.zip(state),
        activation,
        assigned_to_name: row.opt()?,
        data_centre_name: row.opt()?,
    })
}

fn filter(q: &mut Query, f: &CaseQuery) {
    let columns = scope::Columns { tenant: "r.municipality", land: "r.land", verfahren: Some("r.verfahren") };
    scope::push(q, &f.scope, &columns);
    match (f.states.is_empty(), f.installation_states.is_empty()) {
        (true, true) => {}
        (false, true) => {
            q.push(" AND ").any_of("r.state", f.states.iter().copied());
        }
        (true, false) => {
            q.push(" AND ").any_of("i.state", f.installation_states.iter().copied());
        }
        (false, false) => {
            q.push(" AND (").any_of("r.state", f.states.iter().copied()).push(" OR ");
            q.any_of("i.state", f.installation_states.iter().copied()).push(")");
        }
    }
    if f.installed_only {
        q.push(" AND i.id IS NOT NULL");
    }
    if let Some(municipality) = f.municipality {
        q.push(" AND r.municipality = ").bind(municipality);
    }
    if let Some(verfahren) = f.verfahren {
        q.push(" AND r.verfahren = ").bind(verfahren);
    }
    if let Some(person) = f.assigned_to {
        q.push(" AND r.assigned_to = ").bind(person);
    }
    if f.unassigned {
        q.push(" AND r.assigned_to IS NULL");
    }
    match (&f.reference, &f.verfahren_any) {
        (None, None) => {}
        (Some(reference), None) => {
            q.push(" AND r.reference = ").bind(reference);
        }
        (None, Some(any)) => {
            q.push(" AND ").any_of("r.verfahren", any.iter().copied());
        }
        (Some(reference), Some(any)) => {
            q.push(" AND (r.reference = ").bind(reference).push(" OR ");
            q.any_of("r.verfahren", any.iter().copied()).push(")");
        }
    }
}

/// Cases and their number, as two statements.
pub(crate) fn queries(f: &CaseQuery) -> (Query, Query) {
    let mut list = Query::new(joined!());
    filter(&mut list, f);
    if let Some((at, id)) = f.after {
        list.push(match f.order {
            CaseOrder::NewestFirst => " AND (r.created_at, r.id) < (",
            CaseOrder::OldestFirst => " AND (r.queued_at, r.id) > (",
        });
        list.bind(at).push(", ").bind(id).push(")");
    }
    list.push(match f.order {
        CaseOrder::NewestFirst => " ORDER BY r.created_at DESC, r.id DESC LIMIT ",
        CaseOrder::OldestFirst => " ORDER BY r.queued_at, r.id LIMIT ",
    });
    list.bind(f.limit.clamp(1, 200));
    let mut count = Query::new("SELECT count(*) FROM request r LEFT JOIN installation i ON i.request = r.id WHERE ");
    filter(&mut count, f);
    (list, count)
}

impl Storage {
    pub(crate) async fn cases(&self, f: &CaseQuery) -> StoreResult<(Vec<CaseRecord>, i64)> {
        let (list, count) = queries(f);
        let (sql, args) = list.parts();
        let found = self.db().all(sql, args, read).await?;
        let (sql, args) = count.parts();
        Ok((found, self.db().one(sql, args, Row::get).await?.unwrap_or(0)))
    }

    pub(crate) async fn case_of(&self, id: RequestId) -> StoreResult<Option<CaseRecord>> {
        self.db().one(BY_ID, &args![id], read).await
    }

    pub(crate) async fn case_referred(&self, reference: &Reference) -> StoreResult<Option<CaseRecord>> {
        self.db().one(BY_REFERENCE, &args![reference], read).await
    }
}
