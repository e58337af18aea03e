//! A change as it is prepared, next to what runs.

use super::{back, going_back, values};
use crate::{
    Assets,
    components::{
        alert, bullet_list, button_link, case, details, empty, facts, form, link, paragraph, paragraphs, section, text,
    },
    pages::{self, packages::objects},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, change::ChangePage},
};

/// `GET /nachnutzungen/{reference}/aenderung`
pub fn change(frame: &Frame, assets: &Assets, m: &ChangePage) -> String {
    let l = frame.lang;
    let title = l.pick("Änderung prüfen", "Check the change");
    pages::of_case(frame, assets, &m.head, title).errors(!m.errors.is_empty()).render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &ChangePage) -> AnyView {
    let is_update = m.brings.from != m.brings.to;
    let version = if is_update { format!("{} → {}", m.brings.from, m.brings.to) } else { m.brings.from.clone() };
    let mut rows = vec![(l.pick("Version", "Version").to_owned(), text(version))];
    if m.backs_up {
        let saved =
            l.pick("Ja, unmittelbar bevor die Produktion geändert wird", "Yes, right before production is changed");
        rows.push((l.pick("Datensicherung", "Backup").to_owned(), text(saved)));
    }
    if is_update {
        rows.push((l.pick("Zurück", "Going back").to_owned(), text(going_back(l, m.brings.going_back))));
    }
    let changes = m.brings.changes.as_ref().map(|changes| {
        let title = match l {
            Lang::De => format!("Was Version {} mitbringt", m.brings.to),
            Lang::En => format!("What version {} brings", m.brings.to),
        };
        section("neues", &title, paragraphs(changes.get(l)))
    });
    let fields = (!m.fields.is_empty()).then(|| {
        let lines = m.fields.iter().map(|field| field.text(l)).collect();
        section(
            "felder",
            l.pick("Was sich an den Angaben ändert, die gefragt werden", "What changes in what is asked for"),
            bullet_list(lines),
        )
    });
    let title_values = l.pick("Geänderte Angaben", "Changed values");
    let values = if m.brings.values.is_empty() {
        empty(
            l.pick("Keine Angabe ist anders als heute", "No value differs from today's"),
            l.pick(
                "Geheime Angaben stehen hier nicht: Sie zeigt das Portal nie.",
                "Secrets are not listed here: the portal never shows them.",
            ),
            None,
        )
    } else {
        values(l, title_values, &m.brings.values, (l.pick("heute", "today"), l.pick("künftig", "in future")))
    };
    let technical = m.objects.as_ref().map(|changed| {
        let body = match objects(
            l,
            "objekte",
            l.pick("Objekte in der Zielumgebung", "Objects in the target environment"),
            changed,
        ) {
            Some(list) => list,
            None => paragraph(
                l.pick("In der Zielumgebung ändert sich nichts.", "Nothing changes in the target environment."),
            ),
        };
        details(l.pick("Technische Details", "Technical details"), body)
    });
    view! {
        {case::header(l, &m.head, title)}
        <div class="portal-stack portal-stack--large">
            {form::summary_of(l, &m.errors, &[])}
            {open(l, m)}
            {section("was", l.pick("Was sich ändert", "What changes"), facts(rows))}
            {changes}
            {fields}
            {section("angaben", title_values, values)}
            {technical}
            {act(l, m)}
        </div>
    }
    .into_any()
}

/// What is to be done before it can be tested.
fn open(l: Lang, m: &ChangePage) -> Option<AnyView> {
    if m.asks {
        let why = match m.brings.from == m.brings.to {
            true => l.pick(
                "Ändern Sie, was anders werden soll, und speichern Sie, bevor getestet wird.",
                "Change what is to be different and save before it is tested.",
            ),
            false => l.pick(
                "Die neue Version fragt nach Angaben, die Sie ansehen und speichern müssen, bevor getestet wird.",
                "The new version asks for values that you have to look at and save before it is tested.",
            ),
        };
        return Some(alert("warning", l.pick("Angaben ansehen", "Look at the values"), Some(paragraph(why))));
    }
    if m.open.is_empty() {
        return None;
    }
    let lines =
        m.open.iter().map(|e| if e.label.is_empty() { e.text.clone() } else { format!("{}: {}", e.label, e.text) });
    let title = l.pick("Es fehlen noch Angaben", "Some values are still missing");
    Some(alert("warning", title, Some(bullet_list(lines.collect()))))
}

fn act(l: Lang, m: &ChangePage) -> AnyView {
    let base = format!("/nachnutzungen/{}", m.head.reference);
    let edit = l.path(&format!("{base}/antrag/werte"));
    let edit_label = l.pick("Angaben bearbeiten", "Edit the values");
    let discard = link(l.path(&format!("{base}/verwerfen")), l.pick("Änderung verwerfen", "Discard the change"));
    if m.asks || !m.open.is_empty() {
        return form::actions(vec![button_link("primary", edit, edit_label), discard]);
    }
    let text = l.pick(
        "Zuerst wird die Änderung in der Testumgebung eingerichtet und getestet. Danach folgen Abnahme und Freischaltung mit zwei Zustimmungen; erst dann ändert sich die Produktion.",
        "First the change is set up and tested in the test environment. Acceptance and activation with two approvals follow; only then production changes.",
    );
    let test = form::submit("primary", "", "", l.pick("In der Testumgebung testen", "Test in the test environment"));
    let content = view! { <p>{text}</p> {form::actions(vec![test, button_link("secondary", edit, edit_label), discard, back(l, &m.head)])} };
    section(
        "weiter",
        l.pick("Der nächste Schritt", "The next step"),
        form::of_case(l, &m.head, "aenderung", false, content.into_any()),
    )
}
