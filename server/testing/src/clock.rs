//! A clock that only moves when told.

use parking_lot::Mutex;
use portal_core::ports::Clock;
use portal_model::Timestamp;

/// A clock to set.
#[derive(Debug)]
pub struct FakeClock(Mutex<Timestamp>);

impl Default for FakeClock {
    /// 23 November 2026, 08:00 UTC.
    fn default() -> Self {
        Self(Mutex::new(Timestamp(1_795_420_800_000_000)))
    }
}

impl FakeClock {
    /// Goes on by this many seconds.
    pub fn advance(&self, seconds: i64) {
        let mut now = self.0.lock();
        *now = now.plus_seconds(seconds);
    }

    /// Goes on to this moment; never back.
    pub fn advance_to(&self, at: Timestamp) {
        let mut now = self.0.lock();
        *now = (*now).max(at);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        *self.0.lock()
    }
}
