//! Hooks of a chart: Jobs that run before the workloads, after them, or as tests. The portal does what the chart's author
//! means by them; it keeps no releases of Helm.
//!
//! | `helm.sh/hook` | becomes |
//! |---|---|
//! | `pre-install`, `pre-upgrade` | a Job that succeeds before the first workload is applied |
//! | `post-install`, `post-upgrade` | a Job that succeeds when the workloads are ready |
//! | `test` | a test Job |
//! | others | a finding |

use super::render::Object;
use portal_model::finding::{Finding, Rule};
use serde_json::Value;

/// Annotations that only helm reads.
const DOMAIN: &str = "helm.sh/";
/// Kinds that hooks need around them; they are applied with everything else, which is always early enough.
const AROUND: &[&str] = &["ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim", "NetworkPolicy", "Service"];

/// Objects of a chart by what happens with them.
#[derive(Default)]
pub(super) struct Sorted {
    pub objects: Vec<Object>,
    pub before: Vec<Object>,
    pub after: Vec<Object>,
    pub tests: Vec<Object>,
}

/// When a hook runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Before,
    After,
    Test,
}

/// Sorts objects by their hooks; what helm alone would read of them is removed.
pub(super) fn sort(documents: Vec<Object>, findings: &mut Vec<Finding>) -> Sorted {
    let mut sorted = Sorted::default();
    let mut jobs: Vec<(i64, When, Object)> = Vec::new();
    for mut object in documents {
        let hook = annotation(&object.value, "helm.sh/hook");
        let weight = annotation(&object.value, "helm.sh/hook-weight").and_then(|w| w.trim().parse().ok()).unwrap_or(0);
        strip(&mut object.value);
        let Some(hook) = hook else {
            sorted.objects.push(object);
            continue;
        };
        let Some(when) = when(&object, &hook, findings) else { continue };
        if object.kind() == "Job" {
            // The cluster must not clear it away before it was seen; the portal does that.
            if let Some(spec) = object.value.get_mut("spec").and_then(Value::as_object_mut) {
                spec.remove("ttlSecondsAfterFinished");
            }
            jobs.push((weight, when, object));
        } else if AROUND.contains(&object.kind()) {
            let finding = Finding::new(Rule::ChartHookObject, object.file.clone(), "metadata.annotations");
            findings.push(finding.with("name", object.kind()));
            sorted.objects.push(object);
        } else {
            let rule =
                if object.kind() == "Pod" && when == When::Test { Rule::ChartTestPod } else { Rule::ChartHookKind };
            findings.push(Finding::new(rule, object.file.clone(), "kind").with("name", object.kind()));
        }
    }
    jobs.sort_by_cached_key(|(weight, _, object)| (*weight, object.name().to_owned()));
    for (_, when, object) in jobs {
        match when {
            When::Before => sorted.before.push(object),
            When::After => sorted.after.push(object),
            When::Test => sorted.tests.push(object),
        }
    }
    sorted
}

/// When an object's hook runs; findings if the portal has no such moment.
fn when(object: &Object, hook: &str, findings: &mut Vec<Finding>) -> Option<When> {
    let finding = |rule| Finding::new(rule, object.file.clone(), "metadata.annotations").with("name", hook);
    let mut words: Vec<&str> = hook.split(',').map(str::trim).filter(|w| !w.is_empty()).collect();
    words.sort_unstable();
    words.dedup();
    let all = |known: [&str; 2]| !words.is_empty() && words.iter().all(|w| known.contains(w));
    let moments = [
        (When::Before, ["pre-install", "pre-upgrade"]),
        (When::After, ["post-install", "post-upgrade"]),
        (When::Test, ["test", "test-success"]),
    ];
    let Some((when, _)) = moments.into_iter().find(|(_, known)| all(*known)) else {
        findings.push(finding(Rule::ChartHook));
        return None;
    };
    if when != When::Test && words.len() == 1 && object.kind() == "Job" {
        findings.push(finding(Rule::ChartHookAlways));
    }
    Some(when)
}

fn annotation(object: &Value, name: &str) -> Option<String> {
    Some(object.get("metadata")?.get("annotations")?.get(name)?.as_str()?.to_owned())
}

fn strip(object: &mut Value) {
    let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) else { return };
    annotations.retain(|name, _| !name.starts_with(DOMAIN));
    if annotations.is_empty() {
        metadata.remove("annotations");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(kind: &str, name: &str, hook: &str, weight: &str) -> Object {
        let mut value = json!({"kind": kind, "metadata": {"name": name, "annotations": {}}, "spec": {"ttlSecondsAfterFinished": 1}});
        let annotations = &mut value["metadata"]["annotations"];
        annotations["own.example/a"] = "b".into();
        for (key, text) in [("helm.sh/hook", hook), ("helm.sh/hook-weight", weight)] {
            if !text.is_empty() {
                annotations[key] = text.into();
            }
        }
        Object { file: "f".into(), value }
    }

    fn names(objects: &[Object]) -> Vec<&str> {
        objects.iter().map(Object::name).collect()
    }

    #[test]
    fn hooks_are_sorted_by_moment_and_weight() {
        let mut findings = Vec::new();
        let sorted = sort(
            vec![
                object("Deployment", "web", "", ""),
                object("Job", "late", "pre-install,pre-upgrade", "5"),
                object("Job", "b", "pre-upgrade, pre-install", "-5"),
                object("Job", "a", "pre-install,pre-upgrade", "-5"),
                object("Job", "warm", "post-install,post-upgrade", ""),
                object("Job", "smoke", "test", ""),
                object("ConfigMap", "for-b", "pre-install", "-9"),
            ],
            &mut findings,
        );
        assert_eq!(names(&sorted.objects), ["web", "for-b"]);
        assert_eq!(names(&sorted.before), ["a", "b", "late"]);
        assert_eq!((names(&sorted.after), names(&sorted.tests)), (vec!["warm"], vec!["smoke"]));
        assert!(findings.iter().all(|f| f.is(Rule::ChartHookObject)) && findings.len() == 1, "{findings:?}");
        let job = &sorted.before[0].value;
        assert_eq!(job["metadata"]["annotations"], json!({"own.example/a": "b"}));
        assert_eq!(job["spec"], json!({}));
    }

    #[test]
    fn what_has_no_moment_here_is_a_finding() {
        for (kind, hook, rule) in [
            ("Job", "pre-delete", Rule::ChartHook),
            ("Job", "pre-install,post-install", Rule::ChartHook),
            ("Job", "", Rule::ChartHook),
            ("Job", "crd-install", Rule::ChartHook),
            ("Pod", "test", Rule::ChartTestPod),
            ("Deployment", "post-install", Rule::ChartHookKind),
        ] {
            let mut findings = Vec::new();
            let mut object = object(kind, "a", hook, "");
            object.value["metadata"]["annotations"]["helm.sh/hook"] = hook.into();
            let sorted = sort(vec![object], &mut findings);
            assert!(findings.iter().any(|f| f.is(rule) && f.is_error()), "{hook}: {findings:?}");
            assert!(sorted.before.is_empty() && sorted.after.is_empty() && sorted.tests.is_empty());
        }
        let mut findings = Vec::new();
        let sorted = sort(vec![object("Job", "a", "pre-install", "")], &mut findings);
        assert_eq!(sorted.before.len(), 1);
        assert!(findings[0].is(Rule::ChartHookAlways) && !findings[0].is_error());
    }
}
