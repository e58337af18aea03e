//! The database as use cases see it: one call that writes, and reads that answer a question each.

use super::{
    AuditFilter, CaseLine, CaseQuery, CaseRecord, Checkpoint, Component, ComponentCursor, ComponentSearch,
    ComponentUse, NewAudit, PackageRow, PublicVersion, ReleaseFailure, ReleaseRuns, Scope, SealState, SecretRow,
    SubmissionQuery, SubmissionRecord, TrialRecord,
};
use crate::authz::Authorized;
use async_trait::async_trait;
use portal_model::{
    acceptance::Acceptance,
    activation::{Activation, Approval},
    audit::AuditEntry,
    data_centre::{DataCentre, Target},
    event::{Event, NewEvent},
    feedback::Feedback,
    installation::{Configuration, Deployment, Installation, InstallationState, Revision},
    mandate::Mandate,
    operating::{Evidence, Maintenance, Mirror, Stopped, TargetDraft, Window},
    operation::{FailureCause, Operation, OperationKind, OperationState},
    organisation::{Area, Organisation, Role},
    person::{Membership, Person},
    reference::Reference,
    request::Request,
    submission::{Submission, SubmissionMessage},
    test_run::TestRun,
    token::AccessToken,
    trial::Trial,
    vendor_key::VendorKey,
    verfahren::{Release, ReleaseState, Verfahren},
    *,
};

/// Why the database refused.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The expected version is not the current one.
    #[error("changed in the meantime")]
    Conflict,
    /// A uniqueness rule; names the table.
    #[error("exists already: {0}")]
    Exists(String),
    /// Another constraint; names the rule (`test_gate`, `second_person`, `live_operation`, …).
    #[error("rule: {0}")]
    Rule(String),
    /// Others were at the same rows at the same moment (a deadlock, or no order in which both could have happened), again
    /// and again. Nothing of it stays; it may be tried once more.
    #[error("collided with another change")]
    Collision,
    /// The database itself.
    #[error("database: {0}")]
    Database(String),
}

/// Result of a store call.
pub type StoreResult<T> = Result<T, StoreError>;

/// A change to one entity. An `Update…` carries the new version; the stored one must be one less, otherwise
/// [`StoreError::Conflict`].
#[derive(Debug, Clone)]
pub enum Write {
    /// New organisation with its areas.
    InsertOrganisation(Organisation, Vec<Area>),
    /// New person.
    InsertPerson(Person),
    /// New identity (issuer, subject) of a person.
    InsertIdentity(PersonId, String, String),
    /// New membership.
    InsertMembership(PersonId, OrganisationId, Role, Option<Timestamp>),
    /// New mandate.
    InsertMandate(Mandate),
    /// A mandate is taken back.
    RevokeMandate(MandateId, Timestamp),
    /// New catalogue entry.
    InsertVerfahren(Verfahren),
    /// New package: what the store of packages holds under this digest. Nothing happens if it is known already.
    InsertPackage(PackageRow),
    /// New release of a package that is known.
    InsertRelease(Release),
    /// A release ends or changes its audience: state, note, successor, limits and mark of security. The expected state
    /// is named; another one is a [`StoreError::Conflict`].
    UpdateRelease {
        /// Expected state.
        from: ReleaseState,
        /// The release as it is to be; what never changes is not looked at.
        release: Release,
    },
    /// New submission.
    InsertSubmission(Submission, Option<String>),
    /// Changed submission, with the signature of its package. R2: a decision by somebody who ever took part on the
    /// vendor's side fails with rule `second_person`.
    UpdateSubmission(Submission, Option<String>),
    /// A message about a submission.
    InsertMessage(SubmissionMessage),
    /// New access key; only the SHA-256 (hex) of its secret is stored.
    InsertToken(AccessToken, String),
    /// An access key is taken back.
    RevokeToken(TokenId, Timestamp),
    /// New public key of a vendor.
    InsertVendorKey(VendorKey),
    /// A public key is taken back.
    RevokeVendorKey(VendorKeyId, Timestamp),
    /// Whether the packages of a vendor must be signed; who said so, and when.
    RequireSignatures(OrganisationId, bool, PersonId, Timestamp),
    /// New feedback.
    InsertFeedback(Feedback),
    /// The vendor's answer to feedback; the newest counts.
    AnswerFeedback(Feedback),
    /// New data centre.
    InsertDataCentre(DataCentre),
    /// New target.
    InsertTarget(Target),
    /// The operator admits so many trials of packages at the same time in a target; 0: none.
    AdmitTrials(TargetId, i64),
    /// Limits of a target, and the windows in which operations may begin there, in place of what was set before.
    SetLimits {
        /// Which.
        target: TargetId,
        /// Operations at the same time; `None` is the portal's own number.
        at_once: Option<i64>,
        /// Requests per second from one process; `None` is unlimited.
        per_second: Option<i64>,
        /// Windows that do not overlap; none means always.
        windows: Vec<Window>,
    },
    /// Where images of a target come from instead.
    SetMirrors(TargetId, Vec<Mirror>),
    /// The stop switch of a target on or off. [`StoreError::Conflict`] if it stands there already.
    SetStopped(TargetId, Option<Stopped>),
    /// Announced maintenance.
    InsertMaintenance(Maintenance),
    /// Maintenance is called off. [`StoreError::Conflict`] if it has ended or was called off already.
    CancelMaintenance(MaintenanceId, Timestamp),
    /// Evidence of a data centre in place of the last of its kind; the data centre's end of evidence follows from all.
    PutEvidence(Evidence),
    /// A target that is being registered, new or changed.
    PutTargetDraft(Box<TargetDraft>),
    /// It is registered or given up. [`StoreError::Conflict`] if it is gone.
    DeleteTargetDraft(TargetId),
    /// Those that were begun before this moment, with their credentials.
    SweepTargetDrafts(Timestamp),
    /// New trial. Fails with rule `trials_full` if its target admits none, or no more at the moment, and with rule
    /// `live_trial` if one of the same submission has not ended.
    InsertTrial(Trial),
    /// Changed trial.
    UpdateTrial(Trial),
    /// The operation of a trial that waits need not wait any longer.
    HurryTrial(TrialId, Timestamp),
    /// New request.
    InsertRequest(Request),
    /// Changed request. R2: a decision by somebody who ever took part on the asking side fails with rule
    /// `second_person`.
    UpdateRequest(Request),
    /// New installation.
    InsertInstallation(Installation),
    /// Changed installation.
    UpdateInstallation(Installation),
    /// New deployment.
    InsertDeployment(Deployment),
    /// New configuration.
    InsertConfiguration(Configuration),
    /// New or replaced secret (its version grows).
    PutSecret(SecretRow),
    /// All secrets of an object that is gone.
    DeleteSecrets(uuid::Uuid),
    /// The wrapped data key of a tenant. Fails with `Exists("data_key")` if there is one by now: what was sealed with
    /// this one would never open again.
    InsertDataKey(OrganisationId, Vec<u8>),
    /// The same data key wrapped with another key-encryption key. Fails with `Conflict` if it is no longer wrapped as it
    /// was read: somebody else was faster.
    RewrapDataKey {
        /// Whose.
        tenant: OrganisationId,
        /// As it was read.
        from: Vec<u8>,
        /// As it will be.
        to: Vec<u8>,
    },
    /// New operation. Fails with rule `live_operation` if the deployment has one.
    InsertOperation(Operation),
    /// A person moves an operation: tries a stuck one again, gives it up or calls it off (`unwinding`): state from → to,
    /// with who and why. Whoever works on it can record nothing more.
    MoveOperation {
        /// Which.
        id: OperationId,
        /// Expected state.
        from: OperationState,
        /// New state.
        to: OperationState,
        /// Not before.
        run_after: Timestamp,
        /// Person and reason; needed for `abandoned`.
        abandoned: Option<(PersonId, String)>,
    },
    /// New test run.
    InsertTestRun(TestRun),
    /// New revision, and the deployment points to it. Production without a passed test run of the same pair in the
    /// same data centre fails with rule `test_gate`.
    InsertRevision(Revision),
    /// The deployment runs this revision, or nothing any more.
    PointRevision(DeploymentId, Option<RevisionId>),
    /// A production revision ran as it should, so it may be applied again (R1).
    MarkHealthy(RevisionId, Timestamp),
    /// New acceptance.
    InsertAcceptance(Acceptance),
    /// New activation (without approvals).
    InsertActivation(Activation),
    /// Changed state of an activation.
    UpdateActivation(Activation),
    /// One yes. Participants of the case fail with rule `second_person`.
    InsertApproval(ActivationId, Approval),
}

/// State changes, entry of the record, and events, committed together (R5).
#[derive(Debug, Clone)]
pub struct Commit {
    /// Changes in order.
    pub writes: Vec<Write>,
    /// Entry of the record.
    pub audit: NewAudit,
    /// Events.
    pub events: Vec<NewEvent>,
}

/// Load of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TargetLoad {
    /// Deployments with something in it.
    pub deployments: i64,
    /// Places that are taken: deployments of installations that are not removed, set up or not yet.
    pub promised: i64,
    /// Unfinished operations.
    pub running: i64,
    /// Stuck operations.
    pub stuck: i64,
    /// Trials that have not ended.
    pub trials: i64,
}

/// An installation that has a place in a target: what its operator may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetTenant {
    /// Whose.
    pub municipality: OrganisationId,
    /// Of what.
    pub verfahren: VerfahrenId,
    /// The version that stands there, if anything does.
    pub release: Option<ReleaseId>,
    /// State of the installation.
    pub state: InstallationState,
    /// Since when that version stands there.
    pub applied_at: Option<Timestamp>,
}

/// An unfinished operation that failed at something in a target. Its detail may tell of values, so it is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetFailure {
    /// `BE-…`.
    pub reference: Reference,
    /// What.
    pub kind: OperationKind,
    /// For whom; nobody in a trial.
    pub municipality: Option<OrganisationId>,
    /// State.
    pub state: OperationState,
    /// At what it failed.
    pub cause: FailureCause,
    /// When the operation was enqueued.
    pub since: Timestamp,
}

/// How many municipalities run a release, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdoptionRow {
    /// Verfahren.
    pub verfahren: VerfahrenId,
    /// Release.
    pub release: ReleaseId,
    /// Municipality.
    pub municipality: OrganisationId,
    /// Live since.
    pub live_since: Option<Timestamp>,
}

/// The database.
#[async_trait]
pub trait Store: Send + Sync {
    /// How often what everybody may see has changed, here or, as soon as it is told, in another process. To be read
    /// before what it is to vouch for.
    fn public_version(&self) -> PublicVersion;

    /// The only call that writes: everything or nothing. The token proves that the permission was checked.
    async fn commit(&self, authorized: &Authorized, commit: Commit) -> StoreResult<()>;

    /// All organisations, by name (there are hundreds).
    async fn organisation_list(&self) -> StoreResult<Vec<Organisation>>;
    /// One organisation.
    async fn organisation(&self, id: OrganisationId) -> StoreResult<Option<Organisation>>;
    /// One organisation by its slug.
    async fn organisation_by_slug(&self, slug: &str) -> StoreResult<Option<Organisation>>;
    /// Areas a municipality serves, by name.
    async fn areas(&self, municipality: OrganisationId) -> StoreResult<Vec<Area>>;

    /// One person.
    async fn person(&self, id: PersonId) -> StoreResult<Option<Person>>;
    /// The person of an identity.
    async fn person_by_identity(&self, issuer: &str, subject: &str) -> StoreResult<Option<PersonId>>;
    /// Names of these persons.
    async fn person_names(&self, ids: &[PersonId]) -> StoreResult<Vec<(PersonId, String)>>;
    /// Memberships of a person that have not ended.
    async fn memberships(&self, person: PersonId, now: Timestamp) -> StoreResult<Vec<Membership>>;
    /// Who may sign for a municipality, by name: the membership has not ended, and the person is not deactivated.
    async fn signatories(&self, municipality: OrganisationId, now: Timestamp) -> StoreResult<Vec<(PersonId, String)>>;
    /// All memberships of demonstration organisations, for the sign-in page.
    async fn demo_memberships(&self) -> StoreResult<Vec<(Person, Membership)>>;
    /// Mandates that these organisations hold and that have not ended or been revoked.
    async fn mandates_held(&self, holders: &[OrganisationId], now: Timestamp) -> StoreResult<Vec<Mandate>>;

    /// All catalogue entries.
    async fn verfahren_list(&self) -> StoreResult<Vec<Verfahren>>;
    /// All releases (with facts), newest first within a Verfahren.
    async fn release_list(&self) -> StoreResult<Vec<Release>>;
    /// One release.
    async fn release(&self, id: ReleaseId) -> StoreResult<Option<Release>>;
    /// Components of a package, by name.
    async fn components(&self, digest: &str) -> StoreResult<Vec<Component>>;
    /// Where a component is used, by version and release. Installations within the scope only.
    async fn component_uses(
        &self,
        scope: &Scope,
        search: &ComponentSearch,
        version: Option<&str>,
        after: Option<ComponentCursor>,
        limit: i64,
    ) -> StoreResult<Vec<ComponentUse>>;
    /// Deletes packages that neither a release nor a submission refers to and returns the digests that stay.
    async fn packages_sweep(&self) -> StoreResult<Vec<String>>;

    /// Submissions by filter, with the number of all that fit.
    async fn submission_list(&self, query: &SubmissionQuery) -> StoreResult<(Vec<SubmissionRecord>, i64)>;
    /// One submission by its reference.
    async fn submission_by_reference(&self, reference: &Reference) -> StoreResult<Option<SubmissionRecord>>;
    /// The submission of a version that is neither declined nor taken back.
    async fn submission_of_version(&self, package_id: &str, version: &str) -> StoreResult<Option<SubmissionRecord>>;
    /// Messages about a submission, oldest first.
    async fn submission_messages(&self, submission: SubmissionId) -> StoreResult<Vec<SubmissionMessage>>;
    /// Everyone who took part on the vendor's side (R2).
    async fn submission_participants(&self, submission: SubmissionId) -> StoreResult<Vec<PersonId>>;

    /// One trial.
    async fn trial(&self, id: TrialId) -> StoreResult<Option<Trial>>;
    /// One trial by the reference of its operation.
    async fn trial_by_reference(&self, reference: &Reference) -> StoreResult<Option<TrialRecord>>;
    /// Trials of a submission, newest first.
    async fn trials_of(&self, submission: SubmissionId, limit: i64) -> StoreResult<Vec<TrialRecord>>;
    /// Trials in a target: those that have not ended first, then the newest.
    async fn trials_in(&self, target: TargetId, limit: i64) -> StoreResult<Vec<TrialRecord>>;

    /// Access keys of a vendor, newest first.
    async fn tokens(&self, organisation: OrganisationId) -> StoreResult<Vec<AccessToken>>;
    /// The access key with this hash of its secret. Notes its use, at most once an hour.
    async fn token_by_hash(&self, hash: &str, now: Timestamp) -> StoreResult<Option<AccessToken>>;
    /// Public keys of a vendor, newest first.
    async fn vendor_keys(&self, organisation: OrganisationId) -> StoreResult<Vec<VendorKey>>;
    /// Whether the packages of a vendor must be signed; no, until somebody says so.
    async fn signatures_required(&self, organisation: OrganisationId) -> StoreResult<bool>;

    /// Feedback on a Verfahren, newest first, with the name of the organisation.
    async fn feedback(
        &self,
        verfahren: VerfahrenId,
        before: Option<(Timestamp, FeedbackId)>,
        limit: i64,
    ) -> StoreResult<Vec<(Feedback, String)>>;
    /// Feedback on some Verfahren that nobody has answered, oldest first, with the name of the organisation.
    async fn feedback_open(&self, of: &[VerfahrenId], limit: i64) -> StoreResult<Vec<(Feedback, String)>>;
    /// One piece of feedback.
    async fn feedback_by_id(&self, id: FeedbackId) -> StoreResult<Option<Feedback>>;
    /// How many installations of a Verfahren's releases are in which state.
    async fn release_runs(&self, verfahren: VerfahrenId) -> StoreResult<Vec<ReleaseRuns>>;
    /// Why installations of a Verfahren's releases do not go on, the most frequent first within a release.
    async fn release_failures(&self, verfahren: VerfahrenId) -> StoreResult<Vec<ReleaseFailure>>;
    /// Who runs what: installations that are live or connected.
    async fn adoption(&self) -> StoreResult<Vec<AdoptionRow>>;

    /// All data centres, by name.
    async fn data_centre_list(&self) -> StoreResult<Vec<DataCentre>>;
    /// All targets.
    async fn target_list(&self) -> StoreResult<Vec<Target>>;
    /// One target.
    async fn target(&self, id: TargetId) -> StoreResult<Option<Target>>;
    /// Load of each target that has any.
    async fn target_load(&self) -> StoreResult<Vec<(TargetId, TargetLoad)>>;

    /// When operations may begin in a target; none means always.
    async fn target_windows(&self, target: TargetId) -> StoreResult<Vec<Window>>;
    /// Whether nothing may be done in a target at the moment: stopped, or under maintenance.
    async fn target_halted(&self, target: TargetId, now: Timestamp) -> StoreResult<bool>;
    /// Installations that have a place in a target, the last changed first.
    async fn target_tenants(&self, target: TargetId, limit: i64) -> StoreResult<Vec<TargetTenant>>;
    /// Unfinished operations in a target that failed at something, newest first.
    async fn target_failures(&self, target: TargetId, limit: i64) -> StoreResult<Vec<TargetFailure>>;
    /// Maintenance of all targets that is under way or to come, by its begin.
    async fn maintenance(&self, now: Timestamp) -> StoreResult<Vec<Maintenance>>;
    /// Evidence of all data centres.
    async fn evidence(&self) -> StoreResult<Vec<Evidence>>;
    /// A target that is being registered.
    async fn target_draft(&self, id: TargetId) -> StoreResult<Option<TargetDraft>>;
    /// Those of a data centre, newest first.
    async fn target_drafts(&self, data_centre: DataCentreId, limit: i64) -> StoreResult<Vec<TargetDraft>>;

    /// Whole cases by filter, for those who look into each.
    async fn case_list(&self, query: &CaseQuery) -> StoreResult<Vec<CaseRecord>>;
    /// Lines of cases by filter, with the number of all that fit, counted up to [`pages::COUNTED`] and one.
    async fn case_lines(&self, query: &CaseQuery) -> StoreResult<(Vec<CaseLine>, i64)>;
    /// One case by its reference.
    async fn case_by_reference(&self, reference: &Reference) -> StoreResult<Option<CaseRecord>>;
    /// One case.
    async fn case(&self, id: RequestId) -> StoreResult<Option<CaseRecord>>;

    /// Both deployments of an installation.
    async fn deployments(&self, installation: InstallationId) -> StoreResult<Vec<Deployment>>;
    /// Current revision of a deployment.
    async fn revision(&self, deployment: DeploymentId) -> StoreResult<Option<Revision>>;
    /// Revisions of a deployment that ran as they should, newest first, at most `limit`.
    async fn healthy_revisions(&self, deployment: DeploymentId, limit: i64) -> StoreResult<Vec<Revision>>;
    /// The newest configuration of a case: what is tested or live.
    async fn configuration_latest(&self, request: RequestId) -> StoreResult<Option<Configuration>>;
    /// One configuration.
    async fn configuration(&self, id: ConfigurationId) -> StoreResult<Option<Configuration>>;
    /// Highest number of a request's configurations.
    async fn configuration_count(&self, request: RequestId) -> StoreResult<i64>;
    /// Secrets of a request or target.
    async fn secrets(&self, object: uuid::Uuid) -> StoreResult<Vec<SecretRow>>;
    /// Wrapped data key of a tenant.
    async fn data_key(&self, tenant: OrganisationId) -> StoreResult<Option<Vec<u8>>>;
    /// Wrapped data keys of all tenants after one of them, by its id.
    async fn data_keys(&self, after: Option<OrganisationId>, limit: i64)
    -> StoreResult<Vec<(OrganisationId, Vec<u8>)>>;

    /// One operation by its reference.
    async fn operation_by_reference(&self, reference: &Reference) -> StoreResult<Option<Operation>>;
    /// Operations of a case, newest first.
    async fn operations(&self, request: RequestId) -> StoreResult<Vec<Operation>>;
    /// Step records of an operation, oldest first.
    async fn step_records(&self, operation: OperationId) -> StoreResult<Vec<super::StepRecord>>;
    /// The newest test run of an installation.
    async fn test_run_latest(&self, installation: InstallationId) -> StoreResult<Option<TestRun>>;
    /// One test run.
    async fn test_run(&self, id: TestRunId) -> StoreResult<Option<TestRun>>;
    /// The newest acceptance of an installation.
    async fn acceptance_latest(&self, installation: InstallationId) -> StoreResult<Option<Acceptance>>;
    /// The newest activation of an installation, with its approvals.
    async fn activation_latest(&self, installation: InstallationId) -> StoreResult<Option<Activation>>;
    /// Everyone who took part in a case on the asking side (R2): created, edited, submitted, accepted, asked for
    /// activation.
    async fn participants(&self, request: RequestId) -> StoreResult<Vec<PersonId>>;

    /// Events of a case (or of one operation) after a position, oldest first.
    async fn events(
        &self,
        request: RequestId,
        operation: Option<OperationId>,
        after: i64,
        limit: i64,
    ) -> StoreResult<Vec<Event>>;
    /// Events of one operation after a position, oldest first, whatever it is about.
    async fn operation_events(&self, operation: OperationId, after: i64, limit: i64) -> StoreResult<Vec<Event>>;
    /// The newest events of one operation, oldest first.
    async fn newest_events(&self, operation: OperationId, limit: i64) -> StoreResult<Vec<Event>>;
    /// The newest position of all events.
    async fn last_event(&self) -> StoreResult<i64>;

    /// Entries of the record, newest first, with the reference of their case and the number of all that fit, counted up
    /// to [`pages::COUNTED`] and one.
    async fn audit_list(&self, filter: &AuditFilter) -> StoreResult<(Vec<(AuditEntry, Option<Reference>)>, i64)>;
    /// Seals the entries that are not sealed yet; returns how many.
    async fn audit_seal(&self, now: Timestamp) -> StoreResult<i64>;
    /// Checks the record after a seal that was checked before (and that this seal still stands as it was): reads only
    /// what is newer. From the default on, it checks everything. Gives how far the record is sealed, whether what was
    /// read is whole, and from where to go on if it is.
    async fn audit_verify(&self, from: &Checkpoint) -> StoreResult<(SealState, Checkpoint)>;
}
