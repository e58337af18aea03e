//! Installations: a Verfahren set up for a municipality, with a test and a production deployment.

use crate::{
    ActivationId, ConfigurationId, DataCentreId, DeploymentId, InstallationId, Land, OperationId, OrganisationId,
    ReleaseId, RequestId, RevisionId, TargetId, TestRunId, Timestamp, VerfahrenId, ars::Ars, data_centre::Stage, words,
};
use serde::{Deserialize, Serialize};

words! {
    /// Where an installation stands.
    InstallationState {
        /// Being set up in the test environment, or its tests run.
        InTest = "in_test",
        /// The automated tests were red.
        TestFailed = "test_failed",
        /// Tests passed: the clerk looks at it (Abnahme).
        InAcceptance = "in_acceptance",
        /// The clerk reported a defect.
        Defective = "defective",
        /// Accepted by the clerk.
        Accepted = "accepted",
        /// Activation asked for or running.
        Activating = "activating",
        /// Live in production.
        Live = "live",
        /// Live, and somebody prepares a change: another version, or other values. Production stays as it is.
        Changing = "changing",
        /// Being stopped in production.
        Suspending = "suspending",
        /// Stopped in production: its data stay, nobody can use it.
        Suspended = "suspended",
        /// Being started again in production.
        Resuming = "resuming",
        /// Production goes back to a state that it had before.
        RollingBack = "rolling_back",
        /// Connected to a service that a Land runs for all; nothing is deployed.
        Connected = "connected",
        /// Being taken down.
        Removing = "removing",
        /// Gone.
        Removed = "removed",
    }
}

impl InstallationState {
    /// The table of transitions. A change of what is live goes the way of a new installation, from `InTest` to `Activating`;
    /// discarded, it leads back to `Live` (only possible if it is live: [`Installation::live_since`]).
    pub fn may_become(self, next: InstallationState) -> bool {
        use InstallationState::*;
        matches!(
            (self, next),
            (InTest, TestFailed | InAcceptance | Removing)
                | (TestFailed, InTest | Live | Removing)
                | (InAcceptance, Accepted | Defective | InTest | Live | Removing)
                | (Defective, InTest | InAcceptance | Live | Removing)
                | (Accepted, Activating | InTest | Live | Removing)
                | (Activating, Live | Accepted | InTest | Removing)
                | (Live, Changing | Suspending | RollingBack | Removing)
                | (Changing, InTest | Live | Removing)
                | (Suspending, Suspended | Live)
                | (Suspended, Resuming | RollingBack | Removing)
                | (Resuming, Live | Suspended)
                | (RollingBack, Live | Suspended)
                | (Connected, Removing)
                | (Removing, Removed)
        )
    }

    /// Whether something is prepared, tested, accepted or activated.
    pub fn is_on_its_way(self) -> bool {
        use InstallationState::*;
        matches!(self, Changing | InTest | TestFailed | InAcceptance | Defective | Accepted | Activating)
    }

    /// Whether an installation in this state, once it went live, is in use. While a change is prepared and tested,
    /// production goes on as before.
    pub fn is_in_use(self) -> bool {
        use InstallationState::*;
        !matches!(self, Suspending | Suspended | Resuming | Removing | Removed)
    }
}

/// An installation. Unique by (municipality, Verfahren, label).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installation {
    /// Id.
    pub id: InstallationId,
    /// The request that led to it.
    pub request: RequestId,
    /// Tenant.
    pub municipality: OrganisationId,
    /// The tenant's Land.
    pub land: Land,
    /// What.
    pub verfahren: VerfahrenId,
    /// Current release.
    pub release: ReleaseId,
    /// Distinguishes several installations of one Verfahren; empty for the first.
    pub label: String,
    /// Name of the instance in targets: a DNS label of at most 40 characters.
    pub instance: String,
    /// Where.
    pub data_centre: Option<DataCentreId>,
    /// Gemeinden it serves.
    pub areas: Vec<Ars>,
    /// Current values.
    pub configuration: Option<ConfigurationId>,
    /// State.
    pub state: InstallationState,
    /// Grows with every change.
    pub version: i64,
    /// Since when it is in this state.
    pub state_since: Timestamp,
    /// Since when it is live, if it is. Stays while a change is prepared, and while it is suspended.
    pub live_since: Option<Timestamp>,
    /// When the change that is being prepared, or the last one, was begun. R2 looks at who took part since then.
    pub changing_since: Option<Timestamp>,
}

impl Installation {
    /// Whether citizens use it.
    pub fn is_adopted(&self) -> bool {
        self.live_since.is_some() && self.state.is_in_use()
    }

    /// Whether what is tested, accepted and activated now is a change of something live.
    pub fn is_change(&self) -> bool {
        self.live_since.is_some() && self.state.is_on_its_way()
    }
}

/// One side of an installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// Id.
    pub id: DeploymentId,
    /// Of what.
    pub installation: InstallationId,
    /// Test or production. Unique within the installation.
    pub stage: Stage,
    /// Where.
    pub target: TargetId,
    /// What runs there now.
    pub revision: Option<RevisionId>,
}

/// Values as of one moment. Secrets are kept apart, encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// Id.
    pub id: ConfigurationId,
    /// Of what.
    pub request: RequestId,
    /// 1, 2, 3 …
    pub number: i64,
    /// All values without secrets.
    pub values: serde_json::Value,
    /// SHA-256 over the canonical JSON (RFC 8785) of the Fachwerte, hex.
    pub digest: String,
    /// When.
    pub created_at: Timestamp,
}

/// What was applied once. A production revision refers to the passed test run of the same pair (R1); the database
/// checks it by a foreign key over (test run, package digest, configuration digest, data centre, passed).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// Id.
    pub id: RevisionId,
    /// Where.
    pub deployment: DeploymentId,
    /// Stage, repeated for the constraint.
    pub stage: Stage,
    /// By which operation.
    pub operation: OperationId,
    /// Release.
    pub release: ReleaseId,
    /// Values.
    pub configuration: ConfigurationId,
    /// Digest of the package.
    pub package_digest: String,
    /// Digest of the Fachwerte.
    pub config_digest: String,
    /// Data centre.
    pub data_centre: DataCentreId,
    /// The passed test run; always there for production.
    pub test_run: Option<TestRunId>,
    /// The activation it belongs to; always there for production.
    pub activation: Option<ActivationId>,
    /// The revision of the same deployment that is applied again. Only one that this production ran healthily may be
    /// (R1); the database holds that.
    pub restored_from: Option<RevisionId>,
    /// When.
    pub applied_at: Timestamp,
}
