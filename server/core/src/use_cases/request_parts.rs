//! The Antrag as a task list: Gemeinden, data centre, summary. (Values: `request_values.rs`.)

use super::{Portal, changed, check_lock, invalid, targets::Offer};
use crate::{
    CoreError, Ctx,
    authz::Action,
    config::{self, Part},
    error::Result,
    package::Package,
    ports::{CaseRecord, Commit},
    use_cases::CatalogueRelease,
};
use portal_model::{
    Lang, PortalError,
    ars::Ars,
    form::{ErrorLine, Field, FieldError, Form},
    organisation::{Area, Organisation},
    pages::{Choice, request::*},
    reference::Reference,
    request::Request,
    verfahren::Provisioning,
};
use std::{collections::BTreeSet, sync::Arc};

/// What the pages of an Antrag need besides the case.
pub(super) struct Parts {
    pub release: Arc<CatalogueRelease>,
    /// Its package.
    pub package: Arc<Package>,
    pub municipality: Organisation,
    /// Gemeinden of the Verwaltung: key, name, legal basis.
    pub areas: Vec<Area>,
    /// Paths of stored secrets.
    pub secrets: BTreeSet<String>,
}

/// What keeps a request from being handed in.
pub(super) struct Missing {
    pub open_tasks: Vec<Task>,
    /// What is wrong with the values.
    pub values: Vec<FieldError>,
}

impl Parts {
    /// The Gemeinden of the request with their names, in the order of their names.
    pub fn chosen(&self, request: &Request) -> Vec<(Ars, String)> {
        chosen(&self.areas, request)
    }

    /// Everything that is missing or wrong in the stored values.
    pub fn value_errors(&self, request: &Request) -> Vec<FieldError> {
        let schema = &self.package.schema;
        let mut errors = schema.validate(&request.values, Part::All);
        errors.extend(schema.missing_secrets(&request.values, &self.secrets));
        errors
    }

    /// The same once the values were saved; before that everything is simply still to be filled in.
    pub fn wrong_values(&self, request: &Request) -> Vec<FieldError> {
        let saved = request.done_tasks.iter().any(|t| t == Task::Values.word());
        if saved { self.value_errors(request) } else { Vec::new() }
    }

    /// The form of the stored values, with these errors at its fields.
    pub fn form(&self, ctx: &Ctx, request: &Request, errors: &[FieldError]) -> Form {
        let gemeinden = self.chosen(request);
        let state = config::form::FormState {
            part: Part::All,
            values: &request.values,
            errors,
            secrets: &self.secrets,
            neighbour: None,
            gemeinden: &gemeinden,
        };
        config::form::build(&self.package.schema, &state, ctx.lang)
    }

    /// Whether the release is deployed and so needs a target.
    pub fn is_deployed(&self) -> bool {
        self.release.release.facts.provisioning == Provisioning::Deploy
    }
}

/// The Gemeinden of a request among those of the Verwaltung.
pub(super) fn chosen(areas: &[Area], request: &Request) -> Vec<(Ars, String)> {
    let chosen = areas.iter().filter(|a| request.areas.contains(&a.ars));
    chosen.map(|a| (a.ars.clone(), a.name.clone())).collect()
}

impl Portal {
    /// The release of a case, without its package.
    pub(super) async fn release_of(&self, case: &CaseRecord) -> Result<Arc<CatalogueRelease>> {
        let release = self.catalogue_now().await?.release(case.release());
        release.ok_or_else(|| CoreError::Inconsistent(format!("release of {}", case.request.reference)))
    }

    pub(super) async fn parts(&self, case: &CaseRecord) -> Result<Parts> {
        let release = self.release_of(case).await?;
        let package = self.readable(&release.release.digest).await?;
        let municipality = self.store().organisation(case.request.municipality).await?;
        let municipality = municipality.ok_or_else(|| CoreError::Inconsistent("municipality".into()))?;
        let areas = self.store().areas(municipality.id).await?;
        let secrets = self.store().secrets(case.request.id.0).await?.into_iter().map(|s| s.field).collect();
        Ok(Parts { release, package, municipality, areas, secrets })
    }

    fn task_states(&self, case: &CaseRecord, parts: &Parts) -> Vec<(Task, TaskState)> {
        let request = &case.request;
        let saved = |task: Task| request.done_tasks.iter().any(|t| t == task.word());
        let mut tasks = Vec::new();
        if parts.areas.len() > 1 {
            tasks.push((Task::Areas, if saved(Task::Areas) { TaskState::Done } else { TaskState::Open }));
        }
        if !parts.package.schema.properties.is_empty() {
            let state = match (saved(Task::Values), parts.value_errors(request).is_empty()) {
                (true, true) => TaskState::Done,
                (true, false) => TaskState::Partial,
                (false, _) => TaskState::Open,
            };
            tasks.push((Task::Values, state));
        }
        if parts.is_deployed() {
            tasks.push((Task::Target, if request.data_centre.is_some() { TaskState::Done } else { TaskState::Open }));
        }
        let ready = tasks.iter().all(|(_, s)| *s == TaskState::Done);
        tasks.push((Task::Summary, if ready { TaskState::Open } else { TaskState::Blocked }));
        tasks
    }

    /// The task list.
    ///
    /// # Errors
    /// `WrongState` once the request cannot be edited.
    pub async fn task_list_page(&self, ctx: &Ctx, r: &Reference) -> Result<TaskListPage> {
        let case = self.editable(ctx, r).await?;
        let parts = self.parts(&case).await?;
        let o = &parts.municipality;
        let organisation = [
            ("name", Some(o.name.clone())),
            ("kind", o.municipality_kind.map(|k| k.word().to_owned())),
            ("ars", o.ars.as_ref().map(|a| a.to_string())),
            ("land", Some(case.request.land.name().to_owned())),
        ];
        Ok(TaskListPage {
            head: self.head(ctx, &case).await?,
            tasks: self.task_states(&case, &parts),
            documents: parts.release.release.facts.documents.clone(),
            organisation: organisation.into_iter().filter_map(|(k, v)| Some((k.to_owned(), v?))).collect(),
            may_withdraw: ctx.may(Action::RequestWithdraw, &super::resource(&case.request)),
        })
    }

    /// A case whose request may be filled in by this person now.
    async fn editable(&self, ctx: &Ctx, r: &Reference) -> Result<CaseRecord> {
        let (case, _) = self.case_for(ctx, Action::RequestEdit, r).await?;
        if !case.request.state.is_editable() {
            return Err(PortalError::WrongState.into());
        }
        Ok(case)
    }

    /// The page of the Gemeinden.
    ///
    /// # Errors
    /// `WrongState` once the request cannot be edited.
    pub async fn areas_page(&self, ctx: &Ctx, r: &Reference) -> Result<AreasPage> {
        let case = self.editable(ctx, r).await?;
        let parts = self.parts(&case).await?;
        let areas = parts.areas.iter().map(|a| Choice {
            value: a.ars.to_string(),
            label: a.name.clone(),
            selected: case.request.areas.contains(&a.ars),
            count: None,
        });
        Ok(AreasPage {
            head: self.head(ctx, &case).await?,
            areas: areas.collect(),
            legal_basis: parts.areas.first().map(|a| a.legal_basis.clone()).unwrap_or_default(),
            errors: Vec::new(),
        })
    }

    /// Saves the Gemeinden. Values of a Gemeinde that is left out fall away.
    ///
    /// # Errors
    /// `Invalid` at `ars` if none or an unknown one was chosen.
    pub async fn areas_save(&self, ctx: &Ctx, r: &Reference, lock: i64, chosen: Vec<String>) -> Result<()> {
        let (case, authorized) = self.case_for(ctx, Action::RequestEdit, r).await?;
        self.check_editable(&case, lock)?;
        let parts = self.parts(&case).await?;
        let known = |ars: &Ars| parts.areas.iter().any(|a| &a.ars == ars);
        let areas: Option<BTreeSet<Ars>> = chosen.iter().map(|t| Ars::parse(t).filter(known)).collect();
        let areas = areas.ok_or_else(|| invalid(vec![FieldError::new("ars", "gemeinde")]))?;
        if areas.is_empty() {
            return Err(invalid(vec![FieldError::new("ars", "choose_area")]));
        }
        let mut request = case.request.clone();
        request.areas = areas.into_iter().collect();
        fit_gemeinden(&mut request, &parts.package.schema);
        mark(ctx, &mut request, Task::Areas);
        self.save(ctx, &case, &authorized, request).await
    }

    pub(super) fn check_editable(&self, case: &CaseRecord, lock: i64) -> Result<()> {
        if !case.request.state.is_editable() {
            return Err(PortalError::WrongState.into());
        }
        check_lock(case, lock)
    }

    pub(super) async fn save(
        &self,
        ctx: &Ctx,
        case: &CaseRecord,
        authorized: &crate::authz::Authorized,
        request: Request,
    ) -> Result<()> {
        let audit = authorized.audit(&case.request.reference, Some(case.request.id), None);
        let (write, events) = changed(ctx, request, &case.request);
        self.commit(authorized, Commit { writes: vec![write], audit, events }).await
    }

    /// The page of the data centre: shown, and asked only if several are admitted.
    ///
    /// # Errors
    /// `WrongState` once the request cannot be edited.
    pub async fn target_page(&self, ctx: &Ctx, r: &Reference) -> Result<TargetPage> {
        let case = self.editable(ctx, r).await?;
        let parts = self.parts(&case).await?;
        let data_centres = self.data_centre_choices(&case, &parts).await?;
        Ok(TargetPage { head: self.head(ctx, &case).await?, data_centres, errors: Vec::new() })
    }

    async fn data_centre_choices(&self, case: &CaseRecord, parts: &Parts) -> Result<Vec<DataCentreChoice>> {
        let operators = self.organisations().await?;
        let name = |offer: &Offer| operators.name(offer.data_centre.operator);
        let facts = &parts.release.release.facts;
        let offers = self.offers().await?;
        let mut choices: Vec<DataCentreChoice> = offers
            .iter()
            .filter(|o| o.refusal(&parts.municipality, facts) != Some("land"))
            .map(|o| DataCentreChoice {
                value: o.data_centre.slug.clone(),
                name: o.data_centre.name.clone(),
                operator: name(o),
                selected: case.request.data_centre == Some(o.data_centre.id),
                refused: o.refusal(&parts.municipality, facts).map(str::to_owned),
                simulated: o.data_centre.simulated,
            })
            .collect();
        choices.sort_by_key(|c| c.refused.is_some());
        let open = choices.iter().filter(|c| c.refused.is_none()).count();
        if open == 1 {
            choices.iter_mut().filter(|c| c.refused.is_none()).for_each(|c| c.selected = true);
        }
        Ok(choices)
    }

    /// Saves the data centre.
    ///
    /// # Errors
    /// `Invalid` at `ziel` if none or one that cannot be used was chosen.
    pub async fn target_save(&self, ctx: &Ctx, r: &Reference, lock: i64, slug: &str) -> Result<()> {
        let (case, authorized) = self.case_for(ctx, Action::RequestEdit, r).await?;
        self.check_editable(&case, lock)?;
        let parts = self.parts(&case).await?;
        let offers = self.offers().await?;
        let chosen = offers.iter().find(|o| o.data_centre.slug == slug);
        let chosen = chosen.ok_or_else(|| invalid(vec![FieldError::new("ziel", "choose_target")]))?;
        if let Some(reason) = chosen.refusal(&parts.municipality, &parts.release.release.facts) {
            return Err(invalid(vec![FieldError::new("ziel", "target_refused").with("reason", reason)]));
        }
        let mut request = case.request.clone();
        request.data_centre = Some(chosen.data_centre.id);
        mark(ctx, &mut request, Task::Target);
        self.save(ctx, &case, &authorized, request).await
    }

    /// Everything once more before it is handed in.
    ///
    /// # Errors
    /// `WrongState` once the request cannot be edited.
    pub async fn summary_page(&self, ctx: &Ctx, r: &Reference) -> Result<SummaryPage> {
        let case = self.editable(ctx, r).await?;
        let parts = self.parts(&case).await?;
        let Missing { open_tasks, values: wrong } = self.missing(&case, &parts);
        Ok(SummaryPage {
            head: self.head(ctx, &case).await?,
            areas: parts.chosen(&case.request).into_iter().map(|(_, name)| name).collect(),
            data_centre: case.data_centre_name.clone(),
            values: value_groups(ctx, &case.request, &parts),
            missing: error_lines(ctx.lang, &parts.form(ctx, &case.request, &wrong), &wrong),
            open_tasks,
            errors: Vec::new(),
        })
    }

    /// What keeps a request from being handed in.
    pub(super) fn missing(&self, case: &CaseRecord, parts: &Parts) -> Missing {
        let open = |(t, s): (Task, TaskState)| (t != Task::Summary && s != TaskState::Done).then_some(t);
        let open_tasks: Vec<Task> = self.task_states(case, parts).into_iter().filter_map(open).collect();
        Missing { open_tasks, values: parts.wrong_values(&case.request) }
    }
}

/// Marks a task as saved at least once, and by whom: whoever changes what is asked for takes part (R2).
pub(super) fn mark(ctx: &Ctx, request: &mut Request, task: Task) {
    request.edited_by = ctx.person_id();
    if !request.done_tasks.iter().any(|t| t == task.word()) {
        request.done_tasks.push(task.word().to_owned());
    }
}

/// Every chosen Gemeinde has an entry in the values, no other one has.
pub(super) fn fit_gemeinden(request: &mut Request, schema: &config::ConfigSchema) {
    if !schema.has_gemeinde_values() {
        return;
    }
    let Some(values) = request.values.as_object_mut() else { return };
    let old = values.remove(config::GEMEINDEN);
    let row = |ars: &Ars| {
        let kept = old.as_ref().and_then(|g| g.get(ars.as_str())).cloned();
        (ars.to_string(), kept.unwrap_or_else(|| serde_json::json!({})))
    };
    let rows: serde_json::Map<String, serde_json::Value> = request.areas.iter().map(row).collect();
    if !rows.is_empty() {
        values.insert(config::GEMEINDEN.to_owned(), serde_json::Value::Object(rows));
    }
}

/// Values as label and text, by the groups of the form; secrets show only whether they are set.
pub(super) fn value_groups(ctx: &Ctx, request: &Request, parts: &Parts) -> Vec<ValueGroup> {
    super::request_values::groups_of(ctx.lang, &parts.form(ctx, request, &[]))
}

/// Errors with the labels of their fields; those that no field of the form shows come last, without one.
pub(super) fn error_lines(lang: Lang, form: &Form, errors: &[FieldError]) -> Vec<ErrorLine> {
    let mut lines = form.errors();
    let shown = |e: &FieldError| {
        let name = match e.path.split_once('.') {
            Some((config::GEMEINDEN, rest)) => format!("g.{rest}"),
            _ => format!("w.{}", e.path),
        };
        let id = Field::new(name, "").html_id();
        lines.iter().any(|line| line.html_id == id)
    };
    let rest: Vec<ErrorLine> = errors
        .iter()
        .filter(|e| !shown(e))
        .map(|e| ErrorLine { html_id: String::new(), label: String::new(), text: e.text(lang).text })
        .collect();
    lines.extend(rest);
    lines
}
