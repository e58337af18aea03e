//! Packages on their way into the catalogue: lists for vendors and curators, the page of one submission, what runs where,
//! keys.

use crate::{
    Bilingual, FeedbackId, ReleaseId, Timestamp, TokenId, VendorKeyId,
    feedback::FeedbackKind,
    finding::Finding,
    form::{FieldError, Form},
    installation::InstallationState,
    operation::FailureCause,
    pages::{Choice, Page, catalogue::VerfahrenPage},
    reference::Reference,
    submission::{SubmissionSide, SubmissionState},
    verfahren::{ReleaseLimits, ReleaseState},
};
use serde::{Deserialize, Serialize};

/// The list of packages: a vendor's own, or all for curators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct PackageListPage {
    /// Search text: reference, package id or short name.
    pub q: String,
    /// Filter: `open`, a state, or `all`.
    pub states: Vec<Choice>,
    /// Rows, oldest first.
    pub rows: Page<PackageRow>,
    /// The person may upload.
    pub may_upload: bool,
    /// The person decides about packages.
    pub is_curator: bool,
    /// Verfahren of the person's vendors that are in the catalogue.
    pub verfahren: Vec<OwnVerfahren>,
}

/// A Verfahren of one's own in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnVerfahren {
    /// Name in addresses.
    pub slug: String,
    /// Name.
    pub name: Bilingual,
    /// Offered version; empty if none.
    pub version: String,
    /// How many Verwaltungen run it.
    pub adopters: i64,
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageRow {
    /// Reference.
    pub reference: Reference,
    /// Name of the Verfahren.
    pub name: Bilingual,
    /// Vendor.
    pub vendor: String,
    /// `vendor/name`.
    pub package_id: String,
    /// Version.
    pub version: String,
    /// State.
    pub state: SubmissionState,
    /// Since when.
    pub since: Timestamp,
    /// Warnings of the machine.
    pub warnings: i64,
    /// Hints of the machine.
    pub hints: i64,
    /// A security fix.
    pub security_fix: bool,
    /// Signed with a registered key.
    pub signed: bool,
    /// Curator who has it.
    pub assigned_to: Option<String>,
}

/// Uploading a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct UploadPage {
    /// Vendors the person publishes for.
    pub vendors: Vec<String>,
    /// Largest archive in bytes.
    pub max_bytes: i64,
    /// The package whose content is to be replaced, if the person came from one.
    pub replaces: Option<PackageRow>,
    /// What the machine found in the package that was just refused.
    pub findings: Vec<Finding>,
    /// Whether the packages must be signed.
    pub signatures: SigningPolicy,
    /// Entered signature.
    pub signature: String,
    /// Errors.
    pub errors: Vec<FieldError>,
}

/// One submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackagePage {
    /// Trials before the release.
    pub trials: super::trials::PackageTrials,
    /// The row of the list.
    pub row: PackageRow,
    /// Version of the submission for the forms.
    pub lock: i64,
    /// Digest of the package.
    pub digest: String,
    /// First upload.
    pub created_at: Timestamp,
    /// When this content was uploaded.
    pub uploaded_at: Timestamp,
    /// When it was last handed in.
    pub submitted_at: Option<Timestamp>,
    /// What the machine found.
    pub findings: Vec<Finding>,
    /// Messages, oldest first.
    pub messages: Vec<MessageView>,
    /// What changes for clerks.
    pub changes: Bilingual,
    /// The release before it, if any.
    pub previous: Option<String>,
    /// The name under which the vendor's key is registered, if the signature is valid.
    pub signed_with: Option<String>,
    /// Address of the entry in the catalogue, once released.
    pub verfahren: Option<String>,
    /// Who may use it.
    pub limits: ReleaseLimits,
    /// The same in words: names of Länder and Verwaltungen; empty means all.
    pub limit_names: Vec<String>,
    /// Länder to choose from.
    pub laender: Vec<Choice>,
    /// Entered Verwaltungen, one in each line.
    pub municipalities: String,
    /// What the person may do now.
    pub may: PackageCapabilities,
    /// It has to be signed with a key that is still valid, and is not: it can be neither handed in nor released.
    pub lacks_signature: bool,
    /// The person took part on the vendor's side (R2).
    pub took_part: bool,
    /// Entered decision.
    pub decision: String,
    /// Entered reason.
    pub note: String,
    /// Entered message.
    pub message: String,
    /// Errors.
    pub errors: Vec<FieldError>,
}

/// Buttons of a submission: shown by the same code that decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct PackageCapabilities {
    /// Upload the same version anew.
    pub upload: bool,
    /// Hand in.
    pub submit: bool,
    /// Take back.
    pub discard: bool,
    /// Write a message.
    pub message: bool,
    /// Take up.
    pub take: bool,
    /// Decide.
    pub decide: bool,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageView {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub person: String,
    /// For whom.
    pub side: SubmissionSide,
    /// What.
    pub text: String,
}

/// What a package will look like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackagePreview {
    /// Reference.
    pub reference: Reference,
    /// Version.
    pub version: String,
    /// The Steckbrief as it would be.
    pub verfahren: VerfahrenPage,
    /// The form as it would be, with sample values.
    pub form: Form,
    /// Objects for sample values: kind, name, YAML.
    pub objects: Vec<PreviewObject>,
}

/// An object for sample values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewObject {
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// File of the package; empty if the portal added it.
    pub file: String,
    /// A test.
    pub is_test: bool,
    /// YAML.
    pub yaml: String,
}

/// A vendor's Verfahren: its versions and where they run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasesPage {
    /// Name in addresses.
    pub slug: String,
    /// Name.
    pub name: Bilingual,
    /// Versions, newest first.
    pub releases: Vec<ReleaseRow>,
    /// Why installations do not go on.
    pub failures: Vec<FailureRow>,
    /// Verwaltungen that may be named, with version.
    pub adopters: Vec<(String, String)>,
    /// The person may let versions run out and withdraw them.
    pub may_withdraw: bool,
    /// The person may limit versions.
    pub may_limit: bool,
}

/// Why installations of a version do not go on: counted over all Verwaltungen, none of which is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureRow {
    /// Version.
    pub version: String,
    /// What failed.
    pub what: FailureKind,
    /// In how many installations.
    pub installations: i64,
}

/// What failed in an installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// A test of the package, in the words of the release.
    Test(Bilingual),
    /// Setting up.
    Operation(FailureCause),
}

/// A version with its use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseRow {
    /// Id.
    pub id: ReleaseId,
    /// Version.
    pub version: String,
    /// State.
    pub state: ReleaseState,
    /// Reason of the state.
    pub note: String,
    /// Published.
    pub published_at: Timestamp,
    /// A security fix.
    pub security_fix: bool,
    /// Who may use it, in words: names of Länder and Verwaltungen; empty means all.
    pub limits: Vec<String>,
    /// Version to use instead.
    pub replaced_by: Option<String>,
    /// How many installations are in which state.
    pub runs: Vec<(InstallationState, i64)>,
}

/// Ending a version, or changing who may use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseEndPage {
    /// Name in addresses.
    pub slug: String,
    /// Name.
    pub name: Bilingual,
    /// The version.
    pub release: ReleaseRow,
    /// States it may have.
    pub states: Vec<ReleaseState>,
    /// Versions to use instead.
    pub replacements: Vec<Choice>,
    /// How many Verwaltungen run it.
    pub adopters: i64,
    /// How many installations have it, live or not.
    pub installations: i64,
    /// The version that is offered to everybody once this one is not; none if there is none.
    pub offered_after: Option<String>,
    /// This is the version that is offered to everybody now.
    pub is_offered: bool,
    /// The person may end it.
    pub may_withdraw: bool,
    /// The person may limit it.
    pub may_limit: bool,
    /// Länder to limit it to; without a choice there is no form.
    pub laender: Vec<Choice>,
    /// Entered Verwaltungen to limit it to, one in each line.
    pub municipalities: String,
    /// The reason is there; what is missing is that the person says it again.
    pub confirm: bool,
    /// Entered state.
    pub state: String,
    /// Entered reason.
    pub note: String,
    /// Errors.
    pub errors: Vec<FieldError>,
}

/// Whether packages must be signed, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct SigningPolicy {
    /// The operator of the portal, of all packages.
    pub by_portal: bool,
    /// The vendor, of its own.
    pub by_vendor: bool,
}

impl SigningPolicy {
    /// Whether an unsigned package is refused.
    pub fn required(self) -> bool {
        self.by_portal || self.by_vendor
    }
}

/// Access keys and public keys of a vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct KeysPage {
    /// Name of the vendor.
    pub vendor: String,
    /// Access keys, newest first.
    pub tokens: Vec<TokenRow>,
    /// Public keys, newest first.
    pub keys: Vec<VendorKeyRow>,
    /// Verfahren to limit an access key to.
    pub verfahren: Vec<Choice>,
    /// Whether packages of the vendor must be signed.
    pub signatures: SigningPolicy,
    /// The secret of the key that was just made: shown now and never again.
    pub fresh: Option<String>,
    /// Entered values of the form for an access key.
    pub name: String,
    /// Entered number of days.
    pub days: String,
    /// Entered name of a public key.
    pub key_name: String,
    /// Entered public key.
    pub pem: String,
    /// Errors.
    pub errors: Vec<FieldError>,
}

/// An access key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRow {
    /// Id.
    pub id: TokenId,
    /// Name.
    pub name: String,
    /// Names of the Verfahren it is limited to; empty means all.
    pub verfahren: Vec<String>,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// Last moment.
    pub expires_at: Timestamp,
    /// Taken back.
    pub revoked_at: Option<Timestamp>,
    /// Last used.
    pub last_used_at: Option<Timestamp>,
    /// Opens something now.
    pub live: bool,
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorKeyRow {
    /// Id.
    pub id: VendorKeyId,
    /// Name.
    pub name: String,
    /// Fingerprint.
    pub fingerprint: String,
    /// When.
    pub created_at: Timestamp,
    /// Taken back.
    pub revoked_at: Option<Timestamp>,
}

/// One version of a Verfahren, for everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionPage {
    /// Name in addresses.
    pub slug: String,
    /// Name.
    pub name: Bilingual,
    /// The version.
    pub version: String,
    /// State.
    pub state: ReleaseState,
    /// Reason of the state.
    pub note: String,
    /// Version to use instead.
    pub replaced_by: Option<String>,
    /// Published.
    pub published_at: Timestamp,
    /// Names of the Länder that it is limited to; empty means all.
    pub laender: Vec<String>,
    /// How many Verwaltungen it is limited to; 0 means all.
    pub pilots: i64,
    /// A security fix.
    pub security_fix: bool,
    /// What changed, in the clerks' language.
    pub changes: Bilingual,
    /// The vendor's change log.
    pub changelog: String,
    /// It cannot be read at the moment.
    pub changelog_unread: bool,
    /// Licence (SPDX).
    pub licence: String,
    /// Digest.
    pub digest: String,
    /// Fingerprint of the key, if the origin was checked.
    pub signed_with: Option<(String, String)>,
    /// What it is made of: name, version, licence.
    pub components: Vec<(String, String, String)>,
    /// The person may see where it runs, and end it.
    pub may_manage: bool,
    /// The person may look for components.
    pub may_search: bool,
}

/// Feedback on a Verfahren.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackPage {
    /// Name in addresses.
    pub slug: String,
    /// Name.
    pub name: Bilingual,
    /// Feedback, newest first.
    pub rows: Page<FeedbackRow>,
    /// Organisations the person may speak for.
    pub speaks_for: Vec<Choice>,
    /// The person may answer.
    pub may_answer: bool,
    /// Entered kind.
    pub kind: String,
    /// Entered text.
    pub text: String,
    /// Errors.
    pub errors: Vec<FieldError>,
}

/// A piece of feedback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackRow {
    /// Id.
    pub id: FeedbackId,
    /// Organisation.
    pub organisation: String,
    /// Kind.
    pub kind: FeedbackKind,
    /// Text.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// Answer, empty if none.
    pub answer: String,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
}

/// Where a component is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct ComponentPage {
    /// Search text: a package URL or a name.
    pub q: String,
    /// Version; empty means any.
    pub version: String,
    /// Rows.
    pub rows: Vec<ComponentRow>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// A release or installation with a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentRow {
    /// Component.
    pub component: String,
    /// Its version.
    pub component_version: String,
    /// Verfahren.
    pub slug: String,
    /// Name of the Verfahren.
    pub verfahren: Bilingual,
    /// Version of the Verfahren.
    pub version: String,
    /// State of the version.
    pub state: ReleaseState,
    /// Verwaltung and case that run it, if the person may see one.
    pub installation: Option<(String, Reference)>,
}
