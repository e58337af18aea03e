//! The process dies, or a call fails, at every single boundary: before an effect, after it and before its record, after
//! the record. Everything still comes to its end with each effect once.

use portal_testing::{Fault, Scenario, World};

/// How many boundaries an undisturbed run has.
async fn boundaries(scenario: Scenario) -> usize {
    let world = World::new(scenario);
    world.drive().await;
    world.verify().unwrap_or_else(|e| panic!("{scenario:?} undisturbed: {e}"));
    world.faults.passed()
}

async fn survives(scenario: Scenario, fault: fn(usize) -> Fault) {
    for at in 0..boundaries(scenario).await {
        let world = World::new(scenario);
        world.faults.plan(fault(at));
        world.drive().await;
        world.verify().unwrap_or_else(|e| panic!("{scenario:?} with {:?}: {e}", fault(at)));
    }
}

#[tokio::test]
async fn install_survives_death_everywhere() {
    survives(Scenario::Install, Fault::KillAt).await;
}

#[tokio::test]
async fn install_survives_death_everywhere_with_hooks() {
    survives(Scenario::InstallWithHooks, Fault::KillAt).await;
}

#[tokio::test]
async fn activate_survives_death_everywhere() {
    survives(Scenario::Activate, Fault::KillAt).await;
}

#[tokio::test]
async fn activate_survives_death_everywhere_with_hooks() {
    survives(Scenario::ActivateWithHooks, Fault::KillAt).await;
}

#[tokio::test]
async fn remove_survives_death_everywhere() {
    survives(Scenario::Remove, Fault::KillAt).await;
}

#[tokio::test]
async fn trial_survives_death_everywhere() {
    survives(Scenario::Trial, Fault::KillAt).await;
}

/// A failing record after a done step means that the step runs again: so every step runs twice here, too.
#[tokio::test]
async fn install_survives_a_failing_call_everywhere() {
    survives(Scenario::Install, Fault::FailAt).await;
}

#[tokio::test]
async fn install_survives_a_failing_call_everywhere_with_hooks() {
    survives(Scenario::InstallWithHooks, Fault::FailAt).await;
}

#[tokio::test]
async fn activate_survives_a_failing_call_everywhere() {
    survives(Scenario::Activate, Fault::FailAt).await;
}

#[tokio::test]
async fn activate_survives_a_failing_call_everywhere_with_hooks() {
    survives(Scenario::ActivateWithHooks, Fault::FailAt).await;
}

#[tokio::test]
async fn remove_survives_a_failing_call_everywhere() {
    survives(Scenario::Remove, Fault::FailAt).await;
}

#[tokio::test]
async fn trial_survives_a_failing_call_everywhere() {
    survives(Scenario::Trial, Fault::FailAt).await;
}

#[tokio::test]
async fn changes_survive_death_everywhere() {
    for scenario in Scenario::CHANGES {
        survives(scenario, Fault::KillAt).await;
    }
}

#[tokio::test]
async fn changes_survive_a_failing_call_everywhere() {
    for scenario in Scenario::CHANGES {
        survives(scenario, Fault::FailAt).await;
    }
}
