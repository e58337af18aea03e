//! The data of what runs are saved by the backup Job of its own package, before anything else is touched. A package that
//! keeps no data has no such Job, and nothing is to be saved.

use super::{Halt, Outcome, Step, StepContext, jobs, key};
use async_trait::async_trait;
use portal_model::operation::FailureCause;
use serde_json::json;

pub(super) struct Backup;

#[async_trait]
impl Step for Backup {
    async fn run(&self, context: &StepContext<'_>) -> Result<Outcome, Halt> {
        let job = context.before.and_then(|before| before.backup.as_ref());
        if let Some(unfinished) =
            jobs::succeed(context, job.map(std::slice::from_ref).unwrap_or_default(), FailureCause::BackupFailed)
                .await?
        {
            return Ok(unfinished);
        }
        Ok(Outcome::Done(json!({ "v": 1, "job": job.map(key) })))
    }

    /// What was saved stays saved.
    async fn undo(&self, context: &StepContext<'_>) -> Result<(), Halt> {
        match context.before.and_then(|before| before.backup.as_ref()) {
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
