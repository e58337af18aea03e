//! A form as a page model: groups of fields in the person's language, with what was entered and what is wrong.
//!
//! The portal builds it from a release's schema; pages only draw it. Names of fields are the names in the posted form:
//! `w.…` for a value of the Verwaltung, `g.<ARS>.…` for one of a Gemeinde.

mod error;

pub use error::{FieldError, FieldErrorText, code};
use serde::{Deserialize, Serialize};

/// A whole form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Form {
    /// Groups in the order of the schema; none is empty.
    pub groups: Vec<Group>,
    /// Values that may differ per Gemeinde, as a table.
    pub gemeinden: Option<GemeindeTable>,
}

/// Fields under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Group {
    /// Stable id, for anchors.
    pub id: String,
    /// Heading.
    pub title: String,
    /// What the group is about; may be empty.
    pub help: String,
    /// Fields.
    pub fields: Vec<Field>,
}

/// One field, or a list or group of fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Name in the posted form.
    pub name: String,
    /// Label.
    pub label: String,
    /// What to enter; may be empty.
    pub help: String,
    /// How it is entered.
    pub kind: FieldKind,
    /// What was entered, or the stored value as a person writes it. Always empty for a secret. Checkbox: `true`, `false`.
    pub value: String,
    /// Must be filled in.
    pub required: bool,
    /// What is wrong with it.
    pub error: Option<FieldErrorText>,
    /// What a neighbouring Verwaltung has here.
    pub neighbour_value: Option<String>,
    /// What applies if a Gemeinde leaves it empty.
    pub inherited: Option<String>,
    /// Shown only if another field has this value.
    pub condition: Option<Condition>,
    /// The same value exists in the table of Gemeinden.
    pub per_gemeinde: bool,
    /// Differs between test and production (Umgebungswert).
    pub stage_value: bool,
    /// May go live without a new test run.
    pub without_test: bool,
}

impl Field {
    /// An empty text field.
    pub fn new(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            help: String::new(),
            kind: FieldKind::Text { min_length: None, max_length: None, pattern: None },
            value: String::new(),
            required: false,
            error: None,
            neighbour_value: None,
            inherited: None,
            condition: None,
            per_gemeinde: false,
            stage_value: false,
            without_test: false,
        }
    }

    /// An `id` for HTML: letters, digits and hyphens only.
    pub fn html_id(&self) -> String {
        self.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
    }
}

/// How a field is entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldKind {
    /// One line.
    Text {
        /// Fewest characters.
        min_length: Option<u64>,
        /// Most characters.
        max_length: Option<u64>,
        /// Regular expression the whole value matches.
        pattern: Option<String>,
    },
    /// Several lines.
    LongText {
        /// Most characters.
        max_length: Option<u64>,
    },
    /// A number with German comma; limits as a person writes them.
    Number {
        /// Whole numbers only.
        integer: bool,
        /// Smallest.
        min: Option<String>,
        /// Largest.
        max: Option<String>,
    },
    /// Yes or no. A hidden field of the same name with the value `0` goes before the checkbox with the value `1`.
    Checkbox,
    /// One of several.
    Select {
        /// Choices.
        options: Vec<SelectOption>,
    },
    /// A date; `value` is ISO 8601 (`2026-11-23`).
    Date,
    /// An e-mail address.
    Email,
    /// A web address.
    Url,
    /// Write-only: never shown again.
    Secret {
        /// One is stored; leaving the field empty keeps it.
        is_set: bool,
    },
    /// Several of the same.
    List {
        /// One field per entry: a group or a single field.
        items: Vec<Field>,
        /// Whether another may be added.
        can_add: bool,
        /// Name under which an additional entry is posted.
        next_name: String,
    },
    /// Fields that belong together.
    Group {
        /// Them.
        fields: Vec<Field>,
    },
}

/// A choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectOption {
    /// What is posted.
    pub value: String,
    /// What is read.
    pub label: String,
}

/// "Only if that field has this value."
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Name of the other field.
    pub name: String,
    /// Its value as posted; `true` and `false` for a checkbox.
    pub equals: String,
}

/// The values that may differ, one row per Gemeinde. An empty cell inherits the value of the Verwaltung.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GemeindeTable {
    /// Headings of the columns.
    pub columns: Vec<String>,
    /// Rows.
    pub rows: Vec<GemeindeRow>,
}

/// The row of a Gemeinde.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GemeindeRow {
    /// ARS.
    pub ars: String,
    /// Name.
    pub name: String,
    /// A field for each column.
    pub fields: Vec<Field>,
}

/// A field with an error, for the summary above the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorLine {
    /// `id` of the field to jump to.
    pub html_id: String,
    /// Label of the field; in the table with the name of the Gemeinde.
    pub label: String,
    /// What is wrong.
    pub text: String,
}

impl Form {
    /// Whether there is nothing to fill in.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.gemeinden.is_none()
    }

    /// All errors in the order of the form.
    pub fn errors(&self) -> Vec<ErrorLine> {
        let mut lines = Vec::new();
        for group in &self.groups {
            collect(&group.fields, "", &mut lines);
        }
        for row in self.gemeinden.iter().flat_map(|table| &table.rows) {
            collect(&row.fields, &row.name, &mut lines);
        }
        lines
    }
}

fn collect(fields: &[Field], place: &str, lines: &mut Vec<ErrorLine>) {
    for field in fields {
        if let Some(error) = &field.error {
            let label =
                if place.is_empty() { field.label.clone() } else { format!("{place}: {label}", label = field.label) };
            lines.push(ErrorLine { html_id: field.html_id(), label, text: error.text.clone() });
        }
        match &field.kind {
            FieldKind::List { items, .. } => collect(items, place, lines),
            FieldKind::Group { fields } => collect(fields, place, lines),
            _ => {}
        }
    }
}
