//! A Bereitstellung, live.

use crate::{
    Bilingual, Timestamp,
    event::Event,
    operation::{Failure, OperationKind, OperationState, StepKind},
    phase::Phase,
    reference::Reference,
};
use serde::{Deserialize, Serialize};

/// The page of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationPage {
    /// `BE-…`.
    pub reference: Reference,
    /// The case.
    pub case: Reference,
    /// Verfahren.
    pub verfahren: Bilingual,
    /// For whom.
    pub municipality: String,
    /// Where.
    pub target: String,
    /// The data centre is simulated.
    pub simulated: bool,
    /// Kind.
    pub kind: OperationKind,
    /// State.
    pub state: OperationState,
    /// Phase of the case.
    pub phase: Phase,
    /// With whom it lies.
    pub lies_with: super::case::LiesWith,
    /// Steps.
    pub steps: Vec<StepView>,
    /// The last failure.
    pub failure: Option<Failure>,
    /// Begin.
    pub created_at: Timestamp,
    /// End.
    pub finished_at: Option<Timestamp>,
    /// Events so far, oldest first (the newest thousand at most).
    pub events: Vec<Event>,
    /// Position after the last of them.
    pub last_event: i64,
    /// May try again.
    pub may_retry: bool,
    /// May give up, with a reason.
    pub may_abandon: bool,
    /// May call it off.
    pub may_cancel: bool,
    /// Taking it back cannot bring back the data as they were.
    pub data_at_risk: bool,
    /// Entered reason.
    pub reason: String,
    /// Errors.
    pub errors: Vec<crate::form::FieldError>,
    /// Seconds after which the page loads again without JavaScript (`?auto=10`).
    pub auto: Option<i64>,
}

crate::words! {
    /// How far a step is.
    StepState {
        /// Not begun.
        Open = "open",
        /// Running.
        Running = "running",
        /// Done.
        Done = "done",
        /// Failed.
        Failed = "failed",
        /// Never begun, and it will not be: the operation has ended or gone past it.
        Skipped = "skipped",
    }
}

/// A step with its attempts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepView {
    /// What.
    pub step: StepKind,
    /// How far.
    pub state: StepState,
    /// Attempts so far.
    pub attempts: i64,
    /// Duration in milliseconds, once done.
    pub millis: Option<i64>,
}
