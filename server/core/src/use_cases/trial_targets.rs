//! Operators admit trials of packages in their test environments, and see what runs there.

use super::{Portal, invalid};
use crate::{
    Ctx,
    authz::{Action, Resource},
    error::{Result, rule},
    ports::{Commit, Write},
};
use portal_model::{PortalError, TargetId, data_centre::Target, form::FieldError, pages::trials::TrialTargetPage};

/// Trials at the same time in one target, unless the operator says another number.
pub const TRIALS_AT_ONCE: i64 = 2;
/// The most that may be said.
const MOST: i64 = 20;
/// Trials shown on the page of a target.
const SHOWN: i64 = 50;

impl Portal {
    /// Admits so many trials at the same time in a target, or none.
    ///
    /// # Errors
    /// `Invalid` at `gleichzeitig` for a number that does not fit; rule `trials_admitted` for a target in which no trial
    /// may ever run; `NotFound` for targets of others.
    pub async fn trials_admit(&self, ctx: &Ctx, target: TargetId, at_once: i64) -> Result<()> {
        let (target, data_centre, authorized) = self.own_target(ctx, Action::TrialsAdmit, target).await?;
        if !(0..=MOST).contains(&at_once) {
            return Err(invalid(vec![FieldError::new("gleichzeitig", "between").with("min", 1).with("max", MOST)]));
        }
        if at_once > 0 && !target.may_admit_trials() {
            return Err(rule("trials_admitted"));
        }
        let subject = format!("{}/{}", data_centre.slug, target.namespace);
        let detail = serde_json::json!({ "trials": { "before": target.trials, "after": at_once } });
        let audit = authorized.audit(subject, None, Some(detail));
        let writes = vec![Write::AdmitTrials(target.id, at_once)];
        self.commit(&authorized, Commit { writes, audit, events: vec![] }).await
    }

    /// The page of a target: whether trials are admitted, and what ran there.
    ///
    /// # Errors
    /// `NotFound` for targets of others.
    pub async fn trial_target_page(&self, ctx: &Ctx, target: TargetId) -> Result<TrialTargetPage> {
        let (target, data_centre, _) = self.own_target(ctx, Action::TrialsAdmit, target).await?;
        let found = self.store().trials_in(target.id, SHOWN).await?;
        Ok(TrialTargetPage {
            id: target.id,
            name: target.namespace.clone(),
            data_centre: data_centre.name,
            simulated: data_centre.simulated,
            may_admit: target.may_admit_trials(),
            admitted: target.trials > 0,
            at_once: if target.trials > 0 { target.trials } else { TRIALS_AT_ONCE }.to_string(),
            trials: found.iter().map(|t| super::trial_pages::row(t, None)).collect(),
            errors: Vec::new(),
        })
    }

    /// Whether a data centre has a test environment; without one nothing goes to production there.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn has_test_target(&self, data_centre: portal_model::DataCentreId) -> Result<bool> {
        let all = self.store().target_list().await?;
        Ok(all.iter().any(|t| t.data_centre == data_centre && t.stage == portal_model::data_centre::Stage::Test))
    }

    /// A target by the short name of its data centre and its own name, for the command line.
    ///
    /// # Errors
    /// `NotFound` if there is none.
    pub async fn target_named(&self, ctx: &Ctx, data_centre: &str, name: &str) -> Result<Target> {
        let centres = self.store().data_centre_list().await?;
        let centre = centres.into_iter().find(|d| d.slug == data_centre).ok_or(PortalError::NotFound)?;
        ctx.authorize(Action::TrialsAdmit, &Resource::of_operator(centre.operator))?;
        let found =
            self.store().target_list().await?.into_iter().find(|t| t.data_centre == centre.id && t.namespace == name);
        Ok(found.ok_or(PortalError::NotFound)?)
    }
}
