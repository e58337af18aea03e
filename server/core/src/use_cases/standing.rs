//! What a Verwaltung decides alone about what is live: going back to what it had agreed to before, stopping, starting again.

use super::{
    Portal,
    activation::moved,
    beside,
    changes::{going_back, in_state, value_changes},
    check_lock, invalid, needed_note, optional_note, remark,
};
use crate::{
    Ctx,
    authz::Action,
    engine::{self, Before},
    error::{Result, rule},
    ports::{CaseRecord, StepRecordKind, Write},
};
use portal_model::{
    PortalError, RequestId,
    data_centre::Stage,
    form::FieldError,
    installation::{Deployment, Installation, InstallationState as I, Revision},
    operation::StepKind,
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
    /// `WrongState` unless it is live or stopped.
    pub async fn rollback_page(&self, ctx: &Ctx, r: &Reference) -> Result<RollbackPage> {
        let (case, _) = self.case_for(ctx, Action::InstallationRollback, r).await?;
        let installation = stands(&case)?;
        let (production, current) = self.in_production(installation).await?;
        let package = self.readable(&current.package_digest).await?;
        let now = self.store().configuration(current.configuration).await?.ok_or_else(|| rule("no_configuration"))?;
        let catalogue = self.catalogue_now().await?;
        let mut offers = Vec::new();
        for (revision, going_back) in self.earlier(case.request.id, &production, &current).await? {
            let Some(release) = catalogue.release(revision.release) else { continue };
            let Ok(old) = self.readable(&revision.package_digest).await else { continue };
            let Some(values) = self.store().configuration(revision.configuration).await? else { continue };
            offers.push(RollbackOffer {
                id: revision.id.to_string(),
                version: release.release.version.clone(),
                applied_at: revision.applied_at,
                values: value_changes(ctx, &case.request, (&package, &now.values), (&old, &values.values)),
                going_back,
            });
        }
        Ok(RollbackPage {
            head: self.head(ctx, &case).await?,
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
    /// `Invalid` at `stand`, `begruendung` or `verstanden`; `WrongState` unless it is live or stopped.
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
        let before = stands(&case)?;
        let (production, current) = self.in_production(before).await?;
        let earlier = self.earlier(case.request.id, &production, &current).await?;
        let to = earlier.iter().find(|(revision, _)| revision.id.to_string() == chosen);
        let mut errors = Vec::new();
        if to.is_none() {
            errors.push(FieldError::new("stand", "choose_state"));
        }
        let reason = beside(&mut errors, needed_note("begruendung", reason))?;
        if matches!(to, Some((_, GoingBack::Restore))) && !understood {
            errors.push(FieldError::new("verstanden", "confirm_loss"));
        }
        let (Some((to, way)), true) = (to, errors.is_empty()) else { return Err(invalid(errors)) };
        let installation = moved(ctx, before, I::RollingBack);
        let running = if before.state == I::Suspended { Before::stopped(&current) } else { Before::running(&current) };
        let restores = *way == GoingBack::Restore;
        let operation = engine::new_rollback(&installation, &production, to, running, restores, ctx.now);
        let writes = vec![Write::InsertOperation(operation)];
        self.commit_installation(ctx, &authorized, &case, installation, writes, remark(&reason)).await
    }

    /// Asks whether production is to be stopped, or started again.
    ///
    /// # Errors
    /// `WrongState` unless it is live or stopped.
    pub async fn suspend_page(&self, ctx: &Ctx, r: &Reference) -> Result<SuspendPage> {
        let (case, _) = self.case_for(ctx, Action::InstallationSuspend, r).await?;
        let suspended = stands(&case)?.state == I::Suspended;
        Ok(SuspendPage { head: self.head(ctx, &case).await?, suspended, reason: String::new(), errors: Vec::new() })
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
        let Ok(installation) = stands(case) else { return Ok(false) };
        let (Some(production), Some(current)) = self.deployed(installation, Stage::Production).await? else {
            return Ok(false);
        };
        Ok(!self.earlier(case.request.id, &production, &current).await?.is_empty())
    }

    /// States that this production had and that may be applied again (R1), newest first: each pair once, none that is
    /// unsafe, not the one that runs, and nothing newer, which an update leads to. How far back it goes is a matter of the
    /// data: each version that is left must be one that the version before can follow on its data; over one that cannot,
    /// only the step of the last update leads back, with the backup that was made for it.
    async fn earlier(
        &self,
        request: RequestId,
        production: &Deployment,
        current: &Revision,
    ) -> Result<Vec<(Revision, GoingBack)>> {
        let catalogue = self.catalogue_now().await?;
        let Some(mut newest) = catalogue.release(current.release) else { return Ok(Vec::new()) };
        let mut seen = vec![(current.package_digest.clone(), current.configuration)];
        let (mut earlier, mut left) = (Vec::new(), current.clone());
        for revision in self.store().healthy_revisions(production.id, EARLIER).await? {
            let pair = (revision.package_digest.clone(), revision.configuration);
            let its = catalogue.release(revision.release).filter(|its| its.version <= newest.version);
            let Some(its) = its else { continue };
            if seen.contains(&pair) || revision.applied_at > current.applied_at {
                continue;
            }
            seen.push(pair);
            let way = match revision.package_digest == left.package_digest {
                true => GoingBack::Safe,
                // One that cannot be read at the moment says nothing of the data, so nothing is offered over it.
                false => self.readable(&left.package_digest).await.map_or(GoingBack::None, |left| going_back(&left)),
            };
            let leads_there = match way {
                GoingBack::Safe => true,
                GoingBack::Restore => left.id == current.id && self.backup_is_of(request, current).await?,
                GoingBack::None => false,
            };
            if !leads_there {
                break;
            }
            (newest, left) = (its.clone(), revision.clone());
            if its.release.state != ReleaseState::Unsafe {
                earlier.push((revision, way));
            }
            if way == GoingBack::Restore {
                break;
            }
        }
        Ok(earlier)
    }

    /// Whether the last backup is the one that was made before this revision was applied.
    async fn backup_is_of(&self, request: RequestId, current: &Revision) -> Result<bool> {
        for operation in self.store().operations(request).await? {
            if !operation.steps.contains(&StepKind::Backup) {
                continue;
            }
            let records = self.store().step_records(operation.id).await?;
            if records.iter().any(|r| r.kind == StepKind::Backup && r.what == StepRecordKind::Done) {
                // Newest first: this is the last one.
                return Ok(operation.id == current.operation);
            }
        }
        Ok(false)
    }

    async fn is_unsafe(&self, revision: &Revision) -> Result<bool> {
        let release = self.store().release(revision.release).await?;
        Ok(release.is_none_or(|r| r.state == ReleaseState::Unsafe))
    }
}

/// What is live or stopped, with nothing on its way.
fn stands(case: &CaseRecord) -> Result<&Installation> {
    in_state(case, I::Live).or_else(|_| in_state(case, I::Suspended))
}
