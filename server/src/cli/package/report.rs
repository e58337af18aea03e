//! What a command found and did, for people or for programs.

use super::{super::say, trial::Tried};
use crate::routes::api::packages::findings;
use clap::ValueEnum;
use portal_core::package::Package;
use portal_model::{Lang, finding::Finding};
use serde_json::{Map, Value, json};

/// How a command answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Lines.
    Text,
    /// One JSON document.
    Json,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Report {
    /// Whether all is well.
    pub fine: bool,
    /// Findings as the API tells them.
    pub findings: Vec<Value>,
    /// `vendor/name` and version.
    pub package: Option<(String, String)>,
    /// Digest of the package.
    pub digest: Option<String>,
    /// The file that was written.
    pub file: Option<String>,
    /// The package at the portal: reference and state.
    pub submission: Option<(String, String)>,
    /// The trial of it, if there was one.
    pub trial: Option<Tried>,
    /// Why the portal refused it, if not for findings.
    pub reason: Option<String>,
}

impl Report {
    /// Of a check on this machine; there is a package only if it may be published.
    pub fn checked(package: Option<&Package>, all: Vec<Finding>) -> Self {
        Self {
            fine: package.is_some(),
            findings: findings(Lang::En, &all).iter().filter_map(|f| serde_json::to_value(f).ok()).collect(),
            package: package.map(|p| (p.id.clone(), p.version.to_string())),
            digest: package.map(|p| p.digest.clone()),
            ..Self::default()
        }
    }

    /// Writes it to standard output.
    pub fn print(&self, format: Format) {
        say(&match format {
            Format::Text => self.text(),
            Format::Json => format!("{:#}", self.json()),
        });
    }

    fn text(&self) -> String {
        let mut lines: Vec<String> = self.findings.iter().map(line).collect();
        if let Some((id, version)) = self.package.as_ref().filter(|_| self.submission.is_none() && self.fine) {
            lines.push(format!("{id} {version} can be published"));
        }
        lines.extend(self.digest.iter().filter(|_| self.fine).map(|digest| format!("digest {digest}")));
        lines.extend(self.file.iter().map(|file| format!("written to {file}")));
        lines.extend(self.submission.iter().map(|(reference, state)| format!("{reference} {state}")));
        lines.extend(self.trial.iter().map(Tried::text));
        lines.extend(self.reason.iter().map(|reason| format!("refused: {reason}")));
        lines.join("\n")
    }

    fn json(&self) -> Value {
        let mut all = Map::new();
        all.insert("fine".into(), self.fine.into());
        all.insert("findings".into(), self.findings.clone().into());
        all.insert("digest".into(), json!(self.digest));
        let (package, version) = self.package.clone().unzip();
        let (reference, state) = self.submission.clone().unzip();
        if let Some(tried) = &self.trial {
            all.insert("trial".into(), tried.json());
        }
        let file = self.file.clone();
        let more = [("package", package), ("version", version), ("file", file), ("reference", reference)];
        let more = more.into_iter().chain([("state", state), ("reason", self.reason.clone())]);
        all.extend(more.filter_map(|(name, value)| Some((name.to_owned(), value?.into()))));
        Value::Object(all)
    }
}

fn line(f: &Value) -> String {
    let part = |name: &str| f[name].as_str().unwrap_or_default();
    let severity = match part("severity") {
        "fehler" => "error",
        "warnung" => "warning",
        _ => "note",
    };
    let (file, key) = (part("file"), part("key"));
    let place = if key.is_empty() { file.to_owned() } else { format!("{file}: {key}") };
    format!("{severity} {} {place}: {}\n  {} ({})", part("rule"), part("text"), part("advice"), part("documentation"))
}
