//! Choosing the data centre; shown, and asked only if several are admitted.

use crate::{
    Assets,
    components::{
        case,
        field::{self, Input, Item},
        form, link,
    },
    i18n::words,
    pages,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, request::TargetPage},
};

/// `GET /nachnutzungen/{reference}/antrag/ziel`
pub fn target(frame: &Frame, assets: &Assets, m: &TargetPage) -> String {
    let l = frame.lang;
    let title = l.pick("Zielumgebung", "Target environment");
    pages::of_request(frame, assets, &m.head, title).errors(!m.errors.is_empty()).render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &TargetPage) -> AnyView {
    let label = l.pick("In welchem Rechenzentrum?", "In which data centre?");
    let only = m.data_centres.iter().filter(|d| d.refused.is_none()).count() == 1;
    let items = m.data_centres.iter().map(|d| {
        let mut note = format!("{} {}", l.pick("Betrieb:", "Operator:"), d.operator);
        if d.simulated {
            note.push_str(l.pick(" · simuliert", " · simulated"));
        }
        if let Some(word) = &d.refused {
            note.push_str(" · ");
            note.push_str(words::refused(l, word));
        }
        Item {
            value: d.value.clone(),
            label: d.name.clone(),
            selected: d.refused.is_none() && (d.selected || only),
            note: Some(note),
            disabled: d.refused.is_some(),
        }
    });
    let input = Input {
        required: true,
        error: form::error_at(l, &m.errors, "ziel"),
        hint: l
            .pick(
                "Zuerst wird in der Testumgebung dieses Rechenzentrums eingerichtet und getestet, erst nach Ihrer Freischaltung in der Produktion.",
                "It is first set up and tested in this data centre's test environment, and in production only after activation.",
            )
            .to_owned(),
        ..Input::new("ziel", label)
    };
    let back = link(l.path(&format!("/nachnutzungen/{}/antrag", m.head.reference)), l.pick("Abbrechen", "Cancel"));
    let content = view! {
        {field::choices(input, "radio", items.collect())}
        {form::actions(vec![form::submit("primary", "", "", l.pick("Speichern und weiter", "Save and continue")), back])}
    };
    view! {
        {case::header(l, &m.head, title)}
        <div class="portal-stack portal-stack--large">
            {form::summary_of(l, &m.errors, &[("ziel", label)])}
            {form::of_case(l, &m.head, "antrag/ziel", false, content.into_any())}
        </div>
    }
    .into_any()
}
