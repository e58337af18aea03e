//! Creating organisations, people and mandates.

use super::Portal;
use crate::{
    Ctx,
    authz::{Action, Resource},
    error::Result,
    ports::{Commit, Write, new_uuid},
};
use portal_model::{
    Land, MandateId, OrganisationId, PersonId, PortalError, Timestamp, VerfahrenId,
    ars::Ars,
    mandate::{Mandate, MandateScope},
    organisation::{Area, MunicipalityKind, Organisation, OrganisationKind, Role},
    person::Person,
};

/// An organisation to create.
#[derive(Debug, Clone)]
pub struct NewOrganisation {
    /// Kind.
    pub kind: OrganisationKind,
    /// Official name.
    pub name: String,
    /// Unique short name.
    pub slug: String,
    /// Kind of Verwaltung.
    pub municipality_kind: Option<MunicipalityKind>,
    /// Key.
    pub ars: Option<Ars>,
    /// Länder it is admitted in.
    pub laender: Vec<Land>,
    /// Gemeinden it serves.
    pub areas: Vec<Area>,
    /// Shown among those that run a Verfahren.
    pub public_adopter: bool,
    /// Part of the demonstration.
    pub demo: bool,
}

/// A mandate to record.
#[derive(Debug, Clone)]
pub struct NewMandate {
    /// Municipality.
    pub municipality: OrganisationId,
    /// Its Land.
    pub land: Land,
    /// Holder.
    pub holder: OrganisationId,
    /// What it covers.
    pub scopes: Vec<MandateScope>,
    /// Only these Verfahren; empty means all.
    pub verfahren: Vec<VerfahrenId>,
    /// Last moment.
    pub until: Timestamp,
}

impl Portal {
    /// Creates an organisation.
    ///
    /// # Errors
    /// `Exists` if the slug is taken, a rule if it is none.
    pub async fn organisation_add(&self, ctx: &Ctx, new: NewOrganisation) -> Result<OrganisationId> {
        let authorized = ctx.authorize(Action::OrganisationAdd, &Resource::portal())?;
        super::check_slug(&new.slug)?;
        let id = OrganisationId(new_uuid(ctx.now));
        let audit = authorized.audit(&new.slug, None, None);
        let organisation = Organisation {
            id,
            kind: new.kind,
            name: new.name,
            slug: new.slug,
            municipality_kind: new.municipality_kind,
            ars: new.ars,
            laender: new.laender,
            public_adopter: new.public_adopter,
            demo: new.demo,
        };
        let (_, wrapped) = self.inner.keys.new_data_key(id)?;
        let writes = vec![Write::InsertOrganisation(organisation, new.areas), Write::InsertDataKey(id, wrapped)];
        self.commit(&authorized, Commit { writes, audit, events: vec![] }).await?;
        Ok(id)
    }

    /// Creates a person with roles.
    ///
    /// # Errors
    /// If the database refuses.
    pub async fn person_add(&self, ctx: &Ctx, name: &str, roles: &[(OrganisationId, Role)]) -> Result<PersonId> {
        let authorized = ctx.authorize(Action::OrganisationAdd, &Resource::portal())?;
        let id = PersonId(new_uuid(ctx.now));
        let mut writes = vec![Write::InsertPerson(Person { id, name: name.to_owned(), deactivated: false })];
        writes.extend(roles.iter().map(|(organisation, role)| Write::InsertMembership(id, *organisation, *role, None)));
        let audit = authorized.audit(id, None, None);
        self.commit(&authorized, Commit { writes, audit, events: vec![] }).await?;
        Ok(id)
    }

    /// Records a mandate that a municipality gives.
    ///
    /// # Errors
    /// `NotFound` if the actor may not.
    pub async fn mandate_grant(&self, ctx: &Ctx, new: NewMandate) -> Result<MandateId> {
        let resource = Resource::of_tenant(new.municipality, new.land, None);
        let authorized = ctx.authorize(Action::MandateGrant, &resource)?;
        if new.until <= ctx.now || new.scopes.is_empty() {
            return Err(PortalError::Rule { rule: "mandate_empty".into() }.into());
        }
        let id = MandateId(new_uuid(ctx.now));
        let mandate = Mandate {
            id,
            municipality: new.municipality,
            holder: new.holder,
            scopes: new.scopes,
            verfahren: new.verfahren,
            from: ctx.now,
            until: new.until,
            revoked_at: None,
        };
        let audit = authorized.audit(id, None, None);
        self.commit(&authorized, Commit { writes: vec![Write::InsertMandate(mandate)], audit, events: vec![] }).await?;
        Ok(id)
    }
}
