//! An operation, and up to two others beside it, under a scheduler that is up to no good: several workers, of which one goes on at a time, with
//! virtual time. Workers die, sleep past their lease, and are overtaken; journal and cluster fail; people try again and
//! give up. Then the faults stop, and everything has to come to its end (safety always, liveness after the faults).

use crate::{
    Fault, Fixture, FixtureCase, Scenario, Verb, World,
    faulty_target::FaultyTarget,
    schedule::{Chance, Met, Schedule},
};
use parking_lot::Mutex;
use portal_core::{
    engine::{Engine, new_install},
    ports::{Clock as _, Journal as _, StepRecord, StepRecordKind, Target, Write},
};
use portal_model::{
    OperationId, Timestamp,
    operation::{Operation, OperationState},
};
use std::{
    collections::BTreeSet,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

/// Workers of a simulation.
const WORKERS: usize = 3;
/// More steps of the scheduler than any run needs.
const STEPS: usize = 60_000;

type Run = Pin<Box<dyn Future<Output = bool> + Send>>;

/// A worker: its engine, what it is at, and until when it sleeps.
struct Worker {
    engine: Engine,
    run: Option<Run>,
    asleep_until: Timestamp,
    /// Found nothing to do the last time.
    idle: bool,
}

/// A run by seed.
pub struct Simulation {
    /// What it is about, for the checks.
    pub world: World,
    seed: u64,
    chance: Arc<Mutex<Chance>>,
    schedule: Schedule,
    red: bool,
    given_up: bool,
    /// Cases that are set up beside the one that it is about.
    others: Vec<FixtureCase>,
}

impl Simulation {
    /// A run whose operation, workers and faults follow from the seed.
    pub fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed, 0);
        let scenario = Scenario::ALL[chance.below(Scenario::ALL.len() as u64) as usize];
        let slow = chance.below(5) as u32;
        let mut world = World::with(scenario, |target| target.slow = slow);
        world.tests_may_be_left = true;
        world.config.max_attempts = 1 + chance.below(4) as i64;
        world.config.breaker_failures = 1 + chance.below(4) as u32;
        // Sleeping workers let much time pass: here it is not about patience.
        world.config.observe_timeout_seconds = 1_000_000;
        world.config.test_timeout_seconds = 1_000_000;
        world.config.hook_timeout_seconds = 1_000_000;
        let red = scenario.has_tests() && chance.below(4) == 0;
        if red {
            world.target.make_red("smoke");
        }
        world.config.per_target = 1 + chance.below(3) as i64;
        let others = others(&world, chance.below(3));
        let schedule = Schedule::default();
        world.faults.plan(Fault::Scheduled(schedule.clone()));
        let budget = chance.below(25) as usize;
        let chance = Arc::new(Mutex::new(Chance::new(seed ^ 0x5EED, budget)));
        let faulty = FaultyTarget::new(Arc::clone(&world.target), Arc::clone(&chance));
        world.ports.target = Arc::new(faulty) as Arc<dyn Target>;
        Self { world, seed, chance, schedule, red, given_up: false, others }
    }

    /// Runs to the end and checks everything; gives the faults that were met.
    ///
    /// # Errors
    /// The first thing that is not as it should be, with the seed.
    pub fn run(mut self) -> Result<Met, String> {
        let ended = self.drive();
        // Faults are over; what is checked now must not meet the scheduler.
        self.world.faults.plan(Fault::None);
        if let Err(what) = ended.and_then(|()| self.verify()) {
            let (operation, scenario) = (self.world.operation(), self.world.scenario);
            let at = format!("{} at step {}", operation.state, operation.step);
            return Err(format!("seed {} ({scenario:?}): {what}; {at}", self.seed));
        }
        let met = self.chance.lock().met().clone();
        Ok(met)
    }

    fn engine(&self) -> Engine {
        self.world.engine()
    }

    fn drive(&mut self) -> Result<(), String> {
        let begin = self.world.clock.now();
        let fresh = |engine| Worker { engine, run: None, asleep_until: begin, idle: false };
        let mut workers: Vec<Worker> = (0..WORKERS).map(|_| fresh(self.engine())).collect();
        for step in 0..STEPS {
            if step == STEPS / 2 {
                self.chance.lock().stop();
            }
            self.people();
            self.time();
            let now = self.world.clock.now();
            let awake: Vec<usize> =
                (0..WORKERS).filter(|i| workers[*i].asleep_until <= now && !workers[*i].idle).collect();
            if awake.is_empty() {
                if !self.pass_over(&mut workers)? {
                    return Ok(());
                }
                continue;
            }
            let chosen = awake[self.chance.lock().below(awake.len() as u64) as usize];
            self.go_on(&mut workers, chosen);
        }
        Err("does not come to an end".to_owned())
    }

    /// One worker goes on to its next boundary.
    fn go_on(&self, workers: &mut [Worker], chosen: usize) {
        let now = self.world.clock.now();
        let worker = &mut workers[chosen];
        if worker.run.is_some() {
            let mut chance = self.chance.lock();
            if chance.strikes("death", 60) {
                worker.run = None;
                drop(chance);
                worker.engine = self.engine();
                return;
            }
            if chance.strikes("sleep", 60) {
                worker.asleep_until = now.plus_seconds(1 + chance.below(90) as i64);
                return;
            }
            self.schedule.fail_next(chance.strikes("failed call", 40));
        }
        let run = worker.run.get_or_insert_with(|| {
            let engine = worker.engine.clone();
            Box::pin(async move { engine.run_once().await })
        });
        if let Poll::Ready(worked) = run.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            worker.run = None;
            worker.idle = !worked;
            // What one has let go of, another may take.
            if worked {
                workers.iter_mut().for_each(|w| w.idle = false);
            }
        }
        self.schedule.fail_next(false);
    }

    /// Nobody can go on now: lets time pass until somebody can. `false` if nothing is left to do.
    fn pass_over(&mut self, workers: &mut [Worker]) -> Result<bool, String> {
        let now = self.world.clock.now();
        let asleep = workers.iter().map(|w| w.asleep_until).filter(|until| *until > now).min();
        let due = futures::executor::block_on(self.world.journal.next_due()).map_err(|e| e.to_string())?;
        let next = [asleep, due.map(|due| due.max(now.plus_seconds(1)))].into_iter().flatten().min();
        workers.iter_mut().for_each(|w| w.idle = false);
        match next {
            Some(next) => self.world.clock.advance_to(next),
            None if self.stuck() => self.decide(),
            None => return Ok(false),
        }
        Ok(true)
    }

    fn stuck(&self) -> bool {
        self.world.journal.tables().operations.iter().any(|r| r.operation.state == OperationState::Stuck)
    }

    /// Somebody decides about a stuck operation.
    fn decide(&mut self) {
        let first = self.world.operation().state == OperationState::Stuck;
        // The second operation of a removal is always tried again, and nobody gives a trial up.
        let may = first && self.world.scenario.may_be_given_up();
        if may && (self.given_up || self.chance.lock().below(3) == 0) {
            self.given_up = true;
            self.world.decide(OperationState::Unwinding);
        } else {
            self.world.decide(OperationState::Queued);
        }
    }

    /// Sometimes people do not wait until everything stands still.
    fn people(&mut self) {
        if self.chance.lock().below(50) > 0 {
            return;
        }
        if self.stuck() {
            self.decide();
        } else if self.world.scenario == Scenario::Trial && self.chance.lock().below(40) == 0 {
            self.world.call_off();
        }
    }

    fn time(&self) {
        let mut chance = self.chance.lock();
        if chance.below(6) == 0 {
            let seconds = 1 + chance.below(3) as i64;
            self.world.clock.advance(seconds);
        }
    }

    fn verify(&self) -> Result<(), String> {
        self.others.iter().try_for_each(|case| self.verify_other(case))?;
        let installations: Vec<_> = self.others.iter().map(|case| case.installation.id).collect();
        self.world.journal.forget(&installations);
        self.world.verify_evidence()?;
        if self.world.scenario == Scenario::Trial {
            return self.world.verify_cleared();
        }
        if self.given_up {
            return self.world.verify_unwound(&World::new(self.world.scenario));
        }
        if self.red { self.world.verify_red() } else { self.world.verify() }
    }

    /// Whether another case was set up once, whatever was going on beside it.
    fn verify_other(&self, case: &FixtureCase) -> Result<(), String> {
        let (tables, id) = (self.world.journal.tables(), case.installation.id);
        let what = |what: &str| Err(format!("beside it, {}: {what}", case.installation.instance));
        let of = |o: &Operation| o.case().is_some_and(|of| of.installation == id);
        let Some(row) = tables.operations.iter().find(|r| of(&r.operation)) else { return what("no operation") };
        if row.operation.state != OperationState::Done || row.leased_until.is_some() {
            return what("not done");
        }
        let done = |(of, r): &&(_, StepRecord)| *of == row.operation.id && r.what == StepRecordKind::Done;
        if tables.records.iter().filter(done).count() != row.operation.steps.len() {
            return what("a step is not recorded as done once");
        }
        let runs: Vec<_> = tables.test_runs.iter().filter(|t| t.installation == id).collect();
        if runs.len() != 1 || runs[0].passed == self.red {
            return what("test runs");
        }
        let (effects, objects) = self.world.target.forget(&case.installation.instance);
        let distinct: BTreeSet<_> = effects.iter().collect();
        let count = |verb: Verb| effects.iter().filter(|e| e.verb == verb).count();
        let left = objects.keys().filter(|key| key.contains("smoke") || key.contains("payment")).count();
        let expected = if self.world.scenario.has_hooks() { 8 } else { 5 };
        if distinct.len() != effects.len() || count(Verb::Created) != expected || count(Verb::Deleted) + left != 2 {
            return what(&format!("effects: {effects:?}"));
        }
        if objects.len() != expected - 2 + left { what("objects") } else { Ok(()) }
    }
}

/// More cases with an operation each. Their ids follow from their numbers, so that a seed gives the same order.
fn others(world: &World, count: u64) -> Vec<FixtureCase> {
    let now = world.clock.now();
    let mut fixture = Fixture::new(now, 1 + count);
    for (n, case) in (1..).zip(&fixture.cases[1..]) {
        let operation = new_install(&case.installation, &case.test, fixture.content(case), now);
        let operation = Operation { id: OperationId(crate::id(31, n)), ..operation };
        let writes = vec![
            Write::InsertInstallation(case.installation.clone()),
            Write::InsertDeployment(case.test.clone()),
            Write::InsertDeployment(case.production.clone()),
            Write::InsertOperation(operation),
        ];
        world.journal.write(writes).expect("seeds fit");
    }
    fixture.cases.split_off(1)
}
