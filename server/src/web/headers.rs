//! Headers of every answer, its number, its line in the log and its figures.

use axum::{
    extract::{MatchedPath, Request},
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

/// A request between its arrival and its answer.
pub struct Around {
    id: String,
    method: Method,
    begin: Instant,
    https: bool,
}

impl Around {
    /// It has just arrived, at a portal that people reach over HTTPS or not.
    pub fn begin(request: &Request, https: bool) -> Self {
        let id = hex::encode(rand::random::<[u8; 8]>());
        Self { id, method: request.method().clone(), begin: Instant::now(), https }
    }

    /// Lets it be answered; everything that is logged meanwhile bears its number.
    pub async fn within<E>(
        self,
        mut request: Request,
        answer: impl AsyncFnOnce(Request) -> Result<Response, E>,
    ) -> Result<Response, E> {
        request.extensions_mut().insert(RequestId(self.id.clone()));
        let span = tracing::info_span!("request", id = %self.id, method = %self.method, path = request.uri().path());
        async { answer(request).await.map(|response| self.end(response)) }.instrument(span).await
    }

    /// Answers it with what was at hand.
    pub fn at_once(self, path: &str, response: Response) -> Response {
        let span = tracing::debug_span!("request", id = %self.id, method = %self.method, path);
        span.in_scope(|| self.end(response))
    }

    fn end(&self, mut response: Response) -> Response {
        self.note(&response);
        fix(response.headers_mut(), &self.id, self.https);
        response
    }

    /// Its line in the log and its figures.
    fn note(&self, response: &Response) {
        let status = response.status();
        let route = response.extensions().get::<Route>().map_or("none", |r| r.0.as_str()).to_owned();
        let (taken, method) = (self.begin.elapsed(), known(&self.method).to_owned());
        let labels = [("method", method), ("route", route), ("status", status.as_u16().to_string())];
        metrics::counter!("http_requests_total", &labels).increment(1);
        metrics::histogram!("http_request_duration_seconds", &labels).record(taken.as_secs_f64());
        let millis = taken.as_millis();
        if status.is_server_error() {
            tracing::warn!(status = status.as_u16(), millis, "answered");
        } else if self.method.is_safe() {
            tracing::debug!(status = status.as_u16(), millis, "answered");
        } else {
            tracing::info!(status = status.as_u16(), millis, "answered");
        }
    }
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
