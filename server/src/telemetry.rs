//! Log lines and figures.

use crate::config::{Config, LogFormat};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use tracing_subscriber::EnvFilter;

static FIGURES: OnceLock<PrometheusHandle> = OnceLock::new();

/// Borders of the buckets for durations, in seconds.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Begins to write log lines to standard error.
pub fn start_log(config: &Config) {
    let filter = EnvFilter::try_new(&config.log_filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start, as in tests, changes nothing.
    drop(match config.log {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    });
}

/// Begins to collect figures. Once per process; further calls change nothing.
pub fn start_figures() {
    let Ok(builder) = PrometheusBuilder::new().set_buckets(BUCKETS) else { return };
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_ok() {
        drop(FIGURES.set(handle));
    }
}

/// All figures as Prometheus reads them; `None` if none are collected.
pub fn figures() -> Option<String> {
    FIGURES.get().map(|handle| {
        handle.run_upkeep();
        handle.render()
    })
}
