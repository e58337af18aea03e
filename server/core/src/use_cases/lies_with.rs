//! „Liegt bei …" and the one next step: pure rules over the states of a case.

use crate::{
    Ctx,
    authz::Action,
    ports::{CaseLine, CaseRecord},
};
use portal_model::{
    activation::{ActivationState, Side},
    installation::InstallationState as I,
    operation::OperationState,
    pages::case::{LiesWith, LiesWithWhom, NextStep},
    request::RequestState as R,
};

/// With whom a case lies, by the states of its request, installation, operation and activation.
pub(super) fn lies_with(case: &CaseLine) -> LiesWith {
    let stuck = case.operation == Some(OperationState::Stuck);
    let (whom, since) = match case.installation {
        Some(i) if stuck => (LiesWithWhom::DataCentre, i.state_since),
        Some(i) => (installation_whom(i.state, case), i.state_since),
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

fn installation_whom(state: I, case: &CaseLine) -> LiesWithWhom {
    match state {
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

/// The one next step for this person.
pub(super) fn next_step(ctx: &Ctx, case: &CaseRecord) -> NextStep {
    let resource = super::resource(&case.request);
    let may = |action| ctx.may(action, &resource);
    if matches!(case.operation, Some((_, OperationState::Stuck))) && may(Action::OperationRetry) {
        return NextStep::Intervene;
    }
    let step = match &case.installation {
        None => match case.request.state {
            R::Draft => may(Action::RequestEdit).then_some(NextStep::FillIn),
            R::Returned => may(Action::RequestEdit).then_some(NextStep::Answer),
            R::Submitted => may(Action::RequestTake).then_some(NextStep::Take),
            R::InReview => may(Action::RequestAccept).then_some(NextStep::Review),
            R::Accepted | R::Declined | R::Withdrawn => None,
        },
        Some(i) => match i.state {
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
