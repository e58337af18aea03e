//! `portal audit`: the record from outside of the portal.

use super::say;
use crate::{config::Config, serve};
use anyhow::Result;
use clap::Subcommand;
use portal_core::ports::{Checkpoint, Store};
use std::process::ExitCode;

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Compute the whole record anew and say whether it is whole
    Verify,
}

/// Exit code 1 if the record was changed.
pub async fn audit(config: &Config, command: &AuditCommand) -> Result<ExitCode> {
    match command {
        AuditCommand::Verify => {
            let storage = serve::open_storage(config).await?;
            let (state, _) = storage.audit_verify(&Checkpoint::default()).await?;
            storage.close().await;
            if state.intact {
                say(&format!("The record is whole: {} entries are sealed.", state.sealed));
                Ok(ExitCode::SUCCESS)
            } else {
                say("The record was changed: its chain is broken.");
                Ok(ExitCode::FAILURE)
            }
        }
    }
}
