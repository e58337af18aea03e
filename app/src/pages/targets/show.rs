//! The page of a target: load, versions, installations, failures, limits, and what its operator can do.

use super::{maintenance, path, shell, where_it_is};
use crate::{
    Assets,
    components::{
        alert, button_link, empty, facts, form, link, page_header, paragraph, reason, section, state, table, text, time,
    },
    i18n::{failure, format, targets, words},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, targets::TargetPage},
};

/// `GET /rechenzentren/zielumgebungen/{id}`
pub fn show(frame: &Frame, assets: &Assets, m: &TargetPage) -> String {
    let l = frame.lang;
    let title = format!("{} {}", l.pick("Zielumgebung", "Target"), m.head.name);
    shell(frame, assets, &title).errors(!m.errors.is_empty()).render(|| {
        let lead = l.pick("Auslastung, was hier läuft, und was hakt.", "Load, what runs here, and what is stuck.");
        let labels = [reason::labelled(l)];
        let operator = m.may_change.then(|| {
            view! {
                {section("versionen", l.pick("Versionen", "Versions"), versions(l, m))}
                {section("installationen", l.pick("Installationen", "Installations"), tenants(l, m))}
                {section("fehler", l.pick("Was hakt", "What is stuck"), failures(l, m))}
            }
        });
        view! {
            {page_header(&title, lead)}
            <div class="portal-stack portal-stack--large">
                {form::summary_of(l, &m.errors, &labels)}
                {where_it_is(l, &m.head)}
                {stopped(l, m)}
                {section("auslastung", l.pick("Auslastung und Grenzen", "Load and limits"), load(l, m))}
                {m.may_change.then(|| actions(l, m))}
                {section("wartung", l.pick("Wartung", "Maintenance"), maintenance::overview(l, &m.maintenance))}
                {operator}
                {(m.may_change && m.stopped.is_none()).then(|| stop(l, m))}
            </div>
        }
        .into_any()
    })
}

fn stopped(l: Lang, m: &TargetPage) -> Option<AnyView> {
    let stop = m.stopped.as_ref()?;
    let go_on = m.may_change.then(|| {
        let button = form::submit("primary", "aktion", "weiter", l.pick("Wieder freigeben", "Let it go on"));
        form::post(l, &path(m.head.id), false, form::actions(vec![button]))
    });
    let body = view! {
        <p class="portal-comment">{stop.reason.clone()}</p>
        <p class="kern-body">{l.pick("Seit ", "Since ")} {time(l, stop.at)}</p>
        {go_on}
    };
    Some(alert(
        "warning",
        l.pick("Angehalten: hier geschieht nichts", "Stopped: nothing is done here"),
        Some(body.into_any()),
    ))
}

fn load(l: Lang, m: &TargetPage) -> AnyView {
    let number = |n: i64| format::number(l, n);
    let at_once = match m.at_once {
        Some(n) => number(n),
        None => format!("{} ({})", number(m.default_at_once), l.pick("wie überall", "as everywhere")),
    };
    let per_second = m.per_second.map_or_else(|| l.pick("unbegrenzt", "unlimited").to_owned(), number);
    let windows = if m.windows.is_empty() {
        text(l.pick("immer", "always"))
    } else {
        let lines = m.windows.iter().map(|w| {
            let (day, from, until) = w.shown();
            // One that lasts beyond midnight ends on a later day.
            let last = targets::weekday(
                l,
                usize::try_from((w.until - 1) / portal_model::operating::DAY_MINUTES).unwrap_or(day),
            );
            let until =
                if w.until - day as i64 * portal_model::operating::DAY_MINUTES > portal_model::operating::DAY_MINUTES {
                    let minute = w.until % portal_model::operating::DAY_MINUTES;
                    format!("{last} {:02}:{:02}", minute / 60, minute % 60)
                } else {
                    until
                };
            view! { <li>{format!("{} {from} – {until}", targets::weekday(l, day))}</li> }
        });
        let now = m.outside_windows.then(|| state("wait", l.pick("gerade geschlossen", "closed just now")));
        view! { <ul class="portal-bare">{lines.collect_view()}</ul> {now} }.into_any()
    };
    let mirrors = if m.mirrors.is_empty() {
        text(l.pick("keine", "none"))
    } else {
        let lines =
            m.mirrors.iter().map(|(from, to)| view! { <li class="portal-mono">{format!("{from} → {to}")}</li> });
        view! { <ul class="portal-bare">{lines.collect_view()}</ul> }.into_any()
    };
    let stuck = if m.stuck > 0 {
        let words = (("Eingriff nötig", "needs somebody"), ("Eingriffe nötig", "need somebody"));
        state("error", &format::count(l, m.stuck, words.0, words.1))
    } else {
        text("0")
    };
    let endpoint = view! { <span class="portal-mono">{m.endpoint.clone()}</span> };
    let only_for = m.only_for.clone().unwrap_or_else(|| l.pick("alle Verwaltungen", "all administrations").to_owned());
    facts(vec![
        (
            l.pick("Belegte Plätze", "Places taken").to_owned(),
            text(format!("{} / {}", number(m.taken), number(m.capacity))),
        ),
        (l.pick("Laufende Bereitstellungen", "Running operations").to_owned(), text(number(m.running))),
        (l.pick("Hängende Bereitstellungen", "Stuck operations").to_owned(), stuck),
        (l.pick("Laufende Probeläufe", "Trials under way").to_owned(), text(number(m.trials))),
        (l.pick("Bereitstellungen gleichzeitig", "Operations at the same time").to_owned(), text(at_once)),
        (l.pick("Anfragen je Sekunde", "Requests per second").to_owned(), text(per_second)),
        (l.pick("Zeitfenster (deutsche Zeit)", "Windows (German time)").to_owned(), windows),
        (l.pick("Spiegel von Registries", "Registry mirrors").to_owned(), mirrors),
        (l.pick("Für", "For").to_owned(), text(only_for)),
        ("Domain".to_owned(), text(m.domain.as_str())),
        (l.pick("API-Server", "API server").to_owned(), endpoint.into_any()),
    ])
}

fn actions(l: Lang, m: &TargetPage) -> AnyView {
    let to =
        |below: &str, label: &str| button_link("secondary", l.path(&format!("{}/{below}", path(m.head.id))), label);
    let trials = m.may_admit_trials.then(|| {
        let href = l.path(&format!("/rechenzentren/probelaeufe/{}", m.head.id));
        button_link("secondary", href, l.pick("Probeläufe", "Trials"))
    });
    view! {
        <div class="portal-cluster">
            {to("einstellungen", l.pick("Grenzen und Spiegel", "Limits and mirrors"))}
            {to("wartung", l.pick("Wartung ankündigen", "Announce maintenance"))}
            {to("zugang", l.pick("Zugangsdaten erneuern", "Renew the credential"))} {trials}
        </div>
    }
    .into_any()
}

fn versions(l: Lang, m: &TargetPage) -> AnyView {
    if m.versions.is_empty() {
        return paragraph(l.pick("Hier läuft noch nichts.", "Nothing runs here yet."));
    }
    let rows = m.versions.iter().map(|(name, version, n)| {
        vec![
            ("Verfahren", text(name.get(l))),
            (l.pick("Version", "Version"), text(version.as_str())),
            (l.pick("Installationen", "Installations"), text(format::number(l, *n))),
        ]
    });
    table::table(l.pick("Versionen", "Versions"), rows.collect())
}

fn tenants(l: Lang, m: &TargetPage) -> AnyView {
    if m.tenants.is_empty() {
        return empty(
            l.pick("Keine Installationen", "No installations"),
            l.pick(
                "Hier stehen die Verwaltungen, die einen Platz haben.",
                "Administrations that have a place will stand here.",
            ),
            None,
        );
    }
    let rows = m.tenants.iter().map(|t| {
        vec![
            (l.pick("Verwaltung", "Administration"), text(t.municipality.as_str())),
            ("Verfahren", text(t.verfahren.get(l))),
            (l.pick("Version", "Version"), text(t.version.as_deref().unwrap_or("–"))),
            (l.pick("Seit", "Since"), t.since.map_or_else(|| text("–"), |at| time(l, at))),
            (l.pick("Stand", "State"), text(words::installation_state(l, t.state))),
        ]
    });
    table::table(l.pick("Installationen", "Installations"), rows.collect())
}

fn failures(l: Lang, m: &TargetPage) -> AnyView {
    if m.failures.is_empty() {
        return paragraph(l.pick("Nichts.", "Nothing."));
    }
    let rows = m.failures.iter().map(|f| {
        let what = view! {
            {failure::happened(l, f.cause)} <span class="portal-note">{failure::advice(l, f.cause)}</span>
        };
        vec![
            (
                l.pick("Bereitstellung", "Operation"),
                view! { <span class="portal-ref">{f.reference.to_string()}</span> }.into_any(),
            ),
            (l.pick("Was", "What"), text(words::operation_kind(l, f.kind))),
            (l.pick("Für", "For"), text(f.municipality.as_deref().unwrap_or("–"))),
            (l.pick("Stand", "State"), text(words::operation_state(l, f.state))),
            (l.pick("Ursache", "Cause"), what.into_any()),
            (l.pick("Seit", "Since"), time(l, f.since)),
        ]
    });
    table::table(l.pick("Was hakt", "What is stuck"), rows.collect())
}

fn stop(l: Lang, m: &TargetPage) -> AnyView {
    let note = l.pick(
        "Hält alles an, was das Portal hier tut: nichts beginnt, und was läuft, beendet seinen Schritt und wartet. Was eingerichtet ist, läuft weiter. Die Begründung lesen alle, deren Nachnutzung es betrifft.",
        "Stops everything that the portal does here: nothing begins, and what is under way ends its step and waits. What is set up keeps running. Everybody whose adoption is concerned reads the reason.",
    );
    let content = view! {
        <div class="portal-danger-zone">
            {paragraph(note)} {reason::reason(l, &m.reason, "", true, &m.errors)}
            {form::actions(vec![form::submit("secondary", "aktion", "anhalten", l.pick("Zielumgebung anhalten", "Stop the target")), link(l.path("/rechenzentren"), l.pick("Zurück zu den Rechenzentren", "Back to the data centres"))])}
        </div>
    };
    let content = form::post(l, &path(m.head.id), false, content.into_any());
    section("anhalten", l.pick("Anhalten", "Stop"), content)
}
