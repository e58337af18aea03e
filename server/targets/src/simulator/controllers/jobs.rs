//! Jobs: pods until enough of them succeeded or too many failed.

use std::io;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{Context, conditions, templates};
use crate::simulator::checks::is_ready;
use crate::simulator::kinds;
use crate::simulator::object::{self, list, now, number, text};
use crate::simulator::store::Key;

/// Longest wait between two attempts, in ticks. Kubernetes waits up to six minutes; a demonstration should not.
const MAX_BACKOFF: u64 = 8;

/// One tick.
pub(super) fn step(ctx: &mut Context<'_>) -> io::Result<()> {
    for (key, job) in ctx.list(&kinds::JOB) {
        if object::is_deleting(&job) {
            continue;
        }
        if conditions::holds(&job, "Complete") || conditions::holds(&job, "Failed") {
            expire(ctx, &key, &job)?;
        } else {
            sync(ctx, &key, &job)?;
        }
    }
    Ok(())
}

fn phase(pod: &Value) -> &str {
    text(pod, "/status/phase").unwrap_or("Pending")
}

fn sync(ctx: &mut Context<'_>, key: &Key, job: &Value) -> io::Result<()> {
    let uid = object::uid(job).to_owned();
    let pods = ctx.owned(&kinds::POD, &uid);
    let count = |phases: &[&str]| pods.iter().filter(|(_, pod)| phases.contains(&phase(pod))).count();
    let (succeeded, failed) = (count(&["Succeeded"]), count(&["Failed"]));
    let active: Vec<&(Key, Arc<Value>)> = pods
        .iter()
        .filter(|(_, pod)| !matches!(phase(pod), "Succeeded" | "Failed") && !object::is_deleting(pod))
        .collect();
    let restarts: i64 = active
        .iter()
        .flat_map(|(_, pod)| {
            list(pod, "/status/containerStatuses").iter().chain(list(pod, "/status/initContainerStatuses"))
        })
        .filter_map(|container| number(container, "/restartCount"))
        .sum();
    let parallelism = usize::try_from(number(job, "/spec/parallelism").unwrap_or(1)).unwrap_or(1);
    let completions = number(job, "/spec/completions").and_then(|n| usize::try_from(n).ok());
    let limit = number(job, "/spec/backoffLimit").unwrap_or(6);

    let mut after = job.clone();
    let mut all = list(job, "/status/conditions").to_vec();
    let suspended = job["spec"]["suspend"] == json!(true);
    if suspended {
        for (pod, _) in &active {
            ctx.store.remove(pod, None)?;
        }
        conditions::set(&mut all, "Suspended", true, "JobSuspended", "Job suspended", false);
        after["status"] = status(job, 0, 0, succeeded, failed, all, None);
        return ctx.save(key, job, after);
    }
    if conditions::holds(job, "Suspended") {
        conditions::set(&mut all, "Suspended", false, "JobResumed", "Job resumed", false);
    }

    // One success is enough if the number of completions is left open.
    let done = succeeded >= completions.unwrap_or(1) && (completions.is_some() || active.is_empty());
    if done {
        let message = "Reached expected number of succeeded pods";
        conditions::set(&mut all, "SuccessCriteriaMet", true, "CompletionsReached", message, false);
        conditions::set(&mut all, "Complete", true, "CompletionsReached", message, false);
        ctx.event(job, "Normal", "Completed", "Job completed")?;
        after["status"] = status(job, 0, 0, succeeded, failed, all, Some(now()));
        return ctx.save(key, job, after);
    }
    let failures = i64::try_from(failed).unwrap_or(i64::MAX);
    let failure = if failures > limit || (limit > 0 && restarts > limit) || (limit == 0 && restarts > 0) {
        Some(("BackoffLimitExceeded", "Job has reached the specified backoff limit"))
    } else {
        let deadline = number(job, "/spec/activeDeadlineSeconds").and_then(|seconds| u64::try_from(seconds).ok());
        let late = deadline.is_some_and(|seconds| ctx.waited(&format!("deadline/{uid}"), seconds));
        late.then_some(("DeadlineExceeded", "Job was active longer than specified deadline"))
    };
    if let Some((reason, message)) = failure {
        let lost = active.len();
        for (pod, _) in &active {
            ctx.store.remove(pod, None)?;
        }
        conditions::set(&mut all, "FailureTarget", true, reason, message, false);
        conditions::set(&mut all, "Failed", true, reason, message, false);
        ctx.event(job, "Warning", reason, message)?;
        after["status"] = status(job, 0, 0, succeeded, failed + lost, all, None);
        return ctx.save(key, job, after);
    }

    let ready = active.iter().filter(|(_, pod)| is_ready(pod)).count();
    let mut running = active.len();
    let open = completions.map_or(parallelism, |completions| completions.saturating_sub(succeeded)).min(parallelism);
    let wait = format!("backoff/{uid}/{failed}");
    if running < open && (failed == 0 || ctx.waited(&wait, backoff(failed))) {
        while running < open {
            let new = templates::NewPod {
                owner: job,
                template: &job["spec"]["template"],
                name: None,
                labels: Vec::new(),
                claims: Vec::new(),
            };
            if templates::create(ctx, new)?.is_err() {
                break;
            }
            running += 1;
        }
    }
    after["status"] = status(job, running, ready, succeeded, failed, all, None);
    ctx.save(key, job, after)
}

fn backoff(failed: usize) -> u64 {
    1_u64.checked_shl(u32::try_from(failed - 1).unwrap_or(u32::MAX)).unwrap_or(MAX_BACKOFF).min(MAX_BACKOFF)
}

fn status(
    job: &Value,
    active: usize,
    ready: usize,
    succeeded: usize,
    failed: usize,
    all: Vec<Value>,
    completed: Option<String>,
) -> Value {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let counts = [("active", number(active)), ("succeeded", number(succeeded)), ("failed", number(failed))];
    let mut status = conditions::status(&counts, all);
    status["ready"] = json!(ready);
    status["terminating"] = json!(0);
    status["uncountedTerminatedPods"] = json!({});
    status["startTime"] = job["status"].get("startTime").cloned().unwrap_or_else(|| json!(now()));
    if let Some(time) = completed {
        status["completionTime"] = json!(time);
    }
    status
}

/// `ttlSecondsAfterFinished`.
fn expire(ctx: &mut Context<'_>, key: &Key, job: &Value) -> io::Result<()> {
    let Some(seconds) = number(job, "/spec/ttlSecondsAfterFinished").and_then(|seconds| u64::try_from(seconds).ok())
    else {
        return Ok(());
    };
    if ctx.waited(&format!("ttl/{}", object::uid(job)), seconds) {
        ctx.store.remove(key, None)?;
    }
    Ok(())
}
