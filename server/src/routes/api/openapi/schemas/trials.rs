//! Trials of packages, and what they share with other operations.

use super::{Named, answer, body, flag, list, named, number, optional, text};
use portal_model::{
    operation::{FailureCause, OperationState, StepKind},
    pages::operation::StepState,
    trial::TrialResult,
};
use serde_json::json;

/// Schemas of trials, of steps, and of test runs.
pub(super) fn trials() -> Vec<Named> {
    let step = answer(json!({
        "step": words!(StepKind), "state": words!(StepState), "attempts": number(), "millis": optional(number()),
    }));
    let failure = answer(json!({ "cause": words!(FailureCause), "detail": text() }));
    let test = answer(json!({ "title": named("Bilingual"), "passed": flag(), "duration_ms": number(), "log": text() }));
    let run = answer(json!({ "passed": flag(), "finished_at": named("Timestamp"), "cases": list(test) }));
    let row = answer(json!({
        "reference": named("Ref"), "package": named("Ref"), "package_id": text(), "version": text(),
        "data_centre": text(), "result": optional(words!(TrialResult)), "cancelling": flag(), "earlier_content": flag(),
        "tests": number(), "passed_tests": number(), "millis": number(), "started_by": text(), "by_key": flag(),
        "given_up": flag(), "started_at": named("Timestamp"), "finished_at": optional(named("Timestamp")),
    }));
    let all = answer(json!({
        "may_start": flag(), "places": list(named("Choice")), "offered": flag(), "rows": list(named("TrialRow")),
    }));
    let trial = answer(json!({
        "row": named("TrialRow"), "name": named("Bilingual"), "vendor": text(), "target": text(), "simulated": flag(),
        "digest": text(), "state": words!(OperationState), "steps": list(named("Step")),
        "cancelled_by": optional(text()), "given_up_by": optional(text()),
        "failure": optional(named("Failure")), "report": optional(named("TestRun")), "events": list(named("Event")),
        "last_event": number(), "may_cancel": flag(), "may_give_up": flag(), "may_see_package": flag(), "auto": optional(number()),
    }));
    vec![
        ("Step", step),
        ("Failure", failure),
        ("TestRun", run),
        ("TrialRow", row),
        ("Trials", all),
        ("Trial", trial),
        ("NewTrial", body(&[], json!({ "target": { "type": "string", "format": "uuid" }, "lock": number() }))),
    ]
}
