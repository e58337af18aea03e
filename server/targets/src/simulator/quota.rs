//! ResourceQuota: what is used, and whether one more object fits.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::kinds::{self, Kind};
use super::object::{list, name, text};
use super::quantity;
use super::store::{Key, Store};

/// Amounts by resource name, in thousandths.
type Amounts = BTreeMap<String, i128>;

/// What one object takes of the resources that a quota can limit.
fn usage(kind: &Kind, object: &Value) -> Amounts {
    let mut amounts = Amounts::new();
    let finished = matches!(text(object, "/status/phase"), Some("Succeeded" | "Failed"));
    if kind.kind == "Pod" && finished {
        return Amounts::from([("count/pods".to_owned(), 1000)]);
    }
    amounts.insert(format!("count/{}", kind.qualified), 1000);
    match kind.kind {
        "Pod" => {
            amounts.insert("pods".to_owned(), 1000);
            for (part, prefix) in [("requests", "requests."), ("limits", "limits.")] {
                for resource in ["cpu", "memory"] {
                    let sum: i128 =
                        list(object, "/spec/containers").iter().filter_map(|c| amount(c, part, resource)).sum();
                    amounts.insert(format!("{prefix}{resource}"), sum);
                    if part == "requests" {
                        amounts.insert(resource.to_owned(), sum);
                    }
                }
            }
        }
        "PersistentVolumeClaim" => {
            amounts.insert("persistentvolumeclaims".to_owned(), 1000);
            let storage = text(object, "/spec/resources/requests/storage").and_then(quantity::parse);
            amounts.insert("requests.storage".to_owned(), storage.unwrap_or(0));
        }
        "Service" | "ConfigMap" | "Secret" => {
            amounts.insert(kind.plural.to_owned(), 1000);
        }
        _ => {}
    }
    amounts
}

fn amount(container: &Value, part: &str, resource: &str) -> Option<i128> {
    container["resources"][part][resource].as_str().and_then(quantity::parse)
}

fn used(store: &Store, namespace: &str, resource: &str) -> i128 {
    let kinds: Vec<&Kind> = match resource.strip_prefix("count/") {
        Some(qualified) => kinds::by_qualified(qualified).into_iter().collect(),
        None => match resource {
            "persistentvolumeclaims" | "requests.storage" => vec![&kinds::CLAIM],
            "services" => vec![&kinds::SERVICE],
            "configmaps" => vec![&kinds::CONFIG_MAP],
            "secrets" => vec![&kinds::SECRET],
            _ => vec![&kinds::POD],
        },
    };
    kinds
        .into_iter()
        .flat_map(|kind| store.list(kind, Some(namespace)).map(move |(_, object)| usage(kind, object)))
        .filter_map(|amounts| amounts.get(resource).copied())
        .sum()
}

fn is_bytes(resource: &str) -> bool {
    resource.ends_with("memory") || resource.ends_with("storage")
}

/// Why one more object of this kind does not fit, in Kubernetes' words.
pub(super) fn check(store: &Store, kind: &Kind, namespace: &str, object: &Value) -> Result<(), String> {
    for (_, quota) in store.list(&kinds::QUOTA, Some(namespace)) {
        let Some(hard) = quota.pointer("/spec/hard").and_then(Value::as_object) else { continue };
        let wanted = usage(kind, object);
        let quota_name = name(quota);
        if kind.kind == "Pod"
            && let Some(missing) = must_specify(hard, object)
        {
            return Err(format!("failed quota: {quota_name}: must specify {missing}"));
        }
        let (mut requested, mut taken, mut limited) = (Vec::new(), Vec::new(), Vec::new());
        for (resource, limit) in hard {
            let Some(wanted) = wanted.get(resource).copied().filter(|amount| *amount > 0) else { continue };
            let Some(limit_value) = limit.as_str().and_then(quantity::parse) else { continue };
            let already = used(store, namespace, resource);
            if already + wanted > limit_value {
                let bytes = is_bytes(resource);
                requested.push(format!("{resource}={}", quantity::format(wanted, bytes)));
                taken.push(format!("{resource}={}", quantity::format(already, bytes)));
                limited.push(format!("{resource}={}", limit.as_str().unwrap_or_default()));
            }
        }
        if !requested.is_empty() {
            return Err(format!(
                "exceeded quota: {quota_name}, requested: {}, used: {}, limited: {}",
                requested.join(","),
                taken.join(","),
                limited.join(",")
            ));
        }
    }
    Ok(())
}

/// A quota on cpu or memory refuses pods that don't say what they need.
fn must_specify(hard: &serde_json::Map<String, Value>, pod: &Value) -> Option<String> {
    for container in list(pod, "/spec/containers") {
        for (resource, part, name) in [
            ("requests.cpu", "requests", "cpu"),
            ("requests.memory", "requests", "memory"),
            ("limits.cpu", "limits", "cpu"),
            ("limits.memory", "limits", "memory"),
        ] {
            if hard.contains_key(resource) && amount(container, part, name).is_none() {
                return Some(format!("{resource} for: {}", text(container, "/name").unwrap_or_default()));
            }
        }
    }
    None
}

/// The quotas whose status lags behind, with the status that they should have.
pub(super) fn outdated(store: &Store) -> Vec<(Key, Value)> {
    let mut found = Vec::new();
    for (key, quota) in store.list(&kinds::QUOTA, None) {
        let Some(hard) = quota.pointer("/spec/hard").and_then(Value::as_object) else { continue };
        let amounts: serde_json::Map<String, Value> = hard
            .keys()
            .map(|resource| {
                let amount = quantity::format(used(store, &key.namespace, resource), is_bytes(resource));
                (resource.clone(), json!(amount))
            })
            .collect();
        let status = json!({"hard": hard, "used": amounts});
        if quota.get("status") != Some(&status) {
            let mut object = quota.as_ref().clone();
            object["status"] = status;
            found.push((key.clone(), object));
        }
    }
    found
}
