//! Tries a package that is not released yet: sets it up, runs its tests, and removes everything again, however it went.

use super::{Effects, Facts, Spec};
use crate::{
    engine::{
        OperationInput,
        steps::{CheckOutput, TestOutput},
    },
    ports::{TargetError, Write},
};
use portal_model::{
    operation::{Failure, FailureCause, StepKind},
    trial::{Trial as Tried, TrialResult},
};

pub(super) struct Trial;

impl Spec for Trial {
    fn steps(&self, _input: &OperationInput) -> Vec<StepKind> {
        vec![StepKind::Check, StepKind::Apply, StepKind::Observe, StepKind::Test, StepKind::Delete]
    }

    fn step_done(&self, facts: &Facts, step: StepKind) -> Result<Effects, TargetError> {
        match step {
            StepKind::Check => untouched(facts).map(|()| Effects::default()),
            StepKind::Test => tested(facts),
            _ => Ok(Effects::default()),
        }
    }

    /// It has a way of its own: see `clears_up`.
    fn no_way_back(&self, _input: &OperationInput) -> Option<StepKind> {
        Some(StepKind::Check)
    }

    fn clears_up(&self) -> Option<StepKind> {
        Some(StepKind::Delete)
    }

    fn is_called_off(&self, facts: &Facts) -> bool {
        facts.trial().is_some_and(|t| t.cancelled_by.is_some() && t.result.is_none())
    }

    fn cut_short(&self, facts: &Facts, failure: Option<&Failure>) -> Effects {
        let result = if failure.is_some() { TrialResult::Broken } else { TrialResult::Cancelled };
        changed(facts, |t| {
            // What the tests said stays said.
            if t.result.is_none() {
                t.result = Some(result);
                t.failure = failure.cloned();
            }
        })
    }

    fn finished(&self, facts: &Facts) -> Effects {
        let Some(trial) = facts.trial() else { return Effects::default() };
        let effects = changed(facts, |t| t.finished_at = Some(facts.now));
        // They opened what is gone now.
        effects.write(Write::DeleteSecrets(trial.id.0))
    }

    /// Unwinding is for operations that wait for a person; this one clears away by itself, and whose target is gone is
    /// ended by the use case.
    fn abandoned(&self, facts: &Facts) -> Effects {
        self.finished(facts)
    }
}

/// The trial with a change.
fn changed(facts: &Facts, change: impl FnOnce(&mut Tried)) -> Effects {
    let Some(trial) = facts.trial() else { return Effects::default() };
    let mut next = Tried { version: trial.version + 1, ..trial.clone() };
    change(&mut next);
    Effects::default().write(Write::UpdateTrial(next))
}

/// The name of the instance is used once. What stands there under it already is not ours, and must not be cleared away
/// as if it were.
fn untouched(facts: &Facts) -> Result<(), TargetError> {
    let before = facts.outputs.get::<CheckOutput>(StepKind::Check).map(|c| c.before).unwrap_or_default();
    if before.is_empty() { Ok(()) } else { Err(TargetError::new(FailureCause::Conflict, before.join(", "))) }
}

fn tested(facts: &Facts) -> Result<Effects, TargetError> {
    let output = facts.outputs.get::<TestOutput>(StepKind::Test);
    let output = output.ok_or_else(|| TargetError::new(FailureCause::Internal, "test without result"))?;
    let result = if output.passed() { TrialResult::Passed } else { TrialResult::Failed };
    Ok(changed(facts, |t| {
        t.result = Some(result);
        t.cases = output.cases;
    }))
}
