//! The demonstration packages, packages broken on purpose, and random bytes against the reading of packages.
#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy knows only the test functions themselves")]

mod admission;
mod broken;
mod charts;
mod demo;
mod document;
mod minimal;
mod nasty;
mod random;
mod rendering;
mod updates;

use portal_core::config::{self, Part};
use portal_core::package::{
    Files, Loaded, Object, Package, RenderInput, Rendered, TargetFacts, lint, render, sample_values,
};
use portal_model::data_centre::Stage;
use portal_model::finding::Finding;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/packages")
}

/// All demonstration packages as (slug, version, files).
pub(crate) fn demo() -> Vec<(String, String, Files)> {
    let mut all = Vec::new();
    for slug in sorted(&root()) {
        for version in sorted(&root().join(&slug)) {
            let (files, findings) = Files::from_dir(&root().join(&slug).join(&version));
            assert_eq!(findings, vec![], "{slug} {version}");
            all.push((slug.clone(), version, files));
        }
    }
    all
}

fn sorted(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

pub(crate) fn files(slug: &str, version: &str) -> Files {
    Files::from_dir(&root().join(slug).join(version)).0
}

pub(crate) fn package(slug: &str, version: &str) -> Package {
    Package::from_dir(&root().join(slug).join(version)).into_package().unwrap()
}

pub(crate) fn target() -> TargetFacts {
    TargetFacts {
        host: Some("fundsachen.demo.example".into()),
        ingress_class: Some("demo".into()),
        storage_class: Some("demo".into()),
        tls_secret: Some("demo-tls".into()),
    }
}

/// Values that satisfy the schema and the package's own tests.
pub(crate) fn good_values(package: &Package) -> Value {
    let mut values = sample_values(&package.schema);
    // The default is a placeholder on purpose: the package's own test refuses it.
    if package.schema.node("glaeubiger_id").is_some() {
        config::set(&mut values, "glaeubiger_id", "DE98ZZZ09999999999".into());
    }
    assert_eq!(package.schema.validate(&values, Part::All), vec![], "{}", package.id);
    values
}

pub(crate) fn render_with(package: &Package, values: &Value, stage: Stage) -> Rendered {
    let secrets = |_: &str| Some("ein-geheimnis-mit-mehr-als-zweiunddreissig-zeichen".to_owned().into());
    let target = target();
    let input = RenderInput {
        instance: "amt-luetjenburg-fund",
        namespace: "ozg-demo",
        stage,
        values,
        secrets: &secrets,
        target: &target,
        run: None,
    };
    render(package, &input).unwrap()
}

/// All findings of a package, with those of rendering if it can be read.
pub(crate) fn all_findings(files: Files) -> Vec<Finding> {
    let loaded = Loaded::from_files((files, vec![]));
    let mut findings = loaded.findings;
    if let Some(package) = loaded.package {
        findings.extend(lint(&package));
    }
    findings
}

/// What the containers of the test Jobs check, as far as it can be told without a program that answers: `wert:NAME=~REGEX`,
/// and that there is a Service for `dienst:NAME:PORT`, `seite:NAME:PORT/PFAD` and `antrag:NAME:PORT`.
pub(crate) fn failed_checks(rendered: &Rendered) -> Vec<String> {
    let mut failed = Vec::new();
    for job in &rendered.tests {
        let container = &job.value["spec"]["template"]["spec"]["containers"][0];
        let env = environment(container, &rendered.objects);
        for check in container["args"].as_array().unwrap() {
            let check = check.as_str().unwrap();
            let holds = if let Some((name, pattern)) = check.strip_prefix("wert:").and_then(|c| c.split_once("=~")) {
                let options = jsonschema::PatternOptions::regex();
                let schema = json!({ "pattern": pattern });
                let validator = jsonschema::options().with_pattern_options(options).build(&schema).unwrap();
                env.get(name).is_some_and(|value| validator.is_valid(&json!(value)))
            } else if check == "pruefen" {
                true
            } else {
                let (kind, rest) = check.split_once(':').unwrap();
                assert!(["dienst", "seite", "antrag"].contains(&kind), "{check}");
                let (name, port) = rest.split_once(':').unwrap();
                let port: u64 = port.split('/').next().unwrap().parse().unwrap();
                rendered.objects.iter().any(|o| {
                    let ports = o.value["spec"]["ports"].as_array();
                    o.kind() == "Service" && o.name() == name && ports.unwrap().iter().any(|p| p["port"] == port)
                })
            };
            if !holds {
                failed.push(check.to_owned());
            }
        }
    }
    failed
}

fn environment(container: &Value, objects: &[Object]) -> BTreeMap<String, String> {
    let mut env = BTreeMap::new();
    for source in container["envFrom"].as_array().into_iter().flatten() {
        for (reference, kind, field) in [("configMapRef", "ConfigMap", "data"), ("secretRef", "Secret", "stringData")] {
            let Some(name) = source[reference]["name"].as_str() else { continue };
            let object = objects.iter().find(|o| o.kind() == kind && o.name() == name).unwrap();
            for (key, value) in object.value[field].as_object().unwrap() {
                env.insert(key.clone(), value.as_str().unwrap().to_owned());
            }
        }
    }
    for entry in container["env"].as_array().into_iter().flatten() {
        let value = entry["value"].as_str().unwrap_or_default();
        env.insert(entry["name"].as_str().unwrap().to_owned(), value.to_owned());
    }
    env
}
