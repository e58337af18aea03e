//! Errors of use cases: what the person may see, and the detail that only the log gets.

use crate::{
    ports::{PackageStoreError, StoreError, TargetError},
    secrets::SecretError,
};
use portal_model::PortalError;

/// Error of a use case.
#[derive(Debug, thiserror::Error)]
pub enum CoreError {
    /// Something a person can understand and mend.
    #[error(transparent)]
    Portal(#[from] PortalError),
    /// The database failed; the person sees „internal error".
    #[error("storage")]
    Store(#[source] StoreError),
    /// The store of packages failed, or a package in it is damaged; the person sees „internal error".
    #[error("packages")]
    Packages(#[from] PackageStoreError),
    /// A target failed while a person waited.
    #[error("target")]
    Target(#[from] TargetError),
    /// A secret could not be sealed or opened.
    #[error("secret")]
    Secret(#[from] SecretError),
    /// A stored thing does not fit the program.
    #[error("inconsistent: {0}")]
    Inconsistent(String),
}

impl CoreError {
    /// What the person sees.
    pub fn public(&self) -> PortalError {
        match self {
            CoreError::Portal(e) => e.clone(),
            CoreError::Store(StoreError::Conflict | StoreError::Collision) => PortalError::Conflict,
            CoreError::Store(StoreError::Exists(_)) => PortalError::Exists,
            CoreError::Store(StoreError::Rule(rule)) => PortalError::Rule { rule: rule.clone() },
            _ => PortalError::Internal,
        }
    }
}

impl From<StoreError> for CoreError {
    fn from(e: StoreError) -> Self {
        CoreError::Store(e)
    }
}

/// Result of a use case.
pub type Result<T> = std::result::Result<T, CoreError>;

/// A rule that is not met, by its stable name.
pub fn rule(name: &str) -> CoreError {
    CoreError::Portal(PortalError::Rule { rule: name.to_owned() })
}
