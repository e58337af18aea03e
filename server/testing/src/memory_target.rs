//! A cluster in memory, with a ledger of its effects. It fences like the real one: creating is a POST that only the
//! first writer wins, changing and deleting need uid and version, and a call keeps to its deadline.

use crate::{FakeClock, Faults};
use async_trait::async_trait;
use parking_lot::Mutex;
use portal_core::{
    engine::steps::{key, ref_key},
    ports::{
        Applied, Clock as _, ObjectRef, Observation, Place, ServiceAnswer, ServiceRequest, Target, TargetError,
        TargetReport, TestState,
    },
};
use portal_model::{TargetId, Timestamp, operation::FailureCause};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What an effect did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// Made.
    Created,
    /// Changed.
    Changed,
    /// Removed.
    Deleted,
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Effect {
    /// Where.
    pub target: TargetId,
    /// What.
    pub verb: Verb,
    /// `Kind/name`.
    pub key: String,
}

#[derive(Debug, Clone)]
struct Stored {
    value: Value,
    seen: ObjectRef,
}

#[derive(Debug, Default)]
struct Cluster {
    objects: BTreeMap<(TargetId, String), Stored>,
    ledger: Vec<Effect>,
    counter: u64,
    looks: BTreeMap<String, u32>,
    red: BTreeSet<String>,
    broken: Option<TargetError>,
    calls: usize,
    break_at: Option<(usize, TargetError)>,
}

/// The cluster.
pub struct MemoryTarget {
    cluster: Mutex<Cluster>,
    clock: Arc<FakeClock>,
    faults: Arc<Faults>,
    /// How often workloads and tests are looked at before they are through.
    pub slow: u32,
    /// A call that comes too late has no effect; off to see the fence alone.
    pub keeps_deadline: bool,
}

impl MemoryTarget {
    /// An empty cluster.
    pub fn new(clock: Arc<FakeClock>, faults: Arc<Faults>) -> Self {
        Self { cluster: Mutex::default(), clock, faults, slow: 1, keeps_deadline: true }
    }

    /// All effects so far.
    pub fn ledger(&self) -> Vec<Effect> {
        self.cluster.lock().ledger.clone()
    }

    /// `Kind/name` and content of what is there.
    pub fn objects(&self, target: TargetId) -> BTreeMap<String, Value> {
        let cluster = self.cluster.lock();
        let here = cluster.objects.iter().filter(|((at, _), _)| *at == target);
        here.map(|((_, key), stored)| (key.clone(), stored.value.clone())).collect()
    }

    /// Forgets what belongs to an instance, so that the rest can be looked at alone; gives its effects and what is there.
    pub(crate) fn forget(&self, instance: &str) -> (Vec<Effect>, BTreeMap<String, Value>) {
        let mut cluster = self.cluster.lock();
        let is_its = |key: &str| key.split_once('/').is_some_and(|(_, name)| name.starts_with(instance));
        let effects = cluster.ledger.extract_if(.., |e| is_its(&e.key)).collect();
        let here: Vec<_> = cluster.objects.keys().filter(|(_, key)| is_its(key)).cloned().collect();
        let objects = here.into_iter().filter_map(|at| cluster.objects.remove(&at).map(|s| (at.1, s.value)));
        (effects, objects.collect())
    }

    /// Puts an object there without an entry in the ledger.
    pub fn put(&self, target: TargetId, value: &Value) {
        self.cluster.lock().store(target, value);
    }

    /// The Job of this name fails.
    pub fn make_red(&self, job: &str) {
        self.cluster.lock().red.insert(job.to_owned());
    }

    /// The Job of this name succeeds from now on.
    pub fn make_green(&self, job: &str) {
        self.cluster.lock().red.remove(job);
    }

    /// Every call fails with this from now on; `None` heals it.
    pub fn break_with(&self, error: Option<TargetError>) {
        self.cluster.lock().broken = error;
    }

    /// The n-th call from now fails with this, once.
    pub fn break_at(&self, call: usize, error: TargetError) {
        let mut cluster = self.cluster.lock();
        cluster.calls = 0;
        cluster.break_at = Some((call, error));
    }

    /// How many calls there were since the last [`MemoryTarget::break_at`].
    pub fn calls(&self) -> usize {
        self.cluster.lock().calls
    }

    /// A call: a boundary before and one after the effect; in between it must still be in time.
    async fn call<T>(
        &self,
        place: &Place,
        effect: impl FnOnce(&mut Cluster) -> Result<T, TargetError> + Send,
    ) -> Result<T, TargetError>
    where
        T: Send,
    {
        let unreachable = |what: &str| TargetError::new(FailureCause::Unreachable, what);
        let began = self.clock.now();
        self.cluster.lock().fail()?;
        self.faults.boundary().await.map_err(|_| unreachable("before the effect"))?;
        if self.keeps_deadline && self.is_late(began, place) {
            return Err(unreachable("deadline"));
        }
        let result = effect(&mut self.cluster.lock());
        self.faults.boundary().await.map_err(|_| unreachable("after the effect"))?;
        result
    }

    fn is_late(&self, began: Timestamp, place: &Place) -> bool {
        let deadline = i64::try_from(place.deadline.as_secs()).unwrap_or(i64::MAX);
        self.clock.now() > began.plus_seconds(deadline)
    }
}

impl Cluster {
    fn fail(&mut self) -> Result<(), TargetError> {
        let call = self.calls;
        self.calls += 1;
        match &self.break_at {
            Some((at, error)) if *at == call => return Err(error.clone()),
            _ => {}
        }
        self.broken.clone().map_or(Ok(()), Err)
    }

    fn store(&mut self, target: TargetId, value: &Value) {
        self.counter += 1;
        let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let fresh = ObjectRef {
            api_version: text("/apiVersion"),
            kind: text("/kind"),
            name: text("/metadata/name"),
            uid: format!("uid-{}", self.counter),
            resource_version: self.counter.to_string(),
        };
        let before = self.objects.get(&(target, key(value))).map(|s| s.seen.uid.clone());
        let seen = ObjectRef { uid: before.unwrap_or(fresh.uid), ..fresh };
        self.objects.insert((target, key(value)), Stored { value: value.clone(), seen });
    }

    fn note(&mut self, target: TargetId, verb: Verb, key: String) {
        self.ledger.push(Effect { target, verb, key });
    }

    /// Counts a look; whether there were enough.
    fn looked_enough(&mut self, what: &str, slow: u32) -> bool {
        let looks = self.looks.entry(what.to_owned()).or_default();
        *looks += 1;
        *looks > slow
    }
}

fn instance_of(value: &Value) -> &str {
    value.pointer("/metadata/labels/ozg-portal~1instance").and_then(Value::as_str).unwrap_or_default()
}

fn fenced(what: String) -> TargetError {
    TargetError::new(FailureCause::Fenced, what)
}

#[async_trait]
impl Target for MemoryTarget {
    async fn check(&self, place: &Place) -> Result<TargetReport, TargetError> {
        self.call(place, |_| Ok(TargetReport { version: "memory".into(), missing: Vec::new() })).await
    }

    async fn read(&self, place: &Place, object: &Value) -> Result<Option<ObjectRef>, TargetError> {
        let at = (place.target.id, key(object));
        self.call(place, |c| Ok(c.objects.get(&at).map(|s| s.seen.clone()))).await
    }

    async fn apply(&self, place: &Place, object: &Value, seen: Option<&ObjectRef>) -> Result<Applied, TargetError> {
        let target = place.target.id;
        self.call(place, |c| {
            let at = (target, key(object));
            let (verb, applied) = match (c.objects.get(&at), seen) {
                (Some(s), _) if instance_of(&s.value) != instance_of(object) => {
                    return Err(TargetError::new(FailureCause::Conflict, at.1));
                }
                (None, None) => (Verb::Created, Applied::Created),
                (Some(s), Some(seen)) if s.seen == *seen && s.value == *object => return Ok(Applied::Unchanged),
                (Some(s), Some(seen)) if s.seen == *seen => (Verb::Changed, Applied::Changed),
                _ => return Err(fenced(at.1)),
            };
            c.store(target, object);
            c.note(target, verb, at.1);
            Ok(applied)
        })
        .await
    }

    async fn inventory(&self, place: &Place, instance: &str) -> Result<Vec<ObjectRef>, TargetError> {
        let target = place.target.id;
        self.call(place, |c| {
            let ours = c.objects.iter().filter(|((at, _), s)| *at == target && instance_of(&s.value) == instance);
            Ok(ours.map(|(_, s)| s.seen.clone()).collect())
        })
        .await
    }

    async fn delete(&self, place: &Place, seen: &ObjectRef) -> Result<(), TargetError> {
        let target = place.target.id;
        self.call(place, |c| {
            let at = (target, ref_key(seen));
            match c.objects.get(&at) {
                None => return Ok(()),
                Some(s) if s.seen != *seen => return Err(fenced(at.1)),
                Some(_) => {}
            }
            c.objects.remove(&at);
            c.looks.remove(&at.1);
            c.note(target, Verb::Deleted, at.1);
            Ok(())
        })
        .await
    }

    async fn observe(&self, place: &Place, objects: &[Value]) -> Result<Observation, TargetError> {
        let (target, slow) = (place.target.id, self.slow);
        self.call(place, |c| {
            let missing: Vec<String> =
                objects.iter().map(key).filter(|k| !c.objects.contains_key(&(target, k.clone()))).collect();
            if missing.is_empty() && c.looked_enough("workloads", slow) {
                return Ok(Observation::Ready);
            }
            Ok(Observation::Pending(missing))
        })
        .await
    }

    async fn test_state(&self, place: &Place, job: &str) -> Result<TestState, TargetError> {
        let (target, slow, at) = (place.target.id, self.slow, format!("Job/{job}"));
        self.call(place, |c| {
            if !c.objects.contains_key(&(target, at.clone())) {
                return Err(TargetError::new(FailureCause::Internal, "no such Job"));
            }
            if !c.looked_enough(&at, slow) {
                return Ok(TestState::Running);
            }
            let passed = !c.red.iter().any(|red| job.contains(red.as_str()));
            Ok(TestState::Ended {
                passed,
                log: format!("one\ntwo\npassword={}\n", crate::sources::SECRET),
                millis: 1200,
            })
        })
        .await
    }

    /// Answers as if there were a program behind each Service that is there; a red one answers 500.
    async fn ask(&self, place: &Place, request: &ServiceRequest) -> Result<ServiceAnswer, TargetError> {
        let (target, at) = (place.target.id, format!("Service/{}", request.service));
        self.call(place, |c| {
            let there = c.objects.contains_key(&(target, at.clone()));
            let red = c.red.iter().any(|red| request.path.contains(red.as_str()));
            let (status, media_type, body) = match &request.body {
                _ if !there => (404, "text/plain", String::new()),
                _ if red => (500, "text/plain", "broken".to_owned()),
                None => (200, "text/html", format!("<h1>{}</h1>", crate::sources::SECRET)),
                Some((_, body)) => (200, "application/json", reply(body)),
            };
            Ok(ServiceAnswer { status, media_type: media_type.to_owned(), body: body.into_bytes() })
        })
        .await
    }
}

/// The reply of the intake contract to what was sent.
fn reply(body: &[u8]) -> String {
    let body = String::from_utf8_lossy(body);
    let id = body.split("\"transactionId\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    serde_json::json!({"transactionId": id, "vorgang": {"vorgangNummer": "V-1"}}).to_string()
}
