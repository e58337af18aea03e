//! The case: phases, „Liegt bei", the one next step, history.

use crate::{
    Assets,
    components::{
        address::with_query, alert, button_link, case as parts, data_centre, details, facts, form, link, live,
        outside_link, paragraph, section, text, time,
    },
    document::{Shell, render},
    i18n::words,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    activation::{ActivationState, Side},
    installation::InstallationState,
    operation::OperationState,
    pages::{
        Frame,
        activation::ActivationView,
        case::{CasePage, ChangeView, NextStep},
    },
    request::RequestState,
};

/// `GET /nachnutzungen/{reference}`
pub fn case(frame: &Frame, assets: &Assets, m: &CasePage) -> String {
    let l = frame.lang;
    let title = format!("{} · {}", m.head.verfahren.get(l), m.head.municipality);
    let reference = &m.head.reference;
    Shell::new(frame, assets, title)
        .crumb(l.pick("Nachnutzungen", "Adoptions"), "/nachnutzungen")
        .on_behalf(m.head.on_behalf.then_some(m.head.municipality.as_str()))
        .islands()
        .render(|| {
            let live = live::Live {
                events: format!("/api/v1/requests/{reference}/events"),
                fragment: l.path(&format!("/nachnutzungen/{reference}/live")),
                refresh: l.path(&format!("/nachnutzungen/{reference}")),
                after: m.last_event,
                is_final: is_final(m),
            };
            view! {
                {parts::header_without_state(l, &m.head, m.head.verfahren.get(l))}
                {live::region(l, &live, content(l, m))}
            }
            .into_any()
        })
}

/// The live part of the case alone: `GET /nachnutzungen/{reference}/live`
pub fn case_live(frame: &Frame, m: &CasePage) -> String {
    let l = frame.lang;
    render(|| live::part(m.last_event, is_final(m), &said(l, m), content(l, m)))
}

/// What the live view reads out when it changed.
fn said(l: Lang, m: &CasePage) -> String {
    format!("{}: {}", words::phase(l, m.phase), standing(l, m))
}

/// Where the case stands within its phase. What is stuck is neither being tested nor going live.
fn standing(l: Lang, m: &CasePage) -> &'static str {
    match m.installation {
        Some(_) if is_stuck(m) => words::operation_state(l, OperationState::Stuck),
        Some(state) => words::installation_state(l, state),
        None => words::request_state(l, m.head.state),
    }
}

fn is_stuck(m: &CasePage) -> bool {
    m.operations.first().is_some_and(|o| o.state == OperationState::Stuck)
}

/// Nothing more will happen by itself.
fn is_final(m: &CasePage) -> bool {
    match m.installation {
        Some(state) => state == InstallationState::Removed,
        None => matches!(m.head.state, RequestState::Declined | RequestState::Withdrawn),
    }
}

fn content(l: Lang, m: &CasePage) -> AnyView {
    let failed = matches!(m.installation, Some(InstallationState::TestFailed | InstallationState::Defective))
        || matches!(m.head.state, RequestState::Declined)
        || is_stuck(m);
    let all_done = matches!(m.installation, Some(InstallationState::Live | InstallationState::Connected));
    let note = standing(l, m);
    let note = match m.installation {
        Some(InstallationState::Live) => format!("{note} {} {}", l.pick("seit", "since"), m.lies_with.since.date(l)),
        _ => note.to_owned(),
    };
    let own = m.next != NextStep::Wait;
    view! {
        <div class="portal-stack portal-stack--large">
            {parts::stepper(l, m.phase, failed, all_done, &note)}
            {parts::lies_with(l, &m.lies_with, own, all_done)}
            {m.change.as_ref().map(|change| changing(l, change))}
            <div class="portal-columns">
                <div class="portal-stack portal-stack--large">
                    {crate::components::target_notice::list(l, &m.target_notices)}
                    {next_step(l, m)}
                    {parts::question(l, &m.head).filter(|_| m.head.state == RequestState::Returned)}
                    {decision(l, m)}
                    {m.test_run.as_ref().map(|run| section("test", report_title(l, m), parts::test_report(l, run)))}
                    {acceptance(l, m)}
                    {m.activation.as_ref().map(|a| section("freischaltung", words::phase(l, portal_model::phase::Phase::Activation), activation(l, a)))}
                    {(!m.values.is_empty()).then(|| section("angaben", l.pick("Angaben", "Values"), details(l.pick("Angaben ansehen", "See the values"), parts::values(l, &m.values, 3))))}
                    {m.values_unread.then(|| section("angaben", l.pick("Angaben", "Values"), paragraph(unread(l))))}
                    {section("verlauf", l.pick("Verlauf", "History"), parts::history(l, &m.history))}
                </div>
                <aside class="portal-stack portal-stack--large">
                    {glance(l, m)}
                    {also(l, m)}
                    {technical(l, m)}
                </aside>
            </div>
        </div>
    }
    .into_any()
}

/// Production stays as it is while a change is on its way.
fn changing(l: Lang, c: &ChangeView) -> AnyView {
    let text = match (l, c.from == c.to) {
        (Lang::De, true) => format!(
            "Neue Angaben, begonnen am {}. Version {} läuft solange unverändert weiter.",
            c.since.date(l),
            c.from
        ),
        (Lang::En, true) => {
            format!("New values, begun on {}. Version {} runs on unchanged meanwhile.", c.since.date(l), c.from)
        }
        (Lang::De, false) => format!(
            "Aktualisierung auf Version {}, begonnen am {}. Version {} läuft solange unverändert weiter.",
            c.to,
            c.since.date(l),
            c.from
        ),
        (Lang::En, false) => {
            format!(
                "Update to version {}, begun on {}. Version {} runs on unchanged meanwhile.",
                c.to,
                c.since.date(l),
                c.from
            )
        }
    };
    alert("info", l.pick("Eine Änderung ist in Arbeit", "A change is under way"), Some(paragraph(&text)))
}

/// While it is tested again, or a change is not tested yet, the report is still that of the last time.
fn report_title(l: Lang, m: &CasePage) -> &'static str {
    match m.installation {
        Some(InstallationState::InTest | InstallationState::Changing) => {
            l.pick("Letzter Testbericht", "Last test report")
        }
        _ => l.pick("Testbericht", "Test report"),
    }
}

fn unread(l: Lang) -> &'static str {
    l.pick(
        "Das Portal kann die Angaben zurzeit nicht anzeigen, weil es das Paket dieser Version nicht lesen kann. Gespeichert sind sie. Bleibt es dabei, wenden Sie sich an den Betrieb des Portals.",
        "The portal cannot show the values at the moment since it cannot read the package of this version. They are stored. If this goes on, contact the operators of the portal.",
    )
}

fn next_step(l: Lang, m: &CasePage) -> Option<AnyView> {
    let base = format!("/nachnutzungen/{}", m.head.reference);
    let path = match m.next {
        NextStep::FillIn | NextStep::Answer => format!("{base}/antrag"),
        NextStep::Take | NextStep::Review => format!("{base}/pruefung"),
        NextStep::Correct => format!("{base}/antrag/werte"),
        NextStep::Accept => format!("{base}/abnahme"),
        NextStep::DiscardChange => format!("{base}/verwerfen"),
        NextStep::FinishChange => format!("{base}/aenderung"),
        NextStep::RequestActivation | NextStep::Approve | NextStep::TestAgain => format!("{base}/freischaltung"),
        NextStep::Remove => format!("{base}/entfernen"),
        NextStep::Intervene => {
            let stuck = m.operations.iter().find(|o| o.state == OperationState::Stuck).or(m.operations.first())?;
            format!("/bereitstellungen/{}", stuck.reference)
        }
        NextStep::Wait => return None,
    };
    let label = words::next_step(l, m.next);
    // Taking up is an act, so it is a form; everything else is a way to a page.
    let button = if m.next == NextStep::Take {
        let content = form::submit("primary", "aktion", "uebernehmen", label);
        form::of_case(l, &m.head, "pruefung", false, content)
    } else {
        button_link("primary", l.path(&path), label)
    };
    let test = (m.next == NextStep::Accept).then(|| {
        m.test_link
            .as_deref()
            .map(|url| outside_link(l, url, l.pick("Testumgebung öffnen", "Open the test environment")))
    });
    Some(
        view! {
            <section class="portal-panel portal-panel--next" aria-labelledby="naechstes">
                <h2 class="kern-title" id="naechstes">{l.pick("Der nächste Schritt", "The next step")}</h2>
                <p>{words::next_step_help(l, m.next)}</p>
                <div class="portal-form__actions">{button} {test}</div>
            </section>
        }
        .into_any(),
    )
}

fn decision(l: Lang, m: &CasePage) -> Option<AnyView> {
    let note = m.decision_note.clone().filter(|n| !n.trim().is_empty())?;
    let (mood, title) = match m.head.state {
        RequestState::Accepted => ("info", l.pick("Angenommen mit Auflagen", "Accepted with conditions")),
        RequestState::Declined => ("danger", l.pick("Nicht angenommen", "Not accepted")),
        _ => return None,
    };
    let body = view! { <p class="portal-comment">{note}</p> };
    Some(alert(mood, title, Some(body.into_any())))
}

fn acceptance(l: Lang, m: &CasePage) -> Option<AnyView> {
    let (accepted, note, who, at) = m.acceptance.as_ref()?;
    let (mood, word) = if *accepted {
        ("ok", l.pick("Abnahme erklärt", "Acceptance declared"))
    } else {
        ("error", l.pick("Mangel gemeldet", "Defect reported"))
    };
    let note = (!note.is_empty()).then(|| view! { <p class="portal-comment">{note.clone()}</p> });
    let content = view! {
        <p class="portal-cluster">
            {crate::components::state(mood, word)}
            <span class="portal-muted portal-small">{who.clone()} ", " {time(l, *at)}</span>
        </p>
        {note}
    };
    Some(section("abnahme", l.pick("Abnahme", "Acceptance"), content.into_any()))
}

/// The two yes of an activation, as far as they are there.
pub(super) fn activation(l: Lang, a: &ActivationView) -> AnyView {
    let sides = Side::ALL.iter().map(|side| {
        let given = a.approvals.iter().find(|(s, _, _)| s == side);
        let class = if given.is_some() { "portal-checks__item portal-checks__item--ok" } else { "portal-checks__item" };
        let label = match side {
            Side::Municipality => l.pick("Zustimmung der Verwaltung", "Approval of the administration"),
            Side::Land => l.pick("Zustimmung des Landes", "Approval of the Land"),
        };
        let note = match given {
            Some((_, who, at)) => view! { {who.clone()} ", " {time(l, *at)} }.into_any(),
            None if a.state == ActivationState::Requested => text(l.pick("steht aus", "still missing")),
            None => text(l.pick("nicht erteilt", "not given")),
        };
        view! {
            <li class=class>
                <span>{label}</span>
                <span class="portal-checks__note">{note}</span>
            </li>
        }
    });
    view! {
        <p class="portal-cluster">
            <span class="portal-strong">{activation_state(l, a)}</span>
            <span class="portal-muted portal-small">
                {l.pick("beantragt von ", "requested by ")} {a.requested_by.clone()} ", " {time(l, a.requested_at)}
            </span>
        </p>
        {a.not_before.map(|at| view! { <p>{l.pick("Frühestens ab ", "Not before ")} {time(l, at)}</p> })}
        <ul class="portal-checks">{sides.collect_view()}</ul>
    }
    .into_any()
}

/// State of an activation; once one yes is there, which one is missing.
fn activation_state(l: Lang, a: &ActivationView) -> &'static str {
    let missing: Vec<Side> =
        Side::ALL.iter().copied().filter(|side| !a.approvals.iter().any(|(s, _, _)| s == side)).collect();
    match (a.state, missing.as_slice()) {
        (ActivationState::Requested, [Side::Municipality]) => {
            l.pick("Es fehlt noch die Zustimmung der Verwaltung", "The approval of the administration is still missing")
        }
        (ActivationState::Requested, [Side::Land]) => {
            l.pick("Es fehlt noch die Zustimmung des Landes", "The approval of the Land is still missing")
        }
        (state, _) => words::activation_state(l, state),
    }
}

fn glance(l: Lang, m: &CasePage) -> AnyView {
    let steckbrief = l.path(&format!("/verfahren/{}", m.head.slug));
    let mut rows = vec![
        (
            l.pick("Nummer", "Number"),
            view! { <span class="portal-ref">{m.head.reference.to_string()}</span> }.into_any(),
        ),
        (l.pick("Verwaltung", "Administration"), text(m.head.municipality.as_str())),
        (l.pick("Verfahren", "Verfahren"), link(steckbrief, m.head.verfahren.get(l))),
        (l.pick("Version", "Version"), text(m.head.version.as_str())),
        (l.pick("Gemeinden", "Gemeinden"), parts::areas(l, &m.areas)),
    ];
    if let Some((name, is_simulated)) = &m.data_centre {
        rows.push((l.pick("Rechenzentrum", "Data centre"), data_centre(l, name, *is_simulated)));
    }
    if let Some(url) = &m.test_link {
        rows.push((
            l.pick("Test", "Test"),
            outside_link(l, url, l.pick("Testumgebung öffnen", "Open the test environment")),
        ));
    }
    if let Some(url) = &m.production_link {
        rows.push((l.pick("Produktion", "Production"), outside_link(l, url, url)));
    }
    if let Some(signing) = m.head.signing.as_ref().filter(|s| !s.can.is_empty()) {
        rows.push((
            l.pick("Kann für die Verwaltung zustimmen", "Can approve for the administration"),
            text(signing.can.join(", ")),
        ));
    }
    let rows = rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    view! {
        <section class="portal-panel" aria-labelledby="blick">
            <h2 class="kern-title" id="blick">{l.pick("Auf einen Blick", "At a glance")}</h2>
            {facts(rows)}
        </section>
    }
    .into_any()
}

fn also(l: Lang, m: &CasePage) -> Option<AnyView> {
    let links: Vec<AnyView> = m
        .also
        .iter()
        // What is the next step already stands above.
        .filter(|word| word.as_str() != m.next.word())
        .filter_map(|word| {
            let (below, label) = match word.as_str() {
                "test_again" => {
                    ("freischaltung", l.pick("Erneut testen: der Test ist zu alt", "Test again: the test is too old"))
                }
                "withdraw" => ("zurueckziehen", l.pick("Antrag zurückziehen", "Withdraw the request")),
                "change" => ("aendern", l.pick("Aktualisieren oder Angaben ändern", "Update or change values")),
                "discard" => ("verwerfen", l.pick("Änderung verwerfen", "Discard the change")),
                "rollback" => {
                    ("zurueckkehren", l.pick("Zu einem früheren Stand zurückkehren", "Go back to an earlier state"))
                }
                "suspend" => ("anhalten", l.pick("Produktion anhalten", "Stop production")),
                "resume" => ("anhalten", l.pick("Produktion wieder starten", "Start production again")),
                "remove" => ("entfernen", l.pick("Installation entfernen", "Remove the installation")),
                "values" => ("antrag/werte", l.pick("Angaben korrigieren", "Correct the values")),
                _ => return None,
            };
            let href = l.path(&format!("/nachnutzungen/{}/{below}", m.head.reference));
            Some(view! { <li>{link(href, label)}</li> }.into_any())
        })
        .collect();
    (!links.is_empty()).then(|| {
        view! {
            <section class="portal-stack portal-stack--small" aria-labelledby="ausserdem">
                <h2 class="kern-title" id="ausserdem">{l.pick("Außerdem möglich", "Also possible")}</h2>
                <ul class="portal-links">{links}</ul>
            </section>
        }
        .into_any()
    })
}

fn technical(l: Lang, m: &CasePage) -> AnyView {
    let operations = if m.operations.is_empty() {
        text(l.pick("Noch keine Bereitstellung.", "No operation yet."))
    } else {
        let rows = m.operations.iter().map(|o| {
            let href = l.path(&format!("/bereitstellungen/{}", o.reference));
            view! {
                <li>
                    <a class="portal-ref" href=href>{o.reference.to_string()}</a>
                    <span class="portal-links__note">
                        {words::operation_kind(l, o.kind)} ": " {words::operation_state(l, o.state)} ", " {time(l, o.created_at)}
                    </span>
                </li>
            }
        });
        view! { <ul class="portal-links">{rows.collect_view()}</ul> }.into_any()
    };
    let record = link(
        with_query(&l.path("/protokoll"), [("q", m.head.reference.as_str())]),
        l.pick("Im Protokoll suchen", "Look in the record"),
    );
    let content = view! {
        <h3 class="kern-title">{l.pick("Bereitstellungen", "Operations")}</h3>
        {operations}
        <p>{record}</p>
    };
    details(l.pick("Technische Details", "Technical details"), content.into_any())
}
