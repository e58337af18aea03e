//! Decisions as JSON: review, acceptance, activation, taking down.

use super::{Body, Lock, done};
use crate::{
    AppState,
    web::{Answer, Failure, Visitor, respond::reference},
};
use axum::extract::{Path, State};
use portal_model::{PortalError, activation::Side, form::FieldError};
use serde::Deserialize;

/// A decision on a request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    lock: i64,
    decision: String,
    #[serde(default)]
    note: String,
}

/// Acceptance or a defect.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    lock: i64,
    decision: AcceptanceDecision,
    #[serde(default)]
    ticked: Vec<String>,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum AcceptanceDecision {
    Accept,
    Defect,
}

/// Asking for activation, or a yes or no for one side.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activation {
    lock: i64,
    action: ActivationAction,
    side: Option<Side>,
    /// The day on which production is changed at the earliest, as `2026-12-01`.
    #[serde(default)]
    from: String,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum ActivationAction {
    Request,
    Approve,
    Refuse,
}

/// Taking down, confirmed by the typed reference.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Removal {
    lock: i64,
    confirm: String,
}

/// `POST /api/v1/requests/{ref}/take`
pub async fn take(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<Lock>) -> Answer {
    s.portal.request_take(&v.ctx, &reference(&r)?, b.lock).await?;
    Ok(done())
}

/// `POST /api/v1/requests/{ref}/decide`
pub async fn decide(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<Decision>) -> Answer {
    s.portal.request_decide(&v.ctx, &reference(&r)?, b.lock, &b.decision, &b.note).await?;
    Ok(done())
}

/// `POST /api/v1/requests/{ref}/acceptance`
pub async fn acceptance(
    State(s): State<AppState>,
    v: Visitor,
    Path(r): Path<String>,
    Body(b): Body<Acceptance>,
) -> Answer {
    let accepted = b.decision == AcceptanceDecision::Accept;
    s.portal.acceptance_declare(&v.ctx, &reference(&r)?, b.lock, accepted, b.ticked, &b.note).await?;
    Ok(done())
}

/// `POST /api/v1/requests/{ref}/activation`
pub async fn activation(
    State(s): State<AppState>,
    v: Visitor,
    Path(r): Path<String>,
    Body(b): Body<Activation>,
) -> Answer {
    let r = reference(&r)?;
    match (&b.action, b.side) {
        (ActivationAction::Request, _) => s.portal.activation_request(&v.ctx, &r, b.lock, &b.from).await?,
        (action, Some(side)) => {
            let yes = *action == ActivationAction::Approve;
            s.portal.activation_decide(&v.ctx, &r, b.lock, side, yes, &b.note).await?;
        }
        (_, None) => {
            let fields = vec![FieldError::new("side", "required")];
            return Err(Failure::new(PortalError::Invalid { fields }));
        }
    }
    Ok(done())
}

/// `POST /api/v1/requests/{ref}/test-again`
pub async fn test_again(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<Lock>) -> Answer {
    s.portal.test_again(&v.ctx, &reference(&r)?, b.lock).await?;
    Ok(done())
}

/// `POST /api/v1/requests/{ref}/remove`
pub async fn remove(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<Removal>) -> Answer {
    s.portal.installation_remove(&v.ctx, &reference(&r)?, b.lock, &b.confirm).await?;
    Ok(done())
}
