//! The process: several clusters behind one loopback port, and the clock that drives them.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use parking_lot::Mutex;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::cluster::Cluster;
use super::config::SimulatorConfig;
use super::faults::{Fault, Faults};
use super::ledger::Effect;
use super::routes;

/// Why the simulator can't run.
#[derive(Debug, Error)]
pub enum SimulatorError {
    /// The state can't be read or written.
    #[error("state of the simulated cluster {cluster:?}")]
    State {
        /// Which cluster.
        cluster: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// A cluster's name can't be a path prefix, or stands twice.
    #[error("{0:?} can't be the name of a simulated cluster")]
    ClusterName(String),
    /// It listens where others could reach it.
    #[error("the simulated data centre listens on loopback only, not on {0}")]
    NotLoopback(SocketAddr),
    /// The socket failed.
    #[error("socket of the simulated data centre")]
    Socket(#[source] io::Error),
}

/// A simulated data centre whose state is open.
#[derive(Debug, Clone)]
pub struct Simulator {
    pub(super) shared: Arc<Shared>,
}

/// What all requests share.
#[derive(Debug)]
pub(super) struct Shared {
    pub clusters: Vec<Cluster>,
    pub faults: Mutex<Faults>,
    pub speed: f64,
}

impl Shared {
    /// The cluster of this name.
    pub fn cluster(&self, name: &str) -> Option<&Cluster> {
        self.clusters.iter().find(|cluster| cluster.config.name == name)
    }
}

/// Opens the state and serves until `shutdown` is done.
///
/// # Errors
/// If the state can't be opened, the listener isn't on loopback, or the socket fails.
pub async fn serve(
    listener: TcpListener,
    config: SimulatorConfig,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), SimulatorError> {
    Simulator::open(&config)?.serve(listener, shutdown).await
}

impl Simulator {
    /// Opens (or makes) the state of every cluster.
    ///
    /// # Errors
    /// If a name is unusable or a state directory can't be read or written.
    pub fn open(config: &SimulatorConfig) -> Result<Self, SimulatorError> {
        let mut clusters: Vec<Cluster> = Vec::new();
        for cluster in &config.clusters {
            let name = &cluster.name;
            let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if name.is_empty() || !name.chars().all(good) || clusters.iter().any(|other| other.config.name == *name) {
                return Err(SimulatorError::ClusterName(name.clone()));
            }
            let opened = Cluster::open(config, cluster.clone())
                .map_err(|source| SimulatorError::State { cluster: name.clone(), source })?;
            clusters.push(opened);
        }
        let faults = Mutex::new(Faults::new(config.seed));
        Ok(Self { shared: Arc::new(Shared { clusters, faults, speed: config.speed }) })
    }

    /// Lets simulated seconds pass in every cluster, at once.
    ///
    /// # Errors
    /// If a state file can't be written.
    pub fn step(&self, ticks: u32) -> Result<(), SimulatorError> {
        // A copy, so that requests don't wait for a long tick.
        let faults = self.shared.faults.lock().clone();
        for cluster in &self.shared.clusters {
            cluster
                .step(&faults, ticks)
                .map_err(|source| SimulatorError::State { cluster: cluster.config.name.clone(), source })?;
        }
        Ok(())
    }

    /// The effects of a cluster so far; empty if there is no such cluster.
    pub fn ledger(&self, cluster: &str) -> Vec<Effect> {
        self.shared.cluster(cluster).map_or_else(Vec::new, |cluster| cluster.state.lock().store.ledger().to_vec())
    }

    /// Adds a fault; gives it back with its id.
    pub fn add_fault(&self, fault: Fault) -> Fault {
        self.shared.faults.lock().add(fault)
    }

    /// Serves until `shutdown` is done; open connections and watches are cut then.
    ///
    /// # Errors
    /// If the listener isn't on loopback or the socket fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), SimulatorError> {
        let address = listener.local_addr().map_err(SimulatorError::Socket)?;
        if !address.ip().is_loopback() {
            return Err(SimulatorError::NotLoopback(address));
        }
        // Dropped with this future, and with them every task: a test may simply abort the server.
        let mut tasks = JoinSet::new();
        if self.shared.speed > 0.0 && self.shared.speed.is_finite() {
            let simulator = self.clone();
            let pause = Duration::from_secs_f64((1.0 / self.shared.speed).clamp(0.001, 3600.0));
            tasks.spawn(async move { simulator.tick(pause).await });
        }
        tokio::pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => return Ok(()),
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        let shared = Arc::clone(&self.shared);
                        tasks.spawn(async move { connection(shared, stream).await });
                    }
                    // One connection that fails while it is accepted says nothing about the next.
                    Err(error) => tracing::debug!(%error, "simulator: a connection could not be accepted"),
                },
                Some(_) = tasks.join_next() => {}
            }
        }
    }

    async fn tick(&self, pause: Duration) {
        let mut interval = tokio::time::interval(pause);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        loop {
            interval.tick().await;
            if let Err(error) = self.step(1) {
                tracing::error!(%error, "simulator: a tick failed");
            }
        }
    }
}

/// Put into a response by a handler that wants the connection closed instead.
#[derive(Debug, Clone, Copy)]
pub(super) struct CloseConnection;

async fn connection(shared: Arc<Shared>, stream: tokio::net::TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "simulator: no TCP_NODELAY");
    }
    let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let shared = Arc::clone(&shared);
        async move {
            let request: Request = request.map(Body::new);
            let response = routes::answer(&shared, request).await;
            // An error of the service makes hyper close the connection without an answer.
            if response.extensions().get::<CloseConnection>().is_some() {
                return Err(io::Error::from(io::ErrorKind::ConnectionReset));
            }
            Ok(response)
        }
    });
    let served =
        auto::Builder::new(TokioExecutor::new()).http1_only().serve_connection(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        tracing::debug!(%error, "simulator: connection ended");
    }
}
