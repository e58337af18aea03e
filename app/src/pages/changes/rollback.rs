//! Going back to an earlier state of production.

use super::{back, going_back, reason, reason_label, values};
use crate::{
    Assets,
    components::{
        alert, case, details, empty,
        field::{self, Input, Item},
        form, paragraph, section,
    },
    pages,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Frame,
        change::{GoingBack, RollbackOffer, RollbackPage},
    },
};

/// `GET /nachnutzungen/{reference}/zurueckkehren`
pub fn rollback(frame: &Frame, assets: &Assets, m: &RollbackPage) -> String {
    let l = frame.lang;
    let title = l.pick("Zu einem früheren Stand zurückkehren", "Go back to an earlier state");
    pages::of_case(frame, assets, &m.head, title).errors(!m.errors.is_empty()).render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &RollbackPage) -> AnyView {
    // What is not on the page is not led to.
    let has_form = !m.offers.is_empty() && m.going_back != GoingBack::None;
    let labels = [
        ("stand", l.pick("Wohin zurück?", "Back to where?"), has_form),
        ("verstanden", l.pick("Bestätigung", "Confirmation"), has_form && m.going_back == GoingBack::Restore),
        ("begruendung", reason_label(l), has_form),
    ];
    let labels: Vec<(&str, &str)> = labels.into_iter().filter(|x| x.2).map(|x| (x.0, x.1)).collect();
    let body = if m.offers.is_empty() {
        empty(
            l.pick("Es gibt keinen früheren Stand", "There is no earlier state"),
            l.pick(
                "Die Produktion lief bisher nur so, wie sie heute läuft.",
                "So far production has only run as it runs today.",
            ),
            Some(back(l, &m.head)),
        )
    } else if m.going_back == GoingBack::None {
        let text = going_back(l, GoingBack::None);
        alert(
            "warning",
            l.pick("Kein Zurück von dieser Version", "No way back from this version"),
            Some(paragraph(text)),
        )
    } else {
        form(l, m)
    };
    view! {
        {case::header(l, &m.head, title)}
        <div class="portal-stack portal-stack--large">
            {form::summary_of(l, &m.errors, &labels)}
            {body}
        </div>
    }
    .into_any()
}

fn form(l: Lang, m: &RollbackPage) -> AnyView {
    let items = m.offers.iter().map(|offer| Item {
        value: offer.id.clone(),
        label: name(l, offer),
        selected: m.chosen == offer.id,
        note: Some(match offer.values.len() {
            0 => l.pick("Mit denselben Angaben wie heute.", "With the same values as today.").to_owned(),
            _ => l
                .pick("Mit anderen Angaben als heute, siehe unten.", "With values other than today's, see below.")
                .to_owned(),
        }),
        disabled: false,
    });
    let choice = Input {
        required: true,
        error: form::error_at(l, &m.errors, "stand"),
        ..Input::new("stand", l.pick("Wohin zurück?", "Back to where?"))
    };
    let restores = m.going_back == GoingBack::Restore;
    let data = if restores {
        let text = l.pick(
            "Die Produktion wird angehalten, die letzte Datensicherung wird zurückgespielt, dann startet der frühere Stand. Alles, was seit dieser Sicherung eingegangen ist, geht verloren.",
            "Production is stopped, the last backup is brought back, then the earlier state starts. Everything that came in since that backup is lost.",
        );
        alert("danger", l.pick("Daten gehen verloren", "Data are lost"), Some(paragraph(text)))
    } else {
        let text = l.pick(
            "Die gespeicherten Daten bleiben. Ein neuer Test ist nicht nötig: Genau so lief die Produktion schon. Geheime Angaben (Kennwörter) bleiben, wie sie heute sind.",
            "The stored data stay. No new test is needed: production has run just like that before. Secrets (passwords) stay as they are today.",
        );
        alert("info", l.pick("Die Daten bleiben", "The data stay"), Some(paragraph(text)))
    };
    let confirm = restores.then(|| {
        let item =
            Item { value: "ja".to_owned(), label: understood(l).to_owned(), selected: m.understood, ..Item::default() };
        let input = Input {
            required: true,
            error: form::error_at(l, &m.errors, "verstanden"),
            ..Input::new("verstanden", l.pick("Bestätigung", "Confirmation"))
        };
        field::choices(input, "checkbox", vec![item])
    });
    let button = form::submit("primary", "", "", l.pick("Jetzt zurückkehren", "Go back now"));
    let content = view! {
        {data}
        {field::choices(choice, "radio", items.collect())}
        {confirm}
        {reason(l, &m.reason, &m.errors, true)}
        {form::actions(vec![button, back(l, &m.head)])}
    };
    let headings = (l.pick("heute", "today"), l.pick("dann", "then"));
    let differences = m.offers.iter().filter(|offer| !offer.values.is_empty()).map(|offer| {
        let title = name(l, offer);
        details(&title, values(l, &title, &offer.values, headings))
    });
    let differences = differences.collect_view();
    let some = m.offers.iter().any(|offer| !offer.values.is_empty());
    view! {
        {form::of_case(l, &m.head, "zurueckkehren", false, content.into_any())}
        {some.then(|| section("unterschied", l.pick("Welche Angaben dann anders sind", "Which values differ then"), differences.into_any()))}
    }
    .into_any()
}

fn understood(l: Lang) -> &'static str {
    l.pick(
        "Mir ist klar, dass alles verloren geht, was seit der letzten Sicherung eingegangen ist.",
        "I understand that everything that came in since the last backup is lost.",
    )
}

fn name(l: Lang, offer: &RollbackOffer) -> String {
    match l {
        Lang::De => format!("Version {}, Stand vom {}", offer.version, offer.applied_at.date_time(l)),
        Lang::En => format!("Version {}, state of {}", offer.version, offer.applied_at.date_time(l)),
    }
}
