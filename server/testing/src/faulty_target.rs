//! A cluster that answers like a bad day: throttled, in error, silent after the effect, overtaken, full, with lists of a
//! moment ago. What it does is decided by chance; what it has done stands in the ledger of the cluster behind it.

use crate::{MemoryTarget, schedule::Chance};
use async_trait::async_trait;
use parking_lot::Mutex;
use portal_core::ports::{
    Applied, ObjectRef, Observation, Place, ServiceAnswer, ServiceRequest, Target, TargetError, TargetReport, TestState,
};
use portal_model::operation::FailureCause as Cause;
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};

/// The cluster, disturbed.
pub struct FaultyTarget {
    inner: Arc<MemoryTarget>,
    chance: Arc<Mutex<Chance>>,
    /// The list before the last one, for each instance.
    lists: Mutex<BTreeMap<String, Vec<ObjectRef>>>,
}

impl FaultyTarget {
    /// Around a cluster.
    pub fn new(inner: Arc<MemoryTarget>, chance: Arc<Mutex<Chance>>) -> Self {
        Self { inner, chance, lists: Mutex::default() }
    }

    fn strikes(&self, what: &'static str, rarely: u64) -> bool {
        self.chance.lock().strikes(what, rarely)
    }

    /// What goes wrong before any effect.
    fn before(&self) -> Result<(), TargetError> {
        let error = |cause, what: &str| Err(TargetError::new(cause, what));
        if self.strikes("429", 60) {
            return error(Cause::Throttled, "too many requests");
        }
        if self.strikes("500", 60) {
            return error(Cause::Unreachable, "internal error");
        }
        if self.strikes("forbidden", 300) {
            return error(Cause::PermissionMissing, "forbidden");
        }
        Ok(())
    }

    /// The connection breaks after the effect, whatever it was.
    fn after<T>(&self, done: Result<T, TargetError>) -> Result<T, TargetError> {
        if self.strikes("reset after the effect", 40) {
            return Err(TargetError::new(Cause::Unreachable, "connection reset"));
        }
        done
    }
}

#[async_trait]
impl Target for FaultyTarget {
    async fn check(&self, place: &Place) -> Result<TargetReport, TargetError> {
        self.before()?;
        self.after(self.inner.check(place).await)
    }

    async fn read(&self, place: &Place, object: &Value) -> Result<Option<ObjectRef>, TargetError> {
        self.before()?;
        self.after(self.inner.read(place, object).await)
    }

    async fn apply(&self, place: &Place, object: &Value, seen: Option<&ObjectRef>) -> Result<Applied, TargetError> {
        self.before()?;
        if self.strikes("409", 40) {
            return Err(TargetError::new(Cause::Fenced, "somebody else was faster"));
        }
        if seen.is_none() && self.strikes("quota", 80) {
            return Err(TargetError::new(Cause::QuotaExceeded, "exceeded quota"));
        }
        self.after(self.inner.apply(place, object, seen).await)
    }

    async fn inventory(&self, place: &Place, instance: &str) -> Result<Vec<ObjectRef>, TargetError> {
        self.before()?;
        let now = self.inner.inventory(place, instance).await?;
        let key = format!("{} {instance}", place.target.id);
        let mut earlier = self.lists.lock().insert(key, now.clone()).unwrap_or_default();
        // Versions of a moment ago, and what is gone since: never without what is there. The driver asks for lists that
        // hold everything that was written before.
        if self.strikes("stale list", 6) {
            let fresh = now.iter().filter(|n| !earlier.iter().any(|e| e.uid == n.uid)).cloned().collect::<Vec<_>>();
            earlier.extend(fresh);
            return Ok(earlier);
        }
        self.after(Ok(now))
    }

    async fn delete(&self, place: &Place, seen: &ObjectRef) -> Result<(), TargetError> {
        self.before()?;
        self.after(self.inner.delete(place, seen).await)
    }

    async fn observe(&self, place: &Place, objects: &[Value]) -> Result<Observation, TargetError> {
        self.before()?;
        self.after(self.inner.observe(place, objects).await)
    }

    async fn ask(&self, place: &Place, request: &ServiceRequest) -> Result<ServiceAnswer, TargetError> {
        self.before()?;
        self.after(self.inner.ask(place, request).await)
    }

    async fn test_state(&self, place: &Place, job_name: &str) -> Result<TestState, TargetError> {
        self.before()?;
        self.after(self.inner.test_state(place, job_name).await)
    }
}
