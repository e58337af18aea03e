//! The faults of the simulation on real stores, the real Kubernetes driver and the simulated data centre, by
//! seed: three engines on one database, each of which is broken off and begun anew at random moments, while requests to the
//! data centre are refused, lost before and after their effect, and slow. `PORTAL_CHAOS_SEEDS` says how many on each
//! database (4), `PORTAL_CHAOS_SEED` which one alone.
#![expect(clippy::panic, reason = "what fails in a helper fails the test")]

use async_trait::async_trait;
use parking_lot::Mutex;
use portal_core::ports::{Claim, Journal, JournalError, Lease, Record, Store as _, StoreError};
use portal_model::{Timestamp, installation::InstallationState, operation::OperationState, reference::Reference};
use portal_targets::{kubernetes::KubernetesTarget, simulator::faults::Fault};
use portal_testing::{
    Random, TestApp,
    app::{PRODUCTION_NAMESPACE, TEST_NAMESPACE, engine_with_lease, fresh_postgres},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

const VERFAHREN: &str = "fundsachen";
/// Seconds of a lease, so that one that was left ends soon.
const LEASE: i64 = 6;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// A journal whose calls fail now and then, before their commit or after it.
struct Shaky {
    inner: Arc<dyn Journal>,
    chance: Arc<Mutex<Random>>,
}

impl Shaky {
    fn shake(&self) -> Result<(), JournalError> {
        match self.chance.lock().below(40) {
            0 => Err(StoreError::Database("shaken".into()).into()),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl Journal for Shaky {
    async fn claim(
        &self,
        worker: &str,
        now: Timestamp,
        until: Timestamp,
        per_target: i64,
    ) -> Result<Option<Claim>, JournalError> {
        self.shake()?;
        let claimed = self.inner.claim(worker, now, until, per_target).await;
        self.shake()?;
        claimed
    }

    async fn extend(&self, lease: &Lease, until: Timestamp) -> Result<(), JournalError> {
        self.shake()?;
        self.inner.extend(lease, until).await
    }

    async fn record(&self, lease: &Lease, record: Record) -> Result<(), JournalError> {
        self.shake()?;
        let recorded = self.inner.record(lease, record).await;
        self.shake()?;
        recorded
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, JournalError> {
        self.inner.next_due().await
    }

    async fn live_steps(&self) -> Result<Vec<String>, JournalError> {
        self.inner.live_steps().await
    }
}

/// What goes wrong in the data centre: kind of fault and how probable it is.
fn bad_day(app: &TestApp, chance: &mut Random) {
    let faults = [
        serde_json::json!({ "type": "status", "code": 429, "retryAfter": 1 }),
        serde_json::json!({ "type": "status", "code": 500 }),
        serde_json::json!({ "type": "status", "code": 409 }),
        serde_json::json!({ "type": "dropBefore" }),
        serde_json::json!({ "type": "dropAfter" }),
        serde_json::json!({ "type": "delayAfter", "milliseconds": 40 }),
        serde_json::json!({ "type": "quotaExceeded" }),
    ];
    for action in faults {
        let (probability, count) = (chance.below(12) as f64 / 100.0, 1 + chance.below(6));
        let fault = serde_json::json!({ "probability": probability, "count": count, "action": action });
        app.simulator.add_fault(serde_json::from_value::<Fault>(fault).expect("a fault"));
    }
}

async fn live(app: &TestApp, r: &Reference, chance: &Arc<Mutex<Random>>) {
    let shaky = || Arc::new(Shaky { inner: app.storage.clone(), chance: chance.clone() });
    let one = |n: usize| {
        let name = format!("chaos-{n}");
        engine_with_lease(Some(LEASE), &app.portal, &app.storage, Arc::new(KubernetesTarget::new()), shaky(), &name)
    };
    let consultant = app.ctx(app.people.consultant).await;
    // Broken off at any moment: the future is dropped where it waits, and its lease stays.
    let workers = (0..3).map(|n| {
        let (chance, storage, clock) = (chance.clone(), app.storage.clone(), app.clock.clone());
        let engines = [one(n), one(n + 3)];
        async move {
            let mut engines = engines.into_iter().cycle();
            let mut idle = 0;
            while idle < 3 {
                let patience = Duration::from_millis(5 + chance.lock().below(1500));
                let Some(engine) = engines.next() else { return };
                if let Ok(false) = tokio::time::timeout(patience, engine.run_once()).await {
                    // Who has nothing to do makes the time pass for all: leases end, also of those who work.
                    clock.pass_seconds(1);
                    tokio::time::sleep(Duration::from_millis(60)).await;
                }
                idle = if storage.next_due().await.is_ok_and(|due| due.is_none()) { idle + 1 } else { 0 };
            }
        }
    });
    for _ in 0..200 {
        futures::future::join_all(workers.clone().collect::<Vec<_>>()).await;
        let case = app.storage.case_by_reference(r).await.expect("a database").expect("a case");
        let operations = app.storage.operations(case.request.id).await.expect("a database");
        let Some(stuck) = operations.iter().find(|o| o.state == OperationState::Stuck) else { return };
        app.portal.operation_retry(&consultant, &stuck.reference).await.expect("tried again");
    }
    panic!("does not come to an end");
}

async fn seed(app: &TestApp, seed: u64) {
    let when = format!("seed {seed} on {}", app.url.split(':').next().unwrap_or_default());
    let chance = Arc::new(Mutex::new(Random::new(seed, 0)));
    let state = async |r: &Reference| {
        let clerk = app.ctx(app.people.clerk).await;
        app.portal.case_page(&clerk, r).await.expect("a case").installation
    };
    let r = app.accepted(VERFAHREN).await;
    bad_day(app, &mut chance.lock());
    live(app, &r, &chance).await;
    assert_eq!(state(&r).await, Some(InstallationState::InAcceptance), "{when}");
    app.approved(&r).await;
    bad_day(app, &mut chance.lock());
    live(app, &r, &chance).await;
    assert_eq!(state(&r).await, Some(InstallationState::Live), "{when}");
    let signatory = app.ctx(app.people.signatory).await;
    let lock = app.lock(&signatory, &r).await;
    app.portal.installation_remove(&signatory, &r, lock, r.as_str()).await.expect("begun");
    bad_day(app, &mut chance.lock());
    live(app, &r, &chance).await;
    assert_eq!(state(&r).await, Some(InstallationState::Removed), "{when}");
    let mut names: BTreeMap<(String, String), u64> = BTreeMap::new();
    for ((kind, name, uid), [created, changed, deleted]) in app.per_uid(None) {
        // Claims of a database are made by the cluster itself.
        let made = u64::from(!(kind == "PersistentVolumeClaim" && created == 0));
        assert_eq!((created, changed, deleted), (made, 0, 1), "{when}: {kind}/{name} {uid}");
        *names.entry((kind, name)).or_default() += 1;
    }
    assert!(names.values().all(|n| *n == 1), "{when}: made twice: {names:?}");
    assert!(names.len() > 15, "{when}: {names:?}, in {TEST_NAMESPACE} and {PRODUCTION_NAMESPACE}");
}

async fn seeds(kind: &str) {
    let range = match number("PORTAL_CHAOS_SEED") {
        Some(one) => one..one + 1,
        None => 0..number("PORTAL_CHAOS_SEEDS").unwrap_or(4),
    };
    for n in range {
        let app = match kind {
            "sqlite" => TestApp::start().await,
            _ => match fresh_postgres().await {
                Some(url) => TestApp::on(url, tempfile::tempdir().expect("a folder")).await,
                None => return println!("skipped: PORTAL_TEST_POSTGRES is not set"),
            },
        };
        app.publish(VERFAHREN, "1.0.0").await;
        seed(&app, n).await;
        app.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_everything() {
    seeds("sqlite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_keeps_everything() {
    seeds("postgres").await;
}
