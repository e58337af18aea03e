//! Errors as a person may see them. Texts: `app/src/i18n/error.rs`; detail for the log never travels in here.

use crate::form::FieldError;
use serde::{Deserialize, Serialize};

/// Why a use case did not do what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PortalError {
    /// It does not exist, or you may not know that it exists (R4).
    #[error("not found")]
    NotFound,
    /// You may see it but not do this.
    #[error("forbidden")]
    Forbidden,
    /// Sign in first.
    #[error("sign-in required")]
    SignInRequired,
    /// You took part, so a different person must decide (R2).
    #[error("a second person is needed")]
    SecondPersonNeeded,
    /// Not in this state, such as accepting what is withdrawn; the page has moved on.
    #[error("not in this state")]
    WrongState,
    /// Somebody else changed it in the meantime.
    #[error("changed by somebody else")]
    Conflict,
    /// Something that may exist only once exists already.
    #[error("exists already")]
    Exists,
    /// A rule is not met; the word names it (`test_missing`, `no_test_target`, …).
    #[error("rule not met: {rule}")]
    Rule {
        /// Stable name of the rule.
        rule: String,
    },
    /// Input with errors at fields.
    #[error("invalid input: {}", paths(fields))]
    Invalid {
        /// Errors in the order of the form.
        fields: Vec<FieldError>,
    },
    /// Our fault; the log has the detail under the request id.
    #[error("internal error")]
    Internal,
}

/// Fields and codes for the log; never what was entered.
fn paths(fields: &[FieldError]) -> String {
    let shown = fields.iter().map(|f| format!("{} {}", f.path, f.code));
    shown.collect::<Vec<_>>().join(", ")
}
