//! Deciding about a package.

use crate::components::{
    alert,
    field::{self, Input, Item},
    form, paragraph,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    form::FieldError,
    pages::{Choice, packages::PackagePage},
};

/// The form, or why this person cannot decide (R2).
pub fn decide(l: Lang, m: &PackagePage) -> AnyView {
    if m.took_part {
        let text = l.pick(
            "Sie haben dieses Paket selbst hochgeladen oder eingereicht. Nach dem Vier-Augen-Prinzip entscheidet eine andere Person.",
            "You uploaded or handed in this package yourself. Under the two-person rule somebody else decides.",
        );
        let title = l.pick("Sie können hier nicht entscheiden", "You cannot decide here");
        return alert("warning", title, Some(paragraph(text)));
    }
    let option = |value: &str, label: &str, note: &str| Item {
        value: value.to_owned(),
        label: label.to_owned(),
        selected: m.decision == value,
        note: Some(note.to_owned()),
        disabled: false,
    };
    let items = vec![
        option(
            "release",
            l.pick("Freigeben", "Release"),
            l.pick(
                "Die Version steht sofort im Katalog. Ihr Inhalt ändert sich nie mehr.",
                "The version is in the catalogue at once. Its content never changes any more.",
            ),
        ),
        option(
            "return",
            l.pick("Mit Anmerkungen zurückgeben", "Return with comments"),
            l.pick(
                "Der Herausgeber verbessert dieselbe Version und reicht sie wieder ein.",
                "The vendor improves the same version and hands it in again.",
            ),
        ),
        option(
            "decline",
            l.pick("Nicht freigeben", "Do not release"),
            l.pick(
                "Dieser Inhalt kommt nicht in den Katalog, das ist endgültig. Die Begründung geht an den Herausgeber; er kann dieselbe Versionsnummer mit neuem Inhalt als neues Paket hochladen.",
                "This content does not come into the catalogue, for good. The reason goes to the vendor, who may upload the same version number with new content as a new package.",
            ),
        ),
    ];
    let choice = Input {
        required: true,
        error: form::error_at(l, &m.errors, "entscheidung"),
        ..Input::new("entscheidung", l.pick("Ihre Entscheidung", "Your decision"))
    };
    let note = Input {
        depends: true,
        value: m.note.clone(),
        error: form::error_at(l, &m.errors, "begruendung"),
        hint: l
            .pick(
                "Nötig beim Zurückgeben und Nicht-Freigeben. Der Herausgeber liest sie.",
                "Needed when returning or not releasing. The vendor reads it.",
            )
            .to_owned(),
        ..Input::new("begruendung", l.pick("Anmerkungen oder Begründung", "Comments or reason"))
    };
    let submit = form::submit("primary", "", "", l.pick("Entscheidung festhalten", "Record the decision"));
    let content = view! {
        {form::lock(m.lock)}
        {field::choices(choice, "radio", items)}
        {field::text_area(l, note)}
        <p class="portal-form__note">{l.pick("Nur beim Freigeben:", "Only when releasing:")}</p>
        {audience(l, &m.laender, &m.municipalities, &m.errors)}
        {security(l, m.row.security_fix)}
        {form::actions(vec![submit])}
    };
    form::post(l, &format!("/pakete/{}/entscheidung", m.row.reference), false, content.into_any())
}

/// Labels of the fields of [`audience`]: Länder, Verwaltungen.
pub fn audience_labels(l: Lang) -> (&'static str, &'static str) {
    (
        l.pick("Nur in diesen Ländern", "In these Länder only"),
        l.pick("Nur für diese Verwaltungen", "For these administrations only"),
    )
}

/// Who may use a version: Länder, and single Verwaltungen for a pilot. Those are lines of text, since a Land has more than a
/// thousand.
pub fn audience(l: Lang, laender: &[Choice], municipalities: &str, errors: &[FieldError]) -> AnyView {
    let items = laender.iter().map(|c| Item {
        value: c.value.clone(),
        label: c.label.clone(),
        selected: c.selected,
        ..Item::default()
    });
    let land = Input {
        error: form::error_at(l, errors, "land"),
        hint: l.pick("Ohne Auswahl: alle.", "Without a choice: all of them.").to_owned(),
        ..Input::new("land", audience_labels(l).0)
    };
    let pilot = Input {
        value: municipalities.to_owned(),
        error: form::error_at(l, errors, "verwaltung"),
        hint: l
            .pick(
                "Für einen Pilotbetrieb: je Zeile eine Verwaltung, mit Namen oder Schlüssel (ARS). Leer: alle.",
                "For a pilot: one administration in each line, by name or key (ARS). Empty: all of them.",
            )
            .to_owned(),
        ..Input::new("verwaltung", audience_labels(l).1)
    };
    view! {
        {field::choices(land, "checkbox", items.collect())}
        {field::text_area(l, pilot)}
    }
    .into_any()
}

/// The mark of a version that closes a hole.
pub fn security(l: Lang, selected: bool) -> AnyView {
    let item = Item {
        value: "1".to_owned(),
        label: l.pick("Als Sicherheitskorrektur kennzeichnen", "Mark as a security fix").to_owned(),
        selected,
        note: Some(
            l.pick(
                "Verwaltungen sehen dann, dass sie diese Version bald einsetzen sollten.",
                "Administrations then see that they should move to this version soon.",
            )
            .to_owned(),
        ),
        disabled: false,
    };
    field::choice("f-sicherheit", "sicherheit", "checkbox", &item, false)
}
