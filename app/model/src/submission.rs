//! Submissions: packages that a vendor handed to the portal, on their way to a release.

use crate::{
    OrganisationId, PersonId, ReleaseId, SubmissionId, Timestamp, TokenId, VendorKeyId, VerfahrenId,
    finding::Finding,
    reference::Reference,
    verfahren::{ReleaseFacts, ReleaseLimits},
    words,
};
use serde::{Deserialize, Serialize};

words! {
    /// State of a submission. Transitions: see [`SubmissionState::may_become`].
    SubmissionState {
        /// Uploaded and checked by machine; the vendor looks at the report.
        Draft = "draft",
        /// Handed to the curators.
        Submitted = "submitted",
        /// A curator looks at it.
        InReview = "in_review",
        /// Back with comments.
        Returned = "returned",
        /// Released: it is in the catalogue.
        Released = "released",
        /// Not released, with a reason.
        Declined = "declined",
        /// Taken back by the vendor.
        Discarded = "discarded",
    }
}

impl SubmissionState {
    /// The table of transitions.
    pub fn may_become(self, next: SubmissionState) -> bool {
        use SubmissionState::*;
        matches!(
            (self, next),
            (Draft, Submitted | Discarded)
                | (Submitted, InReview | Discarded)
                | (InReview, Returned | Released | Declined | Discarded)
                | (Returned, Draft | Submitted | Discarded)
        )
    }

    /// Whether the vendor may upload the same version anew.
    pub fn is_open_for_upload(self) -> bool {
        matches!(self, SubmissionState::Draft | SubmissionState::Returned)
    }

    /// Whether nothing more will happen.
    pub fn is_closed(self) -> bool {
        matches!(self, SubmissionState::Released | SubmissionState::Declined | SubmissionState::Discarded)
    }
}

/// A submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// Id.
    pub id: SubmissionId,
    /// `PA-…`.
    pub reference: Reference,
    /// Whose package.
    pub vendor: OrganisationId,
    /// The catalogue entry it belongs to, if there is one yet.
    pub verfahren: Option<VerfahrenId>,
    /// Name in addresses: the entry's, or the one wished for.
    pub slug: String,
    /// `vendor/name`.
    pub package_id: String,
    /// SemVer.
    pub version: String,
    /// Digest of the package.
    pub digest: String,
    /// What the package says of itself.
    pub facts: ReleaseFacts,
    /// What the machine found; no Fehler among them.
    pub findings: Vec<Finding>,
    /// State.
    pub state: SubmissionState,
    /// Grows by one with every change; the expected one is named when writing.
    pub lock: i64,
    /// Who uploaded it last. With an access key: who made the key. A participant (R2).
    pub uploaded_by: PersonId,
    /// The access key it came with, if not from a browser.
    pub token: Option<TokenId>,
    /// Who handed it to the curators. A participant (R2).
    pub submitted_by: Option<PersonId>,
    /// The curator who has it.
    pub assigned_to: Option<PersonId>,
    /// Who released or declined it.
    pub decided_by: Option<PersonId>,
    /// Who may use the release.
    pub limits: ReleaseLimits,
    /// Marked as a security fix.
    pub security_fix: bool,
    /// Key with which it is signed, if the signature is valid.
    pub signed_with: Option<VendorKeyId>,
    /// What became of it.
    pub release: Option<ReleaseId>,
    /// First upload.
    pub created_at: Timestamp,
    /// When its content was uploaded.
    pub uploaded_at: Timestamp,
    /// When it was last handed in.
    pub submitted_at: Option<Timestamp>,
    /// When the state last changed.
    pub state_since: Timestamp,
}

words! {
    /// On which side somebody speaks.
    SubmissionSide {
        /// For the vendor.
        Vendor = "vendor",
        /// For the state body.
        Curator = "curator",
    }
}

/// A message between vendor and curators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmissionMessage {
    /// About what.
    pub submission: SubmissionId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub person: PersonId,
    /// For whom.
    pub side: SubmissionSide,
    /// What; plain text.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::SubmissionState as S;

    #[test]
    fn what_is_closed_stays_closed() {
        for from in S::ALL.iter().filter(|s| s.is_closed()) {
            assert!(S::ALL.iter().all(|to| !from.may_become(*to)), "{from}");
        }
    }

    #[test]
    fn only_what_lies_with_the_curators_is_decided() {
        let released = S::ALL.iter().filter(|s| s.may_become(S::Released)).collect::<Vec<_>>();
        assert_eq!(released, [&S::InReview]);
    }
}
