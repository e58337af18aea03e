//! From an API server's refusal to a cause of our table.

use portal_core::ports::TargetError;
use portal_model::operation::FailureCause;
use serde_json::Value;

use super::kinds::Kind;

/// Longer details are cut.
const MAX_DETAIL: usize = 1000;

/// What a request was about; goes into details.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    verb: &'static str,
    resource: String,
    /// `Deployment/abc`.
    label: String,
    /// The server's words may repeat the object's values, so they are left out.
    secret: bool,
}

impl Subject {
    /// An object.
    pub fn object(verb: &'static str, kind: &Kind, name: &str) -> Self {
        let label = format!("{}/{name}", kind.kind);
        Self { verb, resource: kind.qualified(), label, secret: kind.kind == "Secret" }
    }

    /// All objects of a kind.
    pub fn collection(verb: &'static str, kind: &Kind) -> Self {
        Self { verb, resource: kind.qualified(), label: kind.kind.to_owned(), secret: kind.kind == "Secret" }
    }

    /// Something else.
    pub fn other(verb: &'static str, resource: &str) -> Self {
        Self { verb, resource: resource.to_owned(), label: resource.to_owned(), secret: false }
    }
}

/// Why a request had no success.
#[derive(Debug)]
pub(super) enum Problem {
    /// No answer.
    Transport(String),
    /// An answer that isn't a success.
    Refused {
        /// HTTP status.
        code: u16,
        /// `AlreadyExists`, `Conflict`, `Invalid` …
        reason: String,
        /// The server's words.
        message: String,
        /// Kind, name and causes.
        details: Value,
    },
}

impl Problem {
    /// Whether the object (and not its namespace or its kind) is missing.
    pub fn is_missing_object(&self) -> bool {
        let Problem::Refused { code: 404, details, .. } = self else { return false };
        let text = |name: &str| details.get(name).and_then(Value::as_str).unwrap_or_default();
        !text("name").is_empty() && text("kind") != "namespaces"
    }

    /// Whether the API server doesn't know the path at all.
    pub fn is_missing_kind(&self) -> bool {
        let Problem::Refused { code: 404, details, .. } = self else { return false };
        details.get("name").and_then(Value::as_str).is_none_or(str::is_empty)
    }

    /// HTTP status, 0 without an answer.
    pub fn code(&self) -> u16 {
        match self {
            Problem::Transport(_) => 0,
            Problem::Refused { code, .. } => *code,
        }
    }

    /// Whether a field that can't be changed was to be changed.
    pub fn is_immutable(&self) -> bool {
        matches!(self, Problem::Refused { code: 422, message, .. } if message.contains("immutable"))
    }

    /// The cause, with a detail that names the object and what the server said.
    pub fn into_error(self, subject: &Subject) -> TargetError {
        let (code, reason, message, details) = match self {
            Problem::Transport(why) => return TargetError::new(FailureCause::Unreachable, why),
            Problem::Refused { code, reason, message, details } => (code, reason, message, details),
        };
        let label = &subject.label;
        let said = if subject.secret { fields(&details) } else { message.clone() };
        let (cause, detail) = match code {
            401 => (FailureCause::Unauthorised, "401 Unauthorized".to_owned()),
            403 if message.contains("exceeded quota") => (FailureCause::QuotaExceeded, format!("{label}: {said}")),
            403 if message.contains("is being terminated") => {
                (FailureCause::NamespaceMissing, format!("{label}: {said}"))
            }
            // Policies of the data centre (webhooks, Pod Security, limits that a quota demands) answer 403 too.
            403 if is_admission(&message) => (FailureCause::Invalid, format!("{label}: {said}")),
            403 => (FailureCause::PermissionMissing, format!("{} {}", subject.verb, subject.resource)),
            404 if details.get("kind").and_then(Value::as_str) == Some("namespaces") => {
                (FailureCause::NamespaceMissing, format!("{label}: {message}"))
            }
            404 if details.get("name").and_then(Value::as_str).is_none_or(str::is_empty) => {
                (FailureCause::Invalid, format!("{label}: this cluster does not serve {}", subject.resource))
            }
            404 => (FailureCause::Fenced, format!("{label}: gone")),
            409 if reason == "AlreadyExists" => (FailureCause::Fenced, format!("{label}: created by another")),
            409 if has_cause(&details, "FieldManagerConflict") => (FailureCause::Conflict, format!("{label}: {said}")),
            // Counting against a quota collides when objects are made at the same time.
            409 if message.contains("resourcequotas") => (FailureCause::Conflict, format!("{label}: {said}")),
            409 => (FailureCause::Fenced, format!("{label}: changed by another")),
            429 => (FailureCause::Throttled, format!("{label}: 429")),
            400 | 413 | 415 | 422 => (FailureCause::Invalid, format!("{label}: {said}")),
            500 if message.contains("failed to create typed patch object") => {
                (FailureCause::Invalid, format!("{label}: {said}"))
            }
            500.. => (FailureCause::Unreachable, format!("{label}: {code} {said}")),
            _ => (FailureCause::Internal, format!("{label}: {code} {said}")),
        };
        TargetError::new(cause, cut(detail))
    }
}

/// Whether a policy of the data centre said no.
pub(super) fn is_admission(message: &str) -> bool {
    ["admission webhook", "violates PodSecurity", "failed quota"].iter().any(|words| message.contains(words))
}

/// Only the names of the fields that are wrong.
fn fields(details: &Value) -> String {
    let causes = details.get("causes").and_then(Value::as_array).into_iter().flatten();
    let mut names: Vec<&str> = causes.filter_map(|cause| cause.get("field").and_then(Value::as_str)).collect();
    names.dedup();
    // A map's keys are the package's, but a wrong document could have put anything there.
    names.retain(|name| name.starts_with("metadata.") || matches!(*name, "data" | "type" | "immutable"));
    if names.is_empty() {
        "refused (details withheld: Secret)".to_owned()
    } else {
        format!("refused: {}", names.join(", "))
    }
}

fn has_cause(details: &Value, reason: &str) -> bool {
    let causes = details.get("causes").and_then(Value::as_array).into_iter().flatten();
    causes.into_iter().any(|cause| cause.get("reason").and_then(Value::as_str) == Some(reason))
}

fn cut(mut text: String) -> String {
    if text.len() > MAX_DETAIL {
        text.truncate(text.floor_char_boundary(MAX_DETAIL));
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::kinds;
    use serde_json::json;

    fn refused(code: u16, reason: &str, message: &str, details: Value) -> Problem {
        Problem::Refused { code, reason: reason.to_owned(), message: message.to_owned(), details }
    }

    fn cause(problem: Problem) -> FailureCause {
        let kind = kinds::find("apps/v1", "Deployment").unwrap();
        problem.into_error(&Subject::object("patch", kind, "a")).cause
    }

    #[test]
    fn every_refusal_has_a_cause() {
        let conflict = json!({"causes": [{"reason": "FieldManagerConflict"}]});
        let cases = [
            (Problem::Transport("no route".into()), FailureCause::Unreachable),
            (refused(401, "Unauthorized", "", json!({})), FailureCause::Unauthorised),
            (refused(403, "Forbidden", "x is forbidden: exceeded quota: k", json!({})), FailureCause::QuotaExceeded),
            (refused(403, "Forbidden", "User cannot patch", json!({})), FailureCause::PermissionMissing),
            (refused(403, "Forbidden", "violates PodSecurity \"restricted\"", json!({})), FailureCause::Invalid),
            (refused(404, "NotFound", "", json!({"kind": "namespaces", "name": "n"})), FailureCause::NamespaceMissing),
            (refused(404, "NotFound", "the server could not find", json!({})), FailureCause::Invalid),
            (refused(409, "AlreadyExists", "", json!({})), FailureCause::Fenced),
            (refused(409, "Conflict", "modified", json!({})), FailureCause::Fenced),
            (refused(409, "Conflict", "Apply failed", conflict), FailureCause::Conflict),
            (refused(409, "Conflict", "on resourcequotas \"q\"", json!({})), FailureCause::Conflict),
            (refused(422, "Invalid", "", json!({})), FailureCause::Invalid),
            (refused(429, "TooManyRequests", "", json!({})), FailureCause::Throttled),
            (refused(500, "", "failed to create typed patch object: x", json!({})), FailureCause::Invalid),
            (refused(500, "InternalError", "etcd", json!({})), FailureCause::Unreachable),
            (refused(503, "", "", json!({})), FailureCause::Unreachable),
        ];
        for (problem, expected) in cases {
            let said = format!("{problem:?}");
            assert_eq!(cause(problem), expected, "{said}");
        }
    }

    #[test]
    fn no_words_of_the_server_about_a_secret() {
        let kind = kinds::find("v1", "Secret").unwrap();
        let details = json!({"causes": [{"field": "data[hunter2]", "message": "hunter2"}, {"field": "metadata.name"}]});
        let error = refused(422, "Invalid", "hunter2", details).into_error(&Subject::object("create", kind, "s"));
        assert_eq!(error.detail, "Secret/s: refused: metadata.name");
        let error =
            refused(400, "BadRequest", "base64: hunter2", json!({})).into_error(&Subject::object("create", kind, "s"));
        assert!(!error.detail.contains("hunter2"));
    }
}
