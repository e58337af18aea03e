//! „Unsere Verfahren" and taking one down.

use crate::{
    Bilingual, Timestamp,
    form::FieldError,
    installation::InstallationState,
    pages::{Choice, Page, request::RequestHead},
    phase::Phase,
    reference::Reference,
};
use serde::{Deserialize, Serialize};

/// The list of installations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct InstallationListPage {
    /// Search text.
    pub q: String,
    /// Filter by Verwaltung, where there are several.
    pub municipalities: Vec<Choice>,
    /// Rows.
    pub rows: Page<InstallationRow>,
}

/// An installation in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstallationRow {
    /// Case.
    pub reference: Reference,
    /// Verfahren.
    pub verfahren: Bilingual,
    /// Version.
    pub version: String,
    /// For whom.
    pub municipality: String,
    /// State.
    pub state: InstallationState,
    /// Phase.
    pub phase: Phase,
    /// Data centre.
    pub data_centre: Option<String>,
    /// Live since.
    pub live_since: Option<Timestamp>,
}

/// Taking an installation down: typed confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovePage {
    /// Head.
    pub head: RequestHead,
    /// Word to type: the reference.
    pub confirm_with: String,
    /// Runs in production, so that citizens notice.
    pub is_live: bool,
    /// What was typed.
    pub typed: String,
    /// Errors.
    pub errors: Vec<FieldError>,
}
