//! The data of what runs are saved by the backup Job of its own package, before anything else is touched. A package that
//! keeps no data has no such Job, and nothing is to be saved.

use super::{Halt, Outcome, Step, StepContext, jobs};
use async_trait::async_trait;
use portal_model::operation::FailureCause;
use serde_json::Value;

pub(super) struct Backup;

#[async_trait]
impl Step for Backup {
    async fn run(&self, context: &StepContext<'_>) -> Result<Outcome, Halt> {
        jobs::step(context, job(context), FailureCause::BackupFailed).await
    }

    async fn undo(&self, context: &StepContext<'_>) -> Result<(), Halt> {
        jobs::undo_step(context, job(context)).await
    }

    fn needs_package(&self) -> bool {
        false
    }

    fn needs_before(&self) -> bool {
        true
    }
}

fn job<'a>(context: &StepContext<'a>) -> Option<&'a Value> {
    context.before.and_then(|before| before.backup.as_ref())
}
