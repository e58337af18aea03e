//! All objects of the instance are removed, volumes too; done when nothing is left.

use super::{Halt, Outcome, Step, StepContext, delete_where, ref_key};
use crate::ports::TargetError;
use async_trait::async_trait;
use portal_model::operation::FailureCause;
use serde_json::json;

pub(super) struct Delete;

#[async_trait]
impl Step for Delete {
    async fn run(&self, context: &StepContext<'_>) -> Result<Outcome, Halt> {
        let deleted = delete_where(context, |_| true).await?;
        if deleted.is_empty() {
            return Ok(Outcome::Done(json!({ "v": 1 })));
        }
        let left = context.hands.inventory(context.instance).await?;
        if left.is_empty() {
            return Ok(Outcome::Done(json!({ "v": 1 })));
        }
        // Deletion goes on in the background: volumes wait for their pods.
        if context.now.seconds_since(context.since) >= context.observe_timeout_seconds {
            let names: Vec<String> = left.iter().map(ref_key).collect();
            return Ok(Outcome::Fail(TargetError::new(FailureCause::NotReady, names.join(", "))));
        }
        Ok(Outcome::Wait(context.poll_seconds))
    }

    /// What is gone cannot be brought back; giving up only means that the rest stays.
    async fn undo(&self, _context: &StepContext<'_>) -> Result<(), Halt> {
        Ok(())
    }

    fn needs_package(&self) -> bool {
        false
    }
}
