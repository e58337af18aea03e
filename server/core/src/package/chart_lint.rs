//! The check of a package with a chart before publishing. What the chart makes is only known once helm has rendered it, so
//! checks that reading does for `manifests/` come here.

use super::chart::FOLDER;
use super::lint::{judge, lint, sample_input, sample_target};
use super::render::{MAX_INSTANCE, Object, Rendered, fill_package};
use super::template::MAX_SUFFIX;
use super::{BACKUP, Package, RESTORE, VERFAHREN, chart_render, sample_secrets, sample_values};
use crate::ports::ChartRenderer;
use portal_model::data_centre::Stage;
use portal_model::finding::{Finding, Rule};

/// The longest name that an instance can have: names of objects must fit behind it.
const LONG_INSTANCE: &str = "muster-mit-dem-laengsten-namen-der-geht1";
const _: () = assert!(LONG_INSTANCE.len() == MAX_INSTANCE);
/// Longest name of what the cluster or a run appends something to.
const MAX_NAME: usize = MAX_INSTANCE + 1 + MAX_SUFFIX;

/// Findings from rendering with sample values for both stages, besides those of reading.
pub async fn lint_with(package: &Package, charts: &dyn ChartRenderer) -> Vec<Finding> {
    if package.chart.is_none() {
        return lint(package);
    }
    let mut findings = Vec::new();
    let (values, target, secrets) = (sample_values(&package.schema), sample_target(), sample_secrets());
    for stage in Stage::ALL {
        // A short name in one stage, the longest in the other: charts tend to cut names, or to forget it.
        let instance = if *stage == Stage::Test { "muster" } else { LONG_INSTANCE };
        let input = sample_input(instance, *stage, &values, &secrets, &target);
        let documents = chart_render::documents(package, &input, charts).await;
        match documents.and_then(|documents| fill_package(package, &input, documents)) {
            Ok(rendered) => {
                findings.extend(judge(&rendered, &input, FOLDER));
                check_together(package, &rendered, instance, &mut findings);
                findings.extend(rendered.notes);
            }
            Err(found) => findings.extend(found),
        }
    }
    // The name of the instance is in some findings; one of both is enough.
    findings.sort_by(|a, b| (a.severity, &a.rule, &a.file, &a.key).cmp(&(b.severity, &b.rule, &b.file, &b.key)));
    findings.dedup_by(|a, b| (&a.rule, &a.file, &a.key) == (&b.rule, &b.file, &b.key));
    findings
}

/// What `verfahren.yaml` and the rendered chart say of each other.
fn check_together(package: &Package, rendered: &Rendered, instance: &str, findings: &mut Vec<Finding>) {
    if rendered.objects.is_empty() {
        findings.push(Finding::new(Rule::ChartEmpty, FOLDER, ""));
    }
    let suffix = |o: &Object| o.name().strip_prefix(instance).and_then(|n| n.strip_prefix('-')).map(str::to_owned);
    if rendered.tests.is_empty() {
        findings.push(Finding::new(Rule::ChartTestMissing, FOLDER, ""));
    }
    for (i, test) in package.tests.iter().enumerate() {
        if !rendered.tests.iter().any(|job| suffix(job).as_deref() == Some(test.job.as_str())) {
            let finding = Finding::new(Rule::TestJobMissing, VERFAHREN, format!("tests[{i}].job"));
            findings.push(finding.with("name", &test.job));
        }
    }
    for job in &rendered.tests {
        if let Some(suffix) = suffix(job).filter(|suffix| package.tests.iter().all(|t| t.job != *suffix)) {
            findings.push(Finding::new(Rule::TestUndeclared, job.file.clone(), "metadata.name").with("name", suffix));
        }
    }
    if !package.endpoints.is_empty() && !rendered.objects.iter().any(|o| o.kind() == "Ingress") {
        findings.push(Finding::new(Rule::EndpointUnserved, VERFAHREN, "endpoints"));
    }
    let stateful = rendered.objects.iter().any(|o| matches!(o.kind(), "StatefulSet" | "PersistentVolumeClaim"));
    let saved = [(BACKUP, "backup", &package.backup), (RESTORE, "restore", &package.restore)];
    for (path, name, _) in saved.into_iter().filter(|(_, _, job)| stateful && job.is_none()) {
        findings.push(Finding::new(Rule::JobMissing, path, "").with("name", name));
    }
    let jobs = rendered.before.iter().chain(&rendered.after).chain(&rendered.tests);
    let grow = rendered.objects.iter().filter(|o| matches!(o.kind(), "StatefulSet" | "CronJob")).chain(jobs);
    for object in grow.filter(|o| o.name().len() > MAX_NAME) {
        let finding = Finding::new(Rule::ChartNameLong, object.file.clone(), "metadata.name");
        findings.push(finding.with("name", object.name()).with("max", MAX_NAME));
    }
}
