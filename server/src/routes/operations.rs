//! A Bereitstellung.

use super::case::auto;
use crate::{
    AppState,
    web::{
        Answer, Failure, Pairs, Visitor,
        form::Query,
        respond::{self, reference},
    },
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use portal_app::pages;

/// `GET /bereitstellungen/{ref}`
pub async fn show(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Query(q): Query) -> Answer {
    let mut m = s.portal.operation_page(&v.ctx, &reference(&r)?).await?;
    m.auto = auto(&q);
    Ok(respond::ok(&s, &v, |f, a| pages::operation(f, a, &m)))
}

/// `GET /bereitstellungen/{ref}/live`
pub async fn live(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.operation_page(&v.ctx, &reference(&r)?).await?;
    Ok(respond::html(StatusCode::OK, pages::operation_live(&v.frame(&s), &m)))
}

/// `POST /bereitstellungen/{ref}`
pub async fn send(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let path = format!("/bereitstellungen/{r}");
    let reason = form.get("begruendung");
    let (word, done) = match form.get("aktion") {
        "wiederholen" => ("retried", s.portal.operation_retry(&v.ctx, &r).await),
        "abbrechen" => ("cancelled", s.portal.operation_cancel(&v.ctx, &r, reason).await),
        "aufgeben" => ("abandoned", s.portal.operation_abandon(&v.ctx, &r, reason).await),
        _ => {
            s.portal.operation_page(&v.ctx, &r).await?;
            return Err(Failure::rule("malformed", StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let Err(error) = done else { return Ok(respond::done(&v, &path, word)) };
    let (status, fields) = Failure::from(error).in_form()?;
    let mut m = s.portal.operation_page(&v.ctx, &r).await?;
    (m.reason, m.errors) = (reason.to_owned(), fields);
    Ok(respond::page(&s, &v, status, |f, a| pages::operation(f, a, &m)))
}
