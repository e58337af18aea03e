//! Planted bugs: wrong ports, chosen here and never part of the product. The tests of the other files catch each.

use super::stale::fence_holds;
use async_trait::async_trait;
use portal_core::{
    engine::{Packages, PrepareInput, Prepared, SourceError},
    ports::{
        Applied, Claim, Journal, JournalError, Lease, ObjectRef, Observation, Place, Record, ServiceAnswer,
        ServiceRequest, Target, TargetError, TargetReport, TestState,
    },
};
use portal_model::Timestamp;
use portal_testing::{FakePackages, Fault, MemoryJournal, Scenario, World};
use serde_json::Value;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// Says that it has recorded, but drops the n-th record.
pub(crate) struct Forgetful {
    pub inner: Arc<MemoryJournal>,
    pub drop: usize,
    pub count: AtomicUsize,
}

#[async_trait]
impl Journal for Forgetful {
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
        if self.count.fetch_add(1, Ordering::SeqCst) == self.drop {
            return Ok(());
        }
        self.inner.record(lease, record).await
    }
    async fn next_due(&self) -> Result<Option<Timestamp>, JournalError> {
        self.inner.next_due().await
    }
    async fn live_steps(&self) -> Result<Vec<String>, JournalError> {
        self.inner.live_steps().await
    }
}

#[tokio::test]
async fn a_dropped_record_is_caught() {
    // The first record only says that the first attempt has begun; every other one carries facts.
    let mut caught = 0;
    for drop in 1..20 {
        let mut world = World::new(Scenario::Install);
        let count = AtomicUsize::new(0);
        let forgetful = Arc::new(Forgetful { inner: Arc::clone(&world.journal), drop, count });
        world.ports.journal = Arc::clone(&forgetful) as Arc<dyn Journal>;
        world.drive().await;
        let carries_facts = forgetful.count.load(Ordering::SeqCst) > drop;
        if carries_facts && world.verify().is_err() {
            caught += 1;
        }
    }
    assert!(caught >= 5, "caught {caught}");
}

/// Names objects by chance instead of by the instance.
#[derive(Default)]
pub(crate) struct RandomNames(AtomicUsize);

#[async_trait]
impl Packages for RandomNames {
    async fn prepare(&self, input: PrepareInput<'_>) -> Result<Prepared, SourceError> {
        let mut prepared = FakePackages.prepare(input).await?;
        let n = self.0.fetch_add(1, Ordering::SeqCst);
        for object in &mut prepared.objects {
            object["metadata"]["name"] = format!("web-{n}").into();
        }
        Ok(prepared)
    }
}

#[tokio::test]
async fn names_by_chance_are_caught() {
    let mut caught = false;
    for at in 0..60 {
        let mut world = World::new(Scenario::Activate);
        world.ports.packages = Arc::new(RandomNames::default());
        world.faults.plan(Fault::KillAt(at));
        world.drive().await;
        caught |= world.verify().is_err();
    }
    assert!(caught);
}

/// Reads again just before writing, so that the fence never closes.
pub(crate) struct Unfenced(pub Arc<dyn Target>);

#[async_trait]
impl Target for Unfenced {
    async fn check(&self, place: &Place) -> Result<TargetReport, TargetError> {
        self.0.check(place).await
    }
    async fn read(&self, place: &Place, object: &Value) -> Result<Option<ObjectRef>, TargetError> {
        self.0.read(place, object).await
    }
    async fn apply(&self, place: &Place, object: &Value, _seen: Option<&ObjectRef>) -> Result<Applied, TargetError> {
        let now = self.0.read(place, object).await?;
        self.0.apply(place, object, now.as_ref()).await
    }
    async fn inventory(&self, place: &Place, instance: &str) -> Result<Vec<ObjectRef>, TargetError> {
        self.0.inventory(place, instance).await
    }
    async fn delete(&self, place: &Place, seen: &ObjectRef) -> Result<(), TargetError> {
        self.0.delete(place, seen).await
    }
    async fn observe(&self, place: &Place, objects: &[Value]) -> Result<Observation, TargetError> {
        self.0.observe(place, objects).await
    }
    async fn test_state(&self, place: &Place, job: &str) -> Result<TestState, TargetError> {
        self.0.test_state(place, job).await
    }
    async fn ask(&self, place: &Place, request: &ServiceRequest) -> Result<ServiceAnswer, TargetError> {
        self.0.ask(place, request).await
    }
}

#[tokio::test]
async fn a_skipped_fence_is_caught() {
    assert!(!fence_holds(|world| world.ports.target = Arc::new(Unfenced(Arc::clone(&world.target) as _))).await);
}
