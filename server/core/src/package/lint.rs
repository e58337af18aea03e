//! The check before publishing: fills the package with sample values for both stages and holds the result against the
//! admission rules, so that a vendor sees today what a data centre would refuse tomorrow.

use super::render::{RenderInput, TargetFacts, fill_package};
use super::{Package, admission};
use crate::config::{Choice, ConfigSchema, Format, GEMEINDEN, Kind, Node, Property};
use portal_model::data_centre::Stage;
use portal_model::finding::{Finding, Rule};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

/// Characters and list entries of a sample.
const MAX_SAMPLES: usize = 200_000;
/// Two keys of Gemeinden in the sample.
const SAMPLE_GEMEINDEN: [&str; 2] = ["010575727004", "010575727007"];

/// Findings from rendering with sample values and admission, besides those of reading.
pub fn lint(package: &Package) -> Vec<Finding> {
    let mut findings = Vec::new();
    let values = sample_values(&package.schema);
    let target = TargetFacts {
        host: Some("muster.example".to_owned()),
        ingress_class: Some("muster".to_owned()),
        storage_class: Some("muster".to_owned()),
        tls_secret: Some("muster-tls".to_owned()),
    };
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

/// Any secret, for rendering without real ones.
pub fn sample_secrets() -> impl Fn(&str) -> Option<Zeroizing<String>> {
    |_: &str| Some(Zeroizing::new("muster-geheimnis".to_owned()))
}

/// The defaults, and something that fits for every required value without one; with two Gemeinden if values may differ.
pub fn sample_values(schema: &ConfigSchema) -> Value {
    let mut values = schema.defaults();
    Sampler { left: MAX_SAMPLES }.fill(&schema.properties, &mut values);
    if schema.has_gemeinde_values()
        && let Value::Object(map) = &mut values
    {
        let rows: Map<String, Value> = SAMPLE_GEMEINDEN.iter().map(|ars| ((*ars).to_owned(), json!({}))).collect();
        map.insert(GEMEINDEN.to_owned(), Value::Object(rows));
    }
    values
}

/// Makes values up to a number: lists in lists with many entries each would have no end.
struct Sampler {
    left: usize,
}

impl Sampler {
    fn fill(&mut self, properties: &[Property], values: &mut Value) {
        let Value::Object(map) = values else { return };
        for property in properties.iter().filter(|p| !p.node.secret) {
            if let Kind::Object(inner) = &property.node.kind {
                if property.required || map.contains_key(&property.name) {
                    self.fill(inner, map.entry(property.name.clone()).or_insert_with(|| json!({})));
                }
            } else if property.required && !map.contains_key(&property.name) {
                map.insert(property.name.clone(), self.sample(&property.node));
            }
        }
    }

    fn sample(&mut self, node: &Node) -> Value {
        match &node.kind {
            Kind::Text { format: Some(Format::Date), .. } => "2027-01-01".into(),
            Kind::Text { format: Some(Format::Email), .. } => "muster@example.org".into(),
            Kind::Text { format: Some(Format::Uri), .. } => "https://muster.example/".into(),
            Kind::Text { min, max, .. } => {
                let wanted = usize::try_from(min.unwrap_or(1).max(6).min(max.unwrap_or(6))).unwrap_or(6);
                let length = wanted.min(self.left);
                self.left -= length;
                "Muster".chars().cycle().take(length).collect::<String>().into()
            }
            Kind::Number { min, max, .. } => {
                min.clone().or_else(|| max.clone()).map_or_else(|| 1.into(), Value::Number)
            }
            Kind::Boolean => false.into(),
            Kind::Choice(choices) => choices.first().map_or(Value::Null, |Choice { value, .. }| value.clone()),
            Kind::List { items, min, .. } => {
                let mut list = Vec::new();
                for _ in 0..min.unwrap_or(0) {
                    if self.left == 0 {
                        break;
                    }
                    self.left -= 1;
                    list.push(self.sample(items));
                }
                Value::Array(list)
            }
            Kind::Object(properties) => {
                let mut value = json!({});
                self.fill(properties, &mut value);
                value
            }
        }
    }
}
