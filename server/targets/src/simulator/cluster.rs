//! One running cluster: what is configured and the state behind its lock.

use std::io;
use std::path::Path;

use parking_lot::Mutex;

use super::config::{ClusterConfig, SimulatorConfig};
use super::controllers::Clock;
use super::faults::Faults;
use super::seed;
use super::store::Store;

/// One cluster.
#[derive(Debug)]
pub(super) struct Cluster {
    /// What is configured.
    pub config: ClusterConfig,
    /// Objects and time. Held for the length of one request or one tick, never across an `await`.
    pub state: Mutex<State>,
}

/// What changes.
#[derive(Debug)]
pub(super) struct State {
    /// Objects, history, ledger.
    pub store: Store,
    /// Simulated time.
    pub clock: Clock,
}

impl Cluster {
    /// Opens the state of a cluster and provides what the data centre provides.
    pub fn open(config: &SimulatorConfig, cluster: ClusterConfig) -> io::Result<Self> {
        let dir = Path::new(&config.state_dir).join(&cluster.name);
        let mut store = Store::open(&dir, &cluster.name, config.seed, config.watch_window)?;
        seed::provide(&mut store, &cluster)?;
        Ok(Self { config: cluster, state: Mutex::new(State { store, clock: Clock::default() }) })
    }

    /// Lets simulated seconds pass.
    pub fn step(&self, faults: &Faults, ticks: u32) -> io::Result<()> {
        let mut state = self.state.lock();
        let State { store, clock } = &mut *state;
        for _ in 0..ticks {
            clock.step(store, faults, &self.config.name)?;
        }
        Ok(())
    }

    /// Back to what the data centre provides.
    pub fn reset(&self) -> io::Result<()> {
        let mut state = self.state.lock();
        state.store.reset()?;
        state.clock = Clock::default();
        seed::provide(&mut state.store, &self.config)
    }
}
