//! The record.

use crate::{
    audit::AuditEntry,
    pages::{Choice, Page},
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

/// The record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct AuditPage {
    /// Filters.
    pub query: AuditQuery,
    /// Actions to filter by; labels are the stable names.
    pub actions: Vec<Choice>,
    /// Verwaltungen to filter by.
    pub municipalities: Vec<Choice>,
    /// Entries, newest first, with the reference of their case.
    pub rows: Page<(AuditEntry, Option<Reference>)>,
    /// The record was checked up to here: entries sealed, and whether the chain is whole.
    pub sealed: i64,
    /// The chain is whole.
    pub intact: bool,
}
