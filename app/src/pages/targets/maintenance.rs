//! Announcing maintenance of a target.

use super::{of_target, path, where_it_is};
use crate::{
    Assets,
    components::{
        empty,
        field::{self, Input},
        form, link, page_header, paragraph, section, state, table, text, time,
    },
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Frame,
        targets::{MaintenancePage, MaintenanceRow},
    },
};

/// `GET /rechenzentren/zielumgebungen/{id}/wartung`
pub fn maintenance(frame: &Frame, assets: &Assets, m: &MaintenancePage) -> String {
    let l = frame.lang;
    let title = l.pick("Wartung ankündigen", "Announce maintenance");
    of_target(frame, assets, &m.head, title).errors(!m.errors.is_empty()).render(|| {
        let lead = l.pick(
            "Wer hier etwas betreibt, liest die Ankündigung bei seiner Nachnutzung. Bereitstellungen warten so lange.",
            "Whoever runs something here reads the announcement with the adoption. Operations wait meanwhile.",
        );
        view! {
            {page_header(title, lead)}
            <div class="portal-stack portal-stack--large">
                {form::summary_of(l, &m.errors, &labels(l))}
                {where_it_is(l, &m.head)}
                {section("neu", l.pick("Ankündigen", "Announce"), entry(l, m))}
                {section("angekuendigt", l.pick("Angekündigt", "Announced"), list(l, m))}
                <p>{link(l.path(&path(m.head.id)), l.pick("Zurück zur Zielumgebung", "Back to the target"))}</p>
            </div>
        }
        .into_any()
    })
}

fn labels(l: Lang) -> Vec<(&'static str, &'static str)> {
    vec![("von", l.pick("Beginn", "Begin")), ("bis", l.pick("Ende", "End")), ("text", l.pick("Mitteilung", "Message"))]
}

fn entry(l: Lang, m: &MaintenancePage) -> AnyView {
    let input = |name: &'static str, value: &str, hint: &str| Input {
        value: value.to_owned(),
        hint: hint.to_owned(),
        required: true,
        autocomplete: Some("off"),
        ..form::listed(l, &labels(l), &m.errors, name)
    };
    let moment = |name, value: &str| Input {
        kind: "datetime-local",
        width: "medium",
        ..input(name, value, l.pick("Deutsche Zeit.", "German time."))
    };
    let message = Input {
        max_length: Some(500),
        ..input(
            "text",
            &m.text,
            l.pick(
                "Was geschieht, und was merken die Verwaltungen davon?",
                "What happens, and what will administrations notice?",
            ),
        )
    };
    let content = view! {
        {field::input(l, moment("von", &m.from))}
        {field::input(l, moment("bis", &m.until))}
        {field::text_area(l, message)}
        {form::actions(vec![form::submit("primary", "aktion", "ankuendigen", l.pick("Wartung ankündigen", "Announce the maintenance"))])}
    };
    form::post(l, &format!("{}/wartung", path(m.head.id)), false, content.into_any())
}

fn list(l: Lang, m: &MaintenancePage) -> AnyView {
    if m.rows.is_empty() {
        return empty(
            l.pick("Keine Wartung angekündigt", "No maintenance announced"),
            l.pick("Hier stehen laufende und kommende Arbeiten.", "Work under way and to come will stand here."),
            None,
        );
    }
    let rows = m.rows.iter().map(|row| {
        let mut cells = super::maintenance::cells(l, row);
        let label = if row.now { l.pick("Jetzt beenden", "End now") } else { l.pick("Absagen", "Call off") };
        let content = view! {
            {form::hidden("wartung", &row.id.to_string())} {form::submit("secondary", "aktion", "absagen", label)}
        };
        let button = form::post(l, &format!("{}/wartung", path(m.head.id)), false, content.into_any());
        cells.push((l.pick("Absagen", "Call off"), button));
        cells
    });
    table::table(l.pick("Angekündigte Wartung", "Announced maintenance"), rows.collect())
}

/// Begin, end, message and state.
pub(super) fn cells(l: Lang, row: &MaintenanceRow) -> Vec<table::Cell> {
    let standing = if row.now {
        state("warning", l.pick("läuft", "under way"))
    } else {
        state("wait", l.pick("kommt", "to come"))
    };
    vec![
        (l.pick("Beginn", "Begin"), time(l, row.from)),
        (l.pick("Ende", "End"), time(l, row.until)),
        (l.pick("Mitteilung", "Message"), text(row.text.as_str())),
        (l.pick("Stand", "State"), standing),
    ]
}

/// The rows without buttons, for the page of the target.
pub(super) fn overview(l: Lang, rows: &[MaintenanceRow]) -> AnyView {
    if rows.is_empty() {
        return paragraph(l.pick("Keine angekündigt.", "None announced."));
    }
    table::table(l.pick("Angekündigte Wartung", "Announced maintenance"), rows.iter().map(|r| cells(l, r)).collect())
}
