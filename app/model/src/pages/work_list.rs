//! The consultants' Arbeitsvorrat.

use crate::{
    Timestamp,
    pages::{Choice, Page, case::CaseRow},
};
use serde::{Deserialize, Serialize};

/// The work list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct WorkListPage {
    /// Search text.
    pub q: String,
    /// Filter: what is to do (`submitted`, `in_review`, `activation`, `all`).
    pub todo: Vec<Choice>,
    /// Filter: whose (`mine`, `nobody`, `all`).
    pub assigned: Vec<Choice>,
    /// Filter: Verwaltung.
    pub municipalities: Vec<Choice>,
    /// Rows, oldest first.
    pub rows: Page<WorkRow>,
}

/// A row of the work list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkRow {
    /// Case.
    pub case: CaseRow,
    /// Consultant who has it.
    pub assigned_to: Option<String>,
    /// Handed in.
    pub submitted_at: Option<Timestamp>,
    /// Age in whole days.
    pub age_days: i64,
}
