//! What the operations do in the domain.

use async_trait::async_trait;
use portal_core::{
    engine::{Packages, PrepareInput, Prepared, SourceError, StartError},
    ports::{Clock as _, JournalError, TargetError, Write},
};
use portal_model::{
    activation::{Activation, ActivationState},
    data_centre::Stage,
    event::EventCode,
    installation::{Installation, InstallationState},
    operating::{Evidence, EvidenceKind, Stopped},
    operation::{FailureCause, OperationState},
};
use portal_testing::{MemoryJournal, SECRET, Scenario, World};
use std::sync::Arc;

#[tokio::test]
async fn a_red_test_is_a_result() {
    let world = World::new(Scenario::Install);
    world.target.make_red("smoke");
    world.drive().await;
    let tables = world.journal.tables();
    assert_eq!(world.operation().state, OperationState::Done);
    assert_eq!(world.installation().state, InstallationState::TestFailed);
    let cases: Vec<_> = tables.test_runs[0].cases.iter().map(|c| (c.name.as_str(), c.passed)).collect();
    assert_eq!(cases, [("smoke", false), ("payment", true)]);
    assert!(!tables.test_runs[0].passed);
    assert!(tables.events.iter().any(|e| e.code == EventCode::Log && e.params["line"] == "two"));
}

/// R10: a package's test that writes a secret into its log does not bring it into ours.
#[tokio::test]
async fn no_secret_gets_from_a_log_into_the_journal() {
    let world = World::new(Scenario::Install);
    world.drive().await;
    let tables = world.journal.tables();
    let run = &tables.test_runs[0];
    assert_eq!(run.cases[0].log, "one\ntwo\npassword=•••\n");
    for stored in [format!("{run:?}"), format!("{:?}", tables.events), format!("{:?}", tables.records)] {
        assert!(stored.contains("password=") && !stored.contains(SECRET));
    }
}

/// The portal's own checks stand behind the Jobs, with request and answer, and a red one is a result too.
#[tokio::test]
async fn the_portals_checks_join_the_tests() {
    for red in [None, Some("/antrag")] {
        let world = World::new(Scenario::InstallWithHooks);
        red.into_iter().for_each(|path| world.target.make_red(path));
        world.drive().await;
        assert_eq!(world.operation().state, OperationState::Done);
        let tables = world.journal.tables();
        let run = &tables.test_runs[0];
        let cases: Vec<_> = run.cases.iter().map(|c| (c.name.as_str(), c.passed)).collect();
        let expected =
            [("smoke", true), ("payment", true), ("workloads", true), ("page", true), ("intake", red.is_none())];
        assert_eq!((cases.as_slice(), run.passed), (expected.as_slice(), red.is_none()));
        let state = if red.is_none() { InstallationState::InAcceptance } else { InstallationState::TestFailed };
        assert_eq!(world.installation().state, state);
        let (page, intake) = (&run.cases[3].log, &run.cases[4].log);
        assert!(page.contains("-web:80/seite\n200 text/html\n<h1>•••</h1>"), "{page}");
        assert_eq!(intake.contains("V-1"), red.is_none(), "{intake}");
    }
}

/// R1 and R7 in the domain: nothing reaches production while the gate is closed.
#[tokio::test]
async fn the_gate_is_closed_without_evidence() {
    let stuck = async |world: World, why: &str| {
        world.drive().await;
        let failure = world.operation().failure.expect("a failure");
        assert_eq!((failure.cause, failure.detail.as_str()), (FailureCause::PackageRefused, why));
        assert_eq!(world.target.ledger(), []);
        assert!(world.journal.tables().revisions.is_empty());
    };
    let world = World::new(Scenario::Activate);
    world.clock.advance(31 * 86_400);
    stuck(world, "test_gate: too_old").await;

    let world = World::new(Scenario::Activate);
    let activation = world.journal.tables().activations[0].clone();
    let refused = Activation { state: ActivationState::Refused, version: 2, ..activation };
    world.journal.write(vec![Write::UpdateActivation(refused)]).unwrap();
    stuck(world, "test_gate: not_approved").await;

    // Approved, but somebody is taking the installation down.
    let world = World::new(Scenario::Activate);
    let installation = world.installation();
    let removing =
        Installation { state: InstallationState::Removing, version: installation.version + 1, ..installation };
    world.journal.write(vec![Write::UpdateInstallation(removing)]).unwrap();
    stuck(world, "test_gate: not_activating").await;
}

/// What runs is not touched, a security update would pass, and renewed evidence opens the way.
#[tokio::test]
async fn nothing_new_goes_to_production_on_ended_evidence() {
    let world = World::new(Scenario::Activate);
    let data_centre = world.fixture.targets[0].data_centre;
    let evidence = |kind, valid_until| Evidence {
        data_centre,
        kind,
        valid_until,
        note: String::new(),
        recorded_at: world.clock.now(),
    };
    let ended = world.clock.now();
    world.journal.write(vec![Write::PutEvidence(evidence(EvidenceKind::C5, ended))]).unwrap();
    world.drive().await;
    assert_eq!(world.operation().failure.expect("a failure").cause, FailureCause::EvidenceEnded);
    assert_eq!(world.target.ledger(), []);

    world.journal.write(vec![Write::PutEvidence(evidence(EvidenceKind::C5, ended.plus_days(365)))]).unwrap();
    world.decide(OperationState::Queued);
    world.drive().await;
    world.verify().unwrap();

    let world = World::new(Scenario::Install);
    world.journal.write(vec![Write::PutEvidence(evidence(EvidenceKind::C5, ended))]).unwrap();
    world.drive().await;
    assert_eq!(world.operation().state, OperationState::Done, "the test environment is not concerned");
}

/// Throws the stop switch while the first step that needs the package is under way.
struct StopsMeanwhile {
    inner: Arc<dyn Packages>,
    journal: Arc<MemoryJournal>,
}

#[async_trait]
impl Packages for StopsMeanwhile {
    async fn prepare(&self, input: PrepareInput<'_>) -> Result<Prepared, SourceError> {
        let stop = Stopped { at: portal_model::Timestamp(1), reason: "fire".to_owned() };
        let (target, stop) = (input.operation.target, Write::SetStopped(input.operation.target, Some(stop)));
        assert!(target == input.target.id && self.journal.write(vec![stop]).is_ok());
        self.inner.prepare(input).await
    }
}

#[tokio::test]
async fn the_stop_switch_ends_the_work_between_two_steps() {
    let mut world = World::new(Scenario::Install);
    let plain = Arc::clone(&world.ports.packages);
    world.ports.packages = Arc::new(StopsMeanwhile { inner: Arc::clone(&plain), journal: Arc::clone(&world.journal) });
    world.drive().await;
    let (state, step) = (world.operation().state, world.operation().step);
    assert_eq!((state, step), (OperationState::Waiting, 1), "the step was finished and recorded, no other was begun");
    assert!(!world.engine().run_once().await);

    world.ports.packages = plain;
    let target = world.operation().target;
    world.journal.write(vec![Write::SetStopped(target, None)]).unwrap();
    world.drive().await;
    world.verify().unwrap();
}

#[tokio::test]
async fn an_open_circuit_costs_no_attempts() {
    let mut world = World::new(Scenario::Install);
    world.config.breaker_failures = 1;
    world.target.break_with(Some(TargetError::new(FailureCause::Unreachable, "down")));
    let engine = world.engine();
    assert!(engine.run_once().await);
    assert_eq!(world.operation().attempt, 1);
    // The back-off is over, the circuit is still open.
    world.clock.advance(10);
    let calls = world.target.calls();
    assert!(engine.run_once().await);
    assert_eq!((world.operation().attempt, world.target.calls()), (1, calls));
    assert_eq!(world.operation().state, OperationState::Waiting);
    world.target.break_with(None);
    world.drive().await;
    world.verify().unwrap();
}

#[tokio::test]
async fn what_nobody_answers_gets_stuck_in_the_end() {
    let world = World::new(Scenario::Install);
    world.target.break_with(Some(TargetError::new(FailureCause::Unreachable, "down")));
    world.drive().await;
    assert_eq!(world.operation().state, OperationState::Stuck);
    assert_eq!(world.operation().failure.unwrap().cause, FailureCause::Unreachable);
    world.target.break_with(None);
    world.decide(OperationState::Queued);
    world.drive().await;
    world.verify().unwrap();
}

#[tokio::test]
async fn workloads_and_tests_have_a_time_limit() {
    let world = World::with(Scenario::Activate, |target| target.slow = 100_000);
    world.drive().await;
    assert_eq!(world.operation().failure.unwrap().cause, FailureCause::NotReady);
    assert_eq!(world.installation().state, InstallationState::Activating);
}

/// A Job before the workloads that fails is a failure with the end of its log; no workload was touched, and another try
/// runs it anew.
#[tokio::test]
async fn a_failing_hook_stops_before_the_workloads() {
    let world = World::new(Scenario::InstallWithHooks);
    world.target.make_red("migrate");
    world.drive().await;
    let failure = world.operation().failure.expect("a failure");
    assert_eq!(failure.cause, FailureCause::HookFailed);
    assert!(failure.detail.starts_with("Job/") && failure.detail.contains("one\ntwo"), "{}", failure.detail);
    assert!(!failure.detail.contains(portal_testing::SECRET), "{}", failure.detail);
    let made = |world: &World, part: &str| world.target.ledger().iter().filter(|e| e.key.contains(part)).count();
    assert_eq!((made(&world, "ConfigMap/"), made(&world, "Deployment/")), (1, 0));
    let target = world.target_id(Stage::Test);
    assert!(world.target.objects(target).keys().all(|k| !k.contains("migrate")), "it can be started anew");

    world.target.make_green("migrate");
    world.decide(OperationState::Queued);
    world.drive().await;
    assert_eq!(world.operation().state, OperationState::Done);
    assert_eq!(world.installation().state, InstallationState::InAcceptance);
    assert_eq!(made(&world, "-backup-"), 1, "what has succeeded is not run again");
}

#[tokio::test]
async fn a_failing_hook_after_the_workloads_is_taken_back_with_them() {
    let world = World::new(Scenario::ActivateWithHooks);
    let untouched = World::new(Scenario::ActivateWithHooks);
    world.target.make_red("warm");
    world.drive().await;
    assert_eq!(world.operation().failure.expect("a failure").cause, FailureCause::HookFailed);
    assert_eq!(world.installation().state, InstallationState::Activating);
    world.decide(OperationState::Unwinding);
    world.drive().await;
    world.verify_unwound(&untouched).unwrap();
}

#[tokio::test]
async fn hooks_have_a_time_limit() {
    let world = World::with(Scenario::InstallWithHooks, |target| target.slow = 100_000);
    world.drive().await;
    let failure = world.operation().failure.expect("a failure");
    assert_eq!(failure.cause, FailureCause::HookFailed);
    assert!(failure.detail.contains("-backup-"), "{}", failure.detail);
}

#[tokio::test]
async fn what_somebody_else_put_there_stays() {
    let world = World::new(Scenario::Install);
    let target = world.target_id(Stage::Test);
    let foreign = serde_json::json!({
        "kind": "Service",
        "metadata": { "name": "verfahren-0-t-web", "labels": { "ozg-portal/instance": "somebody" } },
    });
    world.target.put(target, &foreign);
    world.drive().await;
    assert_eq!(world.operation().failure.unwrap().cause, FailureCause::Conflict);
    world.decide(OperationState::Unwinding);
    world.drive().await;
    assert_eq!(world.target.objects(target).into_values().collect::<Vec<_>>(), [foreign]);
}

#[tokio::test]
async fn changes_are_audited_as_the_portal() {
    let world = World::new(Scenario::Install);
    world.drive().await;
    let audit = world.journal.tables().audit;
    // Revision, test run, end.
    assert_eq!(audit.len(), 3);
    assert!(audit.iter().all(|a| a.action == "operation_step" && a.person.is_none() && a.municipality.is_some()));
}

#[tokio::test]
async fn unknown_live_steps_stop_the_start() {
    struct Old;
    #[async_trait::async_trait]
    impl portal_core::ports::Journal for Old {
        async fn claim(
            &self,
            _: &str,
            _: portal_model::Timestamp,
            _: portal_model::Timestamp,
            _: i64,
        ) -> Result<Option<portal_core::ports::Claim>, JournalError> {
            Ok(None)
        }
        async fn extend(&self, _: &portal_core::ports::Lease, _: portal_model::Timestamp) -> Result<(), JournalError> {
            Ok(())
        }
        async fn record(
            &self,
            _: &portal_core::ports::Lease,
            _: portal_core::ports::Record,
        ) -> Result<(), JournalError> {
            Ok(())
        }
        async fn next_due(&self) -> Result<Option<portal_model::Timestamp>, JournalError> {
            Ok(None)
        }
        async fn live_steps(&self) -> Result<Vec<String>, JournalError> {
            Ok(vec!["check".into(), "migrate".into()])
        }
    }
    let mut world = World::new(Scenario::Install);
    world.engine().check_live_steps().await.unwrap();
    world.ports.journal = std::sync::Arc::new(Old);
    match world.engine().check_live_steps().await {
        Err(StartError::UnknownSteps(steps)) => assert_eq!(steps, ["migrate"]),
        other => panic!("{other:?}"),
    }
}
