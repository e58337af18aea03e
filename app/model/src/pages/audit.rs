//! The record.

use crate::{
    audit::AuditEntry,
    pages::{Choice, Page, case::HistoryOperation},
    reference::Reference,
};
use serde::{Deserialize, Serialize};

/// Filters of the record as they stand in the address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct AuditQuery {
    /// Text: a reference or subject.
    pub q: String,
    /// Stable name of an action.
    pub aktion: String,
    /// Slug of a Verwaltung.
    pub verwaltung: String,
    /// First day, ISO.
    pub von: String,
    /// Last day, ISO.
    pub bis: String,
    /// Cursor.
    pub nach: Option<String>,
}

/// An entry of the record with what people read of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// The entry.
    #[serde(flatten)]
    pub entry: AuditEntry,
    /// Reference of its case.
    pub case: Option<Reference>,
    /// Remark of the person.
    pub note: Option<String>,
    /// Yes or no, where the person decided.
    pub answer: Option<bool>,
    /// The operation that it was about.
    pub operation: Option<HistoryOperation>,
}

/// The record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct AuditPage {
    /// Filters.
    pub query: AuditQuery,
    /// Actions to filter by; labels are the stable names.
    pub actions: Vec<Choice>,
    /// Verwaltungen to filter by.
    pub municipalities: Vec<Choice>,
    /// Entries, newest first.
    pub rows: Page<AuditRow>,
    /// The record was checked up to here: entries sealed, and whether the chain is whole.
    pub sealed: i64,
    /// The chain is whole.
    pub intact: bool,
}
