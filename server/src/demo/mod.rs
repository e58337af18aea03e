//! The demonstration: marked organisations with invented states, simulated data centres, published packages, and an
//! opening state that comes about by the same use cases that people use; nothing is inserted behind their back.

mod data_centres;
mod opening;
mod organisations;
mod releases;

pub use data_centres::simulator_config;
pub use releases::publish;

use anyhow::{Context, Result};
use portal_core::{Portal, ports::Store};
use std::path::Path;

/// Fills an empty portal. The engine must be running: installing takes place in the simulated data centres.
/// `simulator` is the address of the simulated data centres, `packages` the folder of the demonstration packages.
///
/// # Errors
/// If a package has findings or a use case fails.
pub async fn seed(portal: &Portal, simulator: &str, packages: &Path) -> Result<()> {
    let organisations = organisations::create(portal).await.context("organisations")?;
    releases::publish(portal, packages, false).await.context("releases")?;
    data_centres::register(portal, simulator).await.context("data centres")?;
    opening::play(portal, &organisations).await.context("opening state")?;
    releases::publish(portal, packages, true).await.context("newer releases")
}

/// Whether the portal holds nothing yet.
///
/// # Errors
/// If the database fails.
pub async fn is_empty(store: &dyn Store) -> Result<bool> {
    Ok(store.organisation_list().await?.is_empty())
}
