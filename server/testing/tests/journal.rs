//! The journals in memory, on SQLite and on PostgreSQL pass what every journal must; and the engine works on SQLite as in
//! memory.
#![expect(clippy::unwrap_used, reason = "what fails in a helper fails the test")]

use async_trait::async_trait;
use portal_core::{
    engine::{Engine, EngineConfig, EngineReads as _, StoreReads, new_install},
    ports::{Clock as _, Journal, StepRecord, Store, Write},
};
use portal_model::{
    installation::{Installation, InstallationState},
    operation::{Operation, OperationState},
};
use portal_storage::Storage;
use portal_testing::{
    Faults, MemoryJournal, Scenario, World,
    app::fresh_postgres,
    journal_conformance::{JournalHarness, StoreHarness, run_all},
};
use std::sync::Arc;

struct InMemory(Arc<MemoryJournal>);

#[async_trait]
impl JournalHarness for InMemory {
    fn journal(&self) -> Arc<dyn Journal> {
        Arc::clone(&self.0) as _
    }
    async fn seed(&self, writes: Vec<Write>) {
        self.0.write(writes).unwrap();
    }
    async fn operation(&self, operation: &Operation) -> Operation {
        let rows = self.0.tables().operations;
        rows.into_iter().find(|r| r.operation.id == operation.id).unwrap().operation
    }
    async fn records(&self, operation: &Operation) -> Vec<StepRecord> {
        let records = self.0.tables().records;
        records.into_iter().filter(|(of, _)| *of == operation.id).map(|(_, r)| r).collect()
    }
    async fn events(&self, operation: &Operation) -> usize {
        self.0.tables().events.iter().filter(|e| e.operation == Some(operation.id)).count()
    }
    async fn installation(&self, operation: &Operation) -> Installation {
        self.0.installation(operation).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn in_memory() {
    run_all(|| async { Box::new(InMemory(Arc::new(MemoryJournal::new(Arc::new(Faults::default()))))) as _ }).await;
}

/// A fresh database; the directory goes when the test ends.
async fn sqlite(dir: &tempfile::TempDir, name: &str) -> Arc<Storage> {
    let storage = Storage::open(&format!("sqlite://{}", dir.path().join(name).display())).await.unwrap();
    storage.migrate().await.unwrap();
    Arc::new(storage)
}

#[tokio::test]
async fn on_sqlite() {
    let dir = tempfile::tempdir().unwrap();
    let count = std::sync::atomic::AtomicUsize::new(0);
    run_all(|| async {
        let n = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let storage = sqlite(&dir, &format!("{n}.db")).await;
        Box::new(StoreHarness { store: storage.clone(), journal: storage }) as _
    })
    .await;
}

#[tokio::test]
async fn on_postgres() {
    if std::env::var_os("PORTAL_TEST_POSTGRES").is_none() {
        println!("skipped: PORTAL_TEST_POSTGRES is not set");
        return;
    }
    run_all(|| async {
        let url = fresh_postgres().await.unwrap();
        let storage = Arc::new(Storage::open(&url).await.unwrap());
        storage.migrate().await.unwrap();
        Box::new(StoreHarness { store: storage.clone(), journal: storage }) as _
    })
    .await;
}

#[tokio::test]
async fn the_engine_installs_on_sqlite() {
    let dir = tempfile::tempdir().unwrap();
    let storage = sqlite(&dir, "portal.db").await;
    let harness = StoreHarness { store: storage.clone(), journal: storage.clone() };
    // Clock and cluster of a world, rows of the database.
    let world = World::new(Scenario::Install);
    let case = &world.fixture.cases[0];
    let operation = new_install(&case.installation, &case.test, world.fixture.content(case), world.clock.now());
    harness.seed(world.fixture.writes()).await;
    harness.seed(vec![Write::InsertOperation(operation.clone())]).await;
    let mut ports = world.ports.clone();
    ports.journal = storage.clone();
    ports.reads = Arc::new(StoreReads(storage.clone() as Arc<dyn Store>));
    let engine = Engine::new(ports, EngineConfig::default());
    while let Some(due) = storage.next_due().await.unwrap() {
        world.clock.advance_to(due);
        assert!(engine.run_once().await, "{:?}", harness.operation(&operation).await);
    }
    assert_eq!(harness.operation(&operation).await.state, OperationState::Done);
    assert_eq!(harness.installation(&operation).await.state, InstallationState::InAcceptance);
    let run = storage.test_run_latest(case.installation.id).await.unwrap().expect("it ran");
    assert!(run.passed && run.cases.len() == 2);
    let revision = storage.revision(case.test.id).await.unwrap().expect("something is there");
    assert_eq!(revision.operation, operation.id);
}
