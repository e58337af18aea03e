//! Operations (Bereitstellungen): durable work as a frozen list of steps.

use crate::{
    ActivationId, DeploymentId, InstallationId, Land, OperationId, OrganisationId, RequestId, TargetId, Timestamp,
    TrialId, reference::Reference, words,
};
use serde::{Deserialize, Serialize};

words! {
    /// What an operation does.
    OperationKind {
        /// Sets up (or sets up again with other values) the test deployment and runs the tests.
        Install = "install",
        /// Brings another version to the test deployment and runs the tests.
        Update = "update",
        /// Brings other values of the same version to the test deployment and runs the tests.
        Reconfigure = "reconfigure",
        /// Brings the tested pair to production.
        Activate = "activate",
        /// Production goes back to a pair that it ran before.
        Rollback = "rollback",
        /// Stops production; data stay.
        Suspend = "suspend",
        /// Starts production again as it was.
        Resume = "resume",
        /// Takes one deployment down.
        Remove = "remove",
        /// Tries a package that is not released yet, and removes it again.
        Trial = "trial",
    }
}

words! {
    /// State of an operation.
    OperationState {
        /// Eingeplant.
        Queued = "queued",
        /// Läuft.
        Running = "running",
        /// Wartet (people, windows, the cluster): a row, no sleeping task.
        Waiting = "waiting",
        /// Wird zurückgenommen.
        Unwinding = "unwinding",
        /// Fertig.
        Done = "done",
        /// Zurückgenommen.
        Unwound = "unwound",
        /// Eingriff nötig.
        Stuck = "stuck",
        /// Aufgegeben, with person and reason.
        Abandoned = "abandoned",
    }
}

impl OperationState {
    /// Whether nothing more will happen by itself or by a person.
    pub fn is_final(self) -> bool {
        matches!(self, OperationState::Done | OperationState::Unwound | OperationState::Abandoned)
    }
}

words! {
    /// The kinds of steps. A live operation with a step that this program does not know stops it at start-up.
    StepKind {
        /// The target answers, the permissions are there, the package renders and is admitted.
        Check = "check",
        /// The package's backup Job saves the data of what runs.
        Backup = "backup",
        /// What runs is stopped, so that its data can be replaced.
        Stop = "stop",
        /// The package's Job brings back what the last backup saved.
        Restore = "restore",
        /// Objects are applied one after the other.
        Apply = "apply",
        /// What the inventory holds beyond the objects is removed.
        Prune = "prune",
        /// Workloads become ready.
        Observe = "observe",
        /// The package's test Jobs run; their result becomes a test run.
        Test = "test",
        /// All objects are removed.
        Delete = "delete",
    }
}

words! {
    /// Why production may be changed (NOT NULL for production).
    Basis {
        /// Two yes to an activation.
        Approval = "approval",
        /// The municipality takes the installation down.
        Removal = "removal",
        /// The municipality decides alone: stopping, starting again, going back to what it had agreed to before.
        Consent = "consent",
    }
}

/// The case that an operation belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfCase {
    /// For which case.
    pub request: RequestId,
    /// Tenant.
    pub municipality: OrganisationId,
    /// The tenant's Land.
    pub land: Land,
    /// Installation.
    pub installation: InstallationId,
    /// Deployment; only one live operation each.
    pub deployment: DeploymentId,
}

/// What an operation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// A deployment of a municipality's installation.
    Case(OfCase),
    /// A trial of a package. It belongs to no municipality.
    Trial(TrialId),
}

/// An operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Id.
    pub id: OperationId,
    /// `BE-…`.
    pub reference: Reference,
    /// What.
    pub kind: OperationKind,
    /// What it is about.
    pub subject: Subject,
    /// Target.
    pub target: TargetId,
    /// Why production may be changed.
    pub basis: Option<Basis>,
    /// The activation it carries out.
    pub activation: Option<ActivationId>,
    /// What to do, frozen when the operation is created; without secret values.
    pub input: serde_json::Value,
    /// Steps, frozen.
    pub steps: Vec<StepKind>,
    /// Index of the current step.
    pub step: i64,
    /// Attempts of the current step so far.
    pub attempt: i64,
    /// State.
    pub state: OperationState,
    /// The last failure.
    pub failure: Option<Failure>,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// Not before.
    pub run_after: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

impl Operation {
    /// The case it belongs to; none for a trial.
    pub fn case(&self) -> Option<&OfCase> {
        match &self.subject {
            Subject::Case(case) => Some(case),
            Subject::Trial(_) => None,
        }
    }

    /// The trial it carries out.
    pub fn trial(&self) -> Option<TrialId> {
        match self.subject {
            Subject::Case(_) => None,
            Subject::Trial(id) => Some(id),
        }
    }
}

/// A failure as a cause from one table plus detail; texts: `app/src/i18n/failure.rs`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Cause.
    pub cause: FailureCause,
    /// Facts for the text: names of objects and permissions, never secret values.
    pub detail: String,
}

words! {
    /// Every way in which a target can fail a step; each has a German and an English text and what to do.
    FailureCause {
        /// No connection or no answer.
        Unreachable = "unreachable",
        /// The credential is not accepted.
        Unauthorised = "unauthorised",
        /// A permission is missing.
        PermissionMissing = "permission_missing",
        /// The quota is exhausted.
        QuotaExceeded = "quota_exceeded",
        /// The namespace is missing.
        NamespaceMissing = "namespace_missing",
        /// The target refuses the object as invalid.
        Invalid = "invalid",
        /// Somebody else owns a field or an object of this name.
        Conflict = "conflict",
        /// Overtaken: another worker holds this operation now.
        Fenced = "fenced",
        /// The image cannot be fetched.
        ImageMissing = "image_missing",
        /// A container keeps crashing.
        CrashLoop = "crash_loop",
        /// Not ready in time.
        NotReady = "not_ready",
        /// A test Job did not end in time.
        TestTimeout = "test_timeout",
        /// The package's backup Job failed, or the one that brings data back.
        BackupFailed = "backup_failed",
        /// A Job of the package that runs before or after its workloads failed.
        HookFailed = "hook_failed",
        /// The package has a Helm chart, and this server does not render charts.
        ChartsUnavailable = "charts_unavailable",
        /// The package cannot be rendered with these values, or a rule of admission forbids it.
        PackageRefused = "package_refused",
        /// Evidence of the data centre has ended, so nothing new goes to production there.
        EvidenceEnded = "evidence_ended",
        /// The target asks for less.
        Throttled = "throttled",
        /// This kind of target is not served by this portal.
        TargetKindUnsupported = "target_kind_unsupported",
        /// A credential cannot be decrypted with the configured key.
        CredentialUnreadable = "credential_unreadable",
        /// Something that should not happen.
        Internal = "internal",
    }
}

impl FailureCause {
    /// Whether trying again by itself makes sense.
    pub fn is_transient(self) -> bool {
        matches!(self, FailureCause::Unreachable | FailureCause::Throttled | FailureCause::Conflict)
    }
}
