//! Pods: why a workload doesn't get ready.

use http::Method;
use portal_core::ports::TargetError;
use portal_model::operation::FailureCause;
use serde_json::{Map, Value};

use super::api::Api;
use super::error::Subject;
use super::kinds::{self, POD};

/// More pods of one workload are not looked at.
const LIMIT: usize = 100;

/// Pods that carry these labels.
pub(super) async fn with_labels(api: &Api<'_>, labels: &Map<String, Value>) -> Result<Vec<Value>, TargetError> {
    let mut terms = Vec::new();
    for (name, value) in labels {
        let value = value.as_str().unwrap_or_default();
        let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '/');
        if !name.chars().all(fine) || !(value.is_empty() || kinds::is_label_value(value)) {
            return Err(TargetError::new(FailureCause::Invalid, "a selector that is no selector"));
        }
        terms.push(format!("{}%3D{value}", name.replace('/', "%2F")));
    }
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let path = format!("{}?labelSelector={}&limit={LIMIT}", api.path(&POD, None), terms.join("%2C"));
    let mut answer = api
        .send(Method::GET, &path, None, None)
        .await
        .map_err(|problem| problem.into_error(&Subject::collection("list", &POD)))?;
    match answer["items"].take() {
        Value::Array(items) => Ok(items),
        _ => Ok(Vec::new()),
    }
}

/// Fails if a container crashes again and again or its image can't be fetched; otherwise says what it waits for.
pub(super) fn trouble<'a>(
    pods: impl IntoIterator<Item = &'a Value>,
    crashes: bool,
) -> Result<Vec<String>, TargetError> {
    let mut waiting = Vec::new();
    for pod in pods {
        if pod["metadata"].get("deletionTimestamp").is_some() {
            continue;
        }
        let name = pod["metadata"]["name"].as_str().unwrap_or_default();
        for list in ["initContainerStatuses", "containerStatuses"] {
            for status in pod["status"][list].as_array().into_iter().flatten() {
                let container = status["name"].as_str().unwrap_or_default();
                let reason = status["state"]["waiting"]["reason"].as_str().unwrap_or_default();
                match reason {
                    "ErrImagePull"
                    | "ImagePullBackOff"
                    | "InvalidImageName"
                    | "ErrImageNeverPull"
                    | "ImageInspectError"
                    | "RegistryUnavailable" => {
                        let image = image(pod, container).or(status["image"].as_str()).unwrap_or_default();
                        let detail = format!("Pod/{name} {container}: {reason} {image}");
                        return Err(TargetError::new(FailureCause::ImageMissing, detail));
                    }
                    "CrashLoopBackOff" if crashes => {
                        let code = &status["lastState"]["terminated"]["exitCode"];
                        let code = code.as_i64().map(|code| format!(", exit code {code}")).unwrap_or_default();
                        let detail = format!("Pod/{name} {container}: {reason}{code}");
                        return Err(TargetError::new(FailureCause::CrashLoop, detail));
                    }
                    "" | "ContainerCreating" | "PodInitializing" => {}
                    // Says which ConfigMap, Secret or key is missing.
                    reason @ "CreateContainerConfigError" => {
                        let message = status["state"]["waiting"]["message"].as_str();
                        let message = message.map(|text| format!(" ({text})")).unwrap_or_default();
                        waiting.push(format!("Pod/{name} {container}: {reason}{message}"));
                    }
                    reason => waiting.push(format!("Pod/{name} {container}: {reason}")),
                }
            }
        }
        let conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
        for condition in
            conditions.filter(|condition| condition["type"] == "PodScheduled" && condition["status"] == "False")
        {
            waiting.push(format!("Pod/{name}: {}", condition["reason"].as_str().unwrap_or("not scheduled")));
        }
    }
    Ok(waiting)
}

fn image<'a>(pod: &'a Value, container: &str) -> Option<&'a str> {
    let lists = ["containers", "initContainers"].into_iter().filter_map(|list| pod["spec"][list].as_array());
    lists.flatten().find(|candidate| candidate["name"] == container)?["image"].as_str()
}

/// Whether a pod was made from this template and not from an earlier one.
pub(super) fn is_of_template(pod: &Value, template: &Value) -> bool {
    let has_all = |map: &str| {
        let wanted = template["metadata"][map].as_object();
        wanted.into_iter().flatten().all(|(name, value)| pod["metadata"][map].get(name) == Some(value))
    };
    let same_containers = |list: &str| {
        template["spec"][list].as_array().into_iter().flatten().all(|wanted| {
            let mut candidates = pod["spec"][list].as_array().into_iter().flatten();
            let Some(container) = candidates.find(|candidate| candidate["name"] == wanted["name"]) else {
                return false;
            };
            ["image", "command", "args", "env", "envFrom"].iter().all(|field| container.get(field) == wanted.get(field))
        })
    };
    has_all("labels") && has_all("annotations") && same_containers("containers") && same_containers("initContainers")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(reason: &str) -> Value {
        json!({"metadata": {"name": "p", "labels": {"a": "b", "pod-template-hash": "x"}},
            "spec": {"containers": [{"name": "c", "image": "i:1"}]},
            "status": {"containerStatuses": [{"name": "c", "state": {"waiting": {"reason": reason}},
                "lastState": {"terminated": {"exitCode": 3}}}]}})
    }

    #[test]
    fn names_what_fails() {
        let error = trouble([&pod("CrashLoopBackOff")], true).unwrap_err();
        assert_eq!(
            (error.cause, error.detail.as_str()),
            (FailureCause::CrashLoop, "Pod/p c: CrashLoopBackOff, exit code 3")
        );
        let error = trouble([&pod("ImagePullBackOff")], true).unwrap_err();
        assert_eq!((error.cause, error.detail.as_str()), (FailureCause::ImageMissing, "Pod/p c: ImagePullBackOff i:1"));
        assert_eq!(
            trouble([&pod("CreateContainerConfigError")], true).unwrap(),
            ["Pod/p c: CreateContainerConfigError"]
        );
        let mut missing = pod("CreateContainerConfigError");
        missing["status"]["containerStatuses"][0]["state"]["waiting"]["message"] = "configmap \"a\" not found".into();
        assert_eq!(
            trouble([&missing], true).unwrap(),
            ["Pod/p c: CreateContainerConfigError (configmap \"a\" not found)"]
        );
        assert_eq!(trouble([&pod("ContainerCreating")], true).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn pods_of_an_earlier_template_don_t_count() {
        let template = |image: &str| json!({"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": image}]}});
        assert!(is_of_template(&pod(""), &template("i:1")));
        assert!(!is_of_template(&pod(""), &template("i:2")));
    }
}
