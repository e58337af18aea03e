//! Takes one deployment down; after production the test deployment follows, after that the installation is gone.

use super::{Effects, Facts, Spec};
use crate::{
    engine::{OperationInput, new_remove},
    ports::Write,
};
use portal_model::{data_centre::Stage, installation::InstallationState, operation::StepKind};

pub(super) struct Remove;

impl Spec for Remove {
    fn steps(&self, _input: &OperationInput) -> Vec<StepKind> {
        vec![StepKind::Delete]
    }

    fn no_way_back(&self, _input: &OperationInput) -> Option<StepKind> {
        Some(StepKind::Delete)
    }

    fn finished(&self, facts: &Facts) -> Effects {
        let Some(case) = facts.case() else { return Effects::default() };
        let effects = Effects::default().write(Write::PointRevision(case.of.deployment, None));
        let test = case.deployments.iter().find(|d| d.stage == Stage::Test);
        match (facts.input.stage, test) {
            (Stage::Production, Some(test)) => {
                effects.write(Write::InsertOperation(new_remove(&case.installation, test, facts.now)))
            }
            _ => effects.installation(facts, InstallationState::Removed),
        }
    }

    /// The installation stays „wird entfernt": half of it may be gone. Taking it down can be asked for again.
    fn abandoned(&self, _facts: &Facts) -> Effects {
        Effects::default()
    }
}
