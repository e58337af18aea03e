//! A stand-in for the kubelets and the storage of a real API server that has no nodes.
//!
//! It binds pods to a node object, lets them run or end, confirms deletions and gives claims a volume. What a pod does
//! is decided as by the demonstration image's `pruefung`: an argument `wert:NAME=~MUSTER` fails unless the environment
//! variable matches. What it prints is kept as termination message, from where `kubelet.rs` serves it. The annotation [`BEHAVIOUR`] asks for `image-missing` or `never-ready`.

use std::time::Duration;

use base64::Engine as _;
use http::Method;
use serde_json::{Value, json};

use crate::kubelet;
use crate::wire::Wire;

/// Annotation of a pod that asks for a fault.
pub const BEHAVIOUR: &str = "portal-test/behaviour";
const NODE: &str = "ersatz-1";
const PAUSE: Duration = Duration::from_millis(100);

/// Starts the stand-in if the cluster needs one, and stays with it.
pub fn start(kubeconfig: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    runtime.block_on(async {
        let wire = Wire::new(kubeconfig).await;
        if is_needed(&wire).await {
            let port = kubelet::serve_logs(kubeconfig);
            run(wire, port).await;
        }
    });
}

/// Whether a cluster has no other nodes. One that has plays for itself, and must not be meddled with.
async fn is_needed(wire: &Wire) -> bool {
    let nodes = wire.fetch("/api/v1/nodes").await;
    items(&nodes, "/items").iter().all(|node| text(node, "/metadata/name") == NODE)
}

/// Plays kubelet until its process ends; logs are served at `log_port`.
async fn run(wire: Wire, log_port: u16) {
    let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": NODE}});
    // Another test process may have made it.
    wire.send(Method::POST, "/api/v1/nodes", "application/json", Some(&node)).await;
    let status = json!({"status": {
        "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": log_port}},
        "conditions": [{"type": "Ready", "status": "True", "reason": "Ersatz"}],
    }});
    wire.merge(&format!("/api/v1/nodes/{NODE}/status"), &status).await;
    loop {
        let (_, pods) = wire.get("/api/v1/pods").await;
        for pod in pods["items"].as_array().into_iter().flatten() {
            step(&wire, pod).await;
        }
        let (_, claims) = wire.get("/api/v1/persistentvolumeclaims").await;
        for claim in claims["items"].as_array().into_iter().flatten() {
            provide_volume(&wire, claim).await;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn items<'a>(object: &'a Value, pointer: &str) -> &'a [Value] {
    object.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// One step of a pod. Requests may collide with other stand-ins and controllers; the next round sees what is left.
async fn step(wire: &Wire, pod: &Value) {
    let path = format!("/api/v1/namespaces/{}/pods/{}", text(pod, "/metadata/namespace"), text(pod, "/metadata/name"));
    if pod["metadata"].get("deletionTimestamp").is_some() {
        let now = json!({"gracePeriodSeconds": 0, "preconditions": {"uid": pod["metadata"]["uid"]}});
        wire.send(Method::DELETE, &path, "application/json", Some(&now)).await;
        return;
    }
    if pod.pointer("/spec/nodeName").is_none() {
        let binding = json!({"apiVersion": "v1", "kind": "Binding", "metadata": {"name": pod["metadata"]["name"]},
            "target": {"apiVersion": "v1", "kind": "Node", "name": NODE}});
        wire.send(Method::POST, &format!("{path}/binding"), "application/json", Some(&binding)).await;
        return;
    }
    if text(pod, "/status/phase") != "Pending" || !items(pod, "/status/containerStatuses").is_empty() {
        return;
    }
    let status = json!({"metadata": {"uid": pod["metadata"]["uid"]}, "status": outcome(wire, pod).await});
    wire.send(Method::PATCH, &format!("{path}/status"), "application/merge-patch+json", Some(&status)).await;
}

/// What becomes of a pod.
async fn outcome(wire: &Wire, pod: &Value) -> Value {
    let behaviour = pod["metadata"]["annotations"][BEHAVIOUR].as_str().unwrap_or_default();
    let mut failures = 0;
    let mut log = String::new();
    for container in items(pod, "/spec/containers") {
        failures += checks(wire, pod, container, &mut log).await;
    }
    let passed = failures == 0;
    let once = text(pod, "/spec/restartPolicy") != "Always";
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let ended = json!({"exitCode": i64::from(!passed), "startedAt": now, "finishedAt": now, "message": log});
    let (phase, ready, state, last) = match behaviour {
        "image-missing" => ("Pending", false, json!({"waiting": {"reason": "ImagePullBackOff"}}), json!({})),
        "never-ready" => ("Running", false, json!({"running": {"startedAt": now}}), json!({})),
        _ if once => (if passed { "Succeeded" } else { "Failed" }, false, json!({"terminated": ended}), json!({})),
        _ if passed => ("Running", true, json!({"running": {"startedAt": now}}), json!({})),
        _ => ("Running", false, json!({"waiting": {"reason": "CrashLoopBackOff"}}), json!({"terminated": ended})),
    };
    let statuses: Vec<Value> = items(pod, "/spec/containers")
        .iter()
        .map(|container| {
            json!({"name": container["name"], "image": container["image"], "imageID": "", "ready": ready,
                "restartCount": 0, "state": state, "lastState": last})
        })
        .collect();
    let word = if ready { "True" } else { "False" };
    let conditions = json!([
        {"type": "Ready", "status": word, "lastTransitionTime": now},
        {"type": "ContainersReady", "status": word, "lastTransitionTime": now},
        {"type": "Initialized", "status": "True", "lastTransitionTime": now},
        {"type": "PodScheduled", "status": "True", "lastTransitionTime": now},
    ]);
    json!({"phase": phase, "startTime": now, "hostIP": "127.0.0.1", "podIP": "10.244.0.1",
        "conditions": conditions, "containerStatuses": statuses})
}

/// Runs the `wert:` checks of a container and counts those that fail.
async fn checks(wire: &Wire, pod: &Value, container: &Value, log: &mut String) -> usize {
    let mut failures = 0;
    for argument in items(container, "/args") {
        let check =
            argument.as_str().and_then(|text| text.strip_prefix("wert:")).and_then(|text| text.split_once("=~"));
        let Some((name, pattern)) = check else { continue };
        let value = variable(wire, pod, container, name).await;
        let pattern = regex::Regex::new(pattern).ok();
        if value.zip(pattern).is_some_and(|(value, pattern)| pattern.is_match(&value)) {
            log.push_str(&format!("ok     wert {name}\n"));
        } else {
            log.push_str(&format!("FEHLER wert {name}\n"));
            failures += 1;
        }
    }
    failures
}

/// An environment variable: literal, by key, or from a whole ConfigMap or Secret.
async fn variable(wire: &Wire, pod: &Value, container: &Value, name: &str) -> Option<String> {
    if let Some(found) = items(container, "/env").iter().find(|variable| variable["name"] == name) {
        if let Some(value) = found["value"].as_str() {
            return Some(value.to_owned());
        }
        for (field, plural) in [("configMapKeyRef", "configmaps"), ("secretKeyRef", "secrets")] {
            let reference = &found["valueFrom"][field];
            if let (Some(object), Some(key)) = (reference["name"].as_str(), reference["key"].as_str()) {
                return entry(wire, pod, plural, object, key).await;
            }
        }
        return None;
    }
    for source in items(container, "/envFrom") {
        let prefix = source["prefix"].as_str().unwrap_or_default();
        for (field, plural) in [("configMapRef", "configmaps"), ("secretRef", "secrets")] {
            if let (Some(object), Some(key)) = (source[field]["name"].as_str(), name.strip_prefix(prefix))
                && let Some(value) = entry(wire, pod, plural, object, key).await
            {
                return Some(value);
            }
        }
    }
    None
}

async fn entry(wire: &Wire, pod: &Value, plural: &str, object: &str, key: &str) -> Option<String> {
    let (_, found) =
        wire.get(&format!("/api/v1/namespaces/{}/{plural}/{object}", text(pod, "/metadata/namespace"))).await;
    let value = found["data"][key].as_str()?;
    if plural == "configmaps" {
        return Some(value.to_owned());
    }
    let bytes = base64::engine::general_purpose::STANDARD.decode(value).ok()?;
    String::from_utf8(bytes).ok()
}

/// Gives a claim a volume of its own.
async fn provide_volume(wire: &Wire, claim: &Value) {
    if text(claim, "/status/phase") != "Pending" || claim.pointer("/spec/volumeName").is_some() {
        return;
    }
    let metadata = &claim["metadata"];
    let name = format!("ersatz-{}", text(claim, "/metadata/uid"));
    let volume = json!({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": {
        "capacity": {"storage": claim["spec"]["resources"]["requests"]["storage"]},
        "accessModes": claim["spec"]["accessModes"], "persistentVolumeReclaimPolicy": "Retain",
        "storageClassName": claim["spec"]["storageClassName"], "hostPath": {"path": "/nowhere"},
        "claimRef": {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": metadata["namespace"],
            "name": metadata["name"], "uid": metadata["uid"]},
    }});
    wire.send(Method::POST, "/api/v1/persistentvolumes", "application/json", Some(&volume)).await;
}
