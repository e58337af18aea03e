//! Operations and the records of their steps.

use crate::{
    Storage,
    db::{Row, Tx, args, json},
    sql::statements,
    write::{changed, refers},
};
use portal_core::ports::{StepRecord, StoreResult};
use portal_model::{
    OperationId, PersonId, RequestId, Timestamp, TrialId,
    operation::{Failure, OfCase, Operation, OperationState, Subject},
    reference::Reference,
};

macro_rules! columns {
    () => {
        "id, reference, kind, request, municipality, land, installation, deployment, trial, target, basis, activation, \
         input, steps, step, attempt, state, failure_cause, failure_detail, created_at, run_after, finished_at"
    };
}

statements! {
    INSERT = concat!(
        "INSERT INTO operation (", columns!(), ", stage, generation) SELECT $1, $2, $3, $4, $5, $6, $7, d.id, $9, $10, \
         $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, d.stage, 0 FROM deployment d WHERE d.id = $8"
    );
    INSERT_OF_TRIAL = concat!(
        "INSERT INTO operation (", columns!(), ", stage, generation) SELECT $1, $2, $3, $4, $5, $6, $7, $8, t.id, $10, \
         $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, t.stage, 0 FROM trial t WHERE t.id = $9"
    );
    /// One that is being worked on looks by itself before its next step.
    HURRY = "UPDATE operation SET run_after = $2 WHERE trial = $1 AND state = 'waiting' AND run_after > $2";
    /// A person's hand: attempts begin anew, and whoever still works on it can record nothing more. Its last call to the
    /// target may still be under way, so nobody else begins before its lease ends.
    /// What somebody gave up is taken back to the end: trying again means trying that again.
    MOVE = "UPDATE operation SET state = CASE WHEN $3 = 'queued' AND abandoned_by IS NOT NULL THEN 'unwinding' ELSE $3 END, \
        run_after = $4, attempt = 0, abandoned_by = coalesce($5, abandoned_by), \
        abandoned_reason = coalesce($6, abandoned_reason), finished_at = $7, generation = generation + 1 WHERE id = $1 AND state = $2";
    BY_REFERENCE = concat!("SELECT ", columns!(), " FROM operation WHERE reference = $1");
    OF_REQUEST =
        concat!("SELECT ", columns!(), " FROM operation WHERE request = $1 ORDER BY created_at DESC, id DESC");
    STEPS = "SELECT step, kind, what, attempt, output, at FROM operation_step WHERE operation = $1 ORDER BY seq";
    APPEND_STEP = "INSERT INTO operation_step (operation, seq, step, kind, what, attempt, output, at) \
        SELECT $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6, $7 FROM operation_step WHERE operation = $1";
    /// What is stopped or under maintenance is left alone; what has not begun waits for a window ($5 is the minute of the
    /// week in Germany). `/*lock*/` is what the dialect puts there.
    CLAIM = concat!(
        "UPDATE operation SET state = CASE WHEN state IN ('queued', 'waiting') THEN 'running' ELSE state END, \
         generation = generation + 1, lease_until = $2, worker = $3 WHERE id = (SELECT o.id FROM operation o \
         JOIN target t ON t.id = o.target WHERE o.state IN ('queued', 'running', 'waiting', 'unwinding') AND o.run_after <= $1 \
         AND (o.lease_until IS NULL OR o.lease_until <= $1) \
         AND (SELECT count(*) FROM operation x WHERE x.target = o.target AND x.lease_until > $1 \
         AND x.state IN ('queued', 'running', 'waiting', 'unwinding')) < coalesce(t.at_once, $4) \
         AND t.stopped_at IS NULL AND NOT EXISTS (SELECT 1 FROM maintenance m WHERE m.target = t.id \
         AND m.cancelled_at IS NULL AND m.from_at <= $1 AND m.until_at > $1) \
         AND (o.step > 0 OR o.state <> 'queued' OR NOT EXISTS (SELECT 1 FROM target_window w WHERE w.target = t.id) \
         OR EXISTS (SELECT 1 FROM target_window w WHERE w.target = t.id AND w.from_minute <= $5 AND w.until_minute > $5)) \
         ORDER BY o.run_after, o.id LIMIT 1 /*lock*/) RETURNING ",
        columns!(), ", generation"
    );
    EXTEND = "UPDATE operation SET lease_until = $3 WHERE id = $1 AND generation = $2 AND lease_until IS NOT NULL";
    /// Keeps everyone else from the row until the record is committed.
    HOLD = "UPDATE operation SET generation = generation WHERE id = $1 AND generation = $2 AND lease_until IS NOT NULL";
    RECORD = "UPDATE operation SET state = $2, step = $3, attempt = $4, failure_cause = $5, failure_detail = $6, \
        run_after = $7, finished_at = $8 WHERE id = $1";
    GIVE_BACK = "UPDATE operation SET lease_until = NULL, worker = NULL WHERE id = $1";
    NEXT_DUE = "SELECT min(CASE WHEN o.lease_until > o.run_after THEN o.lease_until ELSE o.run_after END) FROM operation o \
        JOIN target t ON t.id = o.target WHERE o.state IN ('queued', 'running', 'waiting', 'unwinding') \
        AND t.stopped_at IS NULL";
    LIVE_STEPS = "SELECT DISTINCT steps FROM operation \
        WHERE state IN ('queued', 'running', 'waiting', 'unwinding', 'stuck')";
}

/// Reads the columns of an operation.
pub(crate) fn read(row: &mut Row) -> StoreResult<Operation> {
    Ok(Operation {
        id: row.get()?,
        reference: row.get()?,
        kind: row.get()?,
        subject: read_subject(row)?,
        target: row.get()?,
        basis: row.opt()?,
        activation: row.opt()?,
        input: row.json()?,
        steps: row.json()?,
        step: row.get()?,
        attempt: row.get()?,
        state: row.get()?,
        failure: read_failure(row)?,
        created_at: row.get()?,
        run_after: row.get()?,
        finished_at: row.opt()?,
    })
}

fn read_subject(row: &mut Row) -> StoreResult<Subject> {
    let (request, municipality, land) = (row.opt()?, row.opt()?, row.opt()?);
    let (installation, deployment, trial) = (row.opt()?, row.opt()?, row.opt()?);
    match (request, municipality, land, installation, deployment, trial) {
        (Some(request), Some(municipality), Some(land), Some(installation), Some(deployment), None) => {
            Ok(Subject::Case(OfCase { request, municipality, land, installation, deployment }))
        }
        (.., Some(trial)) => Ok(Subject::Trial(trial)),
        _ => Err(crate::error::unreadable("an operation about nothing")),
    }
}

pub(crate) fn read_failure(row: &mut Row) -> StoreResult<Option<Failure>> {
    let (cause, detail) = (row.opt()?, row.opt()?);
    Ok(cause.map(|cause| Failure { cause, detail: detail.unwrap_or_default() }))
}

fn read_step(row: &mut Row) -> StoreResult<StepRecord> {
    Ok(StepRecord {
        step: row.get()?,
        kind: row.get()?,
        what: row.get()?,
        attempt: row.get()?,
        output: row.json()?,
        at: row.get()?,
    })
}

pub(crate) async fn insert(tx: &mut Tx, o: &Operation) -> StoreResult<()> {
    let case = o.case();
    let args = args![
        o.id,
        &o.reference,
        o.kind,
        case.map(|c| c.request),
        case.map(|c| c.municipality),
        case.map(|c| c.land),
        case.map(|c| c.installation),
        case.map(|c| c.deployment),
        o.trial(),
        o.target,
        o.basis,
        o.activation,
        json(&o.input)?,
        json(&o.steps)?,
        o.step,
        o.attempt,
        o.state,
        o.failure.as_ref().map(|f| f.cause),
        o.failure.as_ref().map(|f| f.detail.clone()),
        o.created_at,
        o.run_after,
        o.finished_at
    ];
    let sql = if case.is_some() { INSERT } else { INSERT_OF_TRIAL };
    refers(tx.execute(sql, &args).await?)
}

/// The operation of a trial that waits is due now.
pub(crate) async fn hurry(tx: &mut Tx, trial: TrialId, now: Timestamp) -> StoreResult<()> {
    tx.execute(HURRY, &args![trial, now]).await.map(drop)
}

/// A person moves an operation; `at` becomes its end if the new state is final.
pub(crate) async fn move_by_hand(
    tx: &mut Tx,
    id: OperationId,
    (from, to): (OperationState, OperationState),
    run_after: Timestamp,
    abandoned: Option<(PersonId, String)>,
    at: Timestamp,
) -> StoreResult<()> {
    let (person, reason) = abandoned.unzip();
    let finished_at = to.is_final().then_some(at);
    changed(tx.execute(MOVE, &args![id, from, to, run_after, person, reason, finished_at]).await?)
}

/// Appends a step record; whoever calls holds the row of the operation.
pub(crate) async fn append_step(tx: &mut Tx, operation: OperationId, s: &StepRecord) -> StoreResult<()> {
    let args = args![operation, s.step, s.kind, s.what, s.attempt, json(&s.output)?, s.at];
    tx.execute(APPEND_STEP, &args).await.map(drop)
}

/// Step records inside a transaction.
pub(crate) async fn steps_in(tx: &mut Tx, operation: OperationId) -> StoreResult<Vec<StepRecord>> {
    tx.fetch(STEPS, &args![operation]).await?.iter_mut().map(read_step).collect()
}

impl Storage {
    pub(crate) async fn operation_of(&self, reference: &Reference) -> StoreResult<Option<Operation>> {
        self.db().one(BY_REFERENCE, &args![reference], read).await
    }

    pub(crate) async fn operations_of(&self, request: RequestId) -> StoreResult<Vec<Operation>> {
        self.db().all(OF_REQUEST, &args![request], read).await
    }

    pub(crate) async fn steps_of(&self, operation: OperationId) -> StoreResult<Vec<StepRecord>> {
        self.db().all(STEPS, &args![operation], read_step).await
    }
}
