//! Pages that the law asks for.

use crate::{
    AppState,
    web::{Visitor, respond},
};
use axum::{extract::State, response::Response};
use portal_app::pages;

/// `GET /impressum`
pub async fn imprint(State(s): State<AppState>, v: Visitor) -> Response {
    respond::ok(&s, &v, pages::imprint)
}

/// `GET /datenschutz`
pub async fn privacy(State(s): State<AppState>, v: Visitor) -> Response {
    respond::ok(&s, &v, pages::privacy)
}

/// `GET /barrierefreiheit`
pub async fn accessibility(State(s): State<AppState>, v: Visitor) -> Response {
    respond::ok(&s, &v, pages::accessibility)
}

/// `GET /leichte-sprache`
pub async fn easy_language(State(s): State<AppState>, v: Visitor) -> Response {
    respond::ok(&s, &v, pages::easy_language)
}
