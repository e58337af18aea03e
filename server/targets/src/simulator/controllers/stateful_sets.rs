//! StatefulSets: pods with fixed names and their own claims, made and replaced one after the other.

use std::io;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{Context, conditions, garbage, templates};
use crate::simulator::canonical::short_hash;
use crate::simulator::checks::is_ready;
use crate::simulator::kinds;
use crate::simulator::object::{self, list, number, text};
use crate::simulator::store::Key;

/// One tick.
pub(super) fn step(ctx: &mut Context<'_>) -> io::Result<()> {
    for (key, set) in ctx.list(&kinds::STATEFUL_SET) {
        if !object::is_deleting(&set) {
            sync(ctx, &key, &set)?;
        }
    }
    Ok(())
}

fn revision_of(pod: &Value) -> Option<&str> {
    text(pod, "/metadata/labels/controller-revision-hash")
}

fn sync(ctx: &mut Context<'_>, key: &Key, set: &Value) -> io::Result<()> {
    let wanted = number(set, "/spec/replicas").unwrap_or(1);
    let update = format!("{}-{}", key.name, short_hash(&set["spec"]["template"]));
    let ordered = text(set, "/spec/podManagementPolicy") != Some("Parallel");
    let mut refused = None;

    let find = |ctx: &Context<'_>, ordinal: i64| {
        let pod = Key::new(&kinds::POD, &key.namespace, &format!("{}-{ordinal}", key.name));
        ctx.store.get(&pod).cloned().map(|object| (pod, object))
    };
    let mut settled = true;
    for ordinal in 0..wanted {
        match find(ctx, ordinal) {
            None => {
                refused = create_pod(ctx, set, ordinal, &update)?;
                settled = false;
            }
            Some((pod_key, pod)) if text(&pod, "/status/phase") == Some("Failed") => {
                garbage::mark(ctx, &pod_key, &pod)?;
                settled = false;
            }
            Some((_, pod)) => settled &= is_ready(&pod),
        }
        // In order: a pod that isn't ready holds up all behind it, also their update.
        if ordered && !settled {
            break;
        }
    }
    let mut surplus: Vec<(i64, Key, Arc<Value>)> = ctx
        .owned(&kinds::POD, object::uid(set))
        .into_iter()
        .filter_map(|(pod_key, pod)| {
            let ordinal: i64 = pod_key.name.strip_prefix(&format!("{}-", key.name))?.parse().ok()?;
            (ordinal >= wanted).then_some((ordinal, pod_key, pod))
        })
        .collect();
    surplus.sort_by_key(|(ordinal, ..)| -ordinal);
    if let Some((_, pod_key, pod)) =
        surplus.first().filter(|(.., pod)| (settled || !ordered) && !object::is_deleting(pod))
    {
        garbage::mark(ctx, pod_key, pod)?;
    }
    let rolling = text(set, "/spec/updateStrategy/type") == Some("RollingUpdate");
    if settled && rolling && surplus.is_empty() {
        let partition = number(set, "/spec/updateStrategy/rollingUpdate/partition").unwrap_or(0);
        let outdated = (partition..wanted)
            .rev()
            .filter_map(|ordinal| find(ctx, ordinal))
            .find(|(_, pod)| revision_of(pod) != Some(&update));
        if let Some((pod_key, pod)) = outdated {
            garbage::mark(ctx, &pod_key, &pod)?;
        }
    }
    status(ctx, key, set, &update, wanted, refused)
}

fn create_pod(ctx: &mut Context<'_>, set: &Value, ordinal: i64, revision: &str) -> io::Result<Option<String>> {
    let name = format!("{}-{ordinal}", object::name(set));
    let namespace = object::namespace(set);
    let mut claims = Vec::new();
    for template in list(set, "/spec/volumeClaimTemplates") {
        let volume = object::name(template).to_owned();
        let claim = format!("{volume}-{name}");
        if ctx.store.get(&Key::new(&kinds::CLAIM, namespace, &claim)).is_none() {
            let mut object = template.clone();
            object["metadata"]["name"] = json!(claim);
            object["metadata"]["namespace"] = json!(namespace);
            // Those of the template stay; those of the selector come on top.
            for (key, value) in set["spec"]["selector"]["matchLabels"].as_object().into_iter().flatten() {
                object["metadata"]["labels"][key] = value.clone();
            }
            crate::simulator::defaults::fill(&kinds::CLAIM, &mut object);
            ctx.create(&kinds::CLAIM, object)?;
        }
        claims.push((volume, claim));
    }
    let new = templates::NewPod {
        owner: set,
        template: &set["spec"]["template"],
        name: Some(name.clone()),
        labels: vec![
            ("apps.kubernetes.io/pod-index", ordinal.to_string()),
            ("controller-revision-hash", revision.to_owned()),
            ("statefulset.kubernetes.io/pod-name", name),
        ],
        claims,
    };
    Ok(templates::create(ctx, new)?.err())
}

fn status(
    ctx: &mut Context<'_>,
    key: &Key,
    set: &Value,
    update: &str,
    wanted: i64,
    refused: Option<String>,
) -> io::Result<()> {
    let pods = ctx.owned(&kinds::POD, object::uid(set));
    let count =
        |test: &dyn Fn(&Value) -> bool| i64::try_from(pods.iter().filter(|(_, pod)| test(pod)).count()).unwrap_or(0);
    let ready = count(&|pod| is_ready(pod));
    let updated = count(&|pod| revision_of(pod) == Some(update) && !object::is_deleting(pod));
    let replicas = count(&|_| true);
    let before = text(set, "/status/currentRevision").unwrap_or(update);
    // The update becomes the current revision when every pod has it.
    let current = if updated == wanted && replicas == wanted && ready == wanted { update } else { before };
    let mut all = list(set, "/status/conditions").to_vec();
    if let Some(why) = refused {
        conditions::set(&mut all, "ReplicaFailure", true, "FailedCreate", &why, false);
    } else {
        conditions::unset(&mut all, "ReplicaFailure");
    }
    let on_current = count(&|pod| revision_of(pod) == Some(current));
    let counts = [("readyReplicas", ready), ("currentReplicas", on_current), ("updatedReplicas", updated)];
    let mut status = conditions::status(&counts, all);
    status["replicas"] = json!(replicas);
    status["availableReplicas"] = json!(ready);
    status["collisionCount"] = json!(0);
    status["currentRevision"] = json!(current);
    status["updateRevision"] = json!(update);
    status["observedGeneration"] = set["metadata"]["generation"].clone();
    let mut after = set.clone();
    after["status"] = status;
    ctx.save(key, set, after)
}
