//! How large templates become when they are filled, told before they are: a long value in many places is a bomb too.

use super::yaml::weight;
use crate::config::{GEMEINDEN, get};
use serde_json::Value;

/// Bytes in memory that all filled templates of a package may take.
pub const MAX_FILLED: usize = 48 * 1024 * 1024;

/// About how many bytes a filled template takes in memory; never too few by more than a small factor.
pub fn filled(template: &Value, values: &Value) -> usize {
    match template {
        Value::Object(map) => {
            let placed = ["$value", "$json"].iter().find_map(|name| map.get(*name).and_then(Value::as_str));
            let inserted = match placed {
                // Each Gemeinde gets all values that it does not have of its own.
                Some(GEMEINDEN) => {
                    let rows = values.get(GEMEINDEN).and_then(Value::as_object).map_or(0, |rows| rows.len());
                    weight(values).saturating_mul(rows.max(1))
                }
                Some(path) => get(values, path).map_or(0, weight),
                None => 0,
            };
            let inner = map.iter().map(|(key, inner)| 64 + key.len() + filled(inner, values));
            inner.fold(48 + inserted, usize::saturating_add)
        }
        Value::Array(items) => items.iter().fold(32, |sum, item| sum.saturating_add(filled(item, values))),
        other => weight(other),
    }
}
