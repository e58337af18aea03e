//! Pages of a catalogue with 5,000 entries, next to a bare axum handler that returns the same bytes. Same run, same machine,
//! same connections, no compression; pairs of rounds in the order A B B A.

use crate::{
    load,
    report::{Budget, Report, median},
};
use anyhow::{Context, Result};
use axum::{Router, body::Bytes, http::header, routing::get};
use portal::{AppState, router, state::WebSettings, web::assets::Site, worker::WorkerStatus};
use portal_testing::TestApp;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Entries of the catalogue.
pub const ENTRIES: usize = 5_000;
const CONNECTIONS: usize = 16;
const PAIRS: usize = 8;
const ROUND: Duration = Duration::from_millis(1200);
/// Filter and page number, so that nothing is the easiest case.
const PAGE: &str = "/verfahren?land=01&seite=3";

/// Where `make site` puts what browsers load.
pub fn site_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site")
}

/// A portal over a catalogue of some size, reachable at an address.
pub struct Served {
    /// Keeps the database.
    pub app: TestApp,
    /// Where it listens.
    pub address: SocketAddr,
}

/// Serves the portal over a catalogue with this many entries.
pub async fn serve(entries: usize) -> Result<Served> {
    let app = TestApp::start().await;
    app.publish("maengelmelder", "1.0.0").await;
    app.fill_catalogue("maengelmelder", entries.saturating_sub(1)).await;
    let site = Site::load(&site_folder()).unwrap_or_default();
    let (web, worker, stop) = (WebSettings::default(), WorkerStatus::default(), CancellationToken::new());
    let state = AppState::new(app.portal.clone(), (*app.storage).clone(), site, web, worker, stop);
    let address = listen(router(state)).await?;
    Ok(Served { app, address })
}

async fn listen(router: Router) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    Ok(address)
}

/// A bare handler that returns these bytes.
async fn bare(page: Bytes) -> Result<SocketAddr> {
    let answer = move || {
        let page = page.clone();
        async move { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page) }
    };
    listen(Router::new().route("/verfahren", get(answer))).await
}

/// Runs it.
pub async fn run(report: &mut Report) -> Result<()> {
    let served = serve(ENTRIES).await?;
    report.part("Catalogue, 5,000 entries on SQLite, 16 connections, compression off");
    let begin = Instant::now();
    let app = &served.app;
    drop(portal_testing::app::open(&app.url, app.packages.clone(), app.portal.clock().clone()).await);
    report.note("reading the catalogue at the start", format!("{} ms", begin.elapsed().as_millis()), "");
    // An address that is too long to be kept takes the way without the cache.
    let long = format!("{PAGE}&x={}", "x".repeat(300));
    for (what, path, budget) in [("with the page cache", PAGE, 0.90), ("without the page cache", long.as_str(), 0.30)] {
        let request = load::get(path, "");
        let asked = request.clone();
        let address = served.address;
        let page = blocking(move || load::once(address, &asked)).await?;
        let peer = bare(page.clone().into()).await?;
        let mut ratios = Vec::new();
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for pair in 0..PAIRS {
            let mut rates = [0.0; 2];
            for side in if pair % 2 == 0 { [0, 1] } else { [1, 0] } {
                let (request, page, address) = (request.clone(), page.clone(), [address, peer][side]);
                rates[side] = blocking(move || load::rate(address, &request, &page, CONNECTIONS, ROUND)).await?;
            }
            ratios.push(rates[0] / rates[1]);
            ours.push(rates[0]);
            theirs.push(rates[1]);
        }
        let peer = format!("{:.0} of bare axum's {:.0} req/s", median(ours), median(theirs));
        report.ratio(format!("{what} ({} kB)", page.len() / 1000), median(ratios), peer, Budget::AtLeast(budget));
    }
    Ok(())
}

/// Runs a client beside the server's threads.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.context("the client died")?
}
