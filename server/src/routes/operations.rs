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
use portal_model::PortalError;

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
    let error = match form.get("aktion") {
        "wiederholen" => {
            s.portal.operation_retry(&v.ctx, &r).await?;
            return Ok(respond::done(&v, &path, "retried"));
        }
        "aufgeben" => match s.portal.operation_abandon(&v.ctx, &r, reason).await {
            Ok(()) => return Ok(respond::done(&v, &path, "abandoned")),
            Err(error) => error,
        },
        _ => {
            s.portal.operation_page(&v.ctx, &r).await?;
            return Err(Failure::rule("malformed", StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let PortalError::Invalid { fields } = error.public() else { return Err(error.into()) };
    let mut m = s.portal.operation_page(&v.ctx, &r).await?;
    (m.reason, m.errors) = (reason.to_owned(), fields);
    Ok(respond::again(&s, &v, |f, a| pages::operation(f, a, &m)))
}
