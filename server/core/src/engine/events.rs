//! The engine's events. Parameters are words, names and figures; never values of a configuration.

use portal_model::{
    Timestamp,
    event::{EventCode, NewEvent, Params},
    installation::InstallationState,
    operation::{Failure, Operation, OperationState, StepKind},
    test_run::TestCase,
};

/// Most lines of one test's log that become events.
pub const LOG_LINES: usize = 200;
/// Longest line, in characters.
pub const LOG_LINE: usize = 500;

pub(crate) fn event<const N: usize>(
    operation: &Operation,
    at: Timestamp,
    code: EventCode,
    params: [(&str, String); N],
) -> NewEvent {
    NewEvent {
        at,
        municipality: operation.case().map(|c| c.municipality),
        request: operation.case().map(|c| c.request),
        installation: operation.case().map(|c| c.installation),
        operation: Some(operation.id),
        code,
        params: params.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Params>(),
    }
}

pub(crate) fn operation_state(operation: &Operation, at: Timestamp, state: OperationState) -> NewEvent {
    let params = [("state", state.to_string()), ("kind", operation.kind.to_string())];
    event(operation, at, EventCode::OperationState, params)
}

pub(crate) fn installation_state(operation: &Operation, at: Timestamp, state: InstallationState) -> NewEvent {
    event(operation, at, EventCode::InstallationState, [("state", state.to_string())])
}

pub(crate) fn step_started(operation: &Operation, at: Timestamp, step: StepKind, attempt: i64) -> NewEvent {
    event(operation, at, EventCode::StepStarted, [("step", step.to_string()), ("attempt", attempt.to_string())])
}

pub(crate) fn step_done(operation: &Operation, at: Timestamp, step: StepKind, millis: i64) -> NewEvent {
    event(operation, at, EventCode::StepDone, [("step", step.to_string()), ("millis", millis.to_string())])
}

/// `code` is [`EventCode::StepRetried`] or [`EventCode::StepFailed`].
pub(crate) fn step_failure(
    operation: &Operation,
    at: Timestamp,
    code: EventCode,
    step: StepKind,
    failure: &Failure,
) -> NewEvent {
    let params =
        [("step", step.to_string()), ("cause", failure.cause.to_string()), ("detail", clip(&failure.detail, LOG_LINE))];
    event(operation, at, code, params)
}

/// A test case and the last lines of its log.
pub(crate) fn test_case(operation: &Operation, at: Timestamp, case: &TestCase) -> Vec<NewEvent> {
    let lines: Vec<&str> = case.log.lines().collect();
    let tail = &lines[lines.len().saturating_sub(LOG_LINES)..];
    let line = |line: &&str| event(operation, at, EventCode::Log, [("line", clip(line, LOG_LINE))]);
    let mut events: Vec<NewEvent> = tail.iter().map(line).collect();
    let params =
        [("name", case.name.clone()), ("passed", case.passed.to_string()), ("millis", case.duration_ms.to_string())];
    events.push(event(operation, at, EventCode::TestCase, params));
    events
}

/// The first `most` characters.
pub(crate) fn clip(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
