//! The case (Nachnutzung): phases, „Liegt bei", the one next step, history.

use crate::{
    Bilingual, Timestamp,
    event::Event,
    form::FieldError,
    installation::InstallationState,
    operation::{OperationKind, OperationState, StepKind},
    pages::request::{RequestHead, ValueGroup},
    phase::Phase,
    reference::Reference,
    request::RequestState,
    words,
};
use serde::{Deserialize, Serialize};

words! {
    /// With whom a case lies.
    LiesWithWhom {
        /// The municipality's clerks.
        Municipality = "municipality",
        /// The municipality's signatories.
        Signatory = "signatory",
        /// The consultants of the Land.
        Land = "land",
        /// The portal works.
        Portal = "portal",
        /// The data centre.
        DataCentre = "data_centre",
        /// Nobody: it is finished.
        Nobody = "nobody",
    }
}

/// „Liegt bei …".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiesWith {
    /// With whom.
    pub whom: LiesWithWhom,
    /// Name of the organisation.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
}

words! {
    /// The one next step of a case.
    NextStep {
        /// Fill in and hand in.
        FillIn = "fill_in",
        /// Answer the question and hand in again.
        Answer = "answer",
        /// Take it up for review.
        Take = "take",
        /// Decide.
        Review = "review",
        /// Correct the values and test again.
        Correct = "correct",
        /// Open the test and declare acceptance.
        Accept = "accept",
        /// Ask for activation.
        RequestActivation = "request_activation",
        /// Say yes or no to the activation.
        Approve = "approve",
        /// Discard the change: its version may not go live any more.
        DiscardChange = "discard_change",
        /// Finish the change and have it tested.
        FinishChange = "finish_change",
        /// Test again: the test has become too old.
        TestAgain = "test_again",
        /// Take the installation down: its version may not go live any more.
        Remove = "remove",
        /// Look at the operation.
        Intervene = "intervene",
        /// Nothing to do for this person.
        Wait = "wait",
    }
}

/// The page of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CasePage {
    /// Head.
    pub head: RequestHead,
    /// Phase.
    pub phase: Phase,
    /// State of the installation, if there is one.
    pub installation: Option<InstallationState>,
    /// With whom it lies.
    pub lies_with: LiesWith,
    /// What this person can do next.
    pub next: NextStep,
    /// The change of what is live that is on its way.
    pub change: Option<ChangeView>,
    /// What else this person can do: `withdraw`, `change`, `discard`, `rollback`, `suspend`, `resume`, `remove`, `values`.
    pub also: Vec<String>,
    /// Conditions or reason of the decision.
    pub decision_note: Option<String>,
    /// Data centre and whether it is simulated.
    pub data_centre: Option<(String, bool)>,
    /// What keeps its targets from being worked on, now or soon.
    pub target_notices: Vec<super::targets::TargetNotice>,
    /// Names of the Gemeinden.
    pub areas: Vec<String>,
    /// Address of the test, once it runs.
    pub test_link: Option<String>,
    /// Address in production.
    pub production_link: Option<String>,
    /// Values, for those who may see them.
    pub values: Vec<ValueGroup>,
    /// The values cannot be shown at the moment, since the package cannot be read.
    pub values_unread: bool,
    /// Operations, newest first.
    pub operations: Vec<OperationRow>,
    /// The newest test run.
    pub test_run: Option<TestRunView>,
    /// The activation with its yes so far.
    pub activation: Option<super::activation::ActivationView>,
    /// Acceptance: accepted, remark, by whom, when.
    pub acceptance: Option<(bool, String, String, Timestamp)>,
    /// Who did what, newest first.
    pub history: Vec<HistoryRow>,
    /// Last known event; the live view goes on from here.
    pub last_event: i64,
}

/// A change on its way, while production stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeView {
    /// The version that runs.
    pub from: String,
    /// The version that is to run; the same if only values change.
    pub to: String,
    /// When it was begun.
    pub since: Timestamp,
}

/// A row of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryRow {
    /// When.
    pub at: Timestamp,
    /// Who, with organisation; empty for the portal.
    pub who: String,
    /// Under a mandate.
    pub on_behalf: bool,
    /// What: stable name of an action.
    pub action: String,
    /// Remark of the person.
    pub note: Option<String>,
    /// Yes or no, where the person decided.
    pub answer: Option<bool>,
    /// The operation that it was about.
    pub operation: Option<HistoryOperation>,
}

/// An operation in the history: which one, and how far it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryOperation {
    /// `BE-…`.
    pub reference: Reference,
    /// Kind and state as of then, where the engine noted them.
    pub reached: Option<(OperationKind, OperationState)>,
    /// The step that was done or failed.
    pub step: Option<StepKind>,
}

/// An operation in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationRow {
    /// `BE-…`.
    pub reference: Reference,
    /// Kind.
    pub kind: OperationKind,
    /// State.
    pub state: OperationState,
    /// Begin.
    pub created_at: Timestamp,
    /// End.
    pub finished_at: Option<Timestamp>,
}

/// A test run with its cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestRunView {
    /// Passed.
    pub passed: bool,
    /// When.
    pub finished_at: Timestamp,
    /// Cases.
    pub cases: Vec<TestCaseView>,
}

/// An automated test and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestCaseView {
    /// What it shows, as the release says it; the name of the Job if it says nothing.
    pub title: Bilingual,
    /// Passed.
    pub passed: bool,
    /// How long, in milliseconds.
    pub duration_ms: i64,
    /// The last part of the log.
    pub log: String,
}

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRow {
    /// `NA-…`.
    pub reference: Reference,
    /// Verfahren.
    pub verfahren: Bilingual,
    /// For whom.
    pub municipality: String,
    /// State of the request.
    pub state: RequestState,
    /// State of the installation.
    pub installation: Option<InstallationState>,
    /// Phase.
    pub phase: Phase,
    /// With whom it lies.
    pub lies_with: LiesWith,
    /// Last change.
    pub updated_at: Timestamp,
}

/// Events after a position, for the live view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct EventList {
    /// Events in order.
    pub events: Vec<Event>,
}

/// Withdrawing a request: asks once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawPage {
    /// Head.
    pub head: RequestHead,
    /// Why it was not withdrawn.
    pub errors: Vec<FieldError>,
}

/// Reviewing a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewPage {
    /// Head.
    pub head: RequestHead,
    /// Names of the Gemeinden.
    pub areas: Vec<String>,
    /// Data centre.
    pub data_centre: Option<String>,
    /// Values.
    pub values: Vec<ValueGroup>,
    /// History.
    pub history: Vec<HistoryRow>,
    /// This person took part and may not decide (R2).
    pub took_part: bool,
    /// Entered decision: `return`, `accept`, `decline`; kept when there are errors.
    pub decision: String,
    /// Entered text.
    pub note: String,
    /// Errors.
    pub errors: Vec<FieldError>,
}
