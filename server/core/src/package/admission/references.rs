//! What a pod refers to must belong to its installation: namespaces may be shared, and a reference is a way to read
//! another tenant's values.

use super::Checker;
use super::objects::list;
use crate::config::join;
use portal_model::finding::Rule;
use serde_json::Value;

impl Checker<'_> {
    pub(super) fn pod_references(&mut self, spec: &Value, key: &str) {
        for field in ["serviceAccountName", "serviceAccount"] {
            if spec.get(field).is_some() {
                self.own(spec.get(field), &join(key, field));
            }
        }
        for (i, secret) in list(spec.get("imagePullSecrets")).iter().enumerate() {
            self.own(secret.get("name"), &format!("{key}.imagePullSecrets[{i}].name"));
        }
        for (i, _) in list(spec.get("resourceClaims")).iter().enumerate() {
            self.name(Rule::Reference, &format!("{key}.resourceClaims[{i}]"), "resourceClaims");
        }
        for (i, volume) in list(spec.get("volumes")).iter().enumerate() {
            self.volume_references(volume, &format!("{key}.volumes[{i}]"));
        }
        for field in ["containers", "initContainers", "ephemeralContainers"] {
            for (i, container) in list(spec.get(field)).iter().enumerate() {
                self.container_references(container, &format!("{key}.{field}[{i}]"));
            }
        }
    }

    fn container_references(&mut self, container: &Value, key: &str) {
        for (i, env) in list(container.get("env")).iter().enumerate() {
            let at = format!("{key}.env[{i}]");
            self.refuse_if(env.get("value").is_some_and(|v| !v.is_string()), Rule::TextOnly, &join(&at, "value"));
            for source in ["configMapKeyRef", "secretKeyRef"] {
                if let Some(reference) = env.get("valueFrom").and_then(|v| v.get(source)) {
                    self.own(reference.get("name"), &format!("{at}.valueFrom.{source}.name"));
                }
            }
        }
        for (i, env) in list(container.get("envFrom")).iter().enumerate() {
            for source in ["configMapRef", "secretRef"] {
                if let Some(reference) = env.get(source) {
                    self.own(reference.get("name"), &format!("{key}.envFrom[{i}].{source}.name"));
                }
            }
        }
        for field in ["args", "command"] {
            for (i, argument) in list(container.get(field)).iter().enumerate() {
                self.refuse_if(!argument.is_string(), Rule::TextOnly, &format!("{key}.{field}[{i}]"));
            }
        }
    }

    fn volume_references(&mut self, volume: &Value, key: &str) {
        for (kind, field) in [("configMap", "name"), ("secret", "secretName"), ("persistentVolumeClaim", "claimName")] {
            if let Some(source) = volume.get(kind) {
                self.own(source.get(field), &format!("{key}.{kind}.{field}"));
            }
        }
        for (i, source) in list(volume.get("projected").and_then(|p| p.get("sources"))).iter().enumerate() {
            for kind in ["configMap", "secret"] {
                if let Some(source) = source.get(kind) {
                    self.own(source.get("name"), &format!("{key}.projected.sources[{i}].{kind}.name"));
                }
            }
        }
        if let Some(ephemeral) = volume.get("ephemeral") {
            let spec = ephemeral.get("volumeClaimTemplate").and_then(|t| t.get("spec")).unwrap_or(&Value::Null);
            self.claim(spec, &format!("{key}.ephemeral.volumeClaimTemplate.spec"));
        }
    }
}
