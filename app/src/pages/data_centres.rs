//! Data centres as their operators see them.

use crate::{
    Assets,
    components::{alert, button_link, data_centre as name_of, empty, facts, page_header, state, table, text},
    document::Shell,
    i18n::{format, targets, words},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    data_centre::Stage,
    operating::EvidenceState,
    pages::{
        Frame,
        data_centres::{DataCentreView, DataCentresPage, TargetView},
    },
};

/// `GET /rechenzentren`
pub fn data_centres(frame: &Frame, assets: &Assets, m: &DataCentresPage) -> String {
    let l = frame.lang;
    let title = l.pick("Rechenzentren", "Data centres");
    Shell::new(frame, assets, title).render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &DataCentresPage) -> AnyView {
    let lead = l.pick(
        "Zielumgebungen mit Auslastung, und was gerade Aufmerksamkeit braucht.",
        "Target environments with their load, and what needs attention.",
    );
    let list = if m.data_centres.is_empty() {
        empty(
            l.pick("Keine Rechenzentren", "No data centres"),
            l.pick("Ihrer Organisation ist keines zugeordnet.", "None belongs to your organisation."),
            None,
        )
    } else {
        m.data_centres.iter().enumerate().map(|(i, d)| one(l, i, d)).collect_view().into_any()
    };
    view! { {page_header(title, lead)} <div>{list}</div> }.into_any()
}

fn one(l: Lang, i: usize, d: &DataCentreView) -> AnyView {
    let id = format!("rz-{i}");
    let evidence = d.evidence_until.map_or_else(
        || text(l.pick("kein Nachweis hinterlegt", "no evidence stored")),
        |at| view! { {l.pick("gültig bis ", "valid until ")} {super::targets::evidence_last_day(l, at)} }.into_any(),
    );
    let rows = vec![
        (l.pick("Betrieb", "Operator").to_owned(), text(d.operator.as_str())),
        (l.pick("Länder", "Länder").to_owned(), text(d.laender.join(", "))),
        (l.pick("Sicherheitsnachweise", "Security evidence").to_owned(), evidence),
    ];
    let no_test = !d.targets.iter().any(|t| t.stage == Stage::Test);
    let warning = no_test.then(|| {
        let text = l.pick(
            "Keine Testumgebung: Produktivsetzungen sind hier nicht möglich.",
            "No test environment: nothing can go to production here.",
        );
        state("warning", text)
    });
    let targets = d.targets.iter().map(|t| target(l, t)).collect();
    view! {
        <section class="portal-section" aria-labelledby=id.clone()>
            <div class="portal-section__header">
                <h2 class="kern-heading-medium" id=id.clone()>{name_of(l, &d.name, d.simulated)}</h2>
                {warning}
            </div>
            {warnings(l, d)}
            {facts(rows)}
            {d.may_change.then(|| actions(l, d))}
            {table::table(&d.name, targets)}
        </section>
    }
    .into_any()
}

/// Evidence that has ended or ends soon.
fn warnings(l: Lang, d: &DataCentreView) -> Option<AnyView> {
    let ended = d.warnings.iter().any(|w| w.row.state == EvidenceState::Ended);
    let lines = d.warnings.iter().map(|w| {
        view! {
            <li>
                {targets::evidence_kind(l, w.row.kind)} ": " {super::targets::evidence_standing(l, &w.row)} " ("
                {super::targets::evidence_last_day(l, w.row.valid_until)} ")"
            </li>
        }
    });
    let list = view! { <ul class="portal-bare">{lines.collect_view()}</ul> };
    let (mood, title) = if ended {
        (
            "danger",
            l.pick(
                "Nachweis abgelaufen: nichts Neues geht in Produktion",
                "Evidence ended: nothing new goes to production",
            ),
        )
    } else {
        ("warning", l.pick("Ein Nachweis läuft bald ab", "An evidence ends soon"))
    };
    (!d.warnings.is_empty()).then(|| alert(mood, title, Some(list.into_any())))
}

fn actions(l: Lang, d: &DataCentreView) -> AnyView {
    let to =
        |path: &str, label: &str| button_link("secondary", l.path(&format!("/rechenzentren/{path}/{}", d.slug)), label);
    view! {
        <div class="portal-cluster">
            {to("registrieren", l.pick("Zielumgebung registrieren", "Register a target"))}
            {to("nachweise", l.pick("Nachweise", "Evidence"))}
        </div>
    }
    .into_any()
}

fn target(l: Lang, t: &TargetView) -> Vec<table::Cell> {
    let condition = if t.stuck > 0 {
        let text =
            format::count(l, t.stuck, ("Eingriff nötig", "needs somebody"), ("Eingriffe nötig", "need somebody"));
        state("error", &text)
    } else if t.stopped {
        state("warning", l.pick("Angehalten", "Stopped"))
    } else if t.maintenance {
        state("warning", l.pick("Wartung", "Maintenance"))
    } else if t.closed {
        state("wait", l.pick("Nimmt nichts Neues an", "Accepts nothing new"))
    } else if t.deployments >= t.capacity {
        state("warning", l.pick("Ausgelastet", "Full"))
    } else {
        state("ok", l.pick("Bereit", "Ready"))
    };
    let load = format!("{} / {}", format::number(l, t.deployments), format::number(l, t.capacity));
    let href = l.path(&format!("/rechenzentren/zielumgebungen/{}", t.id));
    let name = view! { <a class="portal-mono" href=href>{t.name.clone()}</a> };
    vec![
        (l.pick("Zielumgebung", "Target"), name.into_any()),
        (l.pick("Zweck", "Stage"), text(words::stage(l, t.stage))),
        (l.pick("Art", "Kind"), text(words::target_kind(l, t.kind))),
        (l.pick("Belegt", "Used"), text(load)),
        (l.pick("Laufende Bereitstellungen", "Running operations"), text(format::number(l, t.running))),
        (l.pick("Zustand", "Condition"), condition),
        (l.pick("Probeläufe", "Trials"), trials(l, t)),
    ]
}

/// Whether packages may be tried here, and the way to changing that.
fn trials(l: Lang, t: &TargetView) -> AnyView {
    if !t.may_admit_trials {
        return text("–");
    }
    let word = if t.trials > 0 { l.pick("zugelassen", "admitted") } else { l.pick("nicht zugelassen", "not admitted") };
    let href = l.path(&format!("/rechenzentren/probelaeufe/{}", t.id));
    view! { <a href=href>{word}<span class="kern-sr-only">" – " {t.name.clone()}</span></a> }.into_any()
}
