//! Starting and stopping.

use crate::{
    AppState,
    claim::Claim,
    config::Config,
    demo,
    keys::{self, Role},
    outbound::Links,
    router,
    simulator::Simulator,
    state::WebSettings,
    target_probe::Probe,
    telemetry,
    web::assets::Site,
    wiring,
    worker::{self, WorkerStatus},
};
use anyhow::{Context, Result, bail};
use portal_core::{
    Portal,
    ports::{Clock, SystemClock},
};
use portal_storage::{Packages, Storage};
use portal_targets::helm::{Helm, HelmStatus};
use std::{
    io::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

/// How long requests and the worker may go on after the stop.
const GRACE: Duration = Duration::from_secs(20);
/// What `portal serve` is asked to do.
#[derive(Debug, Clone, Default)]
pub struct ServeOptions {
    /// With demonstration data, simulated data centres and sign-in by choosing a role.
    pub demo: bool,
    /// Folder of the demonstration packages.
    pub demo_packages: PathBuf,
    /// Without carrying out operations: another process does.
    pub no_worker: bool,
}

/// Opens the database (and brings it up to date) and the portal on it, for a command.
///
/// # Errors
/// If the folder, a key file or the database cannot be used.
pub async fn open(config: &Config, demo: bool) -> Result<(Portal, Storage)> {
    open_for(config, demo, Role::Command).await
}

/// Opens the database (and brings it up to date) and the portal on it, with the keys that this role has.
///
/// # Errors
/// If the folder, a key file or the database cannot be used.
pub async fn open_for(config: &Config, demo: bool, role: Role) -> Result<(Portal, Storage)> {
    std::fs::create_dir_all(&config.data).with_context(|| format!("cannot create {}", config.data.display()))?;
    let keys = keys::load(config, role)?;
    let storage = open_storage(config).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    // Trying how helm can be isolated takes as long as reading the catalogue, so both at once.
    let packages = Arc::new(wiring::packages(config)?);
    tell_if_unreachable(packages.clone());
    let opened = Portal::open(Arc::new(storage.clone()), packages, clock, keys, demo);
    let (portal, charts) = tokio::join!(opened, charts(config));
    let probe = Probe::new(&config.outbound, None).context("TLS cannot be set up")?;
    let portal = portal?.with_charts(Arc::new(charts)).with_signatures(config.signatures);
    let mut portal = portal.with_probe(Arc::new(probe));
    if config.outbound.check_links {
        portal = portal.with_links(Arc::new(Links::new(&config.outbound).context("TLS cannot be set up")?));
    }
    Ok((portal, storage))
}

/// The portal starts without packages too, since most pages need none; whoever runs it wants to know at once.
fn tell_if_unreachable(packages: Arc<Packages>) {
    tokio::spawn(async move {
        if let Err(error) = packages.probe().await {
            tracing::error!(%error, "the store of packages cannot be reached");
        }
    });
}

/// What renders Helm charts, with a word in the log about what it can do.
async fn charts(config: &Config) -> Helm {
    let helm = Helm::start(config.helm.as_deref(), config.charts).await;
    match helm.status() {
        HelmStatus::Off | HelmStatus::Ready { isolated: true, .. } => tracing::info!(charts = %helm.status()),
        // Most portals do without charts; who named a helm wants to know.
        HelmStatus::Missing(None) => tracing::info!(charts = %helm.status()),
        _ => tracing::warn!(charts = %helm.status()),
    }
    helm
}

/// Opens the database and brings it up to date.
///
/// # Errors
/// If it cannot be reached or was made by a newer program.
pub async fn open_storage(config: &Config) -> Result<Storage> {
    let storage = Storage::open(&config.database_url).await?;
    storage.migrate().await?;
    Ok(storage)
}

/// Cancelled at SIGTERM and SIGINT.
///
/// # Errors
/// If the system does not let us listen for signals.
pub fn stop_at_signal() -> Result<CancellationToken> {
    let stop = CancellationToken::new();
    let token = stop.clone();
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
        tracing::info!("stopping");
        token.cancel();
    });
    Ok(stop)
}

/// `portal serve`
///
/// # Errors
/// If something that it needs is missing.
pub async fn serve(config: Config, options: ServeOptions) -> Result<()> {
    if options.demo && !config.addr.ip().is_loopback() {
        bail!(
            "--demo lets everybody sign in as anybody, so it listens on this machine only; {} is reachable from outside",
            config.addr
        );
    }
    // Before anything is opened: a second process would only find out when both write.
    let claim = Claim::take(&config, options.demo)?;
    let listener = TcpListener::bind(config.addr).await.with_context(|| format!("cannot listen on {}", config.addr))?;
    let addr = listener.local_addr()?;
    telemetry::start_figures();
    let stop = stop_at_signal()?;
    let role = if options.no_worker { Role::Beside } else { Role::Worker };
    let (portal, storage) = open_for(&config, options.demo, role).await?;
    let parts = CancellationToken::new();
    let simulator = match options.demo {
        true => Some(Simulator::start(&config.data, addr, parts.clone()).await?),
        false => None,
    };
    let portal = match &simulator {
        Some(simulator) => {
            let probe = Probe::new(&config.outbound, Some(simulator.url.clone())).context("TLS cannot be set up")?;
            portal.with_probe(Arc::new(probe))
        }
        None => portal,
    };
    let status = WorkerStatus::default();
    let worker = match options.no_worker {
        true => None,
        false => Some(worker::start(&portal, &storage, config.workers, status.clone(), stop.clone()).await?),
    };
    if let Some(simulator) = &simulator {
        fill(&portal, &storage, &simulator.url, &options.demo_packages, &config.data, &stop).await?;
    }
    let state =
        AppState::new(portal, storage.clone(), site(&config.site)?, WebSettings::of(&config), status, stop.clone());
    announce(&config, addr);
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
    let serving = tokio::spawn(async move { serving.await });
    stop.cancelled().await;
    // Live views end by the same signal; whoever still sends or receives gets some time.
    match tokio::time::timeout(GRACE, serving).await {
        Ok(ended) => ended??,
        Err(_) => tracing::warn!("some connections were cut"),
    }
    if let Some(worker) = worker
        && tokio::time::timeout(GRACE, worker).await.is_err()
    {
        tracing::warn!("the worker did not end in time; its leases end by themselves");
    }
    parts.cancel();
    if let Some(simulator) = simulator {
        simulator.ended().await;
    }
    storage.close().await;
    drop(claim);
    Ok(())
}

/// Fills an empty database with the demonstration.
async fn fill(
    portal: &Portal,
    storage: &Storage,
    simulator: &str,
    packages: &Path,
    data: &Path,
    stop: &CancellationToken,
) -> Result<()> {
    // There while it is being made: half a demonstration would look like a broken portal.
    let unfinished = data.join("demonstration-unfinished");
    if !demo::is_empty(storage).await? {
        if unfinished.exists() {
            bail!(
                "the demonstration was interrupted while it was being made; delete the folder {} and start again",
                data.display()
            );
        }
        return Ok(());
    }
    std::fs::write(&unfinished, "").with_context(|| format!("cannot write {}", unfinished.display()))?;
    tracing::info!("filling the database with demonstration data");
    tokio::select! {
        filled = demo::seed(portal, simulator, packages) => filled?,
        () = stop.cancelled() => bail!("stopped while the demonstration data were being made"),
    }
    std::fs::remove_file(&unfinished).with_context(|| format!("cannot remove {}", unfinished.display()))
}

/// What browsers load; without it pages have no style, which is worth a loud word but no refusal.
fn site(folder: &Path) -> Result<Site> {
    match Site::load(folder) {
        Ok(site) => Ok(site),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            tracing::warn!(folder = %folder.display(), "no style sheets and scripts here; `make site` builds them");
            Ok(Site::default())
        }
        Err(error) => Err(error).with_context(|| format!("cannot read {}", folder.display())),
    }
}

fn announce(config: &Config, addr: SocketAddr) {
    let url = config.public_url.clone().unwrap_or_else(|| format!("http://{addr}"));
    // The one line that whoever started it waits for; if they stopped reading, the portal serves all the same.
    drop(writeln!(std::io::stdout().lock(), "Portal: {url}"));
}

/// `portal worker`: only carries out operations.
///
/// # Errors
/// On SQLite, which one process has for itself, and if something that it needs is missing.
pub async fn work(config: Config) -> Result<()> {
    let stop = stop_at_signal()?;
    let (portal, storage) = open_for(&config, false, Role::Worker).await?;
    if !storage.is_postgres() {
        bail!(
            "a worker beside the portal needs PostgreSQL (DATABASE_URL=postgres://…): SQLite tells other processes \
             nothing of changes and lets one of them write at a time; `portal serve` carries out operations itself"
        );
    }
    worker::start(&portal, &storage, config.workers, WorkerStatus::default(), stop).await?.await?;
    storage.close().await;
    Ok(())
}
