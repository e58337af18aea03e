//! A form was sent after the session had ended: nothing is lost.

use crate::{
    Assets,
    components::{address::with_query, bullet_list, details, form, page_header, paragraph},
    document::Shell,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, sign_in::UnsentPage},
};

/// Instead of the answer to a form. The entries stay in this page of the person's own browser, which sends them again once
/// the session is back; so nothing of somebody who is not signed in is ever stored.
pub fn unsent(frame: &Frame, assets: &Assets, m: &UnsentPage) -> String {
    let l = frame.lang;
    let title = l.pick("Bitte melden Sie sich noch einmal an", "Please sign in again");
    Shell::new(frame, assets, title).render(|| content(frame, title, m))
}

fn content(frame: &Frame, title: &str, m: &UnsentPage) -> AnyView {
    let l = frame.lang;
    let lead = l.pick(
        "Ihre Sitzung ist abgelaufen. Ihre Eingaben sind noch nicht gespeichert; solange diese Seite offen ist, gehen sie nicht verloren.",
        "Your session has ended. Your entries are not saved yet; they are not lost as long as this page is open.",
    );
    let sign_in = with_query(&l.path("/anmelden"), [("next", frame.path.as_str())]);
    let left_out = m.left_out.then(|| {
        paragraph(l.pick(
            "Geheime Werte sind nicht dabei. Bitte tragen Sie sie danach neu ein.",
            "Secret values are not among them. Please enter them again afterwards.",
        ))
    });
    let fields = m.fields.iter().map(|(name, value)| form::hidden(name, value)).collect_view();
    let again = view! {
        {fields}
        {form::actions(vec![form::submit("secondary", "", "", l.pick("Eingaben noch einmal senden", "Send the entries again"))])}
    };
    let typed: Vec<String> = m.fields.iter().filter_map(|(name, value)| line(l, name, value)).collect();
    let typed = (!typed.is_empty())
        .then(|| details(l.pick("Ihre Eingaben zum Kopieren", "Your entries, to copy"), bullet_list(typed)));
    view! {
        {page_header(title, lead)}
        <div class="portal-stack">
            <ol class="portal-stack portal-bare">
                <li class="portal-stack portal-stack--small">
                    <p>{l.pick("1. Melden Sie sich in einem neuen Tab an und kommen Sie dann hierher zurück.", "1. Sign in in a new tab and then come back here.")}</p>
                    <p>
                        <a class="kern-btn kern-btn--primary" href=sign_in target="_blank" rel="noopener">
                            <span class="kern-label">{l.pick("Anmelden (neuer Tab)", "Sign in (new tab)")}</span>
                        </a>
                    </p>
                </li>
                <li class="portal-stack portal-stack--small">
                    <p>{l.pick("2. Senden Sie Ihre Eingaben von hier aus noch einmal.", "2. Send your entries once more from here.")}</p>
                    {left_out}
                    {form::post(l, &frame.path, false, again.into_any())}
                </li>
            </ol>
            {typed}
        </div>
    }
    .into_any()
}

/// What somebody typed, to copy. The schema is not at hand without a session, so names of fields stand as they are sent.
fn line(l: Lang, name: &str, value: &str) -> Option<String> {
    let label = match name {
        "lock" | "aktion" | "seite" => return None,
        "bemerkung" => l.pick("Bemerkung", "Remark").to_owned(),
        "begruendung" => l.pick("Begründung", "Reason").to_owned(),
        "entscheidung" => l.pick("Entscheidung", "Decision").to_owned(),
        "punkt" => l.pick("Prüfliste", "Checklist").to_owned(),
        "ars" => l.pick("Gemeinde", "Gemeinde").to_owned(),
        "ziel" => l.pick("Rechenzentrum", "Data centre").to_owned(),
        "fuer" => l.pick("Verwaltung", "Administration").to_owned(),
        "bestaetigung" => l.pick("Bestätigung", "Confirmation").to_owned(),
        name => {
            let inner = name.strip_prefix("w.").or_else(|| name.strip_prefix("g.")).unwrap_or(name);
            inner.replace('.', " – ").replace('_', " ")
        }
    };
    (!value.trim().is_empty()).then(|| format!("{label}: {value}"))
}
