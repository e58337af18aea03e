//! Submissions, trials and how releases fare, as lists and pages show them.

use super::Scope;
use portal_model::{
    ReleaseId, SubmissionId, Timestamp, VerfahrenId,
    installation::InstallationState,
    operation::FailureCause,
    reference::Reference,
    submission::{Submission, SubmissionState},
    trial::{TestCount, Trial},
};

/// A submission as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct SubmissionRecord {
    /// Submission.
    pub submission: Submission,
    /// The signature as the vendor sent it.
    pub signature: Option<String>,
    /// Name of the vendor.
    pub vendor_name: String,
    /// Name of the curator who has it.
    pub assigned_to_name: Option<String>,
}

/// Filters of submission lists; oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubmissionQuery {
    /// What may be seen; tenants are vendors here.
    pub scope: Scope,
    /// States; empty means all.
    pub states: Vec<SubmissionState>,
    /// Only of these Verfahren (an access key may be limited); an empty list fits nothing.
    pub verfahren_any: Option<Vec<VerfahrenId>>,
    /// Exactly this reference, package id or slug.
    pub exactly: Option<String>,
    /// After this position.
    pub after: Option<(Timestamp, SubmissionId)>,
    /// At most this many (1 to 200).
    pub limit: i64,
}

/// A trial as lists and pages show it.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialRecord {
    /// Trial; in lists without its test cases, whose logs are long.
    pub trial: Trial,
    /// What the tests come to.
    pub count: TestCount,
    /// Reference of its submission.
    pub package: Reference,
    /// `vendor/name`.
    pub package_id: String,
    /// Version of the package.
    pub package_version: String,
    /// Name of who started it.
    pub started_by_name: String,
}

/// How often the tests of a release ended how, over all Verwaltungen: what a vendor may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseRuns {
    /// Release.
    pub release: ReleaseId,
    /// State of installations.
    pub state: InstallationState,
    /// How many.
    pub installations: i64,
}

/// Why installations of a release do not go on, over all Verwaltungen: what a vendor may know. Never where, and no log,
/// which may tell of a Verwaltung's values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReleaseFailure {
    /// Release.
    pub release: ReleaseId,
    /// What failed.
    pub what: FailedAt,
    /// In how many installations.
    pub installations: i64,
}

/// What failed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailedAt {
    /// A test of the package, by its Job, in the newest run.
    Test(String),
    /// The newest operation, which is stuck or was given up.
    Operation(FailureCause),
}
