//! The outside as traits: database, journal, targets, clock.

mod clock;
mod journal;
mod public;
mod store;
mod target;

pub use clock::{Clock, SystemClock, new_reference, new_uuid};
pub use journal::{Claim, Journal, JournalError, Lease, OperationUpdate, Record, StepRecord, StepRecordKind};
pub use public::{Public, PublicVersion};
pub use store::*;
pub use target::*;
