//! Targets: what the portal provisions into, and the program that renders charts for them.

pub mod helm;
pub mod kubernetes;
pub mod simulator;
