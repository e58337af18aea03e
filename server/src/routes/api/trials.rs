//! Trials of packages as JSON.

use super::{Body, done, json};
use crate::{
    AppState,
    web::{Answer, Visitor, respond::reference},
};
use axum::{
    Json,
    extract::{Path, State},
    http::{StatusCode, header},
    response::IntoResponse as _,
};
use portal_model::TargetId;
use serde::Deserialize;

/// Where a package is to be tried.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTrial {
    /// One of `places`; may be left out where there is only one.
    #[serde(default)]
    target: Option<TargetId>,
    /// `lock` of the package as it was read: only its content of then is tried.
    #[serde(default)]
    lock: Option<i64>,
}

/// `GET /api/v1/packages/{ref}/trials`
pub async fn list(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    Ok(json(&s.portal.package_trial_list(&v.ctx, &reference(&r)?).await?))
}

/// `POST /api/v1/packages/{ref}/trials`
pub async fn start(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<NewTrial>) -> Answer {
    let r = reference(&r)?;
    let trial = s.portal.trial_start(&v.ctx, &r, b.target, b.lock).await?;
    let page = s.portal.trial_page(&v.ctx, &r, &trial).await?;
    let location = [(header::LOCATION, format!("/api/v1/packages/{r}/trials/{trial}"))];
    Ok((StatusCode::CREATED, location, Json(page)).into_response())
}

/// `GET /api/v1/packages/{ref}/trials/{trial}`
pub async fn show(State(s): State<AppState>, v: Visitor, Path((r, trial)): Path<(String, String)>) -> Answer {
    Ok(json(&s.portal.trial_page(&v.ctx, &reference(&r)?, &reference(&trial)?).await?))
}

/// `POST /api/v1/packages/{ref}/trials/{trial}/cancel`
pub async fn cancel(State(s): State<AppState>, v: Visitor, Path((r, trial)): Path<(String, String)>) -> Answer {
    s.portal.trial_cancel(&v.ctx, &reference(&r)?, &reference(&trial)?).await?;
    Ok(done())
}
