//! Jobs on the way to their end. Their names belong to one operation, so a Job that is there was made by it, and a step
//! that runs again finds it.

use super::{Halt, Outcome, StepContext, delete_where, key, name, ref_key};
use crate::ports::{Applied, TargetError, TestState};
use portal_model::operation::FailureCause;
use serde_json::{Value, json};

/// What is kept of the log of a Job that failed: its end tells most.
const LOG_LINES: usize = 12;
/// Longest text that is kept of it, in characters.
const LOG: usize = 1500;

/// Makes sure that a Job was begun and looks at it. Secrets are struck out of its log (R10).
pub(super) async fn look(context: &StepContext<'_>, job: &Value) -> Result<TestState, Halt> {
    // A Job cannot be changed once it runs, so one that is there is not applied again.
    if context.hands.read(job).await?.is_none() && context.hands.apply(job).await? == Applied::Created {
        context.hands.progress("created", key(job));
    }
    Ok(match context.hands.test_state(name(job)).await? {
        // Here, so that no log goes on with a secret; before anything is cut, since half a secret would not be recognised.
        TestState::Ended { passed, log, millis } => {
            let log =
                context.before.iter().fold(context.prepared.strike_out(&log), |log, before| before.strike_out(&log));
            TestState::Ended { passed, log, millis }
        }
        running => running,
    })
}

/// Removes a Job, so that a later attempt starts it anew.
pub(super) async fn forget(context: &StepContext<'_>, job: &Value) -> Result<(), Halt> {
    let doomed = key(job);
    delete_where(context, |o| ref_key(o) == doomed).await?;
    Ok(())
}

/// Runs Jobs one after the other. `None` when all of them have succeeded, else how the step ends for now; `cause` is that of
/// one that fails or takes too long. A Job may take as long as it says itself, if that is longer than the engine waits.
pub(super) async fn succeed(
    context: &StepContext<'_>,
    jobs: &[Value],
    cause: FailureCause,
) -> Result<Option<Outcome>, Halt> {
    for job in jobs {
        context.hands.between_objects()?;
        let own = job["spec"]["activeDeadlineSeconds"].as_i64().unwrap_or(0);
        let timeout = context.hook_timeout_seconds.max(own);
        let failed = match look(context, job).await? {
            TestState::Ended { passed: true, .. } => continue,
            TestState::Ended { passed: false, log, .. } => format!("{}: {}", key(job), end(&log)),
            TestState::Running if context.now.seconds_since(context.since) < timeout => {
                if context.first_look {
                    context.hands.progress("waiting", key(job));
                }
                return Ok(Some(Outcome::Wait(context.poll_seconds)));
            }
            TestState::Running => format!("{}: > {timeout} s", key(job)),
        };
        forget(context, job).await?;
        return Ok(Some(Outcome::Fail(TargetError::new(cause, failed))));
    }
    Ok(None)
}

/// A step that is one Job of what was there before, and nothing where there is no such Job.
pub(super) async fn step(context: &StepContext<'_>, job: Option<&Value>, cause: FailureCause) -> Result<Outcome, Halt> {
    let unfinished = succeed(context, job.map(std::slice::from_ref).unwrap_or_default(), cause).await?;
    Ok(unfinished.unwrap_or_else(|| Outcome::Done(json!({ "v": 1, "job": job.map(key) }))))
}

/// Takes such a step back: only the Job goes. What it saved stays saved, and what it brought back is not exchanged again.
pub(super) async fn undo_step(context: &StepContext<'_>, job: Option<&Value>) -> Result<(), Halt> {
    match job {
        Some(job) => forget(context, job).await,
        None => Ok(()),
    }
}

/// Whether the first of these Jobs is there already, so that what comes before it was done by this attempt.
pub(super) async fn begun(context: &StepContext<'_>, jobs: &[Value]) -> Result<bool, Halt> {
    match jobs.first() {
        Some(first) if !context.first_look => Ok(context.hands.read(first).await?.is_some()),
        _ => Ok(false),
    }
}

/// The last lines of a log.
fn end(log: &str) -> String {
    let lines: Vec<&str> = log.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let text = lines[lines.len().saturating_sub(LOG_LINES)..].join("\n");
    let skipped = text.chars().count().saturating_sub(LOG);
    text.chars().skip(skipped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_log_is_kept() {
        let log: String = (0..40).map(|n| format!("line {n}\n\n")).collect();
        let kept = end(&log);
        assert!(kept.starts_with("line 28\n") && kept.ends_with("line 39"), "{kept}");
        assert_eq!(end(&"ä".repeat(2 * LOG)).chars().count(), LOG);
        assert_eq!(end(""), "");
    }
}
