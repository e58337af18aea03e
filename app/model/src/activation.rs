//! Going live (Freischaltung): two yes from different persons, one for the municipality, one for the Land.

use crate::{ActivationId, InstallationId, MandateId, PersonId, TestRunId, Timestamp, words};
use serde::{Deserialize, Serialize};

words! {
    /// For whom a yes counts.
    Side {
        /// The municipality.
        Municipality = "municipality",
        /// The Land.
        Land = "land",
    }
}

words! {
    /// State of an activation.
    ActivationState {
        /// Waits for the two yes.
        Requested = "requested",
        /// Both there: production is being set up.
        Approved = "approved",
        /// Somebody said no.
        Refused = "refused",
        /// Live.
        Done = "done",
        /// Taken back, or setting up failed for good.
        Ended = "ended",
    }
}

/// An activation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activation {
    /// Id.
    pub id: ActivationId,
    /// Of what.
    pub installation: InstallationId,
    /// The passed test run it rests on.
    pub test_run: TestRunId,
    /// Who asked: may not say yes (R2).
    pub requested_by: PersonId,
    /// Under which mandate.
    pub mandate: Option<MandateId>,
    /// State.
    pub state: ActivationState,
    /// Grows with every change.
    pub version: i64,
    /// When.
    pub requested_at: Timestamp,
    /// Production is changed then at the earliest.
    pub not_before: Option<Timestamp>,
    /// Yes so far.
    pub approvals: Vec<Approval>,
}

/// One yes. Unique by (activation, side) and by (activation, person).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// For whom.
    pub side: Side,
    /// By whom.
    pub person: PersonId,
    /// When.
    pub at: Timestamp,
}
