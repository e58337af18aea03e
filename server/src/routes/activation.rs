//! Freischaltung.

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
use portal_model::{PortalError, activation::Side};

/// `GET /nachnutzungen/{ref}/freischaltung`
pub async fn show(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.activation_page(&v.ctx, &reference(&r)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::activation(f, a, &m)))
}

/// `POST /nachnutzungen/{ref}/freischaltung`
pub async fn send(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let path = format!("/nachnutzungen/{r}");
    let (yes, side) = match (form.get("aktion"), Side::from_word(form.get("seite"))) {
        ("beantragen", _) => {
            s.portal.activation_request(&v.ctx, &r, form.lock()).await?;
            return Ok(respond::done(&v, &path, "activation_requested"));
        }
        ("zustimmen", Some(side)) => (true, side),
        ("ablehnen", Some(side)) => (false, side),
        _ => {
            s.portal.activation_page(&v.ctx, &r).await?;
            return Err(Failure::rule("malformed", StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let note = form.get("bemerkung");
    let error = match s.portal.activation_decide(&v.ctx, &r, form.lock(), side, yes, note).await {
        Ok(()) => return Ok(respond::done(&v, &path, if yes { "approved" } else { "refused" })),
        Err(error) => error,
    };
    let PortalError::Invalid { fields } = error.public() else { return Err(error.into()) };
    let mut m = s.portal.activation_page(&v.ctx, &r).await?;
    (m.note, m.errors) = (note.to_owned(), fields);
    Ok(respond::again(&s, &v, |f, a| pages::activation(f, a, &m)))
}
