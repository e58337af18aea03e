//! Trials of packages: on the page of a package, one trial live, and the trials in a target.

use super::{Choice, case::TestRunView, operation::StepView};
use crate::{
    Bilingual, TargetId, Timestamp,
    event::Event,
    form::FieldError,
    operation::{Failure, OperationState},
    reference::Reference,
    trial::TrialResult,
};
use serde::{Deserialize, Serialize};

/// A trial in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialRow {
    /// `BE-…`.
    pub reference: Reference,
    /// `PA-…`.
    pub package: Reference,
    /// `vendor/name`.
    pub package_id: String,
    /// Version of the package.
    pub version: String,
    /// Name of the data centre; empty where the list is about one.
    pub data_centre: String,
    /// How it came out, as soon as that is known.
    pub result: Option<TrialResult>,
    /// It was called off and has not ended.
    pub cancelling: bool,
    /// The package has another content by now.
    pub earlier_content: bool,
    /// Tests that ran.
    pub tests: i64,
    /// Those of them that passed.
    pub passed_tests: i64,
    /// How long the tests took together, in milliseconds.
    pub millis: i64,
    /// Who started it.
    pub started_by: String,
    /// It was started with an access key of that person.
    pub by_key: bool,
    /// Begin.
    pub started_at: Timestamp,
    /// Its target was declared gone; nothing was removed there.
    pub given_up: bool,
    /// When nothing of it was left, or its target was declared gone.
    pub finished_at: Option<Timestamp>,
}

/// The part of a package's page that is about trials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct PackageTrials {
    /// May start one now.
    pub may_start: bool,
    /// Where.
    pub places: Vec<Choice>,
    /// Trials are offered to this person for this package at all.
    pub offered: bool,
    /// Newest first.
    pub rows: Vec<TrialRow>,
}

/// The page of a trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialPage {
    /// What lists show of it.
    pub row: TrialRow,
    /// Name of the Verfahren.
    pub name: Bilingual,
    /// Vendor.
    pub vendor: String,
    /// Name of the target.
    pub target: String,
    /// The data centre is simulated.
    pub simulated: bool,
    /// Digest of the content that is tried.
    pub digest: String,
    /// State of its operation.
    pub state: OperationState,
    /// Steps.
    pub steps: Vec<StepView>,
    /// Who called it off.
    pub cancelled_by: Option<String>,
    /// Who declared that its target is gone.
    pub given_up_by: Option<String>,
    /// Why it could not be carried through, or what keeps it from going on.
    pub failure: Option<Failure>,
    /// What the tests said, once they ran.
    pub report: Option<TestRunView>,
    /// Events so far, oldest first (the newest thousand at most).
    pub events: Vec<Event>,
    /// Position after the last of them.
    pub last_event: i64,
    /// May call it off.
    pub may_cancel: bool,
    /// May declare that its target is gone.
    pub may_give_up: bool,
    /// May see the package that is tried.
    pub may_see_package: bool,
    /// Seconds after which the page loads again without JavaScript (`?auto=10`).
    pub auto: Option<i64>,
}

/// Trials in a target, for its operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialTargetPage {
    /// Target.
    pub id: TargetId,
    /// Namespace.
    pub name: String,
    /// Data centre.
    pub data_centre: String,
    /// Simulated.
    pub simulated: bool,
    /// Trials could be admitted here.
    pub may_admit: bool,
    /// Trials are admitted.
    pub admitted: bool,
    /// How many at the same time, as it is entered.
    pub at_once: String,
    /// Those that have not ended first, then the newest.
    pub trials: Vec<TrialRow>,
    /// Errors.
    pub errors: Vec<FieldError>,
}
