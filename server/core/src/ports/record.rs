//! The record: new entries, filters, seals.

use super::Scope;
use portal_model::{AuditId, Land, MandateId, OrganisationId, PersonId, RequestId, Timestamp};

/// A new entry of the record; id, salt and leaf hash are made when it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAudit {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub person: Option<PersonId>,
    /// In which organisation.
    pub acting_as: Option<OrganisationId>,
    /// For whom.
    pub municipality: Option<OrganisationId>,
    /// Land of the tenant.
    pub land: Option<Land>,
    /// Under which mandate.
    pub mandate: Option<MandateId>,
    /// Stable name of the action.
    pub action: String,
    /// On what.
    pub subject: String,
    /// Case.
    pub request: Option<RequestId>,
    /// Remark of the person and facts before/after, as JSON; erasable.
    pub detail: Option<serde_json::Value>,
}

/// Filters of the record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// What may be seen.
    pub scope: Scope,
    /// Action.
    pub action: Option<String>,
    /// Tenant.
    pub municipality: Option<OrganisationId>,
    /// Exactly this subject.
    pub subject: Option<String>,
    /// Case.
    pub request: Option<RequestId>,
    /// From (inclusive).
    pub from: Option<Timestamp>,
    /// Until (exclusive).
    pub until: Option<Timestamp>,
    /// Before this entry (newest first).
    pub before: Option<AuditId>,
    /// At most this many (1 to 200).
    pub limit: i64,
}

/// How far the record is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SealState {
    /// Number of sealed entries.
    pub sealed: i64,
    /// The chain is whole from its first to its last seal, and every sealed leaf fits its entry.
    pub intact: bool,
}

/// A seal up to which the record was checked; the default is before the first one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// Number of the seal.
    pub seal: i64,
    /// The last entry that it binds.
    pub last: i64,
    /// Its head.
    pub head: String,
}
