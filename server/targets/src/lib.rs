//! Targets: what the portal provisions into.

pub mod kubernetes;
pub mod simulator;
