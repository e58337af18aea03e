//! The target answers, the permissions are there, and what of this instance is there already.

use super::{Halt, Outcome, Step, StepContext, key, ref_key};
use crate::ports::TargetError;
use async_trait::async_trait;
use portal_model::operation::FailureCause;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What later steps and the taking back know from the check. Objects are named `Kind/name`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckOutput {
    /// Version of this form.
    pub v: u32,
    /// Version of the target's software.
    pub version: String,
    /// What was there before the first effect. Whatever else is there later, this operation has created: that is
    /// known even if it crashed between an effect and its record.
    pub before: Vec<String>,
    /// What will be applied.
    pub objects: Vec<String>,
    /// Test Jobs.
    pub tests: Vec<String>,
}

pub(super) struct Check;

#[async_trait]
impl Step for Check {
    async fn run(&self, context: &StepContext<'_>) -> Result<Outcome, Halt> {
        let report = context.hands.check().await?;
        if !report.missing.is_empty() {
            let detail = report.missing.join(", ");
            return Ok(Outcome::Fail(TargetError::new(FailureCause::PermissionMissing, detail)));
        }
        let mut before: Vec<String> = context.hands.inventory(context.instance).await?.iter().map(ref_key).collect();
        before.sort();
        let output = CheckOutput {
            v: 1,
            version: report.version,
            before,
            objects: context.prepared.lasting().map(key).collect(),
            tests: context.prepared.tests.iter().map(key).collect(),
        };
        Ok(Outcome::Done(json!(output)))
    }

    async fn undo(&self, _context: &StepContext<'_>) -> Result<(), Halt> {
        Ok(())
    }
}
