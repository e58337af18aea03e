//! The start page: what is to do, what lies with others, and the way into the catalogue.

use crate::{
    Bilingual, Timestamp,
    feedback::FeedbackKind,
    pages::{Choice, packages::PackageRow},
    phase::Phase,
    reference::Reference,
};
use serde::{Deserialize, Serialize};

/// Start page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct HomePage {
    /// Number of Verfahren in the catalogue.
    pub verfahren_count: i64,
    /// Number of Verwaltungen that run at least one.
    pub municipality_count: i64,
    /// Topics with counts.
    pub topics: Vec<Choice>,
    /// What lies with the signed-in person.
    pub mine: Vec<TodoItem>,
    /// Packages that lie with the signed-in person.
    pub packages: Vec<PackageRow>,
    /// Evidence of one's own data centres that has ended or ends soon.
    pub evidence: Vec<super::targets::EvidenceWarning>,
    /// Feedback on one's own Verfahren that nobody has answered.
    pub wishes: Vec<WishItem>,
    /// What lies with others.
    pub waiting: Vec<TodoItem>,
    /// One's own packages that lie with the curators.
    pub packages_waiting: Vec<PackageRow>,
    /// One's own packages that were not released lately.
    pub packages_declined: Vec<PackageRow>,
    /// What runs now.
    pub running: Vec<TodoItem>,
}

/// One thing to do or to wait for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TodoItem {
    /// Case.
    pub reference: Reference,
    /// Name of the Verfahren.
    pub verfahren: String,
    /// For whom.
    pub municipality: String,
    /// Phase.
    pub phase: Phase,
    /// With whom it lies and what is next.
    pub lies_with: super::case::LiesWith,
    /// Since when.
    pub since: Timestamp,
}

/// Feedback that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WishItem {
    /// Name of the Verfahren in addresses.
    pub slug: String,
    /// Name of the Verfahren.
    pub verfahren: Bilingual,
    /// Who gave it.
    pub organisation: String,
    /// What it is.
    pub kind: FeedbackKind,
    /// Since when.
    pub at: Timestamp,
}
