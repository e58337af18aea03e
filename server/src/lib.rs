//! The one server of the portal: command line, configuration, pages, forms, API, live events, sign-in, sessions, health
//! and figures. It puts the parts together and decides nothing about them: rules are in `portal_core`.
#![recursion_limit = "512"]

pub mod claim;
pub mod cli;
pub mod config;
pub mod demo;
pub mod keys;
pub mod outbound;
pub mod routes;
pub mod serve;
pub mod simulator;
pub mod state;
mod target_probe;
pub mod telemetry;
pub mod web;
pub mod wiring;
pub mod worker;

pub use routes::router;
pub use state::AppState;
