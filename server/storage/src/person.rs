//! People, their identities and memberships, and mandates.

use crate::{
    Storage,
    db::{Row, Tx, args, json},
    names,
    sql::{Query, eight, pieces, statements},
    write::changed,
};
use portal_core::ports::StoreResult;
use portal_model::{
    MandateId, OrganisationId, PersonId, Timestamp,
    mandate::Mandate,
    organisation::Role,
    person::{Membership, Person},
};

macro_rules! membership_columns {
    () => {
        "m.person, m.organisation, o.name, o.kind, o.laender, m.role, m.ends_at"
    };
}

macro_rules! mandate_columns {
    () => {
        "id, municipality, holder, scopes, verfahren, starts_at, ends_at, revoked_at"
    };
}

statements! {
    INSERT = "INSERT INTO person (id, name, deactivated) VALUES ($1, $2, $3)";
    INSERT_IDENTITY = "INSERT INTO identity (person, issuer, subject) VALUES ($1, $2, $3)";
    INSERT_MEMBERSHIP = "INSERT INTO membership (person, organisation, role, ends_at) VALUES ($1, $2, $3, $4)";
    INSERT_MANDATE =
        concat!("INSERT INTO mandate (", mandate_columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    REVOKE_MANDATE = "UPDATE mandate SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    BY_ID = "SELECT id, name, deactivated FROM person WHERE id = $1";
    BY_IDENTITY = "SELECT person FROM identity WHERE issuer = $1 AND subject = $2";
    NAMES = concat!("SELECT id, name FROM person WHERE id IN (", eight!(), ")");
    MEMBERSHIPS = concat!(
        "SELECT ", membership_columns!(), " FROM membership m JOIN organisation o ON o.id = m.organisation ",
        "WHERE m.person = $1 AND (m.ends_at IS NULL OR m.ends_at > $2) ORDER BY m.organisation, m.role"
    );
    SIGNATORIES = "SELECT p.id, p.name FROM membership m JOIN person p ON p.id = m.person WHERE m.organisation = $1 \
        AND m.role = 'signatory' AND p.deactivated = 0 AND (m.ends_at IS NULL OR m.ends_at > $2)";
    DEMO = concat!(
        "SELECT p.id, p.name, p.deactivated, ", membership_columns!(), " FROM membership m ",
        "JOIN organisation o ON o.id = m.organisation JOIN person p ON p.id = m.person ",
        "WHERE o.demo = 1 ORDER BY m.person, m.organisation, m.role"
    );
}

fn read(row: &mut Row) -> StoreResult<Person> {
    Ok(Person { id: row.get()?, name: row.get()?, deactivated: row.flag()? })
}

fn read_membership(row: &mut Row) -> StoreResult<Membership> {
    Ok(Membership {
        person: row.get()?,
        organisation: row.get()?,
        organisation_name: row.get()?,
        organisation_kind: row.get()?,
        laender: row.json()?,
        role: row.get()?,
        until: row.opt()?,
    })
}

fn read_mandate(row: &mut Row) -> StoreResult<Mandate> {
    Ok(Mandate {
        id: row.get()?,
        municipality: row.get()?,
        holder: row.get()?,
        scopes: row.json()?,
        verfahren: row.json()?,
        from: row.get()?,
        until: row.get()?,
        revoked_at: row.opt()?,
    })
}

pub(crate) async fn insert(tx: &mut Tx, p: &Person) -> StoreResult<()> {
    tx.execute(INSERT, &args![p.id, &p.name, p.deactivated]).await.map(drop)
}

pub(crate) async fn insert_identity(tx: &mut Tx, person: PersonId, issuer: &str, subject: &str) -> StoreResult<()> {
    tx.execute(INSERT_IDENTITY, &args![person, issuer, subject]).await.map(drop)
}

pub(crate) async fn insert_membership(
    tx: &mut Tx,
    person: PersonId,
    organisation: OrganisationId,
    role: Role,
    until: Option<Timestamp>,
) -> StoreResult<()> {
    tx.execute(INSERT_MEMBERSHIP, &args![person, organisation, role, until]).await.map(drop)
}

pub(crate) async fn insert_mandate(tx: &mut Tx, m: &Mandate) -> StoreResult<()> {
    let args =
        args![m.id, m.municipality, m.holder, json(&m.scopes)?, json(&m.verfahren)?, m.from, m.until, m.revoked_at];
    tx.execute(INSERT_MANDATE, &args).await.map(drop)
}

pub(crate) async fn revoke_mandate(tx: &mut Tx, id: MandateId, at: Timestamp) -> StoreResult<()> {
    changed(tx.execute(REVOKE_MANDATE, &args![id, at]).await?)
}

/// Mandates of these holders that have not ended or been revoked.
pub(crate) fn mandates_query(holders: &[OrganisationId], now: Timestamp) -> Query {
    let mut q = Query::new("SELECT ");
    q.push(concat!(mandate_columns!(), " FROM mandate WHERE revoked_at IS NULL AND ends_at > "));
    q.bind(now).push(" AND ").any_of("holder", holders.iter().copied()).push(" ORDER BY id");
    q
}

impl Storage {
    pub(crate) async fn person_of(&self, id: PersonId) -> StoreResult<Option<Person>> {
        self.db().one(BY_ID, &args![id], read).await
    }

    pub(crate) async fn identity(&self, issuer: &str, subject: &str) -> StoreResult<Option<PersonId>> {
        self.db().one(BY_IDENTITY, &args![issuer, subject], Row::get).await
    }

    pub(crate) async fn names_of(&self, ids: &[PersonId]) -> StoreResult<Vec<(PersonId, String)>> {
        let mut found = Vec::with_capacity(ids.len());
        for piece in pieces(ids) {
            found.extend(self.db().all(NAMES, &piece, |row| Ok((row.get()?, row.get()?))).await?);
        }
        found.sort();
        found.dedup();
        Ok(found)
    }

    pub(crate) async fn memberships_of(&self, person: PersonId, now: Timestamp) -> StoreResult<Vec<Membership>> {
        self.db().all(MEMBERSHIPS, &args![person, now], read_membership).await
    }

    pub(crate) async fn signatories_of(
        &self,
        municipality: OrganisationId,
        now: Timestamp,
    ) -> StoreResult<Vec<(PersonId, String)>> {
        let read = |row: &mut Row| Ok((row.get()?, row.get()?));
        let mut found: Vec<(PersonId, String)> = self.db().all(SIGNATORIES, &args![municipality, now], read).await?;
        // Order is a matter of the program, not of the database's collation.
        found.sort_by(|(a, one), (b, other)| (one, a).cmp(&(other, b)));
        Ok(found)
    }

    pub(crate) async fn memberships_demo(&self) -> StoreResult<Vec<(Person, Membership)>> {
        let mut found = self.db().all(DEMO, &[], |row| Ok((read(row)?, read_membership(row)?))).await?;
        found.sort_by_cached_key(|(p, m)| (names::key(&m.organisation_name), names::key(&p.name)));
        Ok(found)
    }

    pub(crate) async fn mandates_of(&self, holders: &[OrganisationId], now: Timestamp) -> StoreResult<Vec<Mandate>> {
        let query = mandates_query(holders, now);
        let (sql, args) = query.parts();
        self.db().all(sql, args, read_mandate).await
    }
}
