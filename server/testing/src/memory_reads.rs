//! The rows the engine reads, from memory.

use crate::MemoryJournal;
use async_trait::async_trait;
use portal_core::{engine::EngineReads, ports::StoreResult};
use portal_model::{
    DataCentreId, DeploymentId, InstallationId, TargetId, TestRunId, Timestamp, TrialId,
    activation::Activation,
    installation::{Deployment, Installation, Revision},
    operation::Operation,
    test_run::TestRun,
    trial::Trial,
};

#[async_trait]
impl EngineReads for MemoryJournal {
    async fn installation(&self, operation: &Operation) -> StoreResult<Option<Installation>> {
        let Some(of) = operation.case() else { return Ok(None) };
        Ok(self.tables.lock().installations.iter().find(|i| i.id == of.installation).cloned())
    }

    async fn activation(&self, installation: InstallationId) -> StoreResult<Option<Activation>> {
        Ok(self.tables.lock().activations.iter().rfind(|a| a.installation == installation).cloned())
    }

    async fn test_run(&self, id: TestRunId) -> StoreResult<Option<TestRun>> {
        Ok(self.tables.lock().test_runs.iter().find(|t| t.id == id).cloned())
    }

    async fn deployments(&self, installation: InstallationId) -> StoreResult<Vec<Deployment>> {
        let tables = self.tables.lock();
        Ok(tables.deployments.iter().filter(|d| d.installation == installation).cloned().collect())
    }

    async fn revision(&self, deployment: DeploymentId) -> StoreResult<Option<Revision>> {
        let tables = self.tables.lock();
        let current = tables.deployments.iter().find(|d| d.id == deployment).and_then(|d| d.revision);
        Ok(tables.revisions.iter().find(|r| Some(r.id) == current).cloned())
    }

    async fn trial(&self, id: TrialId) -> StoreResult<Option<Trial>> {
        Ok(self.tables.lock().trials.iter().find(|t| t.id == id).cloned())
    }

    async fn target_halted(&self, target: TargetId, now: Timestamp) -> StoreResult<bool> {
        Ok(self.tables.lock().halted(target, now))
    }

    async fn evidence_until(&self, data_centre: DataCentreId) -> StoreResult<Option<Timestamp>> {
        let tables = self.tables.lock();
        Ok(tables.evidence.iter().filter(|(of, ..)| *of == data_centre).map(|(.., until)| *until).min())
    }
}
