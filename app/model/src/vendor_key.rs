//! Public keys with which vendors sign their packages.

use crate::{OrganisationId, PersonId, Timestamp, VendorKeyId};
use serde::{Deserialize, Serialize};

/// A registered public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorKey {
    /// Id.
    pub id: VendorKeyId,
    /// Whose.
    pub organisation: OrganisationId,
    /// What the vendor calls it.
    pub name: String,
    /// The key (PEM, SubjectPublicKeyInfo).
    pub pem: String,
    /// SHA-256 of its DER form, hex.
    pub fingerprint: String,
    /// Who registered it.
    pub created_by: PersonId,
    /// When.
    pub created_at: Timestamp,
    /// When it was taken back; what was signed before stays signed.
    pub revoked_at: Option<Timestamp>,
}
