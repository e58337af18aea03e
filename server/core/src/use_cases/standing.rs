//! What a Verwaltung decides alone about what is live: going back to what it had agreed to before, stopping, starting again.

use super::{
    Portal,
    activation::moved,
    changes::{going_back, in_state, value_changes},
    check_lock, invalid, needed_note, optional_note, remark,
};
use crate::{
    Ctx,
    authz::Action,
    engine,
    error::{Result, rule},
    ports::{CaseRecord, Write},
};
use portal_model::{
    PortalError,
    data_centre::Stage,
    form::FieldError,
    installation::{Deployment, Installation, InstallationState as I, Revision},
    pages::change::*,
    reference::Reference,
    verfahren::ReleaseState,
};

/// Earlier states that are offered.
const EARLIER: i64 = 20;

impl Portal {
    /// Earlier states that production may go back to.
    ///
    /// # Errors
    /// `WrongState` unless it is live.
    pub async fn rollback_page(&self, ctx: &Ctx, r: &Reference) -> Result<RollbackPage> {
        let (case, _) = self.case_for(ctx, Action::InstallationRollback, r).await?;
        let installation = in_state(&case, I::Live)?;
        let (production, current) = self.in_production(installation).await?;
        let package = self.readable(&current.package_digest).await?;
        let now = self.store().configuration(current.configuration).await?.ok_or_else(|| rule("no_configuration"))?;
        let mut offers = Vec::new();
        for revision in self.earlier(&production, &current).await? {
            let Some(release) = self.catalogue_now().await?.release(revision.release) else { continue };
            let old = self.readable(&revision.package_digest).await?;
            let Some(values) = self.store().configuration(revision.configuration).await? else { continue };
            offers.push(RollbackOffer {
                id: revision.id.to_string(),
                version: release.release.version.clone(),
                applied_at: revision.applied_at,
                values: value_changes(ctx, &case.request, (&package, &now.values), (&old, &values.values)),
            });
        }
        Ok(RollbackPage {
            head: self.head(ctx, &case).await?,
            going_back: going_back(&package),
            offers,
            chosen: String::new(),
            reason: String::new(),
            understood: false,
            errors: Vec::new(),
        })
    }

    /// Sends production back to an earlier state. `understood`: that what was entered since the update is lost, where the
    /// package brings its backup back.
    ///
    /// # Errors
    /// `Invalid` at `stand`, `begruendung` or `verstanden`; `Rule("no_way_back")` if the version that runs has none.
    pub async fn rollback(
        &self,
        ctx: &Ctx,
        r: &Reference,
        lock: i64,
        chosen: &str,
        reason: &str,
        understood: bool,
    ) -> Result<()> {
        let (case, authorized) = self.case_for(ctx, Action::InstallationRollback, r).await?;
        check_lock(&case, lock)?;
        let before = in_state(&case, I::Live)?;
        let (production, current) = self.in_production(before).await?;
        let way = going_back(&*self.readable(&current.package_digest).await?);
        if way == GoingBack::None {
            return Err(rule("no_way_back"));
        }
        let earlier = self.earlier(&production, &current).await?;
        let to = earlier.iter().find(|revision| revision.id.to_string() == chosen);
        let mut errors = Vec::new();
        if to.is_none() {
            errors.push(FieldError::new("stand", "choose_state"));
        }
        let reason = needed_note("begruendung", reason);
        if reason.is_err() {
            errors.push(FieldError::new("begruendung", "note_required"));
        }
        if way == GoingBack::Restore && !understood {
            errors.push(FieldError::new("verstanden", "confirm_loss"));
        }
        let (Some(to), true) = (to, errors.is_empty()) else { return Err(invalid(errors)) };
        let installation = moved(ctx, before, I::RollingBack);
        let restores = way == GoingBack::Restore;
        let operation = engine::new_rollback(&installation, &production, to, &current, restores, ctx.now);
        let writes = vec![Write::InsertOperation(operation)];
        self.commit_installation(ctx, &authorized, &case, installation, writes, remark(&reason?)).await
    }

    /// Asks whether production is to be stopped, or started again.
    ///
    /// # Errors
    /// `WrongState` unless it is live or stopped.
    pub async fn suspend_page(&self, ctx: &Ctx, r: &Reference) -> Result<SuspendPage> {
        let (case, _) = self.case_for(ctx, Action::InstallationSuspend, r).await?;
        let state = case.installation.as_ref().map(|i| i.state).filter(|s| matches!(s, I::Live | I::Suspended));
        let state = state.ok_or(PortalError::WrongState)?;
        Ok(SuspendPage {
            head: self.head(ctx, &case).await?,
            suspended: state == I::Suspended,
            reason: String::new(),
            errors: Vec::new(),
        })
    }

    /// Stops production. Its data stay; citizens cannot use it meanwhile.
    ///
    /// # Errors
    /// `Invalid` at `begruendung` without a reason; `WrongState` unless it is live.
    pub async fn suspend(&self, ctx: &Ctx, r: &Reference, lock: i64, reason: &str) -> Result<()> {
        self.sleep(ctx, r, lock, true, reason).await
    }

    /// Starts production again, as it was.
    ///
    /// # Errors
    /// `WrongState` unless it is stopped; `Rule("release_unsafe")` if its version was withdrawn as unsafe meanwhile.
    pub async fn resume(&self, ctx: &Ctx, r: &Reference, lock: i64, note: &str) -> Result<()> {
        self.sleep(ctx, r, lock, false, note).await
    }

    async fn sleep(&self, ctx: &Ctx, r: &Reference, lock: i64, asleep: bool, note: &str) -> Result<()> {
        let (case, authorized) = self.case_for(ctx, Action::InstallationSuspend, r).await?;
        check_lock(&case, lock)?;
        let note = match asleep {
            true => needed_note("begruendung", note)?,
            false => optional_note("begruendung", note)?,
        };
        let (from, next) = if asleep { (I::Live, I::Suspending) } else { (I::Suspended, I::Resuming) };
        let before = in_state(&case, from)?;
        let (production, current) = self.in_production(before).await?;
        if !asleep && self.is_unsafe(&current).await? {
            return Err(rule("release_unsafe"));
        }
        let installation = moved(ctx, before, next);
        let operation = engine::new_sleep(&installation, &production, &current, asleep, ctx.now);
        let writes = vec![Write::InsertOperation(operation)];
        self.commit_installation(ctx, &authorized, &case, installation, writes, remark(&note)).await
    }

    /// What runs in production.
    async fn in_production(&self, installation: &Installation) -> Result<(Deployment, Revision)> {
        let (deployment, revision) = self.deployed(installation, Stage::Production).await?;
        deployment.zip(revision).ok_or_else(|| PortalError::WrongState.into())
    }

    /// Whether there is an earlier state to go back to.
    pub(super) async fn may_go_back(&self, case: &CaseRecord) -> Result<bool> {
        let Ok(installation) = in_state(case, I::Live) else { return Ok(false) };
        let (Some(production), Some(current)) = self.deployed(installation, Stage::Production).await? else {
            return Ok(false);
        };
        Ok(!self.earlier(&production, &current).await?.is_empty())
    }

    /// States that this production had and that may be applied again (R1): each pair once, none that is unsafe, not the
    /// one that runs.
    async fn earlier(&self, production: &Deployment, current: &Revision) -> Result<Vec<Revision>> {
        let mut seen = vec![(current.package_digest.clone(), current.configuration)];
        let mut earlier = Vec::new();
        for revision in self.store().healthy_revisions(production.id, EARLIER).await? {
            let pair = (revision.package_digest.clone(), revision.configuration);
            if !seen.contains(&pair) && !self.is_unsafe(&revision).await? {
                seen.push(pair);
                earlier.push(revision);
            }
        }
        Ok(earlier)
    }

    async fn is_unsafe(&self, revision: &Revision) -> Result<bool> {
        let release = self.store().release(revision.release).await?;
        Ok(release.is_none_or(|r| r.state == ReleaseState::Unsafe))
    }
}
