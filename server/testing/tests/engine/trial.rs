//! A trial leaves nothing behind, however it ends: a step fails for good, somebody calls it off, the process dies.

use async_trait::async_trait;
use portal_core::{
    engine::{Packages, PrepareInput, Prepared, SourceError},
    ports::TargetError,
};
use portal_model::{data_centre::Stage, operation::FailureCause, trial::TrialResult};
use portal_testing::{Fault, SECRET, Scenario, World};
use serde_json::json;
use std::sync::Arc;

fn result(world: &World) -> Option<TrialResult> {
    world.journal.tables().trials[0].result
}

#[tokio::test]
async fn a_red_test_is_a_result_and_everything_is_removed() {
    let world = World::new(Scenario::Trial);
    world.target.make_red("smoke");
    world.drive().await;
    world.verify_cleared().unwrap();
    let tables = world.journal.tables();
    let trial = &tables.trials[0];
    assert_eq!(trial.result, Some(TrialResult::Failed));
    let cases: Vec<_> = trial.cases.iter().map(|c| (c.name.as_str(), c.passed, c.log.as_str())).collect();
    let log = "one\ntwo\npassword=•••\n";
    assert_eq!(cases, [("smoke", false, log), ("payment", true, log)]);
    for stored in [format!("{trial:?}"), format!("{:?}", tables.events), format!("{:?}", tables.records)] {
        assert!(stored.contains("password=") && !stored.contains(SECRET));
    }
}

/// No person is waited for: the failure is kept, and the rest goes its way.
#[tokio::test]
async fn what_fails_for_good_anywhere_is_cleared_away() {
    let mut broken = 0;
    for call in 0.. {
        let world = World::new(Scenario::Trial);
        world.target.break_at(call, TargetError::new(FailureCause::Invalid, "refused"));
        world.drive().await;
        world.verify_cleared().unwrap_or_else(|e| panic!("call {call}: {e}"));
        let trial = world.journal.tables().trials[0].clone();
        match trial.result {
            Some(TrialResult::Broken) => {
                broken += 1;
                assert_eq!(trial.failure.map(|f| f.cause), Some(FailureCause::Invalid), "call {call}");
            }
            // Clearing away is tried until it succeeds, and changes no result.
            Some(TrialResult::Passed) => assert_eq!(trial.failure, None, "call {call}"),
            other => panic!("call {call}: {other:?}"),
        }
        if world.target.calls() <= call {
            break;
        }
    }
    assert!(broken >= 10, "{broken}");
}

#[tokio::test]
async fn a_failure_survives_death_while_it_is_cleared_away() {
    for at in 0.. {
        let world = World::new(Scenario::Trial);
        world.target.break_at(9, TargetError::new(FailureCause::Invalid, "refused"));
        world.faults.plan(Fault::KillAt(at));
        world.drive().await;
        world.verify_cleared().unwrap_or_else(|e| panic!("killed at {at}: {e}"));
        if world.faults.passed() <= at {
            break;
        }
    }
}

#[tokio::test]
async fn a_target_that_is_gone_for_long_is_cleared_in_the_end() {
    let world = World::new(Scenario::Trial);
    let engine = world.engine();
    let applied = |world: &World| world.target.objects(world.target_id(Stage::Test)).len() >= 3;
    while !applied(&world) {
        assert!(engine.run_once().await);
    }
    world.target.break_with(Some(TargetError::new(FailureCause::Unauthorised, "the token has ended")));
    for _ in 0..50 {
        world.clock.advance(400);
        engine.run_once().await;
    }
    assert_eq!((result(&world), world.journal.tables().trials[0].finished_at), (Some(TrialResult::Broken), None));
    // The same failure is told once, however often it is tried.
    let (records, events) = (world.journal.tables().records.len(), world.journal.tables().events.len());
    for _ in 0..50 {
        world.clock.advance(4000);
        engine.run_once().await;
    }
    assert_eq!((world.journal.tables().records.len(), world.journal.tables().events.len()), (records, events));
    assert!(applied(&world) && world.operation().failure.is_some(), "people see what keeps it from going on");
    world.target.break_with(None);
    world.drive().await;
    world.verify_cleared().unwrap();
}

/// Called off at every point where the operation waits or has just been recorded.
#[tokio::test]
async fn called_off_at_any_time_nothing_is_left() {
    let (mut cancelled, mut rounds) = (0, 1);
    loop {
        let world = World::with(Scenario::Trial, |target| target.slow = 3);
        let engine = world.engine();
        for _ in 0..rounds {
            engine.run_once().await;
            world.clock.advance(2);
        }
        let in_time = world.call_off();
        world.drive().await;
        world.verify_cleared().unwrap_or_else(|e| panic!("after {rounds}: {e}"));
        if !in_time {
            break;
        }
        assert_eq!(result(&world), Some(TrialResult::Cancelled), "after {rounds}");
        cancelled += 1;
        rounds += 1;
    }
    assert!(cancelled >= 4, "{cancelled}");
}

/// Called off while a worker is in the middle of a step: that is finished, then everything is removed.
#[tokio::test]
async fn called_off_in_the_middle_of_a_step() {
    for at in 0.. {
        let world = World::new(Scenario::Trial);
        world.faults.plan(Fault::HoldAt(at));
        let engine = world.engine();
        let mut worker = tokio::spawn(async move { engine.run_once().await });
        tokio::select! {
            biased;
            () = world.faults.struck() => {}
            _ = &mut worker => break,
        }
        world.call_off();
        world.faults.release();
        worker.await.unwrap();
        world.drive().await;
        world.verify_cleared().unwrap_or_else(|e| panic!("held at {at}: {e}"));
    }
}

/// The name is used once. If something stands there under it all the same, it is somebody else's and stays.
#[tokio::test]
async fn what_was_there_before_is_not_cleared_away() {
    let world = World::new(Scenario::Trial);
    let target = world.target_id(Stage::Test);
    let labels = json!({ "ozg-portal/instance": world.fixture.trial().instance });
    world.target.put(target, &json!({ "kind": "Deployment", "metadata": { "name": "alt", "labels": labels } }));
    world.drive().await;
    assert_eq!(result(&world), Some(TrialResult::Broken));
    assert_eq!(world.journal.tables().trials[0].failure.as_ref().map(|f| f.cause), Some(FailureCause::Conflict));
    assert!(world.target.ledger().is_empty());
    assert_eq!(world.target.objects(target).len(), 1);
}

/// Renders nothing: as if the package did not fit its values, or admission refused it (R9).
struct Refuses;

#[async_trait]
impl Packages for Refuses {
    async fn prepare(&self, _input: PrepareInput<'_>) -> Result<Prepared, SourceError> {
        Err(TargetError::new(FailureCause::PackageRefused, "container_user deployment.yaml").into())
    }
}

#[tokio::test]
async fn a_refused_package_touches_nothing() {
    let mut world = World::new(Scenario::Trial);
    world.ports.packages = Arc::new(Refuses);
    world.drive().await;
    world.verify_cleared().unwrap();
    let trial = world.journal.tables().trials[0].clone();
    assert_eq!(trial.failure.map(|f| f.cause), Some(FailureCause::PackageRefused));
    assert_eq!((trial.result, world.target.ledger()), (Some(TrialResult::Broken), Vec::new()));
}
