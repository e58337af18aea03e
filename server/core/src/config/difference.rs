//! What another release changes in the schema of values, for people who decide about an update.

use super::path::join;
use super::{ConfigSchema, Kind, Node, Property};
use portal_model::schema_change::{ChangeKind, SchemaChange};
use serde_json::{Number, Value};
use std::collections::BTreeMap;

/// Every change from one schema to another, in the order of the new one; what is gone comes last.
pub fn difference(old: &ConfigSchema, new: &ConfigSchema) -> Vec<SchemaChange> {
    let mut comparison = Comparison::default();
    comparison.properties(&old.properties, &new.properties, "");
    comparison.changes.append(&mut comparison.gone);
    comparison.changes
}

#[derive(Default)]
struct Comparison {
    changes: Vec<SchemaChange>,
    gone: Vec<SchemaChange>,
}

fn change(path: &str, node: &Node, kind: ChangeKind, before: &str, after: &str) -> SchemaChange {
    let cut = |text: &str| text.chars().take(200).collect::<String>();
    let params = BTreeMap::from([("before".to_owned(), cut(before)), ("after".to_owned(), cut(after))]);
    SchemaChange { path: path.to_owned(), title: node.title.clone(), kind, params }
}

impl Comparison {
    fn properties(&mut self, old: &[Property], new: &[Property], prefix: &str) {
        for property in new {
            let path = join(prefix, &property.name);
            match old.iter().find(|p| p.name == property.name) {
                Some(before) => self.property(before, property, &path),
                None => {
                    let kind = if property.required { ChangeKind::AddedRequired } else { ChangeKind::Added };
                    self.changes.push(change(&path, &property.node, kind, "", ""));
                }
            }
        }
        for property in old.iter().filter(|p| new.iter().all(|n| n.name != p.name)) {
            let path = join(prefix, &property.name);
            self.gone.push(change(&path, &property.node, ChangeKind::Removed, "", ""));
        }
    }

    fn property(&mut self, old: &Property, new: &Property, path: &str) {
        if old.required != new.required {
            let kind = if new.required { ChangeKind::Required } else { ChangeKind::Optional };
            self.changes.push(change(path, &new.node, kind, "", ""));
        }
        self.node(&old.node, &new.node, path);
    }

    fn add(&mut self, path: &str, node: &Node, kind: ChangeKind, before: &str, after: &str) {
        self.changes.push(change(path, node, kind, before, after));
    }

    fn node(&mut self, old: &Node, new: &Node, path: &str) {
        if (&old.title, &old.help) != (&new.title, &new.help) {
            self.add(path, new, ChangeKind::Label, "", "");
        }
        let flags = [
            (ChangeKind::Secret, old.secret, new.secret),
            (ChangeKind::Stage, old.stage, new.stage),
            (ChangeKind::Gemeinde, old.gemeinde, new.gemeinde),
            (ChangeKind::TestRun, old.without_test, new.without_test),
        ];
        for (kind, before, after) in flags {
            if before != after {
                self.add(path, new, kind, sign(before), sign(after));
            }
        }
        if old.condition != new.condition {
            self.add(path, new, ChangeKind::Condition, "", "");
        }
        if old.default != new.default && !new.secret {
            let text = |value: &Option<Value>| value.as_ref().map_or_else(|| "–".to_owned(), plain);
            self.add(path, new, ChangeKind::Default, &text(&old.default), &text(&new.default));
        }
        self.kind(old, new, path);
    }

    fn kind(&mut self, old: &Node, new: &Node, path: &str) {
        match (&old.kind, &new.kind) {
            (Kind::Text { format: f, pattern: p, min, max }, Kind::Text { format, pattern, min: least, max: most }) => {
                if (f, p) != (format, pattern) {
                    self.add(path, new, ChangeKind::Form, "", "");
                }
                self.limits(new, path, (count(*min), count(*max)), (count(*least), count(*most)));
            }
            (
                Kind::Number { integer: i, min, max, decimals: d },
                Kind::Number { integer, min: least, max: most, decimals },
            ) => {
                if (i, d) != (integer, decimals) {
                    self.add(path, new, ChangeKind::Form, "", "");
                }
                self.limits(new, path, (number(min), number(max)), (number(least), number(most)));
            }
            (Kind::Boolean, Kind::Boolean) => {}
            (Kind::Choice(before), Kind::Choice(after)) => {
                let missing = |from: &[super::Choice], other: &[super::Choice]| {
                    let gone = from.iter().filter(|c| other.iter().all(|o| o.value != c.value));
                    gone.map(|c| plain(&c.value)).collect::<Vec<_>>().join(", ")
                };
                let (gone, added) = (missing(before, after), missing(after, before));
                if !added.is_empty() {
                    self.add(path, new, ChangeKind::ChoicesAdded, "", &added);
                }
                if !gone.is_empty() {
                    self.add(path, new, ChangeKind::ChoicesRemoved, &gone, "");
                }
            }
            (Kind::List { items: a, min, max }, Kind::List { items: b, min: least, max: most }) => {
                self.limits(new, path, (count(*min), count(*max)), (count(*least), count(*most)));
                self.node(a, b, &join(path, "0"));
            }
            (Kind::Object(before), Kind::Object(after)) => self.properties(before, after, path),
            (before, after) => self.add(path, new, ChangeKind::Type, word(before), word(after)),
        }
    }

    fn limits(&mut self, node: &Node, path: &str, old: (Option<f64>, Option<f64>), new: (Option<f64>, Option<f64>)) {
        if old == new {
            return;
        }
        let low = |limit: Option<f64>| limit.unwrap_or(f64::NEG_INFINITY);
        let high = |limit: Option<f64>| limit.unwrap_or(f64::INFINITY);
        let narrower = low(new.0) > low(old.0) || high(new.1) < high(old.1);
        let kind = if narrower { ChangeKind::Narrower } else { ChangeKind::Wider };
        let text = |(min, max): (Option<f64>, Option<f64>)| {
            let side = |limit: Option<f64>| limit.map_or_else(String::new, |n| n.to_string());
            format!("{}…{}", side(min), side(max))
        };
        self.add(path, node, kind, &text(old), &text(new));
    }
}

fn sign(yes: bool) -> &'static str {
    if yes { "✓" } else { "–" }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[expect(clippy::cast_precision_loss, reason = "limits of lengths are far below 2^53")]
fn count(limit: Option<u64>) -> Option<f64> {
    limit.map(|n| n as f64)
}

fn number(limit: &Option<Number>) -> Option<f64> {
    limit.as_ref().and_then(Number::as_f64)
}

/// Type as the schema calls it.
fn word(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text { .. } => "string",
        Kind::Number { integer: true, .. } => "integer",
        Kind::Number { .. } => "number",
        Kind::Boolean => "boolean",
        Kind::Choice(_) => "enum",
        Kind::List { .. } => "array",
        Kind::Object(_) => "object",
    }
}
