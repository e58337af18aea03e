//! „Liegt bei …" and the one next step: pure rules over the states of a case.

use super::{Portal, test_again::outdated_at};
use crate::{
    Ctx,
    authz::Action,
    ports::{CaseLine, CaseRecord},
};
use portal_model::{
    Timestamp,
    activation::{ActivationState, Side},
    installation::InstallationState as I,
    operation::OperationState,
    pages::case::{LiesWith, LiesWithWhom, NextStep},
    request::RequestState as R,
};

/// What keeps a case from going on where it stands.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Blocked {
    /// Its version may not go on.
    stopped: bool,
    /// It waits for its activation, and its test is too old for that, since then.
    outdated: Option<Timestamp>,
}

impl Portal {
    /// What keeps a case from going on.
    pub(super) fn blocked(&self, ctx: &Ctx, case: &CaseLine) -> Blocked {
        let requested = matches!(case.activation, Some((ActivationState::Requested, _)));
        let waits = case.installation.is_some_and(|i| i.state == I::Accepted || i.state == I::Activating && requested);
        let outdated = case.tested_at.map(outdated_at).filter(|at| waits && *at < ctx.now);
        Blocked { stopped: self.stopped(case).is_some(), outdated }
    }

    /// With whom a case lies, by the states of its request, installation, operation and activation, and by what keeps it
    /// from going on.
    pub(super) fn lies_with(&self, ctx: &Ctx, case: &CaseLine) -> LiesWith {
        lies_with(case, self.blocked(ctx, case))
    }
}

fn lies_with(case: &CaseLine, blocked: Blocked) -> LiesWith {
    let stuck = case.operation == Some(OperationState::Stuck);
    let (whom, since) = match case.installation {
        Some(i) if stuck => (LiesWithWhom::DataCentre, i.state_since),
        Some(i) => {
            let since = blocked.outdated.filter(|_| !blocked.stopped).map_or(i.state_since, |at| at.max(i.state_since));
            (installation_whom(i.state, case, blocked), since)
        }
        None => (request_whom(case.state), case.state_since),
    };
    let name = match whom {
        LiesWithWhom::Municipality | LiesWithWhom::Signatory => case.municipality_name.clone(),
        LiesWithWhom::Land => case.land.name().to_owned(),
        LiesWithWhom::DataCentre => case.data_centre_name.clone().unwrap_or_default(),
        LiesWithWhom::Portal | LiesWithWhom::Nobody => String::new(),
    };
    LiesWith { whom, name, since }
}

fn request_whom(state: R) -> LiesWithWhom {
    match state {
        R::Draft | R::Returned => LiesWithWhom::Municipality,
        R::Submitted | R::InReview => LiesWithWhom::Land,
        R::Accepted => LiesWithWhom::Portal,
        R::Declined | R::Withdrawn => LiesWithWhom::Nobody,
    }
}

fn installation_whom(state: I, case: &CaseLine, blocked: Blocked) -> LiesWithWhom {
    let requested = matches!(case.activation, Some((ActivationState::Requested, _)));
    let is_change = case.installation.is_some_and(|i| i.is_change());
    match state {
        // Nothing but taking it down is left, and that is for those who sign.
        I::TestFailed | I::InAcceptance | I::Defective | I::Accepted if blocked.stopped && !is_change => {
            LiesWithWhom::Signatory
        }
        I::Activating if blocked.stopped && requested && !is_change => LiesWithWhom::Signatory,
        // Neither yes would count before it is tested again; a change that cannot go on is discarded.
        I::Activating if blocked.outdated.is_some() || (blocked.stopped && requested) => LiesWithWhom::Municipality,
        I::InTest | I::Removing | I::Suspending | I::Resuming | I::RollingBack => LiesWithWhom::Portal,
        I::Changing | I::TestFailed | I::InAcceptance | I::Defective | I::Accepted => LiesWithWhom::Municipality,
        I::Activating => match case.activation {
            Some((ActivationState::Requested, true)) => LiesWithWhom::Land,
            Some((ActivationState::Requested, false)) => LiesWithWhom::Signatory,
            _ => LiesWithWhom::Portal,
        },
        I::Live | I::Suspended | I::Connected | I::Removed => LiesWithWhom::Nobody,
    }
}

/// The one next step for this person. What would be refused is not offered.
pub(super) fn next_step(ctx: &Ctx, case: &CaseRecord, blocked: Blocked) -> NextStep {
    let resource = super::resource(&case.request);
    let may = |action| ctx.may(action, &resource);
    if matches!(case.operation, Some((_, OperationState::Stuck))) && may(Action::OperationRetry) {
        return NextStep::Intervene;
    }
    let goes_on = !blocked.stopped;
    let step = match &case.installation {
        None => match case.request.state {
            R::Draft => (goes_on && may(Action::RequestEdit)).then_some(NextStep::FillIn),
            R::Returned => (goes_on && may(Action::RequestEdit)).then_some(NextStep::Answer),
            R::Submitted => may(Action::RequestTake).then_some(NextStep::Take),
            R::InReview => may(Action::RequestAccept).then_some(NextStep::Review),
            R::Accepted | R::Declined | R::Withdrawn => None,
        },
        Some(i) => match i.state {
            I::TestFailed | I::Defective | I::InAcceptance | I::Accepted | I::Activating | I::Changing
                if blocked.stopped && i.is_change() =>
            {
                let running = i.state == I::Activating && !waits_for_yes(case);
                (!running && may(Action::ChangePrepare)).then_some(NextStep::DiscardChange)
            }
            I::TestFailed | I::Defective | I::InAcceptance | I::Accepted | I::Activating if blocked.stopped => {
                let running = i.state == I::Activating && !waits_for_yes(case);
                (!running && may(Action::InstallationRemove)).then_some(NextStep::Remove)
            }
            I::Accepted | I::Activating if blocked.outdated.is_some() => {
                may(Action::TestRepeat).then_some(NextStep::TestAgain)
            }
            I::TestFailed | I::Defective => may(Action::ValuesCorrect).then_some(NextStep::Correct),
            I::InAcceptance => may(Action::AcceptanceDeclare).then_some(NextStep::Accept),
            I::Accepted => may(Action::ActivationRequest).then_some(NextStep::RequestActivation),
            I::Activating => approvable(ctx, case).then_some(NextStep::Approve),
            I::Changing => may(Action::ChangePrepare).then_some(NextStep::FinishChange),
            I::InTest | I::Live | I::Connected | I::Removing | I::Removed => None,
            I::Suspending | I::Suspended | I::Resuming | I::RollingBack => None,
        },
    };
    step.unwrap_or(NextStep::Wait)
}

fn waits_for_yes(case: &CaseRecord) -> bool {
    case.activation.as_ref().is_some_and(|a| a.state == ActivationState::Requested)
}

/// Whether this person's yes is still missing and allowed by role (whether they took part is checked when deciding).
fn approvable(ctx: &Ctx, case: &CaseRecord) -> bool {
    let Some(a) = case.activation.as_ref().filter(|a| a.state == ActivationState::Requested) else { return false };
    open_sides(ctx, case).iter().any(|s| !a.approvals.iter().any(|x| x.side == *s))
}

/// Sides for which this person may say yes by role.
pub(super) fn open_sides(ctx: &Ctx, case: &CaseRecord) -> Vec<Side> {
    let resource = super::resource(&case.request);
    let sides =
        [(Side::Municipality, Action::ActivationDecideMunicipality), (Side::Land, Action::ActivationDecideLand)];
    let given = |s: Side| case.activation.as_ref().is_some_and(|a| a.approvals.iter().any(|x| x.side == s));
    sides.into_iter().filter(|(s, action)| ctx.may(*action, &resource) && !given(*s)).map(|(s, _)| s).collect()
}
