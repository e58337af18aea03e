//! Deployments: one ReplicaSet per template, rolled out step by step, and a status that says how far it is.

use std::io;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{Context, conditions, part_of};
use crate::simulator::canonical::short_hash;
use crate::simulator::kinds;
use crate::simulator::object::{self, child, list, number, text};
use crate::simulator::store::Key;

/// One tick.
pub(super) fn step(ctx: &mut Context<'_>) -> io::Result<()> {
    for (key, deployment) in ctx.list(&kinds::DEPLOYMENT) {
        if !object::is_deleting(&deployment) {
            sync(ctx, &key, &deployment)?;
        }
    }
    Ok(())
}

type Sets = Vec<(Key, Arc<Value>)>;

fn sync(ctx: &mut Context<'_>, key: &Key, deployment: &Value) -> io::Result<()> {
    let uid = object::uid(deployment);
    let wanted = number(deployment, "/spec/replicas").unwrap_or(1);
    let new_name = format!("{}-{}", key.name, short_hash(&deployment["spec"]["template"]));
    let mut sets = ctx.owned(&kinds::REPLICA_SET, uid);
    let (fingerprint, seen) = (Context::fingerprint(deployment, &sets), ctx.store.revision());
    if ctx.is_settled(deployment, fingerprint) {
        return Ok(());
    }
    if !sets.iter().any(|(set, _)| set.name == new_name) {
        create_set(ctx, deployment, &new_name, sets.len())?;
        sets = ctx.owned(&kinds::REPLICA_SET, uid);
    }
    let (new, old): (Sets, Sets) = sets.into_iter().partition(|(set, _)| set.name == new_name);
    let Some((new_key, new)) = new.into_iter().next() else { return Ok(()) };

    let unavailable = scale(ctx, deployment, wanted, (&new_key, &new), &old)?;
    let limit = number(deployment, "/spec/revisionHistoryLimit").unwrap_or(10);
    drop_history(ctx, &old, usize::try_from(limit).unwrap_or(10))?;

    let old_replicas: i64 = old.iter().map(|(_, set)| number(set, "/status/replicas").unwrap_or(0)).sum();
    let old_ready: i64 = old.iter().map(|(_, set)| number(set, "/status/readyReplicas").unwrap_or(0)).sum();
    let updated = number(&new, "/status/replicas").unwrap_or(0);
    let ready = old_ready + number(&new, "/status/readyReplicas").unwrap_or(0);
    let complete = updated == wanted && old_replicas == 0 && ready == wanted;

    let mut all = list(deployment, "/status/conditions").to_vec();
    if ready >= wanted - unavailable {
        conditions::set(
            &mut all,
            "Available",
            true,
            "MinimumReplicasAvailable",
            "Deployment has minimum availability.",
            true,
        );
    } else {
        let message = "Deployment does not have minimum availability.";
        conditions::set(&mut all, "Available", false, "MinimumReplicasUnavailable", message, true);
    }
    progress(ctx, deployment, &new_name, complete, &mut all);
    let failure =
        list(&new, "/status/conditions").iter().find(|condition| text(condition, "/type") == Some("ReplicaFailure"));
    match failure.and_then(|failure| text(failure, "/message")) {
        Some(message) => conditions::set(&mut all, "ReplicaFailure", true, "FailedCreate", message, true),
        None => conditions::unset(&mut all, "ReplicaFailure"),
    }

    let replicas = updated + old_replicas;
    let counts = [
        ("replicas", replicas),
        ("updatedReplicas", updated),
        ("readyReplicas", ready),
        ("availableReplicas", ready),
        ("unavailableReplicas", (wanted.max(replicas) - ready).max(0)),
    ];
    let mut status = conditions::status(&counts, all);
    status["observedGeneration"] = deployment["metadata"]["generation"].clone();
    let mut after = deployment.clone();
    after["status"] = status;
    let revision = new.pointer("/metadata/annotations/deployment.kubernetes.io~1revision").cloned();
    child(child(&mut after, "metadata"), "annotations")["deployment.kubernetes.io/revision"] =
        revision.unwrap_or(json!("1"));
    ctx.save(key, deployment, after)?;
    if complete && ctx.store.revision() == seen {
        ctx.settle(deployment, fingerprint);
    }
    Ok(())
}

fn create_set(ctx: &mut Context<'_>, deployment: &Value, name: &str, older: usize) -> io::Result<()> {
    let hash = name.rsplit('-').next().unwrap_or_default();
    let mut template = deployment["spec"]["template"].clone();
    child(child(&mut template, "metadata"), "labels")["pod-template-hash"] = json!(hash);
    let mut selector = deployment["spec"]["selector"].clone();
    child(&mut selector, "matchLabels")["pod-template-hash"] = json!(hash);
    let set = json!({
        "metadata": {
            "name": name, "namespace": object::namespace(deployment), "labels": template["metadata"]["labels"],
            "annotations": {"deployment.kubernetes.io/revision": (older + 1).to_string()},
            "ownerReferences": [object::owner_reference(deployment)],
        },
        "spec": {"replicas": 0, "selector": selector, "template": template},
        "status": {"replicas": 0},
    });
    ctx.create(&kinds::REPLICA_SET, set)?;
    Ok(())
}

/// Sets how many pods each ReplicaSet should have. Gives how many may be missing.
fn scale(
    ctx: &mut Context<'_>,
    deployment: &Value,
    wanted: i64,
    (new_key, new): (&Key, &Arc<Value>),
    old: &Sets,
) -> io::Result<i64> {
    let spec = |set: &Value| number(set, "/spec/replicas").unwrap_or(0);
    let ready = |set: &Value| number(set, "/status/readyReplicas").unwrap_or(0);
    if text(deployment, "/spec/strategy/type") == Some("Recreate") {
        for (key, set) in old {
            set_replicas(ctx, key, set, 0)?;
        }
        let alive = old.iter().any(|(_, set)| !ctx.owned(&kinds::POD, object::uid(set)).is_empty());
        if !alive {
            set_replicas(ctx, new_key, new, wanted)?;
        }
        return Ok(0);
    }
    let rolling = &deployment["spec"]["strategy"]["rollingUpdate"];
    let surge = part_of(rolling.get("maxSurge"), wanted, true);
    let mut unavailable = part_of(rolling.get("maxUnavailable"), wanted, false);
    if surge == 0 && unavailable == 0 {
        unavailable = 1;
    }
    let total: i64 = spec(new) + old.iter().map(|(_, set)| spec(set)).sum::<i64>();
    let target = if spec(new) >= wanted { wanted } else { (spec(new) + (wanted + surge - total).max(0)).min(wanted) };
    set_replicas(ctx, new_key, new, target)?;

    let mut room = total - (wanted - unavailable) - (spec(new) - ready(new)).max(0);
    for pass in ["unready", "ready"] {
        for (key, set) in old {
            let Some(current) = ctx.store.get(key).cloned() else { continue };
            let have = spec(&current);
            // Pods that never were ready cost no availability, so they go first.
            let loose = if pass == "unready" { (have - ready(set)).max(0) } else { have };
            let less = loose.min(room.max(0));
            if less > 0 {
                set_replicas(ctx, key, &current, have - less)?;
                room -= less;
            }
        }
    }
    Ok(unavailable)
}

fn set_replicas(ctx: &mut Context<'_>, key: &Key, set: &Value, replicas: i64) -> io::Result<()> {
    if number(set, "/spec/replicas") == Some(replicas) {
        return Ok(());
    }
    let mut after = set.clone();
    after["spec"]["replicas"] = json!(replicas);
    let generation = number(set, "/metadata/generation").unwrap_or(0);
    after["metadata"]["generation"] = json!(generation + 1);
    ctx.save(key, set, after)
}

/// Whether the rollout moves, is done, or took too long.
fn progress(ctx: &mut Context<'_>, deployment: &Value, set: &str, complete: bool, all: &mut Vec<Value>) {
    let wait = format!("progress/{}/{}", object::uid(deployment), deployment["metadata"]["generation"]);
    let current =
        list(deployment, "/status/conditions").iter().find(|condition| text(condition, "/type") == Some("Progressing"));
    let generation_seen = deployment["status"]["observedGeneration"] == deployment["metadata"]["generation"];
    let was_done =
        generation_seen && current.and_then(|condition| text(condition, "/reason")) == Some("NewReplicaSetAvailable");
    if complete || was_done {
        ctx.forget(&wait);
        let message = format!("ReplicaSet \"{set}\" has successfully progressed.");
        conditions::set(all, "Progressing", true, "NewReplicaSetAvailable", &message, true);
        return;
    }
    let deadline = number(deployment, "/spec/progressDeadlineSeconds").unwrap_or(600);
    if ctx.waited(&wait, u64::try_from(deadline).unwrap_or(600)) {
        let message = format!("ReplicaSet \"{set}\" has timed out progressing.");
        conditions::set(all, "Progressing", false, "ProgressDeadlineExceeded", &message, true);
    } else {
        let message = format!("ReplicaSet \"{set}\" is progressing.");
        conditions::set(all, "Progressing", true, "ReplicaSetUpdated", &message, true);
    }
}

fn drop_history(ctx: &mut Context<'_>, old: &Sets, limit: usize) -> io::Result<()> {
    let mut empty: Vec<&(Key, Arc<Value>)> = old
        .iter()
        .filter(|(_, set)| number(set, "/spec/replicas") == Some(0) && number(set, "/status/replicas") == Some(0))
        .collect();
    empty.sort_by_key(|(_, set)| object::resource_version(set).parse::<u64>().unwrap_or(0));
    let surplus = empty.len().saturating_sub(limit);
    for (key, _) in &empty[..surplus] {
        ctx.store.remove(key, None)?;
    }
    Ok(())
}
