//! Signing in is a port: somebody vouches for a person (in the demonstration the choice of a role, later an OpenID
//! provider), and the portal makes an actor of that person at every request anew.

use super::Portal;
use crate::{
    Actor, Ctx,
    authz::{Action, Resource},
    error::Result,
    ports::Commit,
};
use portal_model::{
    OrganisationId, PersonId, PortalError,
    organisation::{OrganisationKind, Role},
    pages::{Place, SignedIn, sign_in::*},
};

impl Portal {
    /// The sign-in page. Outside the demonstration it offers no roles.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn sign_in_page(&self, next: &str) -> Result<SignInPage> {
        let mut page = SignInPage { next: next.to_owned(), ..SignInPage::default() };
        if !self.inner.demo {
            return Ok(page);
        }
        for (person, m) in self.store().demo_memberships().await? {
            let organisations = &mut page.organisations;
            let at = organisations.iter().position(|o| o.id == m.organisation).unwrap_or_else(|| {
                let (id, name, kind) = (m.organisation, m.organisation_name.clone(), m.organisation_kind);
                organisations.push(DemoOrganisation { id, name, kind, people: Vec::new() });
                organisations.len() - 1
            });
            let people = &mut organisations[at].people;
            match people.iter_mut().find(|p| p.id == person.id) {
                Some(p) => p.roles.push(m.role),
                None => people.push(DemoPerson { id: person.id, name: person.name, roles: vec![m.role] }),
            }
        }
        page.organisations.sort_by_key(|o| (o.kind, crate::search::sort_key(&o.name)));
        Ok(page)
    }

    /// Signs in as a person of the demonstration.
    ///
    /// # Errors
    /// `NotFound` outside the demonstration, for unknown or deactivated people, and for people of real organisations.
    pub async fn sign_in_demo(&self, person: PersonId) -> Result<PersonId> {
        if !self.inner.demo {
            return Err(PortalError::NotFound.into());
        }
        let known = self.store().demo_memberships().await?;
        let found = known.iter().find(|(p, _)| p.id == person && !p.deactivated);
        let (person, membership) = found.ok_or(PortalError::NotFound)?;
        let ctx = self.system();
        let authorized = ctx.authorize(Action::SignIn, &Resource::portal())?;
        let mut audit = authorized.audit("demo", None, None);
        audit.person = Some(person.id);
        audit.acting_as = Some(membership.organisation);
        self.commit(&authorized, Commit { writes: vec![], audit, events: vec![] }).await?;
        Ok(person.id)
    }

    /// Records that somebody signed out.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn sign_out(&self, ctx: &Ctx) -> Result<()> {
        let Some(person) = ctx.person_id() else { return Ok(()) };
        let authorized = self.system().authorize(Action::SignOut, &Resource::portal())?;
        let mut audit = authorized.audit("session", None, None);
        audit.person = Some(person);
        self.commit(&authorized, Commit { writes: vec![], audit, events: vec![] }).await
    }

    /// The actor of a person as of now: memberships and mandates are read at every request, so that whoever loses them
    /// is out at once. `None` for unknown or deactivated people.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn actor(&self, person: PersonId) -> Result<Option<Actor>> {
        let now = self.inner.clock.now();
        let Some(person) = self.store().person(person).await?.filter(|p| !p.deactivated) else { return Ok(None) };
        let memberships = self.store().memberships(person.id, now).await?;
        let mut organisations: Vec<OrganisationId> = memberships.iter().map(|m| m.organisation).collect();
        organisations.dedup();
        let mandates = self.store().mandates_held(&organisations, now).await?;
        Ok(Some(Actor::Person { person, memberships, mandates }))
    }
}

/// Who is signed in, for the frame of a page.
pub fn signed_in(ctx: &Ctx) -> Option<SignedIn> {
    let person = ctx.person()?;
    let memberships = ctx.memberships();
    let is =
        |kind: OrganisationKind, role: Role| memberships.iter().any(|m| m.organisation_kind == kind && m.role == role);
    let reads_cases = !ctx.scope(Action::CaseRead).is_empty();
    let places = [
        (Place::Requests, reads_cases),
        (Place::Installations, reads_cases),
        (
            Place::Packages,
            memberships.iter().any(|m| m.organisation_kind.publishes() && m.role == Role::Publisher)
                || is(OrganisationKind::StateBody, Role::Curator),
        ),
        (Place::WorkList, is(OrganisationKind::StateBody, Role::Consultant)),
        (
            Place::DataCentres,
            is(OrganisationKind::Operator, Role::Operator) || is(OrganisationKind::Portal, Role::PortalAdmin),
        ),
        (Place::Audit, !ctx.scope(Action::AuditRead).is_empty()),
    ];
    Some(SignedIn {
        name: person.name.clone(),
        roles: memberships.iter().map(|m| (m.role, m.organisation, m.organisation_name.clone())).collect(),
        places: places.into_iter().filter(|(_, may)| *may).map(|(p, _)| p).collect(),
    })
}

impl Portal {
    /// What stands around a page.
    pub fn frame(&self, ctx: &Ctx, path: &str, notice: Option<String>) -> portal_model::pages::Frame {
        portal_model::pages::Frame {
            lang: ctx.lang,
            path: path.to_owned(),
            user: signed_in(ctx),
            demo: self.inner.demo,
            notice,
        }
    }
}
