//! ReplicaSets: as many pods as wanted.

use std::io;

use serde_json::{Value, json};

use super::{Context, conditions, garbage, templates};
use crate::simulator::checks::is_ready;
use crate::simulator::kinds;
use crate::simulator::object::{self, list, number, text};

/// One tick.
pub(super) fn step(ctx: &mut Context<'_>) -> io::Result<()> {
    for (key, set) in ctx.list(&kinds::REPLICA_SET) {
        if object::is_deleting(&set) {
            continue;
        }
        let wanted = number(&set, "/spec/replicas").unwrap_or(0);
        let mut pods = ctx.owned(&kinds::POD, object::uid(&set));
        let (fingerprint, revision) = (Context::fingerprint(&set, &pods), ctx.store.revision());
        if ctx.is_settled(&set, fingerprint) {
            continue;
        }
        pods.retain(|(_, pod)| {
            !object::is_deleting(pod) && !matches!(text(pod, "/status/phase"), Some("Failed" | "Succeeded"))
        });
        let mut refused = None;
        let mut count = i64::try_from(pods.len()).unwrap_or(i64::MAX);
        while count < wanted {
            let new = templates::NewPod {
                owner: &set,
                template: &set["spec"]["template"],
                name: None,
                labels: Vec::new(),
                claims: Vec::new(),
            };
            if let Err(why) = templates::create(ctx, new)? {
                refused = Some(why);
                break;
            }
            count += 1;
        }
        // Pods that aren't ready go first.
        pods.sort_by_key(|(key, pod)| (is_ready(pod), key.name.clone()));
        for (key, pod) in pods.iter().take(usize::try_from(count - wanted).unwrap_or(0)) {
            garbage::mark(ctx, key, pod)?;
        }
        let pods = ctx.owned(&kinds::POD, object::uid(&set));
        let alive: Vec<_> = pods.iter().filter(|(_, pod)| !object::is_deleting(pod)).collect();
        let ready = alive.iter().filter(|(_, pod)| is_ready(pod)).count();
        let (alive, ready) = (i64::try_from(alive.len()).unwrap_or(0), i64::try_from(ready).unwrap_or(0));
        let mut all: Vec<Value> = list(&set, "/status/conditions").to_vec();
        let complete = refused.is_none();
        match refused {
            Some(why) => conditions::set(&mut all, "ReplicaFailure", true, "FailedCreate", &why, false),
            None => conditions::unset(&mut all, "ReplicaFailure"),
        }
        let counts = [("readyReplicas", ready), ("availableReplicas", ready), ("fullyLabeledReplicas", alive)];
        let mut status = conditions::status(&counts, all);
        status["replicas"] = json!(alive);
        status["observedGeneration"] = set["metadata"]["generation"].clone();
        let mut after = set.as_ref().clone();
        after["status"] = status;
        ctx.save(&key, &set, after)?;
        if complete && ctx.store.revision() == revision {
            ctx.settle(&set, fingerprint);
        }
    }
    Ok(())
}
