//! Objects are applied one after the other; an object that is as wanted is left alone.

use super::{CheckOutput, Halt, Outcome, Step, StepContext, delete_where, key, ref_key};
use crate::ports::Applied;
use async_trait::async_trait;
use portal_model::operation::StepKind;
use serde_json::json;

pub(super) struct Apply;

#[async_trait]
impl Step for Apply {
    async fn run(&self, context: &StepContext<'_>) -> Result<Outcome, Halt> {
        let (mut created, mut changed, mut unchanged) = (Vec::new(), Vec::new(), 0);
        for object in &context.prepared.objects {
            context.hands.between_objects()?;
            let name = key(object);
            let what = match context.hands.apply(object).await? {
                Applied::Created => {
                    created.push(name.clone());
                    "created"
                }
                Applied::Changed => {
                    changed.push(name.clone());
                    "applied"
                }
                Applied::Unchanged => {
                    unchanged += 1;
                    "unchanged"
                }
            };
            context.hands.progress(what, name);
        }
        Ok(Outcome::Done(json!({ "v": 1, "created": created, "changed": changed, "unchanged": unchanged })))
    }

    /// Deletes what was not there before this operation.
    async fn undo(&self, context: &StepContext<'_>) -> Result<(), Halt> {
        let Some(check) = context.earlier.get::<CheckOutput>(StepKind::Check) else { return Ok(()) };
        delete_where(context, |o| !check.before.contains(&ref_key(o))).await?;
        Ok(())
    }
}
