//! Time and fresh names. Nothing else in the program asks the machine for either.

use portal_model::{
    Timestamp,
    reference::{Reference, ReferenceKind},
};
use uuid::{NoContext, Uuid};

/// The clock, so that tests can set it.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// A UUIDv7 of this moment.
pub fn new_uuid(now: Timestamp) -> Uuid {
    let seconds = now.0.div_euclid(1_000_000);
    let nanos = now.0.rem_euclid(1_000_000) * 1000;
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, u64::try_from(seconds).unwrap_or(0), nanos as u32))
}

/// A random reference.
pub fn new_reference(kind: ReferenceKind) -> Reference {
    Reference::from_random(kind, rand::random())
}
