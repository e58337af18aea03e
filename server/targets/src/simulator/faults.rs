//! Faults on demand: what goes wrong, for which requests, how often.
//!
//! Faults live in memory only; a restarted simulator has none.

use serde::{Deserialize, Serialize};

/// Which requests (or, for [`FaultAction::ImageMissing`] and [`FaultAction::NeverReady`], pods) a fault hits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// Given by the simulator.
    #[serde(default)]
    pub id: u64,
    /// Cluster; without it, all.
    #[serde(default)]
    pub cluster: Option<String>,
    /// HTTP method; without it, all.
    #[serde(default)]
    pub method: Option<String>,
    /// Kind of the object (`Deployment`); without it, all.
    #[serde(default)]
    pub kind: Option<String>,
    /// Namespace; without it, all.
    #[serde(default)]
    pub namespace: Option<String>,
    /// Beginning of the object's name; without it, all. Creating requests take the name from the body.
    #[serde(default)]
    pub name_prefix: Option<String>,
    /// How many matching requests pass before the fault starts.
    #[serde(default)]
    pub skip: u32,
    /// How many requests it hits; without it, every one until it is taken away.
    #[serde(default)]
    pub count: Option<u32>,
    /// Chance to hit a matching request, 0 to 1; decided by the simulator's seed.
    #[serde(default)]
    pub probability: Option<f64>,
    /// What goes wrong.
    pub action: FaultAction,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum FaultAction {
    /// Answer with this status code (429, 500, 503, 409, ...) without doing anything.
    Status {
        /// HTTP status code.
        code: u16,
        /// Seconds for `Retry-After`.
        #[serde(default)]
        retry_after: Option<u32>,
    },
    /// Close the connection before doing anything.
    DropBefore,
    /// Do it, then close the connection without an answer.
    DropAfter,
    /// Wait, then do it.
    Delay {
        /// How long, in milliseconds.
        milliseconds: u64,
    },
    /// Do it, wait, then answer.
    DelayAfter {
        /// How long, in milliseconds.
        milliseconds: u64,
    },
    /// Close every connection of the cluster.
    Unreachable,
    /// Refuse new objects as if a quota were used up.
    QuotaExceeded,
    /// The image can't be pulled: pods stay with ErrImagePull.
    ImageMissing,
    /// Pods run, but never become ready.
    NeverReady,
}

/// What a request is matched by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'a> {
    pub cluster: &'a str,
    pub method: &'a str,
    pub kind: &'a str,
    pub namespace: &'a str,
    pub name: &'a str,
}

impl Fault {
    fn matches(&self, target: Target<'_>) -> bool {
        let is = |wanted: &Option<String>, value: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(value))
        };
        is(&self.cluster, target.cluster)
            && is(&self.method, target.method)
            && is(&self.kind, target.kind)
            && is(&self.namespace, target.namespace)
            && self.name_prefix.as_deref().is_none_or(|prefix| target.name.starts_with(prefix))
    }

    /// Whether it concerns pods of a cluster rather than requests to it.
    fn is_about_pods(&self) -> bool {
        matches!(self.action, FaultAction::ImageMissing | FaultAction::NeverReady)
    }
}

/// The faults in force.
#[derive(Debug, Clone)]
pub(super) struct Faults {
    list: Vec<Fault>,
    next_id: u64,
    random: u64,
    version: u64,
}

impl Faults {
    /// No faults.
    pub fn new(seed: u64) -> Self {
        Self { list: Vec::new(), next_id: 1, random: seed, version: 0 }
    }

    /// Adds a fault and gives it its id.
    pub fn add(&mut self, mut fault: Fault) -> Fault {
        fault.id = self.next_id;
        self.next_id += 1;
        self.version += 1;
        self.list.push(fault.clone());
        fault
    }

    /// The faults in force.
    pub fn list(&self) -> &[Fault] {
        &self.list
    }

    /// Changes when a fault comes or goes by a person's hand.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Takes one fault away, or all.
    pub fn remove(&mut self, id: Option<u64>) {
        self.version += 1;
        self.list.retain(|fault| id.is_some_and(|id| fault.id != id));
    }

    /// The actions for one request. Counts it.
    pub fn take(&mut self, target: Target<'_>) -> Vec<FaultAction> {
        let mut actions = Vec::new();
        for index in 0..self.list.len() {
            if self.list[index].is_about_pods() || !self.list[index].matches(target) {
                continue;
            }
            if self.list[index].skip > 0 {
                self.list[index].skip -= 1;
                continue;
            }
            if let Some(probability) = self.list[index].probability
                && self.random() >= probability
            {
                continue;
            }
            let fault = &mut self.list[index];
            if let Some(count) = &mut fault.count {
                if *count == 0 {
                    continue;
                }
                *count -= 1;
            }
            actions.push(fault.action.clone());
        }
        self.list.retain(|fault| fault.count != Some(0));
        actions
    }

    /// Whether a pod suffers from this.
    pub fn hits_pod(&self, cluster: &str, namespace: &str, pod: &str, action: &FaultAction) -> bool {
        let target = Target { cluster, method: "", kind: "", namespace, name: pod };
        self.list.iter().any(|fault| {
            let mut wanted = fault.clone();
            wanted.kind = None;
            wanted.method = None;
            fault.action == *action && wanted.matches(target)
        })
    }

    /// A number from 0 up to 1 (splitmix64).
    fn random(&mut self) -> f64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        f64::from(u32::try_from(mixed >> 32).unwrap_or(0)) / f64::from(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(action: FaultAction) -> Fault {
        Fault {
            id: 0,
            cluster: None,
            method: Some("POST".into()),
            kind: None,
            namespace: None,
            name_prefix: Some("a".into()),
            skip: 1,
            count: Some(2),
            probability: None,
            action,
        }
    }

    #[test]
    fn counts_what_it_hits() {
        let mut faults = Faults::new(7);
        faults.add(fault(FaultAction::DropAfter));
        let target = Target { cluster: "c", method: "POST", kind: "ConfigMap", namespace: "n", name: "abc" };
        assert!(faults.take(Target { name: "b", ..target }).is_empty());
        let hits: Vec<usize> = (0..4).map(|_| faults.take(target).len()).collect();
        assert_eq!(hits, [0, 1, 1, 0]);
        assert!(faults.list().is_empty());
    }
}
