//! Going back to an earlier state of production.

use super::{back, values};
use crate::{
    Assets,
    components::{
        alert, case, details, empty,
        field::{self, Input, Item},
        form, paragraph, reason, section,
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
    let has_form = !m.offers.is_empty();
    let (reason, reason_label) = reason::labelled(l);
    let labels = [
        ("stand", l.pick("Wohin zurück?", "Back to where?"), has_form),
        ("verstanden", l.pick("Bestätigung", "Confirmation"), has_form && loses_data(m)),
        (reason, reason_label, has_form),
    ];
    let labels: Vec<(&str, &str)> = labels.into_iter().filter(|x| x.2).map(|x| (x.0, x.1)).collect();
    let body = if m.offers.is_empty() {
        empty(
            l.pick("Es gibt keinen früheren Stand", "There is no earlier state"),
            l.pick(
                "Die Produktion lief bisher nur so, wie sie heute läuft, oder frühere Stände kommen mit den heutigen Daten nicht zurecht oder sind als unsicher zurückgezogen. Auf eine neuere Version führt eine Aktualisierung.",
                "So far production has only run as it runs today, or earlier states cannot cope with today's data or were withdrawn as unsafe. An update leads to a newer version.",
            ),
            Some(back(l, &m.head)),
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
        note: Some(note(l, offer)),
        disabled: false,
    });
    let choice = Input {
        required: true,
        error: form::error_at(l, &m.errors, "stand"),
        ..Input::new("stand", l.pick("Wohin zurück?", "Back to where?"))
    };
    let restores = loses_data(m);
    let data = if restores {
        let text = l.pick(
            "Dafür wird die Produktion angehalten und die Datensicherung von vor der letzten Aktualisierung zurückgespielt. Alles, was seitdem eingegangen ist, geht verloren.",
            "For that production is stopped and the backup from before the last update is brought back. Everything that came in since is lost.",
        );
        alert(
            "danger",
            l.pick("Bei einem der Stände gehen Daten verloren", "Data are lost with one of the states"),
            Some(paragraph(text)),
        )
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
        {reason::reason(l, &m.reason, reason::visible(l), true, &m.errors)}
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

/// Whether data are brought back for one of the states.
fn loses_data(m: &RollbackPage) -> bool {
    m.offers.iter().any(|offer| offer.going_back == GoingBack::Restore)
}

fn note(l: Lang, offer: &RollbackOffer) -> String {
    let values = match offer.values.len() {
        0 => l.pick("Mit denselben Angaben wie heute.", "With the same values as today."),
        _ => l.pick("Mit anderen Angaben als heute, siehe unten.", "With values other than today's, see below."),
    };
    let data = match offer.going_back {
        GoingBack::Restore => l.pick(
            "Daten von seit der letzten Aktualisierung gehen verloren.",
            "Data from since the last update are lost.",
        ),
        GoingBack::Safe | GoingBack::None => l.pick("Die Daten bleiben.", "The data stay."),
    };
    format!("{values} {data}")
}

fn understood(l: Lang) -> &'static str {
    l.pick(
        "Mir ist klar, dass dann alles verloren geht, was seit der letzten Aktualisierung eingegangen ist.",
        "I understand that everything that came in since the last update is then lost.",
    )
}

fn name(l: Lang, offer: &RollbackOffer) -> String {
    match l {
        Lang::De => format!("Version {}, Stand vom {}", offer.version, offer.applied_at.date_time(l)),
        Lang::En => format!("Version {}, state of {}", offer.version, offer.applied_at.date_time(l)),
    }
}
