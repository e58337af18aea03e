//! What Verwaltungen tell the vendor of a Verfahren: „Gemeinden liefern Input".

use crate::{FeedbackId, OrganisationId, PersonId, Timestamp, VerfahrenId, words};
use serde::{Deserialize, Serialize};

words! {
    /// What somebody wants to say.
    FeedbackKind {
        /// A wish.
        Wish = "wish",
        /// A question.
        Question = "question",
        /// Something that went well or badly.
        Experience = "experience",
    }
}

/// A piece of feedback with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// Id.
    pub id: FeedbackId,
    /// About what.
    pub verfahren: VerfahrenId,
    /// From which organisation.
    pub organisation: OrganisationId,
    /// From whom; pages name the organisation only.
    pub person: PersonId,
    /// Kind.
    pub kind: FeedbackKind,
    /// Plain text.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// The vendor's answer; empty while there is none.
    pub answer: String,
    /// Who answered.
    pub answered_by: Option<PersonId>,
    /// When.
    pub answered_at: Option<Timestamp>,
}
