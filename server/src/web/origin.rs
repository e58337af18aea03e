//! Where a request that changes something comes from: from this portal, by what browsers say themselves. Without JavaScript
//! and without tokens.

use crate::{
    AppState,
    web::{Failure, Visitor, session},
};
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tower_http::csrf::{CsrfLayer, ProtectionError};

/// Builds the refusal of what comes from another site.
pub type Refusal = fn(ProtectionError) -> Response<Body>;

/// Refuses what comes from another site.
pub fn foreign(state: &AppState) -> CsrfLayer<Refusal> {
    let refusal: Refusal = |_| Failure::rule("origin_foreign", StatusCode::FORBIDDEN).into_response();
    let layer = CsrfLayer::new().with_rejection_response(refusal);
    let Some(url) = &state.web.public_url else { return layer };
    layer.clone().add_trusted_origin(url).unwrap_or_else(|error| {
        tracing::warn!(%error, "the public address is no origin; requests must name the host themselves");
        layer
    })
}

/// Refuses what does not say where it comes from. Every browser says so; a proxy that takes it away would leave a session
/// unprotected. Programs have no session: their access key is nothing that another site could make somebody send.
pub async fn unnamed(visitor: Visitor, request: Request, next: Next) -> Response {
    let by_key = visitor.ctx.token().is_some();
    // A form is for browsers; below `/api/` it takes a session for another site to have anything to misuse.
    let exposed = !request.uri().path().starts_with("/api/") || has_session(request.headers());
    if request.method().is_safe() || by_key || !exposed || says_where_from(request.headers()) {
        return next.run(request).await;
    }
    Failure::rule("origin_missing", StatusCode::FORBIDDEN).into_response()
}

fn has_session(headers: &HeaderMap) -> bool {
    [true, false].into_iter().any(|https| session::has_cookie(headers, session::cookie_name(https)))
}

fn says_where_from(headers: &HeaderMap) -> bool {
    let said = |name: &str| headers.get(name).is_some_and(|value| !value.is_empty());
    said(header::ORIGIN.as_str()) || said("sec-fetch-site")
}
