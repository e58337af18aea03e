//! What an operation is to do, frozen when it is enqueued.

use portal_model::{
    Bilingual, ConfigurationId, DataCentreId, ReleaseId, RevisionId, TestRunId, data_centre::Stage,
    installation::Revision, operation::Operation,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of [`OperationInput`] that this program writes and reads.
pub const INPUT_VERSION: u32 = 1;

/// What an operation is to do. Stored with it; without secret values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationInput {
    /// Version of this form.
    pub v: u32,
    /// Test or production.
    pub stage: Stage,
    /// Name of the instance in the target.
    pub instance: String,
    /// Data centre of the target; `None` only where nothing is set up.
    pub data_centre: Option<DataCentreId>,
    /// What is set up; `None` when a deployment is taken down.
    #[serde(flatten)]
    pub content: Option<Content>,
    /// It is set up but does not run: stopped, data kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asleep: bool,
    /// What runs there when the operation is made, if anything: it is saved first, and brought back if the operation is
    /// given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Before>,
    /// Data are brought back from the last backup, because the package cannot go back on newer data.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restores_data: bool,
    /// The new version may change the data so that the one before does not cope with them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub changes_data: bool,
    /// The new version mends a weakness: it may go to production though evidence has ended.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mends_weakness: bool,
    /// The passed test run that a change of production rests on.
    pub test_run: Option<TestRunId>,
    /// The healthy revision that is applied again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored_from: Option<RevisionId>,
    /// The content that a trial tries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried: Option<Tried>,
}

/// What a trial sets up: a package that is no release yet, with sample values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// Digest of the package, hex.
    pub digest: String,
    /// What its tests show, by the names of their Jobs: the content may be replaced while people still look at the trial.
    pub titles: BTreeMap<String, Bilingual>,
}

/// What a deployment is to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Release.
    pub release: ReleaseId,
    /// Values.
    pub configuration: ConfigurationId,
    /// Digest of the package, hex.
    pub package_digest: String,
    /// Digest of the Fachwerte, hex.
    pub config_digest: String,
}

impl From<&Revision> for Content {
    fn from(revision: &Revision) -> Self {
        Content {
            release: revision.release,
            configuration: revision.configuration,
            package_digest: revision.package_digest.clone(),
            config_digest: revision.config_digest.clone(),
        }
    }
}

/// What a deployment held before an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// The revision it pointed to.
    pub revision: RevisionId,
    /// Its content.
    pub content: Content,
    /// It was stopped.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asleep: bool,
}

impl Before {
    /// What runs there.
    pub fn running(revision: &Revision) -> Self {
        Self { revision: revision.id, content: revision.into(), asleep: false }
    }

    /// What is stopped there.
    pub fn stopped(revision: &Revision) -> Self {
        Self { asleep: true, ..Self::running(revision) }
    }
}

/// Why a stored input cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// Written by a newer program.
    #[error("input of version {0}")]
    Version(u32),
    /// Not of this form.
    #[error("input: {0}")]
    Form(#[from] serde_json::Error),
}

impl OperationInput {
    /// Reads a stored input.
    ///
    /// # Errors
    /// If it was written by a newer program or is not of this form.
    pub fn read(operation: &Operation) -> Result<Self, InputError> {
        let input = Self::deserialize(&operation.input)?;
        if input.v == INPUT_VERSION { Ok(input) } else { Err(InputError::Version(input.v)) }
    }

    /// The same for what was there before; `None` if nothing was.
    pub(super) fn before_input(&self) -> Option<Self> {
        let before = self.before.as_ref()?;
        Some(Self { content: Some(before.content.clone()), asleep: before.asleep, ..self.clone() })
    }
}
