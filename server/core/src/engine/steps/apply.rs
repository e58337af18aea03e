//! Objects are applied one after the other; an object that is as wanted is left alone. If the package has Jobs that come
//! before its workloads, they must have succeeded before the first workload is applied.

use super::{Halt, Outcome, Step, StepContext, jobs, key, put_back};
use crate::ports::Applied;
use async_trait::async_trait;
use portal_model::operation::FailureCause;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Kinds that make pods by themselves, or send people to them.
const WORKLOADS: &[&str] = &["StatefulSet", "Deployment", "Job", "CronJob", "Ingress"];

/// What applying did.
#[derive(Debug, Default, Serialize, Deserialize)]
struct ApplyOutput {
    /// Version of this form.
    v: u32,
    created: Vec<String>,
    changed: Vec<String>,
    unchanged: u32,
}

pub(super) struct Apply;

#[async_trait]
impl Step for Apply {
    async fn run(&self, context: &StepContext<'_>) -> Result<Outcome, Halt> {
        let (objects, before) = (&context.prepared.objects, &context.prepared.before);
        let (base, workloads) = objects.split_at(if before.is_empty() { 0 } else { first_workload(objects) });
        let mut output = ApplyOutput { v: 1, ..ApplyOutput::default() };
        // While waiting for a Job, what it needs is not applied anew at each look.
        if !jobs::begun(context, before).await? {
            apply(context, base, &mut output).await?;
        }
        if let Some(unfinished) = jobs::succeed(context, before, FailureCause::HookFailed).await? {
            return Ok(unfinished);
        }
        apply(context, workloads, &mut output).await?;
        Ok(Outcome::Done(json!(output)))
    }

    /// Pruning comes later and is taken back with it.
    async fn undo(&self, context: &StepContext<'_>) -> Result<(), Halt> {
        put_back(context).await
    }
}

/// Everything in front of it is only looked at by others: accounts, values, volumes, services.
fn first_workload(objects: &[Value]) -> usize {
    let is_workload = |object: &Value| object["kind"].as_str().is_some_and(|kind| WORKLOADS.contains(&kind));
    objects.iter().position(is_workload).unwrap_or(objects.len())
}

async fn apply(context: &StepContext<'_>, objects: &[Value], output: &mut ApplyOutput) -> Result<(), Halt> {
    for object in objects {
        context.hands.between_objects()?;
        let name = key(object);
        let what = match context.hands.apply(object).await? {
            Applied::Created => {
                output.created.push(name.clone());
                "created"
            }
            Applied::Changed => {
                output.changed.push(name.clone());
                "applied"
            }
            Applied::Unchanged => {
                output.unchanged += 1;
                "unchanged"
            }
        };
        context.hands.progress(what, name);
    }
    Ok(())
}
