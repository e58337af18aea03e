//! Handing a request in, and taking it back.

use super::{Portal, changed, check_lock, invalid, request_parts::Missing};
use crate::{Ctx, authz::Action, error::Result, ports::Commit};
use portal_model::{
    PortalError, form::FieldError, pages::case::WithdrawPage, reference::Reference, request::RequestState,
};

impl Portal {
    /// Hands the request to the consultants of the Land.
    ///
    /// # Errors
    /// `Invalid` with everything that is missing.
    pub async fn request_submit(&self, ctx: &Ctx, r: &Reference, lock: i64) -> Result<()> {
        let (case, authorized) = self.case_for(ctx, Action::RequestSubmit, r).await?;
        self.check_editable(&case, lock)?;
        self.usable(case.request.release, case.request.municipality, case.request.land).await?;
        let parts = self.parts(&case).await?;
        let Missing { open_tasks, values } = self.missing(&case, &parts);
        if !open_tasks.is_empty() {
            let tasks = open_tasks.iter().map(|t| FieldError::new("", "task_open").with("task", t));
            return Err(invalid(tasks.chain(values).collect()));
        }
        let mut request = case.request.clone();
        request.state = RequestState::Submitted;
        request.submitted_by = ctx.person_id();
        request.submitted_at = Some(ctx.now);
        request.assigned_to = None;
        let audit = authorized.audit(&request.reference, Some(request.id), None);
        let (write, events) = changed(ctx, request, &case.request);
        self.commit(&authorized, Commit { writes: vec![write], audit, events }).await
    }

    /// The page that asks once more before a request is withdrawn.
    ///
    /// # Errors
    /// `WrongState` if it cannot be withdrawn.
    pub async fn withdraw_page(&self, ctx: &Ctx, r: &Reference) -> Result<WithdrawPage> {
        let (case, _) = self.case_for(ctx, Action::RequestWithdraw, r).await?;
        if !case.request.state.may_become(RequestState::Withdrawn) {
            return Err(PortalError::WrongState.into());
        }
        Ok(WithdrawPage { head: self.head(ctx, &case).await?, errors: Vec::new() })
    }

    /// Withdraws the request.
    ///
    /// # Errors
    /// `WrongState` if it cannot be withdrawn.
    pub async fn request_withdraw(&self, ctx: &Ctx, r: &Reference, lock: i64) -> Result<()> {
        let (case, authorized) = self.case_for(ctx, Action::RequestWithdraw, r).await?;
        check_lock(&case, lock)?;
        if !case.request.state.may_become(RequestState::Withdrawn) {
            return Err(PortalError::WrongState.into());
        }
        let mut request = case.request.clone();
        request.state = RequestState::Withdrawn;
        let audit = authorized.audit(&request.reference, Some(request.id), None);
        let (write, events) = changed(ctx, request, &case.request);
        self.commit(&authorized, Commit { writes: vec![write], audit, events }).await
    }
}
