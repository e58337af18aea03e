//! [`Store`] in one place: every method hands over to the file of its entity.

use crate::Storage;
use async_trait::async_trait;
use portal_core::{authz::Authorized, ports::*};
use portal_model::{
    acceptance::Acceptance,
    activation::Activation,
    audit::AuditEntry,
    data_centre::{DataCentre, Target},
    event::Event,
    feedback::Feedback,
    installation::{Configuration, Deployment, Revision},
    mandate::Mandate,
    operating::{Evidence, Maintenance, TargetDraft, Window},
    operation::Operation,
    organisation::{Area, Organisation},
    person::{Membership, Person},
    reference::Reference,
    submission::SubmissionMessage,
    test_run::TestRun,
    token::AccessToken,
    trial::Trial,
    vendor_key::VendorKey,
    verfahren::{Release, Verfahren},
    *,
};

#[async_trait]
impl Store for Storage {
    fn public_version(&self) -> PublicVersion {
        self.public_now()
    }

    async fn commit(&self, _authorized: &Authorized, commit: Commit) -> StoreResult<()> {
        self.write(commit).await
    }

    async fn organisation_list(&self) -> StoreResult<Vec<Organisation>> {
        self.organisations().await
    }

    async fn organisation(&self, id: OrganisationId) -> StoreResult<Option<Organisation>> {
        self.organisation_of(id).await
    }

    async fn organisation_by_slug(&self, slug: &str) -> StoreResult<Option<Organisation>> {
        self.organisation_slug(slug).await
    }

    async fn areas(&self, municipality: OrganisationId) -> StoreResult<Vec<Area>> {
        self.areas_of(municipality).await
    }

    async fn person(&self, id: PersonId) -> StoreResult<Option<Person>> {
        self.person_of(id).await
    }

    async fn person_by_identity(&self, issuer: &str, subject: &str) -> StoreResult<Option<PersonId>> {
        self.identity(issuer, subject).await
    }

    async fn person_names(&self, ids: &[PersonId]) -> StoreResult<Vec<(PersonId, String)>> {
        self.names_of(ids).await
    }

    async fn memberships(&self, person: PersonId, now: Timestamp) -> StoreResult<Vec<Membership>> {
        self.memberships_of(person, now).await
    }

    async fn signatories(&self, municipality: OrganisationId, now: Timestamp) -> StoreResult<Vec<(PersonId, String)>> {
        self.signatories_of(municipality, now).await
    }

    async fn demo_memberships(&self) -> StoreResult<Vec<(Person, Membership)>> {
        self.memberships_demo().await
    }

    async fn mandates_held(&self, holders: &[OrganisationId], now: Timestamp) -> StoreResult<Vec<Mandate>> {
        self.mandates_of(holders, now).await
    }

    async fn verfahren_list(&self) -> StoreResult<Vec<Verfahren>> {
        self.verfahren().await
    }

    async fn release_list(&self) -> StoreResult<Vec<Release>> {
        self.releases().await
    }

    async fn release(&self, id: ReleaseId) -> StoreResult<Option<Release>> {
        self.release_of(id).await
    }

    async fn components(&self, digest: &str) -> StoreResult<Vec<Component>> {
        self.components_of(digest).await
    }

    async fn component_uses(
        &self,
        scope: &Scope,
        search: &ComponentSearch,
        version: Option<&str>,
        after: Option<ComponentCursor>,
        limit: i64,
    ) -> StoreResult<Vec<ComponentUse>> {
        self.uses_of(scope, search, version, after, limit).await
    }

    async fn packages_sweep(&self) -> StoreResult<Vec<String>> {
        self.sweep_packages().await
    }

    async fn submission_list(&self, query: &SubmissionQuery) -> StoreResult<(Vec<SubmissionRecord>, i64)> {
        self.submissions(query).await
    }

    async fn submission_by_reference(&self, reference: &Reference) -> StoreResult<Option<SubmissionRecord>> {
        self.submission_referred(reference).await
    }

    async fn submission_of_version(&self, package_id: &str, version: &str) -> StoreResult<Option<SubmissionRecord>> {
        self.submission_version(package_id, version).await
    }

    async fn submission_messages(&self, submission: SubmissionId) -> StoreResult<Vec<SubmissionMessage>> {
        self.messages_of(submission).await
    }

    async fn submission_participants(&self, submission: SubmissionId) -> StoreResult<Vec<PersonId>> {
        self.submission_people(submission).await
    }

    async fn trial(&self, id: TrialId) -> StoreResult<Option<Trial>> {
        self.trial_with(id).await
    }

    async fn trial_by_reference(&self, reference: &Reference) -> StoreResult<Option<TrialRecord>> {
        self.trial_referred(reference).await
    }

    async fn trials_of(&self, submission: SubmissionId, limit: i64) -> StoreResult<Vec<TrialRecord>> {
        self.trials_of_submission(submission, limit).await
    }

    async fn trials_in(&self, target: TargetId, limit: i64) -> StoreResult<Vec<TrialRecord>> {
        self.trials_in_target(target, limit).await
    }

    async fn tokens(&self, organisation: OrganisationId) -> StoreResult<Vec<AccessToken>> {
        self.tokens_of(organisation).await
    }

    async fn token_by_hash(&self, hash: &str, now: Timestamp) -> StoreResult<Option<AccessToken>> {
        self.token_with(hash, now).await
    }

    async fn vendor_keys(&self, organisation: OrganisationId) -> StoreResult<Vec<VendorKey>> {
        self.keys_of(organisation).await
    }

    async fn signatures_required(&self, organisation: OrganisationId) -> StoreResult<bool> {
        self.must_sign(organisation).await
    }

    async fn feedback(
        &self,
        verfahren: VerfahrenId,
        before: Option<(Timestamp, FeedbackId)>,
        limit: i64,
    ) -> StoreResult<Vec<(Feedback, String)>> {
        self.feedback_on(verfahren, before, limit).await
    }

    async fn feedback_open(&self, of: &[VerfahrenId], limit: i64) -> StoreResult<Vec<(Feedback, String)>> {
        self.feedback_unanswered(of, limit).await
    }

    async fn feedback_by_id(&self, id: FeedbackId) -> StoreResult<Option<Feedback>> {
        self.feedback_of(id).await
    }

    async fn release_runs(&self, verfahren: VerfahrenId) -> StoreResult<Vec<ReleaseRuns>> {
        self.runs_of(verfahren).await
    }

    async fn release_failures(&self, verfahren: VerfahrenId) -> StoreResult<Vec<ReleaseFailure>> {
        self.failures_of(verfahren).await
    }

    async fn adoption(&self) -> StoreResult<Vec<AdoptionRow>> {
        self.adopters().await
    }

    async fn data_centre_list(&self) -> StoreResult<Vec<DataCentre>> {
        self.data_centres().await
    }

    async fn target_list(&self) -> StoreResult<Vec<Target>> {
        self.targets().await
    }

    async fn target(&self, id: TargetId) -> StoreResult<Option<Target>> {
        self.target_of(id).await
    }

    async fn target_windows(&self, target: TargetId) -> StoreResult<Vec<Window>> {
        self.windows_of(target).await
    }

    async fn target_halted(&self, target: TargetId, now: Timestamp) -> StoreResult<bool> {
        self.is_halted(target, now).await
    }

    async fn target_tenants(&self, target: TargetId, limit: i64) -> StoreResult<Vec<TargetTenant>> {
        self.tenants_in(target, limit).await
    }

    async fn target_failures(&self, target: TargetId, limit: i64) -> StoreResult<Vec<TargetFailure>> {
        self.failures_in(target, limit).await
    }

    async fn maintenance(&self, now: Timestamp) -> StoreResult<Vec<Maintenance>> {
        self.maintenance_after(now).await
    }

    async fn evidence(&self) -> StoreResult<Vec<Evidence>> {
        self.evidence_all().await
    }

    async fn target_draft(&self, id: TargetId) -> StoreResult<Option<TargetDraft>> {
        self.draft(id).await
    }

    async fn target_drafts(&self, data_centre: DataCentreId, limit: i64) -> StoreResult<Vec<TargetDraft>> {
        self.drafts_of(data_centre, limit).await
    }

    async fn target_load(&self) -> StoreResult<Vec<(TargetId, TargetLoad)>> {
        self.load().await
    }

    async fn case_list(&self, query: &CaseQuery) -> StoreResult<Vec<CaseRecord>> {
        self.cases(query).await
    }

    async fn case_lines(&self, query: &CaseQuery) -> StoreResult<(Vec<CaseLine>, i64)> {
        self.lines(query).await
    }

    async fn case_by_reference(&self, reference: &Reference) -> StoreResult<Option<CaseRecord>> {
        self.case_referred(reference).await
    }

    async fn case(&self, id: RequestId) -> StoreResult<Option<CaseRecord>> {
        self.case_of(id).await
    }

    async fn deployments(&self, installation: InstallationId) -> StoreResult<Vec<Deployment>> {
        self.deployments_of(installation).await
    }

    async fn healthy_revisions(&self, deployment: DeploymentId, limit: i64) -> StoreResult<Vec<Revision>> {
        self.healthy_revisions_of(deployment, limit).await
    }

    async fn configuration_latest(&self, request: RequestId) -> StoreResult<Option<Configuration>> {
        self.newest_configuration(request).await
    }

    async fn revision(&self, deployment: DeploymentId) -> StoreResult<Option<Revision>> {
        self.revision_of(deployment).await
    }

    async fn configuration(&self, id: ConfigurationId) -> StoreResult<Option<Configuration>> {
        self.configuration_of(id).await
    }

    async fn configuration_count(&self, request: RequestId) -> StoreResult<i64> {
        self.configurations(request).await
    }

    async fn secrets(&self, object: uuid::Uuid) -> StoreResult<Vec<SecretRow>> {
        self.secrets_of(object).await
    }

    async fn data_key(&self, tenant: OrganisationId) -> StoreResult<Option<Vec<u8>>> {
        self.data_key_of(tenant).await
    }

    async fn data_keys(
        &self,
        after: Option<OrganisationId>,
        limit: i64,
    ) -> StoreResult<Vec<(OrganisationId, Vec<u8>)>> {
        self.data_keys_after(after, limit).await
    }

    async fn operation_by_reference(&self, reference: &Reference) -> StoreResult<Option<Operation>> {
        self.operation_of(reference).await
    }

    async fn operations(&self, request: RequestId) -> StoreResult<Vec<Operation>> {
        self.operations_of(request).await
    }

    async fn step_records(&self, operation: OperationId) -> StoreResult<Vec<StepRecord>> {
        self.steps_of(operation).await
    }

    async fn test_run_latest(&self, installation: InstallationId) -> StoreResult<Option<TestRun>> {
        self.run_latest(installation).await
    }

    async fn test_run(&self, id: TestRunId) -> StoreResult<Option<TestRun>> {
        self.run(id).await
    }

    async fn acceptance_latest(&self, installation: InstallationId) -> StoreResult<Option<Acceptance>> {
        self.latest_acceptance(installation).await
    }

    async fn activation_latest(&self, installation: InstallationId) -> StoreResult<Option<Activation>> {
        self.latest_activation(installation).await
    }

    async fn participants(&self, request: RequestId) -> StoreResult<Vec<PersonId>> {
        self.participants_of(request).await
    }

    async fn events(
        &self,
        request: RequestId,
        operation: Option<OperationId>,
        after: i64,
        limit: i64,
    ) -> StoreResult<Vec<Event>> {
        self.events_after(request, operation, after, limit).await
    }

    async fn operation_events(&self, operation: OperationId, after: i64, limit: i64) -> StoreResult<Vec<Event>> {
        self.events_of_operation(operation, after, limit).await
    }

    async fn newest_events(&self, operation: OperationId, limit: i64) -> StoreResult<Vec<Event>> {
        self.newest_of_operation(operation, limit).await
    }

    async fn last_event(&self) -> StoreResult<i64> {
        self.event_position().await
    }

    async fn audit_list(&self, filter: &AuditFilter) -> StoreResult<(Vec<(AuditEntry, Option<Reference>)>, i64)> {
        self.audit_entries(filter).await
    }

    async fn audit_seal(&self, now: Timestamp) -> StoreResult<i64> {
        self.seal(now).await
    }

    async fn audit_verify(&self, from: &Checkpoint) -> StoreResult<(SealState, Checkpoint)> {
        self.verify(from).await
    }
}
