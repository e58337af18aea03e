//! Changing what is live: another version, other values, going back, stopping.

use crate::{
    Bilingual, Timestamp,
    form::{ErrorLine, FieldError},
    pages::{activation::ConsentTo, release_diff::ObjectChange, request::RequestHead},
    schema_change::SchemaChange,
    words,
};
use serde::{Deserialize, Serialize};

words! {
    /// What a version says about going back from it, and about its data.
    GoingBack {
        /// The version before runs on the same data.
        Safe = "safe",
        /// The backup that was made before the update must be brought back: what was entered since is lost.
        Restore = "restore",
        /// There is no way back.
        None = "none",
    }
}

/// A version that an installation may be updated to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateOffer {
    /// Version.
    pub version: String,
    /// Since when it is offered.
    pub published_at: Timestamp,
    /// Closes a gap in security.
    pub security_fix: bool,
    /// What changes, in the words of its vendor.
    pub changes: Bilingual,
    /// Whether one can go back from it.
    pub going_back: GoingBack,
}

/// Choosing what to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeStartPage {
    /// Head; its version is the one that runs.
    pub head: RequestHead,
    /// Versions to update to, newest first.
    pub offers: Vec<UpdateOffer>,
    /// Whether the values may be changed: not if the version that runs was withdrawn.
    pub may_reconfigure: bool,
    /// What was chosen: a version, or `werte`.
    pub chosen: String,
    /// Errors.
    pub errors: Vec<FieldError>,
}

/// A value that changes. Secrets show only whether they are set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueChange {
    /// Label, with the Gemeinde in front where it is one of a Gemeinde.
    pub label: String,
    /// Before; empty if there was none.
    pub before: String,
    /// After; empty if there is none any more.
    pub after: String,
}

/// A change as it is prepared: what is different from what runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangePage {
    /// Head.
    pub head: RequestHead,
    /// What it brings.
    #[serde(flatten)]
    pub brings: ConsentTo,
    /// Its data are saved before production is changed.
    pub backs_up: bool,
    /// Fields of the form that the version changes.
    pub fields: Vec<SchemaChange>,
    /// Objects that differ, with made-up secrets; `None` if they cannot be shown yet.
    pub objects: Option<Vec<ObjectChange>>,
    /// What keeps the test from being started.
    pub open: Vec<ErrorLine>,
    /// The version asks for some values anew, and they were not saved since.
    pub asks: bool,
    /// Errors.
    pub errors: Vec<FieldError>,
}

/// Discarding a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscardChangePage {
    /// Head.
    pub head: RequestHead,
    /// Errors.
    pub errors: Vec<FieldError>,
}

/// A state that production had before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollbackOffer {
    /// Id of the revision.
    pub id: String,
    /// Version.
    pub version: String,
    /// Since when it ran.
    pub applied_at: Timestamp,
    /// Values that are different from today's.
    pub values: Vec<ValueChange>,
    /// What becomes of the data.
    pub going_back: GoingBack,
}

/// Going back to an earlier state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollbackPage {
    /// Head.
    pub head: RequestHead,
    /// Earlier states, newest first.
    pub offers: Vec<RollbackOffer>,
    /// What was chosen.
    pub chosen: String,
    /// The reason that was entered.
    pub reason: String,
    /// It was ticked that data are lost.
    pub understood: bool,
    /// Errors.
    pub errors: Vec<FieldError>,
}

/// Stopping production, or starting it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspendPage {
    /// Head.
    pub head: RequestHead,
    /// It is stopped, and may be started again.
    pub suspended: bool,
    /// The reason that was entered.
    pub reason: String,
    /// Errors.
    pub errors: Vec<FieldError>,
}
