//! Taking an installation down: typed confirmation.

use crate::{
    Assets,
    components::{
        alert, case,
        field::{self, Input},
        form, link, paragraph,
    },
    pages,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, installations::RemovePage},
};

/// `GET /nachnutzungen/{reference}/entfernen`
pub fn remove(frame: &Frame, assets: &Assets, m: &RemovePage) -> String {
    let l = frame.lang;
    let title = l.pick("Installation entfernen", "Remove the installation");
    pages::of_case(frame, assets, &m.head, title).errors(!m.errors.is_empty()).render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &RemovePage) -> AnyView {
    let label = l.pick("Nummer dieser Nachnutzung", "Number of this adoption");
    let live = m.is_live.then(|| {
        let text = l.pick(
            "Das Verfahren ist in Betrieb. Bürgerinnen und Bürger können es danach nicht mehr nutzen.",
            "The Verfahren is live. Citizens cannot use it afterwards.",
        );
        alert("danger", l.pick("In Betrieb", "Live"), Some(paragraph(text)))
    });
    let input = Input {
        required: true,
        width: "medium",
        autocomplete: Some("off"),
        error: form::error_at(l, &m.errors, "bestaetigung"),
        value: m.typed.clone(),
        hint: match l {
            Lang::De => format!("Zur Bestätigung: {}. Kleinbuchstaben und Leerzeichen stören nicht.", m.confirm_with),
            Lang::En => format!("To confirm: {}. Small letters and blanks do not matter.", m.confirm_with),
        },
        ..Input::new("bestaetigung", label)
    };
    let back = link(l.path(&format!("/nachnutzungen/{}", m.head.reference)), l.pick("Abbrechen", "Cancel"));
    let content = view! {
        <div class="portal-danger-zone">
            <p>
                {l.pick(
                    "Test und Produktion werden abgebaut, auch die gespeicherten Daten des Verfahrens. Das lässt sich nicht rückgängig machen. Der Verlauf und das Protokoll bleiben erhalten.",
                    "Test and production are taken down, including the data the Verfahren has stored. This cannot be undone. History and record are kept.",
                )}
            </p>
            {field::input(l, input)}
            {form::actions(vec![form::submit("primary", "", "", l.pick("Endgültig entfernen", "Remove for good")), back])}
        </div>
    };
    view! {
        {case::header(l, &m.head, title)}
        <div class="portal-stack portal-stack--large">
            {form::summary_of(l, &m.errors, &[("bestaetigung", label)])}
            {live}
            {form::of_case(l, &m.head, "entfernen", false, content.into_any())}
        </div>
    }
    .into_any()
}
