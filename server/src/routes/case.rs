//! The page of a case, its live part, and withdrawing.

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
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use portal_app::pages;

/// `GET /nachnutzungen/{ref}`
pub async fn show(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Query(q): Query) -> Answer {
    let m = s.portal.case_page(&v.ctx, &reference(&r)?).await?;
    Ok(refreshed(auto(&q), respond::ok(&s, &v, |f, a| pages::case(f, a, &m))))
}

/// `GET /nachnutzungen/{ref}/live`
pub async fn live(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.case_page(&v.ctx, &reference(&r)?).await?;
    Ok(respond::html(StatusCode::OK, pages::case_live(&v.frame(&s), &m)))
}

/// `GET /nachnutzungen/{ref}/zurueckziehen`
pub async fn withdraw(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.withdraw_page(&v.ctx, &reference(&r)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::withdraw(f, a, &m)))
}

/// `POST /nachnutzungen/{ref}/zurueckziehen`
pub async fn withdraw_send(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let error = match s.portal.request_withdraw(&v.ctx, &r, form.lock()).await {
        Ok(()) => return Ok(respond::done(&v, &format!("/nachnutzungen/{r}"), "withdrawn")),
        Err(error) => error,
    };
    let (status, errors) = Failure::from(error).in_form()?;
    let mut m = s.portal.withdraw_page(&v.ctx, &r).await?;
    m.errors = errors;
    Ok(respond::page(&s, &v, status, |f, a| pages::withdraw(f, a, &m)))
}

/// Seconds after which the page loads again (`?auto=10`), for those who asked for it.
pub fn auto(q: &Pairs) -> Option<i64> {
    q.get("auto").parse::<i64>().ok().map(|seconds| seconds.clamp(5, 3600))
}

fn refreshed(seconds: Option<i64>, mut response: Response) -> Response {
    if let Some(value) = seconds.and_then(|s| HeaderValue::from_str(&s.to_string()).ok()) {
        response.headers_mut().insert(header::REFRESH, value);
    }
    response
}
