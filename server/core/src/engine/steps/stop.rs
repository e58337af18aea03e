//! What runs is stopped, so that nobody writes while its data are replaced.

use super::{Halt, Outcome, Step, StepContext, put_back, until_ready};
use async_trait::async_trait;
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
        let unfinished = until_ready(context, &stopped.objects).await?;
        Ok(unfinished.unwrap_or_else(|| Outcome::Done(json!({ "v": 1 }))))
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
