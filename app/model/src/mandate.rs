//! Mandates (Vollmachten): a municipality lets somebody act for it.

use crate::{MandateId, OrganisationId, Timestamp, VerfahrenId, words};
use serde::{Deserialize, Serialize};

words! {
    /// What a mandate covers.
    MandateScope {
        /// Preparing and submitting requests.
        Request = "request",
        /// Acceptance and asking for activation.
        Activate = "activate",
        /// Deciding on updates.
        Update = "update",
    }
}

/// A mandate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mandate {
    /// Id.
    pub id: MandateId,
    /// The municipality that gave it.
    pub municipality: OrganisationId,
    /// Who may act.
    pub holder: OrganisationId,
    /// What is covered.
    pub scopes: Vec<MandateScope>,
    /// Only these Verfahren; empty means all.
    pub verfahren: Vec<VerfahrenId>,
    /// First moment.
    pub from: Timestamp,
    /// Last moment.
    pub until: Timestamp,
    /// When it was taken back, if it was.
    pub revoked_at: Option<Timestamp>,
}

impl Mandate {
    /// Whether it is in force at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until && self.revoked_at.is_none()
    }

    /// Whether it is in force for this kind of act on this Verfahren.
    pub fn covers(&self, scope: MandateScope, verfahren: Option<VerfahrenId>, now: Timestamp) -> bool {
        let verfahren_fits = self.verfahren.is_empty() || verfahren.is_some_and(|v| self.verfahren.contains(&v));
        self.is_live(now) && self.scopes.contains(&scope) && verfahren_fits
    }
}
