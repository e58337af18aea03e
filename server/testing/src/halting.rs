//! Ports that stop at a chosen point, so that a test can kill or pause the real process exactly there.

use async_trait::async_trait;
use portal_core::ports::{
    Applied, Claim, Journal, JournalError, Lease, ObjectRef, Observation, Place, Record, ServiceAnswer, ServiceRequest,
    Target, TargetError, TargetReport, TestState,
};
use portal_model::Timestamp;
use serde_json::Value;
use std::{
    io::Write,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Where to stop: at the n-th passing of a kind of point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// Before the n-th effect in the target: read, not yet written.
    BeforeEffect(u64),
    /// After the n-th effect, before anything is recorded.
    AfterEffect(u64),
    /// Before the n-th record in the journal.
    BeforeRecord(u64),
    /// After the n-th record.
    AfterRecord(u64),
}

impl FromStr for Point {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, n) = text.split_once(':').ok_or("kind:number")?;
        let n = n.parse().map_err(|_| "a number")?;
        match kind {
            "before-effect" => Ok(Point::BeforeEffect(n)),
            "after-effect" => Ok(Point::AfterEffect(n)),
            "before-record" => Ok(Point::BeforeRecord(n)),
            "after-record" => Ok(Point::AfterRecord(n)),
            other => Err(format!("no point {other}")),
        }
    }
}

/// Counts passings; at the chosen one says `halted` on standard output and goes on only when told on standard input.
#[derive(Default)]
pub struct Halt {
    point: Option<Point>,
    effects: AtomicU64,
    records: AtomicU64,
}

impl Halt {
    /// Stops at a point, or never.
    pub fn at(point: Option<Point>) -> Arc<Self> {
        Arc::new(Self { point, ..Self::default() })
    }

    /// Effects and records so far.
    pub fn counts(&self) -> (u64, u64) {
        (self.effects.load(Ordering::SeqCst), self.records.load(Ordering::SeqCst))
    }

    async fn pass(&self, here: Point) {
        if self.point != Some(here) {
            return;
        }
        let told = tokio::task::spawn_blocking(|| {
            let mut out = std::io::stdout().lock();
            drop(writeln!(out, "halted").and_then(|()| out.flush()));
            drop(out);
            std::io::stdin().read_line(&mut String::new())
        });
        drop(told.await);
    }
}

/// A target that stops around its effects.
pub struct HaltingTarget<T> {
    /// The real one.
    pub inner: T,
    /// Where.
    pub halt: Arc<Halt>,
}

impl<T: Target> HaltingTarget<T> {
    async fn before(&self) -> u64 {
        let n = self.halt.effects.fetch_add(1, Ordering::SeqCst) + 1;
        self.halt.pass(Point::BeforeEffect(n)).await;
        n
    }
}

#[async_trait]
impl<T: Target> Target for HaltingTarget<T> {
    async fn check(&self, place: &Place) -> Result<TargetReport, TargetError> {
        self.inner.check(place).await
    }

    async fn read(&self, place: &Place, object: &Value) -> Result<Option<ObjectRef>, TargetError> {
        self.inner.read(place, object).await
    }

    async fn apply(&self, place: &Place, object: &Value, seen: Option<&ObjectRef>) -> Result<Applied, TargetError> {
        let n = self.before().await;
        let done = self.inner.apply(place, object, seen).await;
        self.halt.pass(Point::AfterEffect(n)).await;
        done
    }

    async fn inventory(&self, place: &Place, instance: &str) -> Result<Vec<ObjectRef>, TargetError> {
        self.inner.inventory(place, instance).await
    }

    async fn delete(&self, place: &Place, seen: &ObjectRef) -> Result<(), TargetError> {
        let n = self.before().await;
        let done = self.inner.delete(place, seen).await;
        self.halt.pass(Point::AfterEffect(n)).await;
        done
    }

    async fn observe(&self, place: &Place, objects: &[Value]) -> Result<Observation, TargetError> {
        self.inner.observe(place, objects).await
    }

    async fn test_state(&self, place: &Place, job_name: &str) -> Result<TestState, TargetError> {
        self.inner.test_state(place, job_name).await
    }

    async fn ask(&self, place: &Place, request: &ServiceRequest) -> Result<ServiceAnswer, TargetError> {
        self.inner.ask(place, request).await
    }
}

/// A journal that stops around its records.
pub struct HaltingJournal {
    /// The real one.
    pub inner: Arc<dyn Journal>,
    /// Where.
    pub halt: Arc<Halt>,
}

#[async_trait]
impl Journal for HaltingJournal {
    async fn claim(
        &self,
        worker: &str,
        now: Timestamp,
        until: Timestamp,
        per_target: i64,
    ) -> Result<Option<Claim>, JournalError> {
        self.inner.claim(worker, now, until, per_target).await
    }

    async fn extend(&self, lease: &Lease, until: Timestamp) -> Result<(), JournalError> {
        self.inner.extend(lease, until).await
    }

    async fn record(&self, lease: &Lease, record: Record) -> Result<(), JournalError> {
        let n = self.halt.records.fetch_add(1, Ordering::SeqCst) + 1;
        self.halt.pass(Point::BeforeRecord(n)).await;
        let done = self.inner.record(lease, record).await;
        self.halt.pass(Point::AfterRecord(n)).await;
        done
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, JournalError> {
        self.inner.next_due().await
    }

    async fn live_steps(&self) -> Result<Vec<String>, JournalError> {
        self.inner.live_steps().await
    }
}
