//! Use cases, the one permission check, the record, the provisioning engine, and the ports to the outside.
//!
//! Knows no database, no cluster, no HTTP and no view: those are behind the traits in [`ports`].

pub mod authz;
pub mod config;
pub mod context;
pub mod engine;
pub mod error;
pub mod guard;
pub mod hosts;
pub mod package;
pub mod ports;
pub mod search;
pub mod secrets;
pub mod target_rights;
pub mod use_cases;

pub use context::{Actor, Ctx};
pub use error::CoreError;
pub use use_cases::Portal;
