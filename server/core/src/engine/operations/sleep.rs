//! Stopping production and starting it again. The pair stays the same, so nothing is tested, and no revision is written.

use super::{Effects, Facts, Spec};
use crate::{engine::OperationInput, ports::TargetError};
use portal_model::{
    installation::InstallationState,
    operation::{FailureCause, StepKind},
};

const STEPS: [StepKind; 3] = [StepKind::Check, StepKind::Apply, StepKind::Observe];

pub(super) struct Suspend;

impl Spec for Suspend {
    fn steps(&self, _input: &OperationInput) -> Vec<StepKind> {
        STEPS.to_vec()
    }

    fn runs_hooks(&self) -> bool {
        false
    }

    fn gate(&self, facts: &Facts) -> Result<(), TargetError> {
        stands(facts, InstallationState::Suspending)
    }

    fn finished(&self, facts: &Facts) -> Effects {
        Effects::default().installation(facts, InstallationState::Suspended)
    }

    fn abandoned(&self, facts: &Facts) -> Effects {
        Effects::default().installation(facts, InstallationState::Live)
    }
}

pub(super) struct Resume;

impl Spec for Resume {
    fn steps(&self, _input: &OperationInput) -> Vec<StepKind> {
        STEPS.to_vec()
    }

    fn runs_hooks(&self) -> bool {
        false
    }

    fn gate(&self, facts: &Facts) -> Result<(), TargetError> {
        stands(facts, InstallationState::Resuming)
    }

    fn finished(&self, facts: &Facts) -> Effects {
        Effects::default().installation(facts, InstallationState::Live)
    }

    fn abandoned(&self, facts: &Facts) -> Effects {
        Effects::default().installation(facts, InstallationState::Suspended)
    }
}

/// What runs is what this production runs already (R1): the content is that of its current revision.
fn stands(facts: &Facts, state: InstallationState) -> Result<(), TargetError> {
    let case = facts.case();
    let stands = case.is_some_and(|c| c.installation.state == state);
    let same = facts.input.before.as_ref().is_some_and(|before| {
        let current =
            case.and_then(|c| c.deployments.iter().find(|d| d.id == c.of.deployment)).and_then(|d| d.revision);
        current == Some(before.revision) && facts.input.content.as_ref() == Some(&before.content)
    });
    let why = if stands { "other_content" } else { "wrong_state" };
    if stands && same {
        Ok(())
    } else {
        Err(TargetError::new(FailureCause::PackageRefused, format!("test_gate: {why}")))
    }
}
