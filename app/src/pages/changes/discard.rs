//! Discarding a change.

use super::back;
use crate::{
    Assets,
    components::{case, form},
    pages,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, change::DiscardChangePage},
};

/// `GET /nachnutzungen/{reference}/verwerfen`
pub fn discard_change(frame: &Frame, assets: &Assets, m: &DiscardChangePage) -> String {
    let l = frame.lang;
    let title = l.pick("Änderung verwerfen", "Discard the change");
    pages::of_case(frame, assets, &m.head, title).errors(!m.errors.is_empty()).render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &DiscardChangePage) -> AnyView {
    let text = l.pick(
        "Die Produktion bleibt, wie sie ist. Geänderte Angaben fallen weg, eine beantragte Freischaltung endet. Neue geheime Angaben (Kennwörter) bleiben gespeichert. Sie können jederzeit neu beginnen.",
        "Production stays as it is. Changed values are dropped, a requested activation ends. New secrets (passwords) stay stored. You can begin anew at any time.",
    );
    let button = form::submit("primary", "", "", l.pick("Änderung verwerfen", "Discard the change"));
    let content = view! { <p>{text}</p> {form::actions(vec![button, back(l, &m.head)])} };
    view! {
        {case::header(l, &m.head, title)}
        <div class="portal-stack portal-stack--large">
            {form::summary_of(l, &m.errors, &[])}
            {form::of_case(l, &m.head, "verwerfen", false, content.into_any())}
        </div>
    }
    .into_any()
}
