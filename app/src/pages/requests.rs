//! The list of Nachnutzungen.

use crate::{
    Assets,
    components::{button_link, case, empty, page_header, table, text, time},
    document::Shell,
    i18n::{format, words},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Choice, Frame, case::CaseRow, request::RequestListPage},
    phase::Phase,
};

const PATH: &str = "/nachnutzungen";

/// `GET /nachnutzungen`
pub fn request_list(frame: &Frame, assets: &Assets, m: &RequestListPage) -> String {
    let l = frame.lang;
    let title = l.pick("Nachnutzungen", "Adoptions");
    Shell::new(frame, assets, title).render(|| content(frame, title, m))
}

fn content(frame: &Frame, title: &str, m: &RequestListPage) -> AnyView {
    let l = frame.lang;
    let lead = l.pick(
        "Alle Anträge und Nachnutzungen, an denen Sie beteiligt sind.",
        "All requests and adoptions that you take part in.",
    );
    let phase = |c: &Choice| Phase::from_word(&c.value).map_or(c.label.clone(), |p| words::phase(l, p).to_owned());
    let filters = [
        table::filter(
            l,
            "phase",
            l.pick("Phase", "Phase"),
            Some(l.pick("Alle", "All")),
            table::items(l, &m.phases, phase),
        ),
        table::filter(
            l,
            "verwaltung",
            l.pick("Verwaltung", "Administration"),
            Some(l.pick("Alle", "All")),
            table::items(l, &m.municipalities, |c| c.label.clone()),
        ),
    ];
    let filters = filters.into_iter().flatten().collect();
    let search = l.pick("Nummer oder Verfahren", "Number or Verfahren");
    let count = format::length(l, m.rows.total, ("Nachnutzung", "adoption"), ("Nachnutzungen", "adoptions"));
    let list = if m.rows.items.is_empty() {
        let action = button_link("secondary", l.path("/verfahren"), l.pick("Zum Katalog", "To the catalogue"));
        empty(
            l.pick("Nichts gefunden", "Nothing found"),
            l.pick(
                "Ändern Sie Suche und Filter, oder beantragen Sie ein Verfahren aus dem Katalog.",
                "Change search and filters, or request a Verfahren from the catalogue.",
            ),
            Some(action),
        )
    } else {
        table::table(title, m.rows.items.iter().map(|row| cells(l, row)).collect())
    };
    let query = [("q", m.q.as_str()), ("phase", chosen(&m.phases)), ("verwaltung", chosen(&m.municipalities))];
    view! {
        {page_header(title, lead)}
        <div class="portal-stack">
            {table::filter_form(l, PATH, search, &m.q, filters)}
            {table::results(count)}
            {list}
            {table::more(l, PATH, query, m.rows.next.as_deref(), !frame.path.contains("nach="))}
        </div>
    }
    .into_any()
}

/// Value of the chosen one.
pub(super) fn chosen(choices: &[Choice]) -> &str {
    choices.iter().find(|c| c.selected).map_or("", |c| c.value.as_str())
}

/// A case as a row.
pub(super) fn cells(l: Lang, row: &CaseRow) -> Vec<table::Cell> {
    let href = l.path(&format!("/nachnutzungen/{}", row.reference));
    let name = view! {
        <a href=href>{row.verfahren.get(l).to_owned()}</a>
        <span class="portal-note"><span class="portal-ref">{row.reference.to_string()}</span></span>
    };
    vec![
        (l.pick("Verfahren", "Verfahren"), name.into_any()),
        (l.pick("Verwaltung", "Administration"), text(row.municipality.as_str())),
        (l.pick("Phase", "Phase"), text(words::phase(l, row.phase))),
        (l.pick("Stand", "State"), case::case_state(l, row.state, row.installation)),
        (l.pick("Liegt bei", "Lies with"), text(case::lies_with_text(l, &row.lies_with))),
        (l.pick("Geändert", "Changed"), time(l, row.updated_at)),
    ]
}
