//! Values of one release carried over to another, as the newer one's `verfahren.yaml` declares it.

use super::path::{get, join, set, take};
use super::{ConfigSchema, GEMEINDEN, Kind, Part, Property};
use portal_model::form::code;
use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What changed in the values with one version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Migration {
    /// The version with which it changed; applied when coming from an older one.
    pub to: Version,
    /// Path before → path now. All at once, so two fields can change places.
    #[serde(default)]
    pub rename: BTreeMap<String, String>,
    /// Values of new fields, where there is none yet.
    #[serde(default)]
    pub set: BTreeMap<String, Value>,
    /// Fields that the municipality is asked for, whatever they hold.
    #[serde(default)]
    pub ask: Vec<String>,
}

/// Why somebody must answer before the new release can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// The release asks.
    Asked,
    /// A required value is missing.
    Missing,
    /// The value no longer fits.
    Unfit,
}

/// One open question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Path in the document.
    pub path: String,
    /// Why.
    pub reason: Reason,
    /// What stands there now; shown as a proposal.
    pub proposal: Option<Value>,
}

/// Carries values over: applies migrations in their order, drops what the new schema does not know, and gives required
/// fields their defaults. What is left for people are the questions, in the order of the schema. Secrets are never part
/// of the document; [`renamed`] says where they belong.
pub fn migrate(old: &Value, migrations: &[Migration], new: &ConfigSchema) -> (Value, Vec<Question>) {
    let mut values = if old.is_object() { old.clone() } else { Value::Object(Map::new()) };
    let mut asked: Vec<String> = Vec::new();
    for migration in migrations {
        rename(&mut values, &migration.rename);
        for row in values.get_mut(GEMEINDEN).and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
            rename(row, &migration.rename);
        }
        asked.iter_mut().for_each(|path| *path = moved(path, &migration.rename));
        for (path, value) in &migration.set {
            if get(&values, path).is_none() {
                set(&mut values, path, value.clone());
            }
        }
        asked.extend(migration.ask.iter().cloned());
    }
    let gemeinden = values.get(GEMEINDEN).and_then(Value::as_object).cloned();
    let mut known = known(&new.properties, &values);
    if let Some(rows) = gemeinden.filter(|_| new.has_gemeinde_values()) {
        let own: Vec<Property> = new.properties.iter().filter(|p| p.node.gemeinde).cloned().collect();
        let rows = rows.into_iter().map(|(ars, row)| (ars, Value::Object(self::known(&own, &row))));
        known.insert(GEMEINDEN.to_owned(), Value::Object(rows.collect()));
    }
    let mut values = Value::Object(known);
    fill_required(&new.properties, "", &mut values);
    let questions = questions(new, &values, &asked);
    (values, questions)
}

/// Where the value at a path belongs after some migrations.
pub fn renamed(path: &str, migrations: &[Migration]) -> String {
    migrations.iter().fold(path.to_owned(), |path, migration| moved(&path, &migration.rename))
}

/// The path after renaming it, or something it lies in; the longest name counts.
fn moved(path: &str, names: &BTreeMap<String, String>) -> String {
    let below = |from: &str| path.strip_prefix(from).filter(|rest| rest.is_empty() || rest.starts_with('.'));
    let longest = names.iter().filter_map(|(from, to)| Some((from.len(), to, below(from)?))).max_by_key(|(n, _, _)| *n);
    longest.map_or_else(|| path.to_owned(), |(_, to, rest)| format!("{to}{rest}"))
}

fn rename(document: &mut Value, names: &BTreeMap<String, String>) {
    // The longest first, so that a field leaves an object before the object itself does.
    let mut order: Vec<(&String, &String)> = names.iter().collect();
    order.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
    let taken: Vec<(&String, Value)> =
        order.into_iter().filter_map(|(from, to)| Some((to, take(document, from)?))).collect();
    for (to, value) in taken.into_iter().rev() {
        set(document, to, value);
    }
}

/// What the properties know of a document.
fn known(properties: &[Property], values: &Value) -> Map<String, Value> {
    let mut map = Map::new();
    for property in properties.iter().filter(|p| !p.node.secret) {
        let Some(value) = values.get(&property.name) else { continue };
        let value = match &property.node.kind {
            Kind::Object(inner) if value.is_object() => Value::Object(known(inner, value)),
            Kind::List { items, .. } => match (&items.kind, value) {
                (Kind::Object(inner), Value::Array(rows)) => {
                    let row = |row: &Value| {
                        if row.is_object() { Value::Object(known(inner, row)) } else { row.clone() }
                    };
                    Value::Array(rows.iter().map(row).collect())
                }
                _ => value.clone(),
            },
            _ => value.clone(),
        };
        map.insert(property.name.clone(), value);
    }
    map
}

fn fill_required(properties: &[Property], prefix: &str, values: &mut Value) {
    for property in properties.iter().filter(|p| p.required && !p.node.secret) {
        let path = join(prefix, &property.name);
        if !property.node.is_shown(values) {
            continue;
        }
        match (&property.node.default, &property.node.kind) {
            (Some(default), _) if get(values, &path).is_none() => set(values, &path, default.clone()),
            (None, Kind::Object(inner)) => fill_required(inner, &path, values),
            _ => {}
        }
    }
}

fn questions(schema: &ConfigSchema, values: &Value, asked: &[String]) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    for error in schema.validate(values, Part::All) {
        let missing = error.code == code::REQUIRED || error.code == code::MIN_ITEMS;
        let reason = if missing { Reason::Missing } else { Reason::Unfit };
        questions.push(Question { proposal: get(values, &error.path).cloned(), path: error.path, reason });
    }
    for path in asked {
        let shown = schema.node(path).is_some_and(|node| node.is_shown(values));
        if shown && questions.iter().all(|q| q.path != *path) {
            questions.push(Question {
                path: path.clone(),
                reason: Reason::Asked,
                proposal: get(values, path).cloned(),
            });
        }
    }
    let mut order = Vec::new();
    paths(&schema.properties, "", &mut order);
    let place = |path: &str| {
        let plain = path.strip_prefix(GEMEINDEN).and_then(|p| p.splitn(3, '.').nth(2)).unwrap_or(path);
        let at = order
            .iter()
            .position(|p| plain.strip_prefix(p.as_str()).is_some_and(|r| r.is_empty() || r.starts_with('.')));
        (plain != path, at.unwrap_or(usize::MAX))
    };
    questions.sort_by_cached_key(|q| place(&q.path));
    questions.dedup_by(|a, b| a.path == b.path);
    questions
}

/// Paths of all fields, a field in an object before the object.
pub(super) fn paths(properties: &[Property], prefix: &str, out: &mut Vec<String>) {
    for property in properties {
        let path = join(prefix, &property.name);
        if let Kind::Object(inner) = &property.node.kind {
            paths(inner, &path, out);
        }
        out.push(path);
    }
}
