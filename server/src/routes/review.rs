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
use portal_model::PortalError;

/// `GET /nachnutzungen/{ref}/pruefung`
pub async fn show(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.review_page(&v.ctx, &reference(&r)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::review(f, a, &m)))
}

/// `POST /nachnutzungen/{ref}/pruefung`
pub async fn send(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    match form.get("aktion") {
        "uebernehmen" => {
            s.portal.request_take(&v.ctx, &r, form.lock()).await?;
            return Ok(respond::done(&v, &format!("/nachnutzungen/{r}/pruefung"), "taken"));
        }
        "entscheiden" => {}
        // Whoever may not review is told so before the form is looked at.
        _ => {
            s.portal.review_page(&v.ctx, &r).await?;
            return Err(Failure::rule("malformed", StatusCode::UNPROCESSABLE_ENTITY));
        }
    }
    let (decision, note) = (form.get("entscheidung"), form.get("begruendung"));
    let error = match s.portal.request_decide(&v.ctx, &r, form.lock(), decision, note).await {
        Ok(()) => {
            let word = match decision {
                "return" => "returned",
                "accept" => "accepted",
                _ => "declined",
            };
            return Ok(respond::done(&v, &format!("/nachnutzungen/{r}"), word));
        }
        Err(error) => error,
    };
    let PortalError::Invalid { fields } = error.public() else { return Err(error.into()) };
    let mut m = s.portal.review_page(&v.ctx, &r).await?;
    (m.decision, m.note, m.errors) = (decision.to_owned(), note.to_owned(), fields);
    Ok(respond::again(&s, &v, |f, a| pages::review(f, a, &m)))
}
