//! Objects as a package would render them.

use serde_json::{Value, json};

use crate::standin::BEHAVIOUR;

/// The instance of all objects here.
pub const INSTANCE: &str = "plon-wohn";
/// An image pinned by digest; nobody fetches it.
pub const IMAGE: &str = "registry.example/demo@sha256:0000000000000000000000000000000000000000000000000000000000000000";

/// The labels of an object of ours.
pub fn labels() -> Value {
    json!({"app.kubernetes.io/managed-by": "ozg-portal", "ozg-portal/instance": INSTANCE, "ozg-portal/stage": "test"})
}

fn object(api_version: &str, kind: &str, name: &str) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "labels": labels()}})
}

/// A ConfigMap.
pub fn config_map(name: &str, data: Value) -> Value {
    let mut object = object("v1", "ConfigMap", name);
    object["data"] = data;
    object
}

/// A Secret with readable values.
pub fn secret(name: &str, values: Value) -> Value {
    let mut object = object("v1", "Secret", name);
    object["stringData"] = values;
    object
}

/// A Service in front of a Deployment of the same name.
pub fn service(name: &str) -> Value {
    let mut object = object("v1", "Service", name);
    object["spec"] = json!({"selector": {"app": name}, "ports": [{"name": "http", "port": 80, "targetPort": 8080}]});
    object
}

/// A claim.
pub fn claim(name: &str) -> Value {
    let mut object = object("v1", "PersistentVolumeClaim", name);
    object["spec"] = json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}});
    object
}

/// A pod template that asks the stand-in for a behaviour (the simulator gets a fault for that).
fn template(name: &str, behaviour: &str, args: &[&str]) -> Value {
    let mut labels = labels();
    labels["app"] = json!(name);
    let resources = json!({"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"cpu": "100m", "memory": "64Mi"}});
    json!({
        "metadata": {"labels": labels, "annotations": {BEHAVIOUR: behaviour}},
        "spec": {"containers": [{
            "name": "app", "image": IMAGE, "args": args, "env": [{"name": "ORT", "value": "Plön"}],
            "ports": [{"name": "http", "containerPort": 8080}], "resources": resources,
        }]},
    })
}

/// A Deployment of one pod. Its controller has patience: at the simulator's speed the usual ten minutes are over before a
/// busy machine gets to its pods.
pub fn deployment(name: &str, behaviour: &str, args: &[&str]) -> Value {
    let mut object = object("apps/v1", "Deployment", name);
    object["spec"] = json!({
        "replicas": 1, "selector": {"matchLabels": {"app": name}}, "template": template(name, behaviour, args),
        "progressDeadlineSeconds": 1_000_000,
    });
    object
}

/// A StatefulSet of one pod with a volume.
pub fn stateful_set(name: &str) -> Value {
    let mut object = object("apps/v1", "StatefulSet", name);
    let mut claim = claim("daten");
    claim["metadata"] = json!({"name": "daten", "labels": labels()});
    object["spec"] = json!({
        "replicas": 1, "serviceName": name, "selector": {"matchLabels": {"app": name}},
        "template": template(name, "", &[]), "volumeClaimTemplates": [claim],
    });
    object
}

/// A test Job.
pub fn job(name: &str, args: &[&str]) -> Value {
    let mut object = object("batch/v1", "Job", name);
    let mut template = template(name, "", args);
    template["spec"]["restartPolicy"] = json!("Never");
    object["spec"] = json!({"backoffLimit": 0, "template": template});
    object
}
