//! What a refusal of the database means: names of constraints become rules.

use portal_core::ports::StoreError;
use sqlx::error::{DatabaseError, ErrorKind};

/// Uniqueness that stands for a rule: the index (PostgreSQL names it) and its columns (SQLite names those).
const RULES_BY_INDEX: &[(&str, &str, &str)] = &[
    ("operation_live", "operation.deployment", "live_operation"),
    ("trial_live", "trial.submission", "live_trial"),
    ("approval_person", "approval.activation, approval.person", "second_person"),
];

/// Turns an error of the driver into one of the port.
pub(crate) fn store_error(error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(e) => database_error(e.as_ref()),
        other => StoreError::Database(other.to_string()),
    }
}

/// PostgreSQL ended the transaction for the sake of another one: no serial order, or a deadlock. Nothing of it stays.
const COLLISIONS: [&str; 2] = ["40001", "40P01"];

fn database_error(e: &dyn DatabaseError) -> StoreError {
    if e.code().is_some_and(|code| COLLISIONS.contains(&code.as_ref())) {
        return StoreError::Collision;
    }
    let message = e.message();
    let named = e.constraint().unwrap_or_default();
    match e.kind() {
        ErrorKind::UniqueViolation => {
            let columns = after(message, "UNIQUE constraint failed: ");
            let rule = RULES_BY_INDEX.iter().find(|(index, cols, _)| named == *index || columns == *cols);
            match rule {
                Some((_, _, rule)) => StoreError::Rule((*rule).to_owned()),
                None => {
                    let table = e.table().unwrap_or_else(|| columns.split('.').next().unwrap_or_default());
                    StoreError::Exists(table.to_owned())
                }
            }
        }
        ErrorKind::CheckViolation => {
            let name = if named.is_empty() { after(message, "CHECK constraint failed: ") } else { named };
            StoreError::Rule(name.to_owned())
        }
        ErrorKind::ForeignKeyViolation => StoreError::Rule("reference".to_owned()),
        _ => ["immutable", "append_only", "production_basis"]
            .into_iter()
            .find(|raised| message == *raised)
            .map_or_else(|| StoreError::Database(e.to_string()), |rule| StoreError::Rule(rule.to_owned())),
    }
}

fn after<'a>(message: &'a str, prefix: &str) -> &'a str {
    message.split_once(prefix).map_or("", |(_, rest)| rest)
}

/// A stored value that this program cannot read.
pub(crate) fn unreadable(what: impl std::fmt::Display) -> StoreError {
    StoreError::Database(format!("unreadable: {what}"))
}
