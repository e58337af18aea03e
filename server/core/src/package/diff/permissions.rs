//! What the objects of a release may do, as a set of single facts; what only one release has, is a change.
//!
//! Source of the fields: the Kubernetes API reference (PodSpec, SecurityContext, NetworkPolicy v1, Service, Ingress) and the
//! Pod Security Standards, whose controls decide what is worth a line.

use super::lines::{Sides, shown};
use crate::package::render::Rendered;
use portal_model::pages::release_diff::{Change, Permission, PermissionChange};
use serde_json::Value;
use std::collections::BTreeSet;

type Fact = (Permission, String, String);

pub fn compare(rendered: &Sides<Rendered>) -> Vec<PermissionChange> {
    let facts = rendered.as_ref().map(facts);
    let one_sided = |mine: &BTreeSet<Fact>, other: &BTreeSet<Fact>, change| {
        let only = mine.difference(other).cloned();
        let change = |(permission, object, item)| PermissionChange { permission, object, item, change };
        only.map(change).collect::<Vec<_>>()
    };
    let mut changes = one_sided(&facts.new, &facts.old, Change::Added);
    changes.extend(one_sided(&facts.old, &facts.new, Change::Removed));
    changes.sort();
    changes
}

fn facts(rendered: &Rendered) -> BTreeSet<Fact> {
    let mut facts = Facts::default();
    for (object, _) in rendered.all() {
        facts.object = format!("{} {}", object.kind(), super::own_name(object)).trim_end().to_owned();
        facts.gather(object.kind(), &object.value);
    }
    facts.found
}

#[derive(Default)]
struct Facts {
    object: String,
    found: BTreeSet<Fact>,
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A text as it is, anything else as JSON; nothing for what is missing.
fn any(value: Option<&Value>) -> String {
    value.map_or_else(String::new, |value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

impl Facts {
    fn add(&mut self, permission: Permission, item: impl AsRef<str>) {
        self.found.insert((permission, self.object.clone(), shown(item.as_ref())));
    }

    fn gather(&mut self, kind: &str, value: &Value) {
        let spec = value.get("spec").unwrap_or(&Value::Null);
        match kind {
            "Deployment" | "StatefulSet" | "Job" => self.pod(&spec["template"]["spec"]),
            "CronJob" => self.pod(&spec["jobTemplate"]["spec"]["template"]["spec"]),
            "ServiceAccount" => {
                self.add(Permission::ServiceAccount, "kind: ServiceAccount");
                self.token(value);
            }
            "PersistentVolumeClaim" => self.claim("", spec),
            "NetworkPolicy" => self.network(spec),
            "Service" => self.service(spec),
            "Ingress" => self.ingress(spec),
            _ => {}
        }
        for claim in list(spec, "volumeClaimTemplates") {
            self.claim(&any(claim.pointer("/metadata/name")), &claim["spec"]);
        }
    }

    /// Mounted unless it is said not to be.
    fn token(&mut self, holder: &Value) {
        if holder.get("automountServiceAccountToken") != Some(&Value::Bool(false)) {
            self.add(Permission::Token, "automountServiceAccountToken");
        }
    }

    fn pod(&mut self, pod: &Value) {
        if !pod.is_object() {
            return;
        }
        self.token(pod);
        for key in ["serviceAccountName", "serviceAccount"] {
            if !text(pod, key).is_empty() {
                self.add(Permission::ServiceAccount, format!("{key}: {}", text(pod, key)));
            }
        }
        for key in ["hostNetwork", "hostPID", "hostIPC", "hostUsers", "shareProcessNamespace", "runtimeClassName"] {
            if let Some(value) = pod.get(key) {
                self.add(Permission::Security, format!("{key}: {value}"));
            }
        }
        self.security("", pod.get("securityContext"));
        for volume in list(pod, "volumes") {
            self.volume(volume);
        }
        for group in ["containers", "initContainers", "ephemeralContainers"] {
            for container in list(pod, group) {
                self.container(container);
            }
        }
    }

    fn container(&mut self, container: &Value) {
        let name = text(container, "name");
        self.security(&format!("{name}: "), container.get("securityContext"));
        for mount in list(container, "volumeMounts") {
            let mode = if mount.get("readOnly") == Some(&Value::Bool(true)) { "ro" } else { "rw" };
            let sub = text(mount, "subPath");
            let sub = if sub.is_empty() { String::new() } else { format!("/{sub}") };
            let item = format!("{name}: {}{sub} → {} ({mode})", text(mount, "name"), text(mount, "mountPath"));
            self.add(Permission::Mount, item);
        }
        for port in list(container, "ports").iter().filter_map(|port| port.get("hostPort")) {
            self.add(Permission::Exposure, format!("{name}: hostPort {port}"));
        }
    }

    fn security(&mut self, prefix: &str, context: Option<&Value>) {
        for (key, value) in context.and_then(Value::as_object).into_iter().flatten() {
            if key != "capabilities" {
                self.add(Permission::Security, format!("{prefix}{key}: {}", any(Some(value))));
                continue;
            }
            for (action, names) in value.as_object().into_iter().flatten() {
                for name in names.as_array().into_iter().flatten() {
                    self.add(Permission::Capability, format!("{prefix}{action} {}", any(Some(name))));
                }
            }
        }
    }

    fn volume(&mut self, volume: &Value) {
        let name = text(volume, "name");
        for (source, details) in volume.as_object().into_iter().flatten().filter(|(key, _)| *key != "name") {
            self.add(Permission::Volume, format!("{name}: {source} {details}"));
            let projected = list(details, "sources").iter().any(|source| source.get("serviceAccountToken").is_some());
            if projected {
                self.add(Permission::Token, format!("{name}: serviceAccountToken"));
            }
        }
    }

    fn claim(&mut self, name: &str, spec: &Value) {
        let storage = any(spec.pointer("/resources/requests/storage"));
        let modes = any(spec.get("accessModes"));
        self.add(Permission::Volume, format!("{name} storage {storage} {modes}").trim_start());
    }

    /// A direction that a policy does not govern is open, so which it governs is a fact too.
    fn network(&mut self, spec: &Value) {
        let pods = any(spec.get("podSelector"));
        for kind in list(spec, "policyTypes") {
            self.add(Permission::NetworkPeer, format!("policyTypes {} {pods}", any(Some(kind))));
        }
        for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
            for rule in list(spec, direction) {
                // Nothing named means everybody, and every port.
                let all = [Value::from("*")];
                let or_all = |found: &'_ [Value]| if found.is_empty() { all.to_vec() } else { found.to_vec() };
                let ports: Vec<String> = or_all(list(rule, "ports")).iter().map(port).collect();
                for peer in or_all(list(rule, peers)) {
                    self.add(Permission::NetworkPeer, format!("{direction} {peers} {} {pods}", any(Some(&peer))));
                    for port in &ports {
                        let item = format!("{direction} {peers} {} {port}", any(Some(&peer)));
                        self.add(Permission::NetworkPort, item);
                    }
                }
            }
        }
    }

    fn service(&mut self, spec: &Value) {
        let kind = spec.get("type").map_or_else(|| "ClusterIP".to_owned(), |kind| any(Some(kind)));
        for entry in list(spec, "ports") {
            let target = any(entry.get("targetPort").or_else(|| entry.get("port")));
            self.add(Permission::Exposure, format!("{kind} {} → {target}", port(entry)));
        }
    }

    fn ingress(&mut self, spec: &Value) {
        for rule in list(spec, "rules") {
            let host = text(rule, "host");
            for path in rule.get("http").map(|http| list(http, "paths")).unwrap_or_default() {
                let service = any(path.pointer("/backend/service/name"));
                self.add(Permission::Exposure, format!("{host}{} → {service}", text(path, "path")));
            }
        }
    }
}

/// `TCP/8080`, `TCP/8080-8090`, or `*`.
fn port(value: &Value) -> String {
    let Some(port) = value.as_object() else { return any(Some(value)) };
    let protocol = port.get("protocol").map_or_else(|| "TCP".to_owned(), |protocol| any(Some(protocol)));
    let number = port.get("port").map_or_else(|| "*".to_owned(), |port| any(Some(port)));
    let end = port.get("endPort").map_or_else(String::new, |end| format!("-{end}"));
    format!("{protocol}/{number}{end}")
}
