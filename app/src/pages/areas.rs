//! Choosing the Gemeinden.

use crate::{
    Assets,
    components::{
        case,
        field::{self, Input, Item},
        form, link,
    },
    pages,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, request::AreasPage},
};

/// `GET /nachnutzungen/{reference}/antrag/gemeinden`
pub fn areas(frame: &Frame, assets: &Assets, m: &AreasPage) -> String {
    let l = frame.lang;
    let title = l.pick("Für welche Gemeinden?", "For which Gemeinden?");
    pages::of_request(frame, assets, &m.head, title)
        .errors(!m.errors.is_empty())
        .islands()
        .render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &AreasPage) -> AnyView {
    let label = l.pick("Gemeinden", "Gemeinden");
    let items = m.areas.iter().map(|a| Item {
        value: a.value.clone(),
        label: a.label.clone(),
        selected: a.selected,
        note: Some(format!("ARS {}", a.value)),
        disabled: false,
    });
    let hint = if m.legal_basis.is_empty() {
        String::new()
    } else {
        format!("{} {}", l.pick("Grundlage der Zuständigkeit:", "Legal basis of the responsibility:"), m.legal_basis)
    };
    let input = Input { hint, error: form::error_at(l, &m.errors, "ars"), ..Input::new("ars", label) };
    let all = (m.areas.len() > 1).then(|| {
        view! {
            <p>
                <button class="kern-btn kern-btn--tertiary" type="button" hidden=true data-check-all="ars">
                    <span class="kern-label">{l.pick("Alle auswählen", "Select all")}</span>
                </button>
            </p>
        }
    });
    let back = link(l.path(&format!("/nachnutzungen/{}/antrag", m.head.reference)), l.pick("Abbrechen", "Cancel"));
    let content = view! {
        {all}
        <div class="portal-choices--columns">{field::choices(input, "checkbox", items.collect())}</div>
        {form::actions(vec![form::submit("primary", "", "", l.pick("Speichern und weiter", "Save and continue")), back])}
    };
    view! {
        {case::header(l, &m.head, title)}
        <div class="portal-stack portal-stack--large">
            {form::summary_of(l, &m.errors, &[("ars", label)])}
            {form::of_case(l, &m.head, "antrag/gemeinden", true, content.into_any())}
            <crate::islands::ConfigForm />
        </div>
    }
    .into_any()
}
