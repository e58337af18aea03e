//! The journal in memory passes what every journal must.

use async_trait::async_trait;
use portal_core::{
    engine::EngineReads as _,
    ports::{Journal, StepRecord, Write},
};
use portal_model::{installation::Installation, operation::Operation};
use portal_testing::{
    Faults, MemoryJournal,
    journal_conformance::{JournalHarness, run_all},
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
