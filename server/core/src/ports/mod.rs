//! The outside as traits: database, journal, contents of packages, targets, charts, clock.

mod case;
mod chart;
mod clock;
mod journal;
mod packages;
mod public;
mod store;
mod target;

pub use case::{CaseLine, CaseOrder, CaseQuery, CaseRecord, InstallationLine};
pub use chart::{ChartError, ChartInput, ChartRenderer, NoCharts};
pub use clock::{Clock, SystemClock, new_reference, new_uuid};
pub use journal::{Claim, Journal, JournalError, Lease, OperationUpdate, Record, StepRecord, StepRecordKind};
pub use packages::{PackageStore, PackageStoreError, Swept};
pub use public::{Public, PublicVersion};
pub use store::*;
pub use target::*;
