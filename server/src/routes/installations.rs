//! „Unsere Verfahren", and taking one down.

use super::lists::installation_query;
use crate::{
    AppState,
    web::{
        Answer, Failure, Pairs, Visitor,
        form::Query,
        respond::{self, reference},
    },
};
use axum::extract::{Path, State};
use portal_app::pages;

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
    let typed = form.get("bestaetigung");
    let error = match s.portal.installation_remove(&v.ctx, &r, form.lock(), typed).await {
        Ok(()) => return Ok(respond::done(&v, &format!("/nachnutzungen/{r}"), "removal_started")),
        Err(error) => error,
    };
    let (status, fields) = Failure::from(error).in_form()?;
    let mut m = s.portal.remove_page(&v.ctx, &r).await?;
    (m.typed, m.errors) = (typed.to_owned(), fields);
    Ok(respond::page(&s, &v, status, |f, a| pages::remove(f, a, &m)))
}
