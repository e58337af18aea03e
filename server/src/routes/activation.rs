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
use portal_model::activation::Side;

/// `GET /nachnutzungen/{ref}/freischaltung`
pub async fn show(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.activation_page(&v.ctx, &reference(&r)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::activation(f, a, &m)))
}

/// `POST /nachnutzungen/{ref}/freischaltung`
pub async fn send(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let path = format!("/nachnutzungen/{r}");
    let (note, lock) = (form.get("bemerkung"), form.lock());
    let (word, done) = match (form.get("aktion"), Side::from_word(form.get("seite"))) {
        ("beantragen", _) => {
            ("activation_requested", s.portal.activation_request(&v.ctx, &r, lock, form.get("ab")).await)
        }
        ("erneut-testen", _) => ("test_repeated", s.portal.test_again(&v.ctx, &r, lock).await),
        ("zustimmen", Some(side)) => ("approved", s.portal.activation_decide(&v.ctx, &r, lock, side, true, note).await),
        ("ablehnen", Some(side)) => ("refused", s.portal.activation_decide(&v.ctx, &r, lock, side, false, note).await),
        _ => {
            s.portal.activation_page(&v.ctx, &r).await?;
            return Err(Failure::rule("malformed", StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let Err(error) = done else { return Ok(respond::done(&v, &path, word)) };
    let (status, fields) = Failure::from(error).in_form()?;
    let mut m = s.portal.activation_page(&v.ctx, &r).await?;
    (m.note, m.from, m.errors) = (note.to_owned(), form.get("ab").to_owned(), fields);
    Ok(respond::page(&s, &v, status, |f, a| pages::activation(f, a, &m)))
}
