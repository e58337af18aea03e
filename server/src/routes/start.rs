//! Starting a Nachnutzungsantrag.

use crate::{
    AppState,
    web::{Answer, Failure, Pairs, Visitor, form::Query, respond},
};
use axum::extract::{Path, State};
use portal_app::pages;
use portal_model::{PortalError, form::FieldError, reference::Reference};

/// Starts a request. A Verwaltung that one may not act for is answered like one that does not exist (R4).
///
/// # Errors
/// As the use case.
pub async fn start(s: &AppState, v: &Visitor, slug: &str, fuer: &str) -> Result<Reference, Failure> {
    let error = match s.portal.request_start(&v.ctx, slug, fuer).await {
        Ok(reference) => return Ok(reference),
        Err(error) => error,
    };
    if error.public() == PortalError::NotFound {
        // If it is the Verfahren that does not exist, this says so.
        s.portal.verfahren_page(&v.ctx, slug).await?;
        let fields = vec![FieldError::new("fuer", "choose_municipality")];
        return Err(Failure::new(PortalError::Invalid { fields }));
    }
    Err(error.into())
}

/// `GET /verfahren/{slug}/nachnutzen`
pub async fn show(State(s): State<AppState>, v: Visitor, Path(slug): Path<String>, Query(q): Query) -> Answer {
    let m = s.portal.request_start_page(&v.ctx, &slug, q.opt("fuer")).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::start_request(f, a, &m)))
}

/// `POST /verfahren/{slug}/nachnutzen`
pub async fn send(State(s): State<AppState>, v: Visitor, Path(slug): Path<String>, form: Pairs) -> Answer {
    let fuer = form.get("fuer");
    let failure = match start(&s, &v, &slug, fuer).await {
        Ok(reference) => return Ok(respond::done(&v, &format!("/nachnutzungen/{reference}/antrag"), "started")),
        Err(failure) => failure,
    };
    let (status, fields) = failure.in_form()?;
    let mut m = s.portal.request_start_page(&v.ctx, &slug, Some(fuer)).await?;
    m.errors = fields;
    Ok(respond::page(&s, &v, status, |f, a| pages::start_request(f, a, &m)))
}
