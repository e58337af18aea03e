//! The journal in memory. A record works on a copy of the tables and replaces them at the end: everything or nothing.

use crate::Faults;
use async_trait::async_trait;
use parking_lot::Mutex;
use portal_core::ports::{
    Claim, Journal, JournalError, Lease, NewAudit, OperationUpdate, Record, StepRecord, StoreError,
};
use portal_model::{
    DataCentreId, OperationId, RevisionId, TargetId, Timestamp,
    activation::Activation,
    data_centre::Target,
    event::NewEvent,
    installation::{Deployment, Installation, Revision},
    operating::{EvidenceKind, Maintenance, Window},
    operation::{Operation, OperationState},
    test_run::TestRun,
    trial::Trial,
};
use std::sync::Arc;

/// An operation with its lease.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The operation.
    pub operation: Operation,
    /// Grows with every claim.
    pub generation: i64,
    /// End of the lease, if one was given.
    pub leased_until: Option<Timestamp>,
    /// Person and reason of giving it up.
    pub abandoned: Option<String>,
}

/// What the tables hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tables {
    /// Operations.
    pub operations: Vec<Row>,
    /// Step records.
    pub records: Vec<(OperationId, StepRecord)>,
    /// Events in their order.
    pub events: Vec<NewEvent>,
    /// Entries of the record.
    pub audit: Vec<NewAudit>,
    /// Installations.
    pub installations: Vec<Installation>,
    /// Deployments.
    pub deployments: Vec<Deployment>,
    /// Revisions.
    pub revisions: Vec<Revision>,
    /// Those that ran as they should.
    pub healthy: Vec<RevisionId>,
    /// Test runs.
    pub test_runs: Vec<TestRun>,
    /// Activations.
    pub activations: Vec<Activation>,
    /// Trials.
    pub trials: Vec<Trial>,
    /// Targets, as far as their operators set something.
    pub targets: Vec<Target>,
    /// When operations may begin.
    pub windows: Vec<(TargetId, Window)>,
    /// Maintenance.
    pub maintenance: Vec<Maintenance>,
    /// End of the evidence of data centres.
    pub evidence: Vec<(DataCentreId, EvidenceKind, Timestamp)>,
    /// Objects whose secrets were deleted.
    pub forgotten: Vec<uuid::Uuid>,
}

/// The journal, and the rows the engine reads.
pub struct MemoryJournal {
    pub(crate) tables: Mutex<Tables>,
    faults: Arc<Faults>,
}

impl MemoryJournal {
    /// Empty.
    pub fn new(faults: Arc<Faults>) -> Self {
        Self { tables: Mutex::default(), faults }
    }

    /// A copy of all tables.
    pub fn tables(&self) -> Tables {
        self.tables.lock().clone()
    }

    /// Changes that do not come from the engine: seeds, and what people do. Everything or nothing.
    ///
    /// # Errors
    /// As the store.
    pub fn write(&self, writes: Vec<portal_core::ports::Write>) -> Result<(), StoreError> {
        let mut tables = self.tables.lock();
        let mut next = tables.clone();
        writes.into_iter().try_for_each(|write| next.write(write))?;
        *tables = next;
        Ok(())
    }

    /// Forgets what belongs to some installations, so that the rest can be looked at alone.
    pub(crate) fn forget(&self, gone: &[portal_model::InstallationId]) {
        let mut tables = self.tables.lock();
        let is_gone = |id: portal_model::InstallationId| gone.contains(&id);
        let of = |o: &Operation| o.case().is_some_and(|of| is_gone(of.installation));
        let doomed: Vec<OperationId> =
            tables.operations.iter().map(|r| &r.operation).filter(|o| of(o)).map(|o| o.id).collect();
        let deployments: Vec<_> = tables.deployments.iter().filter(|d| is_gone(d.installation)).map(|d| d.id).collect();
        tables.operations.retain(|r| !doomed.contains(&r.operation.id));
        tables.records.retain(|(id, _)| !doomed.contains(id));
        tables.events.retain(|e| e.operation.is_none_or(|id| !doomed.contains(&id)));
        tables.installations.retain(|i| !is_gone(i.id));
        tables.deployments.retain(|d| !is_gone(d.installation));
        tables.revisions.retain(|r| !deployments.contains(&r.deployment));
        tables.test_runs.retain(|t| !is_gone(t.installation));
    }

    async fn boundary(&self) -> Result<(), JournalError> {
        self.faults.boundary().await.map_err(|_| StoreError::Database("injected".into()).into())
    }

    /// A change with a boundary before and one after it.
    async fn change<T>(
        &self,
        change: impl FnOnce(&mut Tables) -> Result<T, JournalError> + Send,
    ) -> Result<T, JournalError>
    where
        T: Send,
    {
        self.boundary().await?;
        let result = {
            let mut tables = self.tables.lock();
            let mut next = tables.clone();
            let result = change(&mut next);
            if result.is_ok() {
                *tables = next;
            }
            result
        };
        self.boundary().await?;
        result
    }
}

fn is_takeable(state: OperationState) -> bool {
    use OperationState::{Queued, Running, Unwinding, Waiting};
    matches!(state, Queued | Running | Waiting | Unwinding)
}

impl Row {
    fn is_leased(&self, now: Timestamp) -> bool {
        self.leased_until.is_some_and(|until| until > now)
    }

    fn due(&self) -> Timestamp {
        self.leased_until.map_or(self.operation.run_after, |until| until.max(self.operation.run_after))
    }

    fn update(&mut self, update: OperationUpdate) {
        let OperationUpdate { state, step, attempt, failure, run_after, finished_at, keep_lease } = update;
        let operation = &mut self.operation;
        operation.state = state;
        operation.step = step;
        operation.attempt = attempt;
        operation.failure = failure;
        operation.run_after = run_after;
        operation.finished_at = finished_at;
        if !keep_lease {
            self.leased_until = None;
        }
    }
}

impl Tables {
    fn held(&mut self, lease: &Lease) -> Result<&mut Row, JournalError> {
        let row = self.operations.iter_mut().find(|r| r.operation.id == lease.operation);
        row.filter(|r| r.generation == lease.generation && r.leased_until.is_some()).ok_or(JournalError::LeaseLost)
    }

    fn claim(&mut self, now: Timestamp, until: Timestamp, per_target: i64) -> Option<Claim> {
        let busy = |row: &Row| {
            let same = |r: &&Row| r.operation.target == row.operation.target && r.is_leased(now);
            i64::try_from(self.operations.iter().filter(same).count()).unwrap_or(i64::MAX)
        };
        let free = |row: &&Row| {
            is_takeable(row.operation.state)
                && row.operation.run_after <= now
                && !row.is_leased(now)
                && busy(row) < self.limit(row.operation.target).unwrap_or(per_target)
                && !self.halted(row.operation.target, now)
                && (row.operation.step > 0
                    || row.operation.state != OperationState::Queued
                    || self.is_open(row.operation.target, now))
        };
        let oldest = self.operations.iter().filter(free).min_by_key(|r| (r.operation.run_after, r.operation.id));
        let id = oldest?.operation.id;
        let records = self.records.iter().filter(|(of, _)| *of == id).map(|(_, record)| record.clone()).collect();
        let row = self.operations.iter_mut().find(|r| r.operation.id == id)?;
        row.generation += 1;
        row.leased_until = Some(until);
        if row.operation.state != OperationState::Unwinding {
            row.operation.state = OperationState::Running;
        }
        let lease = Lease { operation: id, generation: row.generation, until };
        Some(Claim { operation: row.operation.clone(), lease, records })
    }

    fn limit(&self, target: TargetId) -> Option<i64> {
        self.targets.iter().find(|t| t.id == target).and_then(|t| t.operating.at_once)
    }

    fn stopped(&self, target: TargetId) -> bool {
        self.targets.iter().any(|t| t.id == target && t.operating.stopped.is_some())
    }

    pub(crate) fn halted(&self, target: TargetId, now: Timestamp) -> bool {
        self.stopped(target) || self.maintenance.iter().any(|m| m.target == target && m.is_now(now))
    }

    fn is_open(&self, target: TargetId, now: Timestamp) -> bool {
        let mut windows = self.windows.iter().filter(|(of, _)| *of == target).peekable();
        windows.peek().is_none() || windows.any(|(_, window)| window.holds(now.berlin_week_minute()))
    }

    fn record(&mut self, lease: &Lease, record: Record) -> Result<(), JournalError> {
        let row = self.held(lease)?;
        if let Some(update) = record.update {
            row.update(update);
        }
        for write in record.writes {
            self.write(write)?;
        }
        self.records.extend(record.steps.into_iter().map(|step| (lease.operation, step)));
        self.events.extend(record.events);
        self.audit.extend(record.audit);
        Ok(())
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn claim(
        &self,
        _worker: &str,
        now: Timestamp,
        until: Timestamp,
        per_target: i64,
    ) -> Result<Option<Claim>, JournalError> {
        self.change(|tables| Ok(tables.claim(now, until, per_target))).await
    }

    async fn extend(&self, lease: &Lease, until: Timestamp) -> Result<(), JournalError> {
        self.change(|tables| {
            tables.held(lease)?.leased_until = Some(until);
            Ok(())
        })
        .await
    }

    async fn record(&self, lease: &Lease, record: Record) -> Result<(), JournalError> {
        self.change(|tables| tables.record(lease, record)).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, JournalError> {
        let tables = self.tables.lock();
        let within_reach = |r: &&Row| is_takeable(r.operation.state) && !tables.stopped(r.operation.target);
        Ok(tables.operations.iter().filter(within_reach).map(Row::due).min())
    }

    async fn live_steps(&self) -> Result<Vec<String>, JournalError> {
        let tables = self.tables.lock();
        let live = tables.operations.iter().filter(|r| !r.operation.state.is_final());
        let mut steps: Vec<String> = live.flat_map(|r| r.operation.steps.iter().map(|s| s.word().to_owned())).collect();
        steps.sort();
        steps.dedup();
        Ok(steps)
    }
}
