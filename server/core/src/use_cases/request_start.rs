//! Starting a request for a Verwaltung.

use super::{Portal, case_event, invalid};
use crate::{
    Actor, Ctx,
    authz::{Action, Resource},
    error::Result,
    ports::{Commit, Write, new_reference, new_uuid},
};
use portal_model::{
    PortalError, RequestId,
    event::EventCode,
    form::FieldError,
    pages::catalogue::StartRequestPage,
    reference::{Reference, ReferenceKind},
    request::{Request, RequestState},
};

impl Portal {
    /// The page that asks for whom.
    ///
    /// # Errors
    /// `SignInRequired`, or `NotFound` for an unknown Verfahren.
    pub async fn request_start_page(&self, ctx: &Ctx, slug: &str, fuer: Option<&str>) -> Result<StartRequestPage> {
        if ctx.actor == Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        let catalogue = self.catalogue_now().await?;
        let entry = catalogue.by_slug(slug).ok_or(PortalError::NotFound)?;
        let offered = entry.offered().ok_or(PortalError::NotFound)?;
        let municipalities = self.suitability(ctx, entry, &self.organisations().await?.list).await?;
        if municipalities.is_empty() {
            return Err(PortalError::Forbidden.into());
        }
        Ok(StartRequestPage {
            slug: slug.to_owned(),
            name: offered.release.facts.name.clone(),
            chosen: fuer
                .map(str::to_owned)
                .or_else(|| (municipalities.len() == 1).then(|| municipalities[0].municipality.clone())),
            municipalities,
            signs: !ctx.scope(Action::ActivationDecideMunicipality).is_empty(),
            errors: Vec::new(),
        })
    }

    /// Starts a draft for a Verwaltung.
    ///
    /// # Errors
    /// `Invalid` at `fuer` if nothing suitable was chosen, `Exists` if there is an open Nachnutzung already.
    pub async fn request_start(&self, ctx: &Ctx, slug: &str, fuer: &str) -> Result<Reference> {
        if ctx.actor == Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        let catalogue = self.catalogue_now().await?;
        let entry = catalogue.by_slug(slug).ok_or(PortalError::NotFound)?;
        if entry.offered().is_none() {
            return Err(PortalError::NotFound.into());
        }
        if fuer.is_empty() {
            return Err(invalid(vec![FieldError::new("fuer", "choose_municipality")]));
        }
        // An unknown Verwaltung answers like one that the person may not ask for (R4).
        let municipality = self.store().organisation_by_slug(fuer).await?.ok_or(PortalError::NotFound)?;
        let land = super::catalogue::land(&municipality).ok_or(PortalError::NotFound)?;
        let resource = Resource::of_tenant(municipality.id, land, Some(entry.verfahren.id));
        let authorized = ctx.authorize(Action::RequestStart, &resource)?;
        let suitability = self.suitability(ctx, entry, std::slice::from_ref(&municipality)).await?;
        if let Some(s) = suitability.first() {
            if s.existing.is_some() {
                return Err(PortalError::Exists.into());
            }
            if let Some(missing) = s.missing.first() {
                return Err(invalid(vec![FieldError::new("fuer", "not_suitable").with("missing", missing)]));
            }
        }
        let offered = entry.offered_to(&municipality).ok_or(PortalError::NotFound)?;
        self.usable(offered.release.id, municipality.id, land).await?;
        let package = self.readable(&offered.release.digest).await?;
        let person = ctx.person_id().ok_or(PortalError::SignInRequired)?;
        let areas = self.store().areas(municipality.id).await?;
        let mut request = Request {
            id: RequestId(new_uuid(ctx.now)),
            reference: new_reference(ReferenceKind::Nachnutzung),
            municipality: municipality.id,
            land,
            verfahren: entry.verfahren.id,
            release: offered.release.id,
            state: RequestState::Draft,
            version: 1,
            created_by: person,
            mandate: authorized.mandate(),
            submitted_by: None,
            edited_by: None,
            assigned_to: None,
            data_centre: None,
            areas: areas.iter().map(|a| a.ars.clone()).collect(),
            values: package.schema.defaults(),
            done_tasks: Vec::new(),
            decision_note: String::new(),
            decided_by: None,
            created_at: ctx.now,
            submitted_at: None,
            state_since: ctx.now,
        };
        super::request_parts::fit_gemeinden(&mut request, &package.schema);
        let reference = request.reference.clone();
        let events = vec![case_event(ctx, &request, EventCode::RequestState, &[("state", request.state.word())])];
        let audit = authorized.audit(&reference, Some(request.id), None);
        self.commit(&authorized, Commit { writes: vec![Write::InsertRequest(request)], audit, events }).await?;
        Ok(reference)
    }
}
