//! Production goes back to a pair that it ran healthily before. That needs no new test (R1), and the database refuses any
//! other pair. Data go back only where the package says that they must, from the last backup.

use super::{Effects, Facts, Spec};
use crate::{engine::OperationInput, ports::TargetError};
use portal_model::{
    installation::InstallationState,
    operation::{FailureCause, StepKind},
};

pub(super) struct Rollback;

impl Spec for Rollback {
    fn steps(&self, input: &OperationInput) -> Vec<StepKind> {
        let data: &[StepKind] = if input.restores_data { &[StepKind::Stop, StepKind::Restore] } else { &[] };
        let rest = [StepKind::Apply, StepKind::Prune, StepKind::Observe];
        [StepKind::Check].into_iter().chain(data.iter().copied()).chain(rest).collect()
    }

    /// Half-replaced data serve nobody, and replaced ones are not exchanged again.
    fn no_way_back(&self, input: &OperationInput) -> Option<StepKind> {
        input.restores_data.then_some(StepKind::Restore)
    }

    fn gate(&self, facts: &Facts) -> Result<(), TargetError> {
        let going_back = facts.case().is_some_and(|c| c.installation.state == InstallationState::RollingBack);
        if going_back && facts.input.restored_from.is_some() {
            return Ok(());
        }
        Err(TargetError::new(FailureCause::PackageRefused, "test_gate: not_rolling_back"))
    }

    fn step_done(&self, facts: &Facts, step: StepKind) -> Result<Effects, TargetError> {
        match step {
            StepKind::Check => Effects::default().revision(facts),
            _ => Ok(Effects::default()),
        }
    }

    fn finished(&self, facts: &Facts) -> Effects {
        Effects::default().in_production(facts)
    }

    fn abandoned(&self, facts: &Facts) -> Effects {
        let stopped = facts.input.before.as_ref().is_some_and(|before| before.asleep);
        let state = if stopped { InstallationState::Suspended } else { InstallationState::Live };
        Effects::default().unwound(facts).installation(facts, state)
    }
}
