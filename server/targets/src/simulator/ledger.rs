//! The ledger: every effect that a client's request had, in order. What the cluster does by itself isn't in it.

use serde::{Deserialize, Serialize};

/// What happened to the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EffectVerb {
    /// It was not there before.
    Create,
    /// It was there and is different now.
    Update,
    /// It is gone or waits to go.
    Delete,
}

/// One effect of one request. Requests that change nothing leave none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Effect {
    /// Counts from 1 in each cluster, without gaps.
    pub sequence: u64,
    /// When, RFC 3339 in UTC.
    pub time: String,
    /// Which cluster.
    pub cluster: String,
    /// Create, update or delete.
    pub verb: EffectVerb,
    /// Kind of the object.
    pub kind: String,
    /// Its namespace, empty if it has none.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its uid: the same name with another uid is another object.
    pub uid: String,
    /// Its resourceVersion after the effect.
    pub resource_version: String,
    /// Field manager of the request, empty for deletes.
    pub field_manager: String,
    /// The user behind the token.
    pub user: String,
    /// False if only bookkeeping changed (who owns a field), not what the object says.
    pub changed: bool,
}

/// What the request knows; the store adds the rest.
#[derive(Debug, Clone)]
pub(super) struct EffectDraft {
    pub verb: EffectVerb,
    pub field_manager: String,
    pub user: String,
    pub changed: bool,
}
