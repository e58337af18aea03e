//! The check before publishing: fills the package with sample values for both stages and holds the result against the
//! admission rules, so that a vendor sees today what a data centre would refuse tomorrow.

use super::render::{RenderInput, TargetFacts, fill_package};
use super::{Package, admission, sample_secrets, sample_values};
use portal_model::data_centre::Stage;
use portal_model::finding::{Finding, Rule};

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
