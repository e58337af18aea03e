//! Feedback on a Verfahren as JSON.

use super::{Body, done, json};
use crate::{
    AppState,
    web::{Answer, Failure, Visitor, form::Query},
};
use axum::extract::{Path, State};
use portal_model::FeedbackId;
use serde::Deserialize;

/// Feedback in the name of an organisation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewFeedback {
    /// Short name of the organisation.
    fuer: String,
    kind: String,
    text: String,
}

/// The vendor's answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedbackAnswer {
    text: String,
}

/// `GET /api/v1/verfahren/{slug}/feedback`
pub async fn list(State(s): State<AppState>, v: Visitor, Path(slug): Path<String>, Query(q): Query) -> Answer {
    Ok(json(&s.portal.feedback_page(&v.ctx, &slug, q.opt("nach")).await?))
}

/// `POST /api/v1/verfahren/{slug}/feedback`
pub async fn give(
    State(s): State<AppState>,
    v: Visitor,
    Path(slug): Path<String>,
    Body(b): Body<NewFeedback>,
) -> Answer {
    s.portal.feedback_give(&v.ctx, &slug, &b.fuer, &b.kind, &b.text).await?;
    Ok(done())
}

/// `POST /api/v1/verfahren/{slug}/feedback/{id}/answer`
pub async fn answer(
    State(s): State<AppState>,
    v: Visitor,
    Path((slug, id)): Path<(String, String)>,
    Body(b): Body<FeedbackAnswer>,
) -> Answer {
    // What is no id belongs to nothing.
    let id = id.parse::<FeedbackId>().map_err(|_| Failure::not_found())?;
    s.portal.feedback_answer(&v.ctx, &slug, id, &b.text).await?;
    Ok(done())
}
