//! Start page, catalogue, Steckbrief.

use crate::{
    AppState,
    web::{Answer, Pairs, Visitor, form::Query, respond},
};
use axum::extract::{Path, State};
use portal_app::pages;
use portal_model::pages::catalogue::{CatalogueQuery, CatalogueSort};

/// Longest search text, in characters.
const MAX_QUERY: usize = 200;
/// Most choices of one filter.
const MAX_CHOICES: usize = 50;

/// `GET /`
pub async fn home(State(s): State<AppState>, v: Visitor) -> Answer {
    let m = s.portal.home_page(&v.ctx).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::home(f, a, &m)))
}

/// `GET /verfahren`
pub async fn list(State(s): State<AppState>, v: Visitor, Query(q): Query) -> Answer {
    let m = s.portal.catalogue_page(&v.ctx, &query(&q)).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::catalogue(f, a, &m)))
}

/// `GET /verfahren/{slug}`
pub async fn show(State(s): State<AppState>, v: Visitor, Path(slug): Path<String>) -> Answer {
    let m = s.portal.verfahren_page(&v.ctx, &slug).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::verfahren(f, a, &m)))
}

/// Filters as they stand in the address; what is nonsense is as if it were not there.
pub fn query(pairs: &Pairs) -> CatalogueQuery {
    let some = |name: &str| {
        let mut values = pairs.all(name);
        values.retain(|v| !v.is_empty());
        values.truncate(MAX_CHOICES);
        values
    };
    CatalogueQuery {
        q: pairs.get("q").chars().take(MAX_QUERY).collect(),
        thema: some("thema"),
        land: some("land"),
        fuer: some("fuer"),
        ziel: some("ziel"),
        sort: CatalogueSort::from_word(pairs.get("sort")),
        seite: pairs.get("seite").parse().ok().filter(|n| *n >= 1),
    }
}
