//! Bodies against the real types: unknown fields and wrong types are found by decoding into `k8s-openapi`'s structs.

use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{ConfigMap, PersistentVolumeClaim, Pod, Secret, Service, ServiceAccount};
use k8s_openapi::api::networking::v1::{Ingress, NetworkPolicy};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::kinds::Kind;

/// Decodes an object as its kind. Gives the paths of the fields that the kind doesn't have, or what is wrong.
pub(super) fn unknown_fields(kind: &Kind, value: &Value) -> Result<Vec<String>, String> {
    let mut unknown = Vec::new();
    difference("", value, &decode(kind, value)?, &mut unknown);
    Ok(unknown)
}

/// The object as its type writes it.
fn decode(kind: &Kind, value: &Value) -> Result<Value, String> {
    match kind.kind {
        "Deployment" => round_trip::<Deployment>(value),
        "ReplicaSet" => round_trip::<ReplicaSet>(value),
        "StatefulSet" => round_trip::<StatefulSet>(value),
        "Job" => round_trip::<Job>(value),
        "CronJob" => round_trip::<CronJob>(value),
        "Lease" => round_trip::<Lease>(value),
        "ConfigMap" => round_trip::<ConfigMap>(value),
        "PersistentVolumeClaim" => round_trip::<PersistentVolumeClaim>(value),
        "Pod" => round_trip::<Pod>(value),
        "Secret" => round_trip::<Secret>(value),
        "Service" => round_trip::<Service>(value),
        "ServiceAccount" => round_trip::<ServiceAccount>(value),
        "Ingress" => round_trip::<Ingress>(value),
        "NetworkPolicy" => round_trip::<NetworkPolicy>(value),
        "PodDisruptionBudget" => round_trip::<PodDisruptionBudget>(value),
        other => Err(format!("no kind {other:?} is registered for writing")),
    }
}

fn round_trip<T: DeserializeOwned + Serialize>(value: &Value) -> Result<Value, String> {
    let typed: T = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    serde_json::to_value(typed).map_err(|error| error.to_string())
}

fn difference(path: &str, sent: &Value, known: &Value, unknown: &mut Vec<String>) {
    match (sent, known) {
        (Value::Object(sent), Value::Object(known)) => {
            for (key, item) in sent {
                let path = super::schema::field_path(path, key);
                match known.get(key) {
                    Some(other) => difference(&path, item, other, unknown),
                    None => unknown.push(path),
                }
            }
        }
        (Value::Array(sent), Value::Array(known)) => {
            for (index, (item, other)) in sent.iter().zip(known).enumerate() {
                difference(&format!("{path}[{index}]"), item, other, unknown);
            }
        }
        _ => {}
    }
}

/// Takes the fields out that the kind doesn't have, as a server without strict validation does.
pub(super) fn drop_unknown(kind: &Kind, value: &mut Value) -> Result<(), String> {
    let known = decode(kind, value)?;
    retain(value, &known);
    Ok(())
}

fn retain(value: &mut Value, known: &Value) {
    match (value, known) {
        (Value::Object(map), Value::Object(known)) => {
            map.retain(|key, _| known.contains_key(key));
            for (key, item) in map.iter_mut() {
                retain(item, &known[key]);
            }
        }
        (Value::Array(items), Value::Array(known)) => {
            items.iter_mut().zip(known).for_each(|(item, known)| retain(item, known));
        }
        _ => {}
    }
}

/// Writes quantities given as numbers (`cpu: 1`) as the text that Kubernetes keeps.
pub(super) fn normalise_quantities(kind: &Kind, value: &mut Value) {
    if !matches!(kind.kind, "ConfigMap" | "Secret") {
        walk(value);
    }
}

fn walk(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, item) in map.iter_mut() {
                if matches!(key.as_str(), "limits" | "requests" | "hard") {
                    if let Value::Object(quantities) = item {
                        quantities.values_mut().filter(|q| q.is_number()).for_each(|q| *q = Value::from(q.to_string()));
                    }
                } else if matches!(key.as_str(), "data" | "labels" | "annotations" | "matchLabels" | "selector") {
                    // Free keys live here; one of them may be called "limits".
                } else {
                    walk(item);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(walk),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::kinds;
    use serde_json::json;

    #[test]
    fn finds_and_drops_unknown_fields() {
        let mut object = json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a", "falsch": 1},
            "spec": {"selector": {}, "replikas": 2, "template": {"spec": {"containers": [{"name": "a", "bild": "x"}]}}},
        });
        let mut found = unknown_fields(&kinds::DEPLOYMENT, &object).expect("decodes");
        found.sort();
        assert_eq!(found, ["metadata.falsch", "spec.replikas", "spec.template.spec.containers[0].bild"]);
        drop_unknown(&kinds::DEPLOYMENT, &mut object).expect("decodes");
        assert_eq!(unknown_fields(&kinds::DEPLOYMENT, &object), Ok(Vec::new()));
        object["spec"]["replicas"] = json!("three");
        assert!(unknown_fields(&kinds::DEPLOYMENT, &object).is_err());
    }
}
