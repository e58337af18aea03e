//! Installation, update and other values: brings content to the test deployment and runs the tests. Red tests end the
//! operation like green ones. Production is not touched.

use super::{Effects, Facts, Spec};
use crate::{
    engine::{OperationInput, steps::TestOutput},
    ports::{TargetError, Write, new_uuid},
};
use portal_model::{
    TestRunId,
    installation::InstallationState,
    operation::{FailureCause, StepKind},
    test_run::TestRun,
};

pub(super) struct Tested;

impl Spec for Tested {
    fn steps(&self, _input: &OperationInput) -> Vec<StepKind> {
        vec![StepKind::Check, StepKind::Apply, StepKind::Prune, StepKind::Observe, StepKind::Test]
    }

    fn step_done(&self, facts: &Facts, step: StepKind) -> Result<Effects, TargetError> {
        match step {
            StepKind::Check => Effects::default().revision(facts),
            StepKind::Test => Ok(Effects::default().write(Write::InsertTestRun(test_run(facts)?))),
            _ => Ok(Effects::default()),
        }
    }

    fn finished(&self, facts: &Facts) -> Effects {
        let passed = facts.outputs.get::<TestOutput>(StepKind::Test).is_some_and(|t| t.passed());
        let state = if passed { InstallationState::InAcceptance } else { InstallationState::TestFailed };
        Effects::default().installation(facts, state)
    }

    fn abandoned(&self, facts: &Facts) -> Effects {
        Effects::default().unwound(facts).installation(facts, InstallationState::TestFailed)
    }
}

fn test_run(facts: &Facts) -> Result<TestRun, TargetError> {
    let broken = |what: &str| TargetError::new(FailureCause::Internal, format!("test run without {what}"));
    let output = facts.outputs.get::<TestOutput>(StepKind::Test).ok_or_else(|| broken("result"))?;
    let case = facts.case().ok_or_else(|| broken("case"))?;
    let content = facts.input.content.clone().ok_or_else(|| broken("content"))?;
    Ok(TestRun {
        id: TestRunId(new_uuid(facts.now)),
        operation: facts.operation.id,
        installation: case.of.installation,
        package_digest: content.package_digest,
        config_digest: content.config_digest,
        data_centre: facts.input.data_centre.ok_or_else(|| broken("data centre"))?,
        passed: output.passed(),
        cases: output.cases,
        started_at: facts.since,
        finished_at: facts.now,
    })
}
