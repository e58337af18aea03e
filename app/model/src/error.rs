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

/// Codes of [`PortalError::in_form`].
const IN_FORM: [(&str, PortalError); 4] = [
    ("second_person_needed", PortalError::SecondPersonNeeded),
    ("wrong_state", PortalError::WrongState),
    ("conflict", PortalError::Conflict),
    ("exists", PortalError::Exists),
];
const RULE: &str = "rule";

impl PortalError {
    /// The errors as the page of the form that was sent shows them, beside what was entered. `None` for what leaves
    /// nothing to show: it does not exist, is not allowed, or is our fault.
    pub fn in_form(&self) -> Option<Vec<FieldError>> {
        match self {
            PortalError::Invalid { fields } => Some(fields.clone()),
            PortalError::Rule { rule } => Some(vec![FieldError::new("", RULE).with(RULE, rule)]),
            other => {
                let known = IN_FORM.iter().find(|(_, error)| error == other);
                known.map(|(code, _)| vec![FieldError::new("", code)])
            }
        }
    }

    /// What a line made by [`PortalError::in_form`] stands for, if it is about no field.
    pub fn of_line(line: &FieldError) -> Option<PortalError> {
        match line.code.as_str() {
            _ if !line.path.is_empty() => None,
            RULE => Some(PortalError::Rule { rule: line.params.get(RULE).cloned().unwrap_or_default() }),
            code => IN_FORM.iter().find(|(known, _)| *known == code).map(|(_, error)| error.clone()),
        }
    }
}

/// Fields and codes for the log; never what was entered.
fn paths(fields: &[FieldError]) -> String {
    let shown = fields.iter().map(|f| format!("{} {}", f.path, f.code));
    shown.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_concerns_the_form_as_a_whole_comes_back_from_its_line() {
        let rule = PortalError::Rule { rule: "test_missing".to_owned() };
        for error in IN_FORM.into_iter().map(|(_, error)| error).chain([rule]) {
            let lines = error.in_form().unwrap();
            assert_eq!(lines.iter().map(PortalError::of_line).collect::<Vec<_>>(), [Some(error)]);
        }
        let fields = vec![FieldError::new("bemerkung", "note_required"), FieldError::new("", "task_open")];
        let invalid = PortalError::Invalid { fields: fields.clone() };
        assert_eq!(invalid.in_form(), Some(fields.clone()));
        assert_eq!(fields.iter().find_map(PortalError::of_line), None);
        for error in [PortalError::NotFound, PortalError::Forbidden, PortalError::SignInRequired, PortalError::Internal]
        {
            assert_eq!(error.in_form(), None);
        }
    }
}
