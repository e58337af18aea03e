//! From a package and a configuration to the objects of one deployment. Pure: the same input gives the same objects.

use super::template::{Filler, Template, is_label};
use super::{Package, chart_hooks, has_errors, network, size};
use crate::config::Part;
use base64::Engine as _;
use portal_model::Bilingual;
use portal_model::data_centre::Stage;
use portal_model::finding::{Finding, Rule};
use serde_json::{Map, Value};
use std::fmt;
use zeroize::Zeroizing;

/// Longest name of an instance: names of objects add a suffix to it.
pub const MAX_INSTANCE: usize = 40;
/// Longest name of a test run.
const MAX_RUN: usize = 10;

/// What the target contributes.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TargetFacts {
    /// Host name under which this deployment is reached.
    pub host: Option<String>,
    /// Class of Ingress objects.
    pub ingress_class: Option<String>,
    /// Class of volumes.
    pub storage_class: Option<String>,
    /// Secret with the certificate of the host, kept by the data centre.
    pub tls_secret: Option<String>,
}

impl TargetFacts {
    /// The fact that `$target` names.
    pub fn get(&self, field: &str) -> Option<&str> {
        match field {
            "host" => self.host.as_deref(),
            "ingressClass" => self.ingress_class.as_deref(),
            "storageClass" => self.storage_class.as_deref(),
            "tlsSecret" => self.tls_secret.as_deref(),
            _ => None,
        }
    }
}

/// Everything that rendering depends on besides the package.
#[derive(Clone, Copy)]
pub struct RenderInput<'a> {
    /// Name of the deployment: a DNS label of at most [`MAX_INSTANCE`] characters, unique in the namespace.
    pub instance: &'a str,
    /// Namespace of the target.
    pub namespace: &'a str,
    /// Test or production.
    pub stage: Stage,
    /// Fachwerte and the Umgebungswerte of this stage, merged.
    pub values: &'a Value,
    /// Secrets by path.
    pub secrets: &'a (dyn Fn(&str) -> Option<Zeroizing<String>> + Sync),
    /// The target.
    pub target: &'a TargetFacts,
    /// Short name of a run, appended to the names of test Jobs and of a chart's hooks, so that each run has Jobs of its
    /// own.
    pub run: Option<&'a str>,
}

/// A rendered object. `Debug` shows no content, since it may hold secrets.
#[derive(Clone, PartialEq)]
pub struct Object {
    /// File of the package it comes from; empty for what the portal adds.
    pub file: String,
    /// The object.
    pub value: Value,
}

impl Object {
    /// Its kind.
    pub fn kind(&self) -> &str {
        self.value.get("kind").and_then(Value::as_str).unwrap_or_default()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.value.get("metadata").and_then(|m| m.get("name")).and_then(Value::as_str).unwrap_or_default()
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} ({})", self.kind(), self.name(), self.file)
    }
}

/// A page of a deployment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Endpoint {
    /// What it is.
    pub name: Bilingual,
    /// Address.
    pub url: String,
}

/// What a deployment consists of.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// What is applied, in the order in which it should be: what others refer to comes first.
    pub objects: Vec<Object>,
    /// Jobs that succeed, one after the other, before the first workload among the objects is applied.
    pub before: Vec<Object>,
    /// Jobs that succeed, one after the other, once the workloads are ready.
    pub after: Vec<Object>,
    /// Test Jobs in the order of `verfahren.yaml`.
    pub tests: Vec<Object>,
    /// The Job that saves the data.
    pub backup: Option<Object>,
    /// The Job that brings them back.
    pub restore: Option<Object>,
    /// Whether the package declares that its pods may get a token of the API server.
    pub api_access: bool,
    /// Pages.
    pub endpoints: Vec<Endpoint>,
    /// What a vendor should know, though nothing prevents setting it up.
    pub notes: Vec<Finding>,
}

impl Rendered {
    /// Everything that reaches a target, and whether it is a test.
    pub fn all(&self) -> impl Iterator<Item = (&Object, bool)> {
        let objects = self.objects.iter().chain(&self.before).chain(&self.after);
        objects.map(|o| (o, false)).chain(self.tests.iter().map(|o| (o, true)))
    }
}

/// Fills all templates of a package with `manifests/`; for one with a chart see [`super::render_with`].
///
/// # Errors
/// Every finding that prevents it: values that do not fit the schema, missing secrets or facts, unusable names.
pub fn render(package: &Package, input: &RenderInput<'_>) -> Result<Rendered, Vec<Finding>> {
    if package.chart.is_some() {
        return Err(vec![Finding::new(Rule::ChartHelmMissing, super::chart::FOLDER, "")]);
    }
    check_input(package, input)?;
    fill_package(package, input, Vec::new())
}

/// Whether names and values fit.
pub(super) fn check_input(package: &Package, input: &RenderInput<'_>) -> Result<(), Vec<Finding>> {
    let mut findings = check_names(input);
    for error in package.schema.validate(input.values, Part::All) {
        let finding = Finding::new(Rule::ValuesInvalid, super::SCHEMA, error.path.clone());
        findings.push(finding.with("name", &error.path).with("code", &error.code));
    }
    if findings.is_empty() { Ok(()) } else { Err(findings) }
}

/// Fills all templates without a look at the values: for the check before publishing, whose sample values need not fit
/// every pattern. `chart` is what the package's chart gave.
pub(super) fn fill_package(
    package: &Package,
    input: &RenderInput<'_>,
    chart: Vec<Object>,
) -> Result<Rendered, Vec<Finding>> {
    let all = package.manifests.iter().chain(&package.test_jobs).chain(&package.backup).chain(&package.restore);
    if all.fold(0usize, |sum, t| sum.saturating_add(size::filled(&t.value, input.values))) > size::MAX_FILLED {
        return Err(vec![Finding::new(Rule::TemplatesTooLarge, "", "").with("max", size::MAX_FILLED)]);
    }
    let mut findings = Vec::new();
    let release = package.short_digest();
    let mut objects = fill_all(package, &package.manifests, input, &mut findings);
    let mut tests = fill_all(package, &package.test_jobs, input, &mut findings);
    let mut job = |job: &Option<Template>| fill_all(package, job.as_slice(), input, &mut findings).pop();
    let (mut backup, mut restore) = (job(&package.backup), job(&package.restore));
    let chart_hooks::Sorted { objects: of_chart, mut before, mut after, tests: tests_of_chart } =
        chart_hooks::sort(chart, &mut findings);
    objects.extend(of_chart);
    tests.extend(tests_of_chart);
    if has_errors(&findings) {
        return Err(findings);
    }
    if let Some(value) = network::default_policy(&objects, input.instance) {
        objects.push(Object { file: String::new(), value });
    }
    let hooks = before.iter_mut().chain(&mut after);
    for object in objects.iter_mut().chain(hooks).chain(&mut tests).chain(&mut backup).chain(&mut restore) {
        label(&mut object.value, input, release);
    }
    objects.sort_by_cached_key(|o| (rank(o.kind()), o.name().to_owned()));
    let declared = |o: &Object| {
        let suffix = o.name().strip_prefix(input.instance).and_then(|n| n.strip_prefix('-')).unwrap_or_default();
        package.tests.iter().position(|t| t.job == suffix).unwrap_or(usize::MAX)
    };
    tests.sort_by_cached_key(|o| (declared(o), o.name().to_owned()));
    if let Some(run) = input.run {
        // A Job cannot be changed once it runs, so every operation has Jobs of its own.
        let hooks = before.iter_mut().chain(&mut after);
        for job in hooks.chain(&mut tests).chain(&mut backup).chain(&mut restore) {
            let name = format!("{}-{run}", job.name());
            if let Some(metadata) = job.value.get_mut("metadata").and_then(Value::as_object_mut) {
                metadata.insert("name".to_owned(), name.into());
            }
        }
    }
    let host = input.target.host.as_deref();
    let endpoints = package
        .endpoints
        .iter()
        .filter_map(|e| Some(Endpoint { name: e.name.clone(), url: format!("https://{}{}", host?, e.path) }));
    let (api_access, endpoints) = (package.api_access, endpoints.collect());
    Ok(Rendered { objects, before, after, tests, backup, restore, api_access, endpoints, notes: findings })
}

/// Replaces every NetworkPolicy by the one of trials: policies add up, so that none of the package's may stay.
pub fn isolate(package: &Package, input: &RenderInput<'_>, rendered: &mut Rendered) {
    for objects in [&mut rendered.objects, &mut rendered.before, &mut rendered.after, &mut rendered.tests] {
        objects.retain(|o| o.kind() != "NetworkPolicy");
    }
    let mut value = network::isolating_policy(input.instance);
    label(&mut value, input, package.short_digest());
    rendered.objects.push(Object { file: String::new(), value });
    rendered.objects.sort_by_cached_key(|o| (rank(o.kind()), o.name().to_owned()));
}

fn check_names(input: &RenderInput<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let run_fits = input.run.is_none_or(|run| is_label(run, MAX_RUN));
    let starts = input.instance.starts_with(|c: char| c.is_ascii_lowercase());
    if !is_label(input.instance, MAX_INSTANCE) || !starts || !is_label(input.namespace, 63) || !run_fits {
        findings.push(Finding::new(Rule::InstanceName, "", "").with("max", MAX_INSTANCE));
    }
    findings
}

fn fill_all(
    package: &Package,
    templates: &[Template],
    input: &RenderInput<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<Object> {
    let mut objects = Vec::new();
    for template in templates {
        let mut filler = Filler {
            instance: input.instance,
            values: input.values,
            schema: &package.schema,
            secrets: input.secrets,
            target: input.target,
            file: &template.file,
            findings: Vec::new(),
        };
        let filled = filler.fill(&template.value, "");
        findings.append(&mut filler.findings);
        if let Some(mut value) = filled {
            encode_secret_data(&template.value, &mut value);
            objects.push(Object { file: template.file.clone(), value });
        }
    }
    objects
}

/// `data` of a Secret is base64: what a placeholder put there is encoded, what the vendor wrote is not touched.
fn encode_secret_data(template: &Value, value: &mut Value) {
    if template.get("kind").and_then(Value::as_str) != Some("Secret") {
        return;
    }
    let Some(data) = value.get_mut("data").and_then(Value::as_object_mut) else { return };
    for (name, text) in data.iter_mut() {
        let filled = template.get("data").and_then(|d| d.get(name)).is_some_and(Value::is_object);
        if let (true, Some(plain)) = (filled, text.as_str()) {
            *text = base64::engine::general_purpose::STANDARD.encode(plain).into();
        }
    }
}

/// Namespace and labels on the object; who it belongs to also on its pods and volumes. The release is not there, or
/// every update would restart every pod and could not change a StatefulSet's volumes.
fn label(object: &mut Value, input: &RenderInput<'_>, release: &str) {
    let Some(map) = object.as_object_mut() else { return };
    let metadata = child(map, "metadata");
    metadata.insert("namespace".to_owned(), input.namespace.into());
    let labels = child(metadata, "labels");
    mark(labels, input);
    labels.insert("ozg-portal/release".to_owned(), release.into());
    let Some(spec) = map.get_mut("spec").and_then(Value::as_object_mut) else { return };
    if let Some(job) = spec.get_mut("jobTemplate").and_then(Value::as_object_mut) {
        mark(child(child(job, "metadata"), "labels"), input);
        if let Some(template) = job.get_mut("spec").and_then(|s| s.get_mut("template")).and_then(Value::as_object_mut) {
            mark(child(child(template, "metadata"), "labels"), input);
        }
    }
    if let Some(template) = spec.get_mut("template").and_then(Value::as_object_mut) {
        mark(child(child(template, "metadata"), "labels"), input);
    }
    for claim in spec.get_mut("volumeClaimTemplates").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(claim) = claim.as_object_mut() {
            mark(child(child(claim, "metadata"), "labels"), input);
        }
    }
}

fn mark(labels: &mut Map<String, Value>, input: &RenderInput<'_>) {
    labels.insert("app.kubernetes.io/managed-by".to_owned(), "ozg-portal".into());
    labels.insert("ozg-portal/instance".to_owned(), input.instance.into());
    labels.insert("ozg-portal/stage".to_owned(), input.stage.word().into());
}

/// The object under a key, made if it is not there.
fn child<'a>(map: &'a mut Map<String, Value>, name: &str) -> &'a mut Map<String, Value> {
    let value = map.entry(name).or_insert_with(|| Value::Object(Map::new()));
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    match value {
        Value::Object(inner) => inner,
        _ => unreachable!("made an object above"),
    }
}

/// What others refer to is applied first, what leads traffic to it last.
fn rank(kind: &str) -> u8 {
    match kind {
        "ServiceAccount" => 0,
        "NetworkPolicy" => 1,
        "ConfigMap" | "Secret" => 2,
        "PersistentVolumeClaim" => 3,
        "Service" => 4,
        "StatefulSet" => 5,
        "Deployment" => 6,
        "PodDisruptionBudget" => 7,
        "Job" | "CronJob" => 8,
        _ => 9,
    }
}
