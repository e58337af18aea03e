//! Targets: what the portal provisions into.

pub mod simulator;
