//! One connection pool per credential.

use std::collections::HashMap;
use std::error::Error as _;
use std::time::Duration;

use kube::Client;
use kube::client::ClientBuilder;
use kube::config::{Config, KubeConfigOptions, Kubeconfig};
use parking_lot::Mutex;
use portal_core::ports::TargetError;
use portal_model::operation::FailureCause;
use sha2::{Digest, Sha256};

use super::kubeconfig;

/// More credentials than this are not kept open at the same time.
const KEPT: usize = 256;
/// A connection that takes longer is not going to come.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Clients by the hash of their credential.
#[derive(Default)]
pub(super) struct Clients {
    by_hash: Mutex<HashMap<[u8; 32], Client>>,
}

impl Clients {
    /// The client of a credential.
    pub async fn get(&self, credential: &str) -> Result<Client, TargetError> {
        let hash: [u8; 32] = Sha256::digest(credential.as_bytes()).into();
        if let Some(client) = self.by_hash.lock().get(&hash) {
            return Ok(client.clone());
        }
        let client = build(credential).await?;
        let mut kept = self.by_hash.lock();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(hash, client.clone());
        Ok(client)
    }
}

async fn build(credential: &str) -> Result<Client, TargetError> {
    let refused = |detail: String| TargetError::new(FailureCause::Unauthorised, detail);
    // Again at use: whatever way a credential came in, it never starts a program or reads a file of ours.
    let minimal = kubeconfig::minimise(credential).map_err(|error| refused(format!("kubeconfig: {error}")))?;
    let parsed =
        Kubeconfig::from_yaml(&minimal.kubeconfig).map_err(|_| refused("kubeconfig: unreadable".to_owned()))?;
    let mut config = Config::from_custom_kubeconfig(parsed, &KubeConfigOptions::default())
        .await
        .map_err(|error| refused(format!("kubeconfig: {error}")))?;
    config.connect_timeout = Some(CONNECT_TIMEOUT);
    config.read_timeout = None;
    config.write_timeout = None;
    // The engine decides what is tried again.
    config.default_retry = false;
    // A proxy from the environment would see the credential of every data centre.
    config.proxy_url = None;
    let builder = ClientBuilder::try_from(config).map_err(|error| {
        let source = error.source().map(|source| format!(": {source}")).unwrap_or_default();
        refused(format!("kubeconfig: {error}{source}"))
    })?;
    Ok(builder.build())
}
