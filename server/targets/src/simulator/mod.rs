//! The simulated data centre: a small server that speaks the Kubernetes HTTP API over plain HTTP on loopback.
//!
//! It exists so that the portal's one Kubernetes driver can be tried and tested without a cluster. It runs as its own
//! process with its own state directory, so that it survives when the portal is killed. It keeps a ledger of every
//! effect that a client had, so that a test can tell "happened once" from "happened twice", and it has faults on
//! demand. Every answer carries the header `x-simulated: true`, and what it does not model it answers with 501,
//! never with a guess.
//!
//! One process serves several clusters, each below its own path prefix (`http://127.0.0.1:PORT/<cluster>/api/v1/...`).
//! The portal never sees the surface under `/_simulator/`: it is for tests and for the person who demonstrates.
//!
//! Subjects: [`config`] what is configured · `store` objects, history and durability · `managed_fields`, `schema` and
//! `apply` server-side apply · `controllers` what the cluster does by itself · `checks` what a container does ·
//! `routes` HTTP · [`ledger`] effects · [`faults`] faults.

mod apply;
mod auth;
mod canonical;
mod checks;
mod cluster;
pub mod config;
mod controllers;
mod defaults;
mod delete;
mod environment;
mod error;
pub mod faults;
mod incoming;
mod journal;
mod kinds;
pub mod ledger;
mod logs;
mod managed_fields;
mod merge_patch;
mod object;
mod quantity;
mod quota;
mod routes;
mod schema;
mod seed;
mod selectors;
mod server;
mod store;
mod typed;
mod validate;
mod write;

pub use config::{ClusterConfig, NamespaceConfig, RuleConfig, SimulatorConfig, TokenConfig};
pub use server::{Simulator, SimulatorError, serve};
