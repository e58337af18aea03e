//! Installations, operations and the record as JSON.

use super::{Body, done, json};
use crate::{
    AppState,
    routes::lists::{audit_query, installation_query},
    web::{Answer, Visitor, form::Query, respond::reference},
};
use axum::extract::{Path, State};
use serde::Deserialize;

/// Why an operation is called off or given up.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    reason: String,
}

/// `GET /api/v1/installations`
pub async fn installations(State(s): State<AppState>, v: Visitor, Query(q): Query) -> Answer {
    Ok(json(&s.portal.installation_list_page(&v.ctx, &installation_query(&q)).await?))
}

/// `GET /api/v1/operations/{ref}`
pub async fn show(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    Ok(json(&s.portal.operation_page(&v.ctx, &reference(&r)?).await?))
}

/// `POST /api/v1/operations/{ref}/retry`
pub async fn retry(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    s.portal.operation_retry(&v.ctx, &reference(&r)?).await?;
    Ok(done())
}

/// `POST /api/v1/operations/{ref}/cancel`
pub async fn cancel(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<Reason>) -> Answer {
    s.portal.operation_cancel(&v.ctx, &reference(&r)?, &b.reason).await?;
    Ok(done())
}

/// `POST /api/v1/operations/{ref}/abandon`
pub async fn abandon(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<Reason>) -> Answer {
    s.portal.operation_abandon(&v.ctx, &reference(&r)?, &b.reason).await?;
    Ok(done())
}

/// `GET /api/v1/audit`
pub async fn audit(State(s): State<AppState>, v: Visitor, Query(q): Query) -> Answer {
    Ok(json(&s.portal.audit_page(&v.ctx, &audit_query(&q)).await?))
}
