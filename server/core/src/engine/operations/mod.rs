//! The kinds of operations, each in its file and in one form: steps, gate, and what follows from them. A new kind is a
//! new file here and a line in the table.

mod activate;
mod remove;
mod rollback;
mod sleep;
mod tested;
mod trial;

use super::{
    effects::{Effects, Facts},
    input::OperationInput,
};
use crate::ports::TargetError;
use portal_model::{
    operating::evidence_stops,
    operation::{Failure, FailureCause, OperationKind, StepKind},
};

/// A kind of operation.
pub trait Spec: Send + Sync {
    /// The steps; frozen in every operation when it is made.
    fn steps(&self, input: &OperationInput) -> Vec<StepKind>;

    /// Whether the package's Jobs around its workloads run. They belong to new content.
    fn runs_hooks(&self) -> bool {
        true
    }

    /// The first step that cannot be taken back: taking down, and what changes data. Before it people may call the operation
    /// off.
    fn no_way_back(&self, _input: &OperationInput) -> Option<StepKind> {
        None
    }

    /// What must hold in the domain before the first effect.
    ///
    /// # Errors
    /// The rule that does not hold, in the detail.
    fn gate(&self, _facts: &Facts) -> Result<(), TargetError> {
        Ok(())
    }

    /// What follows from a step; committed with its record. `facts.outputs` holds the step's output already.
    ///
    /// # Errors
    /// If the facts do not fit, which stops the operation.
    fn step_done(&self, _facts: &Facts, _step: StepKind) -> Result<Effects, TargetError> {
        Ok(Effects::default())
    }

    /// The step that clears everything away, for a kind that leaves nothing behind however it ends. Such an operation
    /// never waits for a person: a step that fails for good leads there, and clearing away is tried until it succeeds.
    fn clears_up(&self) -> Option<StepKind> {
        None
    }

    /// Whether somebody called it off, so that it goes on with clearing away; only asked of a kind that does.
    fn is_called_off(&self, _facts: &Facts) -> bool {
        false
    }

    /// What follows when it is cut short: a step failed, or somebody called it off.
    fn cut_short(&self, _facts: &Facts, _failure: Option<&Failure>) -> Effects {
        Effects::default()
    }

    /// What follows when all steps are done.
    fn finished(&self, facts: &Facts) -> Effects;

    /// What follows when a person gave it up and everything was taken back.
    fn abandoned(&self, facts: &Facts) -> Effects;
}

/// Refuses a forward change of production where an evidence of the data centre has ended. To be asked by the gate of
/// every kind that brings something new to production; `mends_weakness` is true for an update that does.
fn evidence(facts: &Facts, mends_weakness: bool) -> Result<(), TargetError> {
    let until = facts.case().and_then(|case| case.evidence_until);
    match until.filter(|until| evidence_stops(Some(*until), facts.now, mends_weakness)) {
        Some(ended) => Err(TargetError::new(FailureCause::EvidenceEnded, ended.rfc3339())),
        None => Ok(()),
    }
}

/// The one table of operations.
pub fn of(kind: OperationKind) -> &'static dyn Spec {
    match kind {
        OperationKind::Install | OperationKind::Update | OperationKind::Reconfigure => &tested::Tested,
        OperationKind::Activate => &activate::Activate,
        OperationKind::Rollback => &rollback::Rollback,
        OperationKind::Suspend => &sleep::SUSPEND,
        OperationKind::Resume => &sleep::RESUME,
        OperationKind::Remove => &remove::Remove,
        OperationKind::Trial => &trial::Trial,
    }
}
