//! A step fails for good at every call, a person gives up: nothing of the operation is left. The taking back itself is
//! disturbed at every boundary, so each undo also runs twice.

use portal_core::ports::TargetError;
use portal_model::operation::{FailureCause, OperationState};
use portal_testing::{Fault, Scenario, World};

/// Fails for good at a call; `None` if the run needs fewer calls.
async fn stuck_at(scenario: Scenario, call: usize) -> Option<World> {
    let world = World::new(scenario);
    world.target.break_at(call, TargetError::new(FailureCause::Invalid, "refused"));
    world.drive().await;
    let stuck = world.journal.tables().operations.iter().any(|r| r.operation.state == OperationState::Stuck);
    // Tidying never stops an operation; the second operation of a removal is another story.
    (stuck && world.operation().state == OperationState::Stuck).then_some(world)
}

async fn gives_up_cleanly(scenario: Scenario) {
    let untouched = World::new(scenario);
    let mut stuck = 0;
    for call in 0.. {
        let Some(world) = stuck_at(scenario, call).await else { break };
        stuck += 1;
        world.decide(OperationState::Unwinding);
        world.drive().await;
        world.verify_unwound(&untouched).unwrap_or_else(|e| panic!("{scenario:?} at call {call}: {e}"));
    }
    assert!(stuck >= 3, "{scenario:?} fails at some calls");
}

#[tokio::test]
async fn install_gives_up_cleanly_at_every_call() {
    gives_up_cleanly(Scenario::Install).await;
}

#[tokio::test]
async fn install_gives_up_cleanly_at_every_call_with_hooks() {
    gives_up_cleanly(Scenario::InstallWithHooks).await;
}

#[tokio::test]
async fn activate_gives_up_cleanly_at_every_call() {
    gives_up_cleanly(Scenario::Activate).await;
}

#[tokio::test]
async fn activate_gives_up_cleanly_at_every_call_with_hooks() {
    gives_up_cleanly(Scenario::ActivateWithHooks).await;
}

#[tokio::test]
async fn remove_gives_up_cleanly_at_every_call() {
    gives_up_cleanly(Scenario::Remove).await;
}

#[tokio::test]
async fn changes_give_up_cleanly_at_every_call() {
    for scenario in Scenario::CHANGES {
        gives_up_cleanly(scenario).await;
    }
}

/// Stuck as late as possible, so that every step is to be taken back.
async fn stuck_late(scenario: Scenario) -> World {
    let mut last = None;
    for call in 0.. {
        match stuck_at(scenario, call).await {
            Some(world) => last = Some(world),
            None => break,
        }
    }
    last.expect("some call fails")
}

async fn every_undo_twice(scenario: Scenario, fault: fn(usize) -> Fault) {
    let untouched = World::new(scenario);
    for at in 0.. {
        let world = stuck_late(scenario).await;
        world.decide(OperationState::Unwinding);
        world.faults.plan(fault(at));
        world.drive().await;
        world.verify_unwound(&untouched).unwrap_or_else(|e| panic!("{scenario:?} with {:?}: {e}", fault(at)));
        if world.faults.passed() <= at {
            break;
        }
    }
}

#[tokio::test]
async fn install_takes_back_twice() {
    every_undo_twice(Scenario::Install, Fault::KillAt).await;
    every_undo_twice(Scenario::Install, Fault::FailAt).await;
}

#[tokio::test]
async fn install_takes_back_twice_with_hooks() {
    every_undo_twice(Scenario::InstallWithHooks, Fault::KillAt).await;
    every_undo_twice(Scenario::InstallWithHooks, Fault::FailAt).await;
}

#[tokio::test]
async fn activate_takes_back_twice() {
    every_undo_twice(Scenario::Activate, Fault::KillAt).await;
    every_undo_twice(Scenario::Activate, Fault::FailAt).await;
}

#[tokio::test]
async fn activate_takes_back_twice_with_hooks() {
    every_undo_twice(Scenario::ActivateWithHooks, Fault::KillAt).await;
    every_undo_twice(Scenario::ActivateWithHooks, Fault::FailAt).await;
}

#[tokio::test]
async fn changes_take_back_twice() {
    for scenario in Scenario::CHANGES {
        every_undo_twice(scenario, Fault::KillAt).await;
        every_undo_twice(scenario, Fault::FailAt).await;
    }
}

/// What somebody gave up never goes forward again: trying again means taking back.
#[tokio::test]
async fn a_taking_back_that_got_stuck_goes_on_as_one() {
    for scenario in [Scenario::Install, Scenario::ActivateUpdate, Scenario::RollbackWithData] {
        let untouched = World::new(scenario);
        let world = stuck_late(scenario).await;
        world.decide(OperationState::Unwinding);
        world.target.break_at(0, TargetError::new(FailureCause::Invalid, "refused"));
        world.drive().await;
        assert_eq!(world.operation().state, OperationState::Stuck, "{scenario:?}");
        world.decide(OperationState::Queued);
        world.drive().await;
        world.verify_unwound(&untouched).unwrap_or_else(|e| panic!("{scenario:?}: {e}"));
    }
}

#[tokio::test]
async fn a_retry_goes_on_where_it_stuck() {
    // A trial never waits for a person; see `trial.rs`.
    for scenario in Scenario::ALL.into_iter().filter(|s| *s != Scenario::Trial) {
        let world = stuck_late(scenario).await;
        world.decide(OperationState::Queued);
        world.drive().await;
        world.verify().unwrap_or_else(|e| panic!("{scenario:?}: {e}"));
    }
}
