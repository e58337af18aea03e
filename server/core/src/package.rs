//! The Verfahrenspaket: what a vendor publishes, how it is checked, and how it becomes objects in a target.
//!
//! Everything in a package is a stranger's input: reading never panics and every objection is a [`Finding`] that names
//! file and place. A package without a finding of severity Fehler can be published.

pub mod admission;
mod chart;
mod chart_archive;
mod chart_hooks;
mod chart_lint;
mod chart_render;
mod chart_scan;
mod checks;
pub mod diff;
mod extras;
mod files;
mod json;
mod lint;
mod load;
mod manifest;
pub mod mirror;
mod network;
mod publiccode;
mod render;
mod sample;
pub mod sbom;
pub mod signature;
mod size;
mod template;
mod upgrade;
mod yaml;

pub use chart::Chart;
pub use chart_lint::lint_with;
pub use chart_render::{KUBE_VERSION, render_with};
pub use checks::{CheckDecl, CheckKind, PortalCheck};
pub use diff::diff_of_values;
pub(crate) use extras::changelog_text;
pub use files::{FileFacts, FileReader, FileWriter, Files, limits};
pub(crate) use json::document as json_document;
pub use lint::{lint, sample_objects};
pub use load::Loaded;
pub use portal_model::verfahren::TestDecl;
pub use publiccode::{Publiccode, Tree};
pub use render::{Endpoint, Object, RenderInput, Rendered, TargetFacts, isolate, render};
pub use sample::{sample_secret, sample_secrets, sample_values};
pub use template::Template;
pub use upgrade::{compare, follows};
pub use yaml::to_yaml;

use crate::config::{ConfigSchema, Migration};
use portal_model::Bilingual;
use portal_model::finding::Finding;
use portal_model::verfahren::ReleaseFacts;
use semver::{Version, VersionReq};
use serde_json::Value;

/// What can be undone after an update (data included).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rollback {
    /// The previous version runs on the same data.
    Safe,
    /// The backup must be restored.
    Restore,
    /// There is no way back.
    None,
}

/// A page that the Verfahren offers.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EndpointDecl {
    /// What it is.
    pub name: Bilingual,
    /// Path below the host, beginning with `/`.
    pub path: String,
}

/// A package that was read without an error.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    /// `vendor/name`.
    pub id: String,
    /// SemVer.
    pub version: Version,
    /// SHA-256 over the sorted lines `sha256 size path`, hex.
    pub digest: String,
    /// What the release says of itself, for catalogue and pages.
    pub facts: ReleaseFacts,
    /// From which versions it can be reached by an update.
    pub upgrade_from: Option<VersionReq>,
    /// How values of older versions are carried over, in the order of the versions.
    pub migrations: Vec<Migration>,
    /// What can be undone.
    pub rollback: Rollback,
    /// Whether pods may get a token of the API server.
    pub api_access: bool,
    /// Pages.
    pub endpoints: Vec<EndpointDecl>,
    /// Declared tests, in their order.
    pub tests: Vec<TestDecl>,
    /// Checks that the portal makes itself, in their order.
    pub checks: Vec<CheckDecl>,
    /// `publiccode.yml`, lossless.
    pub publiccode: Publiccode,
    /// Schema of the values.
    pub schema: ConfigSchema,
    /// Templates under `manifests/`.
    pub manifests: Vec<Template>,
    /// The Helm chart, for a package with one instead of `manifests/`.
    pub chart: Option<Chart>,
    /// Templates under `tests/`.
    pub test_jobs: Vec<Template>,
    /// The Job in `jobs/backup.yaml`.
    pub backup: Option<Template>,
    /// The Job in `jobs/restore.yaml`.
    pub restore: Option<Template>,
    /// `CHANGELOG.md`.
    pub changelog: String,
    /// Software bill of materials (CycloneDX).
    pub sbom: Option<Value>,
}

impl Package {
    /// Twelve digits of the digest, for labels and people.
    pub fn short_digest(&self) -> &str {
        self.digest.get(..12).unwrap_or(&self.digest)
    }

    /// `publiccode.yml` as it is handed on: the same keys and values in the same order.
    pub fn publiccode_yml(&self) -> String {
        self.publiccode.to_yaml()
    }

    /// The migrations that carry values of an older version over.
    pub fn migrations_from(&self, version: &Version) -> Vec<Migration> {
        self.migrations.iter().filter(|m| m.to > *version).cloned().collect()
    }

    /// Whether an update from this version leads here.
    pub fn updates(&self, version: &Version) -> bool {
        self.upgrade_from.as_ref().is_some_and(|range| range.matches(version))
    }

    /// Reads an archive (`.tgz`).
    pub fn from_tgz(source: impl std::io::Read) -> Loaded {
        Loaded::from_files(Files::from_tgz(source))
    }

    /// Reads a directory.
    pub fn from_dir(path: &std::path::Path) -> Loaded {
        Loaded::from_files(Files::from_dir(path))
    }
}

/// Files of a package.
pub(crate) const VERFAHREN: &str = "verfahren.yaml";
pub(crate) const PUBLICCODE: &str = "publiccode.yml";
pub(crate) const SCHEMA: &str = "config.schema.json";
pub(crate) const CHANGELOG: &str = "CHANGELOG.md";
pub(crate) const SBOM: &str = "sbom.cdx.json";
pub(crate) const BACKUP: &str = "jobs/backup.yaml";
pub(crate) const RESTORE: &str = "jobs/restore.yaml";
pub(crate) const CHART_VALUES: &str = "chart-values.yaml";

/// A JSON pointer as a key path that people read: `documents[0].id`.
pub(crate) fn key_path(pointer: &str) -> String {
    let mut key = String::new();
    for segment in pointer.split('/').skip(1) {
        let segment = segment.replace("~1", "/").replace("~0", "~");
        if !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_digit()) {
            key.push_str(&format!("[{segment}]"));
        } else {
            key = crate::config::join(&key, &segment);
        }
    }
    key
}

/// Whether any finding prevents publishing.
pub fn has_errors(findings: &[Finding]) -> bool {
    findings.iter().any(Finding::is_error)
}
