//! From a name to addresses; a trait, so that tests bring a name server of their own.

use async_trait::async_trait;
use std::io;
use std::net::IpAddr;

/// Resolves names.
#[async_trait]
pub trait Resolve: Send + Sync {
    /// Every address of a name, in the order in which they should be tried.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The resolver of the system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolve for SystemResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        // The full stop makes the name absolute: search lists, which complete names to some inside (RFC 1535), do not apply.
        let absolute = if host.contains('.') { format!("{host}.") } else { host.to_owned() };
        Ok(tokio::net::lookup_host((absolute, 0)).await?.map(|address| address.ip()).collect())
    }
}
