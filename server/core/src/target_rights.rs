//! What the portal may do in a namespace, and what the operator of a data centre applies there so that it may: one table
//! for the check of a credential and for the YAML that is printed. Pure.

use crate::package::to_yaml;
use serde_json::{Value, json};

/// Name of the ServiceAccount, the Role and its binding.
pub const ACCOUNT: &str = "ozg-portal";
/// What is done with objects that the portal applies, counts and deletes.
pub const WRITING: [&str; 5] = ["get", "list", "create", "patch", "delete"];
/// What adds no power to [`WRITING`]: it does the same in another way.
pub const EQUIVALENT: [&str; 3] = ["watch", "update", "deletecollection"];

/// Kinds that are applied, by group.
const WRITTEN: [(&str, &[&str]); 5] = [
    ("", &["serviceaccounts", "configmaps", "secrets", "persistentvolumeclaims", "services"]),
    ("apps", &["deployments", "statefulsets"]),
    ("batch", &["jobs", "cronjobs"]),
    ("networking.k8s.io", &["networkpolicies", "ingresses"]),
    ("policy", &["poddisruptionbudgets"]),
];

/// A permission in a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    /// `get`, `create` …
    pub verb: &'static str,
    /// API group, empty for core.
    pub group: &'static str,
    /// Plural, with subresource as in roles (`pods/log`).
    pub resource: &'static str,
}

impl Permission {
    /// `create deployments.apps`.
    pub fn text(&self) -> String {
        format!("{} {}", self.verb, qualified(self.group, self.resource))
    }
}

/// `deployments.apps` or `secrets`.
pub fn qualified(group: &str, resource: &str) -> String {
    if group.is_empty() { resource.to_owned() } else { format!("{resource}.{group}") }
}

/// Everything that provisioning needs.
pub fn needed() -> Vec<Permission> {
    let mut needed = Vec::new();
    for (group, resources) in WRITTEN {
        for resource in resources {
            needed.extend(WRITING.map(|verb| Permission { verb, group, resource }));
        }
    }
    needed.push(Permission { verb: "list", group: "", resource: "pods" });
    needed.push(Permission { verb: "get", group: "", resource: "pods/log" });
    needed
}

/// What the check of a target looks at; without it everything works, and less is known.
pub const LOOKED_AT: Permission = Permission { verb: "list", group: "", resource: "resourcequotas" };

/// Asking the pages of what runs, for packages whose checks the portal makes itself; other packages need it not.
pub const ASKED: [Permission; 2] = [
    Permission { verb: "get", group: "", resource: "services/proxy" },
    Permission { verb: "create", group: "", resource: "services/proxy" },
];

/// The rules of the Role: what provisioning needs, what its own checks ask, and what the check of the target looks at; nothing
/// else.
pub fn rules() -> Vec<Value> {
    let writing = |(group, resources): &(&str, &[&str])| json!({ "apiGroups": [group], "resources": resources, "verbs": WRITING });
    let mut rules: Vec<Value> = WRITTEN.iter().map(writing).collect();
    rules.push(json!({ "apiGroups": [""], "resources": ["pods", LOOKED_AT.resource], "verbs": ["list"] }));
    rules.push(json!({ "apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"] }));
    let [look, send] = ASKED;
    rules.push(json!({ "apiGroups": [""], "resources": [look.resource], "verbs": [look.verb, send.verb] }));
    rules
}

/// What the operator applies, in order: one ServiceAccount in the first namespace, and in each namespace a Role, its
/// binding, a quota for so many installations, and a policy that keeps out what nobody let in.
///
/// Outgoing traffic is not forbidden: packages that say nothing of it would not even resolve names.
pub fn objects(namespaces: &[&str], capacity: i64) -> Vec<Value> {
    let Some(home) = namespaces.first() else { return Vec::new() };
    let meta = |namespace: &str| json!({ "name": ACCOUNT, "namespace": namespace });
    let mut objects = vec![json!({
        "apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta(home), "automountServiceAccountToken": false,
    })];
    for namespace in namespaces {
        objects.push(json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": meta(namespace), "rules": rules(),
        }));
        objects.push(json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": meta(namespace),
            "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": ACCOUNT },
            "subjects": [{ "kind": "ServiceAccount", "name": ACCOUNT, "namespace": home }],
        }));
        objects.push(json!({
            "apiVersion": "v1", "kind": "ResourceQuota", "metadata": meta(namespace), "spec": { "hard": hard(capacity) },
        }));
        objects.push(json!({
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": { "name": format!("{ACCOUNT}-default-deny"), "namespace": namespace },
            "spec": { "podSelector": {}, "policyTypes": ["Ingress"] },
        }));
    }
    objects
}

/// A quota that keeps a namespace from taking the cluster: room for so many installations of a usual size, which the
/// operator corrects by what really runs. `NodePort` and `LoadBalancer` would open ways past the Ingress.
fn hard(capacity: i64) -> Value {
    let places = capacity.clamp(1, 10_000);
    json!({
        "requests.cpu": format!("{}m", places * 500),
        "requests.memory": format!("{}Mi", places * 512),
        "limits.cpu": format!("{}", places * 2),
        "limits.memory": format!("{}Gi", places * 2),
        "requests.storage": format!("{}Gi", places * 10),
        "pods": (places * 10).to_string(),
        "services.nodeports": "0",
        "services.loadbalancers": "0",
    })
}

/// [`objects`] as YAML for `kubectl apply -f`.
pub fn yaml(namespaces: &[&str], capacity: i64) -> String {
    objects(namespaces, capacity).iter().map(to_yaml).collect::<Vec<_>>().join("---\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_role_grants_what_is_needed_and_nothing_else() {
        let mut granted = BTreeSet::new();
        for rule in rules() {
            let texts = |field: &str| {
                rule[field].as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect::<Vec<_>>()
            };
            for (group, resource) in
                texts("apiGroups").iter().flat_map(|g| texts("resources").into_iter().map(move |r| (g.clone(), r)))
            {
                for verb in texts("verbs") {
                    assert!(granted.insert(format!("{verb} {}", qualified(&group, &resource))), "twice");
                }
            }
        }
        let mut wanted: BTreeSet<String> = needed().iter().map(Permission::text).collect();
        wanted.insert(LOOKED_AT.text());
        wanted.extend(ASKED.iter().map(Permission::text));
        assert_eq!(granted, wanted);
        assert!(granted.iter().all(|p| !p.contains('*')));
    }

    #[test]
    fn each_namespace_gets_its_own_and_one_account_serves_all() {
        let found = objects(&["a", "b"], 3);
        let seen: Vec<String> = found
            .iter()
            .map(|o| format!("{} {}", o["metadata"]["namespace"].as_str().unwrap(), o["kind"].as_str().unwrap()))
            .collect();
        let kinds = ["Role", "RoleBinding", "ResourceQuota", "NetworkPolicy"];
        let mut expected = vec!["a ServiceAccount".to_owned()];
        expected.extend(["a", "b"].iter().flat_map(|n| kinds.map(|k| format!("{n} {k}"))));
        assert_eq!(seen, expected);
        let bindings = found.iter().filter(|o| o["kind"] == "RoleBinding");
        assert!(bindings.clone().count() == 2 && bindings.clone().all(|b| b["subjects"][0]["namespace"] == "a"));
        assert_eq!(found[3]["spec"]["hard"]["requests.cpu"], "1500m");
        assert!(objects(&[], 3).is_empty());
    }

    #[test]
    fn the_yaml_reads_as_the_objects() {
        let text = yaml(&["kommunen-test"], 10);
        let read: Vec<Value> = text.split("---\n").map(|document| serde_saphyr::from_str(document).unwrap()).collect();
        assert_eq!(read, objects(&["kommunen-test"], 10));
    }
}
