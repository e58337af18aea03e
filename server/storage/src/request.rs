//! Requests.

use crate::{
    Storage,
    db::{Row, Tx, args, json},
    sql::statements,
};
use portal_core::ports::{StoreError, StoreResult};
use portal_model::{
    PersonId, RequestId, Timestamp,
    installation::InstallationState,
    request::{Request, RequestState},
};

/// Columns of a request `r` in the order of [`read`].
macro_rules! columns {
    () => {
        "r.id, r.reference, r.municipality, r.land, r.verfahren, r.release, r.state, r.version, r.created_by, \
         r.mandate, r.submitted_by, r.edited_by, r.assigned_to, r.data_centre, r.areas, r.field_values, r.done_tasks, \
         r.decision_note, r.decided_by, r.created_at, r.submitted_at, r.state_since"
    };
}
pub(crate) use columns;

/// Somebody took part.
macro_rules! participant {
    () => {
        "INSERT INTO request_participant (request, person, at) SELECT r.id, $2, \
         CASE WHEN coalesce(i.changing_since, 0) > $3 THEN i.changing_since ELSE $3 END \
         FROM request r LEFT JOIN installation i ON i.request = r.id WHERE r.id = $1 ON CONFLICT (request, person) "
    };
}

statements! {
    INSERT = "INSERT INTO request (id, reference, municipality, land, verfahren, release, state, version, created_by, \
        mandate, submitted_by, edited_by, assigned_to, data_centre, areas, field_values, done_tasks, decision_note, \
        decided_by, created_at, submitted_at, state_since, queued_at, standing) VALUES ($1, $2, $3, $4, $5, $6, $7, \
        $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)";
    /// Who started it, for whom, what and when never changes. R2: nobody decides who ever took part. A decision that
    /// was made stays, even if that person corrects values later (which makes them a participant of what follows).
    UPDATE = "UPDATE request SET release = $2, state = $3, version = $4, submitted_by = $5, assigned_to = $6, \
        data_centre = $7, areas = $8, field_values = $9, done_tasks = $10, decision_note = $11, decided_by = $12, \
        submitted_at = $13, state_since = $14, queued_at = $15, edited_by = $18, standing = CASE WHEN EXISTS \
        (SELECT 1 FROM installation i WHERE i.request = $1) THEN standing ELSE $17 END \
        WHERE id = $1 AND version = $16 AND ($3 NOT IN ('accepted', 'declined') \
        OR (state = $3 AND decided_by = $12) \
        OR NOT EXISTS (SELECT 1 FROM request_participant s WHERE s.request = $1 AND s.person = $12))";
    /// From now on it stands where its installation stands.
    STANDS = "UPDATE request SET standing = $2 WHERE id = $1";
    VERSION = "SELECT version FROM request WHERE id = $1";
    /// Never before the change that is in hand began: the clocks of two processes may differ.
    PARTICIPANT = concat!(participant!(), "DO NOTHING");
    PARTICIPANT_AGAIN =
        concat!(participant!(), "DO UPDATE SET at = excluded.at WHERE excluded.at > request_participant.at");
    /// Of a change those who took part since it was begun.
    PARTICIPANTS = "SELECT r.created_by FROM request r WHERE r.id = $1 AND NOT EXISTS \
        (SELECT 1 FROM installation i WHERE i.request = r.id AND i.changing_since IS NOT NULL) \
        UNION SELECT s.person FROM request_participant s LEFT JOIN installation i ON i.request = s.request \
        WHERE s.request = $1 AND s.at >= coalesce(i.changing_since, 0) \
        UNION SELECT a.person FROM acceptance a JOIN installation i ON i.id = a.installation \
        WHERE i.request = $1 AND a.accepted = 1 AND a.at >= coalesce(i.changing_since, 0) \
        UNION SELECT v.requested_by FROM activation v JOIN installation i ON i.id = v.installation \
        WHERE i.request = $1 AND v.state IN ('requested', 'approved')";
}

/// Where a request stands that has no installation.
pub(crate) fn standing(state: RequestState) -> String {
    format!("r:{}", state.word())
}

/// Where a request stands that has one.
pub(crate) fn installed(state: InstallationState) -> String {
    format!("i:{}", state.word())
}

/// Notes where the installation of a request stands.
pub(crate) async fn stands(tx: &mut Tx, request: RequestId, state: InstallationState) -> StoreResult<()> {
    tx.execute(STANDS, &args![request, installed(state)]).await.map(drop)
}

/// Reads the columns of a request.
pub(crate) fn read(row: &mut Row) -> StoreResult<Request> {
    Ok(Request {
        id: row.get()?,
        reference: row.get()?,
        municipality: row.get()?,
        land: row.get()?,
        verfahren: row.get()?,
        release: row.get()?,
        state: row.get()?,
        version: row.get()?,
        created_by: row.get()?,
        mandate: row.opt()?,
        submitted_by: row.opt()?,
        edited_by: row.opt()?,
        assigned_to: row.opt()?,
        data_centre: row.opt()?,
        areas: row.json()?,
        values: row.json()?,
        done_tasks: row.json()?,
        decision_note: row.get()?,
        decided_by: row.opt()?,
        created_at: row.get()?,
        submitted_at: row.opt()?,
        state_since: row.get()?,
    })
}

pub(crate) async fn insert(tx: &mut Tx, r: &Request, at: Timestamp) -> StoreResult<()> {
    let args = args![
        r.id,
        &r.reference,
        r.municipality,
        r.land,
        r.verfahren,
        r.release,
        r.state,
        r.version,
        r.created_by,
        r.mandate,
        r.submitted_by,
        r.edited_by,
        r.assigned_to,
        r.data_centre,
        json(&r.areas)?,
        json(&r.values)?,
        json(&r.done_tasks)?,
        &r.decision_note,
        r.decided_by,
        r.created_at,
        r.submitted_at,
        r.state_since,
        r.submitted_at.unwrap_or(r.created_at),
        standing(r.state)
    ];
    tx.execute(INSERT, &args).await?;
    remember_participants(tx, r, at).await
}

pub(crate) async fn update(tx: &mut Tx, r: &Request, at: Timestamp) -> StoreResult<()> {
    let args = args![
        r.id,
        r.release,
        r.state,
        r.version,
        r.submitted_by,
        r.assigned_to,
        r.data_centre,
        json(&r.areas)?,
        json(&r.values)?,
        json(&r.done_tasks)?,
        &r.decision_note,
        r.decided_by,
        r.submitted_at,
        r.state_since,
        r.submitted_at.unwrap_or(r.created_at),
        r.version - 1,
        standing(r.state),
        r.edited_by
    ];
    if tx.execute(UPDATE, &args).await? == 0 {
        let stored: Option<i64> = tx.first(VERSION, &args![r.id]).await?.as_mut().map(Row::get).transpose()?;
        let as_expected = stored == Some(r.version - 1);
        return Err(if as_expected { StoreError::Rule("second_person".to_owned()) } else { StoreError::Conflict });
    }
    remember_participants(tx, r, at).await
}

/// Who handed it in did so once; who edited it last may have done so in a change, long after they had before.
async fn remember_participants(tx: &mut Tx, r: &Request, at: Timestamp) -> StoreResult<()> {
    for (person, sql) in [(r.submitted_by, PARTICIPANT), (r.edited_by, PARTICIPANT_AGAIN)] {
        if let Some(person) = person {
            tx.execute(sql, &args![r.id, person, at]).await?;
        }
    }
    Ok(())
}

impl Storage {
    pub(crate) async fn participants_of(&self, request: RequestId) -> StoreResult<Vec<PersonId>> {
        let mut found: Vec<PersonId> = self.db().all(PARTICIPANTS, &args![request], Row::get).await?;
        found.sort();
        Ok(found)
    }
}
