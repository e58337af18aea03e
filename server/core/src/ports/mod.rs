//! The outside as traits: database, journal, contents of packages, targets, charts, links, clock.

mod case;
mod chart;
mod clock;
mod component;
mod journal;
mod links;
mod packages;
mod probe;
mod public;
mod publishing;
mod record;
mod scope;
mod secret;
mod store;
mod target;

pub use case::{CaseLine, CaseOrder, CaseQuery, CaseRecord, InstallationLine};
pub use chart::{ChartError, ChartInput, ChartRenderer, NoCharts};
pub use clock::{Clock, SystemClock, new_reference, new_uuid};
pub use component::{Component, ComponentCursor, ComponentSearch, ComponentUse, PackageRow};
pub use journal::{Claim, Journal, JournalError, Lease, OperationUpdate, Record, StepRecord, StepRecordKind};
pub use links::{LinkAnswer, LinkCheck, NoLinkCheck};
pub use packages::{PackageStore, PackageStoreError, Swept};
pub use probe::{Access, Given, NoTargetProbe, TargetProbe, Unusable};
pub use public::{Public, PublicVersion};
pub use publishing::{FailedAt, ReleaseFailure, ReleaseRuns, SubmissionQuery, SubmissionRecord, TrialRecord};
pub use record::{AuditFilter, Checkpoint, NewAudit, SealState};
pub use scope::Scope;
pub use secret::{Sealed, SecretRow};
pub use store::*;
pub use target::*;
