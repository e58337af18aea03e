//! Settings of the engine.

/// How old a passed test run may be when production is changed (R1), in days.
pub const EVIDENCE_DAYS: i64 = 30;

/// How the engine works. Times are in seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineConfig {
    /// Name of this worker, for the lease.
    pub worker: String,
    /// Operations at the same time.
    pub workers: usize,
    /// Length of a lease. It is renewed before a call when less than two thirds of it are left.
    pub lease_seconds: i64,
    /// Longest single call to a target; at most a third of the lease, so that a takeover always waits it out.
    pub call_seconds: i64,
    /// Operations at the same time in one target, over all workers.
    pub per_target: i64,
    /// Attempts of one step before a person has to look.
    pub max_attempts: i64,
    /// First back-off.
    pub backoff_base_seconds: i64,
    /// Longest back-off.
    pub backoff_cap_seconds: i64,
    /// Between two looks at workloads or test Jobs.
    pub poll_seconds: i64,
    /// How long workloads may take to become ready.
    pub observe_timeout_seconds: i64,
    /// How long all test Jobs together may take.
    pub test_timeout_seconds: i64,
    /// How long all Jobs of a package that run before its workloads, or after them, may take.
    pub hook_timeout_seconds: i64,
    /// How old a passed test run may be when production is changed (R1), in days.
    pub evidence_days: i64,
    /// Calls without an answer in a row after which a target is left alone.
    pub breaker_failures: u32,
    /// How long it is left alone.
    pub breaker_seconds: i64,
    /// Longest sleep of an idle worker.
    pub idle_seconds: i64,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            worker: "portal".to_owned(),
            workers: 4,
            lease_seconds: 30,
            call_seconds: 8,
            per_target: 4,
            max_attempts: 8,
            backoff_base_seconds: 2,
            backoff_cap_seconds: 300,
            poll_seconds: 2,
            observe_timeout_seconds: 300,
            test_timeout_seconds: 600,
            hook_timeout_seconds: 1800,
            evidence_days: EVIDENCE_DAYS,
            breaker_failures: 5,
            breaker_seconds: 30,
            idle_seconds: 5,
        }
    }
}

impl EngineConfig {
    /// Upper bound of the wait before attempt `attempt + 1`: doubles from the base up to the cap.
    pub fn backoff_seconds(&self, attempt: i64) -> i64 {
        let doublings = u32::try_from(attempt.clamp(1, 20) - 1).unwrap_or(0);
        self.backoff_base_seconds.saturating_mul(1 << doublings).min(self.backoff_cap_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_back_off_doubles_up_to_its_cap() {
        let config = EngineConfig::default();
        assert_eq!([1, 2, 3].map(|n| config.backoff_seconds(n)), [2, 4, 8]);
        assert_eq!(config.backoff_seconds(1000), 300);
    }
}
