//! What the inventory holds beyond the objects is removed, except data: volumes go only when the deployment goes.

use super::{Halt, Outcome, Step, StepContext, delete_where, key, name, ref_key};
use crate::ports::ObjectRef;
use async_trait::async_trait;
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(super) struct Prune;

#[async_trait]
impl Step for Prune {
    async fn run(&self, context: &StepContext<'_>) -> Result<Outcome, Halt> {
        let wanted: BTreeSet<String> = context.prepared.lasting().map(key).collect();
        let deleted = delete_where(context, |o| {
            !wanted.contains(&ref_key(o)) && !is_data(o) && !is_run(o, &context.prepared.objects)
        });
        Ok(Outcome::Done(json!({ "v": 1, "deleted": deleted.await? })))
    }

    /// Taking back what was applied brings back what was there before.
    async fn undo(&self, _context: &StepContext<'_>) -> Result<(), Halt> {
        Ok(())
    }
}

/// Volumes hold what people entered; an update never removes them.
fn is_data(object: &ObjectRef) -> bool {
    object.kind == "PersistentVolumeClaim"
}

/// A Job that a wanted CronJob has started: `<name of the CronJob>-<number>`.
fn is_run(object: &ObjectRef, wanted: &[Value]) -> bool {
    let of = |cron: &Value| {
        let run = object.name.strip_prefix(name(cron)).and_then(|rest| rest.strip_prefix('-'));
        run.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    };
    object.kind == "Job" && wanted.iter().filter(|o| o["kind"] == "CronJob").any(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_wanted_cron_jobs_stay() {
        let wanted = [json!({"kind": "CronJob", "metadata": {"name": "a-mail"}})];
        let job = |name: &str| ObjectRef {
            api_version: "batch/v1".into(),
            kind: "Job".into(),
            name: name.into(),
            uid: String::new(),
            resource_version: String::new(),
        };
        assert!(is_run(&job("a-mail-29384756"), &wanted));
        assert!(!is_run(&job("a-mail-smoke"), &wanted));
        assert!(!is_run(&job("a-mail-"), &wanted));
    }
}
