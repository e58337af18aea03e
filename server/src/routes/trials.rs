//! Trials of packages before their release.

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
use portal_app::pages::{packages, trials as pages};
use portal_model::{TargetId, form::FieldError};

/// `POST /pakete/{ref}/probelauf`
pub async fn start(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let chosen = form.get("zielumgebung");
    // Nothing chosen is what the form says where there is nothing to choose; what is no id is no target.
    let target = match chosen {
        "" => None,
        id => Some(id.parse::<TargetId>().unwrap_or(TargetId(uuid::Uuid::nil()))),
    };
    let error = match s.portal.trial_start(&v.ctx, &r, target, Some(form.lock())).await {
        Ok(trial) => return Ok(respond::done(&v, &format!("/pakete/{r}/probelaeufe/{trial}"), "trial_started")),
        Err(error) => error,
    };
    let (status, fields) = Failure::from(error).in_form()?;
    let mut m = s.portal.package_page(&v.ctx, &r).await?;
    m.trials.places.iter_mut().for_each(|p| p.selected = p.value == chosen);
    m.errors = fields;
    Ok(respond::page(&s, &v, status, |f, a| packages::show(f, a, &m)))
}

/// `GET /pakete/{ref}/probelaeufe/{trial}`
pub async fn show(
    State(s): State<AppState>,
    v: Visitor,
    Path((r, trial)): Path<(String, String)>,
    Query(q): Query,
) -> Answer {
    let mut m = s.portal.trial_page(&v.ctx, &reference(&r)?, &reference(&trial)?).await?;
    m.auto = auto(&q);
    Ok(respond::ok(&s, &v, |f, a| pages::trial(f, a, &m)))
}

/// `GET /pakete/{ref}/probelaeufe/{trial}/live`
pub async fn live(State(s): State<AppState>, v: Visitor, Path((r, trial)): Path<(String, String)>) -> Answer {
    let m = s.portal.trial_page(&v.ctx, &reference(&r)?, &reference(&trial)?).await?;
    Ok(respond::html(StatusCode::OK, pages::trial_live(&v.frame(&s), &m)))
}

/// `GET /pakete/{ref}/probelaeufe/{trial}/abbrechen`
pub async fn cancel(State(s): State<AppState>, v: Visitor, Path((r, trial)): Path<(String, String)>) -> Answer {
    let m = s.portal.trial_page(&v.ctx, &reference(&r)?, &reference(&trial)?).await?;
    // Whoever sees the trial but cannot call it off sees why there.
    if !m.may_cancel {
        return Ok(respond::done(&v, &format!("/pakete/{}/probelaeufe/{}", m.row.package, m.row.reference), ""));
    }
    Ok(respond::ok(&s, &v, |f, a| pages::cancel(f, a, &m)))
}

/// `POST /pakete/{ref}/probelaeufe/{trial}/abbrechen`
pub async fn cancel_send(State(s): State<AppState>, v: Visitor, Path((r, trial)): Path<(String, String)>) -> Answer {
    let (r, trial) = (reference(&r)?, reference(&trial)?);
    s.portal.trial_cancel(&v.ctx, &r, &trial).await?;
    Ok(respond::done(&v, &format!("/pakete/{r}/probelaeufe/{trial}"), "trial_cancelled"))
}

/// `GET /pakete/{ref}/probelaeufe/{trial}/aufgeben`
pub async fn give_up(State(s): State<AppState>, v: Visitor, Path((r, trial)): Path<(String, String)>) -> Answer {
    let m = s.portal.trial_page(&v.ctx, &reference(&r)?, &reference(&trial)?).await?;
    if !m.may_give_up {
        return Ok(respond::done(&v, &format!("/pakete/{}/probelaeufe/{}", m.row.package, m.row.reference), ""));
    }
    Ok(respond::ok(&s, &v, |f, a| pages::give_up(f, a, &m, "", &[])))
}

/// `POST /pakete/{ref}/probelaeufe/{trial}/aufgeben`
pub async fn give_up_send(
    State(s): State<AppState>,
    v: Visitor,
    Path((r, trial)): Path<(String, String)>,
    form: Pairs,
) -> Answer {
    let (r, trial) = (reference(&r)?, reference(&trial)?);
    let reason = form.get("begruendung");
    let Err(error) = s.portal.trial_give_up(&v.ctx, &r, &trial, reason).await else {
        return Ok(respond::done(&v, &format!("/pakete/{r}/probelaeufe/{trial}"), "trial_given_up"));
    };
    let (status, fields): (_, Vec<FieldError>) = Failure::from(error).in_form()?;
    let m = s.portal.trial_page(&v.ctx, &r, &trial).await?;
    Ok(respond::page(&s, &v, status, |f, a| pages::give_up(f, a, &m, reason, &fields)))
}

/// `GET /rechenzentren/probelaeufe/{id}`
pub async fn target(State(s): State<AppState>, v: Visitor, Path(id): Path<String>) -> Answer {
    let m = s.portal.trial_target_page(&v.ctx, id.parse().map_err(|_| Failure::not_found())?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::target(f, a, &m)))
}

/// `POST /rechenzentren/probelaeufe/{id}`
pub async fn target_send(State(s): State<AppState>, v: Visitor, Path(id): Path<String>, form: Pairs) -> Answer {
    let id: TargetId = id.parse().map_err(|_| Failure::not_found())?;
    let (admitted, entered) = (form.opt("zugelassen").is_some(), form.get("gleichzeitig"));
    // What is no number is a number that is too small: the use case says which ones fit.
    let number = entered.trim().parse().ok().filter(|n| *n > 0).unwrap_or(-1);
    let Err(error) = s.portal.trials_admit(&v.ctx, id, if admitted { number } else { 0 }).await else {
        return Ok(respond::done(&v, &format!("/rechenzentren/probelaeufe/{id}"), "trials_changed"));
    };
    let (status, fields): (_, Vec<FieldError>) = Failure::from(error).in_form()?;
    let mut m = s.portal.trial_target_page(&v.ctx, id).await?;
    (m.admitted, m.at_once, m.errors) = (admitted, entered.to_owned(), fields);
    Ok(respond::page(&s, &v, status, |f, a| pages::target(f, a, &m)))
}
