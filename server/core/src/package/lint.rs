//! The check before publishing: fills the package with sample values for both stages and holds the result against the
//! admission rules, so that a vendor sees today what a data centre would refuse tomorrow.

use super::render::{RenderInput, TargetFacts, fill_package};
use super::{Package, admission};
use crate::config::{Choice, ConfigSchema, Format, GEMEINDEN, Kind, Node, Property};
use portal_model::data_centre::Stage;
use portal_model::finding::{Finding, Rule};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

/// Two keys of Gemeinden in the sample.
const SAMPLE_GEMEINDEN: [&str; 2] = ["010575727004", "010575727007"];

/// Findings from rendering with sample values and admission, besides those of reading.
pub fn lint(package: &Package) -> Vec<Finding> {
    let mut findings = Vec::new();
    let values = sample_values(&package.schema);
    let (target, secrets) = (sample_target(), sample_secrets());
    for stage in Stage::ALL {
        let input = sample_input(*stage, &values, &secrets, &target);
        match fill_package(package, &input) {
            Ok(rendered) => {
                findings.extend(admission::check(&rendered, input.instance, &target));
                if rendered.objects.iter().any(|o| o.kind() == "NetworkPolicy" && o.file.is_empty()) {
                    findings.push(Finding::new(Rule::NetworkPolicyAdded, "manifests/", ""));
                }
            }
            Err(found) => findings.extend(found),
        }
    }
    findings.sort();
    findings.dedup();
    findings
}

/// The objects of the test environment for sample values, and whether each is a test; empty if they cannot be made.
pub fn sample_objects(package: &Package) -> Vec<(super::Object, bool)> {
    let values = sample_values(&package.schema);
    let (target, secrets) = (sample_target(), sample_secrets());
    let input = sample_input(Stage::Test, &values, &secrets, &target);
    let Ok(rendered) = fill_package(package, &input) else { return Vec::new() };
    let objects = rendered.objects.into_iter().map(|o| (o, false));
    objects.chain(rendered.tests.into_iter().map(|o| (o, true))).collect()
}

fn sample_target() -> TargetFacts {
    TargetFacts {
        host: Some("muster.example".to_owned()),
        ingress_class: Some("muster".to_owned()),
        storage_class: Some("muster".to_owned()),
        tls_secret: Some("muster-tls".to_owned()),
    }
}

fn sample_input<'a>(
    stage: Stage,
    values: &'a Value,
    secrets: &'a dyn Fn(&str) -> Option<Zeroizing<String>>,
    target: &'a TargetFacts,
) -> RenderInput<'a> {
    RenderInput { instance: "muster", namespace: "muster", stage, values, secrets, target, run: None }
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
