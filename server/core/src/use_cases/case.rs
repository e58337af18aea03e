//! The page of a case.

use super::{
    CatalogueRelease, Portal,
    changes::discardable,
    lies_with::next_step,
    packages_stored::is_package_trouble,
    request_parts::{chosen, value_groups},
    test_again::{is_outdated, waits_for_activation},
};
use crate::{
    Ctx,
    authz::Action,
    error::Result,
    hosts::{deployment_name, host_of},
    ports::{AuditFilter, CaseRecord, Scope},
};
use portal_model::{
    PersonId,
    activation::Activation,
    audit::AuditEntry,
    data_centre::Stage,
    installation::InstallationState as I,
    operation::{OperationKind, OperationState, StepKind},
    pages::{activation::ActivationView, case::*},
    phase::phase,
    reference::{Reference, ReferenceKind},
    request::{Request, RequestState},
    test_run::{TestCase, TestRun},
};
use std::collections::HashMap;

/// A yes or no among the facts of an entry.
pub(super) const ANSWER: &str = "answer";

/// Rows of the history on a page.
const HISTORY: i64 = 50;

impl Portal {
    /// The page of a case.
    ///
    /// # Errors
    /// `NotFound` for what does not exist or may not be seen.
    pub async fn case_page(&self, ctx: &Ctx, r: &Reference) -> Result<CasePage> {
        let (case, _) = self.case_for(ctx, Action::CaseRead, r).await?;
        let release = self.release_of(&case).await?;
        // Of the package only the values are shown: without it everything else is there all the same.
        let parts = match self.parts(&case).await {
            Ok(parts) => Some(parts),
            Err(error) if is_package_trouble(&error) => None,
            Err(error) => return Err(error),
        };
        let areas = match &parts {
            Some(parts) => parts.chosen(&case.request),
            None => chosen(&self.store().areas(case.request.municipality).await?, &case.request),
        };
        // Before the rest is read, so that the live view misses nothing in between.
        let last_event = self.store().last_event().await?;
        let state = case.installation.as_ref().map(|i| i.state);
        let mut also = also(ctx, &case);
        if ctx.may(Action::InstallationRollback, &super::resource(&case.request)) && self.may_go_back(&case).await? {
            also.push("rollback".to_owned());
        }
        let (mut test_link, mut production_link, mut test_run, mut activation, mut acceptance) =
            (None, None, None, None, None);
        if let Some(i) = &case.installation {
            let run = self.store().test_run_latest(i.id).await?;
            let outdated = waits_for_activation(&case).is_some() && run.as_ref().is_some_and(|t| is_outdated(ctx, t));
            if outdated && ctx.may(Action::TestRepeat, &super::resource(&case.request)) {
                also.insert(0, "test_again".to_owned());
            }
            test_run = run.map(|t| test_run_view(t, &release));
            (test_link, production_link) = self.links(i).await?;
            activation = match &case.activation {
                Some(a) => Some(self.activation_view(a).await?),
                None => None,
            };
            // That of before a change says nothing of it.
            let since = i.changing_since.filter(|_| i.is_change()).unwrap_or_default();
            if let Some(a) = self.store().acceptance_latest(i.id).await?.filter(|a| a.at >= since) {
                let name = self.names(&[a.person]).await?.remove(&a.person).unwrap_or_default();
                acceptance = Some((a.accepted, a.note, name, a.at));
            }
        }
        let request = self.shown(&case).await?;
        let operations = self.store().operations(case.request.id).await?;
        let simulated = self.store().data_centre_list().await?;
        let data_centre =
            simulated.into_iter().find(|d| Some(d.id) == case.request.data_centre).map(|d| (d.name, d.simulated));
        let note = &case.request.decision_note;
        let head = self.head(ctx, &case).await?;
        let next = next_step(ctx, &case, self.blocked(ctx, &case.line()));
        Ok(CasePage {
            head,
            phase: phase(case.request.state, state),
            installation: state,
            lies_with: self.lies_with(ctx, &case.line()),
            next,
            also,
            decision_note: (!note.is_empty() && case.request.state.is_closed()).then(|| note.clone()),
            data_centre,
            areas: areas.into_iter().map(|(_, name)| name).collect(),
            test_link,
            production_link,
            values_unread: parts.is_none(),
            values: parts.map(|parts| value_groups(ctx, &request, &parts)).unwrap_or_default(),
            change: change(&case, &release),
            operations: operations
                .into_iter()
                .map(|o| OperationRow {
                    reference: o.reference,
                    kind: o.kind,
                    state: o.state,
                    created_at: o.created_at,
                    finished_at: o.finished_at,
                })
                .collect(),
            test_run,
            activation,
            acceptance,
            target_notices: self.target_notices(ctx, &case).await?,
            history: self.history(&case).await?,
            last_event,
        })
    }

    /// The request with the values that the case is about: what is asked for and tested while something new or a change is
    /// on its way, else what runs.
    async fn shown(&self, case: &CaseRecord) -> Result<Request> {
        let configuration = match &case.installation {
            Some(i) if !i.is_change() => self.configuration_of(i).await?,
            _ => None,
        };
        Ok(match configuration {
            Some(configuration) => Request { values: configuration.values, ..case.request.clone() },
            None => case.request.clone(),
        })
    }

    /// Addresses of the test and of production, where something runs.
    pub(super) async fn links(
        &self,
        i: &portal_model::installation::Installation,
    ) -> Result<(Option<String>, Option<String>)> {
        let (mut test, mut production) = (None, None);
        // Begun is not ready: until the tests have run, nobody is sent into a half-built environment.
        let test_ready = !matches!(i.state, I::InTest | I::Removing | I::Removed);
        let in_use = i.is_adopted();
        for d in self.store().deployments(i.id).await?.into_iter().filter(|d| d.revision.is_some()) {
            let Some(target) = self.store().target(d.target).await? else { continue };
            let link = format!("https://{}/", host_of(&deployment_name(&i.instance, d.stage), &target));
            match d.stage {
                Stage::Test if test_ready => test = Some(link),
                Stage::Production if in_use => production = Some(link),
                Stage::Test | Stage::Production => {}
            }
        }
        Ok((test, production))
    }

    pub(super) async fn names(&self, ids: &[PersonId]) -> Result<HashMap<PersonId, String>> {
        Ok(self.store().person_names(ids).await?.into_iter().collect())
    }

    pub(super) async fn activation_view(&self, a: &Activation) -> Result<ActivationView> {
        let ids: Vec<PersonId> = a.approvals.iter().map(|x| x.person).chain([a.requested_by]).collect();
        let names = self.names(&ids).await?;
        let name = |id: &PersonId| names.get(id).cloned().unwrap_or_default();
        Ok(ActivationView {
            state: a.state,
            requested_by: name(&a.requested_by),
            requested_at: a.requested_at,
            not_before: a.not_before,
            approvals: a.approvals.iter().map(|x| (x.side, name(&x.person), x.at)).collect(),
        })
    }

    /// Who did what in a case, newest first.
    pub(super) async fn history(&self, case: &CaseRecord) -> Result<Vec<HistoryRow>> {
        let filter = AuditFilter {
            scope: Scope { all: true, ..Scope::default() },
            request: Some(case.request.id),
            limit: HISTORY,
            ..AuditFilter::default()
        };
        let (entries, _) = self.store().audit_list(&filter).await?;
        Ok(entries.into_iter().map(|(entry, _)| history_row(entry)).collect())
    }
}

fn history_row(e: AuditEntry) -> HistoryRow {
    let Told { note, answer, operation } = told(&e);
    HistoryRow {
        at: e.at,
        note,
        answer,
        operation,
        who: match (e.person_name, e.acting_as_name) {
            (Some(person), Some(organisation)) if !person.contains(&organisation) => {
                format!("{person}, {organisation}")
            }
            (Some(person), _) => person,
            (None, Some(organisation)) => organisation,
            (None, None) => String::new(),
        },
        on_behalf: e.mandate.is_some(),
        action: e.action,
    }
}

/// A test run in the words of the release.
pub(super) fn test_run_view(run: TestRun, release: &CatalogueRelease) -> TestRunView {
    let view = |case: TestCase| TestCaseView {
        title: release.test_title(&case.name),
        passed: case.passed,
        duration_ms: case.duration_ms,
        log: case.log,
    };
    TestRunView { passed: run.passed, finished_at: run.finished_at, cases: run.cases.into_iter().map(view).collect() }
}

/// What the facts of an entry tell people.
pub(super) struct Told {
    /// The remark.
    pub note: Option<String>,
    /// Yes or no.
    pub answer: Option<bool>,
    /// How far which operation came.
    pub operation: Option<HistoryOperation>,
}

/// Reads the facts of an entry.
pub(super) fn told(entry: &AuditEntry) -> Told {
    let detail: serde_json::Value =
        entry.detail.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    let word = |name: &str| detail.get(name).and_then(serde_json::Value::as_str);
    let reference = Reference::parse(&entry.subject).filter(|r| r.kind() == ReferenceKind::Bereitstellung);
    let operation = reference.map(|reference| HistoryOperation {
        reference,
        reached: word("kind").and_then(OperationKind::from_word).zip(word("state").and_then(OperationState::from_word)),
        step: word("step").and_then(StepKind::from_word),
    });
    let answer = detail.get(ANSWER).and_then(serde_json::Value::as_bool);
    Told { note: word("note").map(str::to_owned), answer, operation }
}

/// The change that is on its way, if any.
fn change(case: &CaseRecord, release: &CatalogueRelease) -> Option<ChangeView> {
    let installation = case.installation.as_ref().filter(|i| i.is_change())?;
    Some(ChangeView {
        from: case.version.clone(),
        to: release.release.version.clone(),
        since: installation.changing_since.unwrap_or(installation.state_since),
    })
}

/// What else this person can do besides the next step.
fn also(ctx: &Ctx, case: &CaseRecord) -> Vec<String> {
    let resource = super::resource(&case.request);
    let mut also = Vec::new();
    if case.installation.is_none() {
        if case.request.state.may_become(RequestState::Withdrawn) && ctx.may(Action::RequestWithdraw, &resource) {
            also.push("withdraw".to_owned());
        }
        return also;
    }
    let state = case.installation.as_ref().map(|i| i.state);
    let may = |action| ctx.may(action, &resource);
    if state == Some(I::Live) && may(Action::ChangePrepare) {
        also.push("change".to_owned());
    }
    if discardable(case).is_ok() && may(Action::ChangePrepare) {
        also.push("discard".to_owned());
    }
    match state {
        Some(I::Live) if may(Action::InstallationSuspend) => also.push("suspend".to_owned()),
        Some(I::Suspended) if may(Action::InstallationSuspend) => also.push("resume".to_owned()),
        _ => {}
    }
    let removable = state.is_some_and(|s| s.may_become(I::Removing));
    if removable && ctx.may(Action::InstallationRemove, &resource) {
        also.push("remove".to_owned());
    }
    also
}
