//! The objects of one cluster: current state, history for watches, ledger, and all of it on disk.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::io;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::watch;

use super::canonical::sha256_hex;
use super::journal::{Change, Journal, Snapshot};
use super::kinds::{self, Kind};
use super::ledger::{Effect, EffectDraft};
use super::object;

/// Lines in the log after which a snapshot replaces it.
const COMPACT_AFTER: usize = 50_000;

/// Where an object is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    /// Kind, as `deployments.apps`.
    pub kind: &'static str,
    /// Namespace, empty if there is none.
    pub namespace: String,
    /// Name.
    pub name: String,
}

impl Key {
    /// A key.
    pub fn new(kind: &Kind, namespace: &str, name: &str) -> Self {
        Self { kind: kind.qualified, namespace: namespace.to_owned(), name: name.to_owned() }
    }
}

/// One change that a watch can be told about.
#[derive(Debug, Clone)]
pub(super) struct HistoryEntry {
    pub rv: u64,
    pub key: Key,
    pub old: Option<Arc<Value>>,
    pub new: Option<Arc<Value>>,
}

/// What containers of a pod printed, by container; `name/previous` is the run before.
pub(super) type PodLogs = BTreeMap<String, Vec<String>>;

/// State of one cluster.
#[derive(Debug)]
pub(super) struct Store {
    cluster: String,
    seed: u64,
    rv: u64,
    objects: BTreeMap<Key, Arc<Value>>,
    by_uid: HashMap<String, Key>,
    dependents: HashMap<String, BTreeSet<Key>>,
    history: VecDeque<HistoryEntry>,
    window: usize,
    window_start: u64,
    ledger: Vec<Effect>,
    logs: HashMap<String, PodLogs>,
    journal: Journal,
    changed: watch::Sender<u64>,
}

impl Store {
    /// Opens the state of a cluster and replaces the log by a snapshot.
    pub fn open(dir: &Path, cluster: &str, seed: u64, window: usize) -> io::Result<Self> {
        let (journal, loaded) = Journal::open(dir)?;
        let mut store = Self {
            cluster: cluster.to_owned(),
            seed,
            rv: loaded.snapshot.rv.max(1),
            objects: BTreeMap::new(),
            by_uid: HashMap::new(),
            dependents: HashMap::new(),
            history: VecDeque::new(),
            window: window.max(1),
            window_start: 0,
            ledger: loaded.ledger,
            logs: HashMap::new(),
            journal,
            changed: watch::Sender::new(0),
        };
        for change in loaded.snapshot.objects.into_iter().chain(loaded.changes) {
            store.rv = store.rv.max(change.rv);
            store.replay(change);
        }
        store.window_start = store.rv;
        store.compact()?;
        Ok(store)
    }

    fn replay(&mut self, change: Change) {
        // A kind that this version no longer models is left out.
        let Some(kind) = kinds::by_qualified(&change.kind) else { return };
        let key = Key::new(kind, &change.namespace, &change.name);
        self.unindex(&key);
        match change.object {
            Some(object) => {
                if let Some(logs) = change.logs {
                    self.logs.insert(object::uid(&object).to_owned(), logs);
                }
                self.index(key, Arc::new(object));
            }
            None => {
                self.objects.remove(&key);
            }
        }
    }

    fn index(&mut self, key: Key, object: Arc<Value>) {
        self.by_uid.insert(object::uid(&object).to_owned(), key.clone());
        for owner in object::owner_uids(&object) {
            self.dependents.entry(owner.to_owned()).or_default().insert(key.clone());
        }
        self.objects.insert(key, object);
    }

    fn unindex(&mut self, key: &Key) {
        let Some(object) = self.objects.get(key) else { return };
        self.by_uid.remove(object::uid(object));
        for owner in object::owner_uids(object) {
            if let Some(keys) = self.dependents.get_mut(owner) {
                keys.remove(key);
                if keys.is_empty() {
                    self.dependents.remove(owner);
                }
            }
        }
    }

    /// The last resourceVersion.
    pub fn revision(&self) -> u64 {
        self.rv
    }

    /// Tells when the revision moves.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// A uid for the next object: random to look at, the same for the same seed and history.
    pub fn next_uid(&self) -> String {
        let hex = sha256_hex(&format!("{}/{}/{}", self.seed, self.cluster, self.rv + 1));
        format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
    }

    /// One object.
    pub fn get(&self, key: &Key) -> Option<&Arc<Value>> {
        self.objects.get(key)
    }

    /// Whether there is an object with this uid.
    pub fn has_uid(&self, uid: &str) -> bool {
        self.by_uid.contains_key(uid)
    }

    /// Objects of a kind, in one namespace or in all, by namespace and name.
    pub fn list<'a>(
        &'a self,
        kind: &Kind,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = (&'a Key, &'a Arc<Value>)> {
        let start = Key::new(kind, namespace.unwrap_or_default(), "");
        let qualified = kind.qualified;
        self.objects.range(start..).take_while(move |(key, _)| {
            key.kind == qualified && namespace.is_none_or(|namespace| key.namespace == namespace)
        })
    }

    /// Objects that name this uid as an owner.
    pub fn dependents(&self, uid: &str) -> Vec<(Key, Arc<Value>)> {
        let keys = self.dependents.get(uid).into_iter().flatten();
        keys.filter_map(|key| self.objects.get(key).map(|object| (key.clone(), Arc::clone(object)))).collect()
    }

    /// Objects whose owners are all gone.
    pub fn orphans(&self) -> Vec<(Key, Arc<Value>)> {
        let mut found = BTreeMap::new();
        for (_, keys) in self.dependents.iter().filter(|(owner, _)| !self.by_uid.contains_key(*owner)) {
            for (key, object) in keys.iter().filter_map(|key| self.objects.get_key_value(key)) {
                if object::owner_uids(object).all(|owner| !self.by_uid.contains_key(owner)) {
                    found.insert(key.clone(), Arc::clone(object));
                }
            }
        }
        found.into_iter().collect()
    }

    /// Everything, for the controllers that look at all kinds.
    pub fn all(&self) -> impl Iterator<Item = (&Key, &Arc<Value>)> {
        self.objects.iter()
    }

    /// The list as it was at an earlier revision; `None` if that is too long ago.
    pub fn list_at(&self, kind: &Kind, namespace: Option<&str>, rv: u64) -> Option<Vec<(Key, Arc<Value>)>> {
        if rv < self.window_start || rv > self.rv {
            return None;
        }
        let mut state: BTreeMap<Key, Arc<Value>> =
            self.list(kind, namespace).map(|(key, object)| (key.clone(), Arc::clone(object))).collect();
        for entry in self.history.iter().rev().take_while(|entry| entry.rv > rv) {
            if entry.key.kind != kind.qualified || namespace.is_some_and(|namespace| entry.key.namespace != namespace) {
                continue;
            }
            match &entry.old {
                Some(old) => state.insert(entry.key.clone(), Arc::clone(old)),
                None => state.remove(&entry.key),
            };
        }
        Some(state.into_iter().collect())
    }

    /// Changes after a revision; `None` if that is too long ago.
    pub fn since(&self, rv: u64) -> Option<impl Iterator<Item = &HistoryEntry>> {
        if rv < self.window_start {
            return None;
        }
        let from = self.history.partition_point(|entry| entry.rv <= rv);
        Some(self.history.range(from..))
    }

    /// The oldest revision from which a watch can start.
    pub fn window_start(&self) -> u64 {
        self.window_start
    }

    /// Forgets the history, as etcd's compaction does.
    pub fn forget_history(&mut self) {
        self.history.clear();
        self.window_start = self.rv;
        self.changed.send_replace(self.rv);
    }

    /// Stores an object under the next revision.
    pub fn put(&mut self, key: &Key, object: Value, effect: Option<EffectDraft>) -> io::Result<Arc<Value>> {
        self.put_with_logs(key, object, effect, None)
    }

    /// Stores a pod together with what its containers printed.
    pub fn put_with_logs(
        &mut self,
        key: &Key,
        mut object: Value,
        effect: Option<EffectDraft>,
        logs: Option<PodLogs>,
    ) -> io::Result<Arc<Value>> {
        let rv = self.rv + 1;
        object["metadata"]["resourceVersion"] = json!(rv.to_string());
        let effect = effect.map(|draft| self.effect(draft, &object));
        let uid = object::uid(&object).to_owned();
        let logs = match logs {
            Some(new) => {
                let mut all = self.logs.get(&uid).cloned().unwrap_or_default();
                all.extend(new);
                Some(all)
            }
            None => self.logs.get(&uid).cloned(),
        };
        let change = Change {
            rv,
            kind: key.kind.to_owned(),
            namespace: key.namespace.clone(),
            name: key.name.clone(),
            object: Some(object),
            effect,
            logs,
        };
        self.journal.append(&change)?;
        self.rv = rv;
        self.ledger.extend(change.effect);
        if let Some(logs) = change.logs {
            self.logs.insert(uid, logs);
        }
        let new = Arc::new(change.object.unwrap_or_default());
        self.unindex(key);
        let old = self.objects.get(key).cloned();
        self.index(key.clone(), Arc::clone(&new));
        self.remember(HistoryEntry { rv, key: key.clone(), old, new: Some(Arc::clone(&new)) })?;
        Ok(new)
    }

    /// Removes an object under the next revision.
    pub fn remove(&mut self, key: &Key, effect: Option<EffectDraft>) -> io::Result<()> {
        let Some(old) = self.objects.get(key).cloned() else { return Ok(()) };
        let rv = self.rv + 1;
        let effect = effect.map(|draft| Effect { resource_version: rv.to_string(), ..self.effect(draft, &old) });
        let change = Change {
            rv,
            kind: key.kind.to_owned(),
            namespace: key.namespace.clone(),
            name: key.name.clone(),
            object: None,
            effect,
            logs: None,
        };
        self.journal.append(&change)?;
        self.rv = rv;
        self.ledger.extend(change.effect);
        self.unindex(key);
        self.objects.remove(key);
        self.logs.remove(object::uid(&old));
        self.remember(HistoryEntry { rv, key: key.clone(), old: Some(old), new: None })
    }

    fn effect(&self, draft: EffectDraft, object: &Value) -> Effect {
        Effect {
            sequence: self.ledger.last().map_or(0, |effect| effect.sequence) + 1,
            time: object::now(),
            cluster: self.cluster.clone(),
            verb: draft.verb,
            kind: object::text(object, "/kind").unwrap_or_default().to_owned(),
            namespace: object::namespace(object).to_owned(),
            name: object::name(object).to_owned(),
            uid: object::uid(object).to_owned(),
            resource_version: object::resource_version(object).to_owned(),
            field_manager: draft.field_manager,
            user: draft.user,
            changed: draft.changed,
        }
    }

    fn remember(&mut self, entry: HistoryEntry) -> io::Result<()> {
        self.history.push_back(entry);
        while self.history.len() > self.window {
            if let Some(gone) = self.history.pop_front() {
                self.window_start = gone.rv;
            }
        }
        self.changed.send_replace(self.rv);
        if self.journal.lines > COMPACT_AFTER { self.compact() } else { Ok(()) }
    }

    /// Effects in order.
    pub fn ledger(&self) -> &[Effect] {
        &self.ledger
    }

    /// What containers of a pod printed.
    pub fn logs(&self, pod_uid: &str) -> Option<&PodLogs> {
        self.logs.get(pod_uid)
    }

    fn compact(&mut self) -> io::Result<()> {
        let objects = self
            .objects
            .iter()
            .map(|(key, object)| Change {
                rv: self.rv,
                kind: key.kind.to_owned(),
                namespace: key.namespace.clone(),
                name: key.name.clone(),
                object: Some(object.as_ref().clone()),
                effect: None,
                logs: self.logs.get(object::uid(object)).cloned(),
            })
            .collect();
        self.journal.compact(&Snapshot { rv: self.rv, objects })
    }

    /// Removes every object and every effect. Revisions go on, so that nobody takes a new object for an old one.
    pub fn reset(&mut self) -> io::Result<()> {
        let keys: Vec<Key> = self.objects.keys().cloned().collect();
        for key in keys {
            self.remove(&key, None)?;
        }
        self.ledger.clear();
        self.compact()?;
        self.journal.clear_ledger()?;
        self.forget_history();
        Ok(())
    }
}
