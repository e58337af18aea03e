//! The sign-in page.

use crate::{
    OrganisationId, PersonId,
    organisation::{OrganisationKind, Role},
};
use serde::{Deserialize, Serialize};

/// Sign-in page. In demonstration mode it offers roles of the marked demonstration organisations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct SignInPage {
    /// Where to go afterwards: a path of the portal.
    pub next: String,
    /// Roles to choose from; empty outside the demonstration.
    pub organisations: Vec<DemoOrganisation>,
    /// The last attempt failed.
    pub failed: bool,
}

/// A form that was sent after the session had ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct UnsentPage {
    /// What can be sent again, in order.
    pub fields: Vec<(String, String)>,
    /// Something is left out: secrets, or what this page does not know.
    pub left_out: bool,
}

/// A demonstration organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoOrganisation {
    /// Id.
    pub id: OrganisationId,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: OrganisationKind,
    /// People to sign in as.
    pub people: Vec<DemoPerson>,
}

/// Somebody to sign in as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoPerson {
    /// Id.
    pub id: PersonId,
    /// Name: the role and organisation.
    pub name: String,
    /// Roles.
    pub roles: Vec<Role>,
}
