//! Changing what is live: another version or other values. The change goes the way of a new installation (test, acceptance,
//! two yes), while production stays as it is. The request holds what is asked for, the installation what runs.

use super::{
    CatalogueRelease, Portal,
    activation::{ended, moved},
    case_event, changed, check_lock, invalid,
    request_parts::{Parts, error_lines, fit_gemeinden},
    secrets_at_rest,
};
use crate::{
    CoreError, Ctx,
    authz::Action,
    config::{self, Question},
    engine::{self, Before},
    error::{Result, rule},
    package::{self, Package, Rollback},
    ports::{CaseRecord, Commit, SecretRow, Write},
};
use portal_model::{
    PortalError,
    activation::ActivationState,
    data_centre::Stage,
    event::EventCode,
    form::FieldError,
    installation::{Configuration, Deployment, Installation, InstallationState as I, Revision},
    operation::{Operation, OperationKind},
    pages::{activation::ConsentTo, change::*, request::Task},
    reference::Reference,
    request::Request,
};
use std::sync::Arc;

/// What stands for „the same version, other values" in the form.
const VALUES: &str = "werte";

/// Old and new of a change.
struct Sides {
    from: Arc<CatalogueRelease>,
    old: Arc<Package>,
    configuration: Configuration,
}

impl Portal {
    /// Choosing what to change.
    ///
    /// # Errors
    /// `WrongState` unless it is live.
    pub async fn change_start_page(&self, ctx: &Ctx, r: &Reference) -> Result<ChangeStartPage> {
        let (case, _) = self.case_for(ctx, Action::ChangePrepare, r).await?;
        let installation = live(&case)?;
        let offers = self.updates(&case, installation).await?;
        let mut shown = Vec::new();
        for (release, package) in &offers {
            shown.push(UpdateOffer {
                version: release.release.version.clone(),
                published_at: release.release.published_at,
                security_fix: release.release.security_fix,
                changes: release.release.facts.changes.clone(),
                going_back: going_back(package),
            });
        }
        let usable = self.usable(installation.release, installation.municipality, installation.land).await;
        Ok(ChangeStartPage {
            head: self.head(ctx, &case).await?,
            offers: shown,
            may_reconfigure: usable.is_ok(),
            chosen: String::new(),
            errors: Vec::new(),
        })
    }

    /// Begins a change: to another version, or (`werte`) of the values. Values are carried over as the version says.
    /// Gives whether the values are to be looked at next.
    ///
    /// # Errors
    /// `Invalid` at `ziel` for what is not offered; `WrongState` unless it is live.
    pub async fn change_start(&self, ctx: &Ctx, r: &Reference, lock: i64, target: &str) -> Result<bool> {
        let (case, authorized) = self.case_for(ctx, Action::ChangePrepare, r).await?;
        check_lock(&case, lock)?;
        let before = live(&case)?;
        let person = ctx.person_id().ok_or(PortalError::SignInRequired)?;
        let Sides { from, old, configuration } = self.running(&case, before).await?;
        let (to, new) = if target == VALUES {
            (from.clone(), old.clone())
        } else {
            let offers = self.updates(&case, before).await?;
            let chosen = offers.into_iter().find(|(release, _)| release.release.version == target);
            chosen.ok_or_else(|| invalid(vec![FieldError::new("ziel", "choose_change")]))?
        };
        self.usable(to.release.id, before.municipality, before.land).await?;
        let (values, questions) = carried_over(&configuration, &old, &new);
        let asks = target == VALUES || !questions.is_empty();
        let mut request = Request { release: to.release.id, values, edited_by: Some(person), ..case.request.clone() };
        fit_gemeinden(&mut request, &new.schema);
        request.done_tasks.retain(|t| t != Task::Values.word());
        if !asks {
            request.done_tasks.push(Task::Values.word().to_owned());
        }
        let mut writes = self.secrets_carried_over(&case, &old, &new).await?;
        let installation = Installation { changing_since: Some(ctx.now), ..moved(ctx, before, I::Changing) };
        let (write, _) = changed(ctx, request, &case.request);
        writes.push(write);
        let facts = serde_json::json!({ "from": from.release.version, "to": to.release.version });
        self.commit_installation(ctx, &authorized, &case, installation, writes, Some(facts)).await?;
        Ok(asks)
    }

    /// The change as it is prepared, next to what runs.
    ///
    /// # Errors
    /// `WrongState` unless one is being prepared.
    pub async fn change_page(&self, ctx: &Ctx, r: &Reference) -> Result<ChangePage> {
        let (case, _) = self.case_for(ctx, Action::ChangePrepare, r).await?;
        let installation = in_state(&case, I::Changing)?;
        let running = self.running(&case, installation).await?;
        let parts = self.parts(&case).await?;
        let asks = !is_saved(&case.request);
        let errors = parts.value_errors(&case.request);
        let objects = match errors.is_empty() {
            true => {
                let old = (&*running.old, &running.configuration.values);
                let sides = [old, (&*parts.package, &case.request.values)];
                package::diff_of_values(sides, self.charts.as_ref()).await.ok()
            }
            false => None,
        };
        Ok(ChangePage {
            brings: brings(ctx, &case.request, &running, &parts),
            backs_up: running.old.backup.is_some(),
            fields: config::difference(&running.old.schema, &parts.package.schema),
            objects,
            open: error_lines(ctx.lang, &parts.form(ctx, &case.request, &errors), &errors),
            asks,
            head: self.head(ctx, &case).await?,
            errors: Vec::new(),
        })
    }

    /// What is consented to with an activation of a change; `None` if nothing is live yet.
    pub(super) async fn consent_to(&self, ctx: &Ctx, case: &CaseRecord) -> Result<Option<ConsentTo>> {
        let Some(installation) = case.installation.as_ref().filter(|i| i.is_change()) else { return Ok(None) };
        let running = self.running(case, installation).await?;
        let parts = self.parts(case).await?;
        Ok(Some(brings(ctx, &case.request, &running, &parts)))
    }

    /// Has the change tested.
    ///
    /// # Errors
    /// `Rule("values_open")` while values are missing or still asked for.
    pub async fn change_test(&self, ctx: &Ctx, r: &Reference, lock: i64) -> Result<()> {
        let (case, authorized) = self.case_for(ctx, Action::ChangePrepare, r).await?;
        check_lock(&case, lock)?;
        let before = in_state(&case, I::Changing)?;
        self.usable(case.request.release, before.municipality, before.land).await?;
        let parts = self.parts(&case).await?;
        if !is_saved(&case.request) || !parts.value_errors(&case.request).is_empty() {
            return Err(rule("values_open"));
        }
        let configuration = self.configuration(ctx, &parts, &case.request).await?;
        let installation = moved(ctx, before, I::InTest);
        let operation = self.test_operation(ctx, &installation, &parts, &configuration).await?;
        let mut request = case.request.clone();
        request.edited_by = ctx.person_id();
        let (write, _) = changed(ctx, request, &case.request);
        let writes = vec![write, Write::InsertConfiguration(configuration), Write::InsertOperation(operation)];
        self.commit_installation(ctx, &authorized, &case, installation, writes, None).await
    }

    /// Asks whether the change is to be discarded.
    ///
    /// # Errors
    /// `WrongState` if there is none that could be.
    pub async fn change_discard_page(&self, ctx: &Ctx, r: &Reference) -> Result<DiscardChangePage> {
        let (case, _) = self.case_for(ctx, Action::ChangePrepare, r).await?;
        discardable(&case)?;
        Ok(DiscardChangePage { head: self.head(ctx, &case).await?, errors: Vec::new() })
    }

    /// Discards the change. Production was never touched; an open activation ends.
    ///
    /// # Errors
    /// `WrongState` while its test or its activation runs: that is called off first.
    pub async fn change_discard(&self, ctx: &Ctx, r: &Reference, lock: i64) -> Result<()> {
        let (case, authorized) = self.case_for(ctx, Action::ChangePrepare, r).await?;
        check_lock(&case, lock)?;
        let before = discardable(&case)?;
        let configuration = self.current_configuration(before).await?;
        let request = Request {
            release: before.release,
            values: configuration.values,
            edited_by: ctx.person_id(),
            ..case.request.clone()
        };
        let (write, _) = changed(ctx, request, &case.request);
        let mut writes = vec![write];
        writes.extend(case.activation.as_ref().map(ended));
        let installation = moved(ctx, before, I::Live);
        let event = portal_model::event::NewEvent {
            installation: Some(installation.id),
            ..case_event(ctx, &case.request, EventCode::InstallationState, &[("state", installation.state.word())])
        };
        let audit = authorized.audit(
            &case.request.reference,
            Some(case.request.id),
            Some(serde_json::json!({ "discarded": before.state.word() })),
        );
        writes.push(Write::UpdateInstallation(installation));
        self.commit(&authorized, Commit { writes, audit, events: vec![event] }).await
    }

    /// The operation that brings these values to the test deployment and tests them; of something live it is an update or
    /// a reconfiguration.
    pub(super) async fn test_operation(
        &self,
        ctx: &Ctx,
        installation: &Installation,
        parts: &Parts,
        configuration: &Configuration,
    ) -> Result<Operation> {
        let kind = match (installation.is_change(), installation.release == parts.release.release.id) {
            (false, _) => OperationKind::Install,
            (true, true) => OperationKind::Reconfigure,
            (true, false) => OperationKind::Update,
        };
        let (test, before) = self.deployed(installation, Stage::Test).await?;
        let test = test.ok_or_else(|| rule("no_test_target"))?;
        let before = before.as_ref().map(Before::running);
        let content = super::review::content(parts, configuration);
        Ok(engine::new_test(kind, installation, &test, content, before, ctx.now))
    }

    /// A deployment of an installation and what it runs.
    pub(super) async fn deployed(
        &self,
        installation: &Installation,
        stage: Stage,
    ) -> Result<(Option<Deployment>, Option<Revision>)> {
        let deployments = self.store().deployments(installation.id).await?;
        let deployment = deployments.into_iter().find(|d| d.stage == stage);
        let revision = match &deployment {
            Some(d) => self.store().revision(d.id).await?,
            None => None,
        };
        Ok((deployment, revision))
    }

    /// The values that an installation runs with, once it does.
    pub(super) async fn configuration_of(&self, installation: &Installation) -> Result<Option<Configuration>> {
        Ok(match installation.configuration {
            Some(id) => self.store().configuration(id).await?,
            None => None,
        })
    }

    pub(super) async fn current_configuration(&self, installation: &Installation) -> Result<Configuration> {
        self.configuration_of(installation).await?.ok_or_else(|| rule("no_configuration"))
    }

    /// What runs.
    async fn running(&self, case: &CaseRecord, installation: &Installation) -> Result<Sides> {
        let from = self.catalogue_now().await?.release(installation.release);
        let from = from.ok_or_else(|| CoreError::Inconsistent(format!("release of {}", case.request.reference)))?;
        let old = self.readable(&from.release.digest).await?;
        Ok(Sides { from, old, configuration: self.current_configuration(installation).await? })
    }

    /// Newer versions that are offered to this Verwaltung and that an update leads to, newest first.
    async fn updates(
        &self,
        case: &CaseRecord,
        installation: &Installation,
    ) -> Result<Vec<(Arc<CatalogueRelease>, Arc<Package>)>> {
        let catalogue = self.catalogue_now().await?;
        let Some(current) = catalogue.release(installation.release) else { return Ok(Vec::new()) };
        let Some(entry) = catalogue.by_slug(&case.verfahren_slug) else { return Ok(Vec::new()) };
        let newer = entry.releases.iter().filter(|r| {
            r.version > current.version
                && r.release.state.is_offered()
                && r.release.limits.admit(installation.municipality, installation.land)
        });
        let mut updates = Vec::new();
        for release in newer {
            // One that cannot be read at the moment keeps nobody from the others.
            let Ok(package) = self.readable(&release.release.digest).await else { continue };
            if package.updates(&current.version) {
                updates.push((release.clone(), package));
            }
        }
        Ok(updates)
    }

    /// Secrets of fields that are called otherwise in the new version. The old ones stay: production runs on them.
    async fn secrets_carried_over(&self, case: &CaseRecord, old: &Package, new: &Package) -> Result<Vec<Write>> {
        let migrations = new.migrations_from(&old.version);
        let (tenant, object) = (case.request.municipality, case.request.id.0);
        let stored = self.store().secrets(object).await?;
        let renamed = stored.iter().filter_map(|row| {
            let name = config::renamed(&row.field, &migrations);
            (name != row.field).then_some((row.field.clone(), name))
        });
        let renamed: Vec<(String, String)> = renamed.collect();
        if renamed.is_empty() {
            return Ok(Vec::new());
        }
        let mut open = self.secrets_open(object).await?;
        let key = self.data_key(tenant).await?;
        let mut writes = Vec::new();
        for (from, field) in renamed {
            let Some(value) = open.remove(&from) else { continue };
            let version = secrets_at_rest::next_version(&stored, &field);
            let sealed = secrets_at_rest::seal(&key, tenant, object, &field, version, &value)?;
            writes.push(Write::PutSecret(SecretRow { tenant, object, field, version, sealed }));
        }
        Ok(writes)
    }
}

/// What a change brings, next to what runs.
fn brings(ctx: &Ctx, request: &Request, running: &Sides, parts: &Parts) -> ConsentTo {
    let (from, to) = (&running.from.release, &parts.release.release);
    let is_update = from.id != to.id;
    let before = (&*running.old, &running.configuration.values);
    ConsentTo {
        from: from.version.clone(),
        to: to.version.clone(),
        changes: is_update.then(|| to.facts.changes.clone()),
        // The way back is that of another version; with the same one there always is one.
        going_back: if is_update { going_back(&parts.package) } else { GoingBack::Safe },
        values: value_changes(ctx, request, before, (&parts.package, &request.values)),
    }
}

/// What a package says about going back from it.
pub(super) fn going_back(package: &Package) -> GoingBack {
    match package.rollback {
        Rollback::Safe => GoingBack::Safe,
        Rollback::Restore => GoingBack::Restore,
        Rollback::None => GoingBack::None,
    }
}

/// Values that differ, by the names of their fields; those that the new version calls otherwise are the same.
pub(super) fn value_changes(
    ctx: &Ctx,
    request: &Request,
    (old, before): (&Package, &serde_json::Value),
    (new, after): (&Package, &serde_json::Value),
) -> Vec<ValueChange> {
    let (before, after) = (shown(ctx, request, old, before), shown(ctx, request, new, after));
    let migrations = new.migrations_from(&old.version);
    let before: Vec<(String, String, String)> =
        before.into_iter().map(|(path, label, text)| (config::renamed(&path, &migrations), label, text)).collect();
    let mut changes = Vec::new();
    for (path, label, text) in &after {
        let was = before.iter().find(|(p, ..)| p == path).map(|(.., text)| text.clone()).unwrap_or_default();
        if was != *text {
            changes.push(ValueChange { label: label.clone(), before: was, after: text.clone() });
        }
    }
    for (path, label, text) in before {
        if !text.is_empty() && after.iter().all(|(p, ..)| *p != path) {
            changes.push(ValueChange { label, before: text, after: String::new() });
        }
    }
    changes
}

/// Path, label and text of every value without the secrets, which are never part of a document.
fn shown(ctx: &Ctx, request: &Request, package: &Package, values: &serde_json::Value) -> Vec<(String, String, String)> {
    let gemeinden: Vec<_> = request.areas.iter().map(|ars| (ars.clone(), ars.to_string())).collect();
    let secrets = std::collections::BTreeSet::new();
    let state = config::form::FormState {
        part: config::Part::All,
        values,
        errors: &[],
        secrets: &secrets,
        neighbour: None,
        gemeinden: &gemeinden,
    };
    super::request_values::named_rows(ctx.lang, &config::form::build(&package.schema, &state, ctx.lang))
}

fn carried_over(configuration: &Configuration, old: &Package, new: &Package) -> (serde_json::Value, Vec<Question>) {
    config::migrate(&configuration.values, &new.migrations_from(&old.version), &new.schema)
}

fn is_saved(request: &Request) -> bool {
    request.done_tasks.iter().any(|t| t == Task::Values.word())
}

pub(super) fn in_state(case: &CaseRecord, state: I) -> Result<&Installation> {
    Ok(case.installation.as_ref().filter(|i| i.state == state).ok_or(PortalError::WrongState)?)
}

/// A live installation of which nothing is on its way.
fn live(case: &CaseRecord) -> Result<&Installation> {
    in_state(case, I::Live)
}

/// A change that nothing works on at the moment.
pub(super) fn discardable(case: &CaseRecord) -> Result<&Installation> {
    let idle = case.operation.as_ref().is_none_or(|(_, state)| state.is_final());
    let waits = case.activation.as_ref().is_none_or(|a| a.state == ActivationState::Requested);
    let change = case.installation.as_ref().filter(|i| i.is_change() && i.state != I::InTest && idle && waits);
    Ok(change.ok_or(PortalError::WrongState)?)
}
