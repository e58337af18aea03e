//! Headers of every answer, its number, its line in the log and its figures.

use crate::AppState;
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};
use std::time::Instant;
use tracing::Instrument;

/// No inline script or style anywhere, so neither nonce nor hash; only WebAssembly besides our own files.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'";

/// Header with the number of the request.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Headers of every answer.
const FIXED: [(HeaderName, HeaderValue); 6] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
        ),
    ),
];

/// A year, as browsers expect it.
const HSTS: &str = "max-age=31536000; includeSubDomains";

/// Number of a request; never taken from outside, so that nobody writes into our log.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// The outermost layer.
pub async fn around(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let id = hex::encode(rand::random::<[u8; 8]>());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    request.extensions_mut().insert(RequestId(id.clone()));
    let begin = Instant::now();
    let span = tracing::info_span!("request", id = %id, %method, path = %path);
    let mut response = async {
        let response = next.run(request).await;
        note(&method, &response, begin);
        response
    }
    .instrument(span)
    .await;
    fix(response.headers_mut(), &id, state.web.is_https());
    response
}

fn fix(headers: &mut HeaderMap, id: &str, https: bool) {
    headers.reserve(FIXED.len() + 2);
    for (name, value) in FIXED {
        headers.insert(name, value);
    }
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
}

/// The route of an answer, put there by the router for the figures.
#[derive(Debug, Clone)]
pub struct Route(pub String);

/// Leaves the route in the answer; addresses themselves would be too many figures.
pub async fn route(matched: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(matched) = matched {
        response.extensions_mut().insert(Route(matched.as_str().to_owned()));
    }
    response
}

fn note(method: &Method, response: &Response, begin: Instant) {
    let status = response.status();
    let route = response.extensions().get::<Route>().map_or("none", |r| r.0.as_str()).to_owned();
    let millis = begin.elapsed().as_millis();
    let labels = [("method", known(method).to_owned()), ("route", route), ("status", status.as_u16().to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels).record(begin.elapsed().as_secs_f64());
    if status.is_server_error() {
        tracing::warn!(status = status.as_u16(), millis, "answered");
    } else if method.is_safe() {
        tracing::debug!(status = status.as_u16(), millis, "answered");
    } else {
        tracing::info!(status = status.as_u16(), millis, "answered");
    }
}

/// Methods come from outside; only the usual ones become labels.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}
