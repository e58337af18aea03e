//! Released versions as JSON.

use super::{Body, done, json};
use crate::{
    AppState,
    web::{Answer, Visitor},
};
use axum::extract::{Path, State};
use portal_core::use_cases::ReleaseEnd;
use serde::Deserialize;

/// How a version ends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    state: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    replacement: String,
}

/// Who may use a version.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    laender: Vec<String>,
    municipalities: Vec<String>,
    security_fix: bool,
}

/// `GET /api/v1/verfahren/{slug}/versions/{version}`
pub async fn show(State(s): State<AppState>, v: Visitor, Path((slug, version)): Path<(String, String)>) -> Answer {
    Ok(json(&s.portal.version_page(&v.ctx, &slug, &version).await?))
}

/// `POST /api/v1/verfahren/{slug}/versions/{version}/end`
pub async fn end(
    State(s): State<AppState>,
    v: Visitor,
    Path((slug, version)): Path<(String, String)>,
    Body(End { state, note, replacement }): Body<End>,
) -> Answer {
    let entered = ReleaseEnd { state, note, replacement };
    s.portal.release_end(&v.ctx, &slug, &version, &entered).await?;
    Ok(done())
}

/// `POST /api/v1/verfahren/{slug}/versions/{version}/limit`
pub async fn limit(
    State(s): State<AppState>,
    v: Visitor,
    Path((slug, version)): Path<(String, String)>,
    Body(b): Body<Limit>,
) -> Answer {
    s.portal.release_limit(&v.ctx, &slug, &version, &b.laender, &b.municipalities, b.security_fix).await?;
    Ok(done())
}
