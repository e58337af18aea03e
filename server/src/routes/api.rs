//! The same use cases as JSON. Errors: `{"code", …, "request_id"}`; unknown fields are refused by name.

pub mod antrag;
pub mod catalogue;
pub mod changes;
pub mod components;
pub mod decisions;
pub mod feedback;
pub mod openapi;
pub mod operations;
pub mod packages;
pub mod releases;
pub mod requests;
pub mod trials;

use crate::web::{Failure, Pairs};
use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use portal_model::{PortalError, form::FieldError};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let bytes = bytes(request, state).await?;
        serde_json::from_slice(&bytes).map(Self).map_err(|e| malformed(&e))
    }
}

/// What is wrong with JSON, at its place: names of unknown or missing fields, never values.
fn malformed(error: &serde_json::Error) -> Failure {
    let text = error.to_string();
    // Messages about data may quote what was sent, which may be a secret; those about names do not.
    let named =
        ["unknown field", "missing field", "unknown variant", "duplicate field"].iter().any(|p| text.starts_with(p));
    let place = format!("line {} column {}", error.line(), error.column());
    let what = if named && !text.starts_with("unknown variant") { text } else { place };
    let field = FieldError::new("", "malformed").with("detail", what);
    Failure { error: PortalError::Invalid { fields: vec![field] }, status: Some(StatusCode::BAD_REQUEST) }
}

async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Failure> {
    let body = Bytes::from_request(request, state).await;
    body.map_err(|r| match r.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::rule("too_large", r.status()),
        status => Failure::rule("malformed", status),
    })
}

/// Values by the names of the form: a JSON object of texts, or a form as browsers send it.
pub struct Values(pub Pairs);

impl<S: Send + Sync> FromRequest<S> for Values {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/json") {
            return Pairs::from_request(request, state).await.map(Self);
        }
        let bytes = bytes(request, state).await?;
        let map: std::collections::BTreeMap<String, String> =
            serde_json::from_slice(&bytes).map_err(|e| malformed(&e))?;
        Ok(Self(Pairs(map.into_iter().collect())))
    }
}

/// The version of a case that an action was decided on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// `lock` of the case as it was read.
    pub lock: i64,
}

/// 200 with a body.
fn json(body: &impl Serialize) -> Response {
    Json(body).into_response()
}

/// 204: done.
fn done() -> Response {
    StatusCode::NO_CONTENT.into_response()
}
