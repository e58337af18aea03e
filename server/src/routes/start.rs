//! Starting a Nachnutzungsantrag.

use crate::{
    AppState,
    web::{Answer, Pairs, Visitor, form::Query, respond},
};
use axum::extract::{Path, State};
use portal_app::pages;
use portal_model::PortalError;

/// `GET /verfahren/{slug}/nachnutzen`
pub async fn show(State(s): State<AppState>, v: Visitor, Path(slug): Path<String>, Query(q): Query) -> Answer {
    let m = s.portal.request_start_page(&v.ctx, &slug, q.opt("fuer")).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::start_request(f, a, &m)))
}

/// `POST /verfahren/{slug}/nachnutzen`
pub async fn send(State(s): State<AppState>, v: Visitor, Path(slug): Path<String>, form: Pairs) -> Answer {
    let fuer = form.get("fuer");
    let error = match s.portal.request_start(&v.ctx, &slug, fuer).await {
        Ok(reference) => return Ok(respond::done(&v, &format!("/nachnutzungen/{reference}/antrag"), "started")),
        Err(error) => error,
    };
    let PortalError::Invalid { fields } = error.public() else { return Err(error.into()) };
    let mut m = s.portal.request_start_page(&v.ctx, &slug, Some(fuer)).await?;
    m.errors = fields;
    Ok(respond::again(&s, &v, |f, a| pages::start_request(f, a, &m)))
}
