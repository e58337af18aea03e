//! From files to a package: reads every part and gathers all findings, so that a vendor sees them at once.

use super::manifest::{self, Manifest};
use super::template::Template;
use super::{CHANGELOG, CHART_VALUES, Files, PUBLICCODE, Package, SBOM, SCHEMA, VERFAHREN};
use super::{chart, chart::Chart, extras, has_errors, yaml};
use crate::config::ConfigSchema;
use portal_model::finding::{Finding, Rule};
use portal_model::verfahren::Provisioning;

/// What reading a package gave.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The package; `None` if a finding prevents it.
    pub package: Option<Package>,
    /// All findings, the gravest first.
    pub findings: Vec<Finding>,
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
            return Self { package: None, findings };
        }
        check_names(&files, &mut findings);
        let mut manifest = read_manifest(&files, &mut findings);
        let publiccode = extras::publiccode(&files, manifest.as_mut(), &mut findings);
        let changelog = extras::changelog(&files, manifest.as_ref(), &mut findings);
        let sbom = extras::sbom(&files, &mut findings);
        let schema = read_schema(&files, &mut findings);
        let manifests = read_templates(&files, "manifests/", &mut findings);
        let test_jobs = read_templates(&files, "tests/", &mut findings);
        for template in manifests.iter().chain(&test_jobs) {
            template.check(&schema, &mut findings);
        }
        let chart = chart::read(&files, &schema, &mut findings);
        if let Some(manifest) = &manifest {
            check_together(manifest, &manifests, chart.as_ref(), &test_jobs, &mut findings);
        }
        findings.sort();
        findings.dedup();
        let package = manifest.filter(|_| !has_errors(&findings)).map(|manifest| Package {
            id: manifest.id,
            version: manifest.version,
            digest: files.digest(),
            facts: manifest.facts,
            upgrade_from: manifest.upgrade_from,
            rollback: manifest.rollback,
            endpoints: manifest.endpoints,
            tests: manifest.tests,
            publiccode,
            schema,
            manifests,
            chart,
            test_jobs,
            changelog,
            sbom,
        });
        Self { package, findings }
    }
}

fn check_names(files: &Files, findings: &mut Vec<Finding>) {
    let known = [VERFAHREN, PUBLICCODE, SCHEMA, CHANGELOG, SBOM, "LICENSE", "LICENSE.md", "README.md", CHART_VALUES];
    for path in files.paths() {
        let template = is_template(path, "manifests/") || is_template(path, "tests/");
        if !template && !path.starts_with(chart::FOLDER) && !known.contains(&path) {
            findings.push(Finding::new(Rule::FileUnexpected, path, ""));
        }
    }
}

fn is_template(path: &str, folder: &str) -> bool {
    let name = path.strip_prefix(folder).unwrap_or_default();
    !name.is_empty() && !name.contains('/') && (name.ends_with(".yaml") || name.ends_with(".yml"))
}

fn read_manifest(files: &Files, findings: &mut Vec<Finding>) -> Option<Manifest> {
    let Some(bytes) = files.get(VERFAHREN) else {
        findings.push(Finding::new(Rule::FileMissing, VERFAHREN, ""));
        return None;
    };
    match yaml::document(VERFAHREN, bytes) {
        Ok(document) => manifest::read(&document, findings),
        Err(finding) => {
            findings.push(finding);
            None
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

fn read_templates(files: &Files, folder: &str, findings: &mut Vec<Finding>) -> Vec<Template> {
    let mut templates = Vec::new();
    for (path, bytes) in files.below(folder).filter(|(path, _)| is_template(path, folder)) {
        match yaml::documents(path, bytes) {
            Ok(documents) => {
                templates.extend(documents.into_iter().map(|value| Template { file: path.to_owned(), value }));
            }
            Err(finding) => findings.push(finding),
        }
    }
    templates
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
    let has_ingress = manifests.iter().any(|t| t.kind() == "Ingress");
    if !manifest.endpoints.is_empty() && !has_ingress && manifest.facts.provisioning == Provisioning::Deploy {
        findings.push(Finding::new(Rule::EndpointUnserved, VERFAHREN, "endpoints"));
    }
}
