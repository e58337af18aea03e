//! Taking a key back: asks once more.

use super::of_packages;
use crate::{
    Assets,
    components::{form, link, page_header, paragraph},
};
use leptos::prelude::*;
use portal_model::pages::Frame;

/// The key that is to be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked<'a> {
    /// An access key: id and name.
    Token(&'a str, &'a str),
    /// A public key: id and name.
    Public(&'a str, &'a str),
}

/// `GET /zugangsschluessel/{id}/zuruecknehmen` and `GET /zugangsschluessel/oeffentlich/{id}/zuruecknehmen`
pub fn revoke(frame: &Frame, assets: &Assets, key: Revoked<'_>) -> String {
    let l = frame.lang;
    let (title, text, path, name) = match key {
        Revoked::Token(id, name) => (
            l.pick("Zugangsschlüssel zurücknehmen?", "Take the access key back?"),
            l.pick(
                "Der Schlüssel öffnet ab sofort nichts mehr; Pipelines, die ihn benutzen, schlagen fehl. Das lässt sich nicht rückgängig machen, aber Sie können jederzeit einen neuen anlegen.",
                "From now on the key opens nothing; pipelines that use it fail. This cannot be undone, but you can make a new one at any time.",
            ),
            format!("/zugangsschluessel/{id}/zuruecknehmen"),
            name,
        ),
        Revoked::Public(id, name) => (
            l.pick("Öffentlichen Schlüssel zurücknehmen?", "Take the public key back?"),
            l.pick(
                "Neue Pakete, die mit ihm signiert sind, werden nicht mehr angenommen. Was schon freigegeben ist, gilt weiter als geprüft.",
                "New packages signed with it are not taken any more. What is released already still counts as verified.",
            ),
            format!("/zugangsschluessel/oeffentlich/{id}/zuruecknehmen"),
            name,
        ),
    };
    of_packages(frame, assets, title).crumb(l.pick("Zugangsschlüssel", "Access keys"), "/zugangsschluessel").render(
        || {
            let yes = form::submit("primary", "", "", l.pick("Ja, zurücknehmen", "Yes, take it back"));
            let no = link(l.path("/zugangsschluessel"), l.pick("Nein, zurück", "No, go back"));
            let content = view! {
                <div class="portal-danger-zone">{paragraph(text)} {form::actions(vec![yes, no])}</div>
            };
            view! {
                {page_header(title, name)}
                {form::post(l, &path, false, content.into_any())}
            }
            .into_any()
        },
    )
}
