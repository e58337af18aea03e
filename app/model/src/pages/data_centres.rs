//! Data centres as their operators see them.

use crate::{
    TargetId, Timestamp,
    data_centre::{Stage, TargetKind},
};
use serde::{Deserialize, Serialize};

/// Data centres of the person's organisation (all of them for the portal's administration).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct DataCentresPage {
    /// Data centres.
    pub data_centres: Vec<DataCentreView>,
}

/// A data centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataCentreView {
    /// Name.
    pub name: String,
    /// Short name, for addresses.
    pub slug: String,
    /// May register targets and record evidence.
    pub may_change: bool,
    /// Evidence that has ended or ends soon.
    pub warnings: Vec<super::targets::EvidenceWarning>,
    /// Operator.
    pub operator: String,
    /// Names of the Länder it serves.
    pub laender: Vec<String>,
    /// Simulated.
    pub simulated: bool,
    /// End of the C5 evidence.
    pub evidence_until: Option<Timestamp>,
    /// Targets.
    pub targets: Vec<TargetView>,
}

/// A target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetView {
    /// Id, for the address of its page.
    pub id: TargetId,
    /// Namespace or host.
    pub name: String,
    /// Kind.
    pub kind: TargetKind,
    /// Stage.
    pub stage: Stage,
    /// Accepts no new work.
    pub closed: bool,
    /// The stop switch is on.
    pub stopped: bool,
    /// Maintenance is under way.
    pub maintenance: bool,
    /// Deployments in it.
    pub deployments: i64,
    /// How many it takes.
    pub capacity: i64,
    /// Operations that run or wait.
    pub running: i64,
    /// Operations that need somebody.
    pub stuck: i64,
    /// Trials of packages at the same time that are admitted; 0: none.
    pub trials: i64,
    /// Trials could be admitted here.
    pub may_admit_trials: bool,
}
