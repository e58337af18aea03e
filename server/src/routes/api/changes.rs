//! Changes of what is live as JSON.

use super::{Body, Lock, done, json};
use crate::{
    AppState,
    web::{Answer, Visitor, respond::reference},
};
use axum::extract::{Path, State};
use serde::Deserialize;

/// What is to change: a version, or `werte` for other values of the same version.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewChange {
    lock: i64,
    target: String,
}

/// Where to go back to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rollback {
    lock: i64,
    state: String,
    reason: String,
    #[serde(default)]
    data_loss_understood: bool,
}

/// A decision with its reason.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithReason {
    lock: i64,
    #[serde(default)]
    reason: String,
}

/// `GET /api/v1/requests/{ref}/updates`
pub async fn updates(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    Ok(json(&s.portal.change_start_page(&v.ctx, &reference(&r)?).await?))
}

/// `POST /api/v1/requests/{ref}/change`
pub async fn start(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<NewChange>) -> Answer {
    s.portal.change_start(&v.ctx, &reference(&r)?, b.lock, &b.target).await?;
    Ok(done())
}

/// `GET /api/v1/requests/{ref}/change`
pub async fn show(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    Ok(json(&s.portal.change_page(&v.ctx, &reference(&r)?).await?))
}

/// `POST /api/v1/requests/{ref}/change/test`
pub async fn test(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<Lock>) -> Answer {
    s.portal.change_test(&v.ctx, &reference(&r)?, b.lock).await?;
    Ok(done())
}

/// `POST /api/v1/requests/{ref}/change/discard`
pub async fn discard(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<Lock>) -> Answer {
    s.portal.change_discard(&v.ctx, &reference(&r)?, b.lock).await?;
    Ok(done())
}

/// `GET /api/v1/requests/{ref}/rollback`
pub async fn earlier(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    Ok(json(&s.portal.rollback_page(&v.ctx, &reference(&r)?).await?))
}

/// `POST /api/v1/requests/{ref}/rollback`
pub async fn rollback(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<Rollback>) -> Answer {
    s.portal.rollback(&v.ctx, &reference(&r)?, b.lock, &b.state, &b.reason, b.data_loss_understood).await?;
    Ok(done())
}

/// `POST /api/v1/requests/{ref}/suspend`
pub async fn suspend(
    State(s): State<AppState>,
    v: Visitor,
    Path(r): Path<String>,
    Body(b): Body<WithReason>,
) -> Answer {
    s.portal.suspend(&v.ctx, &reference(&r)?, b.lock, &b.reason).await?;
    Ok(done())
}

/// `POST /api/v1/requests/{ref}/resume`
pub async fn resume(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<WithReason>) -> Answer {
    s.portal.resume(&v.ctx, &reference(&r)?, b.lock, &b.reason).await?;
    Ok(done())
}
