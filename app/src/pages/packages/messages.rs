//! The conversation between vendor and curators.

use crate::{
    components::{
        field::{self, Input},
        form, time,
    },
    i18n::words,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{Lang, pages::packages::PackagePage};

/// Messages so far, and a field for one more.
pub fn messages(l: Lang, m: &PackagePage) -> AnyView {
    let rows = m.messages.iter().map(|message| {
        let side = words::submission_side(l, message.side);
        // Where people go by their role, it is not said twice.
        let who = message
            .person
            .strip_prefix(side)
            .map_or(message.person.as_str(), |rest| rest.trim_start_matches([',', ' ']));
        view! {
            <li class="portal-timeline__entry">
                <span class="portal-timeline__time">{time(l, message.at)}</span>
                <span class="portal-timeline__title">{side}</span>
                " "
                <span class="portal-timeline__who">{who.to_owned()}</span>
                <p class="portal-timeline__text portal-comment">{message.text.clone()}</p>
            </li>
        }
    });
    let list = if m.messages.is_empty() {
        let text = l.pick("Noch hat niemand etwas geschrieben.", "Nobody has written anything yet.");
        view! { <p class="portal-muted">{text}</p> }.into_any()
    } else {
        view! { <ol class="portal-timeline">{rows.collect_view()}</ol> }.into_any()
    };
    view! { {list} {m.may.message.then(|| write(l, m))} }.into_any()
}

fn write(l: Lang, m: &PackagePage) -> AnyView {
    let input = Input {
        required: true,
        value: m.message.clone(),
        error: form::error_at(l, &m.errors, "nachricht"),
        hint: l.pick("Beide Seiten sehen sie, mit Ihrem Namen.", "Both sides see it, with your name.").to_owned(),
        ..Input::new("nachricht", l.pick("Nachricht", "Message"))
    };
    let content = view! {
        {field::text_area(l, input)}
        {form::actions(vec![form::submit("secondary", "", "", l.pick("Nachricht senden", "Send the message"))])}
    };
    form::post(l, &format!("/pakete/{}/nachricht", m.row.reference), false, content.into_any())
}
