//! The clerk's functional acceptance (fachliche Abnahme).

use crate::{AcceptanceId, InstallationId, MandateId, PersonId, TestRunId, Timestamp};
use serde::{Deserialize, Serialize};

/// An acceptance or a report of a defect (Mangel).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Id.
    pub id: AcceptanceId,
    /// Of what.
    pub installation: InstallationId,
    /// On the basis of which tests.
    pub test_run: TestRunId,
    /// By whom.
    pub person: PersonId,
    /// Under which mandate.
    pub mandate: Option<MandateId>,
    /// Accepted, or else a defect.
    pub accepted: bool,
    /// Ticked points of the checklist.
    pub ticked: Vec<String>,
    /// Remark, or the defect.
    pub note: String,
    /// When.
    pub at: Timestamp,
}
