//! The status of a pod, built from the states of its containers.

use serde_json::{Value, json};

use super::conditions;
use crate::simulator::canonical::sha256_hex;
use crate::simulator::object::{list, now, number, text};

/// What a container does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// Not started: reason and message.
    Waiting(&'static str, String),
    /// Started.
    Running {
        /// Whether it counts as ready.
        ready: bool,
    },
    /// Ended with this exit code.
    Ended(i64),
}

/// The state that a status holds for a container.
pub(super) fn state_of<'a>(pod: &'a Value, list_name: &str, container: &str) -> Option<&'a Value> {
    list(pod, &format!("/status/{list_name}")).iter().find(|status| text(status, "/name") == Some(container))
}

/// A container's status after it turned into a state.
pub(super) fn container_status(old: Option<&Value>, container: &Value, state: &State) -> Value {
    let name = text(container, "/name").unwrap_or_default();
    let image = text(container, "/image").unwrap_or_default();
    let restarts = old.and_then(|old| number(old, "/restartCount")).unwrap_or(0);
    let mut status = json!({
        "name": name, "image": image, "imageID": "", "ready": false, "started": false, "restartCount": restarts,
        "lastState": old.map_or(json!({}), |old| old["lastState"].clone()),
    });
    let started = old
        .and_then(|old| old.pointer("/state/running/startedAt").or_else(|| old.pointer("/state/terminated/startedAt")));
    match state {
        State::Waiting(reason, message) => {
            status["state"] = json!({"waiting": {"reason": reason}});
            if !message.is_empty() {
                status["state"]["waiting"]["message"] = json!(message);
            }
        }
        State::Running { ready } => {
            status["ready"] = json!(ready);
            status["started"] = json!(true);
            status["state"] = json!({"running": {"startedAt": started.cloned().unwrap_or_else(|| json!(now()))}});
        }
        State::Ended(code) => {
            // One end stays one end, with its time.
            let same =
                old.map(|old| &old["state"]).filter(|state| number(state, "/terminated/exitCode") == Some(*code));
            status["state"] = same.cloned().unwrap_or_else(|| json!({"terminated": terminated(*code, started)}));
        }
    }
    if !matches!(state, State::Waiting(..)) {
        status["imageID"] =
            json!(if image.contains('@') { image.to_owned() } else { format!("{image}@sha256:{}", sha256_hex(image)) });
        status["containerID"] = json!(format!("simulated://{}", &sha256_hex(&format!("{name}/{restarts}"))[..32]));
    }
    status
}

/// A container's status after it crashed and waits for its next start.
pub(super) fn crashed(old: Option<&Value>, container: &Value, code: i64, first: bool) -> Value {
    let name = text(container, "/name").unwrap_or_default();
    let message = format!("back-off restarting failed container={name}");
    let mut status = container_status(old, container, &State::Waiting("CrashLoopBackOff", message));
    // The first run was no restart.
    let restarts = number(&status, "/restartCount").unwrap_or(0) + i64::from(!first);
    status["restartCount"] = json!(restarts);
    status["lastState"] = json!({"terminated": terminated(code, None)});
    status
}

fn terminated(code: i64, started: Option<&Value>) -> Value {
    let now = json!(now());
    json!({
        "exitCode": code, "reason": if code == 0 { "Completed" } else { "Error" },
        "startedAt": started.cloned().unwrap_or_else(|| now.clone()), "finishedAt": now,
    })
}

/// Phase and conditions that follow from the containers.
pub(super) fn summarise(pod: &mut Value, phase: &str, scheduled: bool) {
    let containers = list(pod, "/status/containerStatuses");
    let ready =
        phase == "Running" && !containers.is_empty() && containers.iter().all(|status| status["ready"] == json!(true));
    let finished = matches!(phase, "Succeeded" | "Failed");
    let initialised = list(pod, "/status/initContainerStatuses")
        .iter()
        .all(|status| number(status, "/state/terminated/exitCode") == Some(0));
    let unready: Vec<&str> = containers
        .iter()
        .filter(|status| status["ready"] != json!(true))
        .filter_map(|status| text(status, "/name"))
        .collect();
    let why = if finished { "PodCompleted" } else { "ContainersNotReady" };
    let message = format!("containers with unready status: [{}]", unready.join(" "));
    let mut all = list(pod, "/status/conditions").to_vec();
    conditions::set(&mut all, "PodScheduled", scheduled, "", "", false);
    conditions::set(&mut all, "Initialized", initialised, "", "", false);
    for kind in ["ContainersReady", "Ready"] {
        let (reason, message) = if ready { ("", "") } else { (why, message.as_str()) };
        conditions::set(&mut all, kind, ready, reason, message, false);
    }
    pod["status"]["phase"] = json!(phase);
    pod["status"]["conditions"] = Value::Array(all);
}
