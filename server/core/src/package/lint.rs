//! The check before publishing: fills the package with sample values for both stages and holds the result against the
//! admission rules, so that a vendor sees today what a data centre would refuse tomorrow.

use super::render::{RenderInput, TargetFacts, fill_package};
use super::{Package, admission, sample_secrets, sample_values};
use portal_model::data_centre::Stage;
use portal_model::finding::{Finding, Rule};
use serde_json::Value;
use zeroize::Zeroizing;

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
