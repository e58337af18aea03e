//! The work that nobody waits for: carrying out operations, sealing the record, clearing old sessions and packages.

use crate::wiring;
use portal_core::{
    Portal,
    engine::{Engine, EngineConfig, StartError},
};
use portal_storage::Storage;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;

/// How often the record is sealed.
const SEAL: Duration = Duration::from_secs(60);
/// How often old sessions are cleared.
const CLEAR: Duration = Duration::from_secs(600);

/// How often packages that nothing refers to are cleared, and how soon after the start.
const SWEEP: Duration = Duration::from_secs(6 * 3600);
const SWEEP_FIRST: Duration = Duration::from_secs(15 * 60);

/// Whether the worker of this process is well. Without one, it is.
#[derive(Debug, Clone, Default)]
pub struct WorkerStatus {
    failed: Arc<AtomicBool>,
}

impl WorkerStatus {
    /// Works, or is not wanted.
    pub fn is_well(&self) -> bool {
        !self.failed.load(Ordering::Relaxed)
    }

    fn set_failed(&self, failed: bool) {
        self.failed.store(failed, Ordering::Relaxed);
    }
}

/// Name of this worker in leases: the machine does not matter, two processes must differ.
fn name() -> String {
    format!("portal-{}-{}", std::process::id(), hex::encode(rand::random::<[u8; 4]>()))
}

/// Starts the worker; it ends when `stop` is cancelled, after giving its leases back.
///
/// # Errors
/// If unfinished operations have steps that this program does not know.
pub async fn start(
    portal: &Portal,
    storage: &Storage,
    workers: usize,
    status: WorkerStatus,
    stop: CancellationToken,
) -> Result<JoinHandle<()>, StartError> {
    let config = EngineConfig { worker: name(), workers, ..EngineConfig::default() };
    let engine = Engine::new(wiring::ports(portal, storage), config);
    engine.check_live_steps().await?;
    let (portal, storage) = (portal.clone(), storage.clone());
    Ok(tokio::spawn(async move {
        tokio::join!(
            supervise(engine.clone(), status, stop.clone()),
            wake(engine, storage.clone(), stop.clone()),
            tidy(portal, storage, stop),
        );
    }))
}

/// Runs the engine; should it ever panic, it begins anew, and `/readyz` says so in between.
async fn supervise(engine: Engine, status: WorkerStatus, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let (engine, until) = (engine.clone(), stop.clone());
        let ended = tokio::spawn(async move { engine.run(until).await }).await;
        if let Err(error) = ended {
            status.set_failed(true);
            tracing::error!(%error, "the worker ended; it begins anew");
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
            status.set_failed(false);
        }
    }
}

/// Wakes the engine when something was enqueued, here or (PostgreSQL) in another process.
async fn wake(engine: Engine, storage: Storage, stop: CancellationToken) {
    let mut changes = storage.changes();
    let waker = engine.waker();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            changed = changes.changed() => match changed {
                Ok(()) => waker.notify_one(),
                Err(_) => return,
            },
        }
    }
}

async fn tidy(portal: Portal, storage: Storage, stop: CancellationToken) {
    let sessions = storage.sessions(portal.clock().clone());
    let mut seal = tokio::time::interval(SEAL);
    let mut clear = tokio::time::interval(CLEAR);
    let mut sweep = tokio::time::interval_at(Instant::now() + SWEEP_FIRST, SWEEP);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = seal.tick() => {
                if let Err(error) = portal.audit_seal().await {
                    tracing::warn!(error = crate::web::failure::chain(&error), "the record was not sealed");
                }
            }
            _ = sweep.tick() => match portal.packages_sweep().await {
                Ok(swept) if swept.packages + swept.files > 0 => {
                    tracing::info!(packages = swept.packages, files = swept.files, "packages were cleared");
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(error = crate::web::failure::chain(&error), "packages were not cleared");
                }
            },
            _ = clear.tick() => {
                if let Err(error) = sessions.delete_expired().await {
                    tracing::warn!(%error, "old sessions were not cleared");
                }
            }
        }
    }
}
