//! Bodies as they come in: whose object, which types, which fields, which preconditions.

use serde_json::{Value, json};

use super::error::{ApiError, ApiResult};
use super::kinds::Kind;
use super::object::{self, child, text};
use super::store::Key;
use super::typed;
use super::write::{FieldValidation, WriteOptions};

/// Whether the body is the whole object or what one manager wants of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// POST, PUT, and the result of a merge patch.
    Whole,
    /// Server-side apply.
    Applied,
}

/// Identity, types and unknown fields of a body.
pub(super) fn prepare(
    kind: &Kind,
    namespace: &str,
    name: Option<&str>,
    body: &mut Value,
    options: &WriteOptions,
    sent: Sent,
) -> ApiResult<Vec<String>> {
    if !body.is_object() {
        return Err(ApiError::bad_request("the body of the request is not an object"));
    }
    object::strip_nulls(body);
    let api_version = kind.api_version();
    for (field, expected) in [("apiVersion", api_version.as_str()), ("kind", kind.kind)] {
        match text(body, &format!("/{field}")) {
            None | Some("") if sent == Sent::Whole => body[field] = json!(expected),
            Some(given) if given == expected => {}
            given => {
                let given = given.unwrap_or_default();
                return Err(ApiError::bad_request(format!(
                    "{field} {given:?} in the body does not match {expected:?} on the URL"
                )));
            }
        }
    }
    let metadata = child(body, "metadata");
    match text(metadata, "/namespace") {
        None | Some("") => metadata["namespace"] = json!(namespace),
        Some(given) if given == namespace => {}
        Some(_) => {
            let message = "the namespace of the provided object does not match the namespace sent on the request";
            return Err(ApiError::bad_request(message));
        }
    }
    if let Some(name) = name {
        match text(metadata, "/name") {
            None | Some("") => metadata["name"] = json!(name),
            Some(given) if given == name => {}
            Some(given) => {
                let message = format!("the name of the object ({given}) does not match the name on the URL ({name})");
                return Err(ApiError::bad_request(message));
            }
        }
    }
    typed::normalise_quantities(kind, body);
    let checked = typed::unknown_fields(kind, body);
    let mut warnings = Vec::new();
    match (sent, checked) {
        (Sent::Applied, Err(error)) => return Err(typed_patch_error(kind, namespace, name, &error)),
        (Sent::Applied, Ok(unknown)) => {
            if let Some(first) = unknown.first() {
                return Err(typed_patch_error(
                    kind,
                    namespace,
                    name,
                    &format!(".{first}: field not declared in schema"),
                ));
            }
        }
        (Sent::Whole, Err(error)) => {
            let message = format!("{0} in version {1:?} cannot be handled as a {0}: {error}", kind.kind, kind.version);
            return Err(ApiError::bad_request(message));
        }
        (Sent::Whole, Ok(unknown)) if !unknown.is_empty() => {
            let lines: Vec<String> = unknown.iter().map(|field| format!("unknown field {field:?}")).collect();
            if options.validation == FieldValidation::Strict {
                return Err(ApiError::bad_request(format!("strict decoding error: {}", lines.join(", "))));
            }
            if options.validation == FieldValidation::Warn {
                warnings = lines;
            }
            typed::drop_unknown(kind, body).map_err(ApiError::bad_request)?;
        }
        (Sent::Whole, Ok(_)) => {}
    }
    if kind.kind == "Secret" {
        bytes_are_base64(kind, body)?;
        move_string_data(body);
    }
    Ok(warnings)
}

fn typed_patch_error(kind: &Kind, namespace: &str, name: Option<&str>, why: &str) -> ApiError {
    let name = name.unwrap_or_default();
    // Kubernetes answers 500 here, not 400.
    ApiError::internal(format!(
        "failed to create typed patch object ({namespace}/{name}; {}, Kind={}): {why}",
        kind.api_version(),
        kind.kind
    ))
}

/// `data` holds bytes; Kubernetes refuses a body in which they aren't base64, and repeats them.
fn bytes_are_base64(kind: &Kind, body: &Value) -> ApiResult<()> {
    use base64::Engine as _;
    for value in body.get("data").and_then(Value::as_object).into_iter().flat_map(|data| data.values()) {
        let text = value.as_str().unwrap_or_default();
        if base64::engine::general_purpose::STANDARD.decode(text).is_err() {
            let (kind, version) = (kind.kind, kind.version);
            let why = format!("illegal base64 data, error found in {text:?}");
            let message = format!("{kind} in version {version:?} cannot be handled as a {kind}: {why}");
            return Err(ApiError::bad_request(message));
        }
    }
    Ok(())
}

/// `stringData` is write-only: it ends up in `data`.
fn move_string_data(body: &mut Value) {
    use base64::Engine as _;
    let Some(Value::Object(strings)) = object::remove(body, "stringData") else { return };
    let data = child(body, "data");
    for (key, value) in strings {
        let encoded = base64::engine::general_purpose::STANDARD.encode(value.as_str().unwrap_or_default());
        data[key] = json!(encoded);
    }
}

/// uid and resourceVersion in a body are preconditions.
pub(super) fn preconditions(kind: &Kind, key: &Key, live: Option<&Value>, body: &Value) -> ApiResult<()> {
    let given = |pointer| text(body, pointer).filter(|text| !text.is_empty());
    if let Some(uid) = given("/metadata/uid") {
        let actual = live.map(object::uid).unwrap_or_default();
        if uid != actual {
            let why = format!("Precondition failed: UID in precondition: {uid}, UID in object meta: {actual}");
            return Err(ApiError::conflict(kind, &key.name, &why));
        }
    }
    match (given("/metadata/resourceVersion"), live) {
        (Some(rv), Some(live)) if rv != object::resource_version(live) => Err(ApiError::stale(kind, &key.name)),
        _ => Ok(()),
    }
}

/// Managers in a body replace those of the object (`[{}]` means none); that is how a client hands fields over.
pub(super) fn given_managers(body: &Value) -> Option<Value> {
    let managers = body.pointer("/metadata/managedFields")?;
    managers.as_array().is_some_and(|entries| !entries.is_empty()).then(|| managers.clone())
}

/// Puts back what [`given_managers`] found.
pub(super) fn set_given_managers(body: &mut Value, managers: Option<Value>) {
    if let Some(managers) = managers {
        child(body, "metadata")["managedFields"] = managers;
    }
}

/// Takes out what only the server writes.
pub(super) fn clear_server_fields(body: &mut Value) {
    object::remove(body, "status");
    let Some(metadata) = body.get_mut("metadata") else { return };
    for field in [
        "uid",
        "resourceVersion",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
        "managedFields",
        "selfLink",
    ] {
        object::remove(metadata, field);
    }
}
