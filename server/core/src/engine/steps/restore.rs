//! What the last backup saved is brought back by the Job of the package that is left: its accounts, volumes and values are
//! still there, and its workloads are stopped.

use super::{Halt, Outcome, Step, StepContext, jobs, key};
use crate::ports::TargetError;
use async_trait::async_trait;
use portal_model::operation::FailureCause;
use serde_json::json;

pub(super) struct Restore;

#[async_trait]
impl Step for Restore {
    async fn run(&self, context: &StepContext<'_>) -> Result<Outcome, Halt> {
        let Some(job) = context.before.and_then(|before| before.restore.as_ref()) else {
            // The package says that going back needs its data; without a Job for them nothing may go on.
            return Ok(Outcome::Fail(TargetError::new(FailureCause::BackupFailed, "restore")));
        };
        if let Some(unfinished) = jobs::succeed(context, std::slice::from_ref(job), FailureCause::BackupFailed).await? {
            return Ok(unfinished);
        }
        Ok(Outcome::Done(json!({ "v": 1, "job": key(job) })))
    }

    /// Data that were brought back are not exchanged again; only the Job goes.
    async fn undo(&self, context: &StepContext<'_>) -> Result<(), Halt> {
        match context.before.and_then(|before| before.restore.as_ref()) {
            Some(job) => jobs::forget(context, job).await,
            None => Ok(()),
        }
    }

    fn needs_package(&self) -> bool {
        false
    }

    fn needs_before(&self) -> bool {
        true
    }
}
