//! Brings the tested pair to production. The gate (R1) is asked here, and again by the constraint of the database.

use super::{Effects, Facts, Spec};
use crate::{engine::OperationInput, ports::TargetError};
use portal_model::{
    activation::ActivationState,
    installation::InstallationState,
    operation::{FailureCause, StepKind},
};

pub(super) struct Activate;

impl Spec for Activate {
    /// Over something that runs, its data are saved first: no backup, no update.
    fn steps(&self, input: &OperationInput) -> Vec<StepKind> {
        let backup = input.before.is_some().then_some(StepKind::Backup);
        let rest = [StepKind::Apply, StepKind::Prune, StepKind::Observe];
        [StepKind::Check].into_iter().chain(backup).chain(rest).collect()
    }

    /// A new version may change the data as soon as it is applied; the one before may not cope with that.
    fn no_way_back(&self, input: &OperationInput) -> Option<StepKind> {
        input.changes_data.then_some(StepKind::Apply)
    }

    fn gate(&self, facts: &Facts) -> Result<(), TargetError> {
        super::evidence(facts, facts.input.mends_weakness)?;
        match closed(facts) {
            None => Ok(()),
            Some(why) => Err(TargetError::new(FailureCause::PackageRefused, format!("test_gate: {why}"))),
        }
    }

    fn step_done(&self, facts: &Facts, step: StepKind) -> Result<Effects, TargetError> {
        match step {
            StepKind::Check => Effects::default().revision(facts),
            _ => Ok(Effects::default()),
        }
    }

    fn finished(&self, facts: &Facts) -> Effects {
        Effects::default().in_production(facts).activation(facts, ActivationState::Done)
    }

    fn abandoned(&self, facts: &Facts) -> Effects {
        Effects::default()
            .unwound(facts)
            .installation(facts, InstallationState::Accepted)
            .activation(facts, ActivationState::Ended)
    }
}

/// Why the gate is closed: there must be an approved activation, resting on a passed and recent test run of the same
/// pair in the same data centre. That the rendered pair equals the input's is checked for every operation.
fn closed(facts: &Facts) -> Option<&'static str> {
    let Some(case) = facts.case() else { return Some("no_case") };
    let Some(activation) = &case.activation else { return Some("no_activation") };
    let Some(run) = &case.test_run else { return Some("no_test_run") };
    let Some(content) = &facts.input.content else { return Some("no_content") };
    let rules = [
        (case.installation.state == InstallationState::Activating, "not_activating"),
        (activation.state == ActivationState::Approved, "not_approved"),
        (activation.test_run == run.id, "other_test_run"),
        (run.installation == case.installation.id, "other_installation"),
        (run.passed, "not_passed"),
        (run.package_digest == content.package_digest, "other_package"),
        (run.config_digest == content.config_digest, "other_configuration"),
        (Some(run.data_centre) == facts.input.data_centre, "other_data_centre"),
        (run.finished_at.plus_days(facts.evidence_days) >= facts.now, "too_old"),
    ];
    rules.into_iter().find(|(holds, _)| !holds).map(|(_, why)| why)
}
