//! Defaults, inheritance, parts and digest of a values document.

use super::path::join;
use super::{ConfigSchema, GEMEINDEN, Kind, Part, Property};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// The two parts of a document.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Split {
    /// Fachwerte, with the deviations per Gemeinde: the same in test and production.
    pub shared: Value,
    /// Umgebungswerte of one stage.
    pub stage: Value,
}

impl ConfigSchema {
    /// The document of a new configuration.
    pub fn defaults(&self) -> Value {
        Value::Object(defaults(&self.properties))
    }

    /// Carries a document over to this release: what it does not know falls away, what is new gets its default. What
    /// somebody left empty on purpose stays empty.
    pub fn upgrade(&self, old: &ConfigSchema, values: &Value) -> Value {
        let mut document = Value::Object(upgrade(&self.properties, &old.properties, values));
        let Some(gemeinden) = values.get(GEMEINDEN).and_then(Value::as_object) else { return document };
        let mut kept = Map::new();
        for (ars, deviations) in gemeinden {
            let mut row = Map::new();
            for property in self.properties.iter().filter(|p| p.node.gemeinde) {
                if let Some(value) = deviations.get(&property.name) {
                    row.insert(property.name.clone(), value.clone());
                }
            }
            kept.insert(ars.clone(), Value::Object(row));
        }
        if let Value::Object(map) = &mut document {
            map.insert(GEMEINDEN.to_owned(), Value::Object(kept));
        }
        document
    }

    /// Splits a document into Fachwerte and Umgebungswerte. Unknown values and secrets are in neither.
    pub fn split(&self, values: &Value) -> Split {
        let mut shared = part(&self.properties, values, Part::Shared);
        if let Some(gemeinden) = values.get(GEMEINDEN).filter(|_| self.has_gemeinde_values()) {
            shared.insert(GEMEINDEN.to_owned(), gemeinden.clone());
        }
        Split { shared: Value::Object(shared), stage: Value::Object(part(&self.properties, values, Part::Stage)) }
    }

    /// The values of one Gemeinde: its own, or else those of the Verwaltung.
    pub fn effective(&self, values: &Value, ars: &str) -> Value {
        let own = values.get(GEMEINDEN).and_then(|g| g.get(ars)).and_then(Value::as_object);
        let mut map = values.as_object().cloned().unwrap_or_default();
        map.remove(GEMEINDEN);
        for (name, value) in own.into_iter().flatten() {
            let merged = match map.get(name) {
                Some(inherited) => merge(inherited, value),
                None => value.clone(),
            };
            map.insert(name.clone(), merged);
        }
        Value::Object(map)
    }

    /// For every Gemeinde in the document the effective values of the fields that may differ.
    pub fn gemeinde_map(&self, values: &Value) -> Value {
        let mut out = Map::new();
        for ars in values.get(GEMEINDEN).and_then(Value::as_object).into_iter().flat_map(Map::keys) {
            let mut row = self.effective(values, ars);
            if let Value::Object(map) = &mut row {
                map.retain(|name, _| self.property(name).is_some_and(|p| p.node.gemeinde));
            }
            out.insert(ars.clone(), row);
        }
        Value::Object(out)
    }
}

fn defaults(properties: &[Property]) -> Map<String, Value> {
    let mut map = Map::new();
    for property in properties {
        let node = &property.node;
        let value = match (&node.default, &node.kind) {
            (_, _) if node.secret => None,
            (Some(value), _) => Some(value.clone()),
            (None, Kind::Object(inner)) => Some(defaults(inner)).filter(|m| !m.is_empty()).map(Value::Object),
            (None, _) => None,
        };
        if let Some(value) = value {
            map.insert(property.name.clone(), value);
        }
    }
    map
}

fn upgrade(new: &[Property], old: &[Property], values: &Value) -> Map<String, Value> {
    let fresh = defaults(new);
    let mut map = Map::new();
    for property in new.iter().filter(|p| !p.node.secret) {
        let before = old.iter().find(|p| p.name == property.name && !p.node.secret);
        let value = match (values.get(&property.name), before, &property.node.kind) {
            (value, Some(before), Kind::Object(inner)) => match &before.node.kind {
                Kind::Object(old_inner) => Some(upgrade(inner, old_inner, value.unwrap_or(&Value::Null)))
                    .filter(|m| !m.is_empty())
                    .map(Value::Object),
                _ => fresh.get(&property.name).cloned(),
            },
            (value, Some(_), _) => value.cloned(),
            (_, None, _) => fresh.get(&property.name).cloned(),
        };
        if let Some(value) = value {
            map.insert(property.name.clone(), value);
        }
    }
    map
}

fn part(properties: &[Property], values: &Value, wanted: Part) -> Map<String, Value> {
    let mut map = Map::new();
    for property in properties.iter().filter(|p| !p.node.secret && p.node.is_in(wanted)) {
        let Some(value) = values.get(&property.name) else { continue };
        let value = match &property.node.kind {
            // An object that as a whole belongs to a stage is not taken apart.
            Kind::Object(inner) if !property.node.stage && value.is_object() => {
                Value::Object(part(inner, value, wanted))
            }
            _ => value.clone(),
        };
        map.insert(property.name.clone(), value);
    }
    map
}

/// Joins two documents; where both have a value that is not an object, the second wins.
pub fn merge(first: &Value, second: &Value) -> Value {
    match (first, second) {
        (Value::Object(a), Value::Object(b)) => {
            let mut map = a.clone();
            for (name, value) in b {
                let merged = map.get(name).map_or_else(|| value.clone(), |inherited| merge(inherited, value));
                map.insert(name.clone(), merged);
            }
            Value::Object(map)
        }
        (_, second) => second.clone(),
    }
}

/// Digest of the Fachwerte that the test gate compares (R1): SHA-256 in hex over the canonical JSON of RFC 8785.
/// `None` only for a number that JSON cannot hold.
pub fn config_digest(shared: &Value) -> Option<String> {
    let canonical = serde_json_canonicalizer::to_vec(shared).ok()?;
    Some(hex::encode(Sha256::digest(canonical)))
}

impl ConfigSchema {
    /// Paths at which two documents differ, in the order of the schema; deviations per Gemeinde as `gemeinden.<ARS>.…`.
    pub fn changed_paths(&self, before: &Value, after: &Value) -> Vec<String> {
        let mut paths = Vec::new();
        for name in self.properties.iter().map(|p| p.name.as_str()).chain([GEMEINDEN]) {
            differences(before.get(name), after.get(name), name, &mut paths);
        }
        paths
    }
}

fn differences(before: Option<&Value>, after: Option<&Value>, path: &str, paths: &mut Vec<String>) {
    match (before, after) {
        (a, b) if a == b => {}
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            for name in a.keys().chain(b.keys().filter(|name| !a.contains_key(*name))) {
                differences(a.get(name), b.get(name), &join(path, name), paths);
            }
        }
        _ => paths.push(path.to_owned()),
    }
}
