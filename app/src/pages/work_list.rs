//! The consultants' Arbeitsvorrat.

use crate::{
    Assets,
    components::{
        case, day,
        list::{self, Filter, List},
        table, text,
    },
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

/// `GET /arbeitsvorrat`
pub fn work_list(frame: &Frame, assets: &Assets, m: &WorkListPage) -> String {
    let l = frame.lang;
    let title = l.pick("Arbeitsvorrat", "Work list");
    Shell::new(frame, assets, title).render(|| content(frame, title, m))
}

fn content(frame: &Frame, title: &'static str, m: &WorkListPage) -> AnyView {
    let l = frame.lang;
    let todo = Filter {
        name: "aufgabe",
        label: l.pick("Aufgabe", "Task"),
        all: None,
        choices: &m.todo,
        items: table::items(l, &m.todo, |c| words::todo(l, &c.value).map_or(c.label.clone(), str::to_owned)),
    };
    let assigned = Filter {
        name: "zustaendig",
        label: l.pick("Zuständig", "Responsible"),
        all: None,
        choices: &m.assigned,
        items: table::items(l, &m.assigned, |c| words::assigned(l, &c.value).map_or(c.label.clone(), str::to_owned)),
    };
    list::list(
        frame,
        List {
            title,
            lead: l.pick(
                "Was die Beratung des Landes entscheiden muss, das Älteste zuerst.",
                "What the consultants of the Land have to decide, oldest first.",
            ),
            path: "/arbeitsvorrat",
            search: l.pick("Nummer, Verfahren oder Verwaltung", "Number, Verfahren or administration"),
            q: &m.q,
            filters: vec![todo, assigned, Filter::municipality(l, &m.municipalities)],
            count: format::count(l, m.rows.total, ("Fall", "case"), ("Fälle", "cases")),
            rows: m.rows.items.iter().map(|row| cells(l, row)).collect(),
            nothing: (
                l.pick("Nichts zu tun", "Nothing to do"),
                l.pick(
                    "Hier steht, was eingereicht ist oder freigeschaltet werden soll. Mit „Aufgabe: Alles“ und „Zuständig: Bei allen“ sehen Sie auch den Rest.",
                    "What has been submitted or waits for activation stands here. With “Task: Everything” and “Responsible: With anyone” you see the rest too.",
                ),
                None,
            ),
            next: m.rows.next.as_deref(),
        },
    )
}

fn cells(l: Lang, row: &WorkRow) -> Vec<table::Cell> {
    let c = &row.case;
    let href = l.path(&format!("/nachnutzungen/{}", c.reference));
    let name = view! {
        <a href=href>{c.verfahren.get(l).to_owned()}</a>
        <span class="portal-note"><span class="portal-ref">{c.reference.to_string()}</span></span>
    };
    let who = row.assigned_to.clone().unwrap_or_else(|| l.pick("niemand", "nobody").to_owned());
    let age = match row.age_days {
        0 => l.pick("heute", "today").to_owned(),
        days => format::count(l, days, ("Tag", "day"), ("Tage", "days")),
    };
    vec![
        (l.pick("Verfahren", "Verfahren"), name.into_any()),
        (l.pick("Verwaltung", "Administration"), text(c.municipality.as_str())),
        (l.pick("Stand", "State"), case::case_state(l, c.state, c.installation)),
        (l.pick("Zuständig", "Responsible"), text(who)),
        (l.pick("Eingereicht", "Submitted"), row.submitted_at.map_or_else(|| text("–"), |at| day(l, at))),
        (l.pick("Alter", "Age"), text(age)),
    ]
}
