//! Nachnutzungen as JSON.

use super::{Body, json};
use crate::{
    AppState,
    routes::{lists::case_query, start::start as start_request},
    web::{Answer, Visitor, form::Query, respond::reference},
};
use axum::{
    Json,
    extract::{Path, State},
    http::{StatusCode, header},
    response::IntoResponse,
};
use serde::Deserialize;

/// What a request is started with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// Slug of the Verfahren.
    verfahren: String,
    /// Slug of the Verwaltung.
    fuer: String,
}

/// `GET /api/v1/requests`
pub async fn list(State(s): State<AppState>, v: Visitor, Query(q): Query) -> Answer {
    Ok(json(&s.portal.request_list_page(&v.ctx, &case_query(&q)).await?))
}

/// `POST /api/v1/requests`
pub async fn start(State(s): State<AppState>, v: Visitor, Body(new): Body<Start>) -> Answer {
    let reference = start_request(&s, &v, &new.verfahren, &new.fuer).await?;
    let location = [(header::LOCATION, format!("/api/v1/requests/{reference}"))];
    Ok((StatusCode::CREATED, location, Json(serde_json::json!({ "reference": reference }))).into_response())
}

/// `GET /api/v1/requests/{ref}`
pub async fn show(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    Ok(json(&s.portal.case_page(&v.ctx, &reference(&r)?).await?))
}
