//! Create, replace, patch and apply: from a request's body to a stored object.

use serde_json::{Value, json};

use super::apply;
use super::canonical;
use super::defaults;
use super::error::{ApiError, ApiResult};
use super::incoming::{Sent, clear_server_fields, given_managers, preconditions, prepare, set_given_managers};
use super::kinds::{self, Kind};
use super::ledger::{EffectDraft, EffectVerb};
use super::managed_fields::{FieldSet, Manager};
use super::object::{self, child, text};
use super::quota;
use super::store::{Key, Store};
use super::validate;

/// What is done about fields that a kind doesn't have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldValidation {
    /// They are dropped.
    Ignore,
    /// They are dropped and the answer says so.
    Warn,
    /// They are refused.
    Strict,
}

/// The parameters of a write.
#[derive(Debug, Clone)]
pub(super) struct WriteOptions {
    /// Field manager, given or taken from the client's name.
    pub manager: String,
    /// User behind the token.
    pub user: String,
    /// Take over fields of other managers.
    pub force: bool,
    /// Do everything but store it.
    pub dry_run: bool,
    /// Unknown fields.
    pub validation: FieldValidation,
    /// A fault: behave as if the quota were used up.
    pub quota_exceeded: bool,
}

/// What a write led to.
#[derive(Debug)]
pub(super) struct Written {
    /// The object as stored.
    pub object: Value,
    /// Whether it is new.
    pub created: bool,
    /// Warnings for the client.
    pub warnings: Vec<String>,
}

/// How a patch is laid over the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PatchKind {
    /// RFC 7386.
    Merge,
    /// With the keys of lists.
    Strategic,
}

/// POST.
pub(super) fn create(
    store: &mut Store,
    kind: &Kind,
    namespace: &str,
    mut body: Value,
    options: &WriteOptions,
) -> ApiResult<Written> {
    let warnings = prepare(kind, namespace, None, &mut body, options, Sent::Whole)?;
    if text(&body, "/metadata/resourceVersion").is_some_and(|rv| !rv.is_empty()) {
        return Err(ApiError::bad_request("resourceVersion should not be set on objects to be created"));
    }
    let uid = store.next_uid();
    if object::name(&body).is_empty()
        && let Some(prefix) = text(&body, "/metadata/generateName").map(str::to_owned)
    {
        body["metadata"]["name"] = json!(format!("{prefix}{}", &canonical::sha256_hex(&uid)[..5]));
    }
    let key = Key::new(kind, namespace, object::name(&body));
    if store.get(&key).is_some() {
        return Err(ApiError::already_exists(kind, &key.name));
    }
    clear_server_fields(&mut body);
    let mut written = finish(store, kind, &key, body, Ownership::Update, options)?;
    written.warnings = warnings;
    Ok(written)
}

/// PUT.
pub(super) fn replace(
    store: &mut Store,
    kind: &Kind,
    key: &Key,
    mut body: Value,
    options: &WriteOptions,
) -> ApiResult<Written> {
    let warnings = prepare(kind, &key.namespace, Some(&key.name), &mut body, options, Sent::Whole)?;
    let live = store.get(key).cloned().ok_or_else(|| ApiError::not_found(kind, &key.name))?;
    preconditions(kind, key, Some(&live), &body)?;
    let managers = given_managers(&body);
    clear_server_fields(&mut body);
    set_given_managers(&mut body, managers);
    let mut written = finish(store, kind, key, body, Ownership::Update, options)?;
    written.warnings = warnings;
    Ok(written)
}

/// PATCH with a merge patch of either kind.
pub(super) fn patch(
    store: &mut Store,
    kind: &Kind,
    key: &Key,
    patch: &Value,
    how: PatchKind,
    options: &WriteOptions,
) -> ApiResult<Written> {
    let live = store.get(key).cloned().ok_or_else(|| ApiError::not_found(kind, &key.name))?;
    preconditions(kind, key, Some(&live), patch)?;
    let mut patch = patch.clone();
    let managers = given_managers(&patch);
    clear_server_fields(&mut patch);
    let mut body = live.as_ref().clone();
    object::remove(child(&mut body, "metadata"), "managedFields");
    match how {
        PatchKind::Merge => super::merge_patch::merge_patch(&mut body, &patch),
        PatchKind::Strategic => super::merge_patch::strategic_merge(kind.kind, "", &mut body, &patch),
    }
    let warnings = prepare(kind, &key.namespace, Some(&key.name), &mut body, options, Sent::Whole)?;
    set_given_managers(&mut body, managers);
    let mut written = finish(store, kind, key, body, Ownership::Update, options)?;
    written.warnings = warnings;
    Ok(written)
}

/// PATCH with server-side apply.
pub(super) fn apply(
    store: &mut Store,
    kind: &Kind,
    key: &Key,
    mut config: Value,
    options: &WriteOptions,
) -> ApiResult<Written> {
    if config.pointer("/metadata/managedFields").is_some_and(|fields| !fields.is_null()) {
        return Err(ApiError::bad_request("metadata.managedFields must be nil"));
    }
    prepare(kind, &key.namespace, Some(&key.name), &mut config, options, Sent::Applied)?;
    let live = store.get(key).cloned();
    preconditions(kind, key, live.as_deref(), &config)?;
    clear_server_fields(&mut config);
    let manager = manager(kind, options, "Apply");
    let merged = apply::apply(kind.kind, live.as_deref(), &config, &manager, options.force)
        .map_err(|conflicts| conflict_error(&conflicts))?;
    finish(store, kind, key, merged, Ownership::Applied, options)
}

/// Whether the managers are in the object already or follow from the difference.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ownership {
    Applied,
    Update,
}

fn manager(kind: &Kind, options: &WriteOptions, operation: &'static str) -> Manager {
    Manager {
        name: options.manager.clone(),
        operation,
        api_version: kind.api_version(),
        subresource: String::new(),
        time: object::now(),
        fields: FieldSet::default(),
    }
}

/// Defaults, validation, generation, quota, and the store: the same for every way to write.
fn finish(
    store: &mut Store,
    kind: &Kind,
    key: &Key,
    mut new: Value,
    ownership: Ownership,
    options: &WriteOptions,
) -> ApiResult<Written> {
    let live = store.get(key).cloned();
    let live = live.as_deref();
    if live.is_none() && store.get(&Key::new(&kinds::NAMESPACE, "", &key.namespace)).is_none() {
        return Err(ApiError::not_found(&kinds::NAMESPACE, &key.namespace));
    }
    new["apiVersion"] = json!(kind.api_version());
    new["kind"] = json!(kind.kind);
    match live {
        Some(live) => {
            for field in [
                "uid",
                "creationTimestamp",
                "deletionTimestamp",
                "deletionGracePeriodSeconds",
                "resourceVersion",
                "generation",
            ] {
                if let Some(value) = live["metadata"].get(field) {
                    new["metadata"][field] = value.clone();
                }
            }
            if let Some(status) = live.get("status") {
                new["status"] = status.clone();
            }
            if kind.kind == "Service" && new.pointer("/spec/clusterIP").is_none() {
                new["spec"]["clusterIP"] = live["spec"]["clusterIP"].clone();
            }
        }
        None => {
            new["metadata"]["uid"] = json!(store.next_uid());
            new["metadata"]["creationTimestamp"] = json!(object::now());
            if kind.kind == "Job" {
                defaults::job_selector(&mut new);
            }
        }
    }
    object::strip_nulls(&mut new);
    defaults::fill(kind, &mut new);
    if let (Some(live), "Job") = (live, kind.kind) {
        keep_job_identity(live, &mut new);
    }
    if ownership == Ownership::Update {
        apply::track_update(kind.kind, live, &mut new, &manager(kind, options, "Update"));
    }
    validate::check(kind, &new, live)?;
    if kind.generation {
        let generation = live.map_or(0, |live| object::number(live, "/metadata/generation").unwrap_or(1));
        let changed = live.is_none_or(|live| live["spec"] != new["spec"]);
        new["metadata"]["generation"] = json!(generation + i64::from(changed));
    }
    let unchanged = live.is_some_and(|live| without_times(live) == without_times(&new));
    if unchanged {
        return Ok(Written { object: live.cloned().unwrap_or(new), created: false, warnings: Vec::new() });
    }
    if live.is_none() {
        if options.quota_exceeded {
            let what = format!("count/{}", kind.qualified);
            let why = format!("exceeded quota: kontingent, requested: {what}=1, used: {what}=0, limited: {what}=0");
            return Err(ApiError::forbidden(kind, &key.name, &why));
        }
        quota::check(store, kind, &key.namespace, &new).map_err(|why| ApiError::forbidden(kind, &key.name, &why))?;
    }
    let created = live.is_none();
    if options.dry_run {
        return Ok(Written { object: new, created, warnings: Vec::new() });
    }
    let effect = EffectDraft {
        verb: if created { EffectVerb::Create } else { EffectVerb::Update },
        field_manager: options.manager.clone(),
        user: options.user.clone(),
        changed: live.is_none_or(|live| !object::same_content(live, &new)),
    };
    let finished = object::is_deleting(&new) && object::list(&new, "/metadata/finalizers").is_empty();
    let stored = store.put(key, new, Some(effect)).map_err(disk_error)?;
    if finished {
        store.remove(key, None).map_err(disk_error)?;
    }
    Ok(Written { object: stored.as_ref().clone(), created, warnings: Vec::new() })
}

/// A replaced Job keeps the selector and labels that it got at its creation.
fn keep_job_identity(live: &Value, new: &mut Value) {
    if new.pointer("/spec/selector").is_none() {
        new["spec"]["selector"] = live["spec"]["selector"].clone();
    }
    let Some(labels) = live.pointer("/spec/template/metadata/labels").and_then(Value::as_object) else { return };
    let target = child(child(child(child(new, "spec"), "template"), "metadata"), "labels");
    for (key, value) in labels.iter().filter(|(key, _)| key.ends_with("controller-uid") || key.ends_with("job-name")) {
        if target.get(key).is_none() {
            target[key] = value.clone();
        }
    }
}

/// A disk that fails is an error of the server.
pub(super) fn disk_error(error: std::io::Error) -> ApiError {
    tracing::error!(%error, "simulator: the state file can't be written");
    ApiError::internal(format!("the state of the simulated data centre can't be written: {error}"))
}

fn without_times(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(entries) = object.pointer_mut("/metadata/managedFields").and_then(Value::as_array_mut) {
        entries.iter_mut().for_each(|entry| {
            object::remove(entry, "time");
        });
        if entries.is_empty() {
            object::remove(&mut object["metadata"], "managedFields");
        }
    }
    object
}

fn conflict_error(conflicts: &[apply::Conflict]) -> ApiError {
    let causes: Vec<Value> = conflicts
        .iter()
        .map(|conflict| {
            json!({
                "reason": "FieldManagerConflict", "field": conflict.field,
                "message": format!("conflict with {}", conflict.manager),
            })
        })
        .collect();
    let text = if let [only] = conflicts {
        format!("Apply failed with 1 conflict: conflict with {}: {}", only.manager, only.field)
    } else {
        let mut parts: Vec<String> = Vec::new();
        let mut seen: Vec<&str> = Vec::new();
        for conflict in conflicts {
            if !seen.contains(&conflict.manager.as_str()) {
                seen.push(&conflict.manager);
                let fields: Vec<&str> = conflicts
                    .iter()
                    .filter(|other| other.manager == conflict.manager)
                    .map(|other| other.field.as_str())
                    .collect();
                parts.push(format!("conflicts with {}:\n- {}", conflict.manager, fields.join("\n- ")));
            }
        }
        format!("Apply failed with {} conflicts: {}", conflicts.len(), parts.join("\n"))
    };
    let mut error = ApiError::new(409, "Conflict", text);
    error.details = json!({"causes": causes});
    error
}
