//! NetworkPolicies of the portal. The one it adds to a package without one: pods of the installation talk to each other,
//! and only what an Ingress serves is reachable from elsewhere in the cluster. And the one of trials, which takes the
//! place of all that the package brings.

use super::render::Object;
use serde_json::{Value, json};

/// Suffix of its name; reserved, since a package with a policy of its own gets none.
const SUFFIX: &str = "standard";
/// The same for trials, which have none of the package's.
const TRIAL_SUFFIX: &str = "probelauf";
/// Port of name servers.
const DNS: u16 = 53;

/// For what no person has reviewed: its pods talk to each other and to name servers, and nobody else talks to them. What
/// a test prints is shown to the vendor, so nothing of the data centre's network may be in reach.
pub fn isolating_policy(instance: &str) -> Value {
    let own = json!({ "matchLabels": { "ozg-portal/instance": instance } });
    let names = json!([{ "port": DNS, "protocol": "UDP" }, { "port": DNS, "protocol": "TCP" }]);
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": { "name": format!("{instance}-{TRIAL_SUFFIX}") },
        "spec": {
            "podSelector": own,
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{ "from": [{ "podSelector": own }] }],
            "egress": [{ "to": [{ "podSelector": own }] }, { "ports": names }],
        },
    })
}

/// The default, or `None` if the package brings its own or runs nothing.
pub fn default_policy(objects: &[Object], instance: &str) -> Option<Value> {
    let runs = objects.iter().any(|o| matches!(o.kind(), "Deployment" | "StatefulSet" | "Job" | "CronJob"));
    if !runs || objects.iter().any(|o| o.kind() == "NetworkPolicy") {
        return None;
    }
    let own = json!({ "matchLabels": { "ozg-portal/instance": instance } });
    let mut ingress = vec![json!({ "from": [{ "podSelector": own }] })];
    for (selector, ports) in served(objects) {
        // One policy can not name several groups of pods, so the ports of all served services are opened.
        if selector && !ports.is_empty() {
            ingress.push(json!({ "from": [{ "namespaceSelector": {} }], "ports": ports }));
        }
    }
    Some(json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": { "name": format!("{instance}-{SUFFIX}") },
        "spec": { "podSelector": own, "policyTypes": ["Ingress"], "ingress": ingress },
    }))
}

/// For each service that an Ingress names: whether it selects pods, and the ports of those pods.
fn served(objects: &[Object]) -> Vec<(bool, Vec<Value>)> {
    let mut names: Vec<&str> = Vec::new();
    for object in objects.iter().filter(|o| o.kind() == "Ingress") {
        let rules = object.value["spec"]["rules"].as_array().map(Vec::as_slice).unwrap_or_default();
        let paths = rules.iter().filter_map(|r| r["http"]["paths"].as_array()).flatten();
        names.extend(paths.filter_map(|p| p["backend"]["service"]["name"].as_str()));
    }
    names.sort_unstable();
    names.dedup();
    let services = objects.iter().filter(|o| o.kind() == "Service" && names.contains(&o.name()));
    services
        .map(|service| {
            let ports = service.value["spec"]["ports"].as_array().map(Vec::as_slice).unwrap_or_default();
            let port = |p: &Value| {
                let number = p.get("targetPort").or_else(|| p.get("port")).cloned().unwrap_or(Value::Null);
                json!({ "port": number, "protocol": p.get("protocol").cloned().unwrap_or_else(|| "TCP".into()) })
            };
            (service.value["spec"]["selector"].is_object(), ports.iter().map(port).collect())
        })
        .collect()
}
