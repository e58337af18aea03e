//! Trials of packages before their release: where they may run, starting one, calling it off.

use super::{Portal, invalid, needed_note, secrets_at_rest::seal};
use crate::{
    Actor, CoreError, Ctx,
    authz::{Action, Authorized, Resource},
    config::ConfigSchema,
    engine,
    error::{Result, rule},
    hosts::deployment_name,
    package,
    ports::{Commit, SecretRow, SubmissionRecord, TrialRecord, Write, new_reference, new_uuid},
};
use portal_model::{
    OrganisationId, PortalError, TargetId, TrialId,
    data_centre::{DataCentre, Stage, Target},
    form::FieldError,
    operation::{Operation, OperationState, StepKind},
    reference::{Reference, ReferenceKind},
    submission::Submission,
    trial::{Trial, TrialResult},
    verfahren::Provisioning,
};
use zeroize::Zeroizing;

/// Letters and digits of names and secrets that are made up. None is mistaken for another.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// Length of a secret that is made up; shorter where the schema wants it.
const SECRET: usize = 32;

/// A target with its data centre.
pub(super) struct Place {
    pub target: Target,
    pub data_centre: DataCentre,
}

impl Place {
    /// „Landes-RZ Nord · kommunen-test"
    pub fn label(&self) -> String {
        format!("{} · {}", self.data_centre.name, self.target.namespace)
    }
}

/// A trial that somebody may see or act on.
pub(super) struct Tried {
    pub record: TrialRecord,
    pub submission: SubmissionRecord,
    pub place: Place,
    pub authorized: Authorized,
}

impl Portal {
    /// Where a package may be tried: targets that their operators admitted for that and whose kind it supports.
    pub(super) async fn trial_places(&self, s: &Submission) -> Result<Vec<Place>> {
        let data_centres = self.store().data_centre_list().await?;
        let targets = self.store().target_list().await?;
        let fits =
            |t: &Target| t.trials > 0 && !t.closed && t.may_admit_trials() && s.facts.target_kinds.contains(&t.kind);
        let mut places: Vec<Place> = targets
            .into_iter()
            .filter(fits)
            .filter_map(|target| {
                let data_centre = data_centres.iter().find(|d| d.id == target.data_centre)?.clone();
                Some(Place { target, data_centre })
            })
            .collect();
        places.sort_by_cached_key(Place::label);
        Ok(places)
    }

    /// Starts a trial of the content that a submission has now, and gives the reference of its operation. The target is
    /// chosen if there is only one. With `lock` it is the content that the person saw.
    ///
    /// # Errors
    /// `Conflict` if the package was changed since; `Invalid` at `zielumgebung` without a choice, or for a target that is
    /// not admitted; `WrongState` once the package is decided on; rules `nothing_to_try`, `no_trial_target`, `live_trial` and `trials_full`.
    pub async fn trial_start(
        &self,
        ctx: &Ctx,
        r: &Reference,
        target: Option<TargetId>,
        lock: Option<i64>,
    ) -> Result<Reference> {
        let (record, authorized) = self.package_for(ctx, Action::TrialStart, r).await?;
        let s = &record.submission;
        if lock.is_some_and(|lock| lock != s.lock) {
            return Err(PortalError::Conflict.into());
        }
        may_be_tried(s)?;
        // The database would refuse it too, but might say first that the target is full: of this one.
        if self.store().trials_of(s.id, 1).await?.iter().any(|t| t.trial.finished_at.is_none()) {
            return Err(rule("live_trial"));
        }
        let places = self.trial_places(s).await?;
        let chosen = match (target, places.as_slice()) {
            (_, []) => return Err(rule("no_trial_target")),
            (None, [only]) => Some(only),
            (chosen, all) => all.iter().find(|p| Some(p.target.id) == chosen),
        };
        let chosen = chosen.ok_or_else(|| invalid(vec![FieldError::new("zielumgebung", "choose_trial_target")]))?;
        let started_by = ctx.person_id().ok_or(PortalError::SignInRequired)?;
        let trial = Trial {
            id: TrialId(new_uuid(ctx.now)),
            reference: new_reference(ReferenceKind::Bereitstellung),
            submission: s.id,
            digest: s.digest.clone(),
            target: chosen.target.id,
            instance: deployment_name(&format!("probe-{}", made_up(12).as_str()), Stage::Test),
            version: 1,
            started_by,
            token: ctx.token().map(|t| t.id),
            cancelled_by: None,
            result: None,
            failure: None,
            cases: Vec::new(),
            given_up_by: None,
            started_at: ctx.now,
            finished_at: None,
        };
        let reference = trial.reference.clone();
        let package = self.readable(&s.digest).await?;
        let titles = package.tests.iter().map(|t| (t.job.clone(), t.name.clone())).collect();
        let operation = engine::new_trial(&trial, &chosen.target, titles, ctx.now);
        let event = engine::operation_state(&operation, ctx.now, OperationState::Queued);
        let detail = serde_json::json!({
            "trial": reference, "digest": trial.digest, "target": chosen.label(), "token": ctx.token().map(|t| &t.name),
        });
        let audit = authorized.audit(r, None, Some(detail));
        let mut writes = self.trial_secrets(s.vendor, &trial, &package.schema).await?;
        writes.push(Write::InsertTrial(trial));
        writes.push(Write::InsertOperation(operation));
        self.commit(&authorized, Commit { writes, audit, events: vec![event] }).await?;
        Ok(reference)
    }

    /// Secrets of a trial, made up and sealed like those that people enter. They go when the trial has ended.
    async fn trial_secrets(&self, vendor: OrganisationId, trial: &Trial, schema: &ConfigSchema) -> Result<Vec<Write>> {
        let key = self.data_key(vendor).await?;
        let mut writes = Vec::new();
        for field in schema.secret_paths() {
            let value = secret_for(schema, &field);
            let sealed = seal(&key, vendor, trial.id.0, &field, 1, &value)?;
            writes.push(Write::PutSecret(SecretRow { tenant: vendor, object: trial.id.0, field, version: 1, sealed }));
        }
        Ok(writes)
    }

    /// Calls a trial off: what runs is finished, then everything is removed.
    ///
    /// # Errors
    /// `WrongState` if it has a result already.
    pub async fn trial_cancel(&self, ctx: &Ctx, package: &Reference, r: &Reference) -> Result<()> {
        let Tried { record, authorized, .. } = self.trial_for(ctx, Action::TrialCancel, package, r).await?;
        let person = ctx.person_id().ok_or(PortalError::SignInRequired)?;
        if !record.trial.may_be_cancelled() {
            return Err(PortalError::WrongState.into());
        }
        let detail = serde_json::json!({ "trial": r });
        let audit = authorized.audit(package, None, Some(detail));
        let id = record.trial.id;
        let trial = Trial { cancelled_by: Some(person), version: record.trial.version + 1, ..record.trial };
        let writes = vec![Write::UpdateTrial(trial), Write::HurryTrial(id, ctx.now)];
        self.commit(&authorized, Commit { writes, audit, events: vec![] }).await
    }

    /// The operator declares that the target of a trial is gone: nothing is removed there any more, the trial ends, its
    /// place is free and its secrets are deleted.
    ///
    /// # Errors
    /// `Invalid` at `begruendung` without a reason; `WrongState` unless clearing away has failed; `Conflict` if a worker
    /// is just trying it.
    pub async fn trial_give_up(&self, ctx: &Ctx, package: &Reference, r: &Reference, reason: &str) -> Result<()> {
        let Tried { record, authorized, .. } = self.trial_for(ctx, Action::TrialGiveUp, package, r).await?;
        let person = ctx.person_id().ok_or(PortalError::SignInRequired)?;
        let operation = self.store().operation_by_reference(r).await?.ok_or(PortalError::NotFound)?;
        if !may_be_given_up(&record.trial, &operation) {
            return Err(PortalError::WrongState.into());
        }
        let reason = needed_note("begruendung", reason)?;
        let detail = serde_json::json!({ "trial": r, "reason": reason, "removed": false });
        let audit = authorized.audit(package, None, Some(detail));
        let (id, to) = (record.trial.id, OperationState::Abandoned);
        let trial = Trial {
            version: record.trial.version + 1,
            result: record.trial.result.or(Some(TrialResult::Broken)),
            given_up_by: Some(person),
            finished_at: Some(ctx.now),
            ..record.trial
        };
        let (from, abandoned) = (operation.state, Some((person, reason)));
        let writes = vec![
            Write::MoveOperation { id: operation.id, from, to, run_after: ctx.now, abandoned },
            Write::UpdateTrial(trial),
            Write::DeleteSecrets(id.0),
        ];
        let event = engine::operation_state(&operation, ctx.now, to);
        self.commit(&authorized, Commit { writes, audit, events: vec![event] }).await
    }

    /// Loads a trial of a package and checks the permission. Unknown, of another package and invisible are the same (R4).
    pub(super) async fn trial_for(
        &self,
        ctx: &Ctx,
        action: Action,
        package: &Reference,
        r: &Reference,
    ) -> Result<Tried> {
        if ctx.actor == Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        let trial = self.store().trial_by_reference(r).await?.filter(|t| t.package == *package);
        let trial = trial.ok_or(PortalError::NotFound)?;
        let submission = self.store().submission_by_reference(package).await?.ok_or(PortalError::NotFound)?;
        let s = &submission.submission;
        let place = self.place_of(trial.trial.target).await?;
        let place = place.ok_or_else(|| CoreError::Inconsistent(format!("target {}", trial.trial.target)))?;
        let operator = place.data_centre.operator;
        // A draft is the vendor's own business, and its trial that of the operator too, in whose target it runs. First of
        // all: that an act is refused would tell that it exists (R4).
        let own = ctx.may(Action::PackageUpload, &Resource::of_package(s.vendor, s.verfahren));
        let hosts = ctx.may(Action::TrialsAdmit, &Resource::of_operator(operator));
        if super::packages::is_private(s) && !own && !hosts {
            return Err(PortalError::NotFound.into());
        }
        let authorized = ctx.authorize(action, &Resource::of_trial(s.vendor, s.verfahren, operator))?;
        Ok(Tried { record: trial, submission, place, authorized })
    }

    /// A target with its data centre; `None` for an unknown one.
    pub(super) async fn place_of(&self, target: TargetId) -> Result<Option<Place>> {
        let Some(target) = self.store().target(target).await? else { return Ok(None) };
        let data_centre = self.store().data_centre_list().await?.into_iter().find(|d| d.id == target.data_centre);
        let gone = || CoreError::Inconsistent(format!("data centre of {}", target.id));
        Ok(Some(Place { data_centre: data_centre.ok_or_else(gone)?, target }))
    }
}

/// Whether clearing away has failed and is waiting, so that its operator may end it.
pub(super) fn may_be_given_up(trial: &Trial, operation: &Operation) -> bool {
    let step = usize::try_from(operation.step).ok().and_then(|i| operation.steps.get(i));
    let waits = matches!(operation.state, OperationState::Waiting | OperationState::Stuck);
    trial.finished_at.is_none() && waits && step == Some(&StepKind::Delete) && operation.failure.is_some()
}

/// Whether a submission can be tried at all.
fn may_be_tried(s: &Submission) -> Result<()> {
    if s.state.is_closed() {
        return Err(PortalError::WrongState.into());
    }
    if !is_set_up(s) || s.findings.iter().any(portal_model::finding::Finding::is_error) {
        return Err(rule("nothing_to_try"));
    }
    Ok(())
}

/// Whether anything is set up for a Verfahren; some are only connected to a service that a Land runs for all.
fn is_set_up(s: &Submission) -> bool {
    s.facts.provisioning == Provisioning::Deploy
}

/// Whether the page offers a trial: the package is on its way, and there is something to try.
pub(super) fn offers_trials(s: &Submission) -> bool {
    is_set_up(s) && !s.state.is_closed()
}

/// A secret that fits the schema. Where the schema wants a form that chance does not hit, it is a sample of that form.
fn secret_for(schema: &ConfigSchema, field: &str) -> Zeroizing<String> {
    let fits = |value: &Zeroizing<String>| schema.check_secret(field, value).is_none();
    [SECRET, 64, 16, 8, 128, 4]
        .into_iter()
        .map(made_up)
        .find(fits)
        .or_else(|| package::sample_secret(schema, field).map(Zeroizing::new).filter(fits))
        .unwrap_or_else(|| made_up(SECRET))
}

fn made_up(length: usize) -> Zeroizing<String> {
    let letter = |_| LETTERS[rand::random_range(0..LETTERS.len())] as char;
    Zeroizing::new((0..length).map(letter).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_made_up_and_fit_their_schema() {
        let read = |text: &str| {
            let (schema, findings) = ConfigSchema::parse("config.schema.json", text.as_bytes());
            assert!(findings.iter().all(|f| !f.is_error()), "{findings:?}");
            schema
        };
        let schema = read(
            r#"{"type": "object", "properties": {
                "frei": {"type": "string", "title": "Frei", "x-secret": true},
                "kurz": {"type": "string", "title": "Kurz", "x-secret": true, "maxLength": 8},
                "form": {"type": "string", "title": "Form", "x-secret": true, "pattern": "^[A-Z]{3}-[0-9]{2}$"}
            }}"#,
        );
        assert_ne!(*secret_for(&schema, "frei"), *secret_for(&schema, "frei"));
        for field in ["frei", "kurz", "form"] {
            assert_eq!(schema.check_secret(field, &secret_for(&schema, field)), None, "{field}");
        }
    }
}
