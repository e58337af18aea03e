//! Sessions: who is signed in. Anonymous pages have none.

use crate::{AppState, web::Failure};
use axum::http::{HeaderMap, header};
use portal_core::Actor;
use portal_model::{PersonId, Timestamp};
use portal_storage::Sessions;
use serde::{Deserialize, Serialize};
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::{SameSite, time::Duration},
    session::Id,
};

/// Ends a session that nobody used, in minutes.
pub const IDLE_MINUTES: i64 = 30;
/// Ends every session, in hours.
pub const LONGEST_HOURS: i64 = 10;
/// A session that is used is written again at most this often, in seconds.
const TOUCH_SECONDS: i64 = 300;

const KEY: &str = "person";

/// What a session holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct SignedIn {
    person: PersonId,
    since: Timestamp,
    seen: Timestamp,
}

/// Name of the cookie. The prefix makes browsers insist on HTTPS, the whole path and no domain.
pub fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-sid" } else { "sid" }
}

/// Whether a cookie of this name came along.
pub fn has_cookie(headers: &HeaderMap, name: &str) -> bool {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    values.flat_map(|v| v.split(';')).any(|c| c.trim().split('=').next() == Some(name))
}

/// The layer that brings sessions.
pub fn layer(state: &AppState) -> SessionManagerLayer<Sessions> {
    let https = state.web.is_https();
    SessionManagerLayer::new(state.sessions.clone())
        .with_name(cookie_name(https))
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(Duration::minutes(IDLE_MINUTES)))
}

/// The person of a session as of now, if it is still good.
///
/// # Errors
/// If the database fails.
pub async fn actor(state: &AppState, session: &Session) -> Result<Option<Actor>, Failure> {
    let Some(mut signed_in) = session.get::<SignedIn>(KEY).await.map_err(Failure::internal)? else { return Ok(None) };
    let now = state.portal.clock().now();
    if now > signed_in.since.plus_seconds(LONGEST_HOURS * 3600) {
        session.flush().await.map_err(Failure::internal)?;
        return Ok(None);
    }
    if now > signed_in.seen.plus_seconds(TOUCH_SECONDS) {
        signed_in.seen = now;
        session.insert(KEY, signed_in).await.map_err(Failure::internal)?;
    }
    Ok(state.portal.actor(signed_in.person).await?)
}

/// Puts a person into the session, under a new id, so that an id that somebody else knew is worth nothing.
///
/// # Errors
/// If the database fails.
pub async fn begin(state: &AppState, session: &Session, person: PersonId) -> Result<(), Failure> {
    session.cycle_id().await.map_err(Failure::internal)?;
    let now = state.portal.clock().now();
    session.insert(KEY, SignedIn { person, since: now, seen: now }).await.map_err(Failure::internal)
}

/// Ends the session.
///
/// # Errors
/// If the database fails.
pub async fn end(session: &Session) -> Result<(), Failure> {
    session.flush().await.map_err(Failure::internal)
}

/// Whether a session that a live view was opened with has neither ended nor been ended.
pub async fn is_alive(state: &AppState, session: Option<Id>) -> bool {
    let Some(id) = session else { return false };
    let Ok(Some(record)) = state.sessions.load(&id).await else { return false };
    let signed_in = record.data.get(KEY).and_then(|v| serde_json::from_value::<SignedIn>(v.clone()).ok());
    signed_in.is_some_and(|s| state.portal.clock().now() <= s.since.plus_seconds(LONGEST_HOURS * 3600))
}
