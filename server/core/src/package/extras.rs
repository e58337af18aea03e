//! `publiccode.yml`, change log and software bill of materials: what a package says besides `verfahren.yaml`.

use super::manifest::Manifest;
use super::{CHANGELOG, Files, PUBLICCODE, Publiccode, SBOM, json, sbom};
use portal_model::finding::{Finding, Rule};
use portal_model::verfahren::Leistung;
use serde_json::Value;

/// Bytes of a change log.
const MAX_CHANGELOG: usize = 1024 * 1024;
/// Bytes of a bill of materials.
const MAX_SBOM: usize = 8 * 1024 * 1024;
/// Values in a bill of materials: a few thousand components.
const MAX_SBOM_VALUES: usize = 400_000;

/// Reads `publiccode.yml` and takes licence, source and Leistungen from it.
pub fn publiccode(files: &Files, manifest: Option<&mut Manifest>, findings: &mut Vec<Finding>) -> Publiccode {
    let Some(bytes) = files.get(PUBLICCODE) else {
        findings.push(Finding::new(Rule::FileMissing, PUBLICCODE, ""));
        return Publiccode::default();
    };
    let publiccode = match Publiccode::parse(PUBLICCODE, bytes) {
        Ok(publiccode) => publiccode,
        Err(finding) => {
            findings.push(finding);
            return Publiccode::default();
        }
    };
    findings.extend(publiccode.check(PUBLICCODE));
    if let Some(manifest) = manifest {
        let version = publiccode.text("softwareVersion");
        if !version.is_empty() && version != manifest.version.to_string() {
            let finding = Finding::new(Rule::PubliccodeVersion, PUBLICCODE, "softwareVersion");
            findings.push(finding.with("version", &manifest.version));
        }
        manifest.facts.licence = publiccode.text("legal.license").to_owned();
        // Pages link to it, so nothing but https gets there.
        let source = publiccode.text("url");
        manifest.facts.based_on = publiccode.based_on().into_iter().map(str::to_owned).collect();
        manifest.facts.source = if source.starts_with("https://") { source.to_owned() } else { String::new() };
        for leika in publiccode.leistungen() {
            if manifest.facts.leistungen.iter().all(|l| l.leika != leika) && manifest.facts.leistungen.len() < 50 {
                findings.push(Finding::new(Rule::PubliccodeLeistung, PUBLICCODE, "de.leika").with("value", &leika));
                // The name of the Leistung is not in the file.
                manifest.facts.leistungen.push(Leistung { name: leika.grouped(), leika });
            }
        }
    }
    publiccode
}

/// A change log that can be shown.
pub(crate) fn changelog_text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| text.len() <= MAX_CHANGELOG)
}

/// Reads the change log.
pub fn changelog(files: &Files, manifest: Option<&Manifest>, findings: &mut Vec<Finding>) -> String {
    let Some(bytes) = files.get(CHANGELOG) else {
        findings.push(Finding::new(Rule::ChangelogMissing, CHANGELOG, ""));
        return String::new();
    };
    if bytes.len() > MAX_CHANGELOG {
        findings.push(Finding::new(Rule::FileTooLarge, CHANGELOG, "").with("max", MAX_CHANGELOG));
        return String::new();
    }
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

/// Reads the bill of materials: what it holds is told too, since the search for components relies on it.
pub fn bill_of_materials(files: &Files, findings: &mut Vec<Finding>) -> Option<Value> {
    let Some(bytes) = files.get(SBOM) else {
        findings.push(Finding::new(Rule::SbomMissing, SBOM, ""));
        return None;
    };
    match json::document(SBOM, bytes, MAX_SBOM, MAX_SBOM_VALUES) {
        Ok(value) if value.get("bomFormat").and_then(Value::as_str) == Some("CycloneDX") => {
            let read = sbom::read(&value);
            findings.extend(sbom::gaps(&read));
            findings.extend(read.findings);
            Some(value)
        }
        Ok(_) => {
            findings.push(Finding::new(Rule::SbomFormat, SBOM, "bomFormat"));
            None
        }
        Err(finding) if finding.is(Rule::JsonUnreadable) => {
            findings.push(Finding::new(Rule::SbomFormat, SBOM, ""));
            None
        }
        Err(finding) => {
            findings.push(finding);
            None
        }
    }
}
