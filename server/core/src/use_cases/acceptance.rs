//! The clerk's acceptance of what runs in the test environment.

use super::{Portal, activation::moved, case::test_run_view, check_lock, invalid, needed_note, optional_note, remark};
use crate::{
    Ctx,
    authz::Action,
    error::{Result, rule},
    ports::{Write, new_uuid},
};
use portal_model::{
    AcceptanceId, PortalError,
    acceptance::Acceptance,
    form::FieldError,
    installation::InstallationState,
    pages::{activation::AcceptancePage, request::RequestHead},
    reference::Reference,
};

impl Portal {
    /// The checklist.
    ///
    /// # Errors
    /// `WrongState` unless the case waits for acceptance.
    pub async fn acceptance_page(&self, ctx: &Ctx, r: &Reference) -> Result<AcceptancePage> {
        let (case, _) = self.case_for(ctx, Action::AcceptanceDeclare, r).await?;
        let installation = case.installation.as_ref().filter(|i| i.state == InstallationState::InAcceptance);
        let installation = installation.ok_or(PortalError::WrongState)?;
        let release = self.release_of(&case).await?;
        Ok(AcceptancePage {
            // What is accepted, not what runs.
            head: RequestHead { version: release.release.version.clone(), ..self.head(ctx, &case).await? },
            test_link: self.links(installation).await?.0,
            checklist: release.release.facts.checklist.clone(),
            ticked: Vec::new(),
            test_run: self.store().test_run_latest(installation.id).await?.map(|t| test_run_view(t, &release)),
            decision: String::new(),
            note: String::new(),
            errors: Vec::new(),
        })
    }

    /// Declares acceptance (every point ticked) or reports a defect (with a description).
    ///
    /// # Errors
    /// `Invalid` at `punkt` or `bemerkung`.
    pub async fn acceptance_declare(
        &self,
        ctx: &Ctx,
        r: &Reference,
        lock: i64,
        accepted: bool,
        ticked: Vec<String>,
        note: &str,
    ) -> Result<()> {
        let action = if accepted { Action::AcceptanceDeclare } else { Action::DefectReport };
        let (case, authorized) = self.case_for(ctx, action, r).await?;
        check_lock(&case, lock)?;
        let Some(before) = case.installation.as_ref().filter(|i| i.state == InstallationState::InAcceptance) else {
            return Err(PortalError::WrongState.into());
        };
        let release = self.release_of(&case).await?;
        let checklist = &release.release.facts.checklist;
        if accepted {
            let open = checklist.iter().find(|item| !ticked.contains(&item.id));
            if open.is_some() {
                return Err(invalid(vec![FieldError::new("punkt", "tick_all")]));
            }
        }
        let note = if accepted { optional_note("bemerkung", note)? } else { needed_note("bemerkung", note)? };
        let test_run =
            self.store().test_run_latest(before.id).await?.filter(|t| t.passed).ok_or_else(|| rule("test_missing"))?;
        let acceptance = Acceptance {
            id: AcceptanceId(new_uuid(ctx.now)),
            installation: before.id,
            test_run: test_run.id,
            person: ctx.person_id().ok_or(PortalError::SignInRequired)?,
            mandate: authorized.mandate(),
            accepted,
            ticked: checklist.iter().filter(|i| ticked.contains(&i.id)).map(|i| i.id.clone()).collect(),
            note: note.clone(),
            at: ctx.now,
        };
        let next = if accepted { InstallationState::Accepted } else { InstallationState::Defective };
        let installation = moved(ctx, before, next);
        self.commit_installation(
            ctx,
            &authorized,
            &case,
            installation,
            vec![Write::InsertAcceptance(acceptance)],
            remark(&note),
        )
        .await
    }
}
