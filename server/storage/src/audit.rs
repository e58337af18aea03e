//! The record: entries that are only appended, with names and facts apart so that they can be erased.

use crate::{
    Storage,
    db::{Row, Tx, args, json},
    scope,
    seal::Leaf,
    sql::{Query, statements},
};
use portal_core::ports::{AuditFilter, NewAudit, StoreResult, new_uuid};
use portal_model::{AuditId, audit::AuditEntry, pages::COUNTED, reference::Reference};

statements! {
    INSERT = "INSERT INTO audit_entry (id, seq, at, person, acting_as, municipality, land, mandate, action, subject, \
        request, salt, detail_hash, leaf_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    INSERT_DETAIL = "INSERT INTO audit_detail (entry, salt, person_name, detail) VALUES ($1, $2, $3, $4)";
    PERSON_NAME = "SELECT name FROM person WHERE id = $1";
}

/// Appends an entry at position `seq`. The name of the person is the one of this moment.
pub(crate) async fn append(tx: &mut Tx, new: NewAudit, seq: i64) -> StoreResult<()> {
    let person_name: Option<String> = match new.person {
        Some(person) => tx.first(PERSON_NAME, &args![person]).await?.as_mut().map(Row::get).transpose()?,
        None => None,
    };
    let detail = new.detail.as_ref().map(json).transpose()?;
    let detail_salt = salt();
    let leaf = Leaf {
        id: AuditId(new_uuid(new.at)).to_string(),
        seq,
        at: new.at.0,
        person: new.person.map(|v| v.to_string()),
        acting_as: new.acting_as.map(|v| v.to_string()),
        municipality: new.municipality.map(|v| v.to_string()),
        land: new.land.map(|v| v.key()),
        mandate: new.mandate.map(|v| v.to_string()),
        action: new.action,
        subject: new.subject,
        request: new.request.map(|v| v.to_string()),
        salt: salt(),
        detail_hash: crate::seal::detail_hash(&detail_salt, person_name.as_deref(), detail.as_deref())?,
    };
    let hash = leaf.hash()?;
    let id = leaf.id.clone();
    let args = args![
        leaf.id,
        leaf.seq,
        leaf.at,
        leaf.person,
        leaf.acting_as,
        leaf.municipality,
        leaf.land,
        leaf.mandate,
        leaf.action,
        leaf.subject,
        leaf.request,
        leaf.salt,
        leaf.detail_hash,
        hash
    ];
    tx.execute(INSERT, &args).await?;
    tx.execute(INSERT_DETAIL, &args![id, detail_salt, person_name, detail]).await.map(drop)
}

/// Sixteen random bytes: without them, nobody tests guesses against a hash.
fn salt() -> String {
    hex::encode(rand::random::<[u8; 16]>())
}

const COLUMNS: &str = "SELECT e.id, e.at, e.person, d.person_name, e.acting_as, oa.name, e.municipality, om.name, \
    e.land, e.mandate, e.action, e.subject, e.request, d.detail, r.reference FROM audit_entry e \
    LEFT JOIN audit_detail d ON d.entry = e.id LEFT JOIN organisation oa ON oa.id = e.acting_as \
    LEFT JOIN organisation om ON om.id = e.municipality LEFT JOIN request r ON r.id = e.request WHERE ";

fn read(row: &mut Row) -> StoreResult<(AuditEntry, Option<Reference>)> {
    let entry = AuditEntry {
        id: row.get()?,
        at: row.get()?,
        person: row.opt()?,
        person_name: row.opt()?,
        acting_as: row.opt()?,
        acting_as_name: row.opt()?,
        municipality: row.opt()?,
        municipality_name: row.opt()?,
        land: row.opt()?,
        mandate: row.opt()?,
        action: row.get()?,
        subject: row.get()?,
        request: row.opt()?,
        detail: row.opt()?,
    };
    Ok((entry, row.opt()?))
}

fn filter(q: &mut Query, f: &AuditFilter) {
    let acted = scope::Acted { untenanted: "(e.land IS NULL AND e.municipality IS NULL)", organisation: "e.acting_as" };
    let columns = scope::Columns { tenant: "e.municipality", land: "e.land", verfahren: None, acted: Some(acted) };
    scope::push(q, &f.scope, &columns);
    if let Some(action) = &f.action {
        q.push(" AND e.action = ").bind(action);
    }
    if let Some(municipality) = f.municipality {
        q.push(" AND e.municipality = ").bind(municipality);
    }
    if let Some(subject) = &f.subject {
        q.push(" AND e.subject = ").bind(subject);
    }
    if let Some(request) = f.request {
        q.push(" AND e.request = ").bind(request);
    }
    if let Some(from) = f.from {
        q.push(" AND e.at >= ").bind(from);
    }
    if let Some(until) = f.until {
        q.push(" AND e.at < ").bind(until);
    }
}

/// Entries and their number, as two statements.
pub(crate) fn queries(f: &AuditFilter) -> (Query, Query) {
    let mut list = Query::new(COLUMNS);
    filter(&mut list, f);
    if let Some(before) = f.before {
        list.push(" AND e.seq < (SELECT b.seq FROM audit_entry b WHERE b.id = ").bind(before).push(")");
    }
    list.push(" ORDER BY e.seq DESC LIMIT ").bind(f.limit.clamp(1, 200));
    let mut count = Query::new("SELECT count(*) FROM (SELECT 1 FROM audit_entry e WHERE ");
    filter(&mut count, f);
    count.push(" LIMIT ").bind(COUNTED + 1).push(") AS c");
    (list, count)
}

impl Storage {
    pub(crate) async fn audit_entries(
        &self,
        f: &AuditFilter,
    ) -> StoreResult<(Vec<(AuditEntry, Option<Reference>)>, i64)> {
        let (list, count) = queries(f);
        let ((sql, args), (count, counted)) = (list.parts(), count.parts());
        let (found, count) = tokio::try_join!(self.db().all(sql, args, read), self.db().one(count, counted, Row::get))?;
        Ok((found, count.unwrap_or(0)))
    }
}
