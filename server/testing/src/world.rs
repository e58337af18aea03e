//! A world for one operation: everything the engine talks to, in memory; driven until nothing is left to do.

use crate::{
    Effect, FakeClock, FakePackages, FakePlaces, Faults, Fixture, FixtureCase, HookPackages, MemoryJournal,
    MemoryTarget, Verb,
    sources::{OLD_VALUES, object},
};
use portal_core::{
    engine::{
        Before, Engine, EngineConfig, EnginePorts, OperationInput, Over, Packages, new_activate, new_install,
        new_remove, new_rollback, new_sleep, new_test, new_trial,
    },
    hosts::deployment_name,
    ports::{Clock as _, Journal, Target, Write},
};
use portal_model::{
    ConfigurationId, OperationId, RevisionId, TargetId, TestRunId,
    activation::ActivationState,
    data_centre::Stage,
    event::EventCode,
    installation::{Installation, InstallationState, Revision},
    operation::{Basis, Operation, OperationKind, OperationState},
    trial::{Trial, TrialResult},
};
use std::{collections::BTreeSet, sync::Arc};

/// Which operation the world begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    /// Setting up the test deployment.
    Install,
    /// The same for a package with Jobs before and after its workloads.
    InstallWithHooks,
    /// Going live after a passed test.
    Activate,
    /// The same for a package with Jobs before and after its workloads.
    ActivateWithHooks,
    /// Bringing something else to a test deployment that is set up.
    Update,
    /// The same in production, after a passed test.
    ActivateUpdate,
    /// Going back to an earlier pair in production.
    Rollback,
    /// The same for a package whose data must be brought back.
    RollbackWithData,
    /// Stopping production.
    Suspend,
    /// Starting it again.
    Resume,
    /// Taking down production, and the test deployment after it.
    Remove,
    /// Trying a package that is not released, and removing it again.
    Trial,
}

impl Scenario {
    /// Those that change something that is there.
    pub const CHANGES: [Scenario; 6] = [
        Scenario::Update,
        Scenario::ActivateUpdate,
        Scenario::Rollback,
        Scenario::RollbackWithData,
        Scenario::Suspend,
        Scenario::Resume,
    ];

    /// All of them.
    pub const ALL: [Scenario; 12] = [
        Scenario::Install,
        Scenario::InstallWithHooks,
        Scenario::Activate,
        Scenario::ActivateWithHooks,
        Scenario::Update,
        Scenario::ActivateUpdate,
        Scenario::Rollback,
        Scenario::RollbackWithData,
        Scenario::Suspend,
        Scenario::Resume,
        Scenario::Remove,
        Scenario::Trial,
    ];

    /// Where what it changes is set up already, if it changes something.
    pub(crate) fn changes(self) -> Option<Stage> {
        match self {
            Scenario::Update => Some(Stage::Test),
            _ if Scenario::CHANGES.contains(&self) => Some(Stage::Production),
            _ => None,
        }
    }

    pub(crate) fn has_hooks(self) -> bool {
        matches!(self, Scenario::InstallWithHooks | Scenario::ActivateWithHooks)
    }

    /// Whether tests are part of it.
    pub fn has_tests(self) -> bool {
        matches!(self, Scenario::Install | Scenario::InstallWithHooks | Scenario::Update | Scenario::Trial)
    }

    /// Whether a person may give it up.
    pub fn may_be_given_up(self) -> bool {
        !matches!(self, Scenario::Trial)
    }

    fn packages(self) -> Arc<dyn Packages> {
        if self.has_hooks() { Arc::new(HookPackages) } else { Arc::new(FakePackages) }
    }
}

/// More rounds than any run needs; what goes on longer does not end.
const ROUNDS: usize = 3000;

/// The world.
pub struct World {
    /// What it began with.
    pub scenario: Scenario,
    /// The clock of everyone.
    pub clock: Arc<FakeClock>,
    /// Faults of journal and target.
    pub faults: Arc<Faults>,
    /// The tables.
    pub journal: Arc<MemoryJournal>,
    /// The cluster.
    pub target: Arc<MemoryTarget>,
    /// The rows.
    pub fixture: Fixture,
    /// Settings of engines.
    pub config: EngineConfig,
    /// The ports that engines get; may be replaced by wrappers.
    pub ports: EnginePorts,
    /// Test Jobs may be left: clearing them away is tried some times only, and the next operation does it then.
    pub tests_may_be_left: bool,
}

impl World {
    /// A world with its operation enqueued.
    pub fn new(scenario: Scenario) -> Self {
        Self::with(scenario, |_| {})
    }

    /// A world with a changed target.
    pub fn with(scenario: Scenario, change: impl FnOnce(&mut MemoryTarget)) -> Self {
        let clock = Arc::new(FakeClock::default());
        let faults = Arc::new(Faults::default());
        let journal = Arc::new(MemoryJournal::new(Arc::clone(&faults)));
        let mut target = MemoryTarget::new(Arc::clone(&clock), Arc::clone(&faults));
        change(&mut target);
        let target = Arc::new(target);
        let fixture = Fixture::new(clock.now(), 1);
        let ports = EnginePorts {
            journal: Arc::clone(&journal) as Arc<dyn Journal>,
            reads: Arc::clone(&journal) as _,
            packages: scenario.packages(),
            target: Arc::clone(&target) as Arc<dyn Target>,
            places: Arc::new(FakePlaces(fixture.targets.clone())),
            clock: Arc::clone(&clock) as _,
        };
        let config = EngineConfig { per_target: 1, ..EngineConfig::default() };
        let world = Self { scenario, clock, faults, journal, target, fixture, config, ports, tests_may_be_left: false };
        world.seed();
        world
    }

    fn seed(&self) {
        let mut fixture = self.fixture.clone();
        let case = &mut fixture.cases[0];
        case.installation.state = match self.scenario {
            Scenario::Install | Scenario::InstallWithHooks | Scenario::Trial => InstallationState::InTest,
            Scenario::Update => InstallationState::InTest,
            Scenario::Activate | Scenario::ActivateWithHooks | Scenario::ActivateUpdate => {
                InstallationState::Activating
            }
            Scenario::Rollback | Scenario::RollbackWithData => InstallationState::RollingBack,
            Scenario::Suspend => InstallationState::Suspending,
            Scenario::Resume => InstallationState::Resuming,
            Scenario::Remove => InstallationState::Removing,
        };
        let now = self.clock.now();
        if let Some(stage) = self.scenario.changes() {
            case.installation.live_since = Some(now);
            let deployment = if stage == Stage::Test { &mut case.test } else { &mut case.production };
            deployment.revision = Some(RevisionId(crate::id(31, 1)));
        }
        let case = case.clone();
        let content = fixture.content(&case);
        let mut writes = fixture.writes();
        let old = self.scenario.changes().map(|stage| self.set_up(&mut writes, &case, stage));
        match self.scenario {
            Scenario::Install | Scenario::InstallWithHooks => {
                writes.push(Write::InsertOperation(new_install(&case.installation, &case.test, content, now)));
            }
            Scenario::Activate | Scenario::ActivateWithHooks => {
                let run = fixture.test_run(&case, OperationId(crate::id(30, 1)));
                let activation = fixture.activation(&case, run.id);
                let operation =
                    new_activate(&case.installation, &case.production, content, Over::default(), &activation, now);
                writes.push(Write::InsertTestRun(run));
                writes.push(Write::InsertActivation(activation));
                writes.push(Write::InsertOperation(operation));
            }
            Scenario::Update => {
                let before = old.as_ref().map(Before::running);
                let kind = OperationKind::Update;
                let operation = new_test(kind, &case.installation, &case.test, content, before, now);
                writes.push(Write::InsertOperation(operation));
            }
            Scenario::ActivateUpdate => {
                let run = fixture.test_run(&case, OperationId(crate::id(30, 1)));
                let activation = fixture.activation(&case, run.id);
                let over = Over { before: old.as_ref().map(Before::running), ..Over::default() };
                let operation = new_activate(&case.installation, &case.production, content, over, &activation, now);
                writes.extend([Write::InsertTestRun(run), Write::InsertActivation(activation)]);
                writes.push(Write::InsertOperation(operation));
            }
            Scenario::Rollback | Scenario::RollbackWithData => {
                let run = fixture.test_run(&case, OperationId(crate::id(30, 1)));
                let current = old.expect("something runs");
                let earlier = Revision {
                    id: RevisionId(crate::id(31, 2)),
                    configuration: content.configuration,
                    config_digest: content.config_digest,
                    test_run: Some(run.id),
                    ..current.clone()
                };
                writes.extend([Write::InsertTestRun(run), Write::InsertRevision(earlier.clone())]);
                // What runs is the other one.
                writes.push(Write::PointRevision(case.production.id, Some(current.id)));
                writes.push(Write::MarkHealthy(earlier.id, now));
                let data = self.scenario == Scenario::RollbackWithData;
                let operation =
                    new_rollback(&case.installation, &case.production, &earlier, Before::running(&current), data, now);
                writes.push(Write::InsertOperation(operation));
            }
            Scenario::Suspend | Scenario::Resume => {
                let current = old.expect("something runs");
                let asleep = self.scenario == Scenario::Suspend;
                let operation = new_sleep(&case.installation, &case.production, &current, asleep, now);
                writes.push(Write::InsertOperation(operation));
            }
            Scenario::Trial => {
                let trial = fixture.trial();
                let target = fixture.targets.iter().find(|t| t.id == trial.target).expect("the test target");
                writes.push(Write::InsertOperation(new_trial(&trial, target, Default::default(), now)));
                writes.push(Write::InsertTrial(trial));
            }
            Scenario::Remove => {
                writes.push(Write::InsertOperation(new_remove(&case.installation, &case.production, now)));
                for target in &fixture.targets {
                    for kind in ["Deployment", "Service", "PersistentVolumeClaim"] {
                        let name = deployment_name(&case.installation.instance, target.stage);
                        self.target.put(target.id, &object(kind, &name, "web", "old"));
                    }
                }
            }
        }
        self.journal.write(writes).expect("seeds fit");
    }

    /// Something else is set up there, and runs.
    fn set_up(&self, writes: &mut Vec<Write>, case: &FixtureCase, stage: Stage) -> Revision {
        let deployment = if stage == Stage::Test { &case.test } else { &case.production };
        let content = self.fixture.content(case);
        let revision = Revision {
            id: RevisionId(crate::id(31, 1)),
            deployment: deployment.id,
            stage,
            operation: OperationId(crate::id(30, 2)),
            release: content.release,
            configuration: ConfigurationId(crate::id(31, 3)),
            package_digest: content.package_digest,
            config_digest: OLD_VALUES.to_owned(),
            data_centre: case.installation.data_centre.expect("has one"),
            test_run: Some(TestRunId(crate::id(31, 4))),
            activation: None,
            restored_from: None,
            applied_at: self.clock.now(),
        };
        let mut run = self.fixture.test_run(case, revision.operation);
        (run.id, run.config_digest) = (TestRunId(crate::id(31, 4)), OLD_VALUES.to_owned());
        writes.extend([Write::InsertTestRun(run), Write::InsertRevision(revision.clone())]);
        let instance = deployment_name(&case.installation.instance, stage);
        for (kind, suffix) in
            [("ConfigMap", "legacy"), ("ConfigMap", "values"), ("Service", "web"), ("Deployment", "web")]
        {
            let mut there = object(kind, &instance, suffix, OLD_VALUES);
            if self.scenario == Scenario::Resume && kind == "Deployment" {
                there["spec"]["replicas"] = 0.into();
            }
            self.target.put(self.target_id(stage), &there);
        }
        revision
    }

    /// The target of a stage.
    pub fn target_id(&self, stage: Stage) -> TargetId {
        self.fixture.targets.iter().find(|t| t.stage == stage).expect("both stages").id
    }

    /// The operation the world began with, as it is now.
    pub fn operation(&self) -> Operation {
        self.journal.tables().operations[0].operation.clone()
    }

    /// The installation as it is now.
    pub fn installation(&self) -> Installation {
        self.journal.tables().installations[0].clone()
    }

    /// An engine on the ports of this world, without chance.
    pub fn engine(&self) -> Engine {
        Engine::new(self.ports.clone(), self.config.clone()).with_jitter(Arc::new(|bound| bound))
    }

    /// Drives the world until nothing is left to do: waits are passed over by the clock, and a process that dies is
    /// replaced by a fresh one.
    pub async fn drive(&self) {
        let mut engine = self.engine();
        let mut rounds = 0;
        loop {
            rounds += 1;
            assert!(rounds < ROUNDS, "does not come to an end: {:?}", self.operation());
            let worked = tokio::select! {
                biased;
                () = self.faults.struck() => {
                    engine = self.engine();
                    true
                }
                worked = engine.run_once() => worked,
            };
            if worked {
                continue;
            }
            match self.journal.next_due().await.expect("in memory") {
                Some(due) if due > self.clock.now() => self.clock.advance_to(due),
                // Due but not to be had: the claim failed, or the target is busy.
                Some(_) => self.clock.advance(1),
                None => return,
            }
        }
    }

    /// A person tries a stuck operation again, or gives it up.
    pub fn decide(&self, to: OperationState) {
        let abandoned =
            (to == OperationState::Unwinding).then(|| (self.fixture.cases[0].request.created_by, "no use".to_owned()));
        let stuck = |r: &&crate::memory_journal::Row| r.operation.state == OperationState::Stuck;
        let id = self.journal.tables().operations.iter().find(stuck).expect("one is stuck").operation.id;
        let run_after = self.clock.now();
        let write = Write::MoveOperation { id, from: OperationState::Stuck, to, run_after, abandoned };
        self.journal.write(vec![write]).expect("it is stuck");
    }

    /// A person calls the operation off while it waits or runs; `false` if it is too late for that.
    pub fn cancel(&self) -> bool {
        let Operation { id, state, .. } = self.operation();
        if !matches!(state, OperationState::Queued | OperationState::Running | OperationState::Waiting) {
            return false;
        }
        let abandoned = Some((self.fixture.cases[0].request.created_by, "changed our minds".to_owned()));
        let (to, run_after) = (OperationState::Unwinding, self.clock.now());
        let write = Write::MoveOperation { id, from: state, to, run_after, abandoned };
        self.journal.write(vec![write]).expect("nobody else writes");
        true
    }

    /// Whether the scenario came to its good end with every effect once; otherwise what is wrong.
    ///
    /// # Errors
    /// The first thing that is not as it should be.
    pub fn verify(&self) -> Result<(), String> {
        self.verify_operations()?;
        self.verify_ledger()?;
        self.verify_domain()
    }

    fn verify_operations(&self) -> Result<(), String> {
        use portal_core::ports::StepRecordKind::Done;
        let tables = self.journal.tables();
        let expected = if self.scenario == Scenario::Remove { 2 } else { 1 };
        ensure(tables.operations.len() == expected, "number of operations")?;
        for row in &tables.operations {
            let operation = &row.operation;
            ensure(operation.state == OperationState::Done, "an operation is not done")?;
            ensure(operation.finished_at.is_some() && row.leased_until.is_none(), "an operation is still held")?;
            for (index, kind) in operation.steps.iter().enumerate() {
                let done = tables.records.iter().filter(|(of, r)| {
                    *of == operation.id && r.step == index as i64 && r.kind == *kind && r.what == Done
                });
                ensure(done.count() == 1, &format!("step {kind} is not recorded as done once"))?;
            }
            let ends = tables.events.iter().filter(|e| {
                e.operation == Some(operation.id)
                    && e.code == EventCode::OperationState
                    && e.params.get("state").is_some_and(|s| s == "done")
            });
            ensure(ends.count() == 1, "the end is not told once")?;
        }
        Ok(())
    }

    fn verify_ledger(&self) -> Result<(), String> {
        let ledger = self.target.ledger();
        let mut seen = BTreeSet::new();
        // Stopped first, then started as it was before: the only object that is changed twice.
        let twice = |e: &Effect| self.scenario == Scenario::RollbackWithData && e.verb == Verb::Changed;
        for effect in ledger.iter().filter(|e| !twice(e)) {
            ensure(seen.insert(effect.clone()), &format!("effect twice: {effect:?}"))?;
        }
        let count = |verb: Verb| ledger.iter().filter(|e| e.verb == verb).count();
        let (created, deleted) = match self.scenario {
            // Three objects and two test Jobs, which are cleared away.
            Scenario::Install => (5, 2),
            Scenario::InstallWithHooks => (8, 2),
            Scenario::Activate => (3, 0),
            Scenario::ActivateWithHooks => (6, 0),
            Scenario::Update => (2, 3),
            // The Job that saves or brings back goes with what is not needed any more.
            Scenario::ActivateUpdate | Scenario::RollbackWithData => (1, 2),
            Scenario::Rollback => (0, 1),
            Scenario::Suspend | Scenario::Resume => (0, 0),
            Scenario::Remove => (0, 6),
            // Everything that was set up is removed again.
            Scenario::Trial => (5, 5),
        };
        ensure(count(Verb::Created) == created, "number of created objects")?;
        ensure(count(Verb::Deleted) + self.left_tests() == deleted, "number of deleted objects")?;
        let changed = match self.scenario {
            Scenario::Update | Scenario::ActivateUpdate | Scenario::Rollback => 3,
            Scenario::RollbackWithData => 4,
            Scenario::Suspend | Scenario::Resume => 1,
            _ => 0,
        };
        ensure(count(Verb::Changed) == changed, "number of changed objects")?;
        if !self.scenario.has_hooks() {
            return Ok(());
        }
        // Values, then the Jobs in their order, then the workloads, then the last Job.
        let made = |part: &str| ledger.iter().position(|e| e.verb == Verb::Created && e.key.contains(part));
        let order = ["ConfigMap/", "-backup-", "-migrate-", "Deployment/", "-warm-"].map(made);
        ensure(order.iter().all(Option::is_some) && order.is_sorted(), "order of the Jobs around the workloads")
    }

    fn left_tests(&self) -> usize {
        let is_test = |key: &&String| key.starts_with("Job/") && (key.contains("smoke") || key.contains("payment"));
        match self.tests_may_be_left {
            true => self.target.objects(self.target_id(Stage::Test)).keys().filter(is_test).count(),
            false => 0,
        }
    }

    fn verify_domain(&self) -> Result<(), String> {
        let tables = self.journal.tables();
        let revision = |stage: Stage| tables.deployments.iter().find(|d| d.stage == stage).and_then(|d| d.revision);
        let state = self.installation().state;
        match self.scenario {
            Scenario::Install | Scenario::InstallWithHooks => {
                ensure(tables.test_runs.len() == 1 && tables.test_runs[0].passed, "no passed test run")?;
                ensure(revision(Stage::Test).is_some() && tables.revisions.len() == 1, "no revision")?;
                ensure(state == InstallationState::InAcceptance, "not in acceptance")
            }
            Scenario::Activate | Scenario::ActivateWithHooks => {
                ensure(revision(Stage::Production).is_some() && tables.revisions.len() == 1, "no revision")?;
                ensure(tables.activations[0].state == ActivationState::Done, "activation not done")?;
                ensure(state == InstallationState::Live, "not live")
            }
            Scenario::Update => {
                ensure(tables.test_runs.last().is_some_and(|run| run.passed), "no passed test run")?;
                ensure(revision(Stage::Test) == tables.revisions.last().map(|r| r.id), "another revision")?;
                ensure(state == InstallationState::InAcceptance, "not in acceptance")
            }
            Scenario::ActivateUpdate | Scenario::Rollback | Scenario::RollbackWithData => {
                let newest = tables.revisions.last().map(|r| r.id);
                ensure(revision(Stage::Production) == newest, "another revision")?;
                ensure(newest.is_some_and(|id| tables.healthy.contains(&id)), "not noted as healthy")?;
                let ended = tables.activations.iter().all(|a| a.state == ActivationState::Done);
                ensure(ended, "activation not done")?;
                ensure(state == InstallationState::Live, "not live")
            }
            Scenario::Suspend => ensure(state == InstallationState::Suspended, "not stopped"),
            Scenario::Resume => ensure(state == InstallationState::Live, "not live"),
            Scenario::Trial => {
                self.verify_cleared()?;
                ensure(tables.trials[0].result == Some(TrialResult::Passed), "the trial has not passed")
            }
            Scenario::Remove => {
                ensure(Stage::ALL.iter().all(|s| revision(*s).is_none()), "a revision is left")?;
                ensure(state == InstallationState::Removed, "not removed")
            }
        }
    }

    /// Whether red tests were a result: everything else went as it should, and nothing became evidence.
    ///
    /// # Errors
    /// The first thing that is not as it should be.
    pub fn verify_red(&self) -> Result<(), String> {
        self.verify_operations()?;
        self.verify_ledger()?;
        let tables = self.journal.tables();
        // What ran before was green.
        let before = usize::from(self.scenario.changes().is_some());
        let red = tables.test_runs.last().is_some_and(|run| !run.passed);
        ensure(tables.test_runs.len() == before + 1 && red, "a red test run")?;
        ensure(self.installation().state == InstallationState::TestFailed, "tests have not failed")
    }

    /// R1 and R7, whatever happened: what was done in production rests on a passed test run of the same pair in the same
    /// data centre, and on an activation that was approved.
    ///
    /// # Errors
    /// The first effect or revision without.
    pub fn verify_evidence(&self) -> Result<(), String> {
        let tables = self.journal.tables();
        let production = self.target_id(Stage::Production);
        let made = |e: &crate::Effect| e.target == production && e.verb != Verb::Deleted;
        let touched = self.target.ledger().iter().any(made);
        let proven = |digest: &str| {
            tables
                .test_runs
                .iter()
                .any(|t| t.passed && t.config_digest == digest && t.data_centre == self.data_centre())
        };
        let operation = self.operation();
        // What the municipality decides alone is about a pair that production ran before.
        let approved = operation.basis == Some(Basis::Consent)
            || tables.activations.iter().any(|a| a.state != ActivationState::Refused);
        let content = OperationInput::read(&operation).ok().and_then(|input| input.content);
        let digest = content.map_or(self.fixture.cases[0].configuration.digest.clone(), |c| c.config_digest);
        ensure(!touched || (proven(&digest) && approved), "production was changed without evidence")?;
        let bare = tables.revisions.iter().any(|r| r.stage == Stage::Production && !proven(&r.config_digest));
        ensure(!bare, "a revision in production without evidence")
    }

    fn data_centre(&self) -> portal_model::DataCentreId {
        self.fixture.targets[0].data_centre
    }

    /// Whether a trial has ended and left nothing behind but its result; otherwise what is wrong.
    ///
    /// # Errors
    /// The first thing that is not as it should be.
    pub fn verify_cleared(&self) -> Result<(), String> {
        let tables = self.journal.tables();
        let (trial, row) = (&tables.trials[0], &tables.operations[0]);
        ensure(row.operation.state == OperationState::Done && row.leased_until.is_none(), "not done")?;
        ensure(trial.finished_at.is_some() && trial.result.is_some(), "the trial has no end")?;
        ensure(tables.forgotten == [trial.id.0], "the secrets are not gone")?;
        ensure(tables.test_runs.is_empty() && tables.revisions.is_empty(), "a trial became evidence")?;
        let left = Stage::ALL.iter().map(|s| self.target.objects(self.target_id(*s)).len()).sum::<usize>();
        ensure(left == 0, "objects are left")?;
        let ledger = self.target.ledger();
        let made = |verb: Verb| ledger.iter().filter(|e| e.verb == verb).map(|e| &e.key).collect::<BTreeSet<_>>();
        ensure(made(Verb::Created) == made(Verb::Deleted), "made and removed differ")
    }

    /// Somebody calls the trial off; `false` if it is too late for that.
    pub fn call_off(&self) -> bool {
        let trial = self.journal.tables().trials[0].clone();
        if !trial.may_be_cancelled() {
            return false;
        }
        let next = Trial { cancelled_by: Some(trial.started_by), version: trial.version + 1, ..trial };
        let hurry = Write::HurryTrial(next.id, self.clock.now());
        self.journal.write(vec![Write::UpdateTrial(next), hurry]).expect("nobody else writes");
        true
    }

    /// Whether giving up left things as they were before; otherwise what is wrong.
    ///
    /// # Errors
    /// The first thing that is not as it should be.
    pub fn verify_unwound(&self, before: &World) -> Result<(), String> {
        let operation = self.operation();
        ensure(operation.state == OperationState::Abandoned, "not abandoned")?;
        for stage in Stage::ALL {
            let (now, then) =
                (self.target.objects(self.target_id(*stage)), before.target.objects(before.target_id(*stage)));
            // What was taken down cannot be brought back.
            let clean = match operation.kind {
                OperationKind::Remove => now.keys().all(|k| then.contains_key(k)),
                _ => now == then,
            };
            ensure(clean, &format!("objects are left in {stage}: {:?}", now.keys()))?;
        }
        let tables = self.journal.tables();
        let then = before.journal.tables();
        let revisions = |t: &crate::Tables| t.deployments.iter().map(|d| d.revision).collect::<Vec<_>>();
        ensure(revisions(&tables) == revisions(&then), "another revision than before")?;
        let expected = match self.scenario {
            Scenario::Install | Scenario::InstallWithHooks | Scenario::Update => InstallationState::TestFailed,
            // Nobody gives a trial up: it clears away by itself.
            Scenario::Trial => return Err("a trial was given up".to_owned()),
            Scenario::Activate | Scenario::ActivateWithHooks | Scenario::ActivateUpdate => InstallationState::Accepted,
            Scenario::Rollback | Scenario::RollbackWithData | Scenario::Suspend => InstallationState::Live,
            Scenario::Resume => InstallationState::Suspended,
            Scenario::Remove => InstallationState::Removing,
        };
        ensure(self.installation().state == expected, "state of the installation")?;
        let ended = tables.activations.iter().all(|a| a.state == ActivationState::Ended);
        ensure(ended, "activation not ended")
    }
}

fn ensure(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}
