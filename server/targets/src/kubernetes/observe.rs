//! How far applied workloads are.

use portal_core::ports::{Observation, TargetError};
use portal_model::operation::FailureCause;
use serde_json::Value;

use super::api::Api;
use super::{kinds, pods};

/// How one workload stands.
enum Standing {
    Ready,
    /// What is missing, and whether pods may say why.
    Pending(String, bool),
    /// The controller has given up waiting; pods may say why.
    Late(String),
}

/// Looks at every workload among the objects.
pub(super) async fn observe(api: &Api<'_>, objects: &[Value]) -> Result<Observation, TargetError> {
    let mut missing = Vec::new();
    for object in objects {
        let (kind, name) = kinds::identify(object)?;
        let stand: fn(&str, &Value) -> Result<Standing, TargetError> = match kind.kind {
            "Deployment" => deployment,
            "StatefulSet" => stateful_set,
            "Job" => job,
            "PersistentVolumeClaim" => claim,
            _ => continue,
        };
        let label = format!("{}/{name}", kind.kind);
        let Some(live) = api.get(kind, name).await? else {
            missing.push(format!("{label} missing"));
            continue;
        };
        match stand(&label, &live)? {
            Standing::Ready => {}
            Standing::Pending(what, ask_pods) => {
                missing.push(what);
                if ask_pods {
                    missing.extend(ask(api, kind.kind, &live).await?);
                }
            }
            Standing::Late(what) => {
                let why = ask(api, kind.kind, &live).await?;
                let detail = [what].into_iter().chain(why).collect::<Vec<_>>().join(", ");
                return Err(TargetError::new(FailureCause::NotReady, detail));
            }
        }
    }
    Ok(if missing.is_empty() { Observation::Ready } else { Observation::Pending(missing) })
}

/// What the pods of the current template wait for; fails if there is no point in waiting.
async fn ask(api: &Api<'_>, kind: &str, live: &Value) -> Result<Vec<String>, TargetError> {
    let Some(labels) = live["spec"]["selector"]["matchLabels"].as_object() else { return Ok(Vec::new()) };
    let found = pods::with_labels(api, labels).await?;
    let template = &live["spec"]["template"];
    let current = found.iter().filter(|pod| kind == "Job" || pods::is_of_template(pod, template));
    // A Job's pod may crash as often as its backoffLimit says.
    pods::trouble(current, kind != "Job")
}

fn count(live: &Value, pointer: &str) -> i64 {
    live.pointer(pointer).and_then(Value::as_i64).unwrap_or(0)
}

/// Whether the controller has seen the last change; before that its figures are about the one before.
fn is_current(live: &Value) -> bool {
    count(live, "/status/observedGeneration") >= count(live, "/metadata/generation")
}

/// The condition of a type, if it has that status.
pub(super) fn condition<'a>(live: &'a Value, kind: &str, status: &str) -> Option<&'a Value> {
    let mut conditions = live["status"]["conditions"].as_array()?.iter();
    conditions.find(|condition| condition["type"] == kind && condition["status"] == status)
}

fn deployment(label: &str, live: &Value) -> Result<Standing, TargetError> {
    let wanted = live["spec"]["replicas"].as_i64().unwrap_or(1);
    let available = count(live, "/status/availableReplicas");
    if !is_current(live) {
        return Ok(Standing::Pending(format!("{label} 0/{wanted}"), false));
    }
    let updated = count(live, "/status/updatedReplicas");
    if updated == wanted && available == wanted && count(live, "/status/replicas") == wanted {
        return Ok(Standing::Ready);
    }
    if let Some(failure) = condition(live, "ReplicaFailure", "True") {
        return refused_pods(label, failure["message"].as_str().unwrap_or_default());
    }
    if condition(live, "Progressing", "False").is_some_and(|found| found["reason"] == "ProgressDeadlineExceeded") {
        return Ok(Standing::Late(format!("{label} {available}/{wanted}")));
    }
    Ok(Standing::Pending(format!("{label} {}/{wanted}", updated.min(available)), true))
}

/// The controller may not make pods: a quota or a policy won't give way by waiting, anything else may.
fn refused_pods(label: &str, message: &str) -> Result<Standing, TargetError> {
    let cause = if message.contains("exceeded quota") {
        FailureCause::QuotaExceeded
    } else if super::error::is_admission(message) {
        FailureCause::Invalid
    } else {
        return Ok(Standing::Pending(format!("{label}: {message}"), false));
    };
    Err(TargetError::new(cause, format!("{label}: {message}")))
}

fn stateful_set(label: &str, live: &Value) -> Result<Standing, TargetError> {
    let wanted = live["spec"]["replicas"].as_i64().unwrap_or(1);
    if !is_current(live) {
        return Ok(Standing::Pending(format!("{label} 0/{wanted}"), false));
    }
    let ready = count(live, "/status/readyReplicas");
    // updatedReplicas disappears from the status of some versions once the revisions are equal.
    let revisions = live["status"]["currentRevision"] == live["status"]["updateRevision"];
    let updated = revisions || count(live, "/status/updatedReplicas") == wanted;
    if ready == wanted && updated && count(live, "/status/replicas") == wanted {
        return Ok(Standing::Ready);
    }
    Ok(Standing::Pending(format!("{label} {ready}/{wanted}"), true))
}

fn job(label: &str, live: &Value) -> Result<Standing, TargetError> {
    if condition(live, "Complete", "True").is_some() {
        return Ok(Standing::Ready);
    }
    if let Some(failed) = condition(live, "Failed", "True") {
        let reason = failed["reason"].as_str().unwrap_or("Failed");
        return Err(TargetError::new(FailureCause::CrashLoop, format!("{label}: {reason}")));
    }
    Ok(Standing::Pending(format!("{label} running"), true))
}

fn claim(label: &str, live: &Value) -> Result<Standing, TargetError> {
    let phase = live["status"]["phase"].as_str().unwrap_or("Pending");
    if phase == "Bound" { Ok(Standing::Ready) } else { Ok(Standing::Pending(format!("{label} {phase}"), false)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn is_ready(live: Value) -> bool {
        matches!(deployment("Deployment/a", &live), Ok(Standing::Ready))
    }

    #[test]
    fn a_deployment_is_ready_when_all_pods_are_of_the_last_change() {
        let live = |observed: i64, replicas: i64, updated: i64, available: i64| {
            json!({"metadata": {"generation": 2}, "spec": {"replicas": 2}, "status": {"observedGeneration": observed,
                "replicas": replicas, "updatedReplicas": updated, "availableReplicas": available}})
        };
        assert!(is_ready(live(2, 2, 2, 2)));
        assert!(!is_ready(live(1, 2, 2, 2)), "not seen yet");
        assert!(!is_ready(live(2, 3, 2, 2)), "an old pod is still there");
        assert!(!is_ready(live(2, 2, 1, 2)), "not all updated");
        assert!(!is_ready(live(2, 2, 2, 1)), "not all available");
    }

    #[test]
    fn a_quota_that_stops_pods_is_told() {
        let live = json!({"metadata": {"generation": 1}, "status": {"observedGeneration": 1, "conditions": [
            {"type": "ReplicaFailure", "status": "True", "message": "pods is forbidden: exceeded quota: k"}]}});
        let error = deployment("Deployment/a", &live).err().map(|error| error.cause);
        assert_eq!(error, Some(FailureCause::QuotaExceeded));
    }
}
