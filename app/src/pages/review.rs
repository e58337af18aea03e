//! Reviewing a request for the Land.

use crate::{
    Assets,
    components::{
        alert, case,
        decision::{Decision, decision},
        facts, form, link, paragraph, section, text,
    },
    pages,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, case::ReviewPage},
    request::RequestState,
};

/// `GET /nachnutzungen/{reference}/pruefung`
pub fn review(frame: &Frame, assets: &Assets, m: &ReviewPage) -> String {
    let l = frame.lang;
    let title = l.pick("Antrag prüfen", "Review the request");
    pages::of_case(frame, assets, &m.head, title).errors(!m.errors.is_empty()).render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &ReviewPage) -> AnyView {
    let centre = m.data_centre.clone().unwrap_or_else(|| "–".to_owned());
    let scope = facts(vec![
        (l.pick("Gemeinden", "Gemeinden").to_owned(), case::areas(l, &m.areas)),
        (l.pick("Zielumgebung", "Target environment").to_owned(), text(centre)),
    ]);
    let fields =
        [("entscheidung", l.pick("Entscheidung", "Decision")), ("begruendung", l.pick("Begründung", "Reason"))];
    // Without the form there is no field to lead to.
    let labels = if m.head.state == RequestState::InReview && !m.took_part { fields.as_slice() } else { &[] };
    view! {
        {case::header(l, &m.head, title)}
        <div class="portal-stack portal-stack--large">
            {form::summary_of(l, &m.errors, labels)}
            <div class="portal-columns">
                <div class="portal-stack portal-stack--large">
                    {section("umfang", l.pick("Umfang", "Scope"), scope)}
                    {section("angaben", l.pick("Angaben", "Values"), case::values(l, &m.values, 3))}
                    {section("entscheiden", l.pick("Entscheidung", "Decision"), act(l, m))}
                </div>
                <aside>{section("verlauf", l.pick("Verlauf", "History"), case::history(l, &m.history))}</aside>
            </div>
        </div>
    }
    .into_any()
}

fn act(l: Lang, m: &ReviewPage) -> AnyView {
    if m.took_part {
        let text = l.pick(
            "Sie haben an diesem Antrag mitgewirkt. Nach dem Vier-Augen-Prinzip entscheidet eine andere Person.",
            "You took part in this request. Under the two-person rule somebody else decides.",
        );
        let title = l.pick("Sie können hier nicht entscheiden", "You cannot decide here");
        return alert("warning", title, Some(paragraph(text)));
    }
    match m.head.state {
        RequestState::Submitted => {
            let content = view! {
                <p>
                    {l.pick(
                        "Wer den Antrag übernimmt, bearbeitet ihn. Andere sehen das im Arbeitsvorrat.",
                        "Whoever takes the request up works on it. Others see that in the work list.",
                    )}
                </p>
                {form::actions(vec![form::submit("primary", "aktion", "uebernehmen", l.pick("Übernehmen", "Take up"))])}
            };
            form::of_case(l, &m.head, "pruefung", false, content.into_any())
        }
        RequestState::InReview => decide(l, m),
        state => view! {
            <p>
                {l.pick("Hier ist nichts mehr zu entscheiden: ", "There is nothing left to decide: ")}
                {case::request_state(l, state)}
            </p>
        }
        .into_any(),
    }
}

fn decide(l: Lang, m: &ReviewPage) -> AnyView {
    let mut options = vec![
        (
            "accept",
            l.pick("Annehmen", "Accept"),
            l.pick(
                "Die Testumgebung wird eingerichtet. Auflagen können Sie unten nennen.",
                "The test environment is set up. You can name conditions below.",
            ),
        ),
        (
            "return",
            l.pick("Rückfrage stellen", "Ask back"),
            l.pick(
                "Der Antrag geht mit Ihrer Frage an die Verwaltung zurück.",
                "The request goes back to the administration with your question.",
            ),
        ),
        (
            "decline",
            l.pick("Nicht annehmen", "Do not accept"),
            l.pick(
                "Der Antrag endet. Die Begründung geht an die Verwaltung.",
                "The request ends. The reason goes to the administration.",
            ),
        ),
    ];
    if m.head.stopped.is_some() {
        // Accepting would be refused.
        options.retain(|(word, _, _)| *word != "accept");
    }
    let decision = decision(
        l,
        Decision {
            options,
            chosen: &m.decision,
            note_name: "begruendung",
            note_label: l.pick("Begründung, Frage oder Auflagen", "Reason, question or conditions"),
            note_hint: l.pick(
                "Bei Rückfrage und Nichtannahme nötig. Beim Annehmen: Auflagen, falls es welche gibt.",
                "Needed when asking back or not accepting. When accepting: conditions, if any.",
            ),
            note: &m.note,
            errors: &m.errors,
        },
    );
    let back = link(l.path(&format!("/nachnutzungen/{}", m.head.reference)), l.pick("Abbrechen", "Cancel"));
    let submit =
        form::submit("primary", "aktion", "entscheiden", l.pick("Entscheidung festhalten", "Record the decision"));
    let content = view! {
        {decision}
        {form::actions(vec![submit, back])}
    };
    form::of_case(l, &m.head, "pruefung", false, content.into_any())
}
