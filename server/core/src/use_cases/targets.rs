//! Data centres and targets: registering them, and which of them a Verfahren may use.

use super::Portal;
use crate::{
    Ctx,
    authz::{Action, Resource},
    error::{Result, rule},
    ports::{Commit, Write, new_uuid},
};
use portal_model::{
    DataCentreId, Land, OrganisationId, PortalError, TargetId, Timestamp,
    data_centre::{DataCentre, Stage, Target, TargetKind},
    operating::Operating,
    organisation::Organisation,
    verfahren::ReleaseFacts,
};
use std::{collections::HashMap, fmt};

/// Field under which the credential of a target is sealed.
pub(super) const CREDENTIAL: &str = "credential";

/// A data centre to register.
#[derive(Debug, Clone)]
pub struct NewDataCentre {
    /// Name.
    pub name: String,
    /// Unique short name.
    pub slug: String,
    /// Slug of the operator.
    pub operator: String,
    /// Länder it serves.
    pub laender: Vec<Land>,
    /// End of the C5 evidence.
    pub evidence_until: Option<Timestamp>,
    /// Simulated.
    pub simulated: bool,
}

/// A target to register. Its `Debug` form leaves the credential out.
#[derive(Clone)]
pub struct NewTarget {
    /// Slug of the data centre.
    pub data_centre: String,
    /// Kind.
    pub kind: TargetKind,
    /// Stage.
    pub stage: Stage,
    /// Namespace or host.
    pub namespace: String,
    /// Address of the API server or host.
    pub endpoint: String,
    /// Slug of the only municipality it serves.
    pub only_for: Option<String>,
    /// Domain of what runs there.
    pub domain: String,
    /// Class of Ingress objects; empty: the cluster's default.
    pub ingress_class: String,
    /// Class of volumes; empty: the cluster's default.
    pub storage_class: String,
    /// Secret with the certificate for the domain; empty: the ingress has one of its own.
    pub tls_secret: String,
    /// Capacity.
    pub capacity: i64,
    /// Credential: a minimal kubeconfig.
    pub credential: String,
}

impl fmt::Debug for NewTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { data_centre, stage, namespace, endpoint, .. } = self;
        f.debug_struct("NewTarget")
            .field("data_centre", data_centre)
            .field("stage", stage)
            .field("namespace", namespace)
            .field("endpoint", endpoint)
            .finish_non_exhaustive()
    }
}

/// A data centre with its targets and how many of their places are taken.
pub(super) struct Offer {
    pub data_centre: DataCentre,
    pub targets: Vec<(Target, i64)>,
    pub evidence_ended: bool,
}

impl Offer {
    /// The target for a municipality and stage: its own one before a shared one.
    pub fn target(&self, municipality: OrganisationId, facts: &ReleaseFacts, stage: Stage) -> Option<&Target> {
        let served = |kind| kind == TargetKind::Kubernetes && facts.target_kinds.contains(&kind);
        let fits = |t: &&(Target, i64)| t.0.stage == stage && !t.0.closed && served(t.0.kind) && t.1 < t.0.capacity;
        let mut found: Vec<&(Target, i64)> =
            self.targets.iter().filter(fits).filter(|(t, _)| t.only_for.is_none_or(|o| o == municipality)).collect();
        found.sort_by_key(|(t, load)| (t.only_for.is_none(), *load, t.id));
        found.first().map(|(t, _)| t)
    }

    /// Why a Verwaltung cannot use a release here, as a stable word; `None` if it can.
    pub fn refusal(&self, municipality: &Organisation, facts: &ReleaseFacts) -> Option<&'static str> {
        let land = super::catalogue::land(municipality);
        if !land.is_some_and(|l| self.data_centre.laender.contains(&l)) {
            return Some("land");
        }
        if !self.targets.iter().any(|(t, _)| facts.target_kinds.contains(&t.kind)) {
            return Some("kind");
        }
        // This portal provisions into Kubernetes only, so far; better said here than found out by a stuck operation.
        if self
            .targets
            .iter()
            .filter(|(t, _)| facts.target_kinds.contains(&t.kind))
            .all(|(t, _)| t.kind == TargetKind::Vm)
        {
            return Some("vm");
        }
        if !self.targets.iter().any(|(t, _)| facts.target_kinds.contains(&t.kind) && t.stage == Stage::Test) {
            return Some("no_test_target");
        }
        if !self.targets.iter().any(|(t, _)| facts.target_kinds.contains(&t.kind) && t.stage == Stage::Production) {
            return Some("no_production_target");
        }
        if self.evidence_ended {
            return Some("evidence");
        }
        let both = Stage::ALL.iter().all(|s| self.target(municipality.id, facts, *s).is_some());
        (!both).then_some("full")
    }
}

impl Portal {
    pub(super) async fn offers(&self) -> Result<Vec<Offer>> {
        let load: HashMap<TargetId, i64> =
            self.store().target_load().await?.into_iter().map(|(id, l)| (id, l.promised)).collect();
        let mut targets: HashMap<DataCentreId, Vec<(Target, i64)>> = HashMap::new();
        for t in self.store().target_list().await? {
            let used = load.get(&t.id).copied().unwrap_or(0);
            targets.entry(t.data_centre).or_default().push((t, used));
        }
        let now = self.inner.clock.now();
        let list = self.store().data_centre_list().await?;
        Ok(list
            .into_iter()
            .map(|d| Offer {
                targets: targets.remove(&d.id).unwrap_or_default(),
                evidence_ended: d.evidence_until.is_some_and(|until| until <= now),
                data_centre: d,
            })
            .collect())
    }

    /// Registers a data centre.
    ///
    /// # Errors
    /// If the operator is unknown, the slug is taken, or the actor may not.
    pub async fn data_centre_add(&self, ctx: &Ctx, new: NewDataCentre) -> Result<DataCentreId> {
        let operator = self.store().organisation_by_slug(&new.operator).await?.ok_or(PortalError::NotFound)?;
        let authorized = ctx.authorize(Action::TargetAdd, &Resource::of_operator(operator.id))?;
        super::check_slug(&new.slug)?;
        let id = DataCentreId(new_uuid(ctx.now));
        let data_centre = DataCentre {
            id,
            name: new.name,
            slug: new.slug.clone(),
            operator: operator.id,
            laender: new.laender,
            evidence_until: new.evidence_until,
            simulated: new.simulated,
        };
        let audit = authorized.audit(new.slug, None, None);
        self.commit(&authorized, Commit { writes: vec![Write::InsertDataCentre(data_centre)], audit, events: vec![] })
            .await?;
        Ok(id)
    }

    /// Registers a target; its credential is sealed for the worker before it is stored.
    ///
    /// # Errors
    /// If the data centre or municipality is unknown, or the actor may not.
    pub async fn target_add(&self, ctx: &Ctx, new: NewTarget) -> Result<TargetId> {
        let data_centres = self.store().data_centre_list().await?;
        let data_centre = data_centres.into_iter().find(|d| d.slug == new.data_centre).ok_or(PortalError::NotFound)?;
        let authorized = ctx.authorize(Action::TargetAdd, &Resource::of_operator(data_centre.operator))?;
        let only_for = match &new.only_for {
            Some(slug) => {
                Some(self.store().organisation_by_slug(slug).await?.ok_or_else(|| rule("unknown_municipality"))?.id)
            }
            None => None,
        };
        let id = TargetId(new_uuid(ctx.now));
        let target = Target {
            id,
            data_centre: data_centre.id,
            kind: new.kind,
            stage: new.stage,
            namespace: new.namespace,
            endpoint: new.endpoint,
            only_for,
            domain: new.domain,
            ingress_class: new.ingress_class,
            storage_class: new.storage_class,
            tls_secret: new.tls_secret,
            closed: false,
            capacity: new.capacity,
            trials: 0,
            operating: Operating::default(),
        };
        let row = self.sealed_credential(data_centre.operator, id, 1, &new.credential)?;
        let audit = authorized.audit(format!("{}/{}", data_centre.slug, target.namespace), None, None);
        let writes = vec![Write::InsertTarget(target), Write::PutSecret(row)];
        self.commit(&authorized, Commit { writes, audit, events: vec![] }).await?;
        Ok(id)
    }
}
