//! Requests for adoption (Nachnutzungsanträge): states and who moves them.

use crate::{
    DataCentreId, Land, MandateId, OrganisationId, PersonId, ReleaseId, RequestId, Timestamp, VerfahrenId, ars::Ars,
    reference::Reference, words,
};
use serde::{Deserialize, Serialize};

words! {
    /// State of a request. Transitions: see [`RequestState::may_become`].
    RequestState {
        /// Being filled in.
        Draft = "draft",
        /// Handed to the consultants of the Land.
        Submitted = "submitted",
        /// A consultant looks at it.
        InReview = "in_review",
        /// Back with a question.
        Returned = "returned",
        /// Accepted, perhaps with conditions.
        Accepted = "accepted",
        /// Not accepted, with a reason.
        Declined = "declined",
        /// Taken back by the municipality.
        Withdrawn = "withdrawn",
    }
}

impl RequestState {
    /// The table of transitions.
    pub fn may_become(self, next: RequestState) -> bool {
        use RequestState::*;
        matches!(
            (self, next),
            (Draft, Submitted | Withdrawn)
                | (Submitted, InReview | Withdrawn)
                | (InReview, Returned | Accepted | Declined | Withdrawn)
                | (Returned, Submitted | Withdrawn)
        )
    }

    /// Whether the municipality may change the values now.
    pub fn is_editable(self) -> bool {
        matches!(self, RequestState::Draft | RequestState::Returned)
    }

    /// Whether nothing more will happen to the request itself.
    pub fn is_closed(self) -> bool {
        matches!(self, RequestState::Accepted | RequestState::Declined | RequestState::Withdrawn)
    }
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Id.
    pub id: RequestId,
    /// `NA-…`.
    pub reference: Reference,
    /// For whom.
    pub municipality: OrganisationId,
    /// The Land whose consultants decide.
    pub land: Land,
    /// What.
    pub verfahren: VerfahrenId,
    /// Which version.
    pub release: ReleaseId,
    /// State.
    pub state: RequestState,
    /// Grows by one with every change; the expected one is named when writing.
    pub version: i64,
    /// Who started it. A participant (R2).
    pub created_by: PersonId,
    /// Under which mandate it was started, if not by the municipality itself.
    pub mandate: Option<MandateId>,
    /// Who submitted it. A participant (R2).
    pub submitted_by: Option<PersonId>,
    /// Who last changed what is asked for: Gemeinden, values, data centre. A participant (R2), as is everyone who did so
    /// earlier.
    pub edited_by: Option<PersonId>,
    /// The consultant who has it.
    pub assigned_to: Option<PersonId>,
    /// Chosen data centre.
    pub data_centre: Option<DataCentreId>,
    /// Gemeinden it is for; empty means the municipality as a whole.
    pub areas: Vec<Ars>,
    /// The values as entered so far (without secrets), by the release's schema.
    pub values: serde_json::Value,
    /// Parts of the task list that were saved at least once: `areas`, `values`, `target`.
    pub done_tasks: Vec<String>,
    /// The consultant's last question, the reason of a refusal, or the conditions.
    pub decision_note: String,
    /// Who decided.
    pub decided_by: Option<PersonId>,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it was last handed in.
    pub submitted_at: Option<Timestamp>,
    /// When the state last changed: „Liegt bei … seit".
    pub state_since: Timestamp,
}
