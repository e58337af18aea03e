//! The consultants' Arbeitsvorrat.

use super::requests::chosen;
use crate::{
    Assets,
    components::{case, day, empty, page_header, table, text},
    document::Shell,
    i18n::{format, words},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Frame,
        work_list::{WorkListPage, WorkRow},
    },
};

const PATH: &str = "/arbeitsvorrat";

/// `GET /arbeitsvorrat`
pub fn work_list(frame: &Frame, assets: &Assets, m: &WorkListPage) -> String {
    let l = frame.lang;
    let title = l.pick("Arbeitsvorrat", "Work list");
    Shell::new(frame, assets, title).render(|| content(frame, title, m))
}

fn content(frame: &Frame, title: &str, m: &WorkListPage) -> AnyView {
    let l = frame.lang;
    let lead = l.pick(
        "Was die Beratung des Landes entscheiden muss, das Älteste zuerst.",
        "What the consultants of the Land have to decide, oldest first.",
    );
    let todo = table::items(l, &m.todo, |c| words::todo(l, &c.value).map_or(c.label.clone(), str::to_owned));
    let assigned =
        table::items(l, &m.assigned, |c| words::assigned(l, &c.value).map_or(c.label.clone(), str::to_owned));
    let municipalities = table::items(l, &m.municipalities, |c| c.label.clone());
    let filters = [
        table::filter(l, "aufgabe", l.pick("Aufgabe", "Task"), None, todo),
        table::filter(l, "zustaendig", l.pick("Zuständig", "Responsible"), None, assigned),
        table::filter(
            l,
            "verwaltung",
            l.pick("Verwaltung", "Administration"),
            Some(l.pick("Alle", "All")),
            municipalities,
        ),
    ];
    let filters = filters.into_iter().flatten().collect();
    let search = l.pick("Nummer, Verfahren oder Verwaltung", "Number, Verfahren or administration");
    let count = format::length(l, m.rows.total, ("Fall", "case"), ("Fälle", "cases"));
    let list = if m.rows.items.is_empty() {
        empty(
            l.pick("Nichts zu tun", "Nothing to do"),
            l.pick("Mit diesen Filtern liegt nichts im Arbeitsvorrat.", "With these filters the work list is empty."),
            None,
        )
    } else {
        table::table(title, m.rows.items.iter().map(|row| cells(l, row)).collect())
    };
    let query = [
        ("q", m.q.as_str()),
        ("aufgabe", chosen(&m.todo)),
        ("zustaendig", chosen(&m.assigned)),
        ("verwaltung", chosen(&m.municipalities)),
    ];
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

fn cells(l: Lang, row: &WorkRow) -> Vec<table::Cell> {
    let c = &row.case;
    let href = l.path(&format!("/nachnutzungen/{}", c.reference));
    let name = view! {
        <a href=href>{c.verfahren.get(l).to_owned()}</a>
        <span class="portal-note"><span class="portal-ref">{c.reference.to_string()}</span></span>
    };
    let who = row.assigned_to.clone().unwrap_or_else(|| l.pick("niemand", "nobody").to_owned());
    let age = format::count(l, row.age_days, ("Tag", "day"), ("Tage", "days"));
    vec![
        (l.pick("Verfahren", "Verfahren"), name.into_any()),
        (l.pick("Verwaltung", "Administration"), text(c.municipality.as_str())),
        (l.pick("Stand", "State"), case::case_state(l, c.state, c.installation)),
        (l.pick("Zuständig", "Responsible"), text(who)),
        (l.pick("Eingereicht", "Submitted"), row.submitted_at.map_or_else(|| text("–"), |at| day(l, at))),
        (l.pick("Alter", "Age"), text(age)),
    ]
}
