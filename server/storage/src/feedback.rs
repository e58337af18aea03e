//! Feedback on Verfahren, and how many installations their releases have.

use crate::{
    Storage,
    db::{Row, Tx, args},
    sql::{Query, statements},
    write::changed,
};
use portal_core::ports::{ReleaseRuns, StoreResult};
use portal_model::{FeedbackId, Timestamp, VerfahrenId, feedback::Feedback};

macro_rules! columns {
    () => {
        "f.id, f.verfahren, f.organisation, f.person, f.kind, f.body, f.at, f.answer, f.answered_by, f.answered_at"
    };
}

statements! {
    INSERT = "INSERT INTO feedback (id, verfahren, organisation, person, kind, body, at, answer, answered_by, \
        answered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    ANSWER = "UPDATE feedback SET answer = $2, answered_by = $3, answered_at = $4 WHERE id = $1";
    BY_ID = concat!("SELECT ", columns!(), " FROM feedback f WHERE f.id = $1");
    RUNS = "SELECT release, state, count(*) FROM installation WHERE verfahren = $1 GROUP BY release, state \
        ORDER BY release, state";
}

fn read(row: &mut Row) -> StoreResult<Feedback> {
    Ok(Feedback {
        id: row.get()?,
        verfahren: row.get()?,
        organisation: row.get()?,
        person: row.get()?,
        kind: row.get()?,
        text: row.get()?,
        at: row.get()?,
        answer: row.get()?,
        answered_by: row.opt()?,
        answered_at: row.opt()?,
    })
}

pub(crate) async fn insert(tx: &mut Tx, f: &Feedback) -> StoreResult<()> {
    let args = args![
        f.id,
        f.verfahren,
        f.organisation,
        f.person,
        f.kind,
        &f.text,
        f.at,
        &f.answer,
        f.answered_by,
        f.answered_at
    ];
    tx.execute(INSERT, &args).await.map(drop)
}

pub(crate) async fn answer(tx: &mut Tx, f: &Feedback) -> StoreResult<()> {
    changed(tx.execute(ANSWER, &args![f.id, &f.answer, f.answered_by, f.answered_at]).await?)
}

/// Feedback on a Verfahren, newest first.
pub(crate) fn list_query(verfahren: VerfahrenId, before: Option<(Timestamp, FeedbackId)>, limit: i64) -> Query {
    let mut q = Query::new(concat!(
        "SELECT ",
        columns!(),
        ", o.name FROM feedback f JOIN organisation o ON o.id = f.organisation WHERE f.verfahren = "
    ));
    q.bind(verfahren);
    if let Some((at, id)) = before {
        q.push(" AND (f.at, f.id) < (").bind(at).push(", ").bind(id).push(")");
    }
    q.push(" ORDER BY f.at DESC, f.id DESC LIMIT ").bind(limit.clamp(1, 200));
    q
}

/// Feedback on some Verfahren without an answer, oldest first.
pub(crate) fn open_query(of: &[VerfahrenId], limit: i64) -> Query {
    let mut q = Query::new(concat!(
        "SELECT ",
        columns!(),
        ", o.name FROM feedback f JOIN organisation o ON o.id = f.organisation WHERE f.answer = '' AND "
    ));
    q.any_of("f.verfahren", of.iter().copied());
    q.push(" ORDER BY f.at, f.id LIMIT ").bind(limit.clamp(1, 200));
    q
}

impl Storage {
    pub(crate) async fn feedback_unanswered(
        &self,
        of: &[VerfahrenId],
        limit: i64,
    ) -> StoreResult<Vec<(Feedback, String)>> {
        let query = open_query(of, limit);
        let (sql, args) = query.parts();
        self.db().all(sql, args, |row| Ok((read(row)?, row.get()?))).await
    }

    pub(crate) async fn feedback_on(
        &self,
        verfahren: VerfahrenId,
        before: Option<(Timestamp, FeedbackId)>,
        limit: i64,
    ) -> StoreResult<Vec<(Feedback, String)>> {
        let query = list_query(verfahren, before, limit);
        let (sql, args) = query.parts();
        self.db().all(sql, args, |row| Ok((read(row)?, row.get()?))).await
    }

    pub(crate) async fn feedback_of(&self, id: FeedbackId) -> StoreResult<Option<Feedback>> {
        self.db().one(BY_ID, &args![id], read).await
    }

    pub(crate) async fn runs_of(&self, verfahren: VerfahrenId) -> StoreResult<Vec<ReleaseRuns>> {
        let read =
            |row: &mut Row| Ok(ReleaseRuns { release: row.get()?, state: row.get()?, installations: row.get()? });
        self.db().all(RUNS, &args![verfahren], read).await
    }
}
