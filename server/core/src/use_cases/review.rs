//! Reviewing a request: take it up, ask back, accept (with conditions) or decline with a reason.

use super::{
    Portal,
    activation::moved,
    case_event, changed, check_lock, invalid, needed_note, optional_note, remark,
    request_parts::{Parts, value_groups},
};
use crate::{
    CoreError, Ctx,
    authz::{Action, Authorized},
    config, engine,
    error::{Result, rule},
    ports::{CaseRecord, Commit, Write, new_uuid},
};
use portal_model::{
    ConfigurationId, DeploymentId, InstallationId, PortalError,
    data_centre::Stage,
    event::{EventCode, NewEvent},
    form::FieldError,
    installation::{Configuration, Deployment, Installation, InstallationState},
    pages::case::ReviewPage,
    reference::Reference,
    request::{Request, RequestState},
};

impl Portal {
    /// The page on which a consultant decides.
    ///
    /// # Errors
    /// `WrongState` if there is nothing to decide.
    pub async fn review_page(&self, ctx: &Ctx, r: &Reference) -> Result<ReviewPage> {
        let (case, _) = self.case_for(ctx, Action::RequestTake, r).await?;
        if !matches!(case.request.state, RequestState::Submitted | RequestState::InReview) {
            return Err(PortalError::WrongState.into());
        }
        let parts = self.parts(&case).await?;
        let participants = self.store().participants(case.request.id).await?;
        Ok(ReviewPage {
            head: self.head(ctx, &case).await?,
            areas: parts.chosen(&case.request).into_iter().map(|(_, name)| name).collect(),
            data_centre: case.data_centre_name.clone(),
            values: value_groups(ctx, &case.request, &parts),
            history: self.history(&case).await?,
            took_part: ctx.person_id().is_some_and(|p| participants.contains(&p)),
            decision: String::new(),
            note: String::new(),
            errors: Vec::new(),
        })
    }

    /// Takes a request up: it is assigned to this consultant.
    ///
    /// # Errors
    /// `WrongState` if it is not waiting for review.
    pub async fn request_take(&self, ctx: &Ctx, r: &Reference, lock: i64) -> Result<()> {
        let (case, authorized) = self.case_for(ctx, Action::RequestTake, r).await?;
        check_lock(&case, lock)?;
        if !case.request.state.may_become(RequestState::InReview) {
            return Err(PortalError::WrongState.into());
        }
        let mut request = case.request.clone();
        request.state = RequestState::InReview;
        request.assigned_to = ctx.person_id();
        self.save(ctx, &case, &authorized, request).await
    }

    /// Decides: `return` with a question, `accept` with or without conditions, `decline` with a reason.
    ///
    /// # Errors
    /// `Invalid` at `entscheidung` or `begruendung`; `SecondPersonNeeded` for somebody who took part (R2).
    pub async fn request_decide(&self, ctx: &Ctx, r: &Reference, lock: i64, decision: &str, note: &str) -> Result<()> {
        let (action, next) = match decision {
            "return" => (Action::RequestReturn, RequestState::Returned),
            "accept" => (Action::RequestAccept, RequestState::Accepted),
            "decline" => (Action::RequestDecline, RequestState::Declined),
            _ => return Err(invalid(vec![FieldError::new("entscheidung", "choose_decision")])),
        };
        let (case, authorized) = self.case_for(ctx, action, r).await?;
        check_lock(&case, lock)?;
        if !case.request.state.may_become(next) {
            return Err(PortalError::WrongState.into());
        }
        self.second_person(ctx, &case).await?;
        let mut request = case.request.clone();
        request.state = next;
        request.decision_note = match next {
            RequestState::Accepted => optional_note("begruendung", note)?,
            _ => needed_note("begruendung", note)?,
        };
        request.decided_by = ctx.person_id().filter(|_| next != RequestState::Returned);
        let audit = authorized.audit(&request.reference, Some(request.id), remark(note));
        let (write, mut events) = changed(ctx, request.clone(), &case.request);
        let mut writes = vec![write];
        if next == RequestState::Accepted {
            self.usable(request.release, request.municipality, request.land).await?;
            let parts = self.parts(&case).await?;
            let (more, happened) = self.set_up(ctx, &case, &parts, &request).await?;
            writes.extend(more);
            events.extend(happened);
        }
        self.commit(&authorized, Commit { writes, audit, events }).await
    }

    /// Refuses whoever took part on the asking side (R2). The database refuses too.
    pub(super) async fn second_person(&self, ctx: &Ctx, case: &CaseRecord) -> Result<()> {
        let participants = self.store().participants(case.request.id).await?;
        match ctx.person_id() {
            Some(p) if !participants.contains(&p) => Ok(()),
            _ => Err(PortalError::SecondPersonNeeded.into()),
        }
    }

    /// What acceptance sets in motion: an installation, its deployments, and the first operation in the test target.
    async fn set_up(
        &self,
        ctx: &Ctx,
        case: &CaseRecord,
        parts: &Parts,
        request: &Request,
    ) -> Result<(Vec<Write>, Vec<NewEvent>)> {
        let facts = &parts.release.release.facts;
        let id = InstallationId(new_uuid(ctx.now));
        let configuration = self.configuration(ctx, parts, request).await?;
        let mut installation = Installation {
            id,
            request: request.id,
            municipality: request.municipality,
            land: request.land,
            verfahren: request.verfahren,
            release: request.release,
            label: String::new(),
            instance: instance_name(&case.verfahren_slug, &parts.municipality.slug, &request.reference),
            data_centre: request.data_centre,
            areas: request.areas.clone(),
            configuration: Some(configuration.id),
            state: InstallationState::Connected,
            version: 1,
            state_since: ctx.now,
            live_since: None,
            changing_since: None,
        };
        let mut writes = vec![Write::InsertConfiguration(configuration.clone())];
        if parts.is_deployed() {
            installation.state = InstallationState::InTest;
            let offers = self.offers().await?;
            let offer = offers
                .iter()
                .find(|o| Some(o.data_centre.id) == request.data_centre)
                .ok_or_else(|| rule("no_target"))?;
            if let Some(reason) = offer.refusal(&parts.municipality, facts) {
                return Err(rule(reason));
            }
            let mut deployments = Vec::new();
            for stage in Stage::ALL {
                let target = offer.target(request.municipality, facts, *stage).ok_or_else(|| rule("no_target"))?;
                deployments.push(Deployment {
                    id: DeploymentId(new_uuid(ctx.now)),
                    installation: id,
                    stage: *stage,
                    target: target.id,
                    revision: None,
                });
            }
            let test =
                deployments.iter().find(|d| d.stage == Stage::Test).cloned().ok_or_else(|| rule("no_test_target"))?;
            let operation = engine::new_install(&installation, &test, content(parts, &configuration), ctx.now);
            writes.push(Write::InsertInstallation(installation.clone()));
            writes.extend(deployments.into_iter().map(Write::InsertDeployment));
            writes.push(Write::InsertOperation(operation));
        } else {
            installation.live_since = Some(ctx.now);
            writes.push(Write::InsertInstallation(installation.clone()));
        }
        let event = NewEvent {
            installation: Some(id),
            ..case_event(ctx, request, EventCode::InstallationState, &[("state", installation.state.word())])
        };
        Ok((writes, vec![event]))
    }

    /// The request's values as the next configuration.
    pub(super) async fn configuration(&self, ctx: &Ctx, parts: &Parts, request: &Request) -> Result<Configuration> {
        let schema = &parts.package.schema;
        let digest = config::config_digest(&schema.split(&request.values).shared);
        Ok(Configuration {
            id: ConfigurationId(new_uuid(ctx.now)),
            request: request.id,
            number: self.store().configuration_count(request.id).await? + 1,
            values: request.values.clone(),
            digest: digest.ok_or_else(|| CoreError::Inconsistent("values have no canonical form".into()))?,
            created_at: ctx.now,
        })
    }

    /// New values after a red test or a defect: a new configuration, and the tests again.
    pub(super) async fn retest(
        &self,
        ctx: &Ctx,
        case: &CaseRecord,
        parts: &Parts,
        request: &Request,
    ) -> Result<(Vec<Write>, Vec<NewEvent>)> {
        let Some(before) = &case.installation else { return Err(PortalError::WrongState.into()) };
        self.usable(case.release(), before.municipality, before.land).await?;
        let configuration = self.configuration(ctx, parts, request).await?;
        let mut installation = moved(ctx, before, InstallationState::InTest);
        // Of something live it stays what runs.
        if !installation.is_change() {
            installation.configuration = Some(configuration.id);
        }
        let operation = self.test_operation(ctx, &installation, parts, &configuration).await?;
        let event = NewEvent {
            installation: Some(installation.id),
            ..case_event(ctx, request, EventCode::InstallationState, &[("state", installation.state.word())])
        };
        let writes = vec![
            Write::InsertConfiguration(configuration),
            Write::UpdateInstallation(installation),
            Write::InsertOperation(operation),
        ];
        Ok((writes, vec![event]))
    }

    /// Commits a change of an installation by a person.
    pub(super) async fn commit_installation(
        &self,
        ctx: &Ctx,
        authorized: &Authorized,
        case: &CaseRecord,
        installation: Installation,
        mut writes: Vec<Write>,
        facts: Option<serde_json::Value>,
    ) -> Result<()> {
        let audit = authorized.audit(&case.request.reference, Some(case.request.id), facts);
        let event = NewEvent {
            installation: Some(installation.id),
            ..case_event(ctx, &case.request, EventCode::InstallationState, &[("state", installation.state.word())])
        };
        writes.push(Write::UpdateInstallation(installation));
        self.commit(authorized, Commit { writes, audit, events: vec![event] }).await
    }
}

/// What a deployment is to hold.
pub(super) fn content(parts: &Parts, configuration: &Configuration) -> engine::Content {
    engine::Content {
        release: parts.release.release.id,
        configuration: configuration.id,
        package_digest: parts.release.release.digest.clone(),
        config_digest: configuration.digest.clone(),
    }
}

/// A DNS label of at most 38 characters (the test side adds two), unique by the end of the reference.
fn instance_name(verfahren: &str, municipality: &str, reference: &Reference) -> String {
    let tail: String =
        reference.as_str().chars().filter(char::is_ascii_alphanumeric).skip(2).collect::<String>().to_lowercase();
    let short = |text: &str| text.trim_matches('-').chars().take(14).collect::<String>().trim_matches('-').to_owned();
    format!("{}-{}-{tail}", short(verfahren), short(municipality))
}

#[cfg(test)]
mod tests {
    use super::*;
    use portal_model::reference::ReferenceKind;

    #[test]
    fn instance_names_are_labels() {
        let r = Reference::from_random(ReferenceKind::Nachnutzung, [1, 2, 3, 4, 5, 6, 7, 8]);
        let name = instance_name("bewohnerparkausweis-und-mehr", "rothenburg-ob-der-tauber", &r);
        assert!(
            name.len() <= 38 && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
            "{name}"
        );
        assert!(name.starts_with("bewohnerparkau-rothenburg-ob"), "{name}");
    }
}
