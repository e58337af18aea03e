//! PersistentVolumeClaims: bound after a tick, deleted only when no pod uses them.

use std::io;

use serde_json::{Value, json};

use super::Context;
use crate::simulator::kinds;
use crate::simulator::object::{self, list, text};

const PROTECTION: &str = "kubernetes.io/pvc-protection";

/// One tick.
pub(super) fn step(ctx: &mut Context<'_>) -> io::Result<()> {
    for (key, claim) in ctx.list(&kinds::CLAIM) {
        if object::is_deleting(&claim) {
            let used =
                ctx.store.list(&kinds::POD, Some(&key.namespace)).any(|(_, pod)| uses(pod, &key.name) && is_alive(pod));
            if !used {
                let mut freed = claim.as_ref().clone();
                if let Some(finalizers) = freed.pointer_mut("/metadata/finalizers").and_then(Value::as_array_mut) {
                    finalizers.retain(|finalizer| finalizer != PROTECTION);
                }
                if list(&freed, "/metadata/finalizers").is_empty() {
                    ctx.store.remove(&key, None)?;
                } else {
                    ctx.save(&key, &claim, freed)?;
                }
            }
            continue;
        }
        let storage = claim["spec"]["resources"]["requests"]["storage"].clone();
        if text(&claim, "/status/phase") != Some("Bound") || claim["status"]["capacity"]["storage"] != storage {
            let mut bound = claim.as_ref().clone();
            bound["spec"]["volumeName"] = json!(format!("pvc-{}", object::uid(&claim)));
            bound["status"] = json!({"phase": "Bound", "accessModes": claim["spec"]["accessModes"], "capacity": {"storage": storage}});
            ctx.save(&key, &claim, bound)?;
        }
    }
    Ok(())
}

/// Whether a pod mounts a claim.
pub(super) fn uses(pod: &Value, claim: &str) -> bool {
    list(pod, "/spec/volumes").iter().any(|volume| text(volume, "/persistentVolumeClaim/claimName") == Some(claim))
}

fn is_alive(pod: &Value) -> bool {
    !matches!(text(pod, "/status/phase"), Some("Succeeded" | "Failed"))
}
