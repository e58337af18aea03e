//! Abnahme and Freischaltung.

use crate::{
    Bilingual, Timestamp,
    activation::{ActivationState, Side},
    form::FieldError,
    pages::{
        case::TestRunView,
        change::{GoingBack, ValueChange},
        request::RequestHead,
    },
    verfahren::ChecklistItem,
};
use serde::{Deserialize, Serialize};

/// Declaring acceptance or reporting a defect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptancePage {
    /// Head.
    pub head: RequestHead,
    /// Address of the test.
    pub test_link: Option<String>,
    /// Checklist.
    pub checklist: Vec<ChecklistItem>,
    /// Ticked so far.
    pub ticked: Vec<String>,
    /// The test run it rests on.
    pub test_run: Option<TestRunView>,
    /// Entered decision: `accept` or `defect`.
    pub decision: String,
    /// Entered remark.
    pub note: String,
    /// Errors.
    pub errors: Vec<FieldError>,
}

/// An activation and who said yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivationView {
    /// State.
    pub state: ActivationState,
    /// Who asked.
    pub requested_by: String,
    /// When.
    pub requested_at: Timestamp,
    /// Production is changed then at the earliest.
    pub not_before: Option<Timestamp>,
    /// Yes so far: side, who, when.
    pub approvals: Vec<(Side, String, Timestamp)>,
}

/// What a change brings that is consented to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentTo {
    /// The version that runs.
    pub from: String,
    /// The version that is to run.
    pub to: String,
    /// What changes with the version, in the words of its vendor.
    pub changes: Option<Bilingual>,
    /// Whether one can go back from it.
    pub going_back: GoingBack,
    /// Values that differ.
    pub values: Vec<ValueChange>,
}

/// Asking for activation, or saying yes or no to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivationPage {
    /// Head.
    pub head: RequestHead,
    /// The activation, if it was asked for.
    pub activation: Option<ActivationView>,
    /// May ask for it.
    pub may_request: bool,
    /// May say yes or no for these sides.
    pub may_approve: Vec<Side>,
    /// This person took part and may not say yes (R2).
    pub took_part: bool,
    /// The test run it rests on.
    pub test_run: Option<TestRunView>,
    /// The test run is older than this many days: nothing is asked for or approved on it any more (R1).
    pub outdated: Option<i64>,
    /// May test the same version and values again.
    pub may_test_again: bool,
    /// What is changed, if something live is.
    pub change: Option<ConsentTo>,
    /// Where it will run.
    pub production: Option<String>,
    /// The day that was entered.
    pub from: String,
    /// Entered remark.
    pub note: String,
    /// Errors.
    pub errors: Vec<FieldError>,
}
