//! What the engine asks before a step runs: the rows it needs, the rendered package, the place. A step itself reads
//! nothing but its target.

use super::input::OperationInput;
use crate::package::PortalCheck;
use crate::ports::{Place, Store, StoreError, StoreResult, TargetError};
use async_trait::async_trait;
use portal_model::{
    DataCentreId, DeploymentId, InstallationId, TargetId, TestRunId, Timestamp, TrialId,
    activation::Activation,
    data_centre::Target as TargetFacts,
    installation::{Deployment, Installation, Revision},
    operation::Operation,
    test_run::TestRun,
    trial::Trial,
};
use serde_json::Value;
use std::{fmt, sync::Arc};
use zeroize::Zeroizing;

/// What is rendered.
#[derive(Debug, Clone)]
pub struct PrepareInput<'a> {
    /// The operation; names the case or the trial that values and secrets belong to.
    pub operation: &'a Operation,
    /// Its input: release, configuration, stage, instance.
    pub input: &'a OperationInput,
    /// Where to.
    pub target: &'a TargetFacts,
    /// Short name for the test Jobs of this operation; the same every time.
    pub run: &'a str,
    /// It runs already and is to be saved, not set up: allowed even if its release was withdrawn as unsafe, which is why
    /// it is left.
    pub leaving: bool,
}

/// A rendered, admitted package. Its `Debug` form shows no content, since objects may hold secret values.
#[derive(Clone, Default)]
pub struct Prepared {
    /// Objects in the order in which they are applied.
    pub objects: Vec<Value>,
    /// Jobs that succeed, one after the other, before the first workload among the objects is applied.
    pub before: Vec<Value>,
    /// Jobs that succeed, one after the other, once the workloads are ready.
    pub after: Vec<Value>,
    /// The Job that saves its data, if it has any.
    pub backup: Option<Value>,
    /// The Job that brings back what the last backup saved.
    pub restore: Option<Value>,
    /// Test Jobs in the order in which they run.
    pub tests: Vec<Value>,
    /// Checks that the portal makes itself once those have ended.
    pub checks: Vec<PortalCheck>,
    /// Digest of the package that was rendered.
    pub package_digest: String,
    /// Digest of the Fachwerte that were used.
    pub config_digest: String,
    /// Secret values that went into the objects. Never recorded: known here so that they can be struck out of what a
    /// package's tests say (R10).
    pub secrets: Vec<Zeroizing<String>>,
}

/// Shorter ones would strike out ordinary words.
const SHORTEST_SECRET: usize = 6;

impl Prepared {
    /// A text of the package with every secret value struck out.
    pub fn strike_out(&self, text: &str) -> String {
        let lines = self.secrets.iter().flat_map(|s| s.lines()).map(str::trim);
        let secrets = lines.filter(|line| line.chars().count() >= SHORTEST_SECRET);
        secrets.fold(text.to_owned(), |text, secret| text.replace(secret, "•••"))
    }
}

impl Prepared {
    /// The same, stopped: nothing runs, and nothing is deleted.
    #[must_use]
    pub fn asleep(mut self) -> Self {
        for object in &mut self.objects {
            let Some((field, value)) = sleep(object) else { continue };
            if let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) {
                spec.insert(field.to_owned(), value);
            }
        }
        self
    }

    /// Everything that stays when the operation is done: all but the tests.
    pub fn lasting(&self) -> impl Iterator<Item = &Value> {
        self.objects.iter().chain(&self.before).chain(&self.after)
    }
}

/// What stops an object, if it runs at all.
fn sleep(object: &Value) -> Option<(&'static str, Value)> {
    match object["kind"].as_str() {
        Some("Deployment" | "StatefulSet") => Some(("replicas", Value::from(0))),
        Some("CronJob") => Some(("suspend", Value::from(true))),
        _ => None,
    }
}

/// Whether an object runs, so that stopping changes it.
pub(super) fn sleeps(object: &Value) -> bool {
    sleep(object).is_some()
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |list: &[Value]| list.iter().map(super::steps::key).collect::<Vec<_>>();
        f.debug_struct("Prepared")
            .field("objects", &names(&self.objects))
            .field("before", &names(&self.before))
            .field("after", &names(&self.after))
            .field("tests", &names(&self.tests))
            .finish_non_exhaustive()
    }
}

/// Why something could not be read before a step.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The step fails with this.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The database or the store of packages failed: the operation is left as it is and taken up again when its lease ends.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Renders packages. Same input, same objects: names never depend on chance or time.
#[async_trait]
pub trait Packages: Send + Sync {
    /// Reads release, values and secrets, renders and checks admission. `PackageRefused` names the first finding.
    async fn prepare(&self, input: PrepareInput<'_>) -> Result<Prepared, SourceError>;
}

/// Opens targets.
#[async_trait]
pub trait Places: Send + Sync {
    /// A target with its credential in the clear. The engine sets the deadline of each call.
    async fn place(&self, target: TargetId) -> Result<Place, SourceError>;
}

/// The few rows the engine reads.
#[async_trait]
pub trait EngineReads: Send + Sync {
    /// The installation of an operation; none of a trial.
    async fn installation(&self, operation: &Operation) -> StoreResult<Option<Installation>>;
    /// The newest activation of an installation.
    async fn activation(&self, installation: InstallationId) -> StoreResult<Option<Activation>>;
    /// One test run.
    async fn test_run(&self, id: TestRunId) -> StoreResult<Option<TestRun>>;
    /// Both deployments of an installation.
    async fn deployments(&self, installation: InstallationId) -> StoreResult<Vec<Deployment>>;
    /// What a deployment holds.
    async fn revision(&self, deployment: DeploymentId) -> StoreResult<Option<Revision>>;
    /// One trial.
    async fn trial(&self, id: TrialId) -> StoreResult<Option<Trial>>;
    /// Whether nothing may be done in a target at the moment.
    async fn target_halted(&self, target: TargetId, now: Timestamp) -> StoreResult<bool>;
    /// When the first evidence of a data centre ends; `None` if it has none.
    async fn evidence_until(&self, data_centre: DataCentreId) -> StoreResult<Option<Timestamp>>;
}

/// The engine's reads on any store.
pub struct StoreReads(pub Arc<dyn Store>);

#[async_trait]
impl EngineReads for StoreReads {
    async fn installation(&self, operation: &Operation) -> StoreResult<Option<Installation>> {
        let Some(of) = operation.case() else { return Ok(None) };
        let case = self.0.case(of.request).await?;
        Ok(case.and_then(|c| c.installation).filter(|i| i.id == of.installation))
    }

    async fn activation(&self, installation: InstallationId) -> StoreResult<Option<Activation>> {
        self.0.activation_latest(installation).await
    }

    async fn test_run(&self, id: TestRunId) -> StoreResult<Option<TestRun>> {
        self.0.test_run(id).await
    }

    async fn deployments(&self, installation: InstallationId) -> StoreResult<Vec<Deployment>> {
        self.0.deployments(installation).await
    }

    async fn revision(&self, deployment: DeploymentId) -> StoreResult<Option<Revision>> {
        self.0.revision(deployment).await
    }

    async fn trial(&self, id: TrialId) -> StoreResult<Option<Trial>> {
        self.0.trial(id).await
    }

    async fn target_halted(&self, target: TargetId, now: Timestamp) -> StoreResult<bool> {
        self.0.target_halted(target, now).await
    }

    async fn evidence_until(&self, data_centre: DataCentreId) -> StoreResult<Option<Timestamp>> {
        let found = self.0.data_centre_list().await?.into_iter().find(|d| d.id == data_centre);
        Ok(found.and_then(|d| d.evidence_until))
    }
}
