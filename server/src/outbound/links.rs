//! Looking whether addresses in packages answer.

use super::{Call, Limits, Outbound, OutboundError};
use crate::config::OutboundConfig;
use async_trait::async_trait;
use http::StatusCode;
use portal_core::{
    guard::Policy,
    ports::{LinkAnswer, LinkCheck},
};
use std::time::Duration;

/// How much a look may take. A vendor waits for it.
const LIMITS: Limits =
    Limits { connect: Duration::from_secs(2), deadline: Duration::from_secs(4), response: 64 * 1024, redirects: 3 };

/// Looks by asking for the page.
pub struct Links(Outbound);

impl Links {
    /// With what the operator permits.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub fn new(config: &OutboundConfig) -> Result<Self, rustls::Error> {
        Ok(Self(Outbound::new(config.policy(), LIMITS)?))
    }

    /// With a client of one's own.
    pub fn with(client: Outbound) -> Self {
        Self(client)
    }
}

impl OutboundConfig {
    /// The strict policy, opened as the operator wants.
    pub fn policy(&self) -> Policy {
        let strict = Policy::default();
        Policy {
            allow_private: self.networks.clone(),
            allow_names: self.names.clone(),
            ports: strict.ports.iter().chain(&self.ports).copied().collect(),
            ..strict
        }
    }
}

#[async_trait]
impl LinkCheck for Links {
    async fn look(&self, address: &str) -> LinkAnswer {
        match self.0.send(Call::get(address)).await {
            // Many pages answer programs with 403 or 405; they are there.
            Ok(answer) if matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::GONE) => {
                LinkAnswer::Gone(answer.status.as_u16())
            }
            Ok(answer) if answer.status.is_server_error() => LinkAnswer::Silent,
            Ok(_) | Err(OutboundError::TooLarge) => LinkAnswer::Fine,
            Err(error) => {
                tracing::debug!(%error, "an address in a package does not answer");
                LinkAnswer::Silent
            }
        }
    }
}
