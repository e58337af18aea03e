//! The package's test Jobs run one after the other, then the portal's own checks. A red test is a result, not a failure of the step.

use super::{CheckOutput, Halt, Outcome, Step, StepContext, checks, delete_where, jobs, key, name, ref_key};
use crate::ports::{TargetError, TestState};
use async_trait::async_trait;
use portal_model::{
    operation::{FailureCause, StepKind},
    test_run::TestCase,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What the tests said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestOutput {
    /// Version of this form.
    pub v: u32,
    /// Cases in the order of the package: Jobs, then checks.
    pub cases: Vec<TestCase>,
}

impl TestOutput {
    /// All cases passed, and there was at least one.
    pub fn passed(&self) -> bool {
        !self.cases.is_empty() && self.cases.iter().all(|c| c.passed)
    }
}

/// Longest log that is kept of a case, in characters; its end tells most.
const LOG: usize = 20_000;

pub(super) struct Test;

#[async_trait]
impl Step for Test {
    async fn run(&self, context: &StepContext<'_>) -> Result<Outcome, Halt> {
        let mut cases = Vec::new();
        for job in &context.prepared.tests {
            context.hands.between_objects()?;
            match jobs::look(context, job).await? {
                TestState::Ended { passed, log, millis } => {
                    let skipped = log.chars().count().saturating_sub(LOG);
                    let log = log.chars().skip(skipped).collect();
                    cases.push(TestCase { name: case_name(context, name(job)), passed, duration_ms: millis, log });
                }
                TestState::Running if timed_out(context) => {
                    // A later attempt shall start it anew.
                    jobs::forget(context, job).await?;
                    return Ok(Outcome::Fail(TargetError::new(FailureCause::TestTimeout, key(job))));
                }
                TestState::Running => return Ok(Outcome::Wait(context.poll_seconds)),
            }
        }
        cases.append(&mut checks::run(context).await?);
        Ok(Outcome::Done(json!(TestOutput { v: 1, cases })))
    }

    async fn undo(&self, context: &StepContext<'_>) -> Result<(), Halt> {
        self.tidy(context).await
    }

    async fn tidy(&self, context: &StepContext<'_>) -> Result<(), Halt> {
        let Some(check) = context.earlier.get::<CheckOutput>(StepKind::Check) else { return Ok(()) };
        delete_where(context, |o| check.tests.contains(&ref_key(o))).await?;
        Ok(())
    }
}

/// Name of a Job within the package: without the instance in front and the run behind.
fn case_name(context: &StepContext<'_>, job: &str) -> String {
    let inner = job.strip_prefix(context.instance).and_then(|n| n.strip_prefix('-')).unwrap_or(job);
    inner.strip_suffix(context.run).and_then(|n| n.strip_suffix('-')).unwrap_or(inner).to_owned()
}

fn timed_out(context: &StepContext<'_>) -> bool {
    context.now.seconds_since(context.since) >= context.test_timeout_seconds
}
