//! The kinds of operations, each in its file and in one form: steps, gate, and what follows from them. A new kind is a
//! new file here and a line in the table.

mod activate;
mod install;
mod remove;

use super::effects::{Effects, Facts};
use crate::ports::TargetError;
use portal_model::operation::{OperationKind, StepKind};

/// A kind of operation.
pub trait Spec: Send + Sync {
    /// The steps; frozen in every operation when it is made.
    fn steps(&self) -> &'static [StepKind];

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

    /// What follows when all steps are done.
    fn finished(&self, facts: &Facts) -> Effects;

    /// What follows when a person gave it up and everything was taken back.
    fn abandoned(&self, facts: &Facts) -> Effects;
}

/// The one table of operations.
pub fn of(kind: OperationKind) -> &'static dyn Spec {
    match kind {
        OperationKind::Install => &install::Install,
        OperationKind::Activate => &activate::Activate,
        OperationKind::Remove => &remove::Remove,
    }
}
