//! Delete: preconditions, propagation to dependents, finalizers.

use serde_json::{Value, json};

use super::error::{ApiError, ApiResult};
use super::kinds::Kind;
use super::ledger::{EffectDraft, EffectVerb};
use super::object::{self, child, list, text};
use super::store::{Key, Store};
use super::write::disk_error;

/// What happens to the objects that name the deleted one as their owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Propagation {
    /// They follow later.
    Background,
    /// They go first.
    Foreground,
    /// They stay and lose their owner.
    Orphan,
}

/// The DeleteOptions of a request.
#[derive(Debug, Clone, Default)]
pub(super) struct DeleteOptions {
    /// Precondition.
    pub uid: Option<String>,
    /// Precondition.
    pub resource_version: Option<String>,
    /// Without it, the kind decides.
    pub propagation: Option<Propagation>,
    /// 0: a pod goes at once.
    pub grace_seconds: Option<i64>,
    /// Do everything but store it.
    pub dry_run: bool,
}

impl DeleteOptions {
    /// Reads the body of a request.
    pub fn of_body(body: &Value) -> ApiResult<Self> {
        let get = |pointer| text(body, pointer).map(str::to_owned);
        let mut options = Self {
            uid: get("/preconditions/uid"),
            resource_version: get("/preconditions/resourceVersion"),
            grace_seconds: object::number(body, "/gracePeriodSeconds"),
            dry_run: !list(body, "/dryRun").is_empty(),
            propagation: None,
        };
        if let Some(policy) = text(body, "/propagationPolicy") {
            options.propagation = Some(Propagation::parse(policy)?);
        } else if let Some(orphan) = body.get("orphanDependents").and_then(Value::as_bool) {
            options.propagation = Some(if orphan { Propagation::Orphan } else { Propagation::Background });
        }
        Ok(options)
    }
}

impl Propagation {
    /// Reads a `propagationPolicy`.
    pub fn parse(text: &str) -> ApiResult<Self> {
        match text {
            "Background" => Ok(Self::Background),
            "Foreground" => Ok(Self::Foreground),
            "Orphan" => Ok(Self::Orphan),
            other => {
                Err(ApiError::new(422, "Invalid", format!("DeleteOptions is invalid: propagationPolicy: {other:?}")))
            }
        }
    }
}

/// Deletes one object. Gives what the answer says: a Status, or the object if it waits for something.
pub(super) fn delete(
    store: &mut Store,
    kind: &Kind,
    key: &Key,
    options: &DeleteOptions,
    user: &str,
) -> ApiResult<Value> {
    let live = store.get(key).cloned().ok_or_else(|| ApiError::not_found(kind, &key.name))?;
    let uid = object::uid(&live).to_owned();
    if let Some(wanted) = options.uid.as_ref().filter(|wanted| **wanted != uid) {
        let why = format!(
            "the UID in the precondition ({wanted}) does not match the UID in record ({uid}). The object might have been \
             deleted and then recreated"
        );
        return Err(ApiError::conflict(kind, &key.name, &why));
    }
    let rv = object::resource_version(&live);
    if let Some(wanted) = options.resource_version.as_ref().filter(|wanted| *wanted != rv) {
        let why = format!(
            "the ResourceVersion in the precondition ({wanted}) does not match the ResourceVersion in record ({rv}). The \
             object might have been modified"
        );
        return Err(ApiError::conflict(kind, &key.name, &why));
    }
    let gone = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
        "details": {"name": key.name, "group": kind.group, "kind": kind.plural, "uid": uid},
    });
    if options.dry_run {
        return Ok(gone);
    }
    // For a Job the default is to leave its pods alone; every newer kind takes its dependents along.
    let default = if kind.kind == "Job" { Propagation::Orphan } else { Propagation::Background };
    let propagation = options.propagation.unwrap_or(default);
    if propagation == Propagation::Orphan {
        orphan(store, &uid)?;
    }
    let mut marked = live.as_ref().clone();
    if propagation == Propagation::Foreground && !store.dependents(&uid).is_empty() {
        let metadata = child(&mut marked, "metadata");
        let mut finalizers = list(metadata, "/finalizers").to_vec();
        if !finalizers.iter().any(|finalizer| finalizer == FOREGROUND) {
            finalizers.push(json!(FOREGROUND));
        }
        metadata["finalizers"] = Value::Array(finalizers);
    }
    let graceful = kind.kind == "Pod" && options.grace_seconds != Some(0);
    let effect =
        EffectDraft { verb: EffectVerb::Delete, field_manager: String::new(), user: user.to_owned(), changed: true };
    if list(&marked, "/metadata/finalizers").is_empty() && !graceful {
        store.remove(key, Some(effect)).map_err(disk_error)?;
        return Ok(gone);
    }
    if object::is_deleting(&live) && marked == *live {
        return Ok(marked);
    }
    let again = object::is_deleting(&live);
    if !again {
        let metadata = child(&mut marked, "metadata");
        metadata["deletionTimestamp"] = json!(object::now());
        metadata["deletionGracePeriodSeconds"] = json!(if graceful { 30 } else { 0 });
        if kind.generation {
            let generation = object::number(metadata, "/generation").unwrap_or(0);
            metadata["generation"] = json!(generation + 1);
        }
    }
    let stored = store.put(key, marked, (!again).then_some(effect)).map_err(disk_error)?;
    Ok(stored.as_ref().clone())
}

/// The finalizer of an object whose dependents go first.
pub(super) const FOREGROUND: &str = "foregroundDeletion";

/// Takes the owner out of its dependents.
fn orphan(store: &mut Store, uid: &str) -> ApiResult<()> {
    for (key, dependent) in store.dependents(uid) {
        let mut changed = dependent.as_ref().clone();
        if let Some(owners) = changed.pointer_mut("/metadata/ownerReferences").and_then(Value::as_array_mut) {
            owners.retain(|owner| text(owner, "/uid") != Some(uid));
        }
        if list(&changed, "/metadata/ownerReferences").is_empty() {
            object::remove(child(&mut changed, "metadata"), "ownerReferences");
        }
        store.put(&key, changed, None).map_err(disk_error)?;
    }
    Ok(())
}
