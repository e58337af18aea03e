//! The provisioning engine: carries out operations, step by step, at least once each and with one effect each (R6).
//!
//! It claims an operation for the time of a lease, runs one step without any transaction, and records the outcome in a
//! short transaction that is guarded by the lease. A worker that dies leaves a lease that ends; another one goes on at
//! the same step.

mod breaker;
mod config;
pub mod effects;
mod events;
mod guard;
mod hands;
mod input;
mod new;
pub mod operations;
mod pace;
mod sources;
pub mod steps;
mod work;

pub use config::{EVIDENCE_DAYS, EngineConfig};
pub(crate) use events::operation_state;
pub use events::{LOG_LINE, LOG_LINES};
pub use guard::Halt;
pub use hands::Hands;
pub use input::{Before, Content, INPUT_VERSION, InputError, OperationInput, Tried};
pub use new::{Over, new_activate, new_install, new_remove, new_rollback, new_sleep, new_test, new_trial};
pub use sources::{EngineReads, Packages, Places, PrepareInput, Prepared, SourceError, StoreReads};

use crate::ports::{Clock, Journal, JournalError, Target};
use breaker::Breaker;
use pace::Pace;
use portal_model::operation::StepKind;
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use work::Work;

/// What the engine works with.
#[derive(Clone)]
pub struct EnginePorts {
    /// Claims and records.
    pub journal: Arc<dyn Journal>,
    /// Rows.
    pub reads: Arc<dyn EngineReads>,
    /// Rendered packages.
    pub packages: Arc<dyn Packages>,
    /// Kubernetes targets.
    pub target: Arc<dyn Target>,
    /// Where targets are and how to get in.
    pub places: Arc<dyn Places>,
    /// Time.
    pub clock: Arc<dyn Clock>,
}

/// Gives a number from 0 to the bound, both included: the jitter of back-offs.
pub type Jitter = Arc<dyn Fn(i64) -> i64 + Send + Sync>;

/// Why the engine does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Unfinished operations have steps that this program does not know: an older program must finish them first.
    #[error("unfinished operations have unknown steps: {}", .0.join(", "))]
    UnknownSteps(Vec<String>),
    /// The journal failed.
    #[error("journal")]
    Journal(#[from] JournalError),
}

/// The engine. Cloning shares the circuit breakers and the wake-up.
#[derive(Clone)]
pub struct Engine {
    ports: EnginePorts,
    config: EngineConfig,
    breaker: Arc<Breaker>,
    pace: Arc<Pace>,
    jitter: Jitter,
    wake: Arc<Notify>,
}

impl Engine {
    /// An engine.
    pub fn new(ports: EnginePorts, config: EngineConfig) -> Self {
        let breaker = Arc::new(Breaker::new(config.breaker_failures, config.breaker_seconds));
        let jitter: Jitter = Arc::new(|bound| rand::random_range(0..=bound.max(0)));
        Self { ports, config, breaker, pace: Arc::default(), jitter, wake: Arc::default() }
    }

    /// With jitter of one's own, for tests that repeat.
    pub fn with_jitter(self, jitter: Jitter) -> Self {
        Self { jitter, ..self }
    }

    /// Wakes an idle worker: something was enqueued. To be kept by those who enqueue.
    pub fn waker(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }

    /// Whether every step of every unfinished operation is known; to be asked before [`Engine::run`].
    ///
    /// # Errors
    /// The unknown names, or the journal failed.
    pub async fn check_live_steps(&self) -> Result<(), StartError> {
        let mut unknown = self.ports.journal.live_steps().await?;
        unknown.retain(|name| StepKind::from_word(name).is_none());
        if unknown.is_empty() { Ok(()) } else { Err(StartError::UnknownSteps(unknown)) }
    }

    /// Claims one operation and works on it until it ends, waits or is lost. `false` if nothing was due.
    pub async fn run_once(&self) -> bool {
        self.run_one(&CancellationToken::new()).await
    }

    /// Works until `stop` is cancelled. Then nothing more is claimed, current objects are finished, and leases are
    /// given back.
    pub async fn run(&self, stop: CancellationToken) {
        let workers = (0..self.config.workers.max(1)).map(|_| self.run_worker(&stop));
        futures::future::join_all(workers).await;
    }

    async fn run_worker(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            if self.run_one(stop).await {
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.wake.notified() => {}
                () = tokio::time::sleep(self.idle().await) => {}
            }
        }
    }

    async fn run_one(&self, stop: &CancellationToken) -> bool {
        let now = self.ports.clock.now();
        let until = now.plus_seconds(self.config.lease_seconds);
        match self.ports.journal.claim(&self.config.worker, now, until, self.config.per_target).await {
            Ok(Some(claim)) => {
                // Something may be left for an idle sibling.
                self.wake.notify_one();
                Work::new(self, claim, stop.clone()).run().await;
                true
            }
            Ok(None) => false,
            Err(error) => {
                tracing::warn!(%error, "no claim");
                false
            }
        }
    }

    /// How long an idle worker sleeps: until something is due, but not longer than the configured time, so that what
    /// another process enqueues is seen, and not shorter than a moment, since what is due may be out of reach.
    async fn idle(&self) -> Duration {
        let longest = Duration::from_secs(self.config.idle_seconds.max(1).unsigned_abs());
        let Ok(Some(due)) = self.ports.journal.next_due().await else { return longest };
        let micros = due.0.saturating_sub(self.ports.clock.now().0).max(0).unsigned_abs();
        Duration::from_micros(micros).clamp(Duration::from_millis(200), longest)
    }
}
