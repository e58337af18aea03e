//! The start page: what is to do, what lies with others, and the way into the catalogue.

use crate::{
    Timestamp,
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
    /// What lies with others.
    pub waiting: Vec<TodoItem>,
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
