//! The one way in which anything is written: changes, entry of the record and events in one transaction.

use crate::{
    Storage, again::again, audit, catalogue, data_centre, db::Tx, dialect, event, evidence, feedback, installation,
    operating, operation,
};
use crate::{organisation, package, person, request, submission, told::Told, trial, vendor};
use portal_core::ports::{Commit, NewAudit, StoreError, StoreResult, Write};
use portal_model::{Timestamp, event::NewEvent};

/// An update that found no row: somebody was faster.
pub(crate) fn changed(rows: u64) -> StoreResult<()> {
    if rows == 0 { Err(StoreError::Conflict) } else { Ok(()) }
}

/// A statement that found nothing to refer to.
pub(crate) fn refers(rows: u64) -> StoreResult<()> {
    if rows == 0 { Err(StoreError::Rule("reference".to_owned())) } else { Ok(()) }
}

/// Applies one change; `at` is the time of the commit.
pub(crate) async fn apply(tx: &mut Tx, write: Write, at: Timestamp) -> StoreResult<()> {
    match write {
        Write::InsertOrganisation(o, areas) => organisation::insert(tx, &o, &areas).await,
        Write::InsertPerson(p) => person::insert(tx, &p).await,
        Write::InsertIdentity(person, issuer, subject) => person::insert_identity(tx, person, &issuer, &subject).await,
        Write::InsertMembership(person, organisation, role, until) => {
            person::insert_membership(tx, person, organisation, role, until).await
        }
        Write::InsertMandate(m) => person::insert_mandate(tx, &m).await,
        Write::RevokeMandate(id, at) => person::revoke_mandate(tx, id, at).await,
        Write::InsertVerfahren(v) => catalogue::insert_verfahren(tx, &v).await,
        Write::InsertPackage(p) => package::insert(tx, p).await,
        Write::InsertRelease(r) => catalogue::insert_release(tx, &r).await,
        Write::UpdateRelease { from, release } => catalogue::update_release(tx, from, &release).await,
        Write::InsertSubmission(s, signature) => submission::insert(tx, &s, signature).await,
        Write::UpdateSubmission(s, signature) => submission::update(tx, &s, signature).await,
        Write::InsertMessage(m) => submission::insert_message(tx, &m).await,
        Write::InsertToken(t, hash) => vendor::insert_token(tx, &t, &hash).await,
        Write::RevokeToken(id, at) => vendor::revoke_token(tx, id, at).await,
        Write::InsertVendorKey(k) => vendor::insert_key(tx, &k).await,
        Write::RevokeVendorKey(id, at) => vendor::revoke_key(tx, id, at).await,
        Write::RequireSignatures(vendor, on, by, at) => vendor::require_signatures(tx, vendor, on, by, at).await,
        Write::InsertFeedback(f) => feedback::insert(tx, &f).await,
        Write::AnswerFeedback(f) => feedback::answer(tx, &f).await,
        Write::InsertDataCentre(d) => data_centre::insert(tx, &d, at).await,
        Write::InsertTarget(t) => data_centre::insert_target(tx, &t).await,
        Write::AdmitTrials(target, trials) => data_centre::admit_trials(tx, target, trials).await,
        Write::SetLimits { target, at_once, per_second, windows } => {
            operating::set_limits(tx, target, at_once, per_second, &windows).await
        }
        Write::SetMirrors(target, mirrors) => operating::set_mirrors(tx, target, &mirrors).await,
        Write::SetStopped(target, stopped) => operating::set_stopped(tx, target, stopped).await,
        Write::InsertMaintenance(m) => operating::insert_maintenance(tx, &m).await,
        Write::CancelMaintenance(id, at) => operating::cancel_maintenance(tx, id, at).await,
        Write::PutEvidence(e) => operating::put_evidence(tx, &e).await,
        Write::PutTargetDraft(d) => operating::put_draft(tx, &d).await,
        Write::DeleteTargetDraft(id) => operating::delete_draft(tx, id).await,
        Write::SweepTargetDrafts(before) => operating::sweep_drafts(tx, before).await,
        Write::InsertTrial(t) => trial::insert(tx, &t).await,
        Write::UpdateTrial(t) => trial::update(tx, &t).await,
        Write::HurryTrial(trial, now) => operation::hurry(tx, trial, now).await,
        Write::InsertRequest(r) => request::insert(tx, &r, at).await,
        Write::UpdateRequest(r) => request::update(tx, &r, at).await,
        Write::InsertInstallation(i) => installation::insert(tx, &i).await,
        Write::UpdateInstallation(i) => installation::update(tx, &i).await,
        Write::InsertDeployment(d) => installation::insert_deployment(tx, &d).await,
        Write::InsertConfiguration(c) => installation::insert_configuration(tx, &c).await,
        Write::PutSecret(s) => installation::put_secret(tx, &s).await,
        Write::DeleteSecrets(object) => installation::delete_secrets(tx, object).await,
        Write::InsertDataKey(tenant, wrapped) => installation::insert_data_key(tx, tenant, wrapped).await,
        Write::RewrapDataKey { tenant, from, to } => installation::rewrap_data_key(tx, tenant, from, to).await,
        Write::InsertOperation(o) => operation::insert(tx, &o).await,
        Write::MoveOperation { id, from, to, run_after, abandoned } => {
            operation::move_by_hand(tx, id, (from, to), run_after, abandoned, at).await
        }
        Write::InsertTestRun(t) => evidence::insert_run(tx, &t).await,
        Write::InsertRevision(r) => installation::insert_revision(tx, &r).await,
        Write::PointRevision(deployment, revision) => installation::point_revision(tx, deployment, revision).await,
        Write::MarkHealthy(revision, at) => installation::mark_healthy(tx, revision, at).await,
        Write::InsertAcceptance(a) => evidence::insert_acceptance(tx, &a).await,
        Write::InsertActivation(a) => evidence::insert_activation(tx, &a).await,
        Write::UpdateActivation(a) => evidence::update_activation(tx, &a).await,
        Write::InsertApproval(activation, approval) => evidence::insert_approval(tx, activation, &approval).await,
    }
}

/// Appends the entry of the record and the events. Must come last: it locks the positions until the commit.
pub(crate) async fn append(tx: &mut Tx, audit: Option<NewAudit>, events: &[NewEvent]) -> StoreResult<()> {
    if audit.is_none() && events.is_empty() {
        return Ok(());
    }
    let (audit_seq, last_event) = event::take_positions(tx, i64::from(audit.is_some()), events.len()).await?;
    if let Some(audit) = audit {
        audit::append(tx, audit, audit_seq).await?;
    }
    event::append(tx, events, last_event).await
}

/// Whether there may be something to do now that could not be done before.
fn wakes_workers(write: &Write) -> bool {
    matches!(
        write,
        Write::InsertOperation(_)
            | Write::MoveOperation { .. }
            | Write::HurryTrial(..)
            | Write::SetLimits { .. }
            | Write::SetStopped(..)
            | Write::CancelMaintenance(..)
    )
}

impl Storage {
    pub(crate) async fn write(&self, commit: Commit) -> StoreResult<()> {
        again!(self, StoreError::Collision, self.write_once(commit.clone()), self.write_once(commit))
    }

    async fn write_once(&self, commit: Commit) -> StoreResult<()> {
        let at = commit.audit.at;
        let wakes = !commit.events.is_empty() || commit.writes.iter().any(wakes_workers);
        let told = Told::of(&commit.writes, wakes);
        let mut tx = self.db().begin().await?;
        for write in commit.writes {
            apply(&mut tx, write, at).await?;
        }
        append(&mut tx, Some(commit.audit), &commit.events).await?;
        self.finish(tx, &told).await
    }

    /// Commits and tells whoever waits for changes, here and in other processes.
    pub(crate) async fn finish(&self, mut tx: Tx, told: &Told) -> StoreResult<()> {
        if !told.is_silent() {
            dialect::notify(&mut tx, told.payload(self.origin())).await?;
        }
        tx.commit().await?;
        self.tell(told);
        Ok(())
    }
}
