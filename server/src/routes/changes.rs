//! Changing what is live: another version, other values, going back, stopping and starting again.

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

/// `GET /nachnutzungen/{ref}/aendern`
pub async fn start(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.change_start_page(&v.ctx, &reference(&r)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::start_change(f, a, &m)))
}

/// `POST /nachnutzungen/{ref}/aendern`
pub async fn start_send(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let target = form.get("ziel");
    let error = match s.portal.change_start(&v.ctx, &r, form.lock(), target).await {
        Ok(true) => return Ok(respond::done(&v, &format!("/nachnutzungen/{r}/antrag/werte"), "change_started")),
        Ok(false) => return Ok(respond::done(&v, &format!("/nachnutzungen/{r}/aenderung"), "change_started")),
        Err(error) => error,
    };
    let (status, errors) = Failure::from(error).in_form()?;
    let mut m = s.portal.change_start_page(&v.ctx, &r).await?;
    (m.chosen, m.errors) = (target.to_owned(), errors);
    Ok(respond::page(&s, &v, status, |f, a| pages::start_change(f, a, &m)))
}

/// `GET /nachnutzungen/{ref}/aenderung`
pub async fn show(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.change_page(&v.ctx, &reference(&r)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::change(f, a, &m)))
}

/// `POST /nachnutzungen/{ref}/aenderung`
pub async fn test(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let Err(error) = s.portal.change_test(&v.ctx, &r, form.lock()).await else {
        return Ok(respond::done(&v, &format!("/nachnutzungen/{r}"), "change_tested"));
    };
    let (status, errors) = Failure::from(error).in_form()?;
    let mut m = s.portal.change_page(&v.ctx, &r).await?;
    m.errors = errors;
    Ok(respond::page(&s, &v, status, |f, a| pages::change(f, a, &m)))
}

/// `GET /nachnutzungen/{ref}/verwerfen`
pub async fn discard(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.change_discard_page(&v.ctx, &reference(&r)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::discard_change(f, a, &m)))
}

/// `POST /nachnutzungen/{ref}/verwerfen`
pub async fn discard_send(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let Err(error) = s.portal.change_discard(&v.ctx, &r, form.lock()).await else {
        return Ok(respond::done(&v, &format!("/nachnutzungen/{r}"), "change_discarded"));
    };
    let (status, errors) = Failure::from(error).in_form()?;
    let mut m = s.portal.change_discard_page(&v.ctx, &r).await?;
    m.errors = errors;
    Ok(respond::page(&s, &v, status, |f, a| pages::discard_change(f, a, &m)))
}

/// `GET /nachnutzungen/{ref}/zurueckkehren`
pub async fn rollback(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.rollback_page(&v.ctx, &reference(&r)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::rollback(f, a, &m)))
}

/// `POST /nachnutzungen/{ref}/zurueckkehren`
pub async fn rollback_send(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let (chosen, reason, understood) = (form.get("stand"), form.get("begruendung"), form.get("verstanden") == "ja");
    let Err(error) = s.portal.rollback(&v.ctx, &r, form.lock(), chosen, reason, understood).await else {
        return Ok(respond::done(&v, &format!("/nachnutzungen/{r}"), "rollback_started"));
    };
    let (status, errors) = Failure::from(error).in_form()?;
    let mut m = s.portal.rollback_page(&v.ctx, &r).await?;
    (m.chosen, m.reason, m.understood, m.errors) = (chosen.to_owned(), reason.to_owned(), understood, errors);
    Ok(respond::page(&s, &v, status, |f, a| pages::rollback(f, a, &m)))
}

/// `GET /nachnutzungen/{ref}/anhalten`
pub async fn suspend(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.suspend_page(&v.ctx, &reference(&r)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::suspend(f, a, &m)))
}

/// `POST /nachnutzungen/{ref}/anhalten`
pub async fn suspend_send(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let reason = form.get("begruendung");
    let (word, done) = match form.get("aktion") {
        "anhalten" => ("suspended", s.portal.suspend(&v.ctx, &r, form.lock(), reason).await),
        "starten" => ("resumed", s.portal.resume(&v.ctx, &r, form.lock(), reason).await),
        _ => {
            s.portal.suspend_page(&v.ctx, &r).await?;
            return Err(Failure::rule("malformed", StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let Err(error) = done else { return Ok(respond::done(&v, &format!("/nachnutzungen/{r}"), word)) };
    let (status, errors) = Failure::from(error).in_form()?;
    let mut m = s.portal.suspend_page(&v.ctx, &r).await?;
    (m.reason, m.errors) = (reason.to_owned(), errors);
    Ok(respond::page(&s, &v, status, |f, a| pages::suspend(f, a, &m)))
}
