//! The software bill of materials of a release: CycloneDX JSON 1.2 to 1.7 and SPDX 2.3 JSON, read into one list.
//!
//! Sources: the CycloneDX JSON schemas (bom-1.2 to bom-1.7; ECMA-424) and SPDX 2.3, clause 7. Tools write much that the
//! schemas do not allow, so whatever can be read is read, and what cannot becomes a finding. Every limit is counted.

mod cyclonedx;
mod licence;
mod purl;
mod spdx_document;
mod version;

pub use licence::is_expression;
pub use purl::{Purl, PurlError};
pub use version::{Answer, Bound, NotAMatch, VersionMatch};

use super::SBOM;
use portal_model::finding::{Finding, Rule};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a bill of materials may hold; what is beyond is left out, with a finding.
pub mod limits {
    /// Components, nested ones included.
    pub const COMPONENTS: usize = 20_000;
    /// Components within components.
    pub const NESTING: usize = 10;
    /// Characters of a name with its group.
    pub const NAME: usize = 500;
    /// Characters of a version.
    pub const VERSION: usize = 200;
    /// Characters of a licence.
    pub const LICENCE: usize = 1_000;
    /// Licences of one component.
    pub const LICENCES: usize = 30;
}

/// A part of the software.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Component {
    /// Name, with its group before a slash.
    pub name: String,
    /// Version; empty if unknown.
    pub version: String,
    /// Package URL in canonical form, if there is one that can be read.
    pub purl: Option<String>,
    /// SPDX expressions or names, sorted.
    pub licences: Vec<String>,
    /// Kind in the words of CycloneDX (`library`, `container`, `operating-system`, …).
    pub kind: String,
    /// SHA-256 of its content, lower-case hex.
    pub sha256: Option<String>,
    key: String,
}

impl Component {
    /// What it is searched by: `type/namespace/name` of its purl in lower case; without one `generic/name`, the name in
    /// lower case too.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Type of its purl; `generic` without one.
    pub fn purl_type(&self) -> &str {
        self.key.split('/').next().unwrap_or_default()
    }
}

/// The key under which components of a purl or a name are stored, for a person's search: a purl (its version is
/// ignored), `type/namespace/name`, or a bare name, which stands for components without purl.
pub fn search_key(text: &str) -> String {
    let text = text.trim();
    match Purl::parse(text) {
        Ok(purl) => purl.key(),
        Err(_) if text.contains('/') => text.to_lowercase(),
        Err(_) => format!("generic/{}", text.to_lowercase()),
    }
}

/// A bill of materials, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sbom {
    /// Components without duplicates, sorted by key and version.
    pub components: Vec<Component>,
    /// What could not be read; at most one finding per rule, with a count and the first example.
    pub findings: Vec<Finding>,
}

/// Reads a bill of materials.
pub fn read(document: &Value) -> Sbom {
    let mut reader = Reader::default();
    if document.get("bomFormat").and_then(Value::as_str) == Some("CycloneDX") {
        cyclonedx::read(document, &mut reader);
    } else if document.get("spdxVersion").and_then(Value::as_str).is_some() {
        spdx_document::read(document, &mut reader);
    } else {
        reader.objection(Rule::SbomFormat, "bomFormat", "");
    }
    reader.finish()
}

/// What a bill of materials does not say of its components; at most one finding per rule, with a count and the first
/// example. Files and data have neither address nor licence of their own, and an image is known by the digest that the
/// manifests name; what is in it are components again.
pub fn gaps(sbom: &Sbom) -> Vec<Finding> {
    const SOFTWARE: [&str; 5] = ["", "application", "framework", "library", "operating-system"];
    let software = || sbom.components.iter().filter(|c| SOFTWARE.contains(&c.kind.as_str()));
    let finding = |rule: Rule, without: Vec<&Component>| {
        let first = without.first()?;
        Some(Finding::new(rule, SBOM, "components").with("name", &first.name).with("count", without.len()))
    };
    let purl = finding(Rule::SbomPurlMissing, software().filter(|c| c.purl.is_none()).collect());
    let licence = finding(Rule::SbomLicenceMissing, software().filter(|c| c.licences.is_empty()).collect());
    purl.into_iter().chain(licence).collect()
}

/// A component as a format's reader found it: nothing is checked yet.
#[derive(Debug, Default)]
struct Raw<'a> {
    group: &'a str,
    name: &'a str,
    version: &'a str,
    purl: &'a str,
    licences: Vec<&'a str>,
    kind: &'a str,
    sha256: &'a str,
}

/// Gathers components and objections, whatever the format.
#[derive(Default)]
struct Reader {
    /// By what tells components apart.
    found: BTreeMap<(String, String, Option<String>), Component>,
    /// How many were offered, duplicates included.
    offered: usize,
    /// By rule: its first place, its first example, how often.
    objections: BTreeMap<&'static str, (Rule, String, String, usize)>,
}

impl Reader {
    fn objection(&mut self, rule: Rule, key: &str, example: &str) {
        let first = || (rule, key.to_owned(), example.to_owned(), 0);
        self.objections.entry(rule.id()).or_insert_with(first).3 += 1;
    }

    /// False as soon as no more are taken.
    fn has_room(&mut self, key: &str) -> bool {
        if self.offered < limits::COMPONENTS {
            return true;
        }
        self.objection(Rule::SbomLimit, key, &format!("≤ {} components", limits::COMPONENTS));
        false
    }

    fn add(&mut self, raw: &Raw<'_>, key: &str) {
        self.offered += 1;
        let name = if raw.group.is_empty() { raw.name.to_owned() } else { format!("{}/{}", raw.group, raw.name) };
        let fits = |text: &str, max| text.chars().take(max + 1).count() <= max && !text.chars().any(char::is_control);
        if raw.name.trim().is_empty() || !fits(&name, limits::NAME) || !fits(raw.version, limits::VERSION) {
            return self.objection(Rule::SbomComponent, key, &name);
        }
        let purl = match raw.purl {
            "" => None,
            text => Purl::parse(text).map_err(|_| self.objection(Rule::SbomPurl, key, text)).ok(),
        };
        // Where both name a version, the one of the purl is what registries and advisories use.
        let version = purl.as_ref().and_then(Purl::version).unwrap_or(raw.version).to_owned();
        let component = Component {
            key: purl.as_ref().map_or_else(|| format!("generic/{}", name.to_lowercase()), Purl::key),
            name,
            version,
            purl: purl.map(|purl| purl.to_string()),
            licences: self.licences(raw, key),
            kind: if fits(raw.kind, 40) { raw.kind.to_owned() } else { String::new() },
            sha256: read_sha256(raw.sha256),
        };
        let identity = (component.key.clone(), component.version.clone(), component.purl.clone());
        match self.found.get_mut(&identity) {
            Some(known) => merge(known, component),
            None => drop(self.found.insert(identity, component)),
        }
    }

    fn licences(&mut self, raw: &Raw<'_>, key: &str) -> Vec<String> {
        let mut licences = Vec::new();
        for text in raw.licences.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).take(limits::LICENCES) {
            if !is_expression(text) {
                self.objection(Rule::SbomLicence, key, text);
            }
            licences.push(text.chars().filter(|c| !c.is_control()).take(limits::LICENCE).collect());
        }
        licences.sort();
        licences.dedup();
        licences
    }

    fn finish(mut self) -> Sbom {
        if self.found.is_empty() && self.objections.is_empty() {
            self.objection(Rule::SbomEmpty, "components", "");
        }
        let findings = self.objections.into_values().map(|(rule, key, example, count)| {
            Finding::new(rule, SBOM, key).with("name", example).with("count", count)
        });
        Sbom { components: self.found.into_values().collect(), findings: findings.collect() }
    }
}

/// The same component named twice, as tools do that read several manifests: nothing is lost.
fn merge(known: &mut Component, other: Component) {
    known.licences.extend(other.licences);
    known.licences.sort();
    known.licences.dedup();
    known.sha256 = known.sha256.take().or(other.sha256);
    if known.kind.is_empty() {
        known.kind = other.kind;
    }
}

fn read_sha256(text: &str) -> Option<String> {
    (text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())).then(|| text.to_ascii_lowercase())
}

/// A text under a key; empty if it is not there or no text.
fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The list under a key; empty if it is not there or no list.
fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}
