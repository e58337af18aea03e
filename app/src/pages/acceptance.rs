//! Declaring acceptance or reporting a defect.

use crate::{
    Assets,
    components::{
        button_link, case,
        decision::{Decision, decision},
        empty,
        field::{self, Input, Item},
        form, link, outside_link, section,
    },
    pages,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, activation::AcceptancePage},
};

/// `GET /nachnutzungen/{reference}/abnahme`
pub fn acceptance(frame: &Frame, assets: &Assets, m: &AcceptancePage) -> String {
    let l = frame.lang;
    let title = l.pick("Fachliche Abnahme", "Functional acceptance");
    pages::of_case(frame, assets, &m.head, title).errors(!m.errors.is_empty()).render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &AcceptancePage) -> AnyView {
    let open = m.test_link.as_deref().map(|url| {
        let label = l.pick("Testumgebung öffnen", "Open the test environment");
        match crate::components::address::web(url) {
            Some(url) => button_link("secondary", url.to_owned(), label),
            None => outside_link(l, url, label),
        }
    });
    let report = m
        .test_run
        .as_ref()
        .map(|run| section("test", l.pick("Automatische Tests", "Automated tests"), case::test_report(l, run)));
    let try_out = view! {
        <p>
            {l.pick(
                "Öffnen Sie die Testumgebung und probieren Sie das Verfahren aus, wie es Bürgerinnen und Bürger tun würden. Nehmen Sie erfundene Angaben.",
                "Open the test environment and try it out as citizens would. Use invented data.",
            )}
        </p>
        <div class="portal-form__actions">{open}</div>
    };
    view! {
        {case::header(l, &m.head, title)}
        <div class="portal-stack portal-stack--large">
            {form::summary_of(l, &m.errors, &[
                ("punkt", l.pick("Prüfliste", "Checklist")),
                ("entscheidung", l.pick("Entscheidung", "Decision")),
                ("bemerkung", l.pick("Bemerkung", "Remark")),
            ])}
            <div class="portal-columns">
                <div class="portal-stack portal-stack--large">
                    {section("ausprobieren", l.pick("1. Ausprobieren", "1. Try it out"), try_out.into_any())}
                    {section("erklaeren", l.pick("2. Prüfen und erklären", "2. Check and declare"), declare(l, m))}
                </div>
                <aside>{report}</aside>
            </div>
        </div>
    }
    .into_any()
}

fn declare(l: Lang, m: &AcceptancePage) -> AnyView {
    let points = m.checklist.iter().map(|p| Item {
        value: p.id.clone(),
        label: p.text.get(l).to_owned(),
        selected: m.ticked.contains(&p.id),
        ..Item::default()
    });
    let checklist = Input {
        error: form::error_at(l, &m.errors, "punkt"),
        hint: l.pick("Haken Sie ab, was Sie geprüft haben.", "Tick what you have checked.").to_owned(),
        ..Input::new("punkt", l.pick("Prüfliste", "Checklist"))
    };
    let checklist = if m.checklist.is_empty() {
        empty(
            l.pick("Keine Prüfliste", "No checklist"),
            l.pick("Der Herausgeber hat keine Prüfpunkte vorgegeben.", "The vendor gave no points to check."),
            None,
        )
    } else {
        field::choices(checklist, "checkbox", points.collect())
    };
    let options = vec![
        (
            "accept",
            l.pick("Abnahme erklären", "Declare acceptance"),
            l.pick(
                "Alles Geprüfte stimmt. Danach kann die Freischaltung beantragt werden.",
                "What I checked is right. Activation can be requested next.",
            ),
        ),
        (
            "defect",
            l.pick("Mangel melden", "Report a defect"),
            l.pick("Etwas stimmt nicht. Beschreiben Sie es unten.", "Something is wrong. Describe it below."),
        ),
    ];
    let decision = decision(
        l,
        Decision {
            options,
            chosen: &m.decision,
            note_name: "bemerkung",
            note_label: l.pick("Bemerkung oder Mangel", "Remark or defect"),
            note_hint: l.pick(
                "Bei einem Mangel nötig: Was haben Sie getan, was war falsch?",
                "Needed for a defect: what did you do, what was wrong?",
            ),
            note: &m.note,
            errors: &m.errors,
        },
    );
    let back = link(l.path(&format!("/nachnutzungen/{}", m.head.reference)), l.pick("Abbrechen", "Cancel"));
    let content = view! {
        {checklist}
        {decision}
        {case::two_persons(l, &m.head)}
        {form::actions(vec![form::submit("primary", "", "", l.pick("Verbindlich festhalten", "Record with binding effect")), back])}
    };
    form::of_case(l, &m.head, "abnahme", false, content.into_any())
}
