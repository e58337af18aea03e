//! `publiccode.yml`, change log and software bill of materials. Real files violate their standards (publiccode.yml most
//! of all), so they are kept losslessly and objected to, never rejected.

use super::manifest::Manifest;
use super::{CHANGELOG, Files, PUBLICCODE, SBOM, yaml};
use portal_model::finding::{Finding, Rule};
use serde_json::Value;

/// Keys that the standard requires (publiccode.yml 0.7), except those below `description`.
const REQUIRED: &[&str] = &[
    "publiccodeYmlVersion",
    "name",
    "url",
    "platforms",
    "developmentStatus",
    "softwareType",
    "description",
    "legal.license",
    "maintenance.type",
    "localisation.localisationReady",
    "localisation.availableLanguages",
];

/// Reads `publiccode.yml` and takes licence and source from it.
pub fn publiccode(files: &Files, manifest: Option<&mut Manifest>, findings: &mut Vec<Finding>) -> Value {
    let Some(bytes) = files.get(PUBLICCODE) else {
        findings.push(Finding::new(Rule::FileMissing, PUBLICCODE, ""));
        return Value::Null;
    };
    let value = match yaml::document(PUBLICCODE, bytes) {
        Ok(value) => value,
        Err(finding) => {
            findings.push(finding);
            return Value::Null;
        }
    };
    for path in REQUIRED.iter().filter(|path| at(&value, path).is_none_or(is_empty)) {
        let rule = if *path == "legal.license" { Rule::LicenceMissing } else { Rule::PubliccodeKeyMissing };
        findings.push(Finding::new(rule, PUBLICCODE, *path).with("name", path));
    }
    for (language, texts) in value.get("description").and_then(Value::as_object).into_iter().flatten() {
        for (name, min, max) in [("shortDescription", 1, 150), ("longDescription", 150, 10_000)] {
            let length = texts.get(name).and_then(Value::as_str).map_or(0, |t| t.trim().chars().count());
            if !(min..=max).contains(&length) {
                let finding = Finding::new(Rule::PubliccodeText, PUBLICCODE, format!("description.{language}.{name}"));
                findings.push(finding.with("min", min).with("max", max));
            }
        }
        if texts.get("features").and_then(Value::as_array).is_none_or(Vec::is_empty) {
            let key = format!("description.{language}.features");
            findings.push(Finding::new(Rule::PubliccodeKeyMissing, PUBLICCODE, key).with("name", "features"));
        }
    }
    let text = |path: &str| at(&value, path).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let source = text("url");
    if !source.is_empty() && !source.starts_with("https://") {
        findings.push(Finding::new(Rule::SourceInsecure, PUBLICCODE, "url"));
    }
    if let Some(manifest) = manifest {
        let version = text("softwareVersion");
        if !version.is_empty() && version != manifest.version.to_string() {
            let finding = Finding::new(Rule::PubliccodeVersion, PUBLICCODE, "softwareVersion");
            findings.push(finding.with("version", &manifest.version));
        }
        manifest.facts.licence = text("legal.license");
        // Pages link to it, so nothing but https gets there.
        manifest.facts.source = if source.starts_with("https://") { source } else { String::new() };
    }
    value
}

/// Reads the change log.
pub fn changelog(files: &Files, manifest: Option<&Manifest>, findings: &mut Vec<Finding>) -> String {
    let Some(bytes) = files.get(CHANGELOG) else {
        findings.push(Finding::new(Rule::ChangelogMissing, CHANGELOG, ""));
        return String::new();
    };
    let Ok(text) = std::str::from_utf8(bytes) else {
        findings.push(Finding::new(Rule::NotUtf8, CHANGELOG, ""));
        return String::new();
    };
    if let Some(manifest) = manifest {
        let version = manifest.version.to_string();
        let named = text.lines().any(|line| line.starts_with('#') && line.contains(&version));
        if !named {
            findings.push(Finding::new(Rule::ChangelogVersion, CHANGELOG, "").with("version", version));
        }
    }
    text.to_owned()
}

/// Reads the bill of materials.
pub fn sbom(files: &Files, findings: &mut Vec<Finding>) -> Option<Value> {
    let Some(bytes) = files.get(SBOM) else {
        findings.push(Finding::new(Rule::SbomMissing, SBOM, ""));
        return None;
    };
    let value: Option<Value> = serde_json::from_slice(bytes).ok();
    let format = value.as_ref().and_then(|v| v.get("bomFormat")).and_then(Value::as_str);
    if format != Some("CycloneDX") {
        findings.push(Finding::new(Rule::SbomFormat, SBOM, "bomFormat"));
        return None;
    }
    value
}

fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, name| value.get(name))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}
