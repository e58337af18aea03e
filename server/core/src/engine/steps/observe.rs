//! Workloads become ready; then the Jobs run that a package has for after that. Between two looks the operation is a waiting row.

use super::{Halt, Outcome, Step, StepContext, jobs};
use crate::ports::{Observation, TargetError};
use async_trait::async_trait;
use portal_model::operation::FailureCause;
use serde_json::json;

pub(super) struct Observe;

#[async_trait]
impl Step for Observe {
    async fn run(&self, context: &StepContext<'_>) -> Result<Outcome, Halt> {
        let pending = match context.hands.observe(&context.prepared.objects).await? {
            Observation::Ready => {
                let unfinished = jobs::succeed(context, &context.prepared.after, FailureCause::HookFailed).await?;
                return Ok(unfinished.unwrap_or_else(|| Outcome::Done(json!({ "v": 1 }))));
            }
            Observation::Pending(pending) => pending.join(", "),
        };
        if context.now.seconds_since(context.since) >= context.observe_timeout_seconds {
            return Ok(Outcome::Fail(TargetError::new(FailureCause::NotReady, pending)));
        }
        if context.first_look {
            context.hands.progress("waiting", pending);
        }
        Ok(Outcome::Wait(context.poll_seconds))
    }

    async fn undo(&self, _context: &StepContext<'_>) -> Result<(), Halt> {
        Ok(())
    }
}
