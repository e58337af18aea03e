//! Read, create, update and delete, fenced by uid and resourceVersion.
//!
//! A create is a POST, because server-side apply can't say "only if it isn't there". What a POST sets belongs to the
//! operation "Update" of our manager, and a later apply would leave every field that it drops. So the first update turns
//! that entry into one of "Apply", under the fence, and then applies.

use http::Method;
use portal_core::ports::{Applied, ObjectRef, TargetError};
use portal_model::operation::FailureCause;
use serde_json::{Value, json};

use super::api::{Api, BodyKind};
use super::error::Subject;
use super::kinds::{self, Kind};
use super::{FIELD_MANAGER, prepare};

/// Reads one object.
pub(super) async fn read(api: &Api<'_>, object: &Value) -> Result<Option<ObjectRef>, TargetError> {
    let (kind, name) = kinds::identify(object)?;
    Ok(api.get(kind, name).await?.map(|live| reference(kind, &live)))
}

/// What identifies an object of the target.
pub(super) fn reference(kind: &Kind, live: &Value) -> ObjectRef {
    let text = |name: &str| live["metadata"][name].as_str().unwrap_or_default().to_owned();
    ObjectRef {
        api_version: kind.api_version(),
        kind: kind.kind.to_owned(),
        name: text("name"),
        uid: text("uid"),
        resource_version: text("resourceVersion"),
    }
}

/// Creates an object; only the first creator wins.
pub(super) async fn create(api: &Api<'_>, object: &Value) -> Result<Applied, TargetError> {
    let (kind, name) = kinds::identify(object)?;
    let body = prepare::prepare(api, kind, object)?;
    let path = format!("{}?{}", api.path(kind, None), api.write_query());
    let answer = api.send(Method::POST, &path, Some((BodyKind::Json, &body)), None).await;
    answer.map_err(|problem| problem.into_error(&Subject::object("create", kind, name)))?;
    Ok(Applied::Created)
}

/// Applies to what was seen.
pub(super) async fn update(api: &Api<'_>, object: &Value, seen: &ObjectRef) -> Result<Applied, TargetError> {
    let (kind, name) = kinds::identify(object)?;
    if seen.name != name || seen.kind != kind.kind {
        return Err(TargetError::new(FailureCause::Internal, format!("{}/{name}: seen another object", kind.kind)));
    }
    let mut body = prepare::prepare(api, kind, object)?;
    let Some(before) = api.get(kind, name).await? else { return Err(overtaken(kind, name, "gone")) };
    if reference(kind, &before) != *seen {
        return Err(overtaken(kind, name, "changed by another"));
    }
    if !prepare::is_ours(&before, &body) {
        let detail = format!("{}/{name}: belongs to somebody else", kind.kind);
        return Err(TargetError::new(FailureCause::Conflict, detail));
    }
    if before["metadata"].get("deletionTimestamp").is_some() {
        return Err(TargetError::new(FailureCause::Conflict, format!("{}/{name}: is being deleted", kind.kind)));
    }
    let subject = Subject::object("patch", kind, name);
    let path = format!("{}?{}", api.path(kind, Some(name)), api.write_query());
    let mut version = seen.resource_version.clone();
    if let Some(managers) = adopted(&before) {
        let patch = json!({"metadata": {"resourceVersion": version, "managedFields": managers}});
        let answer = api.send(Method::PATCH, &path, Some((BodyKind::Merge, &patch)), None).await;
        version = reference(kind, &answer.map_err(|problem| problem.into_error(&subject))?).resource_version;
    }
    body["metadata"]["uid"] = json!(seen.uid);
    body["metadata"]["resourceVersion"] = json!(version);
    // Force: in an object of ours the package decides over what somebody changed by hand.
    let answer = api.send(Method::PATCH, &format!("{path}&force=true"), Some((BodyKind::Apply, &body)), None).await;
    match answer {
        Ok(after) if content(&after) == content(&before) => Ok(Applied::Unchanged),
        Ok(_) => Ok(Applied::Changed),
        // A Job can't be changed; the next attempt finds none and makes it.
        Err(problem) if kind == &kinds::JOB && problem.is_immutable() => {
            let seen = ObjectRef { resource_version: version, ..seen.clone() };
            delete(api, &seen).await?;
            Err(TargetError::new(FailureCause::Conflict, format!("Job/{name}: is being replaced")))
        }
        Err(problem) => Err(problem.into_error(&subject)),
    }
}

/// Deletes what was seen, with what depends on it.
pub(super) async fn delete(api: &Api<'_>, seen: &ObjectRef) -> Result<(), TargetError> {
    let kind = kinds::find(&seen.api_version, &seen.kind)?;
    if !kinds::is_name(&seen.name) || seen.uid.is_empty() || seen.resource_version.is_empty() {
        return Err(TargetError::new(FailureCause::Internal, format!("{}: deletion without a fence", kind.kind)));
    }
    let options = json!({
        "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background",
        "preconditions": {"uid": seen.uid, "resourceVersion": seen.resource_version},
    });
    let path = format!("{}?{}", api.path(kind, Some(&seen.name)), api.write_query());
    match api.send(Method::DELETE, &path, Some((BodyKind::Json, &options)), None).await {
        Ok(_) => Ok(()),
        Err(problem) if problem.is_missing_object() => Ok(()),
        Err(problem) => Err(problem.into_error(&Subject::object("delete", kind, &seen.name))),
    }
}

fn overtaken(kind: &Kind, name: &str, how: &str) -> TargetError {
    TargetError::new(FailureCause::Fenced, format!("{}/{name}: {how}", kind.kind))
}

/// The managers with our "Update" entry turned into "Apply"; `None` if there is none.
fn adopted(live: &Value) -> Option<Value> {
    let managers = live["metadata"]["managedFields"].as_array()?;
    let ours = |entry: &Value, operation: &str| {
        let subresource = entry.get("subresource").and_then(Value::as_str).unwrap_or_default();
        entry["manager"] == FIELD_MANAGER && entry["operation"] == operation && subresource.is_empty()
    };
    let created = managers.iter().find(|entry| ours(entry, "Update"))?;
    let mut kept: Vec<Value> =
        managers.iter().filter(|entry| !ours(entry, "Update") && !ours(entry, "Apply")).cloned().collect();
    let mut entry = created.clone();
    entry["operation"] = json!("Apply");
    for applied in managers.iter().filter(|entry| ours(entry, "Apply")) {
        merge(&mut entry["fieldsV1"], &applied["fieldsV1"]);
    }
    kept.push(entry);
    Some(Value::Array(kept))
}

/// Union of two sets of fields.
fn merge(into: &mut Value, from: &Value) {
    let (Some(into), Some(from)) = (into.as_object_mut(), from.as_object()) else { return };
    for (field, inner) in from {
        merge(into.entry(field).or_insert_with(|| json!({})), inner);
    }
}

/// What of an object counts as its content: neither the cluster's bookkeeping nor its status.
fn content(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(map) = object.as_object_mut() {
        map.remove("status");
    }
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        for field in ["managedFields", "resourceVersion", "generation"] {
            metadata.remove(field);
        }
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adopts_what_a_create_set() {
        let live = json!({"metadata": {"managedFields": [
            {"manager": "kube-controller-manager", "operation": "Update", "fieldsV1": {"f:status": {}}},
            {"manager": "ozg-portal", "operation": "Update", "fieldsV1": {"f:data": {"f:a": {}, "f:b": {}}}},
            {"manager": "ozg-portal", "operation": "Apply", "fieldsV1": {"f:data": {"f:c": {}}}},
        ]}});
        let expected = json!([
            {"manager": "kube-controller-manager", "operation": "Update", "fieldsV1": {"f:status": {}}},
            {"manager": "ozg-portal", "operation": "Apply", "fieldsV1": {"f:data": {"f:a": {}, "f:b": {}, "f:c": {}}}},
        ]);
        assert_eq!(adopted(&live), Some(expected.clone()));
        assert_eq!(adopted(&json!({"metadata": {"managedFields": expected}})), None);
    }
}
