//! What keeps the targets of a case from being worked on: maintenance, and the stop switch of their operator.

use super::alert;
use crate::i18n::words;
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{Lang, pages::targets::TargetNotice};

/// A box for each; nothing without any.
pub fn list(l: Lang, notices: &[TargetNotice]) -> Option<AnyView> {
    (!notices.is_empty()).then(|| notices.iter().map(|n| one(l, n)).collect_view().into_any())
}

fn one(l: Lang, notice: &TargetNotice) -> AnyView {
    let (stage, title, when, text) = match notice {
        TargetNotice::Maintenance { stage, from, until, text, now } => {
            let title = if *now {
                l.pick("Wartung läuft", "Maintenance under way")
            } else {
                l.pick("Wartung angekündigt", "Maintenance announced")
            };
            let between = (l.pick("Von", "From"), l.pick("bis", "until"));
            let when = format!("{} {} {} {}.", between.0, from.date_time(l), between.1, until.date_time(l));
            let waits = l.pick("Bereitstellungen warten so lange.", "Operations wait meanwhile.");
            (*stage, title, format!("{when} {waits}"), text)
        }
        TargetNotice::Stopped { stage, at, reason } => {
            let title = l.pick("Vom Rechenzentrum angehalten", "Stopped by the data centre");
            let waits = l.pick(
                "Bereitstellungen warten, bis es weitergeht. Was eingerichtet ist, läuft weiter.",
                "Operations wait until it goes on. What is set up keeps running.",
            );
            (*stage, title, format!("{} {}. {waits}", l.pick("Seit", "Since"), at.date_time(l)), reason)
        }
    };
    let body = view! {
        <p class="kern-body">{when}</p>
        <p class="portal-comment">{text.clone()}</p>
    };
    alert("warning", &format!("{}: {title}", words::stage(l, stage)), Some(body.into_any()))
}
