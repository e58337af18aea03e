//! What operators set for their targets: limits, windows, the stop switch, mirrors, maintenance, evidence, and targets
//! that are being registered.

use crate::{
    Storage,
    db::{Row, Tx, args, json},
    sql::statements,
    write::{changed, refers},
};
use portal_core::ports::{StoreResult, TargetFailure, TargetTenant};
use portal_model::{
    MaintenanceId, TargetId, Timestamp,
    operating::{Evidence, Maintenance, Mirror, Stopped, TargetDraft, Window},
};

statements! {
    SET_LIMITS = "UPDATE target SET at_once = $2, per_second = $3 WHERE id = $1";
    CLEAR_WINDOWS = "DELETE FROM target_window WHERE target = $1";
    INSERT_WINDOW = "INSERT INTO target_window (target, from_minute, until_minute) VALUES ($1, $2, $3)";
    SET_MIRRORS = "UPDATE target SET mirrors = $2 WHERE id = $1";
    /// On where it is off, off where it is on: what somebody else did in the meantime is not overwritten.
    STOP = "UPDATE target SET stopped_at = $2, stop_reason = $3 WHERE id = $1 AND stopped_at IS NULL";
    GO_ON = "UPDATE target SET stopped_at = NULL, stop_reason = NULL WHERE id = $1 AND stopped_at IS NOT NULL";
    INSERT_MAINTENANCE = "INSERT INTO maintenance (id, target, from_at, until_at, text, announced_by, announced_at, \
        cancelled_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    CANCEL_MAINTENANCE = "UPDATE maintenance SET cancelled_at = $2 WHERE id = $1 AND cancelled_at IS NULL AND until_at > $2";
    PUT_EVIDENCE = "INSERT INTO evidence (data_centre, kind, valid_until, note, recorded_at) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (data_centre, kind) DO UPDATE SET valid_until = excluded.valid_until, note = excluded.note, \
        recorded_at = excluded.recorded_at";
    FIRST_THAT_ENDS = "UPDATE data_centre SET evidence_until = (SELECT min(e.valid_until) FROM evidence e \
        WHERE e.data_centre = $1) WHERE id = $1";
    PUT_DRAFT = "INSERT INTO target_draft (id, data_centre, started_by, started_at, plan, endpoint, survey) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET plan = excluded.plan, \
        endpoint = excluded.endpoint, survey = excluded.survey";
    DELETE_DRAFT = "DELETE FROM target_draft WHERE id = $1";
    SWEEP_SECRETS = "DELETE FROM secret WHERE object IN (SELECT d.id FROM target_draft d WHERE d.started_at < $1)";
    SWEEP_DRAFTS = "DELETE FROM target_draft WHERE started_at < $1";
    WINDOWS = "SELECT from_minute, until_minute FROM target_window WHERE target = $1 ORDER BY from_minute";
    MAINTENANCE = "SELECT id, target, from_at, until_at, text, announced_by, announced_at, cancelled_at FROM maintenance \
        WHERE until_at > $1 AND cancelled_at IS NULL ORDER BY from_at, id";
    EVIDENCE = "SELECT data_centre, kind, valid_until, note, recorded_at FROM evidence ORDER BY data_centre, kind";
    DRAFT = "SELECT id, data_centre, started_by, started_at, plan, endpoint, survey FROM target_draft WHERE id = $1";
    DRAFTS = "SELECT id, data_centre, started_by, started_at, plan, endpoint, survey FROM target_draft \
        WHERE data_centre = $1 ORDER BY started_at DESC, id DESC LIMIT $2";
    HALTED = "SELECT count(*) FROM target t WHERE t.id = $1 AND (t.stopped_at IS NOT NULL OR EXISTS (SELECT 1 \
        FROM maintenance m WHERE m.target = t.id AND m.cancelled_at IS NULL AND m.from_at <= $2 AND m.until_at > $2))";
    TENANTS = "SELECT i.municipality, i.verfahren, r.release, i.state, r.applied_at FROM deployment d \
        JOIN installation i ON i.id = d.installation LEFT JOIN revision r ON r.id = d.revision \
        WHERE d.target = $1 AND i.state <> 'removed' ORDER BY i.state_since DESC, d.id LIMIT $2";
    FAILURES = "SELECT reference, kind, municipality, state, failure_cause, created_at FROM operation \
        WHERE target = $1 AND state IN ('queued', 'running', 'waiting', 'unwinding', 'stuck') \
        AND failure_cause IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT $2";
}

fn read_maintenance(row: &mut Row) -> StoreResult<Maintenance> {
    Ok(Maintenance {
        id: row.get()?,
        target: row.get()?,
        from: row.get()?,
        until: row.get()?,
        text: row.get()?,
        announced_by: row.get()?,
        announced_at: row.get()?,
        cancelled_at: row.opt()?,
    })
}

fn read_evidence(row: &mut Row) -> StoreResult<Evidence> {
    Ok(Evidence {
        data_centre: row.get()?,
        kind: row.get()?,
        valid_until: row.get()?,
        note: row.get()?,
        recorded_at: row.get()?,
    })
}

fn read_draft(row: &mut Row) -> StoreResult<TargetDraft> {
    Ok(TargetDraft {
        id: row.get()?,
        data_centre: row.get()?,
        started_by: row.opt()?,
        started_at: row.get()?,
        plan: row.json()?,
        endpoint: row.opt()?,
        survey: row.opt_json()?,
    })
}

fn read_tenant(row: &mut Row) -> StoreResult<TargetTenant> {
    Ok(TargetTenant {
        municipality: row.get()?,
        verfahren: row.get()?,
        release: row.opt()?,
        state: row.get()?,
        applied_at: row.opt()?,
    })
}

fn read_failure(row: &mut Row) -> StoreResult<TargetFailure> {
    Ok(TargetFailure {
        reference: row.get()?,
        kind: row.get()?,
        municipality: row.opt()?,
        state: row.get()?,
        cause: row.get()?,
        since: row.get()?,
    })
}

pub(crate) async fn set_limits(
    tx: &mut Tx,
    target: TargetId,
    at_once: Option<i64>,
    per_second: Option<i64>,
    windows: &[Window],
) -> StoreResult<()> {
    changed(tx.execute(SET_LIMITS, &args![target, at_once, per_second]).await?)?;
    tx.execute(CLEAR_WINDOWS, &args![target]).await?;
    for window in windows {
        tx.execute(INSERT_WINDOW, &args![target, window.from, window.until]).await?;
    }
    Ok(())
}

pub(crate) async fn set_mirrors(tx: &mut Tx, target: TargetId, mirrors: &[Mirror]) -> StoreResult<()> {
    changed(tx.execute(SET_MIRRORS, &args![target, json(&mirrors)?]).await?)
}

pub(crate) async fn set_stopped(tx: &mut Tx, target: TargetId, stopped: Option<Stopped>) -> StoreResult<()> {
    changed(match stopped {
        Some(Stopped { at, reason }) => tx.execute(STOP, &args![target, at, reason]).await?,
        None => tx.execute(GO_ON, &args![target]).await?,
    })
}

pub(crate) async fn insert_maintenance(tx: &mut Tx, m: &Maintenance) -> StoreResult<()> {
    let args = args![m.id, m.target, m.from, m.until, &m.text, m.announced_by, m.announced_at, m.cancelled_at];
    tx.execute(INSERT_MAINTENANCE, &args).await.map(drop)
}

pub(crate) async fn cancel_maintenance(tx: &mut Tx, id: MaintenanceId, at: Timestamp) -> StoreResult<()> {
    changed(tx.execute(CANCEL_MAINTENANCE, &args![id, at]).await?)
}

pub(crate) async fn put_evidence(tx: &mut Tx, e: &Evidence) -> StoreResult<()> {
    let args = args![e.data_centre, e.kind, e.valid_until, &e.note, e.recorded_at];
    tx.execute(PUT_EVIDENCE, &args).await?;
    refers(tx.execute(FIRST_THAT_ENDS, &args![e.data_centre]).await?)
}

pub(crate) async fn put_draft(tx: &mut Tx, d: &TargetDraft) -> StoreResult<()> {
    let survey = d.survey.as_ref().map(json).transpose()?;
    let args = args![d.id, d.data_centre, d.started_by, d.started_at, json(&d.plan)?, d.endpoint.clone(), survey];
    tx.execute(PUT_DRAFT, &args).await.map(drop)
}

/// Whoever registers it twice at the same time succeeds once.
pub(crate) async fn delete_draft(tx: &mut Tx, id: TargetId) -> StoreResult<()> {
    changed(tx.execute(DELETE_DRAFT, &args![id]).await?)
}

pub(crate) async fn sweep_drafts(tx: &mut Tx, before: Timestamp) -> StoreResult<()> {
    tx.execute(SWEEP_SECRETS, &args![before]).await?;
    tx.execute(SWEEP_DRAFTS, &args![before]).await.map(drop)
}

impl Storage {
    pub(crate) async fn windows_of(&self, target: TargetId) -> StoreResult<Vec<Window>> {
        let read = |row: &mut Row| Ok(Window { from: row.get()?, until: row.get()? });
        self.db().all(WINDOWS, &args![target], read).await
    }

    pub(crate) async fn maintenance_after(&self, now: Timestamp) -> StoreResult<Vec<Maintenance>> {
        self.db().all(MAINTENANCE, &args![now], read_maintenance).await
    }

    pub(crate) async fn evidence_all(&self) -> StoreResult<Vec<Evidence>> {
        self.db().all(EVIDENCE, &[], read_evidence).await
    }

    pub(crate) async fn draft(&self, id: TargetId) -> StoreResult<Option<TargetDraft>> {
        self.db().one(DRAFT, &args![id], read_draft).await
    }

    pub(crate) async fn drafts_of(
        &self,
        data_centre: portal_model::DataCentreId,
        limit: i64,
    ) -> StoreResult<Vec<TargetDraft>> {
        self.db().all(DRAFTS, &args![data_centre, limit], read_draft).await
    }

    pub(crate) async fn is_halted(&self, target: TargetId, now: Timestamp) -> StoreResult<bool> {
        let found: Option<i64> = self.db().one(HALTED, &args![target, now], Row::get).await?;
        Ok(found.unwrap_or_default() > 0)
    }

    pub(crate) async fn tenants_in(&self, target: TargetId, limit: i64) -> StoreResult<Vec<TargetTenant>> {
        self.db().all(TENANTS, &args![target, limit], read_tenant).await
    }

    pub(crate) async fn failures_in(&self, target: TargetId, limit: i64) -> StoreResult<Vec<TargetFailure>> {
        self.db().all(FAILURES, &args![target, limit], read_failure).await
    }
}
