//! Secrets as the database holds them.

use portal_model::OrganisationId;

/// A sealed value: what the database stores of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

/// A secret of a configuration or a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretRow {
    /// Whose data key it is sealed with.
    pub tenant: OrganisationId,
    /// Id of the request or target it belongs to.
    pub object: uuid::Uuid,
    /// Field path, such as `datenbank.kennwort`.
    pub field: String,
    /// Version of the value; part of the associated data.
    pub version: i64,
    /// The sealed value.
    pub sealed: Sealed,
}
