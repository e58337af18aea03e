//! Going live: asked for by one person, two yes from two others, one for the municipality and one for the Land.

use super::{
    Portal,
    case::{ANSWER, test_run_view},
    case_event, check_lock, invalid,
    lies_with::open_sides,
    needed_note, optional_note,
    test_again::{is_outdated, waits_for_activation},
};
use crate::{
    Ctx,
    authz::Action,
    engine::{self, Before, EVIDENCE_DAYS, Over},
    error::{Result, rule},
    package::Rollback,
    ports::{CaseRecord, Commit, Write, new_uuid},
};
use portal_model::{
    ActivationId, PortalError, Timestamp,
    activation::{Activation, ActivationState, Approval, Side},
    data_centre::Stage,
    event::{EventCode, NewEvent},
    form::FieldError,
    installation::{Installation, InstallationState as I},
    pages::activation::ActivationPage,
    reference::Reference,
};
use serde_json::json;

impl Portal {
    /// Asking for activation, or deciding on it.
    ///
    /// # Errors
    /// `WrongState` before acceptance.
    pub async fn activation_page(&self, ctx: &Ctx, r: &Reference) -> Result<ActivationPage> {
        let (case, _) = self.case_for(ctx, Action::CaseRead, r).await?;
        let installation =
            case.installation.as_ref().filter(|i| matches!(i.state, I::Accepted | I::Activating | I::Live));
        let installation = installation.ok_or(PortalError::WrongState)?;
        let requested = case.activation.as_ref().is_some_and(|a| a.state == ActivationState::Requested);
        let participants = self.store().participants(case.request.id).await?;
        let took_part = ctx.person_id().is_some_and(|p| {
            participants.contains(&p) || case.activation.iter().flat_map(|a| &a.approvals).any(|a| a.person == p)
        });
        let release = self.release_of(&case).await?;
        let sides = if requested { open_sides(ctx, &case) } else { Vec::new() };
        let run = self.store().test_run_latest(installation.id).await?;
        let outdated = waits_for_activation(&case).is_some() && run.as_ref().is_some_and(|run| is_outdated(ctx, run));
        let mut head = self.head(ctx, &case).await?;
        // What is decided on, not what runs.
        head.version.clone_from(&release.release.version);
        Ok(ActivationPage {
            may_request: installation.state == I::Accepted
                && head.stopped.is_none()
                && ctx.may(Action::ActivationRequest, &super::resource(&case.request)),
            head,
            activation: match &case.activation {
                Some(a) => Some(self.activation_view(a).await?),
                None => None,
            },
            took_part: took_part && !sides.is_empty(),
            may_approve: if took_part { Vec::new() } else { sides },
            test_run: run.map(|t| test_run_view(t, &release)),
            outdated: outdated.then_some(EVIDENCE_DAYS),
            may_test_again: outdated && ctx.may(Action::TestRepeat, &super::resource(&case.request)),
            change: self.consent_to(ctx, &case).await?,
            production: case.data_centre_name.clone(),
            from: String::new(),
            note: String::new(),
            errors: Vec::new(),
        })
    }

    /// Asks for activation on the basis of the passed test run of exactly this release and these values; `from` is the day
    /// (`2026-12-01`) on which production is changed at the earliest, from midnight in Germany, or empty.
    ///
    /// # Errors
    /// `Invalid` at `ab` for a day that is none, is over, or on which the test would be too old.
    /// `Rule("test_missing")` if there is none, `Rule("test_too_old")` if it is too old.
    pub async fn activation_request(&self, ctx: &Ctx, r: &Reference, lock: i64, from: &str) -> Result<()> {
        let (case, authorized) = self.case_for(ctx, Action::ActivationRequest, r).await?;
        check_lock(&case, lock)?;
        let Some(before) = case.installation.as_ref().filter(|i| i.state == I::Accepted) else {
            return Err(PortalError::WrongState.into());
        };
        self.usable(case.release(), before.municipality, before.land).await?;
        self.evidence_holds(ctx, before.data_centre, self.mends_weakness(&case)).await?;
        let test_run =
            self.store().test_run_latest(before.id).await?.filter(|t| t.passed).ok_or_else(|| rule("test_missing"))?;
        if is_outdated(ctx, &test_run) {
            return Err(rule("test_too_old"));
        }
        let activation = Activation {
            id: ActivationId(new_uuid(ctx.now)),
            installation: before.id,
            test_run: test_run.id,
            requested_by: ctx.person_id().ok_or(PortalError::SignInRequired)?,
            mandate: authorized.mandate(),
            state: ActivationState::Requested,
            version: 1,
            requested_at: ctx.now,
            not_before: day(ctx, from, test_run.finished_at.plus_days(EVIDENCE_DAYS))?,
            approvals: Vec::new(),
        };
        let installation = moved(ctx, before, I::Activating);
        self.commit_installation(ctx, &authorized, &case, installation, vec![Write::InsertActivation(activation)], None)
            .await
    }

    /// Says yes or no for one side. The second yes starts the deployment to production; a no ends the activation.
    ///
    /// # Errors
    /// `Rule("test_too_old")` for a yes on a test that is too old; `SecondPersonNeeded` for somebody who took part or already said yes (R2); `Invalid` at `bemerkung` for a no
    /// without a reason.
    pub async fn activation_decide(
        &self,
        ctx: &Ctx,
        r: &Reference,
        lock: i64,
        side: Side,
        yes: bool,
        note: &str,
    ) -> Result<()> {
        let action = match side {
            Side::Municipality => Action::ActivationDecideMunicipality,
            Side::Land => Action::ActivationDecideLand,
        };
        let (case, authorized) = self.case_for(ctx, action, r).await?;
        check_lock(&case, lock)?;
        let (Some(before), Some(activation)) = (&case.installation, &case.activation) else {
            return Err(PortalError::WrongState.into());
        };
        // Somebody may have begun to take the installation down: then nothing is activated any more (R7).
        let waits = before.state == I::Activating && activation.state == ActivationState::Requested;
        if !waits || activation.approvals.iter().any(|a| a.side == side) {
            return Err(PortalError::WrongState.into());
        }
        let person = ctx.person_id().ok_or(PortalError::SignInRequired)?;
        self.second_person(ctx, &case).await?;
        if activation.approvals.iter().any(|a| a.person == person) {
            return Err(PortalError::SecondPersonNeeded.into());
        }
        let mut activation = activation.clone();
        activation.version += 1;
        let note = &if yes { optional_note("bemerkung", note)? } else { needed_note("bemerkung", note)? };
        if !yes {
            activation.state = ActivationState::Refused;
            let installation = moved(ctx, before, I::Accepted);
            let writes = vec![Write::UpdateActivation(activation)];
            let facts = Some(json!({ "note": note, ANSWER: false }));
            return self.commit_installation(ctx, &authorized, &case, installation, writes, facts).await;
        }
        self.usable(case.release(), before.municipality, before.land).await?;
        self.evidence_holds(ctx, before.data_centre, self.mends_weakness(&case)).await?;
        let run = self.store().test_run(activation.test_run).await?.ok_or_else(|| rule("test_missing"))?;
        if is_outdated(ctx, &run) {
            return Err(rule("test_too_old"));
        }
        let approval = Approval { side, person, at: ctx.now };
        let mut writes = vec![Write::InsertApproval(activation.id, approval.clone())];
        activation.approvals.push(approval);
        if Side::ALL.iter().all(|s| activation.approvals.iter().any(|a| a.side == *s)) {
            activation.state = ActivationState::Approved;
            // Same state, one version up: of a second yes and a removal at the same moment only one succeeds.
            writes.push(Write::UpdateInstallation(Installation { version: before.version + 1, ..before.clone() }));
            writes.push(Write::InsertOperation(self.activate_operation(ctx, &case, before, &activation).await?));
        }
        writes.push(Write::UpdateActivation(activation));
        let event = NewEvent {
            installation: Some(before.id),
            ..case_event(ctx, &case.request, EventCode::Act, &[("action", action.word())])
        };
        let facts = if note.is_empty() { json!({ ANSWER: true }) } else { json!({ "note": note, ANSWER: true }) };
        let audit = authorized.audit(&case.request.reference, Some(case.request.id), Some(facts));
        self.commit(&authorized, Commit { writes, audit, events: vec![event] }).await
    }

    /// Whether a change brings a version that mends a weakness.
    fn mends_weakness(&self, case: &CaseRecord) -> bool {
        let is_update = case.installation.as_ref().is_some_and(|i| i.is_change() && i.release != case.request.release);
        is_update && self.catalogue().release(case.release()).is_some_and(|r| r.release.security_fix)
    }

    async fn activate_operation(
        &self,
        ctx: &Ctx,
        case: &CaseRecord,
        installation: &Installation,
        activation: &Activation,
    ) -> Result<portal_model::operation::Operation> {
        let (production, before) = self.deployed(installation, Stage::Production).await?;
        let production = production.ok_or_else(|| rule("no_production_target"))?;
        let configuration = self.store().configuration_latest(case.request.id).await?;
        let configuration = configuration.ok_or_else(|| rule("no_configuration"))?;
        let parts = self.parts(case).await?;
        let content = super::review::content(&parts, &configuration);
        let is_update = installation.release != parts.release.release.id;
        let over = Over {
            before: before.as_ref().map(Before::running),
            changes_data: is_update && parts.package.rollback != Rollback::Safe,
            mends_weakness: self.mends_weakness(case),
        };
        Ok(engine::new_activate(installation, &production, content, over, activation, ctx.now))
    }
}

/// A day that lies ahead, not after `last`; `None` if none is named.
fn day(ctx: &Ctx, text: &str, last: Timestamp) -> Result<Option<Timestamp>> {
    let refused = |code: &str| invalid(vec![FieldError::new("ab", code).with("last", last.date(ctx.lang))]);
    if text.trim().is_empty() {
        return Ok(None);
    }
    let day = Timestamp::from_berlin_date(text.trim()).ok_or_else(|| refused("date"))?;
    match day {
        day if day <= ctx.now => Err(refused("day_over")),
        day if day > last => Err(refused("day_too_late")),
        day => Ok(Some(day)),
    }
}

/// An open activation ends: nobody can say yes to it any more.
pub(super) fn ended(open: &Activation) -> Write {
    let (state, version) = (ActivationState::Ended, open.version + 1);
    Write::UpdateActivation(Activation { state, version, ..open.clone() })
}

/// An installation in its next state.
pub(super) fn moved(ctx: &Ctx, before: &Installation, state: I) -> Installation {
    Installation { state, state_since: ctx.now, version: before.version + 1, ..before.clone() }
}
