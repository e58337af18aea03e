//! „Unsere Verfahren".

use crate::{
    Assets,
    components::{
        button_link, case, day,
        list::{self, Filter, List},
        table, text,
    },
    document::Shell,
    i18n::format,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Frame,
        installations::{InstallationListPage, InstallationRow},
    },
};

/// `GET /unsere-verfahren`
pub fn installations(frame: &Frame, assets: &Assets, m: &InstallationListPage) -> String {
    let l = frame.lang;
    let title = l.pick("Unsere Verfahren", "Our Verfahren");
    Shell::new(frame, assets, title).render(|| content(frame, title, m))
}

fn content(frame: &Frame, title: &'static str, m: &InstallationListPage) -> AnyView {
    let l = frame.lang;
    let catalogue = button_link("secondary", l.path("/verfahren"), l.pick("Zum Katalog", "To the catalogue"));
    list::list(
        frame,
        List {
            title,
            lead: l.pick(
                "Was für Ihre Verwaltung eingerichtet ist: im Test, in Abnahme oder im Betrieb.",
                "What is set up for your administration: in test, in acceptance or live.",
            ),
            path: "/unsere-verfahren",
            search: l.pick("Verfahren oder Nummer", "Verfahren or number"),
            q: &m.q,
            filters: vec![Filter::municipality(l, &m.municipalities)],
            count: format::count(
                l,
                m.rows.total,
                ("Installation", "installation"),
                ("Installationen", "installations"),
            ),
            rows: m.rows.items.iter().map(|row| cells(l, row)).collect(),
            nothing: (
                l.pick("Noch nichts eingerichtet", "Nothing set up yet"),
                l.pick(
                    "Sobald ein Antrag angenommen ist, erscheint das Verfahren hier.",
                    "As soon as a request is accepted, the Verfahren appears here.",
                ),
                Some(catalogue),
            ),
            next: m.rows.next.as_deref(),
        },
    )
}

fn cells(l: Lang, row: &InstallationRow) -> Vec<table::Cell> {
    let href = l.path(&format!("/nachnutzungen/{}", row.reference));
    let name = view! {
        <a href=href>{row.verfahren.get(l).to_owned()}</a>
        <span class="portal-note"><span class="portal-ref">{row.reference.to_string()}</span></span>
    };
    vec![
        (l.pick("Verfahren", "Verfahren"), name.into_any()),
        (l.pick("Version", "Version"), text(row.version.as_str())),
        (l.pick("Verwaltung", "Administration"), text(row.municipality.as_str())),
        (l.pick("Stand", "State"), case::installation_state(l, row.state)),
        (l.pick("Rechenzentrum", "Data centre"), text(row.data_centre.as_deref().unwrap_or("–"))),
        (l.pick("Live seit", "Live since"), row.live_since.map_or_else(|| text("–"), |at| day(l, at))),
    ]
}
