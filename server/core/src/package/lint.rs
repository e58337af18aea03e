//! The check before publishing: fills the package with sample values for both stages and holds the result against the
//! admission rules, so that a vendor sees today what a data centre would refuse tomorrow.

use super::render::{RenderInput, Rendered, TargetFacts, fill_package};
use super::{Object, Package, admission, chart_render, sample_secrets, sample_values};
use crate::ports::ChartRenderer;
use portal_model::data_centre::Stage;
use portal_model::finding::{Finding, Rule};
use serde_json::Value;
use zeroize::Zeroizing;

/// Findings from rendering with sample values and admission, besides those of reading. For a package with `manifests/`;
/// for any package see [`super::lint_with`].
pub fn lint(package: &Package) -> Vec<Finding> {
    let mut findings = Vec::new();
    let values = sample_values(&package.schema);
    let (target, secrets) = (sample_target(), sample_secrets());
    for stage in Stage::ALL {
        let input = sample_input("muster", *stage, &values, &secrets, &target);
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

/// The objects of the test environment for sample values, and whether each is a test.
///
/// # Errors
/// Findings if they cannot be made.
pub async fn sample_objects(
    package: &Package,
    charts: &dyn ChartRenderer,
) -> Result<Vec<(Object, bool)>, Vec<Finding>> {
    let values = sample_values(&package.schema);
    let (target, secrets) = (sample_target(), sample_secrets());
    let input = sample_input("muster", Stage::Test, &values, &secrets, &target);
    let documents = chart_render::documents(package, &input, charts).await?;
    let rendered = fill_package(package, &input, documents)?;
    Ok(rendered.all().map(|(object, test)| (object.clone(), test)).collect())
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

/// What a package is filled with for a look at it.
pub(super) fn sample_input<'a>(
    instance: &'a str,
    stage: Stage,
    values: &'a Value,
    secrets: &'a (dyn Fn(&str) -> Option<Zeroizing<String>> + Sync),
    target: &'a TargetFacts,
) -> RenderInput<'a> {
    RenderInput { instance, namespace: "muster", stage, values, secrets, target, run: None }
}
