//! The Freischaltung: asking for it, saying yes or no.

use super::case::activation as approvals;
use crate::{
    Assets,
    components::{
        alert, case, empty, facts,
        field::{self, Input},
        form, link, paragraph, section, text,
    },
    pages,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    activation::Side,
    pages::{Frame, activation::ActivationPage},
};

/// `GET /nachnutzungen/{reference}/freischaltung`
pub fn activation(frame: &Frame, assets: &Assets, m: &ActivationPage) -> String {
    let l = frame.lang;
    let title = l.pick("Freischaltung", "Activation");
    pages::of_case(frame, assets, &m.head, title).errors(!m.errors.is_empty()).render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &ActivationPage) -> AnyView {
    let production = m.production.clone().unwrap_or_else(|| l.pick("noch offen", "still open").to_owned());
    let what = facts(vec![
        (l.pick("Verfahren", "Verfahren").to_owned(), text(m.head.verfahren.get(l))),
        (l.pick("Version", "Version").to_owned(), text(m.head.version.as_str())),
        (l.pick("Für", "For").to_owned(), text(m.head.municipality.as_str())),
        (l.pick("Läuft in", "Runs in").to_owned(), text(production)),
    ]);
    let report = match &m.test_run {
        Some(run) => case::test_report(l, run),
        None => empty(
            l.pick("Kein bestandener Test", "No passed test"),
            l.pick(
                "Ohne bestandenen Test gibt es keine Freischaltung.",
                "There is no activation without a passed test.",
            ),
            None,
        ),
    };
    let state = m
        .activation
        .as_ref()
        .map(|a| section("zustimmungen", l.pick("Zwei Zustimmungen", "Two approvals"), approvals(l, a)));
    let back = link(
        l.path(&format!("/nachnutzungen/{}", m.head.reference)),
        l.pick("Zurück zur Nachnutzung", "Back to the adoption"),
    );
    let day = [("ab", from_label(l))];
    let field = [("bemerkung", l.pick("Bemerkung", "Remark"))];
    view! {
        {case::header(l, &m.head, title)}
        <div class="portal-stack portal-stack--large">
            {form::summary_of(l, &m.errors, if decides(m) { &field } else { &day })}
            <div class="portal-columns">
                <div class="portal-stack portal-stack--large">
                    {section("was", l.pick("Was in Betrieb geht", "What goes live"), what)}
                    {m.change.as_ref().map(|change| super::changes::consent(l, change))}
                    {state}
                    {act(l, m)}
                    <p class="portal-section">{back}</p>
                </div>
                <aside>{section("test", l.pick("Worauf es beruht", "What it rests on"), report)}</aside>
            </div>
        </div>
    }
    .into_any()
}

fn from_label(l: Lang) -> &'static str {
    l.pick("Frühestens ab (Tag)", "Not before (day)")
}

/// Whether the page has the form to say yes or no.
fn decides(m: &ActivationPage) -> bool {
    !m.may_request && !m.took_part && !m.may_approve.is_empty()
}

/// The test has become too old: why nothing goes on, and the way on for whoever may go it.
fn outdated(l: Lang, m: &ActivationPage, days: i64) -> AnyView {
    let title = match l {
        Lang::De => format!("Der Test ist älter als {days} Tage"),
        Lang::En => format!("The test is older than {days} days"),
    };
    let why = l.pick(
        "In Betrieb geht nur, was vor Kurzem bestanden hat. Deshalb kann diese Freischaltung nicht weitergehen, bis dieselbe Version mit denselben Angaben erneut getestet ist.",
        "Only what has passed recently goes live. So this activation cannot go on until the same version with the same values has been tested again.",
    );
    let then = match (m.may_test_again, &m.activation) {
        (false, _) => l.pick(
            "Die Sachbearbeitung der Verwaltung kann erneut testen lassen.",
            "The clerks of the administration can have it tested again.",
        ),
        (true, Some(_)) => l.pick(
            "Die beantragte Freischaltung endet damit. Nach bestandenem Test folgt eine neue Abnahme; dann können Sie die Freischaltung neu beantragen.",
            "This ends the activation that was requested. After a passed test a new acceptance follows; then you can request activation anew.",
        ),
        (true, None) => l.pick(
            "Nach bestandenem Test folgt eine neue Abnahme; dann können Sie die Freischaltung beantragen.",
            "After a passed test a new acceptance follows; then you can request activation.",
        ),
    };
    let button = m.may_test_again.then(|| {
        let button = form::submit("primary", "aktion", "erneut-testen", l.pick("Erneut testen", "Test again"));
        form::of_case(l, &m.head, "freischaltung", false, form::actions(vec![button]))
    });
    let content = view! {
        {alert("warning", &title, Some(paragraph(why)))}
        <p>{then}</p>
        {button}
    };
    section("erneut", l.pick("Erneut testen", "Test again"), content.into_any())
}

fn act(l: Lang, m: &ActivationPage) -> Option<AnyView> {
    if let Some(days) = m.outdated {
        // Nobody has to wait for the new test with a no.
        return Some(view! { {outdated(l, m, days)} {decision(l, m)} }.into_any());
    }
    if m.may_request {
        let from = Input {
            kind: "date",
            width: "medium",
            value: m.from.clone(),
            error: form::error_at(l, &m.errors, "ab"),
            hint: l
                .pick(
                    "Leer lassen, wenn die Produktion gleich nach der zweiten Zustimmung geändert werden soll. Sonst geschieht es um 0 Uhr dieses Tages.",
                    "Leave empty if production is to change right after the second approval. Otherwise it happens at midnight of that day.",
                )
                .to_owned(),
            ..Input::new("ab", from_label(l))
        };
        let content = view! {
            <p>
                {l.pick(
                    "Danach stimmen zwei verschiedene Personen zu: eine für die Verwaltung, eine für das Land. Wer hier beantragt, kann nicht zugleich zustimmen.",
                    "Two different people then approve: one for the administration, one for the Land. Whoever requests cannot approve too.",
                )}
            </p>
            {case::two_persons(l, &m.head)}
            {field::input(l, from)}
            {form::actions(vec![form::submit("primary", "aktion", "beantragen", l.pick("Freischaltung beantragen", "Request activation"))])}
        };
        let posted = form::of_case(l, &m.head, "freischaltung", false, content.into_any());
        return Some(section("beantragen", l.pick("Freischaltung beantragen", "Request activation"), posted));
    }
    if m.took_part {
        let text = l.pick(
            "Sie haben an dieser Nachnutzung mitgewirkt. Nach dem Vier-Augen-Prinzip entscheidet eine andere Person.",
            "You took part in this case. Under the two-person rule somebody else decides.",
        );
        let title = l.pick("Sie können hier nicht zustimmen", "You cannot approve here");
        return Some(alert("info", title, Some(paragraph(text))));
    }
    decision(l, m)
}

fn decision(l: Lang, m: &ActivationPage) -> Option<AnyView> {
    if !decides(m) {
        return None;
    }
    let forms = m.may_approve.iter().map(|side| decide(l, m, *side)).collect_view();
    Some(section("entscheiden", l.pick("Ihre Entscheidung", "Your decision"), forms.into_any()))
}

fn decide(l: Lang, m: &ActivationPage, side: Side) -> AnyView {
    let for_whom = match side {
        Side::Municipality => {
            format!("{} {}", l.pick("Für die Verwaltung:", "For the administration:"), m.head.municipality)
        }
        Side::Land => l.pick("Für das Land", "For the Land").to_owned(),
    };
    // Several sides on one page need different ids; the first has the one that the error summary leads to.
    let first = m.may_approve.first() == Some(&side);
    let id = if first { "f-bemerkung".to_owned() } else { format!("f-bemerkung-{}", side.word()) };
    let note = Input {
        id,
        depends: true,
        value: m.note.clone(),
        error: form::error_at(l, &m.errors, "bemerkung"),
        hint: l.pick("Nötig, wenn Sie nicht zustimmen.", "Needed if you do not approve.").to_owned(),
        ..Input::new("bemerkung", l.pick("Bemerkung", "Remark"))
    };
    // A yes would be refused: only a no is left.
    let yes = (m.head.stopped.is_none() && m.outdated.is_none())
        .then(|| form::submit("primary", "aktion", "zustimmen", l.pick("Zustimmen", "Approve")));
    let no = form::submit("secondary", "aktion", "ablehnen", l.pick("Nicht zustimmen", "Do not approve"));
    let buttons = yes.into_iter().chain([no]).collect();
    let content = view! {
        {form::hidden("seite", side.word())}
        <p class="portal-strong">{for_whom}</p>
        {field::text_area(l, note)}
        {form::actions(buttons)}
    };
    form::of_case(l, &m.head, "freischaltung", false, content.into_any())
}
