//! A look at a target before the portal works with it: for credentials that an operator enters.

use super::{Place, TargetError};
use async_trait::async_trait;
use portal_model::operating::Survey;
use std::fmt;
use zeroize::Zeroizing;

/// A credential as an operator gives it. Its `Debug` form shows nothing of it.
#[derive(Clone)]
pub enum Given {
    /// A kubeconfig.
    Kubeconfig(Zeroizing<String>),
    /// What is needed of one.
    Parts {
        /// Address of the API server.
        server: String,
        /// Its certificate authority, PEM or base64 of it; empty for one that everybody knows.
        ca: String,
        /// Token of a ServiceAccount.
        token: Zeroizing<String>,
    },
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Given::Kubeconfig(_) => "Kubeconfig",
            Given::Parts { .. } => "Parts",
        })
    }
}

/// What is kept of a credential.
#[derive(Clone)]
pub struct Access {
    /// A kubeconfig with what is needed and nothing else.
    pub kubeconfig: Zeroizing<String>,
    /// Address of the API server.
    pub server: String,
}

/// Why a credential or an address is not taken: the name of a text, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// Stable code; texts: `app/src/i18n`.
    pub code: &'static str,
    /// The part that is meant, never a value of the credential.
    pub what: String,
}

/// Looks at targets. Every call ends by itself.
#[async_trait]
pub trait TargetProbe: Send + Sync {
    /// Keeps what is needed of a credential and refuses what is dangerous.
    ///
    /// # Errors
    /// What is missing or refused.
    fn minimise(&self, given: &Given) -> Result<Access, Unusable>;

    /// Whether the portal may call this address at all; nothing is sent there.
    ///
    /// # Errors
    /// Why not.
    async fn admit(&self, server: &str) -> Result<(), Unusable>;

    /// What the credential may do in these namespaces and beyond them, and what is there.
    ///
    /// # Errors
    /// If it cannot be reached, refuses the credential, or a namespace does not exist.
    async fn survey(&self, place: &Place, namespaces: &[String]) -> Result<Survey, TargetError>;
}

/// Looks at nothing, so nothing can be registered by people.
pub struct NoTargetProbe;

const NONE: &str = "probe_missing";

#[async_trait]
impl TargetProbe for NoTargetProbe {
    fn minimise(&self, _given: &Given) -> Result<Access, Unusable> {
        Err(Unusable { code: NONE, what: String::new() })
    }

    async fn admit(&self, _server: &str) -> Result<(), Unusable> {
        Err(Unusable { code: NONE, what: String::new() })
    }

    async fn survey(&self, _place: &Place, _namespaces: &[String]) -> Result<Survey, TargetError> {
        Err(TargetError::new(portal_model::operation::FailureCause::Internal, NONE))
    }
}
