//! A circuit breaker per target: a target that does not answer is left alone for a while, and the operations that
//! wait for it lose no attempts. In memory: after a restart the first calls find out again.

use parking_lot::Mutex;
use portal_model::{TargetId, Timestamp};
use std::collections::HashMap;

#[derive(Default, Clone, Copy)]
struct Circuit {
    failures: u32,
    /// Closed to everyone until then.
    open_until: Option<Timestamp>,
}

/// The circuits of all targets.
pub(crate) struct Breaker {
    circuits: Mutex<HashMap<TargetId, Circuit>>,
    failures: u32,
    seconds: i64,
}

impl Breaker {
    pub(crate) fn new(failures: u32, seconds: i64) -> Self {
        Self { circuits: Mutex::default(), failures: failures.max(1), seconds }
    }

    /// Whether a target may be called now, otherwise when to ask again. After the pause one caller is let through to
    /// try; the others wait for another pause.
    pub(crate) fn enter(&self, target: TargetId, now: Timestamp) -> Result<(), Timestamp> {
        let mut circuits = self.circuits.lock();
        let Some(circuit) = circuits.get_mut(&target) else { return Ok(()) };
        match circuit.open_until {
            Some(until) if now < until => Err(until),
            Some(_) => {
                circuit.open_until = Some(now.plus_seconds(self.seconds));
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// It answered, be it with an error.
    pub(crate) fn answered(&self, target: TargetId) {
        self.circuits.lock().remove(&target);
    }

    /// It did not answer.
    pub(crate) fn silent(&self, target: TargetId, now: Timestamp) {
        let mut circuits = self.circuits.lock();
        let circuit = circuits.entry(target).or_default();
        circuit.failures = circuit.failures.saturating_add(1);
        if circuit.failures >= self.failures {
            circuit.open_until = Some(now.plus_seconds(self.seconds));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_after_silence_and_lets_one_try() {
        let breaker = Breaker::new(3, 30);
        let target = TargetId(uuid::Uuid::nil());
        let now = Timestamp(0);
        (0..2).for_each(|_| breaker.silent(target, now));
        assert_eq!(breaker.enter(target, now), Ok(()));
        breaker.silent(target, now);
        assert_eq!(breaker.enter(target, now), Err(now.plus_seconds(30)));
        let later = now.plus_seconds(30);
        assert_eq!(breaker.enter(target, later), Ok(()));
        assert_eq!(breaker.enter(target, later), Err(later.plus_seconds(30)));
        breaker.answered(target);
        assert_eq!(breaker.enter(target, later), Ok(()));
    }
}
