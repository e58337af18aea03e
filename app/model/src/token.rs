//! Access keys (Zugangsschlüssel) with which a vendor's pipeline publishes.

use crate::{OrganisationId, PersonId, Timestamp, TokenId, VerfahrenId};
use serde::{Deserialize, Serialize};

/// An access key. The secret itself is shown once and never stored: the database holds its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    /// Id.
    pub id: TokenId,
    /// The vendor it acts for.
    pub organisation: OrganisationId,
    /// Only these Verfahren; empty means all of the vendor, new ones too.
    pub verfahren: Vec<VerfahrenId>,
    /// What it is for, as its maker calls it.
    pub name: String,
    /// Who made it: the person who answers for what it does (R2 counts this person).
    pub created_by: PersonId,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last moment.
    pub expires_at: Timestamp,
    /// When it was taken back, if it was.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to the hour.
    pub last_used_at: Option<Timestamp>,
}

impl AccessToken {
    /// Whether it opens anything at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }

    /// Whether it may touch a Verfahren; `None` is one that is not in the catalogue yet.
    pub fn covers(&self, verfahren: Option<VerfahrenId>) -> bool {
        self.verfahren.is_empty() || verfahren.is_some_and(|v| self.verfahren.contains(&v))
    }
}
