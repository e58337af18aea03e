//! The list of Nachnutzungen.

use crate::{
    Assets,
    components::{
        button_link, case,
        list::{self, Filter, List},
        table, text, time,
    },
    document::Shell,
    i18n::{format, words},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Choice, Frame, case::CaseRow, request::RequestListPage},
    phase::Phase,
};

/// `GET /nachnutzungen`
pub fn request_list(frame: &Frame, assets: &Assets, m: &RequestListPage) -> String {
    let l = frame.lang;
    let title = l.pick("Nachnutzungen", "Adoptions");
    Shell::new(frame, assets, title).render(|| content(frame, title, m))
}

fn content(frame: &Frame, title: &'static str, m: &RequestListPage) -> AnyView {
    let l = frame.lang;
    let phase = |c: &Choice| Phase::from_word(&c.value).map_or(c.label.clone(), |p| words::phase(l, p).to_owned());
    let phases = Filter {
        name: "phase",
        label: "Phase",
        all: Some(l.pick("Alle", "All")),
        choices: &m.phases,
        items: table::items(l, &m.phases, phase),
    };
    let catalogue = button_link("secondary", l.path("/verfahren"), l.pick("Zum Katalog", "To the catalogue"));
    list::list(
        frame,
        List {
            title,
            lead: l.pick(
                "Alle Anträge und Nachnutzungen, an denen Sie beteiligt sind.",
                "All requests and adoptions that you take part in.",
            ),
            path: "/nachnutzungen",
            search: l.pick("Nummer oder Verfahren", "Number or Verfahren"),
            q: &m.q,
            filters: vec![phases, Filter::municipality(l, &m.municipalities)],
            count: format::count(l, m.rows.total, ("Nachnutzung", "adoption"), ("Nachnutzungen", "adoptions")),
            rows: m.rows.items.iter().map(|row| cells(l, row)).collect(),
            nothing: (
                l.pick("Noch keine Nachnutzung", "No adoption yet"),
                l.pick(
                    "Suchen Sie im Katalog ein Verfahren und beantragen Sie die Nachnutzung.",
                    "Find a Verfahren in the catalogue and request its adoption.",
                ),
                Some(catalogue),
            ),
            next: m.rows.next.as_deref(),
        },
    )
}

/// A case as a row.
fn cells(l: Lang, row: &CaseRow) -> Vec<table::Cell> {
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
