//! People, and what they are in which organisation.

use crate::{
    Land, OrganisationId, PersonId, Timestamp,
    organisation::{OrganisationKind, Role},
};
use serde::{Deserialize, Serialize};

/// A human being. Two-person rules count persons, never accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Id.
    pub id: PersonId,
    /// Name as colleagues know it; in the demonstration the role and organisation.
    pub name: String,
    /// May not sign in any more.
    pub deactivated: bool,
}

/// A role of a person in an organisation, with what the permission check needs to know of the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// Who.
    pub person: PersonId,
    /// Where.
    pub organisation: OrganisationId,
    /// Name of the organisation.
    pub organisation_name: String,
    /// Kind of the organisation.
    pub organisation_kind: OrganisationKind,
    /// Länder of the organisation.
    pub laender: Vec<Land>,
    /// What.
    pub role: Role,
    /// End of the membership, if it has one (auditors have).
    pub until: Option<Timestamp>,
}
