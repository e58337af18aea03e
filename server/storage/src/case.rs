//! Cases as lists show them: one statement for the rows, one for their number.

use crate::{
    Storage,
    db::{Arg, Row, args},
    evidence::{self, activation_columns, approval_joins},
    installation, request, scope,
    sql::{Query, statements},
};
use portal_core::ports::{CaseLine, CaseOrder, CaseQuery, CaseRecord, InstallationLine, StoreResult};
use portal_model::{
    Bilingual, OrganisationId, ReleaseId, RequestId, installation::InstallationState, pages::COUNTED,
    reference::Reference, request::RequestState,
};

/// From where the columns of a case come; each alias stands for the same in all lists.
macro_rules! tables {
    () => {
        concat!(
            " FROM request r \
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

/// When the newest test run of an installation ended; the index holds it.
macro_rules! tested {
    () => {
        "(SELECT max(t.finished_at) FROM test_run t WHERE t.installation = i.id)"
    };
}

/// A whole case, as [`read`] reads it.
macro_rules! joined {
    () => {
        concat!(
            "SELECT ",
            request::columns!(),
            ", ",
            installation::columns!(),
            ", ",
            activation_columns!(),
            ", m.name, m.slug, p.slug, rel.name, rel.version, o.reference, o.state, ",
            tested!(),
            ", c.name, dc.name",
            tables!()
        )
    };
}

/// What a list shows of a case, as [`read_line`] reads it.
macro_rules! line {
    () => {
        concat!(
            "SELECT r.id, r.reference, r.municipality, r.land, rel.id, r.release, r.state, r.created_at, r.submitted_at, r.state_since, \
             m.name, rel.name, rel.version, i.state, i.state_since, i.live_since, o.state, \
             v.state, CASE WHEN vm.person IS NULL THEN 0 ELSE 1 END, ",
            tested!(),
            ", c.name, dc.name",
            tables!()
        )
    };
}

statements! {
    BY_ID = concat!(joined!(), "r.id = $1");
    BY_REFERENCE = concat!(joined!(), "r.reference = $1");
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
    let verfahren_name: Bilingual = row.json()?;
    let version = row.get()?;
    let (reference, state) = (row.opt()?, row.opt()?);
    Ok(CaseRecord {
        request,
        installation,
        municipality_name,
        municipality_slug,
        verfahren_slug,
        verfahren_name,
        version,
        operation: reference.zip(state),
        activation,
        tested_at: row.opt()?,
        assigned_to_name: row.opt()?,
        data_centre_name: row.opt()?,
    })
}

fn read_line(row: &mut Row) -> StoreResult<CaseLine> {
    let (id, reference, municipality, land) = (row.get()?, row.get()?, row.get()?, row.get()?);
    let (runs, asked): (ReleaseId, ReleaseId) = (row.get()?, row.get()?);
    let mut line = CaseLine {
        id,
        reference,
        municipality,
        land,
        release: runs,
        state: row.get()?,
        created_at: row.get()?,
        submitted_at: row.opt()?,
        state_since: row.get()?,
        municipality_name: row.get()?,
        verfahren_name: row.json()?,
        version: row.get()?,
        installation: match row.is_null() {
            true => row.skip(3).map(|()| None)?,
            false => Some(InstallationLine { state: row.get()?, state_since: row.get()?, live_since: row.opt()? }),
        },
        operation: row.opt()?,
        activation: {
            let (state, agreed) = (row.opt()?, row.flag()?);
            state.map(|state| (state, agreed))
        },
        tested_at: row.opt()?,
        assigned_to_name: row.opt()?,
        data_centre_name: row.opt()?,
    };
    if line.installation.is_some_and(|i| i.is_change()) {
        line.release = asked;
    }
    Ok(line)
}

/// Whose a case is.
const COLUMNS: scope::Columns =
    scope::Columns { tenant: "r.municipality", land: "r.land", verfahren: Some("r.verfahren"), acted: None };

/// Where cases may stand that pass the filter; `None` if it does not matter. Only an accepted request has an installation.
fn standings(f: &CaseQuery) -> Option<Vec<String>> {
    if f.states.is_empty() && f.installation_states.is_empty() {
        return None;
    }
    let accepted = f.states.contains(&RequestState::Accepted);
    let installed: &[InstallationState] = if accepted { InstallationState::ALL } else { &f.installation_states };
    let own = f.states.iter().map(|s| request::standing(*s));
    Some(own.chain(installed.iter().map(|s| request::installed(*s))).collect())
}

fn filter(q: &mut Query, f: &CaseQuery) {
    scope::push(q, &f.scope, &COLUMNS);
    if let Some(standings) = standings(f) {
        q.push(" AND ").any_of("r.standing", standings);
    }
    if let Some(municipality) = f.municipality {
        q.push(" AND r.municipality = ").bind(municipality);
    }
    narrow(q, f);
}

/// The filters that no order of lists knows of.
fn narrow(q: &mut Query, f: &CaseQuery) {
    if f.installed_only {
        q.push(" AND EXISTS (SELECT 1 FROM installation i WHERE i.request = r.id)");
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

/// Most pieces of an index that are merged for one list.
const MAX_PIECES: usize = 64;

/// A piece of an index: cases of one tenant or Land that stand in one place, in the order of lists.
struct Piece {
    /// Column and value that the index begins with.
    key: (&'static str, Arg),
    standing: String,
    /// Tenants whose cases come from pieces of their own.
    without: Vec<OrganisationId>,
}

/// The pieces that a list consists of. None if they would be too many, or if another filter finds its few cases sooner.
fn pieces(f: &CaseQuery) -> Vec<Piece> {
    let selective =
        f.reference.is_some() || f.verfahren.is_some() || f.verfahren_any.is_some() || f.assigned_to.is_some();
    let tenants = || f.scope.tenants.iter().map(|t| (("r.municipality", Arg::from(*t)), Vec::new()));
    let laender = || f.scope.laender.iter().map(|l| (("r.land", Arg::from(*l)), f.scope.tenants.clone()));
    let keys: Vec<_> = match f.municipality {
        _ if selective => Vec::new(),
        Some(municipality) => vec![(("r.municipality", Arg::from(municipality)), Vec::new())],
        None if f.scope.all => Vec::new(),
        None => tenants().chain(laender()).collect(),
    };
    let standings = standings(f).unwrap_or_else(|| {
        let own = RequestState::ALL.iter().map(|s| request::standing(*s));
        own.chain(InstallationState::ALL.iter().map(|s| request::installed(*s))).collect()
    });
    // A mandate that is limited to some Verfahren has no piece of an index of its own.
    if !f.scope.limited.is_empty() || keys.len() * standings.len() > MAX_PIECES {
        return Vec::new();
    }
    let piece = |(key, without): ((&'static str, Arg), Vec<OrganisationId>)| {
        standings.iter().map(move |s| Piece { key: key.clone(), standing: s.clone(), without: without.clone() })
    };
    keys.into_iter().flat_map(piece).collect()
}

/// What the pieces select, and how a page goes on after a row; a count does not.
struct Order {
    select: &'static str,
    after: &'static str,
    by: &'static str,
}

impl Order {
    fn of(order: CaseOrder) -> Self {
        match order {
            CaseOrder::NewestFirst => Self {
                select: "SELECT r.created_at AS at, r.id AS id FROM request r WHERE ",
                after: " AND (r.created_at, r.id) < (",
                by: " ORDER BY at DESC, id DESC LIMIT ",
            },
            CaseOrder::OldestFirst => Self {
                select: "SELECT r.queued_at AS at, r.id AS id FROM request r WHERE ",
                after: " AND (r.queued_at, r.id) > (",
                by: " ORDER BY at, id LIMIT ",
            },
        }
    }
}

/// The cases that pass, from as many pieces of an index as they lie in; in front of each what it begins with, behind it
/// what it ends with.
fn merged(q: &mut Query, f: &CaseQuery, begin: &'static str, end: impl Fn(&mut Query)) {
    let pieces = pieces(f);
    if pieces.is_empty() {
        q.push(begin);
        filter(q, f);
        end(q);
    }
    for (n, piece) in pieces.into_iter().enumerate() {
        q.push(if n == 0 { "" } else { " UNION ALL " }).push(begin);
        q.push(piece.key.0).push(" = ").bind(piece.key.1).push(" AND r.standing = ").bind(piece.standing);
        if !piece.without.is_empty() {
            q.push(" AND NOT ").any_of("r.municipality", piece.without);
        }
        if f.municipality.is_some() {
            q.push(" AND ");
            scope::push(q, &f.scope, &COLUMNS);
        }
        narrow(q, f);
        end(q);
    }
}

/// The ids of one page. They are found and ordered before anything is joined to them.
fn page(q: &mut Query, f: &CaseQuery) {
    let order = Order::of(f.order);
    merged(q, f, order.select, |q| {
        if let Some((at, id)) = f.after {
            q.push(order.after).bind(at).push(", ").bind(id).push(")");
        }
    });
    q.push(order.by).bind(f.limit.clamp(1, 200));
}

/// The cases of one page, with the columns of a statement.
fn listed(columns: &'static str, f: &CaseQuery) -> Query {
    let mut list = Query::new(columns);
    list.push("r.id IN (SELECT u.id FROM (");
    page(&mut list, f);
    list.push(match f.order {
        CaseOrder::NewestFirst => ") AS u) ORDER BY r.created_at DESC, r.id DESC",
        CaseOrder::OldestFirst => ") AS u) ORDER BY r.queued_at, r.id",
    });
    list
}

/// Whole cases.
pub(crate) fn list_query(f: &CaseQuery) -> Query {
    listed(joined!(), f)
}

/// Lines of cases and the number of cases, as two statements.
pub(crate) fn line_queries(f: &CaseQuery) -> (Query, Query) {
    let mut count = Query::new("SELECT count(*) FROM (");
    merged(&mut count, f, "SELECT 1 AS one FROM request r WHERE ", |_| {});
    count.push(" LIMIT ").bind(COUNTED + 1).push(") AS c");
    (listed(line!(), f), count)
}

impl Storage {
    pub(crate) async fn cases(&self, f: &CaseQuery) -> StoreResult<Vec<CaseRecord>> {
        let list = list_query(f);
        let (sql, args) = list.parts();
        self.db().all(sql, args, read).await
    }

    pub(crate) async fn lines(&self, f: &CaseQuery) -> StoreResult<(Vec<CaseLine>, i64)> {
        let (list, count) = line_queries(f);
        let ((sql, args), (count, counted)) = (list.parts(), count.parts());
        let lines = self.db().all(sql, args, read_line);
        let (lines, count) = tokio::try_join!(lines, self.db().one(count, counted, Row::get))?;
        Ok((lines, count.unwrap_or(0)))
    }

    pub(crate) async fn case_of(&self, id: RequestId) -> StoreResult<Option<CaseRecord>> {
        self.db().one(BY_ID, &args![id], read).await
    }

    pub(crate) async fn case_referred(&self, reference: &Reference) -> StoreResult<Option<CaseRecord>> {
        self.db().one(BY_REFERENCE, &args![reference], read).await
    }
}
