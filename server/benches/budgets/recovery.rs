//! Recovery (B10): a process with a thousand operations in flight dies in the middle of a step of each; another one begins
//! on the same database. How long until the first resumed step, how long until all have ended, and what was called twice.

use crate::{
    durable::Noop,
    report::{Budget, Report, progress},
};
use anyhow::{Result, ensure};
use async_trait::async_trait;
use portal_core::{
    engine::EngineConfig,
    ports::{
        Applied, Journal, ObjectRef, Observation, Place, ServiceAnswer, ServiceRequest, Store, Target, TargetError,
        TargetReport, TestState,
    },
};
use portal_testing::{MemoryTarget, TestApp};
use serde_json::Value;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// Operations in flight.
fn in_flight() -> usize {
    if cfg!(debug_assertions) { 100 } else { 1000 }
}

/// How long all of them may take to get under way.
const PATIENCE: Duration = Duration::from_secs(120);

/// A cluster that never answers to an object of one kind, and counts what is written.
struct Deaf {
    inner: Arc<MemoryTarget>,
    to: &'static str,
    waiting: AtomicUsize,
    written: AtomicUsize,
}

#[async_trait]
impl Target for Deaf {
    async fn check(&self, place: &Place) -> Result<TargetReport, TargetError> {
        self.inner.check(place).await
    }

    async fn read(&self, place: &Place, object: &Value) -> Result<Option<ObjectRef>, TargetError> {
        self.inner.read(place, object).await
    }

    async fn apply(&self, place: &Place, object: &Value, seen: Option<&ObjectRef>) -> Result<Applied, TargetError> {
        self.written.fetch_add(1, Ordering::Relaxed);
        if object["kind"] == self.to {
            self.waiting.fetch_add(1, Ordering::Relaxed);
            return std::future::pending().await;
        }
        self.inner.apply(place, object, seen).await
    }

    async fn inventory(&self, place: &Place, instance: &str) -> Result<Vec<ObjectRef>, TargetError> {
        self.inner.inventory(place, instance).await
    }

    async fn delete(&self, place: &Place, seen: &ObjectRef) -> Result<(), TargetError> {
        self.inner.delete(place, seen).await
    }

    async fn observe(&self, place: &Place, objects: &[Value]) -> Result<Observation, TargetError> {
        self.inner.observe(place, objects).await
    }

    async fn ask(&self, place: &Place, request: &ServiceRequest) -> Result<ServiceAnswer, TargetError> {
        self.inner.ask(place, request).await
    }

    async fn test_state(&self, place: &Place, job_name: &str) -> Result<TestState, TargetError> {
        self.inner.test_state(place, job_name).await
    }
}

impl Deaf {
    fn new(inner: Arc<MemoryTarget>, to: &'static str) -> Arc<Self> {
        Arc::new(Self { inner, to, waiting: AtomicUsize::new(0), written: AtomicUsize::new(0) })
    }
}

/// Seconds of one read of all operations that have not ended, with what was recorded of them.
async fn one_read(app: &TestApp) -> Result<f64> {
    let begin = Instant::now();
    let mut connection = <sqlx::SqliteConnection as sqlx::Connection>::connect(&app.url).await?;
    let rows = sqlx::query(
        "SELECT * FROM operation o LEFT JOIN operation_step s ON s.operation = o.id \
         WHERE o.state IN ('queued', 'running', 'waiting', 'unwinding')",
    )
    .fetch_all(&mut connection)
    .await?;
    ensure!(rows.len() >= in_flight(), "{} rows", rows.len());
    Ok(begin.elapsed().as_secs_f64())
}

/// Runs it.
pub async fn run(report: &mut Report) -> Result<()> {
    report.part("Recovery: a process dies with 1,000 operations in flight (100 in a debug build)");
    let noop = Noop::new(TestApp::start().await, in_flight()).await?;
    let deaf = Deaf::new(noop.target.clone(), "Service");
    let engine = noop.engine(deaf.clone(), in_flight()).await?;
    let dying = tokio::spawn(async move { engine.run(CancellationToken::new()).await });
    let begin = Instant::now();
    while deaf.waiting.load(Ordering::Relaxed) < in_flight() && begin.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // Everything it was at is gone with it; only the database stays.
    dying.abort();
    drop(dying.await);
    let (made, read) = (noop.target.ledger().len(), one_read(&noop.app).await?);
    progress(&format!("{made} effects before the end, {:.1} s", begin.elapsed().as_secs_f64()));
    // The leases of the dead have to end first; that is waited out, not measured.
    let lease = EngineConfig::default().lease_seconds;
    noop.app.clock.pass_seconds(lease + 1);

    let again = Deaf::new(noop.target.clone(), "");
    let records = noop.app.storage.last_event().await?;
    let engine = noop.engine(again.clone(), 16).await?;
    let stop = CancellationToken::new();
    let begin = Instant::now();
    engine.check_live_steps().await?;
    let running = tokio::spawn({
        let stop = stop.clone();
        async move { engine.run(stop).await }
    });
    while noop.app.storage.last_event().await? == records {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let first = begin.elapsed().as_secs_f64();
    while noop.app.storage.next_due().await?.is_some() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let all = begin.elapsed().as_secs_f64();
    stop.cancel();
    running.await?;
    let ledger = noop.target.ledger();
    // Three objects and two tests each, and the tests are cleared away: nothing lost, nothing doubled.
    ensure!(ledger.len() == in_flight() * 7, "{} effects for {} operations", ledger.len(), in_flight());
    let budget = 2.0f64.mul_add(read, 2.0);
    report.at_most("until the first resumed step, leases of 30 s waited out before", first, budget, "s");
    let rate = in_flight() as f64 / all;
    report.note("until all have ended", format!("{all:.1} s"), format!("{rate:.0} operations a second, 16 at a time"));
    // Each has three objects and two tests to write, however often it begins.
    let repeated = (deaf.written.load(Ordering::Relaxed) + again.written.load(Ordering::Relaxed))
        .saturating_sub(in_flight() * 5 + deaf.waiting.load(Ordering::Relaxed));
    let peer = format!("{repeated} of {} in flight", in_flight());
    report.ratio("writing calls made twice", repeated as f64 / in_flight() as f64, peer, Budget::AtMost(1.0));
    noop.app.close().await;
    Ok(())
}
