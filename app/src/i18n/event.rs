//! What happened, as a line of the live view.

use super::{failure, format, words};
use portal_model::{
    Lang,
    event::{Event, EventCode},
    installation::InstallationState,
    operation::{FailureCause, OperationKind, OperationState, StepKind},
    request::RequestState,
};

/// The sentence of an event. What a newer program wrote and this one does not know is shown by its stable word.
pub fn text(lang: Lang, event: &Event) -> String {
    let get = |name: &str| event.params.get(name).map_or("", String::as_str);
    let named = |name: &str, known: Option<&'static str>| known.map_or_else(|| get(name).to_owned(), str::to_owned);
    let step = || named("step", StepKind::from_word(get("step")).map(|s| words::step(lang, s)));
    let cause = || {
        let known = FailureCause::from_word(get("cause")).map(|c| failure::happened(lang, c));
        let text = named("cause", known);
        match get("detail") {
            "" => text,
            detail => format!("{text} ({detail})"),
        }
    };
    let took = || get("millis").parse().map(|ms| format!(" ({})", format::duration(lang, ms))).unwrap_or_default();
    match event.code {
        EventCode::RequestState => format!(
            "{}: {}",
            lang.pick("Antrag", "Request"),
            named("state", RequestState::from_word(get("state")).map(|s| words::request_state(lang, s)))
        ),
        EventCode::InstallationState => format!(
            "{}: {}",
            lang.pick("Installation", "Installation"),
            named("state", InstallationState::from_word(get("state")).map(|s| words::installation_state(lang, s)))
        ),
        EventCode::OperationState => {
            let kind = OperationKind::from_word(get("kind"))
                .map_or(lang.pick("Bereitstellung", "Operation"), |k| words::operation_kind(lang, k));
            let state = OperationState::from_word(get("state")).map(|s| words::operation_state(lang, s));
            format!("{kind}: {}", named("state", state))
        }
        EventCode::StepStarted => match get("attempt") {
            "" | "0" | "1" => format!("{}: {}", step(), lang.pick("begonnen", "started")),
            attempt => format!("{}: {} {attempt}", step(), lang.pick("Versuch", "attempt")),
        },
        EventCode::StepDone => format!("{}: {}{}", step(), lang.pick("fertig", "done"), took()),
        EventCode::StepRetried => {
            format!("{}: {} {}", step(), lang.pick("neuer Versuch folgt.", "will be tried again."), cause())
        }
        EventCode::StepFailed => format!("{}: {} {}", step(), lang.pick("fehlgeschlagen.", "failed."), cause()),
        EventCode::Progress => match (get("what"), get("detail")) {
            (what, "") => progress(lang, what),
            ("", detail) => detail.to_owned(),
            (what, detail) => format!("{}: {detail}", progress(lang, what)),
        },
        EventCode::Log => get("line").to_owned(),
        EventCode::TestCase => {
            let result = match get("passed") {
                "true" | "1" => lang.pick("bestanden", "passed"),
                _ => lang.pick("nicht bestanden", "failed"),
            };
            format!("{} „{}“: {result}{}", lang.pick("Test", "Test"), get("name"), took())
        }
        EventCode::Act => super::action::text(lang, get("action")).to_owned(),
    }
}

/// What progresses inside a step, by its stable word.
fn progress(lang: Lang, what: &str) -> String {
    match what {
        "created" => lang.pick("Angelegt", "Created"),
        "applied" | "updated" => lang.pick("Eingerichtet", "Applied"),
        "unchanged" => lang.pick("Unverändert", "Unchanged"),
        "deleted" => lang.pick("Entfernt", "Deleted"),
        "ready" => lang.pick("Bereit", "Ready"),
        "waiting" => lang.pick("Wartet auf", "Waiting for"),
        "checked" => lang.pick("Geprüft", "Checked"),
        other => other,
    }
    .to_owned()
}

/// How loud a line is in the log.
pub fn mood(code: EventCode, params: &portal_model::event::Params) -> &'static str {
    let failed = || !matches!(params.get("passed").map(String::as_str), Some("true" | "1"));
    match code {
        EventCode::StepFailed => "error",
        EventCode::StepRetried => "warning",
        EventCode::TestCase if failed() => "error",
        _ => "plain",
    }
}
