//! Starting a request: for which Verwaltung?

use crate::{
    Assets,
    components::{
        alert, empty,
        field::{self, Input, Item},
        form, link, page_header, paragraph,
    },
    document::Shell,
    i18n::words,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Frame,
        catalogue::{StartRequestPage, Suitability},
    },
};

/// `GET /verfahren/{slug}/nachnutzen`
pub fn start_request(frame: &Frame, assets: &Assets, m: &StartRequestPage) -> String {
    let l = frame.lang;
    let title = l.pick("Nachnutzung beantragen", "Request adoption");
    Shell::new(frame, assets, title)
        .crumb(l.pick("Verfahren", "Verfahren"), "/verfahren")
        .crumb(m.name.get(l), format!("/verfahren/{}", m.slug))
        .errors(!m.errors.is_empty())
        .render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &StartRequestPage) -> AnyView {
    let label = l.pick("Für welche Verwaltung?", "For which administration?");
    let back =
        link(l.path(&format!("/verfahren/{}", m.slug)), l.pick("Zurück zum Steckbrief", "Back to the Verfahren"));
    if m.municipalities.is_empty() {
        let title_none = l.pick("Keine Verwaltung zur Wahl", "No administration to choose");
        let help = l.pick(
            "Sie sind in keiner Verwaltung Mitglied und haben keine Vollmacht, für die dieses Verfahren beantragt werden kann.",
            "You are a member of no administration and hold no mandate for which it can be requested.",
        );
        return view! { {page_header(title, m.name.get(l))} {empty(title_none, help, Some(back))} }.into_any();
    }
    let only = m.municipalities.iter().filter(|s| usable(s)).count() == 1;
    let items = m.municipalities.iter().map(|s| item(l, m.chosen.as_deref(), only, s)).collect();
    let input = Input { required: true, error: form::error_at(l, &m.errors, "fuer"), ..Input::new("fuer", label) };
    let existing = m.municipalities.iter().filter_map(|s| {
        let reference = s.existing.as_ref()?;
        let href = l.path(&format!("/nachnutzungen/{reference}"));
        let label = format!("{}: {reference}", s.name);
        Some(view! { <li>{link(href, &label)}</li> })
    });
    let existing: Vec<_> = existing.collect();
    let existing = (!existing.is_empty()).then(|| {
        view! {
            <div>
                <p>{l.pick("Schon begonnen oder in Betrieb:", "Already begun or live:")}</p>
                <ul class="kern-list kern-list--bullet">{existing}</ul>
            </div>
        }
    });
    let signs = m.signs.then(|| {
        let text = l.pick(
            "Sie sind zeichnungsberechtigt. Wenn Sie den Antrag selbst beginnen, können Sie der Freischaltung nicht mehr für die Verwaltung zustimmen; das muss dann eine andere zeichnungsberechtigte Person tun. Gibt es keine, lassen Sie die Sachbearbeitung beginnen.",
            "You may sign for the administration. If you begin the request yourself, you cannot approve the activation for the administration any more; another person who may sign has to do it then. If there is none, let the clerks begin.",
        );
        alert("warning", l.pick("Vier-Augen-Prinzip", "Two-person rule"), Some(paragraph(text)))
    });
    let content = view! {
        {field::choices(input, "radio", items)}
        {signs}
        {form::actions(vec![form::submit("primary", "", "", l.pick("Antrag beginnen", "Begin the request")), back])}
    };
    let lead = l.pick(
        "Der Antrag wird als Entwurf angelegt. Eingereicht wird erst, wenn Sie es sagen.",
        "The request is created as a draft. It is submitted only when you say so.",
    );
    view! {
        {page_header(&format!("{title}: {}", m.name.get(l)), lead)}
        <div class="portal-stack portal-stack--large">
            {form::summary_of(l, &m.errors, &[("fuer", label)])}
            {form::post(l, &format!("/verfahren/{}/nachnutzen", m.slug), false, content.into_any())}
            {existing}
        </div>
    }
    .into_any()
}

fn usable(s: &Suitability) -> bool {
    s.missing.is_empty() && s.existing.is_none()
}

fn item(l: Lang, chosen: Option<&str>, only: bool, s: &Suitability) -> Item {
    let note = match (&s.existing, s.missing.as_slice()) {
        (Some(reference), _) => Some(format!("{} {reference}", l.pick("Schon vorhanden:", "Exists already:"))),
        (None, []) => None,
        (None, missing) => Some(missing.iter().map(|w| words::missing(l, w)).collect::<Vec<_>>().join(" ")),
    };
    Item {
        value: s.municipality.clone(),
        label: s.name.clone(),
        selected: usable(s) && (only || chosen == Some(s.municipality.as_str())),
        note,
        disabled: !usable(s),
    }
}
