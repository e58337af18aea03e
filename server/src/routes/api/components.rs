//! „Which installations contain component X?" as JSON.

use super::json;
use crate::{
    AppState,
    web::{Answer, Visitor, form::Query},
};
use axum::extract::State;

/// Longest search text, in characters.
const MAX_QUERY: usize = 500;

/// `GET /api/v1/components`
pub async fn list(State(s): State<AppState>, v: Visitor, Query(q): Query) -> Answer {
    let short = |name: &str| q.get(name).chars().take(MAX_QUERY).collect::<String>();
    Ok(json(&s.portal.component_page(&v.ctx, &short("q"), &short("version"), q.opt("nach")).await?))
}
