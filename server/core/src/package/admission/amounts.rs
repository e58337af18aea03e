//! How much a package may take: of processors, memory and storage, in each container and altogether. A quota of the data
//! centre would refuse it too, but late, and it belongs to all who share the target.

use super::objects::list;
use super::{Checker, Object, pod_template};
use portal_model::finding::{Finding, Rule};
use serde_json::Value;

const GI: f64 = 1_073_741_824.0;

/// A resource, the most that one container or volume may have of it, and the most that a package may.
struct Bound {
    name: &'static str,
    one: (f64, &'static str),
    all: (f64, &'static str),
}

const CPU: Bound = Bound { name: "cpu", one: (8.0, "8"), all: (32.0, "32") };
const MEMORY: Bound = Bound { name: "memory", one: (32.0 * GI, "32Gi"), all: (128.0 * GI, "128Gi") };
const EPHEMERAL: Bound = Bound { name: "ephemeral-storage", one: (50.0 * GI, "50Gi"), all: (200.0 * GI, "200Gi") };
const STORAGE: Bound = Bound { name: "storage", one: (1_024.0 * GI, "1Ti"), all: (4_096.0 * GI, "4Ti") };
/// What a container names among its resources.
const OF_CONTAINERS: [&Bound; 3] = [&CPU, &MEMORY, &EPHEMERAL];

/// What stands behind the digits of a quantity, and what it is worth.
const SUFFIXES: &[(&str, f64)] = &[
    ("", 1.0),
    ("n", 1e-9),
    ("u", 1e-6),
    ("m", 1e-3),
    ("k", 1e3),
    ("M", 1e6),
    ("G", 1e9),
    ("T", 1e12),
    ("P", 1e15),
    ("E", 1e18),
    ("Ki", 1_024.0),
    ("Mi", 1_048_576.0),
    ("Gi", GI),
    ("Ti", 1_024.0 * GI),
    ("Pi", 1_048_576.0 * GI),
    ("Ei", GI * GI),
];
/// Longest quantity as text.
const MAX_TEXT: usize = 20;

/// A quantity such as `250m` or `128Mi` that is not zero, in cores or bytes.
pub(super) fn quantity(value: &Value) -> Option<f64> {
    let amount = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) if text.len() <= MAX_TEXT => {
            let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            let factor = SUFFIXES.iter().find(|(suffix, _)| *suffix == &text[digits.len()..])?.1;
            digits.parse::<f64>().ok()? * factor
        }
        _ => return None,
    };
    (amount.is_finite() && amount > 0.0).then_some(amount)
}

/// The storage that a claim asks for.
pub(super) fn claimed(spec: &Value) -> Option<f64> {
    quantity(spec.get("resources")?.get("requests")?.get("storage").filter(|size| size.is_string())?)
}

impl Checker<'_> {
    /// Requests and limits of one container.
    pub(super) fn amounts(&mut self, amounts: Option<&Value>, key: &str) {
        for bound in OF_CONTAINERS {
            self.at_most(bound, amounts.and_then(|a| a.get(bound.name)).and_then(quantity), key);
        }
    }

    /// One volume.
    pub(super) fn storage_at_most(&mut self, size: f64, key: &str) {
        self.at_most(&STORAGE, Some(size), key);
    }

    fn at_most(&mut self, bound: &Bound, amount: Option<f64>, key: &str) {
        if amount.is_some_and(|amount| amount > bound.one.0) {
            let finding = Finding::new(Rule::ResourcesOver, self.object.file.clone(), key);
            self.findings.push(finding.with("name", bound.name).with("max", bound.one.1));
        }
    }
}

/// What all objects take together, with every replica and every pod that a Job starts at once.
pub(super) fn together(objects: &[&Object]) -> Vec<Finding> {
    let sum = |of: &dyn Fn(&Value) -> f64| objects.iter().map(|object| of(&object.value)).sum::<f64>();
    let containers = OF_CONTAINERS.map(|bound| (bound, sum(&|value: &Value| of_pods(value, bound.name))));
    let totals = containers.into_iter().chain([(&STORAGE, sum(&stored))]);
    let over = totals.filter(|(bound, sum)| *sum > bound.all.0);
    over.map(|(bound, sum)| {
        let sum = if sum >= GI { format!("{:.0}Gi", (sum / GI).ceil()) } else { format!("{:.0}", sum.ceil()) };
        let finding = Finding::new(Rule::ResourcesTogether, "", "");
        finding.with("name", bound.name).with("max", bound.all.1).with("sum", sum)
    })
    .collect()
}

/// How many pods of an object run at the same time; there may be none for a while, but more cannot be meant.
fn pods(value: &Value) -> f64 {
    let spec = value.get("spec");
    let job = spec.and_then(|s| s.get("jobTemplate")).and_then(|t| t.get("spec")).or(spec);
    let number = |spec: Option<&Value>, name: &str| spec.and_then(|s| s.get(name)).and_then(Value::as_f64);
    let most = number(spec, "replicas").or(number(job, "parallelism"));
    most.unwrap_or(1.0).max(0.0)
}

/// The limits of a resource in all pods of an object. Containers of the beginning run one after another, before the others,
/// unless they stay.
fn of_pods(value: &Value, name: &str) -> f64 {
    let Some(spec) = pod_template(value).and_then(|(_, template)| template.get("spec")) else { return 0.0 };
    let limit = |container: &Value| {
        let limit = container.get("resources").and_then(|r| r.get("limits")).and_then(|l| l.get(name));
        limit.and_then(quantity).unwrap_or(0.0)
    };
    let stays = |container: &&Value| container.get("restartPolicy").is_some_and(|p| p == "Always");
    let first = list(spec.get("initContainers"));
    let lasting: f64 = list(spec.get("containers")).iter().chain(first.iter().filter(stays)).map(limit).sum();
    let largest = first.iter().filter(|c| !stays(c)).map(limit).fold(0.0, f64::max);
    pods(value) * lasting.max(largest)
}

/// The storage of all claims that an object is or makes.
fn stored(value: &Value) -> f64 {
    let spec = value.get("spec").unwrap_or(&Value::Null);
    if value.get("kind").is_some_and(|kind| kind == "PersistentVolumeClaim") {
        return claimed(spec).unwrap_or(0.0);
    }
    let of = |claim: &Value| claim.get("spec").and_then(claimed).unwrap_or(0.0);
    let made: f64 = list(spec.get("volumeClaimTemplates")).iter().map(of).sum();
    let pod = pod_template(value).and_then(|(_, template)| template.get("spec"));
    let volumes = list(pod.and_then(|pod| pod.get("volumes")));
    let lent: f64 = volumes.iter().filter_map(|v| v.get("ephemeral")?.get("volumeClaimTemplate")).map(of).sum();
    pods(value) * (made + lent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn quantities_are_read_as_a_cluster_reads_them() {
        let cases = [
            (json!("250m"), Some(0.25)),
            (json!(2), Some(2.0)),
            (json!("0.5"), Some(0.5)),
            (json!("1e3"), Some(1000.0)),
            (json!("1E"), Some(1e18)),
            (json!("128Mi"), Some(134_217_728.0)),
            (json!("1Ei"), Some(1_152_921_504_606_846_976.0)),
        ];
        for (value, expected) in cases {
            assert_eq!(quantity(&value), expected, "{value}");
        }
        for nothing in
            ["", "Gi", "0", "-1", "5gi", "5GB", "inf", "NaN", "1e999", "viel", "1 Gi", "000000000000000000001"]
        {
            assert_eq!(quantity(&json!(nothing)), None, "{nothing}");
        }
        for nothing in [json!(null), json!(true), json!([]), json!(0), json!(-1)] {
            assert_eq!(quantity(&nothing), None, "{nothing}");
        }
    }
}
