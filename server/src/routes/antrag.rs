//! The Antrag as a task list: Gemeinden, Zielumgebung, Zusammenfassung. (Values: `values.rs`.)

use crate::{
    AppState,
    web::{
        Answer, Failure, Pairs, Visitor,
        respond::{self, reference},
    },
};
use axum::extract::{Path, State};
use portal_app::pages;
use portal_model::{PortalError, reference::Reference};

/// Address of the task list.
pub fn tasks_path(r: &Reference) -> String {
    format!("/nachnutzungen/{r}/antrag")
}

/// `GET /nachnutzungen/{ref}/antrag`
pub async fn tasks(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.task_list_page(&v.ctx, &reference(&r)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::task_list(f, a, &m)))
}

/// `GET /nachnutzungen/{ref}/antrag/gemeinden`
pub async fn areas(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.areas_page(&v.ctx, &reference(&r)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::areas(f, a, &m)))
}

/// `POST /nachnutzungen/{ref}/antrag/gemeinden`
pub async fn areas_send(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let chosen = form.all("ars");
    let error = match s.portal.areas_save(&v.ctx, &r, form.lock(), chosen.clone()).await {
        Ok(()) => return Ok(respond::done(&v, &tasks_path(&r), "saved")),
        Err(error) => error,
    };
    let (status, fields) = Failure::from(error).in_form()?;
    let mut m = s.portal.areas_page(&v.ctx, &r).await?;
    m.errors = fields;
    for area in &mut m.areas {
        area.selected = chosen.contains(&area.value);
    }
    Ok(respond::page(&s, &v, status, |f, a| pages::areas(f, a, &m)))
}

/// `GET /nachnutzungen/{ref}/antrag/ziel`
pub async fn target(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.target_page(&v.ctx, &reference(&r)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::target(f, a, &m)))
}

/// `POST /nachnutzungen/{ref}/antrag/ziel`
pub async fn target_send(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let chosen = form.get("ziel");
    let error = match s.portal.target_save(&v.ctx, &r, form.lock(), chosen).await {
        Ok(()) => return Ok(respond::done(&v, &tasks_path(&r), "saved")),
        Err(error) => error,
    };
    let (status, fields) = Failure::from(error).in_form()?;
    let mut m = s.portal.target_page(&v.ctx, &r).await?;
    m.errors = fields;
    for choice in &mut m.data_centres {
        choice.selected = choice.value == chosen;
    }
    Ok(respond::page(&s, &v, status, |f, a| pages::target(f, a, &m)))
}

/// `GET /nachnutzungen/{ref}/antrag/zusammenfassung`
pub async fn summary(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.summary_page(&v.ctx, &reference(&r)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::summary(f, a, &m)))
}

/// `POST /nachnutzungen/{ref}/antrag/zusammenfassung`: hands the Antrag in.
pub async fn summary_send(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let error = match s.portal.request_submit(&v.ctx, &r, form.lock()).await {
        Ok(()) => return Ok(respond::done(&v, &format!("/nachnutzungen/{r}"), "submitted")),
        Err(error) => error,
    };
    let incomplete = matches!(error.public(), PortalError::Invalid { .. });
    let (status, errors) = Failure::from(error).in_form()?;
    let mut m = s.portal.summary_page(&v.ctx, &r).await?;
    // What is missing stands on the page anyway.
    m.errors = if incomplete { Vec::new() } else { errors };
    Ok(respond::page(&s, &v, status, |f, a| pages::summary(f, a, &m)))
}
