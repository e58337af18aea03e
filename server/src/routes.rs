//! Addresses of the portal. Handlers are thin: unwrap the request, run one use case, wrap the answer.

mod acceptance;
mod activation;
mod antrag;
pub mod api;
mod case;
mod catalogue;
mod changes;
mod health;
mod installations;
mod keys;
mod legal;
mod lists;
mod live;
mod operations;
mod packages;
mod releases;
mod review;
mod sign_in;
mod start;
pub mod table;
mod targets;
mod trials;
mod values;

use crate::{
    AppState,
    web::{Failure, front::Front, headers, identify, origin, page_cache, session},
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{StatusCode, header},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use portal_model::PortalError;
use std::{any::Any, time::Duration};
use table::{Audience, Kind};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, CompressionLevel,
        predicate::{And, DefaultPredicate, Predicate, SizeAbove},
    },
    timeout::TimeoutLayer,
};

/// How long a request may take until its answer begins. Live views only begin within it.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The same for a route that takes archives: the largest one over a slow line.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(15 * 60);

/// The whole portal.
pub fn router(state: AppState) -> Router {
    let mut router: Router<AppState> = Router::new();
    for route in table::routes() {
        let mut handler = route.handler;
        if route.kind == Kind::CachedPage {
            handler = handler.layer(from_fn_with_state(state.clone(), page_cache::layer));
        }
        if matches!(route.audience, Audience::SignedIn | Audience::Involved | Audience::Task) {
            handler = handler.layer(from_fn(identify::signed_in));
        }
        if route.kind == Kind::Api && route.audience != Audience::Public && !route.keys {
            handler = handler.layer(from_fn(identify::people));
        }
        let patience = if route.upload { UPLOAD_TIMEOUT } else { TIMEOUT };
        handler = handler.layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, patience));
        for address in table::addresses(route.kind, route.path) {
            router = router.route(&address, handler.clone());
        }
    }
    let router = router.route_layer(from_fn(headers::route)).fallback(unknown).method_not_allowed_fallback(unknown);
    let router: Router = router
        .layer(CatchPanicLayer::custom(panicked))
        .layer(DefaultBodyLimit::max(crate::web::form::MAX_BYTES))
        .layer(from_fn(origin::unnamed))
        .layer(origin::foreign(&state))
        .layer(from_fn_with_state(state.clone(), identify::identify))
        .layer(session::layer(&state))
        .layer(compression())
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(state.clone());
    Router::new().fallback_service(Front::of(state, router))
}

async fn unknown() -> Failure {
    Failure::not_found()
}

/// A panic stays in its request. The text stays in the log.
fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text =
        panic.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
    tracing::error!(panic = text.as_deref().unwrap_or("without a text"), "a request panicked");
    Failure::new(PortalError::Internal).into_response()
}

/// Pages and JSON above a kilobyte. What was compressed ahead of time passes as it is.
fn compression() -> CompressionLayer<And<DefaultPredicate, SizeAbove>> {
    let when = DefaultPredicate::new().and(SizeAbove::new(1024));
    CompressionLayer::new().quality(CompressionLevel::Precise(4)).compress_when(when)
}

/// Keeps an answer out of every cache.
pub(crate) fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}
