//! R9: what may reach a target. Checked when a release is published (rendered with sample values) and again before
//! applying. Nothing here trusts the package or the values; what is not expected is refused.

mod amounts;
mod objects;
mod pod;
mod references;

use super::render::{Object, Rendered, TargetFacts};
use crate::config::join;
use portal_model::finding::{Finding, Rule};
use serde_json::{Map, Value};

/// Most replicas of a workload.
const MAX_REPLICAS: u64 = 10;
/// Longest run of a test in seconds.
const MAX_TEST_SECONDS: u64 = 900;
/// Longest run of a backup or of bringing it back in seconds.
const MAX_BACKUP_SECONDS: u64 = 4 * 3_600;
/// Objects of one deployment.
pub const MAX_OBJECTS: usize = 200;
/// Bytes of an object as JSON; a cluster stores a little more than this.
pub const MAX_OBJECT_BYTES: usize = 1_000_000;

/// Kinds that are admitted, with their only version.
const KINDS: &[(&str, &str)] = &[
    ("Deployment", "apps/v1"),
    ("StatefulSet", "apps/v1"),
    ("Job", "batch/v1"),
    ("CronJob", "batch/v1"),
    ("Service", "v1"),
    ("Ingress", "networking.k8s.io/v1"),
    ("ConfigMap", "v1"),
    ("Secret", "v1"),
    ("PersistentVolumeClaim", "v1"),
    ("ServiceAccount", "v1"),
    ("NetworkPolicy", "networking.k8s.io/v1"),
    ("PodDisruptionBudget", "policy/v1"),
];

/// Annotations outside of the package's own domain that are admitted; others steer controllers of the data centre.
const ANNOTATIONS: &[&str] =
    &["kubernetes.io/description", "app.kubernetes.io/", "nginx.ingress.kubernetes.io/proxy-body-size"];

/// Everything that speaks against applying these objects, with file and place.
pub fn check(rendered: &Rendered, instance: &str, target: &TargetFacts) -> Vec<Finding> {
    let objects = rendered.objects.iter().chain(&rendered.before).chain(&rendered.after).map(|o| (o, Role::Object));
    let tests = rendered.tests.iter().map(|o| (o, Role::Test));
    let backups = rendered.backup.iter().chain(&rendered.restore).map(|o| (o, Role::Backup));
    let roles: Vec<(&Object, Role)> = objects.chain(tests).chain(backups).collect();
    if roles.len() > MAX_OBJECTS {
        return vec![Finding::new(Rule::TooManyObjects, "", "").with("max", MAX_OBJECTS)];
    }
    let all: Vec<&Object> = roles.iter().map(|(object, _)| *object).collect();
    let pod_labels = pod_labels(&all);
    let mut findings = Vec::new();
    for (i, (object, role)) in roles.into_iter().enumerate() {
        if all[..i].iter().any(|other| (other.kind(), other.name()) == (object.kind(), object.name())) {
            let finding = Finding::new(Rule::ObjectTwice, object.file.clone(), "metadata.name");
            findings.push(finding.with("name", format!("{}/{}", object.kind(), object.name())));
        }
        let api_access = rendered.api_access;
        Checker { object, instance, target, pod_labels: &pod_labels, role, api_access, findings: &mut findings }
            .object();
    }
    findings.extend(amounts::together(&all));
    findings.sort();
    findings.dedup();
    findings
}

/// Labels of all pods that the objects make, to compare selectors with.
fn pod_labels(objects: &[&Object]) -> Vec<Map<String, Value>> {
    let labels = |object: &&Object| {
        let (_, template) = pod_template(&object.value)?;
        template.get("metadata")?.get("labels")?.as_object().cloned()
    };
    objects.iter().filter_map(labels).collect()
}

/// The pod template of a workload and the path to it.
fn pod_template(value: &Value) -> Option<(&'static str, &Value)> {
    match value.get("kind")?.as_str()? {
        "Deployment" | "StatefulSet" | "Job" => Some(("spec.template", value.get("spec")?.get("template")?)),
        "CronJob" => {
            let job = value.get("spec")?.get("jobTemplate")?;
            Some(("spec.jobTemplate.spec.template", job.get("spec")?.get("template")?))
        }
        _ => None,
    }
}

/// What an object is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Object,
    Test,
    Backup,
}

/// Checks one object.
struct Checker<'a> {
    object: &'a Object,
    instance: &'a str,
    target: &'a TargetFacts,
    pod_labels: &'a [Map<String, Value>],
    role: Role,
    /// The package declares that it uses the API server.
    api_access: bool,
    findings: &'a mut Vec<Finding>,
}

impl Checker<'_> {
    fn add(&mut self, rule: Rule, key: &str) {
        self.findings.push(Finding::new(rule, self.object.file.clone(), key));
    }

    fn name(&mut self, rule: Rule, key: &str, name: &str) {
        self.findings.push(Finding::new(rule, self.object.file.clone(), key).with("name", name));
    }

    fn refuse_if(&mut self, wrong: bool, rule: Rule, key: &str) {
        if wrong {
            self.add(rule, key);
        }
    }

    /// Whether a name belongs to this instance.
    fn is_own(&self, name: &str) -> bool {
        name.strip_prefix(self.instance).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }

    fn object(&mut self) {
        let object = self.object;
        let value = &object.value;
        let version = value.get("apiVersion").and_then(Value::as_str);
        if !value.is_object() || version.is_none() || object.kind().is_empty() || object.name().is_empty() {
            self.add(Rule::Object, "");
            return;
        }
        match KINDS.iter().find(|(kind, _)| *kind == object.kind()) {
            None => {
                self.name(Rule::Kind, "kind", object.kind());
                return;
            }
            Some((_, expected)) if version != Some(expected) => {
                let finding = Finding::new(Rule::ApiVersion, object.file.clone(), "apiVersion");
                self.findings.push(finding.with("expected", expected));
            }
            Some(_) => {}
        }
        if value.to_string().len() > MAX_OBJECT_BYTES {
            let finding = Finding::new(Rule::ObjectTooLarge, object.file.clone(), "");
            self.findings.push(finding.with("max", MAX_OBJECT_BYTES));
            return;
        }
        if self.role != Role::Object && object.kind() != "Job" {
            self.add(Rule::TestKind, "kind");
        }
        if !self.is_own(object.name()) || !super::template::is_label(object.name(), 63) {
            self.name(Rule::Name, "metadata.name", object.name());
        }
        self.metadata(value.get("metadata"), "metadata");
        self.by_kind();
        if let Some((path, template)) = pod_template(value) {
            self.metadata(template.get("metadata"), &join(path, "metadata"));
            self.pod(template.get("spec").unwrap_or(&Value::Null), &join(path, "spec"));
        }
    }

    fn metadata(&mut self, metadata: Option<&Value>, key: &str) {
        for (name, value) in metadata.and_then(Value::as_object).into_iter().flatten() {
            let at = join(key, name);
            match name.as_str() {
                "name" | "namespace" => {}
                "labels" | "annotations" => self.texts(value, &at),
                _ => self.name(Rule::Metadata, &at, name),
            }
            for annotation in value.as_object().filter(|_| name == "annotations").into_iter().flat_map(Map::keys) {
                let domain = annotation.split_once('/').map_or("", |(domain, _)| domain);
                let foreign = domain.ends_with("kubernetes.io") || domain.ends_with("k8s.io") || domain.is_empty();
                let admitted =
                    ANNOTATIONS.iter().any(|a| annotation == a || (a.ends_with('/') && annotation.starts_with(a)));
                // AppArmor and seccomp once were annotations; controllers of a data centre obey others to this day.
                if (foreign || domain.ends_with("cert-manager.io") || domain.starts_with("ozg-portal")) && !admitted {
                    self.name(Rule::Annotation, &join(&at, annotation), annotation);
                }
            }
        }
    }

    /// A map in which Kubernetes takes only texts.
    fn texts(&mut self, value: &Value, key: &str) {
        match value {
            Value::Object(map) => {
                for (name, _) in map.iter().filter(|(_, inner)| !inner.is_string()) {
                    self.add(Rule::TextOnly, &join(key, name));
                }
            }
            Value::Null => {}
            _ => self.add(Rule::TextOnly, key),
        }
    }
}
