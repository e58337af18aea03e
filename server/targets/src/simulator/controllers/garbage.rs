//! Garbage collection: dependents follow their owners, foreground deletion waits for dependents.

use std::io;

use serde_json::Value;

use super::Context;
use crate::simulator::delete::FOREGROUND;
use crate::simulator::kinds;
use crate::simulator::object::{self, list};

/// One tick.
pub(super) fn step(ctx: &mut Context<'_>) -> io::Result<()> {
    // Each round may set the next generation free: Deployment, ReplicaSet, Pod.
    for _ in 0..8 {
        let before = ctx.store.revision();
        finish_foreground(ctx)?;
        collect_orphans(ctx)?;
        if ctx.store.revision() == before {
            break;
        }
    }
    let events: Vec<_> = ctx.store.list(&kinds::EVENT, None).map(|(key, event)| (event.clone(), key.clone())).collect();
    if events.len() > super::MAX_EVENTS {
        let revision = |event: &Value| object::resource_version(event).parse::<u64>().unwrap_or(0);
        let mut events = events;
        events.sort_by_key(|(event, _)| revision(event));
        for (_, key) in &events[..events.len() - super::MAX_EVENTS] {
            ctx.store.remove(key, None)?;
        }
    }
    Ok(())
}

fn collect_orphans(ctx: &mut Context<'_>) -> io::Result<()> {
    for (key, object) in ctx.store.orphans() {
        let graceful_pod = key.kind == kinds::POD.qualified;
        if list(&object, "/metadata/finalizers").is_empty() && !graceful_pod {
            ctx.store.remove(&key, None)?;
        } else if !object::is_deleting(&object) {
            mark(ctx, &key, &object)?;
        }
    }
    Ok(())
}

/// Marks an object as waiting to be deleted.
pub(super) fn mark(ctx: &mut Context<'_>, key: &crate::simulator::store::Key, object: &Value) -> io::Result<()> {
    let mut marked = object.clone();
    marked["metadata"]["deletionTimestamp"] = serde_json::json!(object::now());
    ctx.store.put(key, marked, None)?;
    Ok(())
}

fn finish_foreground(ctx: &mut Context<'_>) -> io::Result<()> {
    let waiting: Vec<_> = ctx
        .store
        .all()
        .filter(|(_, object)| {
            object::is_deleting(object)
                && list(object, "/metadata/finalizers").iter().any(|finalizer| finalizer == FOREGROUND)
        })
        .map(|(key, object)| (key.clone(), object.clone()))
        .collect();
    for (key, owner) in waiting {
        let dependents = ctx.store.dependents(object::uid(&owner));
        if dependents.is_empty() {
            let mut freed = owner.as_ref().clone();
            if let Some(finalizers) = freed.pointer_mut("/metadata/finalizers").and_then(Value::as_array_mut) {
                finalizers.retain(|finalizer| finalizer != FOREGROUND);
            }
            if list(&freed, "/metadata/finalizers").is_empty() {
                ctx.store.remove(&key, None)?;
            } else {
                ctx.store.put(&key, freed, None)?;
            }
        }
        for (key, dependent) in dependents {
            if object::is_deleting(&dependent) {
                continue;
            }
            if !ctx.store.dependents(object::uid(&dependent)).is_empty() {
                let mut marked = dependent.as_ref().clone();
                marked["metadata"]["finalizers"] = serde_json::json!([FOREGROUND]);
                mark(ctx, &key, &marked)?;
            } else if key.kind == kinds::POD.qualified || !list(&dependent, "/metadata/finalizers").is_empty() {
                mark(ctx, &key, &dependent)?;
            } else {
                ctx.store.remove(&key, None)?;
            }
        }
    }
    Ok(())
}
