//! Parts of a Bereitstellung: its steps, its log, why it failed.

use super::alert;
use crate::i18n::{event, failure, format, words};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    event::Event,
    operation::Failure,
    pages::operation::{StepState, StepView},
};

/// Steps with attempts and durations.
pub fn steps(l: Lang, steps: &[StepView]) -> AnyView {
    let steps = steps.iter().map(|s| {
        let class = match s.state {
            StepState::Open | StepState::Skipped => "open",
            StepState::Running => "run",
            StepState::Done => "done",
            StepState::Failed => "failed",
        };
        let time = s.millis.map(|ms| format::duration(l, ms)).unwrap_or_default();
        let skipped = (s.state == StepState::Skipped).then(|| {
            // Told already to those who do not see it.
            view! { <span class="portal-steps__note" aria-hidden="true">{words::step_state(l, s.state)}</span> }
        });
        let attempts = (s.attempts > 1).then(|| {
            let text = format!("{} {}", s.attempts, l.pick("Versuche", "attempts"));
            view! { <span class="portal-steps__note">{text}</span> }
        });
        view! {
            <li class=format!("portal-steps__step portal-steps__step--{class}")>
                <span>
                    {words::step(l, s.step)} <span class="kern-sr-only">": " {words::step_state(l, s.state)}</span>
                </span>
                <span class="portal-steps__time">{time}</span>
                {attempts}
                {skipped}
            </li>
        }
    });
    view! { <ol class="portal-steps">{steps.collect_view()}</ol> }.into_any()
}

/// The log, oldest first.
pub fn log(l: Lang, events: &[Event]) -> AnyView {
    let lines = events.iter().map(|e| {
        let class = match event::mood(e.code, &e.params) {
            "error" => "portal-log__line portal-log__line--error",
            "warning" => "portal-log__line portal-log__line--warning",
            _ => "portal-log__line",
        };
        view! {
            <li class=class>
                <time class="portal-log__time" datetime=e.at.rfc3339()>{e.at.clock()}</time>
                <span class="portal-log__text">{event::text(l, e)}</span>
            </li>
        }
    });
    let name = l.pick("Protokoll der Bereitstellung", "Log of the operation");
    view! { <ol class="portal-log" tabindex="0" aria-label=name>{lines.collect_view()}</ol> }.into_any()
}

/// What failed and what to do.
pub fn why_failed(l: Lang, f: &Failure) -> AnyView {
    let detail = (!f.detail.is_empty()).then(|| view! { <p class="portal-mono">{f.detail.clone()}</p> });
    let body = view! {
        {detail}
        <p class="kern-body">
            <span class="portal-strong">{l.pick("Was tun? ", "What to do: ")}</span>
            {failure::advice(l, f.cause)}
        </p>
    };
    alert("danger", failure::happened(l, f.cause), Some(body.into_any()))
}
