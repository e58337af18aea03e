//! A Bereitstellung, live.

use crate::{
    Assets,
    components::{
        alert, case, data_centre, facts, form, link, live, operation as parts, paragraph, reason, section, text, time,
    },
    document::{Shell, render},
    i18n::words,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    operation::OperationState,
    pages::{Frame, operation::OperationPage},
};

/// `GET /bereitstellungen/{reference}`
pub fn operation(frame: &Frame, assets: &Assets, m: &OperationPage) -> String {
    let l = frame.lang;
    let title = format!("{} {}", l.pick("Bereitstellung", "Operation"), m.reference);
    let auto = m.auto.filter(|_| !m.state.is_final());
    Shell::new(frame, assets, title.as_str())
        .crumb(l.pick("Nachnutzungen", "Adoptions"), "/nachnutzungen")
        .crumb(format!("{} · {}", m.verfahren.get(l), m.municipality), format!("/nachnutzungen/{}", m.case))
        .errors(!m.errors.is_empty())
        .refresh(auto)
        .islands()
        .render(|| {
            let live = live::Live {
                events: format!("/api/v1/operations/{}/events", m.reference),
                fragment: l.path(&format!("/bereitstellungen/{}/live", m.reference)),
                refresh: l.path(&path(m)),
                after: m.last_event,
                is_final: m.state.is_final(),
            };
            view! {
                <div class="portal-page-header">
                    <div class="portal-page-header__text">
                        <h1 class="kern-heading-x-large">{words::operation_kind(l, m.kind)}</h1>
                        <ul class="portal-facts">
                            <li class="portal-strong">{m.municipality.clone()}</li>
                            <li>{m.verfahren.get(l).to_owned()}</li>
                            <li><span class="portal-ref">{m.reference.to_string()}</span></li>
                        </ul>
                    </div>
                </div>
                <div class="portal-stack portal-stack--large">
                    {form::summary_of(l, &m.errors, &[reason::labelled(l)])}
                    {live::region(l, &live, content(l, m))}
                    {intervene(l, m)}
                    <p>{link(l.path(&format!("/nachnutzungen/{}", m.case)), l.pick("Zurück zur Nachnutzung", "Back to the adoption"))}</p>
                </div>
            }
            .into_any()
        })
}

/// The live part alone: `GET /bereitstellungen/{reference}/live`
pub fn operation_live(frame: &Frame, m: &OperationPage) -> String {
    let l = frame.lang;
    let said = format!("{}: {}", words::operation_kind(l, m.kind), words::operation_state(l, m.state));
    render(|| live::part(m.last_event, m.state.is_final(), &said, content(l, m)))
}

fn content(l: Lang, m: &OperationPage) -> AnyView {
    let rows = vec![
        (l.pick("Stand", "State"), case::operation_state(l, m.state)),
        (l.pick("Zielumgebung", "Target environment"), data_centre(l, &m.target, m.simulated)),
        (l.pick("Begonnen", "Begun"), time(l, m.created_at)),
        (l.pick("Beendet", "Ended"), m.finished_at.map_or_else(|| text("–"), |at| time(l, at))),
    ];
    let rows = rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let show_failure = !matches!(m.state, OperationState::Done);
    let log = if m.events.is_empty() {
        text(l.pick("Noch keine Meldungen.", "No messages yet."))
    } else {
        parts::log(l, &m.events)
    };
    view! {
        <div class="portal-stack portal-stack--large">
            {case::lies_with(l, &m.lies_with, m.state == OperationState::Stuck, m.state == OperationState::Done)}
            {m.failure.as_ref().filter(|_| show_failure).map(|f| parts::why_failed(l, f))}
            <div class="portal-columns">
                {section("schritte", l.pick("Schritte", "Steps"), parts::steps(l, &m.steps))}
                <aside class="portal-panel" aria-label=l.pick("Auf einen Blick", "At a glance")>{facts(rows)}</aside>
            </div>
            {section("meldungen", l.pick("Meldungen", "Messages"), log)}
        </div>
    }
    .into_any()
}

/// Trying again and giving up. Outside the live part, so that nothing typed is lost.
fn intervene(l: Lang, m: &OperationPage) -> Option<AnyView> {
    let retry = m.may_retry.then(|| {
        let content = view! {
            <p>
                {l.pick(
                    "Die Bereitstellung macht bei dem Schritt weiter, der fehlgeschlagen ist. Was schon eingerichtet ist, bleibt.",
                    "The operation goes on at the step that failed. What is set up already stays.",
                )}
            </p>
            {form::actions(vec![form::submit("primary", "aktion", "wiederholen", l.pick("Erneut versuchen", "Try again"))])}
        };
        form::post(l, &path(m), false, content.into_any())
    });
    let abandon = m.may_abandon.then(|| {
        let risk = m.data_at_risk.then(|| {
            let text = l.pick(
                "Die vorherige Version kommt zurück. Ihre Daten hat diese Bereitstellung aber schon verändert oder ersetzt: Sprechen Sie vorher mit dem Herausgeber, und halten Sie die Produktion danach an, bis die Daten geprüft sind.",
                "The version before comes back. But this operation has already changed or replaced its data: talk to the vendor first, and stop production afterwards until the data have been checked.",
            );
            alert("danger", l.pick("Daten kommen nicht von selbst zurück", "Data do not come back by themselves"), Some(paragraph(text)))
        });
        let button = form::submit("secondary", "aktion", "aufgeben", l.pick("Bereitstellung aufgeben", "Give up the operation"));
        end(l, m, l.pick("Aufgeben", "Give up"), risk, reason::visible(l), button)
    });
    if retry.is_none() && abandon.is_none() && !m.may_cancel {
        return None;
    }
    // What is stuck is given up, what waits or runs is called off: one field for the reason.
    let cancel = (m.may_cancel && !m.may_abandon).then(|| {
        let hint = l.pick(
            "Was diese Bereitstellung getan hat, wird zurückgenommen. Die Begründung steht im Protokoll.",
            "What this operation did is taken back. The reason stands in the record.",
        );
        let button = form::submit(
            "secondary",
            "aktion",
            "abbrechen",
            l.pick("Bereitstellung abbrechen", "Call the operation off"),
        );
        end(l, m, l.pick("Abbrechen", "Call off"), None, hint, button)
    });
    let content = view! { {retry} {abandon} {cancel} };
    Some(section("eingreifen", l.pick("Eingreifen", "Intervene"), content.into_any()))
}

/// A way to end an operation, folded away; it wants a reason.
fn end(
    l: Lang,
    m: &OperationPage,
    title: &'static str,
    notice: Option<AnyView>,
    hint: &str,
    button: AnyView,
) -> AnyView {
    let content = view! {
        {notice}
        {reason::reason(l, &m.reason, hint, true, &m.errors)}
        {form::actions(vec![button])}
    };
    let open = !m.errors.is_empty();
    view! {
        <details class="portal-details" open=open>
            <summary>{title}</summary>
            {form::post(l, &path(m), false, content.into_any())}
        </details>
    }
    .into_any()
}

fn path(m: &OperationPage) -> String {
    format!("/bereitstellungen/{}", m.reference)
}
