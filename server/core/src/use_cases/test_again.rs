//! Testing the same version and values again: evidence ages (R1), and a case must not be stuck on it.

use super::{
    Portal,
    activation::{ended, moved},
    check_lock,
};
use crate::{
    Ctx,
    authz::Action,
    engine::EVIDENCE_DAYS,
    error::{Result, rule},
    ports::{CaseRecord, Write},
};
use portal_model::{
    PortalError, Timestamp,
    activation::ActivationState,
    installation::{Installation, InstallationState as I},
    reference::Reference,
    test_run::TestRun,
};

impl Portal {
    /// Runs the tests of the same version and values again. An activation that waits for its yes ends: a yes is for what
    /// was on the page, and a new acceptance comes first. It may be asked for again afterwards.
    ///
    /// # Errors
    /// `WrongState` unless the case waits for activation; `Rule("test_recent")` while the test is still good.
    pub async fn test_again(&self, ctx: &Ctx, r: &Reference, lock: i64) -> Result<()> {
        let (case, authorized) = self.case_for(ctx, Action::TestRepeat, r).await?;
        check_lock(&case, lock)?;
        let before = waits_for_activation(&case).ok_or(PortalError::WrongState)?;
        let run = self.store().test_run_latest(before.id).await?;
        if !run.is_some_and(|run| is_outdated(ctx, &run)) {
            return Err(rule("test_recent"));
        }
        self.usable(case.release(), before.municipality, before.land).await?;
        let configuration = self.store().configuration_latest(case.request.id).await?;
        let configuration = configuration.ok_or_else(|| rule("no_configuration"))?;
        let installation = moved(ctx, before, I::InTest);
        let parts = self.parts(&case).await?;
        let operation = self.test_operation(ctx, &installation, &parts, &configuration).await?;
        let mut writes = vec![Write::InsertOperation(operation)];
        writes.extend(case.activation.as_ref().map(ended));
        self.commit_installation(ctx, &authorized, &case, installation, writes, None).await
    }
}

/// The installation, if it waits for an activation to be asked for or for the two yes.
pub(super) fn waits_for_activation(case: &CaseRecord) -> Option<&Installation> {
    let requested = case.activation.as_ref().is_some_and(|a| a.state == ActivationState::Requested);
    case.installation.as_ref().filter(|i| i.state == I::Accepted || (i.state == I::Activating && requested))
}

/// Whether production may not be changed on this test run any more. The engine judges the same when it begins.
pub(super) fn is_outdated(ctx: &Ctx, run: &TestRun) -> bool {
    outdated_at(run.finished_at) < ctx.now
}

/// Until when production may be changed on a test run that ended then.
pub(super) fn outdated_at(finished_at: Timestamp) -> Timestamp {
    finished_at.plus_days(EVIDENCE_DAYS)
}
