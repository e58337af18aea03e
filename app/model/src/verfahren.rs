//! Catalogue entries and their releases.

use crate::{
    Bilingual, Land, OrganisationId, ReleaseId, SubmissionId, Timestamp, VendorKeyId, VerfahrenId,
    data_centre::TargetKind, leika::LeikaKey, organisation::MunicipalityKind, words,
};
use serde::{Deserialize, Serialize};

words! {
    /// What became of a published release. The content never changes.
    ReleaseState {
        /// Offered.
        Published = "published",
        /// Runs out: nobody begins with it any more, what was begun may be finished.
        Deprecated = "deprecated",
        /// Withdrawn: nothing new is set up with it; what runs keeps running.
        Withdrawn = "withdrawn",
        /// Withdrawn as unsafe: not even a rollback may use it.
        Unsafe = "unsafe",
    }
}

impl ReleaseState {
    /// Whether a request may begin with it.
    pub fn is_offered(self) -> bool {
        self == ReleaseState::Published
    }

    /// Whether what was begun with it may go on: handing in, accepting, testing, going live.
    pub fn may_go_on(self) -> bool {
        matches!(self, ReleaseState::Published | ReleaseState::Deprecated)
    }

    /// The table of transitions. What was withdrawn is never offered again: a new version is.
    pub fn may_become(self, next: ReleaseState) -> bool {
        use ReleaseState::*;
        matches!(
            (self, next),
            (Published, Deprecated | Withdrawn | Unsafe)
                | (Deprecated, Published | Withdrawn | Unsafe)
                | (Withdrawn, Unsafe)
        )
    }
}

/// Who may use a release, besides what the package itself says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseLimits {
    /// Only in these Länder; empty means all.
    pub laender: Vec<Land>,
    /// Only these Verwaltungen (a pilot); empty means all.
    pub municipalities: Vec<OrganisationId>,
}

impl ReleaseLimits {
    /// Whether a Verwaltung in this Land may use it.
    pub fn admit(&self, municipality: OrganisationId, land: Land) -> bool {
        (self.laender.is_empty() || self.laender.contains(&land))
            && (self.municipalities.is_empty() || self.municipalities.contains(&municipality))
    }
}

words! {
    /// Whether the portal provisions a Verfahren or only connects to one that a Land runs for all (EfA).
    Provisioning {
        /// Provisioned into a target.
        Deploy = "deploy",
        /// Connected, nothing is deployed.
        Connected = "connected",
    }
}

words! {
    /// Need for protection (Schutzbedarf, BSI-Standard 200-2).
    ProtectionNeed {
        /// Normal.
        Normal = "normal",
        /// Hoch.
        High = "hoch",
    }
}

words! {
    /// When a document must be there.
    DocumentDue {
        /// Before the test.
        Test = "test",
        /// Before production.
        Production = "production",
        /// May follow.
        Later = "later",
    }
}

/// A catalogue entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verfahren {
    /// Id.
    pub id: VerfahrenId,
    /// Global name in addresses; never reused.
    pub slug: String,
    /// Package id `vendor/name`.
    pub package_id: String,
    /// Who publishes it.
    pub vendor: OrganisationId,
}

/// A Leistung that a Verfahren serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leistung {
    /// Key.
    pub leika: LeikaKey,
    /// Name.
    pub name: String,
}

/// A document that a Nachnutzung needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentNeed {
    /// Id within the release.
    pub id: String,
    /// Name.
    pub name: Bilingual,
    /// When it must be there.
    pub due: DocumentDue,
}

/// A point of the acceptance checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChecklistItem {
    /// Id within the release.
    pub id: String,
    /// What to look at.
    pub text: Bilingual,
}

/// A test that a release declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestDecl {
    /// Suffix of the Job's name (`$name`).
    pub job: String,
    /// What it shows, for the clerk.
    pub name: Bilingual,
}

/// What a release says of itself: read once from the package, stored as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseFacts {
    /// Name.
    pub name: Bilingual,
    /// One sentence.
    pub summary: Bilingual,
    /// Paragraphs, separated by blank lines; plain text.
    pub description: Bilingual,
    /// Topic (Thema).
    pub topic: String,
    /// Kinds of Verwaltung it is made for; empty means all.
    pub audience: Vec<MunicipalityKind>,
    /// Länder it may be used in; empty means all.
    pub laender: Vec<Land>,
    /// Leistungen.
    pub leistungen: Vec<Leistung>,
    /// Kinds of target it runs on.
    pub target_kinds: Vec<TargetKind>,
    /// Deployed or connected.
    pub provisioning: Provisioning,
    /// Need for protection.
    pub protection: ProtectionNeed,
    /// What it needs.
    pub needs: Vec<Bilingual>,
    /// Cost per year in cents, if known.
    pub cost_per_year_cents: Option<i64>,
    /// What the figure covers.
    pub cost_note: Bilingual,
    /// Own effort.
    pub effort: Bilingual,
    /// Documents.
    pub documents: Vec<DocumentNeed>,
    /// Acceptance checklist.
    pub checklist: Vec<ChecklistItem>,
    /// SPDX expression.
    pub licence: String,
    /// Address of the source.
    pub source: String,
    /// Addresses of the software that it was derived from.
    pub based_on: Vec<String>,
    /// What changes, in the words of a clerk.
    pub changes: Bilingual,
    /// A security fix.
    pub security_fix: bool,
    /// Its tests, in their order.
    pub tests: Vec<TestDecl>,
    /// Paths of values that are secret.
    pub secrets: Vec<String>,
}

/// A published version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Id.
    pub id: ReleaseId,
    /// Of what.
    pub verfahren: VerfahrenId,
    /// SemVer.
    pub version: String,
    /// SHA-256 of the package, hex.
    pub digest: String,
    /// State.
    pub state: ReleaseState,
    /// When it was published.
    pub published_at: Timestamp,
    /// Who may use it.
    pub limits: ReleaseLimits,
    /// Marked as a security fix, by the vendor or by whoever released it.
    pub security_fix: bool,
    /// Why the state is what it is; empty while offered.
    pub state_note: String,
    /// The release to use instead.
    pub replaced_by: Option<ReleaseId>,
    /// The submission it came from; none for what the demonstration brought along.
    pub submission: Option<SubmissionId>,
    /// Key with which the vendor signed it, if the signature was valid.
    pub signed_with: Option<VendorKeyId>,
    /// What it says of itself.
    pub facts: ReleaseFacts,
}
