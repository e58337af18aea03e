//! Whether addresses answer that a vendor wrote into a package.

use async_trait::async_trait;

/// What came of looking at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkAnswer {
    /// Something answers, or nobody looked.
    Fine,
    /// Something answers that there is nothing there, with this status.
    Gone(u16),
    /// Nothing answers in time. What the portal does not call counts too, so that nobody learns what is in its network.
    Silent,
}

/// Looks at addresses. Every call ends by itself within a few seconds.
#[async_trait]
pub trait LinkCheck: Send + Sync {
    /// Looks at an address that somebody entered.
    async fn look(&self, address: &str) -> LinkAnswer;
}

/// Looks at nothing: unless the operator wants it, the portal calls nobody.
pub struct NoLinkCheck;

#[async_trait]
impl LinkCheck for NoLinkCheck {
    async fn look(&self, _address: &str) -> LinkAnswer {
        LinkAnswer::Fine
    }
}
