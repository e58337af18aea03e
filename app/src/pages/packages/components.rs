//! „Which installations contain component X?"

use crate::{
    Assets,
    components::{
        empty,
        field::{self, Input},
        link, package, page_header, table, text,
    },
    document::Shell,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Frame,
        packages::{ComponentPage, ComponentRow},
    },
};

const PATH: &str = "/bestandteile";

/// `GET /bestandteile`
pub fn components(frame: &Frame, assets: &Assets, m: &ComponentPage) -> String {
    let l = frame.lang;
    let title = l.pick("Bestandteile", "Components");
    Shell::new(frame, assets, title).render(|| content(frame, title, m))
}

fn content(frame: &Frame, title: &str, m: &ComponentPage) -> AnyView {
    let l = frame.lang;
    let lead = l.pick(
        "In welchen Versionen und Nachnutzungen steckt ein Bestandteil? Das sagen die Stücklisten der Pakete.",
        "In which versions and adoptions is a component? The packages' bills of materials say so.",
    );
    let rows = match (m.q.is_empty(), m.rows.is_empty()) {
        (true, _) => empty(
            l.pick("Wonach suchen Sie?", "What are you looking for?"),
            l.pick(
                "Geben Sie den Namen eines Bestandteils ein, zum Beispiel „openssl“.",
                "Enter the name of a component, for example “openssl”.",
            ),
            None,
        ),
        (false, true) => empty(
            l.pick("Nichts gefunden", "Nothing found"),
            l.pick(
                "Keine Stückliste nennt diesen Namen. Gesucht wird nach ganzen Namen und ihren Wörtern: „log4j“ findet „log4j-core“, aber „ssl“ nicht „openssl“. Versionen ohne Stückliste werden nicht gefunden.",
                "No bill of materials has this name. Whole names and their words are looked for: “log4j” finds “log4j-core”, but “ssl” does not find “openssl”. Versions without a bill are not found.",
            ),
            None,
        ),
        (false, false) => table::table(title, m.rows.iter().map(|row| cells(l, row)).collect()),
    };
    let query = [("q", m.q.as_str()), ("version", m.version.as_str())];
    view! {
        {page_header(title, lead)}
        <div class="portal-stack">
            {search(l, m)}
            {rows}
            {table::more(l, PATH, query, m.next.as_deref(), !frame.path.contains("nach="))}
        </div>
    }
    .into_any()
}

fn search(l: Lang, m: &ComponentPage) -> AnyView {
    let name = Input {
        kind: "search",
        required: true,
        value: m.q.clone(),
        autocomplete: Some("off"),
        ..Input::new("q", l.pick("Name oder Paketadresse (purl)", "Name or package URL (purl)"))
    };
    let version = Input {
        value: m.version.clone(),
        autocomplete: Some("off"),
        ..Input::new("version", l.pick("Version", "Version"))
    };
    view! {
        <form class="portal-toolbar" method="get" action=l.path(PATH) role="search" novalidate=true>
            {field::input(l, name)} {field::input(l, version)}
            <button class="kern-btn kern-btn--secondary" type="submit">
                <span class="kern-label">{l.pick("Anzeigen", "Show")}</span>
            </button>
        </form>
    }
    .into_any()
}

fn cells(l: Lang, row: &ComponentRow) -> Vec<table::Cell> {
    let version = l.path(&format!("/verfahren/{}/versionen/{}", row.slug, row.version));
    let name = format!("{} {}", row.verfahren.get(l), row.version);
    let runs = match &row.installation {
        Some((municipality, reference)) => view! {
            {municipality.clone()} " "
            <a class="portal-ref" href=l.path(&format!("/nachnutzungen/{reference}"))>{reference.to_string()}</a>
        }
        .into_any(),
        None => text("–"),
    };
    vec![
        (l.pick("Bestandteil", "Component"), package::component(&row.component)),
        (l.pick("Version", "Version"), text(row.component_version.as_str())),
        (l.pick("Steckt in", "Is part of"), link(version, &name)),
        (l.pick("Stand", "State"), package::release_state(l, row.state)),
        (l.pick("Läuft bei", "Runs at"), runs),
    ]
}
