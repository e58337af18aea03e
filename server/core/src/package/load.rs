//! From files to a package: reads every part and gathers all findings, so that a vendor sees them at once.

use super::manifest::{self, Manifest};
use super::template::Template;
use super::{
    BACKUP, CHANGELOG, CHART_VALUES, CheckKind, Files, PUBLICCODE, Package, RESTORE, Rollback, SBOM, SCHEMA, VERFAHREN,
    chart, chart::Chart, extras, has_errors, limits, lint, upgrade, yaml,
};
use crate::config::ConfigSchema;
use portal_model::finding::{Finding, Rule, Severity};
use portal_model::verfahren::{Provisioning, ReleaseFacts};
use serde_json::Value;

/// Bytes in memory that all templates may take.
const MAX_TEMPLATES_WEIGHT: usize = 32 * 1024 * 1024;
/// Templates of a package.
const MAX_TEMPLATES: usize = 400;
/// Findings that are told; more help nobody.
const MAX_FINDINGS: usize = 1_000;

/// What reading a package gave.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The package; `None` if a finding prevents it.
    pub package: Option<Package>,
    /// All findings, the gravest first.
    pub findings: Vec<Finding>,
    /// Id and version as `verfahren.yaml` names them, also of a package that has errors.
    pub named: Option<(String, String)>,
}

impl Loaded {
    /// The package, or the findings that prevent it.
    ///
    /// # Errors
    /// All findings, if at least one of them is a Fehler.
    pub fn into_package(self) -> Result<Package, Vec<Finding>> {
        self.package.ok_or(self.findings)
    }

    /// Reads the parts of a package from its files.
    pub fn from_files((files, mut findings): (Files, Vec<Finding>)) -> Self {
        // An archive that is broken or too large would only give findings about what is missing because of that.
        if has_errors(&findings) {
            return Self { package: None, findings, named: None };
        }
        check_names(&files, &mut findings);
        let (mut manifest, named) = read_manifest(&files, &mut findings);
        let publiccode = extras::publiccode(&files, manifest.as_mut(), &mut findings);
        let changelog = extras::changelog(&files, manifest.as_ref(), &mut findings);
        let sbom = extras::bill_of_materials(&files, &mut findings);
        let schema = read_schema(&files, &mut findings);
        let mut reader = Templates { files: &files, weight: 0, count: 0 };
        let manifests = reader.below("manifests/", &mut findings);
        let test_jobs = reader.below("tests/", &mut findings);
        let backup = reader.job(BACKUP, &mut findings);
        let restore = reader.job(RESTORE, &mut findings);
        for template in manifests.iter().chain(&test_jobs).chain(&backup).chain(&restore) {
            if findings.len() < MAX_FINDINGS {
                template.check(&schema, &mut findings);
            }
        }
        let chart = chart::read(&files, &schema, &mut findings);
        if let Some(manifest) = &manifest {
            check_together(manifest, &manifests, chart.as_ref(), &test_jobs, &mut findings);
            check_backup(manifest, &files, &manifests, &mut findings);
            upgrade::check_migrations(&manifest.migrations, &schema, &mut findings);
        }
        let package = manifest.map(|manifest| Package {
            id: manifest.id,
            version: manifest.version,
            digest: files.digest(),
            facts: ReleaseFacts { secrets: schema.secret_paths(), ..manifest.facts },
            upgrade_from: manifest.upgrade_from,
            migrations: manifest.migrations,
            rollback: manifest.rollback,
            api_access: manifest.api_access,
            endpoints: manifest.endpoints,
            tests: manifest.tests,
            checks: manifest.checks,
            publiccode,
            schema,
            manifests,
            chart,
            test_jobs,
            backup,
            restore,
            changelog,
            sbom,
        });
        // What the objects may not be is found by itself, so that a vendor sees it together with the rest.
        if has_errors(&findings)
            && let Some(draft) = package.as_ref().filter(|draft| draft.chart.is_none() && fills(&findings))
        {
            findings.extend(lint(draft).into_iter().filter(|f| f.severity == Severity::Fehler));
        }
        findings.sort();
        findings.dedup();
        findings.truncate(MAX_FINDINGS);
        Self { package: package.filter(|_| !has_errors(&findings)), findings, named }
    }
}

/// Whether the objects can be filled in spite of the errors: none is in what they are filled from.
fn fills(findings: &[Finding]) -> bool {
    let apart = [VERFAHREN, PUBLICCODE, CHANGELOG, SBOM];
    let harmless = |f: &Finding| apart.contains(&f.file.as_str()) || f.rule == Rule::FileUnexpected.id();
    findings.iter().filter(|f| f.severity == Severity::Fehler).all(harmless)
}

fn check_names(files: &Files, findings: &mut Vec<Finding>) {
    let read = [VERFAHREN, PUBLICCODE, SCHEMA, CHANGELOG, SBOM, BACKUP, RESTORE, CHART_VALUES];
    let known = ["LICENSE", "LICENSE.md", "README.md"];
    for path in files.paths() {
        let template = is_template(path, "manifests/") || is_template(path, "tests/") || read.contains(&path);
        // Such a file is a text; if it is not in memory, it or all texts together are too large.
        if template && files.get(path).is_none() {
            findings.push(Finding::new(Rule::FileTooLarge, path, "").with("max", limits::TEXT));
        }
        if !template && !path.starts_with(chart::FOLDER) && !known.contains(&path) {
            findings.push(Finding::new(Rule::FileUnexpected, path, ""));
        }
    }
}

fn is_template(path: &str, folder: &str) -> bool {
    let name = path.strip_prefix(folder).unwrap_or_default();
    !name.is_empty() && !name.contains('/') && (name.ends_with(".yaml") || name.ends_with(".yml"))
}

/// What `verfahren.yaml` says, and the id and version it names.
fn read_manifest(files: &Files, findings: &mut Vec<Finding>) -> (Option<Manifest>, Option<(String, String)>) {
    let Some(bytes) = files.get(VERFAHREN) else {
        findings.push(Finding::new(Rule::FileMissing, VERFAHREN, ""));
        return (None, None);
    };
    match yaml::document(VERFAHREN, bytes) {
        Ok(document) => {
            let text = |key: &str| document.get(key).and_then(Value::as_str).map(str::to_owned);
            let named = text("id").filter(|id| id.contains('/')).zip(text("version"));
            (manifest::read(&document, findings), named)
        }
        Err(finding) => {
            findings.push(finding);
            (None, None)
        }
    }
}

fn read_schema(files: &Files, findings: &mut Vec<Finding>) -> ConfigSchema {
    let Some(bytes) = files.get(SCHEMA) else {
        findings.push(Finding::new(Rule::FileMissing, SCHEMA, ""));
        return ConfigSchema::default();
    };
    let (schema, found) = ConfigSchema::parse(SCHEMA, bytes);
    findings.extend(found);
    schema
}

/// Reads templates as long as they fit into the budget of the package.
struct Templates<'a> {
    files: &'a Files,
    weight: usize,
    count: usize,
}

impl Templates<'_> {
    fn below(&mut self, folder: &str, findings: &mut Vec<Finding>) -> Vec<Template> {
        let mut templates = Vec::new();
        for (path, bytes) in self.files.below(folder).filter(|(path, _)| is_template(path, folder)) {
            templates.append(&mut self.file(path, bytes, findings));
        }
        templates
    }

    /// The only Job of a file.
    fn job(&mut self, path: &str, findings: &mut Vec<Finding>) -> Option<Template> {
        let mut templates = self.file(path, self.files.get(path)?, findings);
        match (templates.pop(), templates.is_empty()) {
            (Some(job), true) if job.kind() == "Job" => Some(job),
            _ => {
                findings.push(Finding::new(Rule::JobFile, path, ""));
                None
            }
        }
    }

    fn file(&mut self, path: &str, bytes: &[u8], findings: &mut Vec<Finding>) -> Vec<Template> {
        if self.weight > MAX_TEMPLATES_WEIGHT || self.count > MAX_TEMPLATES {
            return Vec::new();
        }
        let documents = match yaml::documents(path, bytes) {
            Ok(documents) => documents,
            Err(finding) => {
                findings.push(finding);
                return Vec::new();
            }
        };
        self.weight += documents.iter().map(yaml::weight).sum::<usize>();
        self.count += documents.len();
        if self.weight > MAX_TEMPLATES_WEIGHT {
            findings.push(Finding::new(Rule::TemplatesTooLarge, "", "").with("max", MAX_TEMPLATES_WEIGHT));
            return Vec::new();
        }
        if self.count > MAX_TEMPLATES {
            findings.push(Finding::new(Rule::TooManyObjects, "", "").with("max", MAX_TEMPLATES));
            return Vec::new();
        }
        documents.into_iter().map(|value| Template { file: path.to_owned(), value }).collect()
    }
}

/// What keeps data must be able to save it: before an update, and to restore it where going back needs that.
fn check_backup(manifest: &Manifest, files: &Files, manifests: &[Template], findings: &mut Vec<Finding>) {
    let stateful = manifests.iter().any(|t| matches!(t.kind(), "StatefulSet" | "PersistentVolumeClaim"));
    if stateful || manifest.rollback == Rollback::Restore {
        for (path, name) in [(BACKUP, "backup"), (RESTORE, "restore")] {
            if files.facts(path).is_none() {
                findings.push(Finding::new(Rule::JobMissing, path, "").with("name", name));
            }
        }
    }
}

fn check_together(
    manifest: &Manifest,
    manifests: &[Template],
    chart: Option<&Chart>,
    jobs: &[Template],
    findings: &mut Vec<Finding>,
) {
    match manifest.facts.provisioning {
        Provisioning::Connected if chart.is_some() => {
            findings.push(Finding::new(Rule::ManifestsForbidden, chart::FOLDER, ""));
        }
        Provisioning::Deploy if manifests.is_empty() && chart.is_none() => {
            findings.push(Finding::new(Rule::ManifestsMissing, "manifests/", ""));
        }
        Provisioning::Connected if !manifests.is_empty() => {
            findings.push(Finding::new(Rule::ManifestsForbidden, manifests[0].file.clone(), ""));
        }
        _ => {}
    }
    if chart.is_some() {
        // What a chart holds is only known once it is rendered: see `lint`.
        return;
    }
    if jobs.is_empty() {
        findings.push(Finding::new(Rule::TestMissing, "tests/", ""));
    }
    for (i, test) in manifest.tests.iter().enumerate() {
        if !jobs.iter().any(|job| job.name_suffix() == Some(test.job.as_str())) {
            let key = format!("tests[{i}].job");
            findings.push(Finding::new(Rule::TestJobMissing, VERFAHREN, key).with("name", &test.job));
        }
    }
    for job in jobs {
        if let Some(suffix) = job.name_suffix().filter(|suffix| manifest.tests.iter().all(|t| t.job != *suffix)) {
            findings.push(Finding::new(Rule::TestUndeclared, job.file.clone(), "metadata.name").with("name", suffix));
        }
    }
    let services = || manifests.iter().filter(|t| t.kind() == "Service");
    for (i, check) in manifest.checks.iter().enumerate().filter(|(_, check)| check.kind != CheckKind::Workloads) {
        if !services().any(|service| service.name_suffix() == Some(check.service.as_str())) {
            let key = format!("checks[{i}].service");
            findings.push(Finding::new(Rule::CheckService, VERFAHREN, key).with("name", &check.service));
        }
    }
    let has_ingress = manifests.iter().any(|t| t.kind() == "Ingress");
    if !manifest.endpoints.is_empty() && !has_ingress && manifest.facts.provisioning == Provisioning::Deploy {
        findings.push(Finding::new(Rule::EndpointUnserved, VERFAHREN, "endpoints"));
    }
}
