//! What the engine asks of a target. One implementation per kind of target; the simulated data centre speaks the
//! Kubernetes API, so it is served by the Kubernetes implementation.

use async_trait::async_trait;
use portal_model::{
    data_centre::Target as TargetFacts,
    operation::{Failure, FailureCause},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use zeroize::Zeroizing;

/// A target with the credential to use it. The credential is a kubeconfig (YAML or JSON).
#[derive(Clone)]
pub struct Place {
    /// The target.
    pub target: TargetFacts,
    /// Credential in the clear; wiped when dropped, never logged.
    pub credential: std::sync::Arc<Zeroizing<String>>,
    /// Deadline for a single call; below the remaining lease.
    pub deadline: Duration,
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Place").field("target", &self.target.namespace).finish_non_exhaustive()
    }
}

/// An object as it stands in a target.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ObjectRef {
    /// `v1`, `apps/v1` …
    pub api_version: String,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Uid; the fence of updates and deletions.
    pub uid: String,
    /// Version at the time of reading.
    pub resource_version: String,
}

/// What an apply did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Applied {
    /// It was not there.
    Created,
    /// It was there and differs now.
    Changed,
    /// Nothing to do.
    Unchanged,
}

/// How far the applied objects are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observation {
    /// Everything is ready.
    Ready,
    /// Not yet; says what is missing, such as `Deployment/abc 0/1`.
    Pending(Vec<String>),
}

/// How far a test Job is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestState {
    /// Not ended.
    Running,
    /// Ended.
    Ended {
        /// Exit 0.
        passed: bool,
        /// The last part of its log.
        log: String,
        /// Run time in milliseconds as the target tells.
        millis: i64,
    },
}

/// A request to a Service of the namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRequest {
    /// Name of the Service.
    pub service: String,
    /// Its port.
    pub port: u16,
    /// Path, beginning with `/`.
    pub path: String,
    /// Media type and content; a POST with them, a GET without.
    pub body: Option<(String, Vec<u8>)>,
}

/// What a Service answered; any status is an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAnswer {
    /// HTTP status.
    pub status: u16,
    /// Media type; may be empty.
    pub media_type: String,
    /// Its content, cut if it is long.
    pub body: Vec<u8>,
}

/// What a check of a target found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetReport {
    /// Version of the target's software.
    pub version: String,
    /// Permissions that are missing, as `verb resource.group`.
    pub missing: Vec<String>,
}

/// A failure of a target: cause for the table of texts, detail for the log and the technical details.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{cause}: {detail}")]
pub struct TargetError {
    /// Cause.
    pub cause: FailureCause,
    /// Detail, without secret values.
    pub detail: String,
}

impl TargetError {
    /// Shorthand.
    pub fn new(cause: FailureCause, detail: impl Into<String>) -> Self {
        Self { cause, detail: detail.into() }
    }
}

impl From<TargetError> for Failure {
    /// The detail is a stranger's text. A NUL in it could not be stored, and the operation would never get on.
    fn from(e: TargetError) -> Self {
        Failure { cause: e.cause, detail: e.detail.replace('\0', "\u{fffd}") }
    }
}

/// A kind of target. All calls are idempotent and keep to the place's deadline.
#[async_trait]
pub trait Target: Send + Sync {
    /// Reaches the target, checks the namespace and which of the needed permissions are missing.
    async fn check(&self, place: &Place) -> Result<TargetReport, TargetError>;

    /// Reads one object of ours by the kind and name of `object`; `None` if it is not there.
    async fn read(&self, place: &Place, object: &serde_json::Value) -> Result<Option<ObjectRef>, TargetError>;

    /// Applies one object as of `seen` (what [`Target::read`] gave): creates by POST if it was not there, or applies
    /// server-side with its uid and version as the fence. `Fenced` if it changed since; `Conflict` if the object
    /// belongs to somebody else (not our label of the same instance).
    async fn apply(
        &self,
        place: &Place,
        object: &serde_json::Value,
        seen: Option<&ObjectRef>,
    ) -> Result<Applied, TargetError>;

    /// Everything of this instance and stage in the target, by label.
    async fn inventory(&self, place: &Place, instance: &str) -> Result<Vec<ObjectRef>, TargetError>;

    /// Deletes one object as of `seen`; a missing object is fine.
    async fn delete(&self, place: &Place, seen: &ObjectRef) -> Result<(), TargetError>;

    /// How far the workloads among `objects` are. Fails early on a crash loop or a missing image.
    async fn observe(&self, place: &Place, objects: &[serde_json::Value]) -> Result<Observation, TargetError>;

    /// How far a test Job is (it was applied before).
    async fn test_state(&self, place: &Place, job_name: &str) -> Result<TestState, TargetError>;

    /// Asks a Service of the namespace from within the target. Needs the permission `services/proxy` there.
    async fn ask(&self, place: &Place, request: &ServiceRequest) -> Result<ServiceAnswer, TargetError>;
}
