//! Paths into a values document: `kasse.iban`, `kontakte.0.name`.

use serde_json::{Map, Value};

/// Appends a segment.
pub(crate) fn join(prefix: &str, segment: &str) -> String {
    if prefix.is_empty() { segment.to_owned() } else { format!("{prefix}.{segment}") }
}

/// The value at a path.
pub fn get<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(document, |value, segment| match value {
        Value::Object(map) => map.get(segment),
        Value::Array(items) => items.get(segment.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Sets the value at a path of object keys, making objects on the way.
pub fn set(document: &mut Value, path: &str, value: Value) {
    let mut current = document;
    for segment in path.split('.') {
        if !current.is_object() {
            *current = Value::Object(Map::new());
        }
        let Value::Object(map) = current else { return };
        current = map.entry(segment).or_insert(Value::Null);
    }
    *current = value;
}

/// Takes the value at a path of object keys out.
pub(super) fn take(document: &mut Value, path: &str) -> Option<Value> {
    let (parent, name) = match path.rsplit_once('.') {
        Some((parent, name)) => (parent.split('.').try_fold(document, |v, segment| v.get_mut(segment))?, name),
        None => (document, path),
    };
    parent.as_object_mut()?.remove(name)
}
