//! Conditions in a status: type, status, reason, message and when they last turned.

use serde_json::{Value, json};

use crate::simulator::object::{now, text};

/// Sets a condition; the times move only when something about it does.
pub(super) fn set(
    conditions: &mut Vec<Value>,
    kind: &str,
    holds: bool,
    reason: &str,
    message: &str,
    update_time: bool,
) {
    let status = if holds { "True" } else { "False" };
    let mut new = json!({"type": kind, "status": status});
    if !reason.is_empty() {
        new["reason"] = json!(reason);
        new["message"] = json!(message);
    }
    let old = conditions.iter().position(|condition| text(condition, "/type") == Some(kind));
    let now = now();
    let turned = match old.map(|at| &conditions[at]) {
        Some(old) if text(old, "/status") == Some(status) => old["lastTransitionTime"].clone(),
        _ => json!(now),
    };
    new["lastTransitionTime"] = turned;
    if update_time {
        let same = old
            .map(|at| &conditions[at])
            .filter(|old| old["reason"] == new["reason"] && old["message"] == new["message"]);
        new["lastUpdateTime"] = same.map_or_else(|| json!(now), |old| old["lastUpdateTime"].clone());
    }
    match old {
        Some(at) => conditions[at] = new,
        None => conditions.push(new),
    }
}

/// Takes a condition out.
pub(super) fn unset(conditions: &mut Vec<Value>, kind: &str) {
    conditions.retain(|condition| text(condition, "/type") != Some(kind));
}

/// Whether a condition holds.
pub(super) fn holds(object: &Value, kind: &str) -> bool {
    crate::simulator::object::list(object, "/status/conditions")
        .iter()
        .any(|condition| text(condition, "/type") == Some(kind) && text(condition, "/status") == Some("True"))
}

/// Writes a status: counts of zero are left out, as Kubernetes does.
pub(super) fn status(counts: &[(&str, i64)], conditions: Vec<Value>) -> Value {
    let mut status = json!({});
    for (name, count) in counts.iter().filter(|(_, count)| *count != 0) {
        status[*name] = json!(count);
    }
    if !conditions.is_empty() {
        status["conditions"] = Value::Array(conditions);
    }
    status
}
