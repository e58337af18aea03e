//! Reviewing a request.

use crate::{
    AppState,
    web::{
        Answer, Failure, Pairs, Visitor,
        respond::{self, reference},
    },
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use portal_app::pages;

/// `GET /nachnutzungen/{ref}/pruefung`
pub async fn show(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.review_page(&v.ctx, &reference(&r)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::review(f, a, &m)))
}

/// `POST /nachnutzungen/{ref}/pruefung`
pub async fn send(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let case = format!("/nachnutzungen/{r}");
    let (decision, note) = (form.get("entscheidung"), form.get("begruendung"));
    let (path, word, done) = match (form.get("aktion"), decision) {
        ("uebernehmen", _) => {
            (format!("{case}/pruefung"), "taken", s.portal.request_take(&v.ctx, &r, form.lock()).await)
        }
        ("entscheiden", decision) => {
            let word = match decision {
                "return" => "returned",
                "accept" => "accepted",
                _ => "declined",
            };
            (case, word, s.portal.request_decide(&v.ctx, &r, form.lock(), decision, note).await)
        }
        // Whoever may not review is told so before the form is looked at.
        _ => {
            s.portal.review_page(&v.ctx, &r).await?;
            return Err(Failure::rule("malformed", StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let Err(error) = done else { return Ok(respond::done(&v, &path, word)) };
    let (status, fields) = Failure::from(error).in_form()?;
    let mut m = s.portal.review_page(&v.ctx, &r).await?;
    (m.decision, m.note, m.errors) = (decision.to_owned(), note.to_owned(), fields);
    Ok(respond::page(&s, &v, status, |f, a| pages::review(f, a, &m)))
}
