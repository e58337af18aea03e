//! JSON merge patch (RFC 7386) and the strategic merge patch that command line tools send.

use serde_json::Value;

use super::managed_fields::element;
use super::object;
use super::schema::{Rule, field_path, item_path, rule};

/// RFC 7386: null takes a field away, maps merge, all else is replaced.
pub(super) fn merge_patch(target: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    for (key, item) in patch {
        if item.is_null() {
            object::remove(target, key);
        } else {
            merge_patch(&mut target[key.as_str()], item);
        }
    }
}

/// Like a merge patch, but lists with keys merge item by item; `$patch: delete` and `$patch: replace` are understood.
pub(super) fn strategic_merge(kind: &str, path: &str, target: &mut Value, patch: &Value) {
    let Some(fields) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    let replace = fields.get("$patch").and_then(Value::as_str) == Some("replace");
    if !target.is_object() || replace {
        *target = Value::Object(serde_json::Map::new());
    }
    for (key, item) in fields.iter().filter(|(key, _)| !key.starts_with('$')) {
        let path = field_path(path, key);
        match (item, rule(kind, &path)) {
            (Value::Null, _) => {
                object::remove(target, key);
            }
            (Value::Array(items), list @ (Rule::Keyed(_) | Rule::Set)) => {
                if !target[key.as_str()].is_array() {
                    target[key.as_str()] = Value::Array(Vec::new());
                }
                if let Value::Array(existing) = &mut target[key.as_str()] {
                    merge_items(kind, &path, list, existing, items);
                }
            }
            (Value::Object(_), _) => strategic_merge(kind, &path, &mut target[key.as_str()], item),
            _ => target[key.as_str()] = item.clone(),
        }
    }
}

fn merge_items(kind: &str, path: &str, list: Rule, existing: &mut Vec<Value>, items: &[Value]) {
    for item in items {
        let name = element(list, item);
        let at = existing.iter().position(|other| element(list, other) == name);
        let delete = item.get("$patch").and_then(Value::as_str) == Some("delete");
        match at {
            Some(at) if delete => {
                existing.remove(at);
            }
            Some(at) => strategic_merge(kind, &item_path(path), &mut existing[at], item),
            None if delete => {}
            None => existing.push(item.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn merges_both_ways() {
        let mut target = json!({"data": {"a": "1", "b": "2"}});
        merge_patch(&mut target, &json!({"data": {"a": null, "c": "3"}}));
        assert_eq!(target, json!({"data": {"b": "2", "c": "3"}}));

        let mut pod = json!({"spec": {"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "1"}]}});
        let patch = json!({"spec": {"containers": [{"name": "b", "image": "2"}, {"name": "a", "$patch": "delete"}]}});
        strategic_merge("Pod", "", &mut pod, &patch);
        assert_eq!(pod, json!({"spec": {"containers": [{"name": "b", "image": "2"}]}}));
    }
}
