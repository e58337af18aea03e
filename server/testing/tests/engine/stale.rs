//! A worker is held up at every boundary until another one has taken over and finished. When it goes on, it changes
//! neither journal nor target.

use portal_core::engine::{Engine, new_install};
use portal_core::ports::Write;
use portal_model::operation::OperationState;
use portal_testing::{Fault, Scenario, World};
use tokio::task::JoinHandle;

/// Longer than any lease, shorter than any time limit of a step.
const LONG: i64 = 60;

/// Starts a worker that runs until it is held up; `None` if it comes through.
async fn held_up(world: &World, at: usize) -> Option<JoinHandle<bool>> {
    world.faults.plan(Fault::HoldAt(at));
    let engine: Engine = world.engine();
    let mut worker = tokio::spawn(async move { engine.run_once().await });
    tokio::select! {
        biased;
        () = world.faults.struck() => Some(worker),
        _ = &mut worker => None,
    }
}

async fn changes_nothing_when_stale(scenario: Scenario) {
    for at in 0.. {
        let world = World::new(scenario);
        let Some(worker) = held_up(&world, at).await else { break };
        world.faults.plan(Fault::None);
        world.clock.advance(LONG);
        world.drive().await;
        let (tables, ledger) = (world.journal.tables(), world.target.ledger());
        world.faults.release();
        worker.await.unwrap();
        assert_eq!(world.target.ledger(), ledger, "{scenario:?} held at {at}: target");
        assert_eq!(world.journal.tables(), tables, "{scenario:?} held at {at}: journal");
        world.verify().unwrap_or_else(|e| panic!("{scenario:?} held at {at}: {e}"));
    }
}

#[tokio::test]
async fn a_stale_install_changes_nothing() {
    changes_nothing_when_stale(Scenario::Install).await;
}

#[tokio::test]
async fn a_stale_install_changes_nothing_with_hooks() {
    changes_nothing_when_stale(Scenario::InstallWithHooks).await;
}

#[tokio::test]
async fn stale_changes_change_nothing() {
    for scenario in Scenario::CHANGES {
        changes_nothing_when_stale(scenario).await;
    }
}

#[tokio::test]
async fn a_stale_activate_changes_nothing() {
    changes_nothing_when_stale(Scenario::Activate).await;
}

#[tokio::test]
async fn a_stale_activate_changes_nothing_with_hooks() {
    changes_nothing_when_stale(Scenario::ActivateWithHooks).await;
}

#[tokio::test]
async fn a_stale_remove_changes_nothing() {
    changes_nothing_when_stale(Scenario::Remove).await;
}

#[tokio::test]
async fn a_stale_trial_changes_nothing() {
    changes_nothing_when_stale(Scenario::Trial).await;
}

/// The fence alone, without the help of deadlines: a worker that was held up while it updated objects must not bring
/// back the values of yesterday. `false` if it did.
pub(crate) async fn fence_holds(wrap: impl Fn(&mut World)) -> bool {
    let mut at = 0;
    loop {
        let mut world = World::with(Scenario::Install, |target| target.keeps_deadline = false);
        wrap(&mut world);
        world.drive().await;
        let case = world.fixture.cases[0].clone();
        let enqueue = |digest: &str| {
            let mut content = world.fixture.content(&case);
            content.config_digest = digest.to_owned();
            let operation = new_install(&case.installation, &case.test, content, world.ports.clock.now());
            world.journal.write(vec![Write::InsertOperation(operation)]).unwrap();
        };
        enqueue("second");
        let Some(worker) = held_up(&world, at).await else { return true };
        world.faults.plan(Fault::None);
        world.clock.advance(LONG);
        world.drive().await;
        enqueue("third");
        world.drive().await;
        let target = world.target_id(portal_model::data_centre::Stage::Test);
        let wanted = world.target.objects(target);
        assert!(wanted.values().all(|o| o["spec"]["content"] == "third"));
        world.faults.release();
        worker.await.unwrap();
        let mut now = world.target.objects(target);
        // A Job that is created too late is what the deadline is for.
        now.retain(|key, _| !key.starts_with("Job/"));
        if now != wanted {
            return false;
        }
        at += 1;
    }
}

#[tokio::test]
async fn the_fence_holds_without_deadlines() {
    assert!(fence_holds(|_| {}).await);
}

#[tokio::test]
async fn stopping_gives_the_lease_back() {
    let world = World::new(Scenario::Install);
    let engine = world.engine();
    let stop = tokio_util::sync::CancellationToken::new();
    world.faults.plan(Fault::HoldAt(9));
    let running = tokio::spawn({
        let stop = stop.clone();
        async move { engine.run(stop).await }
    });
    world.faults.struck().await;
    stop.cancel();
    world.faults.release();
    running.await.unwrap();
    let row = world.journal.tables().operations[0].clone();
    assert_eq!((row.leased_until, row.operation.state), (None, OperationState::Waiting));
    world.drive().await;
    world.verify().unwrap();
}

/// A person calls it off while a worker is anywhere in it. That worker goes on, can record nothing, and everything it did
/// is taken back.
#[tokio::test]
async fn calling_off_takes_back_from_everywhere() {
    let all = Scenario::ALL.into_iter().filter(|s| !matches!(s, Scenario::Trial | Scenario::Remove));
    for scenario in all {
        let untouched = World::new(scenario);
        let mut called_off = 0;
        for at in 0.. {
            let world = World::new(scenario);
            let Some(worker) = held_up(&world, at).await else { break };
            world.faults.plan(Fault::None);
            let in_time = world.cancel();
            world.faults.release();
            worker.await.unwrap();
            world.drive().await;
            if in_time {
                called_off += 1;
                world.verify_unwound(&untouched).unwrap_or_else(|e| panic!("{scenario:?} called off at {at}: {e}"));
            }
        }
        assert!(called_off > 5, "{scenario:?}");
    }
}
