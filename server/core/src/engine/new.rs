//! How operations are made, one function for each kind.

use super::{
    input::{Before, Content, INPUT_VERSION, OperationInput, Tried},
    operations,
};
use crate::{
    hosts::deployment_name,
    ports::{new_reference, new_uuid},
};
use portal_model::{
    ActivationId, Bilingual, OperationId, TargetId, Timestamp,
    activation::Activation,
    data_centre::{Stage, Target},
    installation::{Deployment, Installation, Revision},
    operation::{Basis, OfCase, Operation, OperationKind, OperationState, Subject},
    reference::ReferenceKind,
    trial::Trial,
};
use std::collections::BTreeMap;

/// Sets up the test deployment of a new installation with this content and runs the tests.
pub fn new_install(installation: &Installation, test: &Deployment, content: Content, now: Timestamp) -> Operation {
    new_test(OperationKind::Install, installation, test, content, None, now)
}

/// Brings other content to the test deployment and runs the tests: `install` when something is corrected or tested again
/// before it ever went live, `update` or `reconfigure` when something live is changed.
pub fn new_test(
    kind: OperationKind,
    installation: &Installation,
    test: &Deployment,
    content: Content,
    before: Option<Before>,
    now: Timestamp,
) -> Operation {
    let input = OperationInput { content: Some(content), before, ..input(installation, Stage::Test) };
    of_case(kind, installation, test, input, None, None, now)
}

/// Over what a version is brought to production, and what that means.
#[derive(Debug, Clone, Default)]
pub struct Over {
    /// What runs there; `None` the first time.
    pub before: Option<Before>,
    /// See [`OperationInput::changes_data`].
    pub changes_data: bool,
    /// See [`OperationInput::mends_weakness`].
    pub mends_weakness: bool,
}

/// Brings the tested pair of an approved activation to production, not before its time.
pub fn new_activate(
    installation: &Installation,
    production: &Deployment,
    content: Content,
    over: Over,
    activation: &Activation,
    now: Timestamp,
) -> Operation {
    let input = OperationInput {
        content: Some(content),
        changes_data: over.changes_data && over.before.is_some(),
        mends_weakness: over.mends_weakness,
        before: over.before,
        test_run: Some(activation.test_run),
        ..input(installation, Stage::Production)
    };
    let basis = Some(Basis::Approval);
    let new = of_case(OperationKind::Activate, installation, production, input, basis, Some(activation.id), now);
    Operation { run_after: activation.not_before.map_or(now, |at| at.max(now)), ..new }
}

/// Production goes back to a revision that it ran healthily; `restores_data` if the package that runs now says that its
/// data must be brought back for that.
pub fn new_rollback(
    installation: &Installation,
    production: &Deployment,
    to: &Revision,
    before: Before,
    restores_data: bool,
    now: Timestamp,
) -> Operation {
    let input = OperationInput {
        content: Some(to.into()),
        before: Some(before),
        restores_data,
        test_run: to.test_run,
        restored_from: Some(to.id),
        ..input(installation, Stage::Production)
    };
    let basis = Some(Basis::Consent);
    of_case(OperationKind::Rollback, installation, production, input, basis, to.activation, now)
}

/// Stops production, or starts it again, as it is.
pub fn new_sleep(
    installation: &Installation,
    production: &Deployment,
    current: &Revision,
    asleep: bool,
    now: Timestamp,
) -> Operation {
    let (kind, before) = match asleep {
        true => (OperationKind::Suspend, Before::running(current)),
        false => (OperationKind::Resume, Before::stopped(current)),
    };
    let input = OperationInput {
        content: Some(current.into()),
        asleep,
        before: Some(before),
        test_run: current.test_run,
        ..input(installation, Stage::Production)
    };
    of_case(kind, installation, production, input, Some(Basis::Consent), None, now)
}

/// Takes one deployment down. Taking down production enqueues taking down the test deployment at its end.
pub fn new_remove(installation: &Installation, deployment: &Deployment, now: Timestamp) -> Operation {
    let input = input(installation, deployment.stage);
    of_case(OperationKind::Remove, installation, deployment, input, Some(Basis::Removal), None, now)
}

/// Tries a package: sets it up in the target, runs its tests, and removes it again.
pub fn new_trial(trial: &Trial, target: &Target, titles: BTreeMap<String, Bilingual>, now: Timestamp) -> Operation {
    let input = OperationInput {
        instance: trial.instance.clone(),
        data_centre: Some(target.data_centre),
        tried: Some(Tried { digest: trial.digest.clone(), titles }),
        ..nothing(Stage::Test)
    };
    let new = operation(OperationKind::Trial, Subject::Trial(trial.id), target.id, input, now);
    Operation { reference: trial.reference.clone(), ..new }
}

fn nothing(stage: Stage) -> OperationInput {
    OperationInput {
        v: INPUT_VERSION,
        stage,
        instance: String::new(),
        data_centre: None,
        content: None,
        asleep: false,
        before: None,
        restores_data: false,
        changes_data: false,
        mends_weakness: false,
        test_run: None,
        restored_from: None,
        tried: None,
    }
}

fn input(installation: &Installation, stage: Stage) -> OperationInput {
    OperationInput {
        instance: deployment_name(&installation.instance, stage),
        data_centre: installation.data_centre,
        ..nothing(stage)
    }
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
    let steps = operations::of(kind).steps(&input);
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
        steps,
        step: 0,
        attempt: 0,
        state: OperationState::Queued,
        failure: None,
        created_at: now,
        run_after: now,
        finished_at: None,
    }
}
