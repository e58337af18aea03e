//! What an operation is to do, frozen when it is enqueued, and how operations are made.

use super::operations;
use crate::hosts::deployment_name;
use crate::ports::{new_reference, new_uuid};
use portal_model::{
    ActivationId, Bilingual, ConfigurationId, DataCentreId, OperationId, ReleaseId, TargetId, TestRunId, Timestamp,
    activation::Activation,
    data_centre::{Stage, Target},
    installation::{Deployment, Installation},
    operation::{Basis, OfCase, Operation, OperationKind, OperationState, Subject},
    reference::ReferenceKind,
    trial::Trial,
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
    /// The passed test run that an activation rests on.
    pub test_run: Option<TestRunId>,
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
        tried: None,
    };
    of_case(OperationKind::Install, installation, test, input, None, None, now)
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
        tried: None,
    };
    let basis = Some(Basis::Approval);
    of_case(OperationKind::Activate, installation, production, input, basis, Some(activation.id), now)
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
        tried: None,
    };
    of_case(OperationKind::Remove, installation, deployment, input, Some(Basis::Removal), None, now)
}

/// Tries a package: sets it up in the target, runs its tests, and removes it again.
pub fn new_trial(trial: &Trial, target: &Target, titles: BTreeMap<String, Bilingual>, now: Timestamp) -> Operation {
    let input = OperationInput {
        v: INPUT_VERSION,
        stage: Stage::Test,
        instance: trial.instance.clone(),
        data_centre: Some(target.data_centre),
        content: None,
        test_run: None,
        tried: Some(Tried { digest: trial.digest.clone(), titles }),
    };
    let new = operation(OperationKind::Trial, Subject::Trial(trial.id), target.id, input, now);
    Operation { reference: trial.reference.clone(), ..new }
}

fn of_case(
    kind: OperationKind,
    installation: &Installation,
    deployment: &Deployment,
    input: OperationInput,
    basis: Option<Basis>,
    activation: Option<ActivationId>,
    now: Timestamp,
) -> Operation {
    let subject = Subject::Case(OfCase {
        request: installation.request,
        municipality: installation.municipality,
        land: installation.land,
        installation: installation.id,
        deployment: deployment.id,
    });
    Operation { basis, activation, ..operation(kind, subject, deployment.target, input, now) }
}

fn operation(
    kind: OperationKind,
    subject: Subject,
    target: TargetId,
    input: OperationInput,
    now: Timestamp,
) -> Operation {
    Operation {
        id: OperationId(new_uuid(now)),
        reference: new_reference(ReferenceKind::Bereitstellung),
        kind,
        subject,
        target,
        basis: None,
        activation: None,
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
