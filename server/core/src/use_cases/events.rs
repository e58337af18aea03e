//! Events of a case or of one operation, for the live views.

use super::Portal;
use crate::{Ctx, authz::Action, error::Result};
use portal_model::{
    event::Event,
    reference::{Reference, ReferenceKind},
};

impl Portal {
    /// Events after a position, oldest first. The permission is checked at every call, so that a stream ends when a
    /// mandate or membership does.
    ///
    /// # Errors
    /// `NotFound` for what does not exist or may not be seen.
    pub async fn events(&self, ctx: &Ctx, r: &Reference, after: i64, limit: i64) -> Result<Vec<Event>> {
        if let Some(operation) = self.trial_operation(ctx, r).await? {
            return Ok(self.store().operation_events(operation, after, limit.clamp(1, 500)).await?);
        }
        let (request, operation) = if r.as_str().starts_with(ReferenceKind::Bereitstellung.prefix()) {
            let (operation, case, _) = self.operation_for(ctx, Action::CaseRead, r).await?;
            (case.request.id, Some(operation.id))
        } else {
            (self.case_for(ctx, Action::CaseRead, r).await?.0.request.id, None)
        };
        Ok(self.store().events(request, operation, after, limit.clamp(1, 500)).await?)
    }
}
