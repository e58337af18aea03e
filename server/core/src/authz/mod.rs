//! THE permission check. A use case begins with [`Ctx::authorize`] and gets a token that every writing call of the
//! store asks for; nothing else can make one. The policy is the table in `policy.rs`.

mod policy;

pub use policy::{Action, Grant, POLICY, Relation};

use crate::{
    Actor, Ctx,
    error::Result,
    ports::{NewAudit, Scope},
};
use portal_model::{
    Land, MandateId, OrganisationId, PersonId, PortalError, RequestId, Timestamp, VerfahrenId, mandate::Mandate,
    organisation::OrganisationKind, person::Membership,
};

/// What an action is about: the facts that relations are made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resource {
    /// The municipality it belongs to.
    pub tenant: Option<OrganisationId>,
    /// The tenant's Land.
    pub land: Option<Land>,
    /// The Verfahren it is about.
    pub verfahren: Option<VerfahrenId>,
    /// The vendor it belongs to.
    pub vendor: Option<OrganisationId>,
    /// The operator it belongs to.
    pub operator: Option<OrganisationId>,
    /// For entries of the record: a Land of the organisation that acted.
    pub acted_in: Option<Land>,
}

impl Resource {
    /// Something of no tenant: the catalogue, the portal itself.
    pub fn portal() -> Self {
        Self::default()
    }

    /// Something of a municipality.
    pub fn of_tenant(tenant: OrganisationId, land: Land, verfahren: Option<VerfahrenId>) -> Self {
        Self { tenant: Some(tenant), land: Some(land), verfahren, ..Self::default() }
    }

    /// Something of a vendor.
    pub fn of_vendor(vendor: OrganisationId) -> Self {
        Self { vendor: Some(vendor), ..Self::default() }
    }

    /// A package or release of a vendor; `None` is a Verfahren that is not in the catalogue yet.
    pub fn of_package(vendor: OrganisationId, verfahren: Option<VerfahrenId>) -> Self {
        Self { vendor: Some(vendor), verfahren, ..Self::default() }
    }

    /// A trial of a vendor's package in an operator's target.
    pub fn of_trial(vendor: OrganisationId, verfahren: Option<VerfahrenId>, operator: OrganisationId) -> Self {
        Self { vendor: Some(vendor), verfahren, operator: Some(operator), ..Self::default() }
    }

    /// An entry of the record about no tenant, by an organisation of this Land.
    pub fn act_in(land: Land) -> Self {
        Self { acted_in: Some(land), ..Self::default() }
    }

    /// Something of an operator.
    pub fn of_operator(operator: OrganisationId) -> Self {
        Self { operator: Some(operator), ..Self::default() }
    }
}

/// Proof that the permission was checked, and what the record says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorized {
    action: Action,
    at: Timestamp,
    person: Option<PersonId>,
    acting_as: Option<OrganisationId>,
    mandate: Option<MandateId>,
    resource: Resource,
}

impl Authorized {
    /// The action that was allowed.
    pub fn action(&self) -> Action {
        self.action
    }

    /// Who.
    pub fn person(&self) -> Option<PersonId> {
        self.person
    }

    /// Under which mandate, if not by the municipality itself.
    pub fn mandate(&self) -> Option<MandateId> {
        self.mandate
    }

    /// The entry of the record for this act.
    pub fn audit(
        &self,
        subject: impl ToString,
        request: Option<RequestId>,
        detail: Option<serde_json::Value>,
    ) -> NewAudit {
        NewAudit {
            at: self.at,
            person: self.person,
            acting_as: self.acting_as,
            municipality: self.resource.tenant,
            land: self.resource.land,
            mandate: self.mandate,
            action: self.action.word().to_owned(),
            subject: subject.to_string(),
            request,
            detail,
        }
    }
}

impl Ctx {
    /// Checks whether the actor may do this, and says how: in which organisation and under which mandate.
    ///
    /// # Errors
    /// `SignInRequired` for anyone not signed in; `Forbidden` for somebody who may see the resource but not do this;
    /// `NotFound` for everyone else, the same as for what does not exist (R4).
    pub fn authorize(&self, action: Action, resource: &Resource) -> Result<Authorized> {
        if let Some(authorized) = self.granted(action, resource) {
            return Ok(authorized);
        }
        Err(match self.actor {
            Actor::Anonymous => PortalError::SignInRequired,
            _ if self.granted(action.sight(), resource).is_some() => PortalError::Forbidden,
            _ => PortalError::NotFound,
        }
        .into())
    }

    /// Whether the actor may do this; for showing or hiding a button, never for deciding.
    pub fn may(&self, action: Action, resource: &Resource) -> bool {
        self.granted(action, resource).is_some()
    }

    /// Which rows the actor may see with this action.
    pub fn scope(&self, action: Action) -> Scope {
        let mut scope = Scope::default();
        for grant in action.grants() {
            match &self.actor {
                Actor::System | Actor::CommandLine => scope.all |= self.is_machine(grant.relation),
                Actor::Token { person, token, memberships } if !person.deactivated => {
                    let reaches =
                        action.is_for_tokens() && grant.relation == Relation::Vendor && token.is_live(self.now);
                    let own = |m: &&Membership| reaches && m.role == grant.role && m.organisation == token.organisation;
                    for m in memberships.iter().filter(own).filter(|m| !self.has_ended(m)) {
                        self.widen(&mut scope, grant, m);
                    }
                }
                Actor::Person { person, memberships, .. } if !person.deactivated => {
                    for m in memberships.iter().filter(|m| m.role == grant.role && !self.has_ended(m)) {
                        self.widen(&mut scope, grant, m);
                    }
                }
                Actor::Anonymous | Actor::Person { .. } | Actor::Token { .. } => {}
            }
        }
        scope.tenants.sort();
        scope.tenants.dedup();
        scope.laender.sort();
        scope.laender.dedup();
        scope.limited.retain(|(tenant, _)| !scope.tenants.contains(tenant));
        scope.limited.sort();
        scope.limited.dedup();
        scope
    }

    fn widen(&self, scope: &mut Scope, grant: &Grant, m: &Membership) {
        match grant.relation {
            Relation::Tenant if m.organisation_kind == OrganisationKind::Municipality => {
                scope.tenants.push(m.organisation);
            }
            Relation::Mandatary(needed) => {
                let covers =
                    |x: &&Mandate| x.holder == m.organisation && x.is_live(self.now) && x.scopes.contains(&needed);
                for x in self.mandates().iter().filter(covers) {
                    match x.verfahren.as_slice() {
                        [] => scope.tenants.push(x.municipality),
                        some => scope.limited.push((x.municipality, some.to_vec())),
                    }
                }
            }
            Relation::Land if m.organisation_kind == OrganisationKind::StateBody => scope.laender.extend(&m.laender),
            Relation::Audit | Relation::AuditRecord if m.organisation_kind == OrganisationKind::Audit => {
                scope.laender.extend(&m.laender);
            }
            Relation::Vendor if m.organisation_kind.publishes() => scope.tenants.push(m.organisation),
            Relation::StateBody if m.organisation_kind == OrganisationKind::StateBody => scope.all = true,
            Relation::Portal if m.organisation_kind == OrganisationKind::Portal => scope.all = true,
            Relation::PortalOwn if m.organisation_kind == OrganisationKind::Portal => scope.untenanted = true,
            _ => {}
        }
    }

    fn has_ended(&self, m: &Membership) -> bool {
        m.until.is_some_and(|until| until <= self.now)
    }

    fn is_machine(&self, relation: Relation) -> bool {
        matches!(
            (&self.actor, relation),
            (Actor::System, Relation::System) | (Actor::CommandLine, Relation::CommandLine)
        )
    }

    fn granted(&self, action: Action, resource: &Resource) -> Option<Authorized> {
        action.grants().iter().find_map(|grant| {
            let (acting_as, mandate) = match &self.actor {
                Actor::System | Actor::CommandLine => self.is_machine(grant.relation).then_some((None, None))?,
                Actor::Anonymous => return None,
                Actor::Person { person, memberships, .. } if !person.deactivated => memberships
                    .iter()
                    .filter(|m| m.role == grant.role)
                    .find_map(|m| self.relates(grant, m, resource))?,
                Actor::Token { token, person, memberships } if !person.deactivated => memberships
                    .iter()
                    .filter(|m| action.is_for_tokens() && m.role == grant.role && m.organisation == token.organisation)
                    .filter(|_| grant.relation == Relation::Vendor && token.is_live(self.now))
                    .filter(|_| token.covers(resource.verfahren))
                    .find_map(|m| self.relates(grant, m, resource))?,
                Actor::Person { .. } | Actor::Token { .. } => return None,
            };
            Some(Authorized { action, at: self.now, person: self.person_id(), acting_as, mandate, resource: *resource })
        })
    }

    /// Whether a membership stands in the grant's relation to the resource.
    fn relates(
        &self,
        grant: &Grant,
        m: &Membership,
        r: &Resource,
    ) -> Option<(Option<OrganisationId>, Option<MandateId>)> {
        let here = Some((Some(m.organisation), None));
        if self.has_ended(m) {
            return None;
        }
        match grant.relation {
            Relation::Tenant => (r.tenant == Some(m.organisation)).then_some(here)?,
            Relation::Mandatary(scope) => {
                let mandate = self.mandates().iter().find(|x| {
                    x.holder == m.organisation
                        && Some(x.municipality) == r.tenant
                        && x.covers(scope, r.verfahren, self.now)
                })?;
                Some((Some(m.organisation), Some(mandate.id)))
            }
            Relation::Land => {
                let fits = m.organisation_kind == OrganisationKind::StateBody
                    && r.land.is_some_and(|l| m.laender.contains(&l));
                fits.then_some(here)?
            }
            Relation::StateBody => (m.organisation_kind == OrganisationKind::StateBody).then_some(here)?,
            Relation::Audit => {
                let fits =
                    m.organisation_kind == OrganisationKind::Audit && r.land.is_none_or(|l| m.laender.contains(&l));
                fits.then_some(here)?
            }
            Relation::AuditRecord => {
                let fits = m.organisation_kind == OrganisationKind::Audit
                    && r.land.or(r.acted_in).is_some_and(|l| m.laender.contains(&l));
                fits.then_some(here)?
            }
            Relation::Vendor => (r.vendor == Some(m.organisation)).then_some(here)?,
            Relation::Operator => (r.operator == Some(m.organisation)).then_some(here)?,
            Relation::Portal => (m.organisation_kind == OrganisationKind::Portal).then_some(here)?,
            Relation::PortalOwn => {
                (m.organisation_kind == OrganisationKind::Portal && r.tenant.is_none()).then_some(here)?
            }
            Relation::System | Relation::CommandLine => None,
        }
    }
}
