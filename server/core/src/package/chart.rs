//! `chart/` and `chart-values.yaml`: a Helm chart instead of `manifests/`. What a look at the files can tell is told when
//! the package is read; what the chart makes of them shows when it is rendered (`chart_render`).

use super::template::Template;
use super::{CHART_VALUES, Files, chart_archive, chart_scan, yaml};
use crate::config::ConfigSchema;
use portal_model::finding::{Finding, Rule};
use semver::{Version, VersionReq};
use serde_json::Value;

/// Folder of the chart in the package.
pub(super) const FOLDER: &str = "chart/";
/// Charts within charts, counted from the outermost.
const MAX_DEPTH: usize = 4;
/// Charts in a chart, in all.
const MAX_CHARTS: usize = 40;

/// A Helm chart with how its values follow from the configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Its name; paths in what helm writes begin with it.
    pub name: String,
    /// Its files by path below `chart/`; vendored archives are unpacked.
    pub files: Files,
    /// `chart-values.yaml`.
    pub values: Template,
}

/// Reads the chart of a package; `None` if it has none, or one that can not be used.
pub(super) fn read(files: &Files, schema: &ConfigSchema, findings: &mut Vec<Finding>) -> Option<Chart> {
    let has_chart = files.paths().any(|path| path.starts_with(FOLDER));
    if !has_chart {
        if files.get(CHART_VALUES).is_some() {
            findings.push(Finding::new(Rule::FileMissing, "chart/Chart.yaml", ""));
        }
        return None;
    }
    if let Some((path, _)) = files.below("manifests/").next() {
        findings.push(Finding::new(Rule::ChartAndManifests, path, ""));
    }
    let own = chart_archive::unpacked(files, findings);
    let mut reader = Reader { files: &own, charts: 0, findings };
    let name = reader.chart("", 0);
    let values = read_values(files, schema, findings);
    Some(Chart { name: name?, files: own, values: values? })
}

fn read_values(files: &Files, schema: &ConfigSchema, findings: &mut Vec<Finding>) -> Option<Template> {
    let Some(bytes) = files.get(CHART_VALUES) else {
        findings.push(Finding::new(Rule::FileMissing, CHART_VALUES, ""));
        return None;
    };
    match yaml::document(CHART_VALUES, bytes) {
        Ok(value) if value.is_object() => {
            let template = Template { file: CHART_VALUES.to_owned(), value };
            template.check_values(schema, findings);
            Some(template)
        }
        Ok(_) => {
            findings.push(Finding::new(Rule::TypeWrong, CHART_VALUES, "").with("expected", "object"));
            None
        }
        Err(finding) => {
            findings.push(finding);
            None
        }
    }
}

/// Goes through a chart and the charts in it.
struct Reader<'a> {
    files: &'a Files,
    charts: usize,
    findings: &'a mut Vec<Finding>,
}

impl Reader<'_> {
    /// The chart at a prefix (`` or `charts/NAME/`): its name, if it can be used.
    fn chart(&mut self, prefix: &str, depth: usize) -> Option<String> {
        let (name, _) = self.own(prefix, depth == 0)?;
        let mut inner = Vec::new();
        for folder in folders(self.files, &format!("{prefix}charts/")) {
            self.charts += 1;
            if depth >= MAX_DEPTH || self.charts > MAX_CHARTS {
                self.findings.push(Finding::new(Rule::ChartNested, format!("{FOLDER}{folder}"), ""));
                return None;
            }
            self.chart(&folder, depth + 1);
            inner.extend(self.named(&folder));
        }
        self.dependencies(prefix, &inner);
        for (path, content) in self.files.below(prefix) {
            let rest = &path[prefix.len()..];
            let at = format!("{FOLDER}{path}");
            if rest.starts_with("crds/") {
                self.findings.push(Finding::new(Rule::ChartCrds, at, ""));
            } else if rest.starts_with("templates/") {
                chart_scan::check(&at, content, self.findings);
            }
        }
        Some(name)
    }

    /// Name and version of `Chart.yaml`, with findings about it.
    fn own(&mut self, prefix: &str, outermost: bool) -> Option<(String, String)> {
        let file = format!("{FOLDER}{prefix}Chart.yaml");
        let Some(bytes) = self.files.get(&format!("{prefix}Chart.yaml")) else {
            self.findings.push(Finding::new(Rule::FileMissing, file, ""));
            return None;
        };
        let value = match yaml::document(&file, bytes) {
            Ok(value) => value,
            Err(finding) => {
                self.findings.push(finding);
                return None;
            }
        };
        let named = identity(&value);
        let fits = matches!(text(&value, "apiVersion"), "v1" | "v2");
        // A library holds only helpers: it makes nothing by itself.
        let library = outermost && text(&value, "type") == "library";
        if named.is_none() || !fits || library {
            self.findings.push(Finding::new(Rule::ChartMalformed, file, ""));
            return None;
        }
        named
    }

    /// Name and version, without findings.
    fn named(&self, prefix: &str) -> Option<(String, String)> {
        identity(&yaml::document("", self.files.get(&format!("{prefix}Chart.yaml"))?).ok()?)
    }

    /// Every dependency must be there: nothing is ever downloaded.
    fn dependencies(&mut self, prefix: &str, inner: &[(String, String)]) {
        // Version 1 of the format has them in a file of their own.
        for file in ["Chart.yaml", "requirements.yaml"] {
            let Some(bytes) = self.files.get(&format!("{prefix}{file}")) else { continue };
            let at = format!("{FOLDER}{prefix}{file}");
            let Ok(value) = yaml::document(&at, bytes) else { continue };
            let list = value.get("dependencies").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            for (i, dependency) in list.iter().enumerate() {
                let (name, range) = (text(dependency, "name"), text(dependency, "version"));
                if !inner.iter().any(|(n, version)| n == name && in_range(version, range)) {
                    let key = format!("dependencies[{i}]");
                    let finding = Finding::new(Rule::ChartDependencyMissing, at.clone(), key);
                    self.findings.push(finding.with("name", format!("{name} {range}").trim()));
                }
            }
        }
    }
}

/// Folders directly below a prefix, as prefixes.
fn folders(files: &Files, prefix: &str) -> Vec<String> {
    let below = files.below(prefix).filter_map(|(path, _)| path[prefix.len()..].split_once('/'));
    let mut found: Vec<String> = below.map(|(name, _)| format!("{prefix}{name}/")).collect();
    found.dedup();
    found
}

fn identity(chart: &Value) -> Option<(String, String)> {
    let (name, version) = (text(chart, "name"), text(chart, "version"));
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    (plain && !version.is_empty()).then(|| (name.to_owned(), version.to_owned()))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Whether a version is in a range. Helm knows more forms of ranges; those it judges itself.
fn in_range(version: &str, range: &str) -> bool {
    let version = Version::parse(version.trim_start_matches('v'));
    match (version, VersionReq::parse(range)) {
        // A plain `1.2.3` means exactly this one to helm.
        (Ok(version), Ok(_)) if Version::parse(range).is_ok() => Version::parse(range).is_ok_and(|r| r == version),
        (Ok(version), Ok(wanted)) => wanted.matches(&version),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_helm_where_both_agree() {
        for (version, range, fits) in [
            ("1.2.3", "1.2.3", true),
            ("1.2.4", "1.2.3", false),
            ("1.2.4", "~1.2.3", true),
            ("1.9.0", "^1.2", true),
            ("2.0.0", "^1.2", false),
            ("1.4.0", "1.x", true),
            ("1.4.0", ">= 1.0.0 < 2.0.0 || 3.x", true),
            ("0.1.0", "", true),
        ] {
            assert_eq!(in_range(version, range), fits, "{version} in {range:?}");
        }
    }
}
