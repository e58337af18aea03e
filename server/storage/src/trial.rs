//! Trials of packages in targets that admit them.

use crate::{
    Storage,
    db::{Row, Tx, args, json},
    operation::read_failure,
    sql::statements,
    write::changed,
};
use portal_core::ports::{StoreError, StoreResult, TrialRecord};
use portal_model::{
    SubmissionId, TargetId, TrialId,
    reference::Reference,
    trial::{TestCount, Trial},
};

/// Columns of a trial `t` in the order of [`read`].
macro_rules! columns {
    () => {
        columns!("t.cases")
    };
    ($cases:literal) => {
        concat!(
            "t.id, t.reference, t.submission, t.digest, t.target, t.instance, t.version, t.started_by, t.token, \
             t.cancelled_by, t.result, t.failure_cause, t.failure_detail, ",
            $cases,
            ", t.given_up_by, t.started_at, t.finished_at"
        )
    };
}

/// A trial with what lists show of it. Lists leave out the cases with their logs.
macro_rules! joined {
    ($cases:literal) => {
        concat!(
            "SELECT ",
            columns!($cases),
            ", t.tests, t.passed_tests, t.test_millis, s.reference, s.package_id, s.version, p.name FROM trial t JOIN submission s ON s.id = t.submission \
             JOIN person p ON p.id = t.started_by WHERE "
        )
    };
}

statements! {
    /// Holds the target until the commit, so that of two trials only one gets the last place.
    HOLD_TARGET = "UPDATE target SET trials = trials WHERE id = $1";
    /// Only where the operator admits trials, and only so many at the same time.
    INSERT = "INSERT INTO trial (id, reference, submission, digest, target, stage, data_centre, instance, version, \
        started_by, token, cancelled_by, result, failure_cause, failure_detail, cases, tests, passed_tests, test_millis, \
        given_up_by, started_at, finished_at) SELECT $1, $2, $3, $4, g.id, g.stage, g.data_centre, $6, $7, $8, $9, $10, \
        $11, $12, $13, $14, $15, $16, $17, $18, $19, $20 \
        FROM target g WHERE g.id = $5 AND g.closed = 0 AND g.trials > \
        (SELECT count(*) FROM trial x WHERE x.target = g.id AND x.finished_at IS NULL)";
    /// What is tried, where and by whom never changes.
    UPDATE = "UPDATE trial SET version = $2, cancelled_by = $3, result = $4, failure_cause = $5, failure_detail = $6, \
        cases = $7, tests = $8, passed_tests = $9, test_millis = $10, given_up_by = $11, finished_at = $12 \
        WHERE id = $1 AND version = $13";
    ONE = concat!("SELECT ", columns!(), " FROM trial t WHERE t.id = $1");
    BY_REFERENCE = concat!(joined!("t.cases"), "t.reference = $1");
    OF_SUBMISSION = concat!(joined!("'[]'"), "t.submission = $1 ORDER BY t.started_at DESC, t.id DESC LIMIT $2");
    IN_TARGET = concat!(
        joined!("'[]'"),
        "t.target = $1 ORDER BY CASE WHEN t.finished_at IS NULL THEN 0 ELSE 1 END, t.started_at DESC, t.id DESC LIMIT $2"
    );
}

fn read(row: &mut Row) -> StoreResult<Trial> {
    Ok(Trial {
        id: row.get()?,
        reference: row.get()?,
        submission: row.get()?,
        digest: row.get()?,
        target: row.get()?,
        instance: row.get()?,
        version: row.get()?,
        started_by: row.get()?,
        token: row.opt()?,
        cancelled_by: row.opt()?,
        result: row.opt()?,
        failure: read_failure(row)?,
        cases: row.json()?,
        given_up_by: row.opt()?,
        started_at: row.get()?,
        finished_at: row.opt()?,
    })
}

fn read_record(row: &mut Row) -> StoreResult<TrialRecord> {
    Ok(TrialRecord {
        trial: read(row)?,
        count: TestCount { tests: row.get()?, passed: row.get()?, millis: row.get()? },
        package: row.get()?,
        package_id: row.get()?,
        package_version: row.get()?,
        started_by_name: row.get()?,
    })
}

pub(crate) async fn insert(tx: &mut Tx, t: &Trial) -> StoreResult<()> {
    tx.execute(HOLD_TARGET, &args![t.target]).await?;
    let count = t.count();
    let args = args![
        t.id,
        &t.reference,
        t.submission,
        &t.digest,
        t.target,
        &t.instance,
        t.version,
        t.started_by,
        t.token,
        t.cancelled_by,
        t.result,
        t.failure.as_ref().map(|f| f.cause),
        t.failure.as_ref().map(|f| f.detail.clone()),
        json(&t.cases)?,
        count.tests,
        count.passed,
        count.millis,
        t.given_up_by,
        t.started_at,
        t.finished_at
    ];
    match tx.execute(INSERT, &args).await? {
        0 => Err(StoreError::Rule("trials_full".to_owned())),
        _ => Ok(()),
    }
}

pub(crate) async fn update(tx: &mut Tx, t: &Trial) -> StoreResult<()> {
    let count = t.count();
    let args = args![
        t.id,
        t.version,
        t.cancelled_by,
        t.result,
        t.failure.as_ref().map(|f| f.cause),
        t.failure.as_ref().map(|f| f.detail.clone()),
        json(&t.cases)?,
        count.tests,
        count.passed,
        count.millis,
        t.given_up_by,
        t.finished_at,
        t.version - 1
    ];
    changed(tx.execute(UPDATE, &args).await?)
}

impl Storage {
    pub(crate) async fn trial_with(&self, id: TrialId) -> StoreResult<Option<Trial>> {
        self.db().one(ONE, &args![id], read).await
    }

    pub(crate) async fn trial_referred(&self, reference: &Reference) -> StoreResult<Option<TrialRecord>> {
        self.db().one(BY_REFERENCE, &args![reference], read_record).await
    }

    pub(crate) async fn trials_of_submission(
        &self,
        submission: SubmissionId,
        limit: i64,
    ) -> StoreResult<Vec<TrialRecord>> {
        self.db().all(OF_SUBMISSION, &args![submission, limit.clamp(1, 200)], read_record).await
    }

    pub(crate) async fn trials_in_target(&self, target: TargetId, limit: i64) -> StoreResult<Vec<TrialRecord>> {
        self.db().all(IN_TARGET, &args![target, limit.clamp(1, 200)], read_record).await
    }
}
