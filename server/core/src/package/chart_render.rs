//! The step in front of rendering: values for the chart from the configuration, helm twice, and what it wrote as objects.
//! After that a chart is like manifests: the same labels, the same admission.

use super::chart::{Chart, FOLDER};
use super::render::{Object, RenderInput, Rendered, check_input, fill_package};
use super::template::Filler;
use super::{CHART_VALUES, Package, yaml};
use crate::ports::{ChartError, ChartInput, ChartRenderer};
use portal_model::finding::{Finding, Rule};
use serde_json::Value;
use zeroize::Zeroizing;

/// The version of Kubernetes that charts are told, everywhere the same, so that test and production get the same objects.
/// Which versions of objects are admitted does not depend on it.
pub const KUBE_VERSION: &str = "1.31.0";
/// Most objects of a chart.
const MAX_OBJECTS: usize = 200;

/// Renders any package; one with a chart by way of helm.
///
/// # Errors
/// Every finding that prevents it.
pub async fn render_with(
    package: &Package,
    input: &RenderInput<'_>,
    charts: &dyn ChartRenderer,
) -> Result<Rendered, Vec<Finding>> {
    check_input(package, input)?;
    let documents = documents(package, input, charts).await?;
    fill_package(package, input, documents)
}

/// What the chart of a package gives for an input; nothing if it has none.
pub(super) async fn documents(
    package: &Package,
    input: &RenderInput<'_>,
    charts: &dyn ChartRenderer,
) -> Result<Vec<Object>, Vec<Finding>> {
    let Some(chart) = &package.chart else { return Ok(Vec::new()) };
    let input = ChartInput {
        files: &chart.files,
        values: values(package, chart, input)?,
        instance: input.instance,
        namespace: input.namespace,
        kube_version: KUBE_VERSION,
    };
    // What chance or the clock put into an object would change it with every run, in production too.
    let first = charts.render(&input).await.map_err(|e| vec![finding(&e)])?;
    let second = charts.render(&input).await.map_err(|e| vec![finding(&e)])?;
    let objects = parse(chart, &first)?;
    if first != second {
        let findings = differences(objects.clone(), parse(chart, &second)?);
        if !findings.is_empty() {
            return Err(findings);
        }
    }
    Ok(objects)
}

/// The chart's values as JSON.
fn values(package: &Package, chart: &Chart, input: &RenderInput<'_>) -> Result<Zeroizing<String>, Vec<Finding>> {
    let mut filler = Filler {
        instance: input.instance,
        values: input.values,
        schema: &package.schema,
        secrets: input.secrets,
        target: input.target,
        file: CHART_VALUES,
        findings: Vec::new(),
    };
    let filled = filler.fill(&chart.values.value, "");
    match filled {
        Some(filled) if filler.findings.is_empty() => Ok(Zeroizing::new(filled.to_string())),
        _ => Err(filler.findings),
    }
}

fn finding(error: &ChartError) -> Finding {
    let plain = |rule| Finding::new(rule, FOLDER, "");
    match error {
        ChartError::Unavailable => plain(Rule::ChartHelmMissing),
        ChartError::NotIsolated => plain(Rule::ChartNotIsolated),
        ChartError::Template { file, line: 0 } => Finding::new(Rule::ChartTemplateFile, format!("{FOLDER}{file}"), ""),
        ChartError::Template { file, line } => {
            Finding::new(Rule::ChartTemplate, format!("{FOLDER}{file}"), "").with("line", line)
        }
        ChartError::Schema => plain(Rule::ChartSchema),
        ChartError::Refused => plain(Rule::ChartRefused),
        ChartError::TooSlow(seconds) => plain(Rule::ChartTooSlow).with("max", seconds),
        ChartError::TooHungry => plain(Rule::ChartTooHungry),
        ChartError::TooMuch(max) => plain(Rule::ChartTooMuch).with("max", max),
        ChartError::Broken(_) => plain(Rule::ChartHelmFailed),
    }
}

/// Documents of what helm wrote, with the file each comes from.
fn parse(chart: &Chart, text: &str) -> Result<Vec<Object>, Vec<Finding>> {
    let mut objects = Vec::new();
    for (source, document) in split(text) {
        let file = file(chart, source);
        let found = yaml::documents(&file, document.as_bytes()).map_err(|f| vec![f])?;
        objects.extend(found.into_iter().map(|value| Object { file: file.clone(), value }));
        if objects.len() > MAX_OBJECTS {
            return Err(vec![Finding::new(Rule::ChartObjects, FOLDER, "").with("max", MAX_OBJECTS)]);
        }
    }
    Ok(objects)
}

/// The documents and their `# Source:`. A line that begins with three hyphens ends a document wherever it stands.
fn split(text: &str) -> Vec<(&str, &str)> {
    let mut documents = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)) {
            documents.push(&text[start..at]);
            // What stands behind the hyphens belongs to the document.
            start = at + 3;
        }
        at += line.len();
    }
    documents.push(&text[start..]);
    let documents = documents.into_iter().filter(|document| !document.trim().is_empty());
    documents.map(|document| (source(document), document)).collect()
}

fn source(document: &str) -> &str {
    let first = document.trim_start().lines().next().unwrap_or_default();
    first.strip_prefix("# Source: ").unwrap_or_default()
}

/// The file in the package that helm names `NAME/…`, if it is there: templates could write such a line too.
fn file(chart: &Chart, source: &str) -> String {
    let inner = source.trim().strip_prefix(chart.name.as_str()).and_then(|rest| rest.strip_prefix('/'));
    match inner.filter(|path| chart.files.facts(path).is_some()) {
        Some(path) => format!("{FOLDER}{path}"),
        None => FOLDER.to_owned(),
    }
}

/// Where two renderings differ, in whatever order they have their objects.
fn differences(mut first: Vec<Object>, mut second: Vec<Object>) -> Vec<Finding> {
    let order = |o: &Object| (o.file.clone(), o.kind().to_owned(), o.name().to_owned());
    first.sort_by_cached_key(order);
    second.sort_by_cached_key(order);
    let mut findings = Vec::new();
    for (one, other) in first.iter().zip(&second) {
        if let Some(key) = difference(&one.value, &other.value, "") {
            findings.push(Finding::new(Rule::ChartNotDeterministic, one.file.clone(), key));
        }
    }
    if first.len() != second.len() {
        findings.push(Finding::new(Rule::ChartNotDeterministic, FOLDER, ""));
    }
    findings.dedup();
    findings
}

/// The first place at which two values differ.
fn difference(one: &Value, other: &Value, key: &str) -> Option<String> {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => {
            let inner = a.iter().find_map(|(name, value)| {
                let at = crate::config::join(key, name);
                b.get(name).map_or(Some(at.clone()), |other| difference(value, other, &at))
            });
            inner.or_else(|| (a.len() != b.len()).then(|| key.to_owned()))
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(i, (a, b))| difference(a, b, &format!("{key}[{i}]")))
        }
        _ => (one != other).then(|| key.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn splits_documents_with_their_source() {
        let text = "---\n# Source: c/templates/a.yaml\na: 1\n---\n# Source: c/templates/b.yaml\nb: |\n  ---\n  x\n--- {c: 1}\n---\n\n";
        let found = split(text);
        let sources: Vec<&str> = found.iter().map(|(source, _)| *source).collect();
        assert_eq!(sources, ["c/templates/a.yaml", "c/templates/b.yaml", ""]);
        assert!(found[1].1.contains("  ---\n  x"), "hyphens inside a text end nothing");
        assert_eq!(split(""), vec![]);
    }

    #[test]
    fn finds_where_renderings_differ() {
        let at = |a: Value, b: Value| difference(&a, &b, "");
        assert_eq!(at(json!({"a": [1, {"b": 2}]}), json!({"a": [1, {"b": 3}]})), Some("a[1].b".to_owned()));
        assert_eq!(at(json!({"a": 1}), json!({"a": 1, "b": 2})), Some(String::new()));
        assert_eq!(at(json!({"a": 1, "b": 2}), json!({"a": 1})), Some("b".to_owned()));
        assert_eq!(at(json!({"a": [1]}), json!({"a": [1]})), None);
        let object = |name: &str| Object { file: "f".into(), value: json!({"kind": "A", "metadata": {"name": name}}) };
        assert_eq!(differences(vec![object("a"), object("b")], vec![object("b"), object("a")]), vec![]);
        assert_eq!(differences(vec![object("a")], vec![]).len(), 1);
    }
}
