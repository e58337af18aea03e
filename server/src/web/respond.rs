//! Answers: pages, redirects, JSON.

use crate::{
    AppState,
    web::{Failure, Visitor},
};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use portal_app::{Assets, components::address::with_query};
use portal_model::{pages::Frame, reference::Reference};

/// A page; `render` gets what stands around it.
pub fn page(
    state: &AppState,
    visitor: &Visitor,
    status: StatusCode,
    render: impl FnOnce(&Frame, &Assets) -> String,
) -> Response {
    html(status, render(&visitor.frame(state), state.site.assets()))
}

/// A page, all well.
pub fn ok(state: &AppState, visitor: &Visitor, render: impl FnOnce(&Frame, &Assets) -> String) -> Response {
    page(state, visitor, StatusCode::OK, render)
}

/// HTML as it is.
pub fn html(status: StatusCode, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

/// 303 to a path of the portal (without language prefix), which says what has been done.
pub fn done(visitor: &Visitor, path: &str, word: &str) -> Response {
    let path = visitor.href(path);
    see_other(&if word.is_empty() { path } else { with_query(&path, [("ok", word)]) })
}

/// 303 to an address. One that cannot stand in a header leads to the start page.
pub fn see_other(address: &str) -> Response {
    let to = HeaderValue::from_str(address).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}

/// A reference in an address. What is no reference does not exist.
///
/// # Errors
/// `NotFound`.
pub fn reference(text: &str) -> Result<Reference, Failure> {
    Reference::parse(text).ok_or_else(Failure::not_found)
}
