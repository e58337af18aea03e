//! How the portal is, for those who operate it.

use crate::{
    AppState,
    config::MetricsAccess,
    telemetry,
    web::{Answer, Failure},
};
use axum::{
    Json,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use std::net::SocketAddr;

/// `GET /healthz`: the process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: it can do its work.
pub async fn ready(State(s): State<AppState>) -> Response {
    let database = s.storage.ping().await;
    if let Err(error) = &database {
        tracing::warn!(%error, "the database does not answer");
    }
    let (database, worker) = (database.is_ok(), s.worker.is_well());
    let status = if database && worker { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = |well: bool| if well { "ok" } else { "failed" };
    (status, Json(serde_json::json!({ "database": word(database), "worker": word(worker) }))).into_response()
}

/// `GET /metrics`: figures for Prometheus.
pub async fn figures(State(s): State<AppState>, peer: Peer, headers: HeaderMap) -> Answer {
    let through_proxy = ["forwarded", "x-forwarded-for", "via"].iter().any(|name| headers.contains_key(*name));
    let local = peer.0.is_some_and(|a| a.ip().is_loopback()) && !through_proxy;
    let may = match s.web.metrics {
        Some(MetricsAccess::All) => true,
        Some(MetricsAccess::Loopback) => local,
        Some(MetricsAccess::Off) | None => false,
    };
    let text = telemetry::figures().filter(|_| may).ok_or_else(Failure::not_found)?;
    Ok(([(axum::http::header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

/// Who is at the other end of the connection, where that is known.
pub struct Peer(Option<SocketAddr>);

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0)))
    }
}
