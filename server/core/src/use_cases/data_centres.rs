//! Data centres as their operators see them.

use super::Portal;
use crate::{
    Actor, Ctx,
    authz::{Action, Resource},
    error::Result,
};
use portal_model::{PortalError, data_centre::DataCentre, pages::data_centres::*};
use std::collections::HashMap;

impl Portal {
    /// The data centres of the person's organisation; all of them for the portal's administration.
    ///
    /// # Errors
    /// `NotFound` for anyone who operates none.
    pub async fn data_centres_page(&self, ctx: &Ctx) -> Result<DataCentresPage> {
        if ctx.actor == Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        let list = self.store().data_centre_list().await?.into_iter();
        let mine = list.filter(|d| ctx.may(Action::DataCentreRead, &Resource::of_operator(d.operator)));
        let mine: Vec<DataCentre> = mine.collect();
        if mine.is_empty() {
            return Err(PortalError::NotFound.into());
        }
        // Names are in memory; load and targets are read for somebody who sees some of them only.
        let organisations = self.organisations().await?;
        let load: HashMap<_, _> = self.store().target_load().await?.into_iter().collect();
        let targets = self.store().target_list().await?;
        let maintenance = self.store().maintenance(ctx.now).await?;
        let warnings = self.evidence_warnings(ctx).await?;
        let data_centres: Vec<DataCentreView> = mine
            .into_iter()
            .map(|d| DataCentreView {
                may_change: ctx.may(Action::TargetAdd, &Resource::of_operator(d.operator)),
                warnings: warnings.iter().filter(|w| w.slug == d.slug).cloned().collect(),
                operator: organisations.name(d.operator),
                laender: d.laender.iter().map(|l| l.name().to_owned()).collect(),
                simulated: d.simulated,
                evidence_until: d.evidence_until,
                targets: targets
                    .iter()
                    .filter(|t| t.data_centre == d.id)
                    .map(|t| {
                        let load = load.get(&t.id).copied().unwrap_or_default();
                        TargetView {
                            id: t.id,
                            name: t.namespace.clone(),
                            kind: t.kind,
                            stage: t.stage,
                            closed: t.closed,
                            stopped: t.operating.stopped.is_some(),
                            maintenance: maintenance.iter().any(|m| m.target == t.id && m.is_now(ctx.now)),
                            deployments: load.deployments,
                            capacity: t.capacity,
                            running: load.running,
                            stuck: load.stuck,
                            trials: t.trials,
                            may_admit_trials: t.may_admit_trials()
                                && ctx.may(Action::TrialsAdmit, &Resource::of_operator(d.operator)),
                        }
                    })
                    .collect(),
                name: d.name,
                slug: d.slug,
            })
            .collect();
        Ok(DataCentresPage { data_centres })
    }
}
