//! What the last backup saved is brought back by the Job of the package that is left: its accounts, volumes and values are
//! still there, and its workloads are stopped.

use super::{Halt, Outcome, Step, StepContext, jobs};
use crate::ports::TargetError;
use async_trait::async_trait;
use portal_model::operation::FailureCause;
use serde_json::Value;

pub(super) struct Restore;

#[async_trait]
impl Step for Restore {
    async fn run(&self, context: &StepContext<'_>) -> Result<Outcome, Halt> {
        let job = job(context);
        if job.is_none() {
            // The package says that going back needs its data; without a Job for them nothing may go on.
            return Ok(Outcome::Fail(TargetError::new(FailureCause::BackupFailed, "restore")));
        }
        jobs::step(context, job, FailureCause::BackupFailed).await
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
    context.before.and_then(|before| before.restore.as_ref())
}
