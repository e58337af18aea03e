//! Registering targets in steps: what they are to be, the YAML that the operator applies, the credential and what the
//! check finds with it, and then the targets themselves. What was said so far is kept until it is registered, given up, or
//! a week old; the credential sealed like that of a target.

use super::{
    Portal, invalid,
    target_credential::{CredentialInput, CredentialRefused, suits},
};
use crate::{
    Ctx,
    authz::{Action, Authorized, Resource},
    error::{Result, rule},
    ports::{Commit, Write, new_uuid},
    target_rights,
};
use portal_model::{
    OrganisationId, PortalError, TargetId,
    data_centre::{DataCentre, Stage, Target, TargetKind},
    form::FieldError,
    operating::{Operating, Survey, TargetDraft, TargetPlan},
    organisation::{Organisation, OrganisationKind},
    pages::{
        Choice,
        targets::{CredentialForm, PlanForm, PlanPage, RegistrationPage},
    },
};
use serde_json::json;

/// How long an unfinished registration is kept, and how old its check may be when it is registered, in days.
const KEPT_DAYS: i64 = 7;
const CHECKED_DAYS: i64 = 1;
/// Most namespaces of one registration: each is looked at while the person waits.
const MOST_NAMESPACES: usize = 30;
/// What stands for the short name of a Verwaltung.
const PLACEHOLDER: &str = "{verwaltung}";
/// Unfinished registrations that are shown.
const SHOWN: i64 = 10;
const MOST_PLACES: i64 = 10_000;

impl Portal {
    /// The first step.
    ///
    /// # Errors
    /// `NotFound` for data centres of others.
    pub async fn registration_start_page(&self, ctx: &Ctx, slug: &str) -> Result<PlanPage> {
        let (data_centre, _) = self.own_data_centre(ctx, Action::TargetAdd, slug).await?;
        let targets = self.store().target_list().await?;
        let drafts = self.store().target_drafts(data_centre.id, SHOWN).await?;
        let names = |d: &TargetDraft| d.plan.namespaces.iter().map(|(n, _)| n.clone()).collect::<Vec<_>>().join(", ");
        let begun = drafts.iter().map(|d| (d.id, names(d), d.started_at)).collect();
        let has_test = targets.iter().any(|t| t.data_centre == data_centre.id && t.stage == Stage::Test);
        let choice =
            |o: &Organisation| Choice { value: o.slug.clone(), label: o.name.clone(), selected: false, count: None };
        let organisations = self.organisations().await?;
        Ok(PlanPage {
            municipalities: organisations.list.iter().filter(|o| is_served(o, &data_centre)).map(choice).collect(),
            has_test,
            begun,
            form: PlanForm {
                stage: if has_test { Stage::Production } else { Stage::Test }.word().to_owned(),
                mode: "shared".to_owned(),
                pattern: format!("{PLACEHOLDER}{}", if has_test { "" } else { "-test" }),
                capacity: "100".to_owned(),
                ..PlanForm::default()
            },
            data_centre: data_centre.name,
            slug: data_centre.slug,
            simulated: data_centre.simulated,
            errors: Vec::new(),
        })
    }

    /// Keeps what the targets are to be.
    ///
    /// # Errors
    /// `Invalid` at the fields of the form; `NotFound` for data centres of others.
    pub async fn registration_start(&self, ctx: &Ctx, slug: &str, form: &PlanForm) -> Result<TargetId> {
        let (data_centre, authorized) = self.own_data_centre(ctx, Action::TargetAdd, slug).await?;
        let organisations = self.organisations().await?;
        let served: Vec<&Organisation> = organisations.list.iter().filter(|o| is_served(o, &data_centre)).collect();
        let plan = plan(form, &served).map_err(invalid)?;
        let draft = TargetDraft {
            id: TargetId(new_uuid(ctx.now)),
            data_centre: data_centre.id,
            started_by: ctx.person_id(),
            started_at: ctx.now,
            plan,
            endpoint: None,
            survey: None,
        };
        let id = draft.id;
        let facts = json!({ "stage": draft.plan.stage, "namespaces": names_of(&draft) });
        let writes =
            vec![Write::SweepTargetDrafts(ctx.now.plus_days(-KEPT_DAYS)), Write::PutTargetDraft(Box::new(draft))];
        let audit = authorized.audit(&data_centre.slug, None, Some(facts));
        self.commit(&authorized, Commit { writes, audit, events: vec![] }).await?;
        Ok(id)
    }

    /// The second step.
    ///
    /// # Errors
    /// `NotFound` for registrations of others and for those that are finished.
    pub async fn registration_page(&self, ctx: &Ctx, id: TargetId) -> Result<RegistrationPage> {
        let (draft, data_centre, _) = self.own_draft(ctx, id).await?;
        let organisations = self.organisations().await?;
        let targets = self.store().target_list().await?;
        let name = |o: &OrganisationId| organisations.name(*o);
        let namespaces = names_of(&draft);
        let names: Vec<&str> = namespaces.iter().map(String::as_str).collect();
        let has_test = draft.plan.stage == Stage::Test
            || targets.iter().any(|t| t.data_centre == data_centre.id && t.stage == Stage::Test);
        Ok(RegistrationPage {
            id,
            yaml: target_rights::yaml(&names, draft.plan.capacity),
            account: (target_rights::ACCOUNT.to_owned(), names.first().copied().unwrap_or_default().to_owned()),
            namespaces: draft.plan.namespaces.iter().map(|(n, o)| (n.clone(), o.as_ref().map(name))).collect(),
            stage: draft.plan.stage,
            has_test,
            credential: CredentialForm { way: "kubeconfig".to_owned(), ..CredentialForm::default() },
            may_register: draft.survey.as_ref().is_some_and(|s| is_fresh(ctx, s) && s.is_complete()),
            data_centre: data_centre.name,
            slug: data_centre.slug,
            simulated: data_centre.simulated,
            domain: draft.plan.domain,
            capacity: draft.plan.capacity,
            ingress_class: draft.plan.ingress_class,
            storage_class: draft.plan.storage_class,
            endpoint: draft.endpoint,
            survey: draft.survey,
            errors: Vec::new(),
        })
    }

    /// The YAML of a registration.
    ///
    /// # Errors
    /// As [`Portal::registration_page`].
    pub async fn registration_yaml(&self, ctx: &Ctx, id: TargetId) -> Result<String> {
        Ok(self.registration_page(ctx, id).await?.yaml)
    }

    /// Checks a credential and keeps it, with what was found, until it is registered. Too many permissions are shown and
    /// decided on when registering.
    ///
    /// # Errors
    /// Why it was not kept; what was kept before stays.
    pub async fn registration_check(
        &self,
        ctx: &Ctx,
        id: TargetId,
        input: &CredentialInput,
    ) -> std::result::Result<(), CredentialRefused> {
        let (draft, data_centre, authorized) = self.own_draft(ctx, id).await?;
        let access = self.read_credential(input).await?;
        let namespaces = names_of(&draft);
        let first = target(&draft, &data_centre, 0, &access.server).ok_or(PortalError::NotFound)?;
        let survey = self.survey(ctx, &first, &access, &namespaces).await?;
        let facts = json!({
            "endpoint": access.server, "complete": survey.is_complete(), "excessive": survey.is_excessive(),
        });
        let secret = self.sealed_draft(data_centre.operator, id, &access.kubeconfig).await?;
        let checked = TargetDraft { endpoint: Some(access.server.clone()), survey: Some(survey), ..draft };
        let writes = vec![Write::PutTargetDraft(Box::new(checked)), Write::PutSecret(secret)];
        let audit = authorized.audit(&data_centre.slug, None, Some(facts));
        Ok(self.commit(&authorized, Commit { writes, audit, events: vec![] }).await?)
    }

    /// Registers what was checked: a target for each namespace.
    ///
    /// # Errors
    /// `Rule("check_outdated")` without a check of the last day, `Rule("permissions_missing")`, `Invalid` at `trotzdem` if
    /// the credential may do more than it needs and that was not accepted; `Exists` if a namespace is registered.
    pub async fn registration_finish(&self, ctx: &Ctx, id: TargetId, accept_excess: bool) -> Result<()> {
        let (draft, data_centre, authorized) = self.own_draft(ctx, id).await?;
        let (Some(survey), Some(endpoint)) = (&draft.survey, &draft.endpoint) else {
            return Err(rule("check_outdated"));
        };
        if !is_fresh(ctx, survey) {
            return Err(rule("check_outdated"));
        }
        match suits(survey, &CredentialInput { accept_excess, ..CredentialInput::default() }) {
            Err(CredentialRefused::Survey(_, error)) if error.path == "trotzdem" => return Err(invalid(vec![error])),
            Err(_) => return Err(rule("permissions_missing")),
            Ok(()) => {}
        }
        let mut open = self.secrets_open(id.0).await?;
        let credential = open.remove(super::target_credential::DRAFT).ok_or_else(|| rule("check_outdated"))?;
        let mut writes: Vec<Write> = Vec::new();
        for n in 0..draft.plan.namespaces.len() {
            let Some(mut target) = target(&draft, &data_centre, n, endpoint) else { continue };
            target.id = TargetId(new_uuid(ctx.now));
            let secret = self.sealed_credential(data_centre.operator, target.id, 1, &credential)?;
            writes.extend([Write::InsertTarget(target), Write::PutSecret(secret)]);
        }
        writes.extend([Write::DeleteTargetDraft(id), Write::DeleteSecrets(id.0)]);
        let facts = json!({
            "stage": draft.plan.stage, "namespaces": names_of(&draft), "endpoint": endpoint,
            "excessive": survey.is_excessive(),
        });
        let audit = authorized.audit(&data_centre.slug, None, Some(facts));
        self.commit(&authorized, Commit { writes, audit, events: vec![] }).await
    }

    /// Gives a registration up; its credential is deleted.
    ///
    /// # Errors
    /// `NotFound` for registrations of others and for those that are finished.
    pub async fn registration_discard(&self, ctx: &Ctx, id: TargetId) -> Result<String> {
        let (draft, data_centre, authorized) = self.own_draft(ctx, id).await?;
        let facts = json!({ "namespaces": names_of(&draft), "discarded": true });
        let audit = authorized.audit(&data_centre.slug, None, Some(facts));
        let writes = vec![Write::DeleteTargetDraft(id), Write::DeleteSecrets(id.0)];
        self.commit(&authorized, Commit { writes, audit, events: vec![] }).await?;
        Ok(data_centre.slug)
    }

    /// A registration in a data centre that the actor operates.
    async fn own_draft(&self, ctx: &Ctx, id: TargetId) -> Result<(TargetDraft, DataCentre, Authorized)> {
        if ctx.actor == crate::Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        let draft = self.store().target_draft(id).await?.ok_or(PortalError::NotFound)?;
        let centres = self.store().data_centre_list().await?;
        let centre = centres.into_iter().find(|d| d.id == draft.data_centre).ok_or(PortalError::NotFound)?;
        let authorized = ctx.authorize(Action::TargetAdd, &Resource::of_operator(centre.operator))?;
        Ok((draft, centre, authorized))
    }
}

fn names_of(draft: &TargetDraft) -> Vec<String> {
    draft.plan.namespaces.iter().map(|(name, _)| name.clone()).collect()
}

fn is_fresh(ctx: &Ctx, survey: &Survey) -> bool {
    survey.at.plus_days(CHECKED_DAYS) > ctx.now
}

/// A Verwaltung in one of the Länder that a data centre serves.
fn is_served(o: &Organisation, data_centre: &DataCentre) -> bool {
    let land = super::catalogue::land(o);
    o.kind == OrganisationKind::Municipality && land.is_some_and(|l| data_centre.laender.contains(&l))
}

/// The target of one of the namespaces as it would be.
fn target(draft: &TargetDraft, data_centre: &DataCentre, n: usize, endpoint: &str) -> Option<Target> {
    let (namespace, only_for) = draft.plan.namespaces.get(n)?.clone();
    Some(Target {
        id: draft.id,
        data_centre: data_centre.id,
        kind: TargetKind::Kubernetes,
        stage: draft.plan.stage,
        namespace,
        endpoint: endpoint.to_owned(),
        only_for,
        domain: draft.plan.domain.clone(),
        ingress_class: draft.plan.ingress_class.clone(),
        storage_class: draft.plan.storage_class.clone(),
        tls_secret: draft.plan.tls_secret.clone(),
        closed: false,
        capacity: draft.plan.capacity,
        trials: 0,
        operating: Operating::default(),
    })
}

/// The plan of a form, or everything that is wrong with it.
fn plan(form: &PlanForm, served: &[&Organisation]) -> std::result::Result<TargetPlan, Vec<FieldError>> {
    let mut errors = Vec::new();
    let stage = Stage::from_word(&form.stage);
    if stage.is_none() {
        errors.push(FieldError::new("zweck", "required"));
    }
    let namespaces = match form.mode.as_str() {
        "shared" => shared(form, &mut errors),
        "each" => each(form, served, &mut errors),
        _ => {
            errors.push(FieldError::new("bereiche", "required"));
            Vec::new()
        }
    };
    let domain = form.domain.trim().trim_end_matches('.').to_ascii_lowercase();
    if domain.is_empty() {
        errors.push(FieldError::new("domain", "required"));
    } else if !is_domain(&domain) {
        errors.push(FieldError::new("domain", "domain"));
    }
    for (field, text) in [
        ("ingress_klasse", &form.ingress_class),
        ("speicher_klasse", &form.storage_class),
        ("tls_secret", &form.tls_secret),
    ] {
        if !text.trim().is_empty() && !is_object_name(text.trim()) {
            errors.push(FieldError::new(field, "object_name"));
        }
    }
    let capacity = form.capacity.trim().parse().ok().filter(|n| (1..=MOST_PLACES).contains(n));
    if capacity.is_none() {
        errors.push(FieldError::new("plaetze", "between").with("min", 1).with("max", MOST_PLACES));
    }
    match (stage, capacity) {
        (Some(stage), Some(capacity)) if errors.is_empty() => Ok(TargetPlan {
            stage,
            namespaces,
            domain,
            ingress_class: form.ingress_class.trim().to_owned(),
            storage_class: form.storage_class.trim().to_owned(),
            tls_secret: form.tls_secret.trim().to_owned(),
            capacity,
        }),
        _ => Err(errors),
    }
}

fn shared(form: &PlanForm, errors: &mut Vec<FieldError>) -> Vec<(String, Option<OrganisationId>)> {
    let name = form.namespace.trim();
    if name.is_empty() {
        errors.push(FieldError::new("namespace", "required"));
    } else if !is_namespace(name) {
        errors.push(FieldError::new("namespace", "namespace"));
    }
    vec![(name.to_owned(), None)]
}

fn each(
    form: &PlanForm,
    served: &[&Organisation],
    errors: &mut Vec<FieldError>,
) -> Vec<(String, Option<OrganisationId>)> {
    let pattern = form.pattern.trim();
    if !pattern.contains(PLACEHOLDER) {
        errors.push(FieldError::new("muster", "pattern"));
        return Vec::new();
    }
    let mut found = Vec::new();
    for slug in &form.municipalities {
        let Some(one) = served.iter().find(|o| o.slug == *slug) else {
            errors.push(FieldError::new("verwaltungen", "unknown_choice"));
            return Vec::new();
        };
        let name = pattern.replace(PLACEHOLDER, slug);
        if !is_namespace(&name) {
            errors.push(FieldError::new("muster", "namespace"));
            return Vec::new();
        }
        if !found.contains(&(name.clone(), Some(one.id))) {
            found.push((name, Some(one.id)));
        }
    }
    if found.is_empty() {
        errors.push(FieldError::new("verwaltungen", "choose_one"));
    } else if found.len() > MOST_NAMESPACES {
        errors.push(FieldError::new("verwaltungen", "too_many_lines").with("max", MOST_NAMESPACES));
    }
    found
}

/// A DNS label, as namespaces are.
fn is_namespace(text: &str) -> bool {
    let label = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(label) && !text.starts_with('-') && !text.ends_with('-')
}

/// Labels with dots between them, as names of classes and Secrets are.
fn is_object_name(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_namespace)
}

fn is_domain(text: &str) -> bool {
    text.len() <= 200 && text.contains('.') && is_object_name(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_named_at_its_field() {
        let fields = |form: &PlanForm| {
            let errors = plan(form, &[]).err().unwrap_or_default();
            errors.into_iter().map(|e| format!("{} {}", e.path, e.code)).collect::<Vec<_>>()
        };
        let good = PlanForm {
            stage: "test".to_owned(),
            mode: "shared".to_owned(),
            namespace: "kommunen-test".to_owned(),
            domain: "Apps.Example.".to_owned(),
            capacity: "10".to_owned(),
            ..PlanForm::default()
        };
        let found = plan(&good, &[]).unwrap();
        assert_eq!(
            (found.domain.as_str(), found.namespaces),
            ("apps.example", vec![("kommunen-test".to_owned(), None)])
        );
        assert_eq!(
            fields(&PlanForm::default()),
            ["zweck required", "bereiche required", "domain required", "plaetze between"]
        );
        let bad = |change: fn(&mut PlanForm)| {
            let mut form = good.clone();
            change(&mut form);
            fields(&form)
        };
        assert_eq!(bad(|f| f.namespace = "Kommunen".to_owned()), ["namespace namespace"]);
        assert_eq!(bad(|f| f.namespace = "../x".to_owned()), ["namespace namespace"]);
        assert_eq!(bad(|f| f.domain = "kein domain".to_owned()), ["domain domain"]);
        assert_eq!(bad(|f| f.tls_secret = "a b".to_owned()), ["tls_secret object_name"]);
        assert_eq!(bad(|f| f.capacity = "0".to_owned()), ["plaetze between"]);
        assert_eq!(bad(|f| f.mode = "each".to_owned()), ["muster pattern"]);
        let none = |f: &mut PlanForm| {
            f.mode = "each".to_owned();
            f.pattern = "{verwaltung}".to_owned();
        };
        assert_eq!(bad(none), ["verwaltungen choose_one"]);
    }
}
