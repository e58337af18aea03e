//! What an operation is to do, frozen when it is enqueued, and how operations are made.

use super::operations;
use crate::hosts::deployment_name;
use crate::ports::{new_reference, new_uuid};
use portal_model::{
    ActivationId, ConfigurationId, DataCentreId, OperationId, ReleaseId, TestRunId, Timestamp,
    activation::Activation,
    data_centre::Stage,
    installation::{Deployment, Installation},
    operation::{Basis, Operation, OperationKind, OperationState},
    reference::ReferenceKind,
};
use serde::{Deserialize, Serialize};

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
    /// The passed test run that an activation rests on.
    pub test_run: Option<TestRunId>,
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
}

/// Sets up the test deployment with this content and runs the tests. Works for new installations and for new values.
pub fn new_install(installation: &Installation, test: &Deployment, content: Content, now: Timestamp) -> Operation {
    let input = OperationInput {
        v: INPUT_VERSION,
        stage: Stage::Test,
        instance: deployment_name(&installation.instance, Stage::Test),
        data_centre: installation.data_centre,
        content: Some(content),
        test_run: None,
    };
    operation(OperationKind::Install, installation, test, input, None, None, now)
}

/// Brings the tested pair of an approved activation to production.
pub fn new_activate(
    installation: &Installation,
    production: &Deployment,
    content: Content,
    activation: &Activation,
    now: Timestamp,
) -> Operation {
    let input = OperationInput {
        v: INPUT_VERSION,
        stage: Stage::Production,
        instance: deployment_name(&installation.instance, Stage::Production),
        data_centre: installation.data_centre,
        content: Some(content),
        test_run: Some(activation.test_run),
    };
    let basis = Some(Basis::Approval);
    operation(OperationKind::Activate, installation, production, input, basis, Some(activation.id), now)
}

/// Takes one deployment down. Taking down production enqueues taking down the test deployment at its end.
pub fn new_remove(installation: &Installation, deployment: &Deployment, now: Timestamp) -> Operation {
    let input = OperationInput {
        v: INPUT_VERSION,
        stage: deployment.stage,
        instance: deployment_name(&installation.instance, deployment.stage),
        data_centre: installation.data_centre,
        content: None,
        test_run: None,
    };
    operation(OperationKind::Remove, installation, deployment, input, Some(Basis::Removal), None, now)
}

fn operation(
    kind: OperationKind,
    installation: &Installation,
    deployment: &Deployment,
    input: OperationInput,
    basis: Option<Basis>,
    activation: Option<ActivationId>,
    now: Timestamp,
) -> Operation {
    Operation {
        id: OperationId(new_uuid(now)),
        reference: new_reference(ReferenceKind::Bereitstellung),
        kind,
        request: installation.request,
        municipality: installation.municipality,
        land: installation.land,
        installation: installation.id,
        deployment: deployment.id,
        target: deployment.target,
        basis,
        activation,
        // A struct of words, ids and strings always has a JSON form.
        input: serde_json::to_value(input).unwrap_or_default(),
        steps: operations::of(kind).steps().to_vec(),
        step: 0,
        attempt: 0,
        state: OperationState::Queued,
        failure: None,
        created_at: now,
        run_after: now,
        finished_at: None,
    }
}
