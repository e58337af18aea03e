//! HTTP: which cluster, which resource, which verb; faults; and the mark on every answer.

mod admin;
mod body;
mod discovery;
mod path;
mod proxy;
mod query;
mod resources;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, Response, header, request::Parts};
use serde_json::Value;

use super::auth;
use super::cluster::Cluster;
use super::error::{ApiError, ApiResult, json_response};
use super::faults::{FaultAction, Target};
use super::object;
use super::server::{CloseConnection, Shared};
use path::Route;

/// Every answer carries this, so that nobody takes it for a real cluster's.
const MARK: (HeaderName, HeaderValue) = (HeaderName::from_static("x-simulated"), HeaderValue::from_static("true"));

/// Answers one request.
pub(super) async fn answer(shared: &Arc<Shared>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let mut response = match body::read(body).await {
        Ok(bytes) => route(shared, &parts, &bytes).await,
        Err(error) => error.response(),
    };
    let (name, value) = MARK;
    response.headers_mut().insert(name, value);
    response
}

async fn route(shared: &Arc<Shared>, parts: &Parts, bytes: &[u8]) -> Response<Body> {
    let path = parts.uri.path().trim_start_matches('/');
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    if first == "_simulator" {
        return admin::answer(shared, parts, rest, bytes).unwrap_or_else(|error| error.response());
    }
    let Some(cluster) = shared.cluster(first) else {
        return ApiError::new(404, "NotFound", format!("no simulated cluster is called {first:?}")).response();
    };
    if cluster.config.unreachable {
        return close();
    }
    let route = path::parse(rest);
    let actions = shared.faults.lock().take(target(cluster, parts, &route, bytes).as_target());
    let mut quota_exceeded = false;
    for action in &actions {
        match action {
            FaultAction::Status { code, retry_after } => return fault_status(*code, *retry_after).response(),
            FaultAction::DropBefore | FaultAction::Unreachable => return close(),
            FaultAction::Delay { milliseconds } => tokio::time::sleep(Duration::from_millis(*milliseconds)).await,
            FaultAction::QuotaExceeded => quota_exceeded = true,
            FaultAction::DropAfter
            | FaultAction::DelayAfter { .. }
            | FaultAction::ImageMissing
            | FaultAction::NeverReady => {}
        }
    }
    let answered = authenticated(shared, cluster, parts, route, bytes, quota_exceeded);
    for action in actions {
        match action {
            FaultAction::DropAfter => return close(),
            FaultAction::DelayAfter { milliseconds } => tokio::time::sleep(Duration::from_millis(milliseconds)).await,
            _ => {}
        }
    }
    answered.unwrap_or_else(|error| error.response())
}

fn authenticated(
    shared: &Arc<Shared>,
    cluster: &Cluster,
    parts: &Parts,
    route: Route<'_>,
    bytes: &[u8],
    quota_exceeded: bool,
) -> ApiResult<Response<Body>> {
    let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = auth::authenticate(&cluster.config, header)?;
    match route {
        Route::Discovery(path) => discovery::answer(&cluster.config, &parts.method, path),
        Route::Review(kind) => {
            if parts.method != Method::POST {
                return Err(ApiError::method_not_allowed());
            }
            let review = body::json(bytes)?;
            let answer = if kind == "selfsubjectaccessreviews" {
                auth::access_review(token, &review)
            } else {
                auth::rules_review(token, &review)
            };
            Ok(json_response(201, &answer))
        }
        Route::Resource(resource) => {
            let context = resources::Context { shared, cluster, token, quota_exceeded };
            resources::answer(&context, parts, &resource, bytes)
        }
        Route::Unknown(path) => Err(ApiError::not_simulated(&format!("/{path}"))),
    }
}

/// What faults look at, owned because the name may come from the body.
struct FaultTarget<'a> {
    cluster: &'a str,
    method: &'a str,
    kind: &'static str,
    namespace: &'a str,
    name: String,
}

impl FaultTarget<'_> {
    fn as_target(&self) -> Target<'_> {
        let (cluster, method, kind, namespace) = (self.cluster, self.method, self.kind, self.namespace);
        Target { cluster, method, kind, namespace, name: &self.name }
    }
}

fn target<'a>(cluster: &'a Cluster, parts: &'a Parts, route: &Route<'a>, bytes: &[u8]) -> FaultTarget<'a> {
    let (mut kind, mut namespace, mut name) = ("", "", String::new());
    if let Route::Resource(resource) = route {
        kind = resource.kind.kind;
        namespace = resource.namespace.unwrap_or_default();
        name = resource.name.unwrap_or_default().to_owned();
        if name.is_empty() && parts.method == Method::POST {
            let body: Option<Value> = body::json(bytes).ok();
            name = body.as_ref().map(object::name).unwrap_or_default().to_owned();
        }
    }
    FaultTarget { cluster: &cluster.config.name, method: parts.method.as_str(), kind, namespace, name }
}

fn fault_status(code: u16, retry_after: Option<u32>) -> ApiError {
    let (reason, message) = match code {
        409 => {
            ("Conflict", "the object has been modified; please apply your changes to the latest version and try again")
        }
        429 => ("TooManyRequests", "the server has received too many requests and has asked us to try again later"),
        503 => ("ServiceUnavailable", "the server is currently unable to handle the request"),
        504 => ("Timeout", "request did not complete within the allotted timeout"),
        _ => ("InternalError", "Internal error occurred: injected fault"),
    };
    let mut error = ApiError::new(code, reason, message);
    error.retry_after = retry_after;
    error
}

fn close() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(CloseConnection);
    response
}
