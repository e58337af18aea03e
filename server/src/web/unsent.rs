//! Forms that were sent after the session had ended: what may be given back to the person, so that nothing typed is lost.
//!
//! It goes back into the answer's page and nowhere else: nothing is stored for somebody who is not signed in, and no case is
//! looked at (R4). Other sites cannot bring such a page about, because their forms are refused before.

use crate::{AppState, web::Pairs};
use portal_model::pages::sign_in::UnsentPage;

/// Marks a response: this was sent without a session.
#[derive(Debug, Clone)]
pub struct Unsent(pub Pairs);

/// Fields of our forms that hold no secret. Whatever is not named here stays out, so that a new form has to say so.
const PLAIN: [&str; 25] = [
    "lock",
    "aktion",
    "seite",
    "entscheidung",
    "begruendung",
    "bemerkung",
    "bestaetigung",
    "punkt",
    "ars",
    "ziel",
    "fuer",
    "nachricht",
    "stand",
    "ersatz",
    "land",
    "verwaltung",
    "sicherheit",
    "art",
    "text",
    "antwort",
    "id",
    "name",
    "tage",
    "verfahren",
    "schluesselname",
];

/// What may be sent again.
pub fn page(state: &AppState, Unsent(Pairs(sent)): &Unsent) -> UnsentPage {
    let catalogue = state.portal.catalogue();
    let is_plain = |name: &str| match name.split_once('.') {
        Some(("w", path)) => !catalogue.has_secret(path),
        // Secrets cannot differ per Gemeinde.
        Some(("g", _)) => true,
        _ => PLAIN.contains(&name),
    };
    let (fields, rest): (Vec<_>, Vec<_>) = sent.iter().cloned().partition(|(name, _)| is_plain(name));
    UnsentPage { fields, left_out: rest.iter().any(|(_, value)| !value.is_empty()) }
}
