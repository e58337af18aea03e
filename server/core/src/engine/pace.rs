//! How many requests a second a target gets from this process: each call takes the next free moment. In memory: other
//! processes have a pace of their own, so their rates add up.

use parking_lot::Mutex;
use portal_model::TargetId;
use std::{collections::HashMap, time::Duration};
use tokio::time::Instant;

/// The next free moment of each target that has a rate.
#[derive(Default)]
pub(crate) struct Pace {
    next: Mutex<HashMap<TargetId, Instant>>,
}

impl Pace {
    /// Takes the next free moment of a target and says when it is; `None` is at once.
    pub(crate) fn take(&self, target: TargetId, per_second: Option<i64>) -> Option<Instant> {
        let rate = u32::try_from(per_second?).ok().filter(|rate| *rate > 0)?;
        let now = Instant::now();
        let mut next = self.next.lock();
        let mine = next.get(&target).copied().filter(|at| *at > now).unwrap_or(now);
        next.insert(target, mine + Duration::from_secs(1) / rate);
        (mine > now).then_some(mine)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_lie_apart_by_the_rate() {
        let (pace, target) = (Pace::default(), TargetId(uuid::Uuid::nil()));
        let begin = Instant::now();
        assert_eq!(pace.take(target, Some(1)), None, "the first one goes at once");
        let moments = [1, 2, 3].map(|_| pace.take(target, Some(1)).unwrap().duration_since(begin));
        for (seconds, moment) in (1..).zip(moments) {
            assert!(moment >= Duration::from_secs(seconds), "{moment:?}");
            assert!(moment < Duration::from_secs(seconds) + Duration::from_secs(1), "{moment:?}");
        }
        let other = TargetId(uuid::Uuid::max());
        assert_eq!(pace.take(other, Some(1)), None, "each target has its own");
        assert_eq!([pace.take(target, None), pace.take(target, Some(0))], [None, None]);
    }
}
