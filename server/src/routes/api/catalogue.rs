//! The catalogue as JSON.

use super::json;
use crate::{
    AppState,
    routes::catalogue::query,
    web::{Answer, Visitor, form::Query},
};
use axum::extract::{Path, State};
use portal_model::pages::catalogue::CatalogueEntry;
use serde::Serialize;

/// Most suggestions at once.
const MAX_SUGGESTIONS: usize = 20;

#[derive(Serialize)]
struct Suggestions {
    entries: Vec<CatalogueEntry>,
}

/// `GET /api/v1/verfahren`: with `limit` suggestions for a search text, else a page of the catalogue.
pub async fn list(State(s): State<AppState>, v: Visitor, Query(q): Query) -> Answer {
    let asked = query(&q);
    match q.get("limit").parse::<usize>() {
        Ok(limit) => {
            let limit = limit.clamp(1, MAX_SUGGESTIONS);
            let entries = s.portal.catalogue_suggest(&v.ctx, &asked.q, limit).await?;
            Ok(json(&Suggestions { entries }))
        }
        Err(_) => Ok(json(&s.portal.catalogue_page(&v.ctx, &asked).await?)),
    }
}

/// `GET /api/v1/verfahren/{slug}`
pub async fn show(State(s): State<AppState>, v: Visitor, Path(slug): Path<String>) -> Answer {
    Ok(json(&s.portal.verfahren_page(&v.ctx, &slug).await?))
}
