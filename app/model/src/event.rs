//! Events: every state change, step, log line and test result with a global sequence. They feed the live view.

use crate::{InstallationId, OperationId, OrganisationId, RequestId, Timestamp, words};
use serde::{Deserialize, Serialize};

words! {
    /// What happened. Texts: `app/src/i18n/event.rs`.
    EventCode {
        /// A request changed its state; params: `state`.
        RequestState = "request_state",
        /// An installation changed its state; params: `state`.
        InstallationState = "installation_state",
        /// An operation changed its state; params: `state`, `kind`.
        OperationState = "operation_state",
        /// A step began; params: `step`, `attempt`.
        StepStarted = "step_started",
        /// A step is through; params: `step`, `millis`.
        StepDone = "step_done",
        /// A step failed and will be tried again; params: `step`, `cause`, `detail`.
        StepRetried = "step_retried",
        /// A step failed; params: `step`, `cause`, `detail`.
        StepFailed = "step_failed",
        /// Progress inside a step; params: `what`, `detail`.
        Progress = "progress",
        /// A line of a log; params: `line`.
        Log = "log",
        /// A test case ended; params: `name`, `passed`, `millis`.
        TestCase = "test_case",
        /// A remark or decision by a person; params: `action`.
        Act = "act",
    }
}

/// Parameters of an event: few, short, without secret values.
pub type Params = std::collections::BTreeMap<String, String>;

/// An event as it is stored and sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Position in the global order; the id of the server-sent event.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Tenant; none for a trial of a package.
    pub municipality: Option<OrganisationId>,
    /// Case; none for a trial.
    pub request: Option<RequestId>,
    /// Installation, if any.
    pub installation: Option<InstallationId>,
    /// Operation, if any.
    pub operation: Option<OperationId>,
    /// What.
    pub code: EventCode,
    /// Facts.
    pub params: Params,
}

/// An event that has no place in the order yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewEvent {
    /// When.
    pub at: Timestamp,
    /// Tenant; none for a trial of a package.
    pub municipality: Option<OrganisationId>,
    /// Case; none for a trial.
    pub request: Option<RequestId>,
    /// Installation, if any.
    pub installation: Option<InstallationId>,
    /// Operation, if any.
    pub operation: Option<OperationId>,
    /// What.
    pub code: EventCode,
    /// Facts.
    pub params: Params,
}
