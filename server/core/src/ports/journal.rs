//! The journal of operations: claim, record, give back. The engine's handful of calls.

use super::{StoreError, Write};
use async_trait::async_trait;
use portal_model::{
    OperationId, Timestamp,
    event::NewEvent,
    operation::{Failure, Operation, OperationState, StepKind},
};
use serde::{Deserialize, Serialize};

/// The right to work on an operation until `until`. The generation grows with every claim; a record with an older
/// generation is refused, so a worker that lost its lease changes nothing in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Operation.
    pub operation: OperationId,
    /// Generation.
    pub generation: i64,
    /// End.
    pub until: Timestamp,
}

/// An operation with the right to work on it, and what its steps left behind so far.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The operation as of the claim.
    pub operation: Operation,
    /// The right.
    pub lease: Lease,
    /// Records of its steps, oldest first.
    pub records: Vec<StepRecord>,
}

portal_model::words! {
    /// What a record says of a step.
    StepRecordKind {
        /// Begun (an attempt).
        Started = "started",
        /// Done, with output.
        Done = "done",
        /// Failed or to be retried.
        Failed = "failed",
        /// Taken back.
        Undone = "undone",
    }
}

/// What happened to a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepRecord {
    /// Index in the frozen list.
    pub step: i64,
    /// Kind of the step.
    pub kind: StepKind,
    /// What happened.
    pub what: StepRecordKind,
    /// Attempt, from 1.
    pub attempt: i64,
    /// Output of a done step as versioned JSON; without secret values.
    pub output: serde_json::Value,
    /// When.
    pub at: Timestamp,
}

/// The new position of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationUpdate {
    /// State.
    pub state: OperationState,
    /// Current step.
    pub step: i64,
    /// Attempts of that step.
    pub attempt: i64,
    /// Last failure.
    pub failure: Option<Failure>,
    /// Not before.
    pub run_after: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Keep the lease (the same worker goes on) or give it back.
    pub keep_lease: bool,
}

/// Everything that one record commits together, in one short transaction guarded by the generation.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// New position; `None` leaves it.
    pub update: Option<OperationUpdate>,
    /// Step records to append.
    pub steps: Vec<StepRecord>,
    /// Changes to entities that follow from the step (a test run, a revision, a state).
    pub writes: Vec<Write>,
    /// Events to append.
    pub events: Vec<NewEvent>,
    /// Entry of the record, if the change is one of state.
    pub audit: Option<super::NewAudit>,
}

/// Why the journal refused.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another worker holds the operation, or the lease ran out and was taken.
    #[error("lease lost")]
    LeaseLost,
    /// The database failed or refused.
    #[error("storage")]
    Store(#[from] StoreError),
}

/// The engine's port to the database. An in-memory twin passes the same conformance suite.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Claims the operation that is due the longest (state queued, running, waiting or unwinding; `run_after` passed;
    /// no live lease; fewer than `per_target` live leases in its target, or than what its operator set). Sets the lease,
    /// raises the generation and turns `queued`/`waiting` into `running`. Nothing in a target that is stopped or under
    /// maintenance; what has not begun waits for one of the target's windows.
    async fn claim(
        &self,
        worker: &str,
        now: Timestamp,
        until: Timestamp,
        per_target: i64,
    ) -> Result<Option<Claim>, JournalError>;

    /// Lengthens a lease that is still held.
    async fn extend(&self, lease: &Lease, until: Timestamp) -> Result<(), JournalError>;

    /// Commits a record if the lease's generation is still the newest and its lease has not been taken.
    async fn record(&self, lease: &Lease, record: Record) -> Result<(), JournalError>;

    /// The earliest `run_after` (or lease end) of any unfinished operation that a worker could take; `None` if none. Those
    /// in stopped targets do not count.
    async fn next_due(&self) -> Result<Option<Timestamp>, JournalError>;

    /// Names of the steps of all unfinished operations, for the check at start-up.
    async fn live_steps(&self) -> Result<Vec<String>, JournalError>;
}
