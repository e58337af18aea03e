//! What is done to an object before it is sent.

use base64::Engine as _;
use portal_core::ports::TargetError;
use portal_model::operation::FailureCause;
use serde_json::{Map, Value, json};

use super::api::Api;
use super::{INSTANCE_LABEL, STAGE_LABEL, kinds::Kind};

/// A copy for the target's namespace, with what server-side apply needs spelt out.
pub(super) fn prepare(api: &Api<'_>, kind: &Kind, object: &Value) -> Result<Value, TargetError> {
    let mut object = object.clone();
    let Some(map) = object.as_object_mut() else {
        return Err(TargetError::new(FailureCause::Invalid, "not an object"));
    };
    map.remove("status");
    let namespace = api.namespace();
    if let Some(metadata) = map.get_mut("metadata").and_then(Value::as_object_mut) {
        if metadata.get("namespace").and_then(Value::as_str).is_some_and(|given| given != namespace) {
            let detail = format!("{}: names another namespace", kind.kind);
            return Err(TargetError::new(FailureCause::PackageRefused, detail));
        }
        metadata.insert("namespace".to_owned(), json!(namespace));
        for field in ["uid", "resourceVersion", "managedFields", "generation", "creationTimestamp", "selfLink"] {
            metadata.remove(field);
        }
    }
    if label(&object, INSTANCE_LABEL).is_none() {
        return Err(TargetError::new(
            FailureCause::Internal,
            format!("{} without the label {INSTANCE_LABEL}", kind.kind),
        ));
    }
    match kind.kind {
        "Secret" => encode_strings(&mut object),
        "Service" => name_protocols(object.pointer_mut("/spec/ports")),
        "CronJob" => name_pod_protocols(object.pointer_mut("/spec/jobTemplate/spec/template/spec")),
        _ => name_pod_protocols(object.pointer_mut("/spec/template/spec")),
    }
    Ok(object)
}

/// Whether an object of the target carries our labels for the same instance and stage.
pub(super) fn is_ours(live: &Value, wanted: &Value) -> bool {
    let same = |name| label(live, name).is_some() && label(live, name) == label(wanted, name);
    same(INSTANCE_LABEL) && (label(wanted, STAGE_LABEL).is_none() || same(STAGE_LABEL))
}

/// A label's value.
pub(super) fn label<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object.get("metadata")?.get("labels")?.get(name)?.as_str()
}

/// `stringData` is write-only, so that dropping a key from it would never remove that key.
fn encode_strings(object: &mut Value) {
    let Some(Value::Object(strings)) = object.as_object_mut().and_then(|map| map.remove("stringData")) else { return };
    let Some(map) = object.as_object_mut() else { return };
    let data = map.entry("data").or_insert_with(|| Value::Object(Map::new()));
    for (key, value) in strings {
        if let Some(text) = value.as_str() {
            data[key] = json!(base64::engine::general_purpose::STANDARD.encode(text));
        }
    }
}

/// The protocol is part of a port's key; Kubernetes before 1.21 doesn't fill it in before it merges.
fn name_protocols(ports: Option<&mut Value>) {
    for port in ports.and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(port) = port.as_object_mut() {
            port.entry("protocol").or_insert_with(|| json!("TCP"));
        }
    }
}

fn name_pod_protocols(spec: Option<&mut Value>) {
    let Some(spec) = spec else { return };
    for list in ["containers", "initContainers"] {
        for container in spec.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            name_protocols(container.get_mut("ports"));
        }
    }
}
