//! The record.

use crate::{
    Assets,
    components::{
        case, empty,
        field::{self, Input},
        list::chosen,
        page_header, state, table, time,
    },
    document::Shell,
    i18n::{action, format},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Frame,
        audit::{AuditPage, AuditRow},
    },
};

const PATH: &str = "/protokoll";

/// `GET /protokoll`
pub fn audit(frame: &Frame, assets: &Assets, m: &AuditPage) -> String {
    let l = frame.lang;
    let title = l.pick("Protokoll", "Record");
    Shell::new(frame, assets, title).render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &AuditPage) -> AnyView {
    let lead = l.pick(
        "Wer wann was für wen getan hat, mit welcher Vollmacht.",
        "Who did what for whom, when, under which mandate.",
    );
    let actions = table::items(l, &m.actions, |c| action::text(l, &c.value).to_owned());
    let municipalities = table::items(l, &m.municipalities, |c| c.label.clone());
    let all = l.pick("Alle", "All");
    let date = |name: &str, label: &str, value: &str| {
        field::input(l, Input { kind: "date", required: true, value: value.to_owned(), ..Input::new(name, label) })
    };
    let filters = [
        table::filter(l, "aktion", l.pick("Was", "What"), Some(all), actions),
        table::filter(l, "verwaltung", l.pick("Verwaltung", "Administration"), Some(all), municipalities),
        Some(date("von", l.pick("Vom", "From"), &m.query.von)),
        Some(date("bis", l.pick("Bis", "To"), &m.query.bis)),
    ];
    let filters = filters.into_iter().flatten().collect();
    let count = format::length(l, m.rows.total, ("Eintrag", "entry"), ("Einträge", "entries"));
    let chain = if m.intact {
        let text = format!(
            "{}: {}",
            l.pick("Kette unversehrt, versiegelte Einträge", "Chain intact, sealed entries"),
            format::number(l, m.sealed)
        );
        state("ok", &text)
    } else {
        state(
            "error",
            l.pick(
                "Die Kette ist verletzt: bitte den Portalbetrieb verständigen",
                "The chain is broken: please tell the portal's operator",
            ),
        )
    };
    let list = if m.rows.items.is_empty() {
        empty(
            l.pick("Keine Einträge", "No entries"),
            l.pick("Ändern Sie Suche, Filter oder Zeitraum.", "Change search, filters or period."),
            None,
        )
    } else {
        table::table(title, m.rows.items.iter().map(|row| cells(l, row)).collect())
    };
    let q = &m.query;
    let query = [
        ("q", q.q.as_str()),
        ("aktion", if q.aktion.is_empty() { chosen(&m.actions) } else { &q.aktion }),
        ("verwaltung", if q.verwaltung.is_empty() { chosen(&m.municipalities) } else { &q.verwaltung }),
        ("von", q.von.as_str()),
        ("bis", q.bis.as_str()),
    ];
    view! {
        {page_header(title, lead)}
        <div class="portal-stack">
            {table::filter_form(l, PATH, l.pick("Nummer oder Gegenstand", "Number or subject"), &q.q, filters)}
            <div class="portal-results">
                <p class="portal-results__count" role="status">{count}</p>
                {chain}
            </div>
            {list}
            {table::more(l, PATH, query, m.rows.next.as_deref(), q.nach.is_none())}
        </div>
    }
    .into_any()
}

fn cells(l: Lang, row: &AuditRow) -> Vec<table::Cell> {
    let entry = &row.entry;
    let erased = l.pick("(Name gelöscht)", "(name erased)");
    let who = match (&entry.person, &entry.person_name) {
        (None, _) => l.pick("Portal", "Portal").to_owned(),
        (Some(_), name) => name.clone().unwrap_or_else(|| erased.to_owned()),
    };
    let whom = entry.municipality_name.clone().unwrap_or_else(|| "–".to_owned());
    let mandate =
        entry.mandate.map(|_| view! { <span class="portal-note">{l.pick("mit Vollmacht", "under a mandate")}</span> });
    let organisation = entry.acting_as_name.clone().map(|name| view! { <span class="portal-note">{name}</span> });
    let subject = match &row.case {
        Some(reference) => {
            let href = l.path(&format!("/nachnutzungen/{reference}"));
            view! { <a class="portal-ref" href=href>{reference.to_string()}</a> }.into_any()
        }
        None => view! { <span class="portal-mono">{entry.subject.clone()}</span> }.into_any(),
    };
    let operation = row.operation.as_ref().map(|o| {
        let href = l.path(&format!("/bereitstellungen/{}", o.reference));
        view! { <span class="portal-note"><a class="portal-ref" href=href>{o.reference.to_string()}</a></span> }
    });
    let note = row.note.clone().map(|note| view! { <span class="portal-note">{note}</span> });
    // Facts that this program cannot put into words are shown as they are.
    let said =
        row.note.is_some() || row.answer.is_some() || row.operation.as_ref().is_some_and(|o| o.reached.is_some());
    let detail = entry.detail.clone().filter(|_| !said).map(|json| {
        view! {
            <details>
                <summary class="portal-small">{l.pick("Einzelheiten", "Details")}</summary>
                <code class="portal-digest">{json}</code>
            </details>
        }
    });
    vec![
        (l.pick("Wann", "When"), time(l, entry.at)),
        (
            l.pick("Was", "What"),
            view! { {case::happened(l, &entry.action, row.answer, row.operation.as_ref())} {operation} {note} {detail} }.into_any(),
        ),
        (l.pick("Wer", "Who"), view! { {who} {organisation} }.into_any()),
        (l.pick("Für", "For"), view! { {whom} {mandate} }.into_any()),
        (l.pick("Gegenstand", "Subject"), subject),
    ]
}
