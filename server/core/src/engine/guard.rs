//! The lease as the worker holds it: asked before every call to the outside, renewed in time.

use super::config::EngineConfig;
use crate::ports::{Clock, Journal, JournalError, Lease, TargetError};
use parking_lot::Mutex;
use portal_model::Timestamp;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Why a step could not go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Halt {
    /// Another worker has the operation, or may have it: nothing more may be done.
    #[error("lease lost")]
    LeaseLost,
    /// The program stops; the current object is finished.
    #[error("stopping")]
    Stopping,
    /// The target failed.
    #[error(transparent)]
    Target(#[from] TargetError),
}

/// A lease between the end of a call and the end of the lease, so that a late answer never meets a takeover.
const MARGIN_SECONDS: i64 = 2;

pub(crate) struct Guard<'a> {
    pub(crate) journal: &'a dyn Journal,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) config: &'a EngineConfig,
    pub(crate) stop: CancellationToken,
    lease: Mutex<Lease>,
}

impl<'a> Guard<'a> {
    pub(crate) fn new(
        journal: &'a dyn Journal,
        clock: &'a dyn Clock,
        config: &'a EngineConfig,
        stop: CancellationToken,
        lease: Lease,
    ) -> Self {
        Self { journal, clock, config, stop, lease: Mutex::new(lease) }
    }

    pub(crate) fn lease(&self) -> Lease {
        self.lease.lock().clone()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Renews the lease if it is getting short, and gives the deadline of the next call: always below what is left.
    pub(crate) async fn ready(&self) -> Result<Duration, Halt> {
        if self.left() * 3 < self.config.lease_seconds * 2 {
            self.confirm().await?;
        }
        let left = self.left() - MARGIN_SECONDS;
        match u64::try_from(left.min(self.config.call_seconds)) {
            Ok(seconds) if seconds > 0 => Ok(Duration::from_secs(seconds)),
            _ => Err(Halt::LeaseLost),
        }
    }

    /// Asks the journal whether the lease is still ours, and renews it.
    pub(crate) async fn confirm(&self) -> Result<(), Halt> {
        let until = self.now().plus_seconds(self.config.lease_seconds);
        let lease = self.lease();
        match self.journal.extend(&lease, until).await {
            Ok(()) => {
                self.lease.lock().until = until;
                Ok(())
            }
            Err(JournalError::LeaseLost) => Err(Halt::LeaseLost),
            // The database does not answer: what is left of the lease may still be used.
            Err(JournalError::Store(error)) => {
                tracing::warn!(operation = %lease.operation, %error, "lease not renewed");
                if self.left() > self.config.call_seconds + MARGIN_SECONDS { Ok(()) } else { Err(Halt::LeaseLost) }
            }
        }
    }

    /// Between two objects: stops here if the program stops.
    pub(crate) fn between_objects(&self) -> Result<(), Halt> {
        if self.stop.is_cancelled() { Err(Halt::Stopping) } else { Ok(()) }
    }

    fn left(&self) -> i64 {
        self.lease.lock().until.seconds_since(self.now())
    }
}
