//! Small helpers on API objects, which are JSON values here.

use serde_json::{Map, Value, json};

/// The text at a JSON pointer.
pub(super) fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}

/// The whole number at a JSON pointer.
pub(super) fn number(value: &Value, pointer: &str) -> Option<i64> {
    value.pointer(pointer).and_then(Value::as_i64)
}

/// The list at a JSON pointer, empty if there is none.
pub(super) fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// `metadata.name`.
pub(super) fn name(value: &Value) -> &str {
    text(value, "/metadata/name").unwrap_or_default()
}

/// `metadata.namespace`.
pub(super) fn namespace(value: &Value) -> &str {
    text(value, "/metadata/namespace").unwrap_or_default()
}

/// `metadata.uid`.
pub(super) fn uid(value: &Value) -> &str {
    text(value, "/metadata/uid").unwrap_or_default()
}

/// `metadata.resourceVersion`.
pub(super) fn resource_version(value: &Value) -> &str {
    text(value, "/metadata/resourceVersion").unwrap_or_default()
}

/// `metadata.labels`.
pub(super) fn labels(value: &Value) -> Option<&Map<String, Value>> {
    value.pointer("/metadata/labels").and_then(Value::as_object)
}

/// Whether the object waits to be deleted.
pub(super) fn is_deleting(value: &Value) -> bool {
    value.pointer("/metadata/deletionTimestamp").is_some()
}

/// The uids of the object's owners.
pub(super) fn owner_uids(value: &Value) -> impl Iterator<Item = &str> {
    list(value, "/metadata/ownerReferences").iter().filter_map(|owner| text(owner, "/uid"))
}

/// An owner reference that makes `owner` the controller.
pub(super) fn owner_reference(owner: &Value) -> Value {
    json!({
        "apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": name(owner), "uid": uid(owner),
        "controller": true, "blockOwnerDeletion": true,
    })
}

/// The map at `key`, made if it is missing or no map.
pub(super) fn child<'a>(value: &'a mut Value, key: &str) -> &'a mut Value {
    if !value.is_object() {
        *value = json!({});
    }
    let slot = &mut value[key];
    if !slot.is_object() {
        *slot = json!({});
    }
    slot
}

/// Removes a key of a map, if both are there.
pub(super) fn remove(value: &mut Value, key: &str) -> Option<Value> {
    value.as_object_mut().and_then(|map| map.remove(key))
}

/// Takes nulls out, which Kubernetes treats like absent fields.
pub(super) fn strip_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, item| !item.is_null());
            map.values_mut().for_each(strip_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_nulls),
        _ => {}
    }
}

/// Now, as Kubernetes writes times.
pub(super) fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Whether two objects are the same but for what every write touches.
pub(super) fn same_content(left: &Value, right: &Value) -> bool {
    let strip = |value: &Value| {
        let mut value = value.clone();
        if let Some(map) = value.get_mut("metadata").and_then(Value::as_object_mut) {
            for key in ["managedFields", "resourceVersion", "generation"] {
                map.remove(key);
            }
        }
        value
    };
    strip(left) == strip(right)
}
