//! The values a Verfahren is set up with: the schema a release brings, checking, splitting, digest and the form.
//!
//! A values document is one JSON object by the release's schema. Values that may differ per Gemeinde (`x-gemeinde`)
//! stand at the top for the whole Verwaltung, deviations under `gemeinden.<ARS>`; every Gemeinde that is served has an
//! entry there, an empty one if it deviates in nothing. Secrets (`x-secret`) are never part of the document.

mod decode;
mod difference;
mod encode;
pub mod form;
mod migrate;
#[cfg(test)]
mod migrate_tests;
mod order;
mod parse;
mod path;
#[cfg(test)]
mod tests;
mod validate;
mod values;

pub use decode::{ADDED_ENTRY, Decoded, FormScope, from_form};
pub use difference::difference;
pub use encode::to_form;
pub use migrate::{Migration, Question, Reason, migrate, renamed};
pub(crate) use path::join;
pub use path::{get, set};
pub use values::{Split, config_digest, merge};

use portal_model::Bilingual;
use serde_json::Value;

/// Reserved name of the deviations per Gemeinde in a values document.
pub const GEMEINDEN: &str = "gemeinden";

/// Most fields of a schema, counted with all nested ones.
pub const MAX_FIELDS: usize = 300;
/// Deepest nesting of a schema.
pub const MAX_DEPTH: usize = 6;
/// Longest regular expression.
pub const MAX_PATTERN: usize = 200;
/// Most patterns of a schema that take much memory (long repetitions of large sets).
pub const MAX_LARGE_PATTERNS: usize = 20;
/// Most entries of a list, whatever the schema says.
pub const MAX_ITEMS: u64 = 200;
/// Longest text, whatever the schema says.
pub const MAX_TEXT: u64 = 10_000;
/// Most digits after the comma that a schema may ask for.
pub const MAX_DECIMALS: u8 = 6;

/// Which values are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Everything but secrets.
    All,
    /// Fachwerte: the same in test and production.
    Shared,
    /// Umgebungswerte (`x-stage`): by nature different in test and production.
    Stage,
}

/// The schema of a release, read from `config.schema.json`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ConfigSchema {
    /// Fields in the order of the file.
    pub properties: Vec<Property>,
    /// Headings in the order of `x-groups`.
    pub groups: Vec<GroupDef>,
}

/// A heading of the form.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupDef {
    /// What `x-group` names.
    pub id: String,
    /// Heading.
    pub title: Bilingual,
    /// Explanation.
    pub help: Bilingual,
}

/// A named field.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// Name within its object.
    pub name: String,
    /// Must have a value, unless its condition hides it.
    pub required: bool,
    /// What it is.
    pub node: Node,
}

/// What a field is.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Label.
    pub title: Bilingual,
    /// Explanation.
    pub help: Bilingual,
    /// Value of a new configuration.
    pub default: Option<Value>,
    /// Heading it stands under (top level only).
    pub group: Option<String>,
    /// Shown and required only if this holds.
    pub condition: Option<Condition>,
    /// Umgebungswert.
    pub stage: bool,
    /// Secret: write-only, kept apart.
    pub secret: bool,
    /// May differ per Gemeinde (top level only).
    pub gemeinde: bool,
    /// May go live without a new test run.
    pub without_test: bool,
    /// Its type.
    pub kind: Kind,
}

/// "Only if the field at this path has this value."
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Path from the top of the document.
    pub path: String,
    /// The value.
    pub equals: Value,
}

/// Format of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// ISO 8601 calendar date.
    Date,
    /// E-mail address.
    Email,
    /// `http` or `https` address.
    Uri,
}

/// Type of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Text.
    Text {
        /// Format.
        format: Option<Format>,
        /// Regular expression (not anchored, as in JSON Schema).
        pattern: Option<String>,
        /// Fewest characters.
        min: Option<u64>,
        /// Most characters.
        max: Option<u64>,
    },
    /// Number.
    Number {
        /// Whole numbers only.
        integer: bool,
        /// Smallest.
        min: Option<serde_json::Number>,
        /// Largest.
        max: Option<serde_json::Number>,
        /// Most digits after the comma, and as many are shown (`multipleOf` 0.01: two).
        decimals: Option<u8>,
    },
    /// Yes or no.
    Boolean,
    /// One of several.
    Choice(Vec<Choice>),
    /// Several of the same.
    List {
        /// Each entry.
        items: Box<Node>,
        /// Fewest.
        min: Option<u64>,
        /// Most.
        max: Option<u64>,
    },
    /// Fields that belong together.
    Object(Vec<Property>),
}

/// One of several values.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The value: text or number.
    pub value: Value,
    /// What a person reads.
    pub title: Bilingual,
}

impl ConfigSchema {
    /// The field at a path such as `kasse.iban` or `kontakte.0.name`; entries of lists by any number.
    pub fn node(&self, path: &str) -> Option<&Node> {
        let mut segments = path.split('.');
        let mut node = find(&self.properties, segments.next()?)?;
        for segment in segments {
            node = match &node.kind {
                Kind::Object(properties) => find(properties, segment)?,
                Kind::List { items, .. } if segment.parse::<u32>().is_ok() => items,
                _ => return None,
            };
        }
        Some(node)
    }

    /// The top-level field.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|p| p.name == name)
    }

    /// Whether any value may differ per Gemeinde.
    pub fn has_gemeinde_values(&self) -> bool {
        self.properties.iter().any(|p| p.node.gemeinde)
    }

    /// Paths of all secrets in the order of the schema.
    pub fn secret_paths(&self) -> Vec<String> {
        fn walk(properties: &[Property], prefix: &str, out: &mut Vec<String>) {
            for property in properties {
                let path = path::join(prefix, &property.name);
                if property.node.secret {
                    out.push(path);
                } else if let Kind::Object(inner) = &property.node.kind {
                    walk(inner, &path, out);
                }
            }
        }
        let mut out = Vec::new();
        walk(&self.properties, "", &mut out);
        out
    }
}

/// The step between two numbers with so many digits after the comma: 0.01 for two.
fn step_of(decimals: u8) -> f64 {
    format!("1e-{decimals}").parse().unwrap_or(1.0)
}

fn find<'a>(properties: &'a [Property], name: &str) -> Option<&'a Node> {
    properties.iter().find(|p| p.name == name).map(|p| &p.node)
}

impl Node {
    /// Whether the field belongs to a part; for an object, whether anything in it does.
    pub fn is_in(&self, part: Part) -> bool {
        match part {
            Part::All => true,
            _ if self.secret => false,
            Part::Stage if self.stage => true,
            Part::Shared if self.stage => false,
            _ => match &self.kind {
                Kind::Object(properties) => properties.iter().any(|p| p.node.is_in(part)),
                _ => part == Part::Shared,
            },
        }
    }

    /// Whether the condition holds for a document.
    pub fn is_shown(&self, document: &Value) -> bool {
        self.condition.as_ref().is_none_or(|c| get(document, &c.path) == Some(&c.equals))
    }
}
