//! Workloads become ready; then the Jobs run that a package has for after that. Between two looks the operation is a waiting row.

use super::{Halt, Outcome, Step, StepContext, jobs, until_ready};
use async_trait::async_trait;
use portal_model::operation::FailureCause;
use serde_json::json;

pub(super) struct Observe;

#[async_trait]
impl Step for Observe {
    async fn run(&self, context: &StepContext<'_>) -> Result<Outcome, Halt> {
        if let Some(unfinished) = until_ready(context, &context.prepared.objects).await? {
            return Ok(unfinished);
        }
        let unfinished = jobs::succeed(context, &context.prepared.after, FailureCause::HookFailed).await?;
        Ok(unfinished.unwrap_or_else(|| Outcome::Done(json!({ "v": 1 }))))
    }

    async fn undo(&self, _context: &StepContext<'_>) -> Result<(), Halt> {
        Ok(())
    }
}
