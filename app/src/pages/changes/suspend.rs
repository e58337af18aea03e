//! Stopping production, and starting it again.

use super::back;
use crate::{
    Assets,
    components::{alert, case, form, paragraph, reason},
    pages,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, change::SuspendPage},
};

/// `GET /nachnutzungen/{reference}/anhalten`
pub fn suspend(frame: &Frame, assets: &Assets, m: &SuspendPage) -> String {
    let l = frame.lang;
    let title = match m.suspended {
        true => l.pick("Produktion wieder starten", "Start production again"),
        false => l.pick("Produktion anhalten", "Stop production"),
    };
    pages::of_case(frame, assets, &m.head, title).errors(!m.errors.is_empty()).render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &SuspendPage) -> AnyView {
    let notice = if m.suspended {
        let text = l.pick(
            "Dieselbe Version startet mit denselben Angaben und den gespeicherten Daten.",
            "The same version starts with the same values and the stored data.",
        );
        alert("info", l.pick("So wie vorher", "As before"), Some(paragraph(text)))
    } else {
        let text = l.pick(
            "Bürgerinnen und Bürger können das Verfahren nicht nutzen, bis Sie es wieder starten. Daten und Angaben bleiben erhalten.",
            "Citizens cannot use the Verfahren until you start it again. Data and values are kept.",
        );
        alert(
            "warning",
            l.pick("Das Verfahren ist dann nicht erreichbar", "The Verfahren cannot be reached then"),
            Some(paragraph(text)),
        )
    };
    let action = if m.suspended { "starten" } else { "anhalten" };
    let button = form::submit("primary", "aktion", action, title);
    let content = view! {
        {reason::reason(l, &m.reason, reason::visible(l), !m.suspended, &m.errors)}
        {form::actions(vec![button, back(l, &m.head)])}
    };
    view! {
        {case::header(l, &m.head, title)}
        <div class="portal-stack portal-stack--large">
            {form::summary_of(l, &m.errors, &[reason::labelled(l)])}
            {notice}
            {form::of_case(l, &m.head, "anhalten", false, content.into_any())}
        </div>
    }
    .into_any()
}
