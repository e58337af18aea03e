//! Signing in and out.

use super::no_store;
use crate::{
    AppState,
    web::{
        Answer, Pairs, Visitor,
        form::Query,
        respond,
        session::{self, cookie_name},
        visitor::local_path,
    },
};
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use portal_app::pages;
use portal_model::PortalError;
use tower_sessions::Session;

/// `GET /anmelden`
pub async fn show(State(s): State<AppState>, v: Visitor, Query(q): Query) -> Answer {
    let m = s.portal.sign_in_page(local_path(q.get("next"))).await?;
    Ok(no_store(respond::ok(&s, &v, |f, a| pages::sign_in(f, a, &m))))
}

/// `POST /anmelden`
pub async fn sign_in(State(s): State<AppState>, v: Visitor, session: Session, form: Pairs) -> Answer {
    let next = local_path(form.get("next"));
    let person = match form.get("person").parse() {
        Ok(person) => s.portal.sign_in_demo(person).await,
        Err(_) => Err(PortalError::NotFound.into()),
    };
    let error = match person {
        Ok(person) => {
            session::begin(&s, &session, person).await?;
            return Ok(no_store(respond::see_other(&v.href(next))));
        }
        Err(error) => error,
    };
    let PortalError::NotFound = error.public() else { return Err(error.into()) };
    let mut m = s.portal.sign_in_page(next).await?;
    m.failed = true;
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(no_store(respond::page(&s, &v, status, |f, a| pages::sign_in(f, a, &m))))
}

/// `POST /abmelden`
pub async fn sign_out(State(s): State<AppState>, v: Visitor, session: Session) -> Answer {
    s.portal.sign_out(&v.ctx).await?;
    session::end(&session).await?;
    let mut response = no_store(respond::done(&v, "/", "signed_out"));
    let https = s.web.is_https();
    // Said here too: the layer's own removal lacks `Secure`, so that browsers would keep a `__Host-` cookie.
    let secure = if https { "; Secure" } else { "" };
    let gone = format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}", cookie_name(https));
    if let Ok(gone) = HeaderValue::from_str(&gone) {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    let clear = HeaderName::from_static("clear-site-data");
    response.headers_mut().insert(clear, HeaderValue::from_static("\"storage\""));
    Ok(response)
}
