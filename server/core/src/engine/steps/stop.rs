//! What runs is stopped, so that nobody writes while its data are replaced.

use super::{Halt, Outcome, Step, StepContext, key, put_back};
use crate::ports::{Observation, TargetError};
use async_trait::async_trait;
use portal_model::operation::FailureCause;
use serde_json::json;

pub(super) struct Stop;

#[async_trait]
impl Step for Stop {
    async fn run(&self, context: &StepContext<'_>) -> Result<Outcome, Halt> {
        let Some(stopped) = context.before.map(|before| before.clone().asleep()) else {
            return Ok(Outcome::Done(json!({ "v": 1 })));
        };
        for object in &stopped.objects {
            context.hands.between_objects()?;
            context.hands.apply(object).await?;
        }
        let pending = match context.hands.observe(&stopped.objects).await? {
            Observation::Ready => return Ok(Outcome::Done(json!({ "v": 1 }))),
            Observation::Pending(pending) => pending.join(", "),
        };
        if context.now.seconds_since(context.since) >= context.observe_timeout_seconds {
            return Ok(Outcome::Fail(TargetError::new(FailureCause::NotReady, pending)));
        }
        if context.first_look {
            context.hands.progress("waiting", stopped.objects.first().map(key).unwrap_or_default());
        }
        Ok(Outcome::Wait(context.poll_seconds))
    }

    async fn undo(&self, context: &StepContext<'_>) -> Result<(), Halt> {
        put_back(context).await
    }

    fn needs_package(&self) -> bool {
        false
    }

    fn needs_before(&self) -> bool {
        true
    }
}
