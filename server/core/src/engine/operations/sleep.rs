//! Stopping production and starting it again. The pair stays the same, so nothing is tested, and no revision is written.

use super::{Effects, Facts, Spec};
use crate::{engine::OperationInput, ports::TargetError};
use portal_model::{
    installation::InstallationState,
    operation::{FailureCause, StepKind},
};

/// From one state by way of another to a third.
pub(super) struct Sleep {
    from: InstallationState,
    through: InstallationState,
    to: InstallationState,
}

pub(super) const SUSPEND: Sleep =
    Sleep { from: InstallationState::Live, through: InstallationState::Suspending, to: InstallationState::Suspended };

pub(super) const RESUME: Sleep =
    Sleep { from: InstallationState::Suspended, through: InstallationState::Resuming, to: InstallationState::Live };

impl Spec for Sleep {
    fn steps(&self, _input: &OperationInput) -> Vec<StepKind> {
        vec![StepKind::Check, StepKind::Apply, StepKind::Observe]
    }

    fn runs_hooks(&self) -> bool {
        false
    }

    /// What runs is what this production runs already (R1): the content is that of its current revision.
    fn gate(&self, facts: &Facts) -> Result<(), TargetError> {
        let refuse = |why| Err(TargetError::new(FailureCause::PackageRefused, format!("test_gate: {why}")));
        let Some(case) = facts.case().filter(|case| case.installation.state == self.through) else {
            return refuse("wrong_state");
        };
        let same = facts.input.before.as_ref().is_some_and(|before| {
            case.current() == Some(before.revision) && facts.input.content.as_ref() == Some(&before.content)
        });
        if same { Ok(()) } else { refuse("other_content") }
    }

    fn finished(&self, facts: &Facts) -> Effects {
        Effects::default().installation(facts, self.to)
    }

    fn abandoned(&self, facts: &Facts) -> Effects {
        Effects::default().installation(facts, self.from)
    }
}
