//! The check before publishing: fills the package with sample values for both stages and holds the result against the
//! admission rules, so that a vendor sees today what a data centre would refuse tomorrow.

use super::render::{RenderInput, Rendered, TargetFacts, fill_package};
use super::{Package, admission};
use crate::config::{Choice, ConfigSchema, Format, GEMEINDEN, Kind, Node, Property};
use portal_model::data_centre::Stage;
use portal_model::finding::{Finding, Rule};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

/// Two keys of Gemeinden in the sample.
const SAMPLE_GEMEINDEN: [&str; 2] = ["010575727004", "010575727007"];

/// Findings from rendering with sample values and admission, besides those of reading. For a package with `manifests/`;
/// for any package see [`super::lint_with`].
pub fn lint(package: &Package) -> Vec<Finding> {
    let mut findings = Vec::new();
    let values = sample_values(&package.schema);
    let target = sample_target();
    let secrets = sample_secrets();
    for stage in Stage::ALL {
        let input = RenderInput {
            instance: "muster",
            namespace: "muster",
            stage: *stage,
            values: &values,
            secrets: &secrets,
            target: &target,
            run: None,
        };
        match fill_package(package, &input, Vec::new()) {
            Ok(rendered) => findings.extend(judge(&rendered, &input, "manifests/")),
            Err(found) => findings.extend(found),
        }
    }
    findings.sort();
    findings.dedup();
    findings
}

/// What admission says, and what the portal adds.
pub(super) fn judge(rendered: &Rendered, input: &RenderInput<'_>, folder: &str) -> Vec<Finding> {
    let mut findings = admission::check(rendered, input.instance, input.target);
    if rendered.objects.iter().any(|o| o.kind() == "NetworkPolicy" && o.file.is_empty()) {
        findings.push(Finding::new(Rule::NetworkPolicyAdded, folder, ""));
    }
    findings
}

/// A target with everything.
pub(super) fn sample_target() -> TargetFacts {
    TargetFacts {
        host: Some("muster.example".to_owned()),
        ingress_class: Some("muster".to_owned()),
        storage_class: Some("muster".to_owned()),
        tls_secret: Some("muster-tls".to_owned()),
    }
}

/// Any secret, for rendering without real ones.
pub fn sample_secrets() -> impl Fn(&str) -> Option<Zeroizing<String>> {
    |_: &str| Some(Zeroizing::new("muster-geheimnis".to_owned()))
}

/// The defaults, and something that fits for every required value without one; with two Gemeinden if values may differ.
pub fn sample_values(schema: &ConfigSchema) -> Value {
    let mut values = schema.defaults();
    fill(&schema.properties, &mut values);
    if schema.has_gemeinde_values()
        && let Value::Object(map) = &mut values
    {
        let rows: Map<String, Value> = SAMPLE_GEMEINDEN.iter().map(|ars| ((*ars).to_owned(), json!({}))).collect();
        map.insert(GEMEINDEN.to_owned(), Value::Object(rows));
    }
    values
}

fn fill(properties: &[Property], values: &mut Value) {
    let Value::Object(map) = values else { return };
    for property in properties.iter().filter(|p| !p.node.secret) {
        if let Kind::Object(inner) = &property.node.kind {
            if property.required || map.contains_key(&property.name) {
                fill(inner, map.entry(property.name.clone()).or_insert_with(|| json!({})));
            }
        } else if property.required && !map.contains_key(&property.name) {
            map.insert(property.name.clone(), sample(&property.node));
        }
    }
}

fn sample(node: &Node) -> Value {
    match &node.kind {
        Kind::Text { format: Some(Format::Date), .. } => "2027-01-01".into(),
        Kind::Text { format: Some(Format::Email), .. } => "muster@example.org".into(),
        Kind::Text { format: Some(Format::Uri), .. } => "https://muster.example/".into(),
        Kind::Text { min, max, .. } => {
            let length = min.unwrap_or(1).max(6).min(max.unwrap_or(6));
            "Muster".chars().cycle().take(usize::try_from(length).unwrap_or(6)).collect::<String>().into()
        }
        Kind::Number { min, max, .. } => min.clone().or_else(|| max.clone()).map_or_else(|| 1.into(), Value::Number),
        Kind::Boolean => false.into(),
        Kind::Choice(choices) => choices.first().map_or(Value::Null, |Choice { value, .. }| value.clone()),
        Kind::List { items, min, .. } => (0..min.unwrap_or(0)).map(|_| sample(items)).collect(),
        Kind::Object(properties) => {
            let mut value = json!({});
            fill(properties, &mut value);
            value
        }
    }
}
