//! „Unsere Verfahren", and taking one down.

use super::lists::installation_query;
use crate::{
    AppState,
    web::{
        Answer, Pairs, Visitor,
        form::Query,
        respond::{self, reference},
    },
};
use axum::extract::{Path, State};
use portal_app::pages;
use portal_model::PortalError;

/// `GET /unsere-verfahren`
pub async fn list(State(s): State<AppState>, v: Visitor, Query(q): Query) -> Answer {
    let m = s.portal.installation_list_page(&v.ctx, &installation_query(&q)).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::installations(f, a, &m)))
}

/// `GET /nachnutzungen/{ref}/entfernen`
pub async fn remove(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.remove_page(&v.ctx, &reference(&r)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::remove(f, a, &m)))
}

/// `POST /nachnutzungen/{ref}/entfernen`
pub async fn remove_send(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let error = match s.portal.installation_remove(&v.ctx, &r, form.lock(), form.get("bestaetigung")).await {
        Ok(()) => return Ok(respond::done(&v, &format!("/nachnutzungen/{r}"), "removal_started")),
        Err(error) => error,
    };
    let PortalError::Invalid { fields } = error.public() else { return Err(error.into()) };
    let mut m = s.portal.remove_page(&v.ctx, &r).await?;
    m.errors = fields;
    Ok(respond::again(&s, &v, |f, a| pages::remove(f, a, &m)))
}
