//! What people see of trials: on the page of the package, and the trial itself, live.

use super::{
    Portal,
    operations::steps,
    trials::{Tried, may_be_given_up, offers_trials},
};
use crate::{
    Ctx,
    authz::{Action, Resource},
    engine::OperationInput,
    error::Result,
    ports::{StepRecordKind, SubmissionRecord, TrialRecord},
};
use portal_model::{
    Bilingual, OperationId, PersonId, PortalError,
    event::EventCode,
    operation::StepKind,
    pages::{
        Choice,
        case::{TestCaseView, TestRunView},
        trials::*,
    },
    reference::{Reference, ReferenceKind},
    trial::TrialResult,
};

/// Trials shown on the page of a package.
const SHOWN: i64 = 20;
/// Events shown on the page of a trial.
const EVENTS: i64 = 1000;

impl Portal {
    /// The part of a package's page that is about trials.
    pub(super) async fn package_trials(&self, ctx: &Ctx, record: &SubmissionRecord) -> Result<PackageTrials> {
        let s = &record.submission;
        let found = self.store().trials_of(s.id, SHOWN).await?;
        let resource = Resource::of_package(s.vendor, s.verfahren);
        let may_start = offers_trials(s) && ctx.may(Action::TrialStart, &resource);
        let places = if may_start { self.trial_places(s).await? } else { Vec::new() };
        let choice = |p: &super::trials::Place| Choice {
            value: p.target.id.to_string(),
            label: p.label(),
            selected: places.len() == 1,
            count: None,
        };
        Ok(PackageTrials {
            may_start: may_start && found.iter().all(|t| t.trial.finished_at.is_some()),
            places: places.iter().map(choice).collect(),
            offered: may_start,
            rows: self.rows(&found, Some(&s.digest)).await?,
        })
    }

    async fn rows(&self, found: &[TrialRecord], digest: Option<&str>) -> Result<Vec<TrialRow>> {
        let (targets, centres) = (self.store().target_list().await?, self.store().data_centre_list().await?);
        let place = |t: &TrialRecord| {
            let target = targets.iter().find(|target| target.id == t.trial.target)?;
            Some(centres.iter().find(|d| d.id == target.data_centre)?.name.clone())
        };
        Ok(found.iter().map(|t| TrialRow { data_centre: place(t).unwrap_or_default(), ..row(t, digest) }).collect())
    }

    /// Trials of a package, for pipelines.
    ///
    /// # Errors
    /// `NotFound` for an unknown package and for strangers.
    pub async fn package_trial_list(&self, ctx: &Ctx, r: &Reference) -> Result<PackageTrials> {
        let (record, _) = self.package_for(ctx, Action::PackageRead, r).await?;
        self.package_trials(ctx, &record).await
    }

    /// A trial.
    ///
    /// # Errors
    /// `NotFound` for what does not exist or may not be seen.
    pub async fn trial_page(&self, ctx: &Ctx, package: &Reference, r: &Reference) -> Result<TrialPage> {
        let Tried { record, submission, place, .. } = self.trial_for(ctx, Action::TrialRead, package, r).await?;
        let (s, trial) = (&submission.submission, &record.trial);
        let operation = self.store().operation_by_reference(r).await?.ok_or(PortalError::NotFound)?;
        let mut events = self.store().newest_events(operation.id, EVENTS).await?;
        let records = self.store().step_records(operation.id).await?;
        // What a test shows, as the package said it; the name of its Job if it said nothing.
        let tried = OperationInput::read(&operation).ok().and_then(|input| input.tried);
        let titles = tried.map(|t| t.titles).unwrap_or_default();
        let title = |job: &str| {
            let told = titles.get(job).cloned();
            told.unwrap_or_else(|| Bilingual { de: job.to_owned(), en: String::new() })
        };
        for event in events.iter_mut().filter(|e| e.code == EventCode::TestCase) {
            if let Some(name) = event.params.get_mut("name") {
                *name = title(name).get(ctx.lang).to_owned();
            }
        }
        let tested = records.iter().find(|r| r.kind == StepKind::Test && r.what == StepRecordKind::Done);
        let report = tested.map(|tested| TestRunView {
            passed: trial.result == Some(TrialResult::Passed),
            finished_at: tested.at,
            cases: trial
                .cases
                .iter()
                .map(|c| TestCaseView {
                    title: title(&c.name),
                    passed: c.passed,
                    duration_ms: c.duration_ms,
                    log: c.log.clone(),
                })
                .collect(),
        });
        let resource = Resource::of_trial(s.vendor, s.verfahren, place.data_centre.operator);
        let ended_by: Vec<PersonId> = [trial.cancelled_by, trial.given_up_by].into_iter().flatten().collect();
        let names = self.names(&ended_by).await?;
        let name = |person: Option<PersonId>| Some(names.get(&person?).cloned().unwrap_or_default());
        Ok(TrialPage {
            cancelled_by: name(trial.cancelled_by),
            given_up_by: name(trial.given_up_by),
            row: TrialRow { data_centre: place.data_centre.name, ..row(&record, Some(&s.digest)) },
            name: s.facts.name.clone(),
            vendor: submission.vendor_name.clone(),
            target: place.target.namespace,
            simulated: place.data_centre.simulated,
            digest: trial.digest.clone(),
            state: operation.state,
            steps: steps(&operation, &records),
            failure: trial.failure.clone().or_else(|| operation.failure.clone()),
            report,
            last_event: events.last().map_or(0, |e| e.seq),
            events,
            may_give_up: may_be_given_up(trial, &operation) && ctx.may(Action::TrialGiveUp, &resource),
            may_cancel: trial.may_be_cancelled() && ctx.may(Action::TrialCancel, &resource),
            // Whoever only runs the data centre does not see the package itself.
            may_see_package: ctx.may(Action::PackageRead, &Resource::of_package(s.vendor, s.verfahren)),
            auto: None,
        })
    }

    /// The operation of a trial, if the reference is that of one and the person may see it. Every other reference is
    /// somebody else's question.
    pub(super) async fn trial_operation(&self, ctx: &Ctx, r: &Reference) -> Result<Option<OperationId>> {
        if r.kind() != ReferenceKind::Bereitstellung {
            return Ok(None);
        }
        let Some(record) = self.store().trial_by_reference(r).await? else { return Ok(None) };
        self.trial_for(ctx, Action::TrialRead, &record.package, r).await?;
        let operation = self.store().operation_by_reference(r).await?.ok_or(PortalError::NotFound)?;
        Ok(Some(operation.id))
    }
}

/// A line of a list. `digest` is that of the content that the package has now.
pub(super) fn row(record: &TrialRecord, digest: Option<&str>) -> TrialRow {
    let t = &record.trial;
    TrialRow {
        reference: t.reference.clone(),
        package: record.package.clone(),
        package_id: record.package_id.clone(),
        version: record.package_version.clone(),
        data_centre: String::new(),
        result: t.result,
        cancelling: t.cancelled_by.is_some() && t.finished_at.is_none(),
        earlier_content: digest.is_some_and(|digest| digest != t.digest),
        tests: record.count.tests,
        passed_tests: record.count.passed,
        millis: record.count.millis,
        started_by: record.started_by_name.clone(),
        by_key: t.token.is_some(),
        started_at: t.started_at,
        given_up: t.given_up_by.is_some(),
        finished_at: t.finished_at,
    }
}
