//! Runs of a package's automated tests in the test target: the evidence of the gate (R1).

use crate::{DataCentreId, InstallationId, OperationId, TestRunId, Timestamp};
use serde::{Deserialize, Serialize};

/// One automated test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestCase {
    /// Name of the Job within the package.
    pub name: String,
    /// Passed.
    pub passed: bool,
    /// How long, in milliseconds.
    pub duration_ms: i64,
    /// The last part of the log.
    pub log: String,
}

/// A test run. It counts for exactly this pair of digests in this data centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestRun {
    /// Id.
    pub id: TestRunId,
    /// Operation that ran it.
    pub operation: OperationId,
    /// Installation.
    pub installation: InstallationId,
    /// Digest of the package.
    pub package_digest: String,
    /// Digest of the Fachwerte.
    pub config_digest: String,
    /// Data centre.
    pub data_centre: DataCentreId,
    /// All cases passed, and there was at least one.
    pub passed: bool,
    /// Cases.
    pub cases: Vec<TestCase>,
    /// Begin.
    pub started_at: Timestamp,
    /// End.
    pub finished_at: Timestamp,
}
