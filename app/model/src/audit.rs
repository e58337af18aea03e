//! The record (Protokoll): who did what for whom, under which mandate.

use crate::{AuditId, Land, MandateId, OrganisationId, PersonId, RequestId, Timestamp};
use serde::{Deserialize, Serialize};

/// An entry of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who; `None` for the portal itself.
    pub person: Option<PersonId>,
    /// Name of the person, unless erased.
    pub person_name: Option<String>,
    /// In which organisation the person acted.
    pub acting_as: Option<OrganisationId>,
    /// Name of that organisation.
    pub acting_as_name: Option<String>,
    /// For whom (the tenant), if for one.
    pub municipality: Option<OrganisationId>,
    /// Name of the tenant.
    pub municipality_name: Option<String>,
    /// Land of the tenant, for the auditor's scope.
    pub land: Option<Land>,
    /// Under which mandate.
    pub mandate: Option<MandateId>,
    /// What: the stable name of an action.
    pub action: String,
    /// On what: a reference, slug or id.
    pub subject: String,
    /// The case, if it belongs to one.
    pub request: Option<RequestId>,
    /// Facts before and after, as JSON; erasable.
    pub detail: Option<String>,
}
