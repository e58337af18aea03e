//! The Antrag as a task list, and its parts.

use crate::{
    Bilingual,
    form::{ErrorLine, FieldError, Form},
    pages::Choice,
    reference::Reference,
    request::RequestState,
    words,
};
use serde::{Deserialize, Serialize};

words! {
    /// A part of the Antrag.
    Task {
        /// Gemeinden it is for.
        Areas = "gemeinden",
        /// Values.
        Values = "werte",
        /// Data centre.
        Target = "ziel",
        /// Check and hand in.
        Summary = "zusammenfassung",
    }
}

words! {
    /// How far a task is.
    TaskState {
        /// Done.
        Done = "done",
        /// Some of it is there.
        Partial = "partial",
        /// Nothing yet.
        Open = "open",
        /// Needs other tasks first.
        Blocked = "blocked",
    }
}

/// Head of every page of an Antrag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestHead {
    /// `NA-…`.
    pub reference: Reference,
    /// Name of the Verfahren.
    pub verfahren: Bilingual,
    /// Name in addresses.
    pub slug: String,
    /// Version.
    pub version: String,
    /// For whom.
    pub municipality: String,
    /// The person acts under a mandate for it.
    pub on_behalf: bool,
    /// State.
    pub state: RequestState,
    /// Version for optimistic locking, as a hidden field.
    pub lock: i64,
    /// The consultant's question, if it came back.
    pub question: Option<String>,
    /// Why this version may not go on, as the name of a rule; none once the case is over or runs.
    pub stopped: Option<String>,
    /// The person could say yes to the activation for the Verwaltung, unless they take part before (R2).
    pub signs: bool,
    /// Who can say yes for the Verwaltung, as long as that is still to come.
    pub signing: Option<Signing>,
}

/// Who is left to say yes to the activation for the Verwaltung (R2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Signing {
    /// Names of those who can, by name.
    pub can: Vec<String>,
    /// Names of those who may sign but took part, by name.
    pub took_part: Vec<String>,
    /// The person who looks is the only one who can.
    pub only_you: bool,
}

/// The task list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskListPage {
    /// Head.
    pub head: RequestHead,
    /// Tasks with their state.
    pub tasks: Vec<(Task, TaskState)>,
    /// Documents.
    pub documents: Vec<crate::verfahren::DocumentNeed>,
    /// Prefilled: official name, kind, key.
    pub organisation: Vec<(String, String)>,
    /// May be withdrawn.
    pub may_withdraw: bool,
}

/// Choosing the Gemeinden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreasPage {
    /// Head.
    pub head: RequestHead,
    /// Gemeinden with their keys.
    pub areas: Vec<Choice>,
    /// Legal basis of the responsibility.
    pub legal_basis: String,
    /// Errors.
    pub errors: Vec<FieldError>,
}

/// Entering the values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValuesPage {
    /// Head.
    pub head: RequestHead,
    /// The form, with the table of Gemeinden where values may differ; errors stand at the fields.
    pub form: Form,
    /// What saving leads to.
    pub purpose: ValuesPurpose,
    /// Why nothing was saved, beside what stands at the fields.
    pub errors: Vec<FieldError>,
}

crate::words! {
    /// What values are filled in for.
    ValuesPurpose {
        /// An Antrag.
        Request = "request",
        /// After a red test or a defect: saving starts the tests again.
        Correction = "correction",
        /// A change of something live.
        Change = "change",
    }
}

impl ValuesPurpose {
    /// Only complete values are saved, and the tests run again.
    pub fn is_correction(self) -> bool {
        self == ValuesPurpose::Correction
    }
}

/// Choosing the data centre; shown, and asked only if several are admitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetPage {
    /// Head.
    pub head: RequestHead,
    /// Admitted data centres.
    pub data_centres: Vec<DataCentreChoice>,
    /// Errors.
    pub errors: Vec<FieldError>,
}

/// A data centre to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataCentreChoice {
    /// Slug.
    pub value: String,
    /// Name.
    pub name: String,
    /// Operator.
    pub operator: String,
    /// Chosen.
    pub selected: bool,
    /// Why it cannot be chosen: `no_test_target`, `no_production_target`, `kind`, `land`, `evidence`, `full`.
    pub refused: Option<String>,
    /// Simulated.
    pub simulated: bool,
}

/// Everything once more before it is handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryPage {
    /// Head.
    pub head: RequestHead,
    /// Names of the Gemeinden.
    pub areas: Vec<String>,
    /// Data centre.
    pub data_centre: Option<String>,
    /// Values as label and text; secrets show only whether they are set.
    pub values: Vec<ValueGroup>,
    /// Values that are missing or wrong: field of the form, its label with the name of the Gemeinde, and why.
    pub missing: Vec<ErrorLine>,
    /// Tasks that are not done.
    pub open_tasks: Vec<Task>,
    /// Why it was not handed in.
    pub errors: Vec<FieldError>,
}

/// Values under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueGroup {
    /// Heading.
    pub title: String,
    /// Label and text.
    pub rows: Vec<(String, String)>,
}

/// The list of Nachnutzungen of the person's Verwaltungen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct RequestListPage {
    /// Search text (reference or Verfahren).
    pub q: String,
    /// Filter by phase.
    pub phases: Vec<Choice>,
    /// Filter by Verwaltung, where the person has several.
    pub municipalities: Vec<Choice>,
    /// Rows.
    pub rows: crate::pages::Page<super::case::CaseRow>,
}
