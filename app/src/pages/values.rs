//! Entering the values: the generated form.

use crate::{
    Assets,
    components::{alert, case, empty, form, link, paragraph, values as parts},
    islands::ConfigForm,
    pages,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Frame,
        request::{ValuesPage, ValuesPurpose},
    },
};

/// `GET /nachnutzungen/{reference}/antrag/werte`
pub fn values(frame: &Frame, assets: &Assets, m: &ValuesPage) -> String {
    let l = frame.lang;
    let title = if m.purpose.is_correction() {
        l.pick("Angaben korrigieren", "Correct the values")
    } else {
        l.pick("Angaben zum Verfahren", "Values")
    };
    let shell = if m.purpose != ValuesPurpose::Request {
        pages::of_case(frame, assets, &m.head, title)
    } else {
        pages::of_request(frame, assets, &m.head, title)
    };
    shell.errors(!m.errors.is_empty() || !m.form.errors().is_empty()).islands().render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &ValuesPage) -> AnyView {
    let below = match m.purpose {
        ValuesPurpose::Request => "/antrag",
        ValuesPurpose::Correction => "",
        ValuesPurpose::Change => "/aenderung",
    };
    let back_path = format!("/nachnutzungen/{}{below}", m.head.reference);
    let back = link(l.path(&back_path), l.pick("Abbrechen", "Cancel"));
    let retest = m.purpose.is_correction().then(|| {
        let text = l.pick(
            "Mit dem Speichern wird die Testumgebung neu eingerichtet, und alle Tests laufen noch einmal.",
            "When you save, the test environment is set up again and all tests run once more.",
        );
        alert("info", l.pick("Danach wird neu getestet", "It is tested again afterwards"), Some(paragraph(text)))
    });
    let buttons = if m.purpose.is_correction() {
        vec![
            form::submit("primary", "aktion", "weiter", l.pick("Speichern und neu testen", "Save and test again")),
            back,
        ]
    } else {
        vec![
            form::submit("primary", "aktion", "weiter", l.pick("Speichern und weiter", "Save and continue")),
            form::submit("secondary", "aktion", "speichern", l.pick("Zwischenspeichern", "Save for now")),
            back,
        ]
    };
    let nothing = m.form.is_empty().then(|| {
        empty(
            l.pick("Keine Angaben nötig", "No values needed"),
            l.pick("Dieses Verfahren braucht keine weiteren Angaben.", "This Verfahren needs no further values."),
            None,
        )
    });
    // Without it, the return key would press the first button of the form, which may add a row.
    let first = view! {
        <button class="kern-sr-only" type="submit" name="aktion" value="speichern" tabindex="-1" aria-hidden="true">
            {l.pick("Speichern", "Save")}
        </button>
    };
    let content = view! { {(!m.purpose.is_correction()).then_some(first)} {parts::form(l, &m.form)} {nothing} {form::actions(buttons)} };
    let check = format!("/api/v1/requests/{}/values/check?lang={}", m.head.reference, l.tag());
    view! {
        {case::header(l, &m.head, title)}
        <div class="portal-stack portal-stack--large" data-check=check>
            {form::error_summary(l, &m.errors, m.form.errors())}
            {retest}
            {case::two_persons(l, &m.head)}
            {case::question(l, &m.head)}
            {form::of_case(l, &m.head, "antrag/werte", true, content.into_any())}
            <ConfigForm />
        </div>
    }
    .into_any()
}
