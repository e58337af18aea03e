//! Statuses that follow from other objects: quotas, disruption budgets, ingresses.

use std::io;

use serde_json::json;

use super::Context;
use crate::simulator::checks::is_ready;
use crate::simulator::kinds;
use crate::simulator::object::{self, list};
use crate::simulator::quota;
use crate::simulator::selectors::LabelSelector;

/// One tick.
pub(super) fn step(ctx: &mut Context<'_>) -> io::Result<()> {
    for (key, object) in quota::outdated(ctx.store) {
        ctx.store.put(&key, object, None)?;
    }
    for (key, ingress) in ctx.list(&kinds::INGRESS) {
        if ingress.get("status").is_some() {
            continue;
        }
        let mut after = ingress.as_ref().clone();
        after["status"] = json!({"loadBalancer": {"ingress": [{"ip": "192.0.2.10"}]}});
        ctx.save(&key, &ingress, after)?;
    }
    for (key, budget) in ctx.list(&kinds::DISRUPTION_BUDGET) {
        let selector = LabelSelector::of_object(budget.pointer("/spec/selector"));
        let pods: Vec<bool> = ctx
            .store
            .list(&kinds::POD, Some(&key.namespace))
            .filter(|(_, pod)| selector.as_ref().is_some_and(|selector| selector.matches(object::labels(pod))))
            .map(|(_, pod)| is_ready(pod))
            .collect();
        let expected = i64::try_from(pods.len()).unwrap_or(0);
        let healthy = i64::try_from(pods.iter().filter(|ready| **ready).count()).unwrap_or(0);
        let desired = match budget.pointer("/spec/maxUnavailable") {
            Some(value) => expected - super::part_of(Some(value), expected, true),
            None => super::part_of(budget.pointer("/spec/minAvailable"), expected, true),
        };
        let mut after = budget.as_ref().clone();
        after["status"] = json!({
            "observedGeneration": budget["metadata"]["generation"], "expectedPods": expected, "currentHealthy": healthy,
            "desiredHealthy": desired.max(0), "disruptionsAllowed": (healthy - desired).max(0),
            "conditions": list(&budget, "/status/conditions"),
        });
        ctx.save(&key, &budget, after)?;
    }
    Ok(())
}
