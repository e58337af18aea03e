//! A Bereitstellung: its page, trying again, giving up.

use super::{Portal, needed_note, remark};
use crate::{
    Actor, CoreError, Ctx,
    authz::{Action, Authorized},
    engine::{self, OperationInput},
    error::Result,
    ports::{CaseRecord, Commit, StepRecord, StepRecordKind, Write},
};
use portal_model::{
    PortalError,
    data_centre::Stage,
    event::{Event, EventCode},
    operation::{Operation, OperationKind, OperationState},
    pages::operation::*,
    phase::phase,
    reference::Reference,
};

/// Events shown on the page of an operation.
const EVENTS: i64 = 1000;

impl Portal {
    /// Loads an operation with its case and checks the permission.
    pub(super) async fn operation_for(
        &self,
        ctx: &Ctx,
        action: Action,
        r: &Reference,
    ) -> Result<(Operation, CaseRecord, Authorized)> {
        if ctx.actor == Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        let operation = self.store().operation_by_reference(r).await?.ok_or(PortalError::NotFound)?;
        // A trial has a page of its own; here it does not exist.
        let of = operation.case().ok_or(PortalError::NotFound)?;
        let case = self.store().case(of.request).await?;
        let case = case.ok_or_else(|| CoreError::Inconsistent(format!("case of {r}")))?;
        let authorized = ctx.authorize(action, &super::resource(&case.request))?;
        Ok((operation, case, authorized))
    }

    /// The page of an operation.
    ///
    /// # Errors
    /// `NotFound` for what does not exist or may not be seen.
    pub async fn operation_page(&self, ctx: &Ctx, r: &Reference) -> Result<OperationPage> {
        let (operation, case, _) = self.operation_for(ctx, Action::CaseRead, r).await?;
        let resource = super::resource(&case.request);
        let mut events = self.store().events(case.request.id, Some(operation.id), 0, EVENTS).await?;
        self.name_tests(ctx, &case, &mut events);
        let records = self.store().step_records(operation.id).await?;
        let target = self.store().target(operation.target).await?;
        let data_centres = self.store().data_centre_list().await?;
        let data_centre = target.as_ref().and_then(|t| data_centres.iter().find(|d| d.id == t.data_centre));
        let stuck = operation.state == OperationState::Stuck;
        Ok(OperationPage {
            reference: operation.reference.clone(),
            case: case.request.reference.clone(),
            verfahren: case.verfahren_name.clone(),
            municipality: case.municipality_name.clone(),
            target: match (&data_centre, &target) {
                (Some(d), Some(t)) => format!("{} · {}", d.name, t.namespace),
                _ => String::new(),
            },
            simulated: data_centre.is_some_and(|d| d.simulated),
            kind: operation.kind,
            state: operation.state,
            phase: phase(case.request.state, case.installation.as_ref().map(|i| i.state)),
            lies_with: self.lies_with(ctx, &case.line()),
            steps: steps(&operation, &records),
            failure: operation.failure.clone(),
            created_at: operation.created_at,
            finished_at: operation.finished_at,
            last_event: events.last().map_or(0, |e| e.seq),
            events,
            may_retry: stuck && ctx.may(Action::OperationRetry, &resource),
            may_abandon: stuck
                && operation.kind != OperationKind::Remove
                && ctx.may(Action::OperationAbandon, &resource),
            data_at_risk: data_at_risk(&operation),
            may_cancel: may_be_called_off(&operation)
                && ctx.may(Action::OperationCancel, &resource)
                && decides_alone(operation.kind).is_none_or(|decision| ctx.may(decision, &resource)),
            reason: String::new(),
            errors: Vec::new(),
            auto: None,
        })
    }

    /// Tests are named as the release names them; the events hold the names of their Jobs.
    fn name_tests(&self, ctx: &Ctx, case: &CaseRecord, events: &mut [Event]) {
        let Some(release) = self.catalogue().release(case.release()) else { return };
        for event in events.iter_mut().filter(|e| e.code == EventCode::TestCase) {
            if let Some(name) = event.params.get_mut("name") {
                *name = release.test_title(name).get(ctx.lang).to_owned();
            }
        }
    }

    /// Tries a stuck operation again.
    ///
    /// # Errors
    /// `WrongState` if it is not stuck.
    pub async fn operation_retry(&self, ctx: &Ctx, r: &Reference) -> Result<()> {
        let (operation, case, authorized) = self.operation_for(ctx, Action::OperationRetry, r).await?;
        is_stuck(&operation)?;
        self.move_by_hand(ctx, &operation, &case, &authorized, OperationState::Queued, "").await
    }

    /// Gives a stuck operation up, with a reason; what it created is taken back.
    ///
    /// # Errors
    /// `WrongState` if it is not stuck; `Invalid` at `begruendung` without a reason.
    pub async fn operation_abandon(&self, ctx: &Ctx, r: &Reference, reason: &str) -> Result<()> {
        let (operation, case, authorized) = self.operation_for(ctx, Action::OperationAbandon, r).await?;
        let reason = needed_note("begruendung", reason)?;
        if operation.kind == OperationKind::Remove {
            return Err(PortalError::WrongState.into());
        }
        is_stuck(&operation)?;
        self.move_by_hand(ctx, &operation, &case, &authorized, OperationState::Unwinding, &reason).await
    }

    /// Calls off an operation that waits or runs, with a reason: what it did is taken back. Whoever works on it loses it;
    /// the taking back begins when its last call to the target has ended.
    ///
    /// # Errors
    /// `WrongState` if it is over, stuck, or cannot be called off; `Invalid` at `begruendung` without a reason.
    pub async fn operation_cancel(&self, ctx: &Ctx, r: &Reference, reason: &str) -> Result<()> {
        let (operation, case, authorized) = self.operation_for(ctx, Action::OperationCancel, r).await?;
        if let Some(decision) = decides_alone(operation.kind) {
            ctx.authorize(decision, &super::resource(&case.request))?;
        }
        let reason = needed_note("begruendung", reason)?;
        if !may_be_called_off(&operation) {
            return Err(PortalError::WrongState.into());
        }
        self.move_by_hand(ctx, &operation, &case, &authorized, OperationState::Unwinding, &reason).await
    }

    async fn move_by_hand(
        &self,
        ctx: &Ctx,
        operation: &Operation,
        case: &CaseRecord,
        authorized: &Authorized,
        to: OperationState,
        reason: &str,
    ) -> Result<()> {
        let abandoned = match (to, ctx.person_id()) {
            (OperationState::Unwinding, Some(person)) => Some((person, reason.to_owned())),
            _ => None,
        };
        let write = Write::MoveOperation { id: operation.id, from: operation.state, to, run_after: ctx.now, abandoned };
        let event = engine::operation_state(operation, ctx.now, to);
        let audit = authorized.audit(&operation.reference, Some(case.request.id), remark(reason));
        self.commit(authorized, Commit { writes: vec![write], audit, events: vec![event] }).await
    }
}

fn is_stuck(operation: &Operation) -> Result<()> {
    match operation.state {
        OperationState::Stuck => Ok(()),
        _ => Err(PortalError::WrongState.into()),
    }
}

/// Whether it is at or past the step that cannot be taken back.
fn is_past_return(operation: &Operation, input: &OperationInput) -> bool {
    let last = engine::operations::of(operation.kind).no_way_back(input);
    let last = last.and_then(|kind| operation.steps.iter().position(|step| *step == kind));
    last.is_some_and(|last| !usize::try_from(operation.step).is_ok_and(|step| step < last))
}

/// Whether data may have been changed or replaced so that taking back cannot undo it.
fn data_at_risk(operation: &Operation) -> bool {
    let Ok(input) = OperationInput::read(operation) else { return false };
    input.stage == Stage::Production && (input.changes_data || input.restores_data) && is_past_return(operation, &input)
}

/// What a signatory decides alone is called off by nobody else.
fn decides_alone(kind: OperationKind) -> Option<Action> {
    match kind {
        OperationKind::Suspend | OperationKind::Resume => Some(Action::InstallationSuspend),
        OperationKind::Rollback => Some(Action::InstallationRollback),
        _ => None,
    }
}

/// Whether people may call it off now. What is stuck in the test environment too: nobody depends on it there.
fn may_be_called_off(operation: &Operation) -> bool {
    let Ok(input) = OperationInput::read(operation) else { return false };
    let state = match operation.state {
        OperationState::Queued | OperationState::Running | OperationState::Waiting => true,
        OperationState::Stuck => input.stage == Stage::Test,
        _ => false,
    };
    state && !is_past_return(operation, &input)
}

/// Steps with attempts and durations, from the records.
pub(super) fn steps(operation: &Operation, records: &[StepRecord]) -> Vec<StepView> {
    let view = |(i, kind): (usize, &portal_model::operation::StepKind)| {
        let of_step: Vec<&StepRecord> = records.iter().filter(|r| r.step == i as i64).collect();
        let started = of_step.iter().find(|r| r.what == StepRecordKind::Started);
        let done = of_step.iter().find(|r| r.what == StepRecordKind::Done);
        let current = operation.step == i as i64;
        let state = match operation.state {
            _ if done.is_some() => StepState::Done,
            OperationState::Stuck | OperationState::Abandoned | OperationState::Unwinding | OperationState::Unwound
                if current =>
            {
                StepState::Failed
            }
            OperationState::Running | OperationState::Waiting if current => StepState::Running,
            // A trial goes on with clearing away when a step has failed.
            _ if of_step.last().is_some_and(|r| r.what == StepRecordKind::Failed) => StepState::Failed,
            // What is called off goes straight on to clearing away.
            state if state.is_final() || operation.step > i as i64 => StepState::Skipped,
            _ => StepState::Open,
        };
        StepView {
            step: *kind,
            state,
            attempts: of_step.iter().filter(|r| r.what == StepRecordKind::Started).count() as i64,
            millis: started.zip(done).map(|(s, d)| (d.at.0 - s.at.0) / 1000),
        }
    };
    operation.steps.iter().enumerate().map(view).collect()
}
