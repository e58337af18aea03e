//! Rules for each kind apart from its pods.

use super::amounts::claimed;
use super::{Checker, MAX_BACKUP_SECONDS, MAX_REPLICAS, MAX_TEST_SECONDS, Role, pod_template};
use crate::config::join;
use portal_model::finding::{Finding, Rule};
use serde_json::{Map, Value};

impl Checker<'_> {
    pub(super) fn by_kind(&mut self) {
        let value = &self.object.value;
        let spec = value.get("spec").unwrap_or(&Value::Null);
        match self.object.kind() {
            "Deployment" => self.workload(spec),
            "StatefulSet" => {
                self.workload(spec);
                self.own(spec.get("serviceName"), "spec.serviceName");
                for (i, claim) in list(spec.get("volumeClaimTemplates")).iter().enumerate() {
                    let key = format!("spec.volumeClaimTemplates[{i}]");
                    self.claim(claim.get("spec").unwrap_or(&Value::Null), &join(&key, "spec"));
                    self.metadata(claim.get("metadata"), &join(&key, "metadata"));
                }
            }
            "Job" => self.job(spec, "spec"),
            "CronJob" => {
                let job = spec.get("jobTemplate").and_then(|t| t.get("spec")).unwrap_or(&Value::Null);
                self.job(job, "spec.jobTemplate.spec");
                self.metadata(spec.get("jobTemplate").and_then(|t| t.get("metadata")), "spec.jobTemplate.metadata");
            }
            "Service" => self.service(spec),
            "Ingress" => self.ingress(spec),
            "ConfigMap" => {
                self.texts(value.get("data").unwrap_or(&Value::Null), "data");
                self.texts(value.get("binaryData").unwrap_or(&Value::Null), "binaryData");
            }
            "Secret" => {
                let kind = value.get("type").and_then(Value::as_str).unwrap_or("Opaque");
                self.refuse_if(kind != "Opaque", Rule::SecretType, "type");
                self.texts(value.get("stringData").unwrap_or(&Value::Null), "stringData");
                self.texts(value.get("data").unwrap_or(&Value::Null), "data");
            }
            "PersistentVolumeClaim" => self.claim(spec, "spec"),
            "ServiceAccount" => {
                let off = value.get("automountServiceAccountToken") == Some(&Value::Bool(false));
                self.refuse_if(!off && !self.api_access, Rule::Token, "automountServiceAccountToken");
                for field in ["secrets", "imagePullSecrets"] {
                    self.refuse_if(value.get(field).is_some(), Rule::Reference, field);
                }
            }
            "NetworkPolicy" => {
                let labels = spec.get("podSelector").and_then(|s| s.get("matchLabels")).and_then(Value::as_object);
                let only = spec.get("podSelector").and_then(Value::as_object).is_some_and(|s| s.len() == 1);
                let own = labels.is_some_and(|labels| self.selects_own(labels));
                self.refuse_if(!only || !own, Rule::NetworkPolicyOpen, "spec.podSelector");
            }
            "PodDisruptionBudget" => self.selector(spec.get("selector"), "spec.selector"),
            _ => {}
        }
    }

    fn workload(&mut self, spec: &Value) {
        if spec.get("replicas").is_some_and(|c| c.as_u64().is_none_or(|n| n > MAX_REPLICAS)) {
            let finding = Finding::new(Rule::Replicas, self.object.file.clone(), "spec.replicas");
            self.findings.push(finding.with("max", MAX_REPLICAS));
        }
        self.selector(spec.get("selector"), "spec.selector");
        let labels = pod_template(&self.object.value)
            .and_then(|(_, t)| t.get("metadata"))
            .and_then(|m| m.get("labels"))
            .and_then(Value::as_object);
        let wanted = spec.get("selector").and_then(|s| s.get("matchLabels")).and_then(Value::as_object);
        let fits = matches!((labels, wanted), (Some(labels), Some(wanted)) if covers(labels, wanted));
        self.refuse_if(!fits, Rule::Selector, "spec.selector");
    }

    fn job(&mut self, spec: &Value, key: &str) {
        let restart = spec.get("template").and_then(|t| t.get("spec")).and_then(|s| s.get("restartPolicy"));
        let restart = restart.and_then(Value::as_str);
        // Kubernetes makes the selector of a Job; one of its own could take over pods of others.
        self.refuse_if(
            spec.get("selector").is_some() || spec.get("manualSelector").is_some(),
            Rule::Selector,
            &join(key, "selector"),
        );
        let once = restart == Some("Never");
        let most = match self.role {
            Role::Object => None,
            Role::Test => Some(MAX_TEST_SECONDS),
            Role::Backup => Some(MAX_BACKUP_SECONDS),
        };
        if let Some(most) = most {
            let no_retry = spec.get("backoffLimit").and_then(Value::as_u64) == Some(0);
            self.refuse_if(!once || !no_retry, Rule::Restart, &join(key, "backoffLimit"));
            let deadline = spec.get("activeDeadlineSeconds").and_then(Value::as_u64);
            if deadline.is_none_or(|d| d == 0 || d > most) {
                let finding =
                    Finding::new(Rule::Deadline, self.object.file.clone(), join(key, "activeDeadlineSeconds"));
                self.findings.push(finding.with("max", most));
            }
        } else {
            self.refuse_if(
                !once && restart != Some("OnFailure"),
                Rule::Restart,
                &join(key, "template.spec.restartPolicy"),
            );
        }
    }

    fn service(&mut self, spec: &Value) {
        let kind = spec.get("type").and_then(Value::as_str).unwrap_or("ClusterIP");
        self.refuse_if(kind != "ClusterIP", Rule::ServiceType, "spec.type");
        for field in ["externalIPs", "externalName", "loadBalancerIP", "loadBalancerClass", "externalTrafficPolicy"] {
            self.refuse_if(spec.get(field).is_some(), Rule::ServiceType, &join("spec", field));
        }
        let address = spec.get("clusterIP").and_then(Value::as_str).unwrap_or("None");
        self.refuse_if(address != "None", Rule::ServiceType, "spec.clusterIP");
        let own = spec.get("selector").and_then(Value::as_object).is_some_and(|labels| self.selects_own(labels));
        self.refuse_if(!own, Rule::Selector, "spec.selector");
    }

    fn ingress(&mut self, spec: &Value) {
        self.refuse_if(spec.get("defaultBackend").is_some(), Rule::IngressHost, "spec.defaultBackend");
        let class = spec.get("ingressClassName").and_then(Value::as_str);
        self.refuse_if(
            class.is_some() && class != self.target.ingress_class.as_deref(),
            Rule::IngressHost,
            "spec.ingressClassName",
        );
        let host = self.target.host.as_deref();
        let rules = list(spec.get("rules"));
        self.refuse_if(rules.is_empty(), Rule::IngressHost, "spec.rules");
        for (i, rule) in rules.iter().enumerate() {
            let key = format!("spec.rules[{i}]");
            let named = rule.get("host").and_then(Value::as_str);
            self.refuse_if(named.is_none() || named != host, Rule::IngressHost, &join(&key, "host"));
            for (j, path) in list(rule.get("http").and_then(|h| h.get("paths"))).iter().enumerate() {
                let at = format!("{key}.http.paths[{j}].backend");
                let backend = path.get("backend").unwrap_or(&Value::Null);
                self.own(backend.get("service").and_then(|s| s.get("name")), &join(&at, "service.name"));
                self.refuse_if(backend.get("resource").is_some(), Rule::Reference, &join(&at, "resource"));
            }
        }
        for (i, tls) in list(spec.get("tls")).iter().enumerate() {
            let key = format!("spec.tls[{i}]");
            for (j, name) in list(tls.get("hosts")).iter().enumerate() {
                self.refuse_if(name.as_str() != host, Rule::IngressHost, &format!("{key}.hosts[{j}]"));
            }
            let secret = tls.get("secretName").and_then(Value::as_str);
            let kept_by_target = secret.is_some() && secret == self.target.tls_secret.as_deref();
            if let Some(name) = secret.filter(|name| !kept_by_target && !self.is_own(name)) {
                self.name(Rule::Reference, &join(&key, "secretName"), name);
            }
        }
    }

    pub(super) fn claim(&mut self, spec: &Value, key: &str) {
        let at = join(key, "resources.requests.storage");
        match claimed(spec) {
            Some(size) => self.storage_at_most(size, &at),
            None => self.add(Rule::Storage, &at),
        }
        for field in ["volumeName", "dataSource", "dataSourceRef", "selector"] {
            if spec.get(field).is_some() {
                self.name(Rule::Reference, &join(key, field), field);
            }
        }
        let class = spec.get("storageClassName").and_then(Value::as_str);
        if let Some(name) = class.filter(|_| class != self.target.storage_class.as_deref()) {
            self.name(Rule::Reference, &join(key, "storageClassName"), name);
        }
    }

    /// A label selector that matches only pods of this installation.
    fn selector(&mut self, selector: Option<&Value>, key: &str) {
        let plain = selector.and_then(Value::as_object).filter(|s| s.len() == 1);
        let labels = plain.and_then(|s| s.get("matchLabels")).and_then(Value::as_object);
        let own = labels.is_some_and(|labels| self.selects_own(labels));
        self.refuse_if(!own, Rule::Selector, key);
    }

    /// Matches pods of this package, and by at least one label only those of this installation.
    fn selects_own(&self, labels: &Map<String, Value>) -> bool {
        let derived = labels.values().filter_map(Value::as_str).any(|value| self.is_own(value));
        derived && self.pod_labels.iter().any(|pod| covers(pod, labels))
    }

    /// A name that must belong to this installation.
    pub(super) fn own(&mut self, name: Option<&Value>, key: &str) {
        let name = name.and_then(Value::as_str).unwrap_or_default();
        if !self.is_own(name) {
            self.name(Rule::Reference, key, name);
        }
    }
}

/// Whether a pod with these labels is selected.
fn covers(labels: &Map<String, Value>, wanted: &Map<String, Value>) -> bool {
    !wanted.is_empty() && wanted.iter().all(|(name, value)| labels.get(name) == Some(value))
}

pub(super) fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}
