//! „Unsere Verfahren".

use super::requests::chosen;
use crate::{
    Assets,
    components::{button_link, case, day, empty, outside_link, page_header, table, text},
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

const PATH: &str = "/unsere-verfahren";

/// `GET /unsere-verfahren`
pub fn installations(frame: &Frame, assets: &Assets, m: &InstallationListPage) -> String {
    let l = frame.lang;
    let title = l.pick("Unsere Verfahren", "Our Verfahren");
    Shell::new(frame, assets, title).render(|| content(frame, title, m))
}

fn content(frame: &Frame, title: &str, m: &InstallationListPage) -> AnyView {
    let l = frame.lang;
    let lead = l.pick(
        "Was für Ihre Verwaltung eingerichtet ist: im Test, in Abnahme oder im Betrieb.",
        "What is set up for your administration: in test, in acceptance or live.",
    );
    let municipalities = table::items(l, &m.municipalities, |c| c.label.clone());
    let label = l.pick("Verwaltung", "Administration");
    let filters = table::filter(l, "verwaltung", label, Some(l.pick("Alle", "All")), municipalities);
    let filters = filters.into_iter().collect();
    let count = format::length(l, m.rows.total, ("Installation", "installation"), ("Installationen", "installations"));
    let list = if m.rows.items.is_empty() {
        let action = button_link("secondary", l.path("/verfahren"), l.pick("Zum Katalog", "To the catalogue"));
        empty(
            l.pick("Noch nichts eingerichtet", "Nothing set up yet"),
            l.pick(
                "Sobald ein Antrag angenommen ist, erscheint das Verfahren hier.",
                "As soon as a request is accepted, the Verfahren appears here.",
            ),
            Some(action),
        )
    } else {
        table::table(title, m.rows.items.iter().map(|row| cells(l, row)).collect())
    };
    let query = [("q", m.q.as_str()), ("verwaltung", chosen(&m.municipalities))];
    let search = l.pick("Verfahren oder Nummer", "Verfahren or number");
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

fn cells(l: Lang, row: &InstallationRow) -> Vec<table::Cell> {
    let href = l.path(&format!("/nachnutzungen/{}", row.reference));
    let name = view! {
        <a href=href>{row.verfahren.get(l).to_owned()}</a>
        <span class="portal-note"><span class="portal-ref">{row.reference.to_string()}</span></span>
    };
    let open =
        row.production_link.as_deref().map_or_else(|| text("–"), |url| outside_link(l, url, l.pick("Öffnen", "Open")));
    vec![
        (l.pick("Verfahren", "Verfahren"), name.into_any()),
        (l.pick("Version", "Version"), text(row.version.as_str())),
        (l.pick("Verwaltung", "Administration"), text(row.municipality.as_str())),
        (l.pick("Stand", "State"), case::installation_state(l, row.state)),
        (l.pick("Rechenzentrum", "Data centre"), text(row.data_centre.as_deref().unwrap_or("–"))),
        (l.pick("Live seit", "Live since"), row.live_since.map_or_else(|| text("–"), |at| day(l, at))),
        (l.pick("Produktion", "Production"), open),
    ]
}
