//! Durable steps a second (B8): operations whose calls cost nothing, 64 at a time, through the real engine and the real
//! journal, next to bare commits of one row on the same database. On SQLite one connection writes, so bare commits come
//! one after the other; on PostgreSQL as many at a time as the portal has connections.

use crate::report::{Budget, Report, progress};
use anyhow::{Context, Result, ensure};
use portal_core::{
    engine::{Engine, EngineConfig, EnginePorts, StoreReads},
    ports::{Journal, Store, Target},
};
use portal_testing::{FakeClock, FakePackages, FakePlaces, Faults, MemoryTarget, TestApp};
use sqlx::{
    Connection, Executor,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{
    str::FromStr,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// Operations at the same time.
const HANDS: usize = 64;
/// Steps of an installation.
const STEPS: usize = 5;
/// Connections that the portal has to PostgreSQL.
const CONNECTIONS: usize = 8;

fn operations() -> usize {
    if cfg!(debug_assertions) { 100 } else { 1000 }
}

fn commits() -> usize {
    if cfg!(debug_assertions) { 100 } else { 1000 }
}

/// Operations on a real database, for a cluster whose calls cost nothing.
pub struct Noop {
    /// Database and rows.
    pub app: TestApp,
    /// The cluster.
    pub target: Arc<MemoryTarget>,
}

impl Noop {
    /// With this many operations that are due.
    pub async fn new(app: TestApp, operations: usize) -> Result<Self> {
        app.publish("maengelmelder", "1.0.0").await;
        let model = app.accepted("maengelmelder").await;
        app.run_until_idle().await;
        app.installs_like(&model, operations).await;
        let mut target = MemoryTarget::new(Arc::new(FakeClock::default()), Arc::new(Faults::default()));
        target.slow = 0;
        Ok(Self { app, target: Arc::new(target) })
    }

    /// An engine on them.
    pub async fn engine(&self, target: Arc<dyn Target>, hands: usize) -> Result<Engine> {
        let storage = self.app.storage.clone();
        let ports = EnginePorts {
            journal: storage.clone(),
            reads: Arc::new(StoreReads(storage.clone())),
            packages: Arc::new(FakePackages),
            target,
            places: Arc::new(FakePlaces(storage.target_list().await?)),
            clock: self.app.portal.clock().clone(),
        };
        let config = EngineConfig { workers: hands, per_target: hands as i64, ..EngineConfig::default() };
        Ok(Engine::new(ports, config))
    }

    /// Lets an engine work until nothing is left; gives the seconds that it took.
    pub async fn run(&self, engine: Engine) -> Result<f64> {
        let stop = CancellationToken::new();
        let begin = Instant::now();
        let running = tokio::spawn({
            let stop = stop.clone();
            async move { engine.run(stop).await }
        });
        while self.app.storage.next_due().await?.is_some() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let seconds = begin.elapsed().as_secs_f64();
        stop.cancel();
        running.await?;
        Ok(seconds)
    }
}

/// Bare commits a second on SQLite, with the portal's settings.
async fn bare_sqlite(app: &TestApp) -> Result<f64> {
    let url = format!("sqlite://{}", app.folder().join("bare.db").display());
    let options = SqliteConnectOptions::from_str(&url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
    connection.execute("CREATE TABLE bare (n INTEGER)").await?;
    let begin = Instant::now();
    for _ in 0..commits() {
        connection.execute("INSERT INTO bare VALUES (1)").await?;
    }
    Ok(commits() as f64 / begin.elapsed().as_secs_f64())
}

/// Bare commits a second on PostgreSQL, and whether they are durable there.
async fn bare_postgres(url: &str) -> Result<(f64, bool)> {
    let mut first = sqlx::PgConnection::connect(url).await?;
    first.execute("CREATE TABLE bare (n INTEGER)").await?;
    let fsync: String = sqlx::query_scalar("SHOW fsync").fetch_one(&mut first).await?;
    let synchronous: String = sqlx::query_scalar("SHOW synchronous_commit").fetch_one(&mut first).await?;
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(sqlx::PgConnection::connect(url).await?);
    }
    let begin = Instant::now();
    let tasks = connections.into_iter().map(|mut connection| {
        tokio::spawn(async move {
            for _ in 0..commits() / CONNECTIONS {
                connection.execute("INSERT INTO bare VALUES (1)").await?;
            }
            anyhow::Ok(())
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await??;
    }
    let rate = (commits() / CONNECTIONS * CONNECTIONS) as f64 / begin.elapsed().as_secs_f64();
    Ok((rate, fsync == "on" && synchronous == "on"))
}

async fn steps(app: TestApp) -> Result<(Noop, f64)> {
    let noop = Noop::new(app, operations()).await?;
    let engine = noop.engine(noop.target.clone(), HANDS).await?;
    let seconds = noop.run(engine).await?;
    let made = noop.target.ledger().len();
    // Three objects and two tests each, and the tests are cleared away.
    ensure!(made == operations() * 7, "{made} effects for {} operations", operations());
    Ok((noop, (operations() * STEPS) as f64 / seconds))
}

/// Runs it.
pub async fn run(report: &mut Report) -> Result<()> {
    report.part("Durable steps: installations whose calls cost nothing, 64 at a time, next to bare commits");
    let (noop, rate) = steps(TestApp::start().await).await?;
    let bare = bare_sqlite(&noop.app).await.context("bare commits")?;
    progress(&format!("SQLite: {rate:.0} steps a second, {bare:.0} bare commits"));
    let peer = format!("{rate:.0} steps/s, {bare:.0} commits/s");
    report.ratio("SQLite, synchronous=FULL", rate / bare, peer, Budget::AtLeast(10.0));
    noop.app.close().await;
    let Some(app) = TestApp::start_postgres().await else {
        report.note("PostgreSQL", "not measured", "PORTAL_TEST_POSTGRES is not set");
        return Ok(());
    };
    let url = app.url.clone();
    let (noop, rate) = steps(app).await?;
    let (bare, durable) = bare_postgres(&url).await.context("bare commits")?;
    progress(&format!("PostgreSQL: {rate:.0} steps a second, {bare:.0} bare commits"));
    let peer = format!("{rate:.0} steps/s, {bare:.0} commits/s");
    match durable {
        true => report.ratio("PostgreSQL", rate / bare, peer, Budget::AtLeast(0.5)),
        // Without waiting for the disk a commit costs nothing, and nothing can be said.
        false => report.note("PostgreSQL (fsync off: no budget)", format!("{:.2} ×", rate / bare), peer),
    }
    noop.app.close().await;
    Ok(())
}
