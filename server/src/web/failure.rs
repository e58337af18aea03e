//! Errors on their way to the person. A handler returns one; the layer in `identify.rs` makes a page or JSON of it.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use portal_core::CoreError;
use portal_model::{PortalError, form::FieldError};

/// What a handler returns.
pub type Answer = Result<Response, Failure>;

/// Why a request was not answered as asked.
#[derive(Debug)]
pub struct Failure {
    /// What the person may see.
    pub error: PortalError,
    /// Another status than the error's usual one.
    pub status: Option<StatusCode>,
}

/// Marks a response as the error that is still to be shown.
#[derive(Debug, Clone)]
pub struct Shown(pub PortalError);

impl Failure {
    /// Something that a person may see.
    pub fn new(error: PortalError) -> Self {
        Self { error, status: None }
    }

    /// Does not exist.
    pub fn not_found() -> Self {
        Self::new(PortalError::NotFound)
    }

    /// A rule about requests as such, by its stable name.
    pub fn rule(rule: &str, status: StatusCode) -> Self {
        Self { error: PortalError::Rule { rule: rule.to_owned() }, status: Some(status) }
    }

    /// The errors as the page of the form shows them, with the status of the answer.
    ///
    /// # Errors
    /// What leaves nothing to show stays what it is.
    pub fn in_form(self) -> Result<(StatusCode, Vec<FieldError>), Self> {
        let status = self.status.unwrap_or_else(|| status(&self.error));
        self.error.in_form().map(|lines| (status, lines)).ok_or(self)
    }

    /// Our fault: the detail goes to the log only, under the number of the request.
    pub fn internal(detail: impl std::fmt::Display) -> Self {
        tracing::error!(%detail, "request failed");
        Self::new(PortalError::Internal)
    }
}

impl From<CoreError> for Failure {
    fn from(e: CoreError) -> Self {
        let error = e.public();
        if error == PortalError::Internal {
            return Self::internal(chain(&e));
        }
        Self::new(error)
    }
}

impl From<PortalError> for Failure {
    fn from(error: PortalError) -> Self {
        Self::new(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = self.status.unwrap_or_else(|| status(&self.error));
        let mut response = status.into_response();
        response.extensions_mut().insert(Shown(self.error));
        response
    }
}

/// Status of an error.
pub fn status(error: &PortalError) -> StatusCode {
    match error {
        PortalError::NotFound => StatusCode::NOT_FOUND,
        PortalError::Forbidden | PortalError::SecondPersonNeeded => StatusCode::FORBIDDEN,
        PortalError::SignInRequired => StatusCode::UNAUTHORIZED,
        PortalError::WrongState | PortalError::Conflict | PortalError::Exists => StatusCode::CONFLICT,
        PortalError::Rule { rule } if rule == "package_unavailable" => StatusCode::SERVICE_UNAVAILABLE,
        PortalError::Rule { .. } | PortalError::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        PortalError::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The error that a bare status of a layer or of the router stands for.
pub fn of_status(status: StatusCode) -> PortalError {
    let rule = |rule: &str| PortalError::Rule { rule: rule.to_owned() };
    match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => PortalError::NotFound,
        StatusCode::FORBIDDEN => PortalError::Forbidden,
        StatusCode::UNAUTHORIZED => PortalError::SignInRequired,
        StatusCode::PAYLOAD_TOO_LARGE => rule("too_large"),
        StatusCode::SERVICE_UNAVAILABLE => rule("busy"),
        s if s.is_client_error() => rule("malformed"),
        _ => PortalError::Internal,
    }
}

/// An error with everything that led to it, for the log.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}
