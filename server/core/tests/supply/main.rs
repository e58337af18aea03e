//! What protects the supply chain and the portal's own network: bills of materials, differences between releases,
//! signatures, and the guard for addresses.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests; clippy knows only the test functions themselves"
)]

mod diff;
mod guard;
mod random;
mod sbom;
mod signature;
