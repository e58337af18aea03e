//! What a cluster does by itself: it makes pods, runs them, binds claims and cleans up.
//!
//! Time is counted in ticks, one per simulated second. A tick looks at everything in a fixed order, so the same history
//! always gives the same result. Only how long something has been waiting lives in memory: after a restart the waits
//! begin anew.

mod claims;
mod conditions;
mod deployments;
mod garbage;
mod jobs;
mod pod_status;
mod pods;
mod replica_sets;
mod stateful_sets;
mod status;
mod templates;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::sync::Arc;

use serde_json::{Value, json};

use super::canonical::sha256_hex;
use super::faults::{FaultAction, Faults};
use super::kinds::{self, Kind};
use super::object;
use super::store::{Key, Store};

/// Events that a cluster keeps; older ones go.
const MAX_EVENTS: usize = 2_000;

/// Waits that may be remembered before those of gone objects are looked for.
const MAX_REMEMBERED: usize = 10_000;

/// The clock of a cluster.
#[derive(Debug, Default)]
pub(super) struct Clock {
    tick: u64,
    due: HashMap<String, u64>,
    settled: HashMap<String, u64>,
    /// Revision and version of the faults after a tick in which nothing happened and nothing was waited for.
    idle: Option<(u64, u64)>,
    pruned_to: usize,
}

impl Clock {
    /// Lets one simulated second pass.
    pub fn step(&mut self, store: &mut Store, faults: &Faults, cluster: &str) -> io::Result<()> {
        self.tick += 1;
        let now = (store.revision(), faults.version());
        if self.idle == Some(now) {
            return Ok(());
        }
        self.prune(store);
        let mut ctx = Context { store, faults, cluster, clock: self };
        garbage::step(&mut ctx)?;
        claims::step(&mut ctx)?;
        deployments::step(&mut ctx)?;
        replica_sets::step(&mut ctx)?;
        stateful_sets::step(&mut ctx)?;
        jobs::step(&mut ctx)?;
        pods::step(&mut ctx)?;
        status::step(&mut ctx)?;
        let waiting = self.due.values().any(|due| *due > self.tick);
        self.idle = (!waiting && store.revision() == now.0).then_some(now);
        Ok(())
    }

    /// Forgets what concerned objects that are gone, once there is much of it.
    fn prune(&mut self, store: &Store) {
        let alive = |key: &String| key.split('/').any(|part| store.has_uid(part));
        if self.due.len() > MAX_REMEMBERED.max(2 * self.pruned_to) {
            self.due.retain(|key, _| alive(key));
            self.settled.retain(|key, _| alive(key));
            self.pruned_to = self.due.len();
        }
    }
}

/// What a controller works with during a tick.
struct Context<'a> {
    store: &'a mut Store,
    faults: &'a Faults,
    cluster: &'a str,
    clock: &'a mut Clock,
}

impl Context<'_> {
    /// All objects of a kind; the list does not see what happens meanwhile.
    fn list(&self, kind: &Kind) -> Vec<(Key, Arc<Value>)> {
        self.store.list(kind, None).map(|(key, object)| (key.clone(), Arc::clone(object))).collect()
    }

    /// The objects of a kind that name this uid as their owner.
    fn owned(&self, kind: &Kind, uid: &str) -> Vec<(Key, Arc<Value>)> {
        self.store.dependents(uid).into_iter().filter(|(key, _)| key.kind == kind.qualified).collect()
    }

    /// Starts a wait, unless it runs already. True when it is over.
    fn waited(&mut self, what: &str, ticks: u64) -> bool {
        let now = self.clock.tick;
        *self.clock.due.entry(what.to_owned()).or_insert(now + ticks) <= now
    }

    /// Forgets a wait, so that the next one begins anew.
    fn forget(&mut self, what: &str) {
        self.clock.due.remove(what);
    }

    /// A number that changes when the object or one of its dependents does.
    fn fingerprint(object: &Value, owned: &[(Key, Arc<Value>)]) -> u64 {
        let mut hasher = DefaultHasher::new();
        object::resource_version(object).hash(&mut hasher);
        owned.iter().for_each(|(_, dependent)| object::resource_version(dependent).hash(&mut hasher));
        hasher.finish()
    }

    /// Whether this state was looked at before and needed nothing.
    fn is_settled(&self, object: &Value, fingerprint: u64) -> bool {
        self.clock.settled.get(object::uid(object)) == Some(&fingerprint)
    }

    /// Remembers that this state needs nothing.
    fn settle(&mut self, object: &Value, fingerprint: u64) {
        self.clock.settled.insert(object::uid(object).to_owned(), fingerprint);
    }

    /// Stores the object if it differs from what is stored.
    fn save(&mut self, key: &Key, before: &Value, after: Value) -> io::Result<()> {
        if *before != after {
            self.store.put(key, after, None)?;
        }
        Ok(())
    }

    /// Whether a fault hits a pod.
    fn suffers(&self, pod: &Value, action: &FaultAction) -> bool {
        self.faults.hits_pod(self.cluster, object::namespace(pod), object::name(pod), action)
    }

    /// Makes an object of the cluster's own.
    fn create(&mut self, kind: &Kind, mut object: Value) -> io::Result<Key> {
        let key = Key::new(kind, object::namespace(&object), object::name(&object));
        object["apiVersion"] = json!(kind.api_version());
        object["kind"] = json!(kind.kind);
        object["metadata"]["uid"] = json!(self.store.next_uid());
        object["metadata"]["creationTimestamp"] = json!(object::now());
        if kind.generation {
            object["metadata"]["generation"] = json!(1);
        }
        self.store.put(&key, object, None)?;
        Ok(key)
    }

    /// Tells people about an object. The same reason and text is told once.
    fn event(&mut self, about: &Value, kind: &str, reason: &str, message: &str) -> io::Result<()> {
        let uid = object::uid(about);
        let hash = sha256_hex(&format!("{uid}/{reason}/{message}"));
        let namespace = object::namespace(about);
        let name = format!("{}.{}", object::name(about), &hash[..16]);
        let key = Key::new(&kinds::EVENT, namespace, &name);
        if self.store.get(&key).is_some() {
            return Ok(());
        }
        let now = object::now();
        let event = json!({
            "metadata": {"name": name, "namespace": namespace},
            "involvedObject": {
                "apiVersion": about["apiVersion"], "kind": about["kind"], "name": object::name(about),
                "namespace": namespace, "uid": uid,
            },
            "type": kind, "reason": reason, "message": message, "count": 1,
            "firstTimestamp": now, "lastTimestamp": now, "source": {"component": "simulator"},
        });
        self.create(&kinds::EVENT, event)?;
        Ok(())
    }
}

/// Whole number or percentage of a total, as in a rolling update.
fn part_of(value: Option<&Value>, total: i64, round_up: bool) -> i64 {
    let percent =
        value.and_then(Value::as_str).and_then(|text| text.strip_suffix('%')).and_then(|text| text.parse::<i64>().ok());
    match percent {
        Some(percent) if round_up => (total * percent + 99) / 100,
        Some(percent) => total * percent / 100,
        None => value.and_then(Value::as_i64).unwrap_or(0),
    }
}
