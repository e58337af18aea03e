//! Installations of eight objects through engine, journal and Kubernetes driver, next to the bare calls: the same driver
//! does the same calls with the same number of hands, but nobody writes anything down. Batches in the order A B B A.

use crate::report::{Budget, Report, median, progress};
use anyhow::{Context, Result, ensure};
use async_trait::async_trait;
use parking_lot::Mutex;
use portal_core::{
    engine::{Engine, EngineConfig, EnginePorts, OperationInput, Packages, Places, PrepareInput, Prepared, StoreReads},
    ports::{Applied, Claim, Journal, JournalError, Lease, Observation, Place, Record, Store, Target, TestState},
};
use portal_model::{Timestamp, reference::Reference};
use portal_targets::{
    kubernetes::KubernetesTarget,
    simulator::faults::{Fault, FaultAction},
};
use portal_testing::TestApp;
use serde_json::Value;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Installations of a batch. Each batch has a data centre of its own, since the simulation takes longer the more it holds.
const BATCH: usize = 125;
/// Which side does the next batch: the engine or bare calls.
const ORDER: [bool; 8] = [true, false, false, true, true, false, false, true];
/// Operations at the same time.
const HANDS: usize = 16;
/// Between two looks, on both sides.
const POLL: Duration = Duration::from_secs(1);
const OBJECTS: usize = 8;
/// Three more than the package and its default policy have.
const MORE: &str = "\
apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {$name: a}}\ndata: {A: a}\n---\n\
apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {$name: b}}\ndata: {B: b}\n---\n\
apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {$name: c}}\ndata: {C: c}\n";

/// A journal that notes how long its calls take.
struct Timed {
    inner: Arc<dyn Journal>,
    millis: Mutex<Vec<f64>>,
}

impl Timed {
    async fn note<T>(&self, call: impl Future<Output = T>) -> T {
        let begin = Instant::now();
        let result = call.await;
        self.millis.lock().push(begin.elapsed().as_secs_f64() * 1000.0);
        result
    }
}

#[async_trait]
impl Journal for Timed {
    async fn claim(
        &self,
        worker: &str,
        now: Timestamp,
        until: Timestamp,
        per_target: i64,
    ) -> Result<Option<Claim>, JournalError> {
        self.note(self.inner.claim(worker, now, until, per_target)).await
    }

    async fn extend(&self, lease: &Lease, until: Timestamp) -> Result<(), JournalError> {
        self.note(self.inner.extend(lease, until)).await
    }

    async fn record(&self, lease: &Lease, record: Record) -> Result<(), JournalError> {
        self.note(self.inner.record(lease, record)).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, JournalError> {
        self.inner.next_due().await
    }

    async fn live_steps(&self) -> Result<Vec<String>, JournalError> {
        self.inner.live_steps().await
    }
}

/// What was measured of a batch.
struct Batch {
    seconds: f64,
    effects: usize,
}

struct Bench {
    app: TestApp,
    model: Reference,
    target: Arc<KubernetesTarget>,
    journal: Arc<Timed>,
}

impl Bench {
    async fn new() -> Result<Self> {
        // Ten simulated seconds a second: the cluster's own work must not be what is measured.
        let app = TestApp::start_at(10.0).await;
        app.publish_with("maengelmelder", "1.0.0", &[("manifests/40-mehr.yaml", MORE)]).await;
        let model = app.accepted("maengelmelder").await;
        app.run_until_idle().await;
        let inner: Arc<dyn Journal> = app.storage.clone();
        let journal = Arc::new(Timed { inner, millis: Mutex::default() });
        Ok(Self { app, model, target: Arc::new(KubernetesTarget::new()), journal })
    }

    fn engine(&self) -> Engine {
        let portal = Arc::new(self.app.portal.clone());
        let ports = EnginePorts {
            journal: self.journal.clone(),
            reads: Arc::new(StoreReads(self.app.storage.clone())),
            packages: portal.clone(),
            target: self.target.clone(),
            places: portal,
            clock: self.app.portal.clock().clone(),
        };
        let config = EngineConfig {
            workers: HANDS,
            per_target: HANDS as i64,
            poll_seconds: POLL.as_secs() as i64,
            ..EngineConfig::default()
        };
        Engine::new(ports, config)
    }

    /// A batch by the engine.
    async fn engine_batch(&self) -> Result<Batch> {
        self.app.installs_like(&self.model, BATCH).await;
        let before = self.app.effects().len();
        let (engine, stop) = (self.engine(), CancellationToken::new());
        let begin = Instant::now();
        let running = tokio::spawn({
            let stop = stop.clone();
            async move { engine.run(stop).await }
        });
        while self.journal.next_due().await?.is_some() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let seconds = begin.elapsed().as_secs_f64();
        stop.cancel();
        running.await?;
        Ok(Batch { seconds, effects: self.app.effects().len() - before })
    }

    /// The same calls for as many installations, by hand.
    async fn bare_batch(&self) -> Result<Batch> {
        let wanted = self.rendered().await?;
        let before = self.app.effects().len();
        let hands = Arc::new(Semaphore::new(HANDS));
        let begin = Instant::now();
        let tasks: Vec<_> = wanted
            .into_iter()
            .map(|work| {
                let (hands, target) = (hands.clone(), self.target.clone());
                tokio::spawn(async move { work.carry_out(&*target, &hands).await })
            })
            .collect();
        for task in tasks {
            task.await??;
        }
        Ok(Batch { seconds: begin.elapsed().as_secs_f64(), effects: self.app.effects().len() - before })
    }

    /// What the engine would apply for a batch of new cases, under names of their own.
    async fn rendered(&self) -> Result<Vec<Work>> {
        let case = self.app.storage.case_by_reference(&self.model).await?.context("a case")?;
        let operation = self.app.storage.operations(case.request.id).await?.pop().context("an operation")?;
        let place = self.app.portal.place(operation.target).await?;
        let mut wanted = Vec::new();
        for _ in 0..BATCH {
            let mut input = OperationInput::read(&operation)?;
            input.instance = format!("n{}", &uuid::Uuid::now_v7().simple().to_string()[16..]);
            let run = format!("r{}", &uuid::Uuid::now_v7().simple().to_string()[24..]);
            let asked =
                PrepareInput { operation: &operation, input: &input, target: &place.target, run: &run, leaving: false };
            let prepared = self.app.portal.prepare(asked).await?;
            ensure!(prepared.objects.len() == OBJECTS, "{} objects", prepared.objects.len());
            wanted.push(Work { place: place.clone(), instance: input.instance, prepared });
        }
        Ok(wanted)
    }
}

/// One installation by hand.
struct Work {
    place: Place,
    instance: String,
    prepared: Prepared,
}

impl Work {
    /// The calls of the steps check, apply, prune, observe, test, and the tidying after them.
    async fn carry_out(&self, target: &dyn Target, hands: &Semaphore) -> Result<()> {
        let mut hand = hands.acquire().await?;
        let place = &self.place;
        target.check(place).await?;
        target.inventory(place, &self.instance).await?;
        for object in &self.prepared.objects {
            self.apply(target, object).await?;
        }
        target.inventory(place, &self.instance).await?;
        while target.observe(place, &self.prepared.objects).await? != Observation::Ready {
            drop(hand);
            tokio::time::sleep(POLL).await;
            hand = hands.acquire().await?;
        }
        for job in &self.prepared.tests {
            if target.read(place, job).await?.is_none() {
                self.apply(target, job).await?;
            }
            let name = job["metadata"]["name"].as_str().unwrap_or_default();
            while target.test_state(place, name).await? == TestState::Running {
                drop(hand);
                tokio::time::sleep(POLL).await;
                hand = hands.acquire().await?;
                target.read(place, job).await?;
            }
        }
        let jobs: Vec<&str> = self.prepared.tests.iter().filter_map(|j| j["metadata"]["name"].as_str()).collect();
        for seen in target.inventory(place, &self.instance).await? {
            if seen.kind == "Job" && jobs.contains(&seen.name.as_str()) {
                target.delete(place, &seen).await?;
            }
        }
        Ok(())
    }

    async fn apply(&self, target: &dyn Target, object: &Value) -> Result<Applied> {
        let seen = target.read(&self.place, object).await?;
        Ok(target.apply(&self.place, object, seen.as_ref()).await?)
    }
}

/// Runs it.
pub async fn run(report: &mut Report) -> Result<()> {
    report.part("1,000 installations of eight objects, 16 at a time, half by the engine and half by bare calls");
    for (millis, budget) in [(5, Budget::AtMost(1.15)), (0, Budget::AtMost(2.0))] {
        let (mut ours, mut bare, mut calls) = (Vec::new(), Vec::new(), Vec::new());
        for engine in ORDER {
            let bench = Bench::new().await?;
            if millis > 0 {
                bench.app.simulator.add_fault(every_call(millis));
            }
            let batch = if engine { bench.engine_batch().await? } else { bench.bare_batch().await? };
            let by = if engine { "engine" } else { "bare calls" };
            progress(&format!("{BATCH} installations, a call takes {millis} ms, {by}: {:.1} s", batch.seconds));
            calls.append(&mut bench.journal.millis.lock());
            let side = if engine { &mut ours } else { &mut bare };
            side.push(batch);
        }
        let seconds = |batches: &[Batch]| batches.iter().map(|b| b.seconds).sum::<f64>();
        let effects = |batches: &[Batch]| batches.iter().map(|b| b.effects).sum::<usize>();
        let made = BATCH * ORDER.len() / 2 * OBJECTS;
        for side in [&ours, &bare] {
            ensure!(effects(side) >= made, "{} effects for {made} objects", effects(side));
        }
        let peer = format!("{:.1} s, bare {:.1} s", seconds(&ours), seconds(&bare));
        report.ratio(format!("a call takes {millis} ms"), seconds(&ours) / seconds(&bare), peer, budget);
        let per = calls.len() as f64 / (BATCH * ORDER.len() / 2) as f64;
        let what = format!("  of that the journal, {per:.1} calls each");
        report.note(what, format!("{:.1} ms", median(calls)), "median of a call");
    }
    Ok(())
}

fn every_call(milliseconds: u64) -> Fault {
    Fault {
        id: 0,
        cluster: None,
        method: None,
        kind: None,
        namespace: None,
        name_prefix: None,
        skip: 0,
        count: None,
        probability: None,
        action: FaultAction::Delay { milliseconds },
    }
}
