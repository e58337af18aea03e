//! `portal keys`: changing the keys under which secrets lie, and looking at them.

use super::say;
use crate::{
    config::Config,
    keys::{self, Role},
    serve,
};
use anyhow::{Result, bail};
use clap::Subcommand;
use portal_core::{Actor, secrets};
use portal_model::Lang;
use std::{path::PathBuf, process::ExitCode};

#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a file with a new key
    New {
        /// Where; must not be there yet
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Wrap everything that lies under the previous key with the current one; may be interrupted and called again
    Rotate,
    /// Count what lies under which key
    Status,
    /// Show the public key that belongs to the worker's key
    Public,
}

/// Exit code 1 if something opens with no key.
pub async fn keys(config: &Config, command: &KeysCommand) -> Result<ExitCode> {
    match command {
        KeysCommand::New { file } => {
            secrets::create_key_file(file)?;
            say(&format!("Made {}. Keep a copy elsewhere.", file.display()));
            Ok(ExitCode::SUCCESS)
        }
        KeysCommand::Public => {
            say(&keys::load(config, Role::Command)?.credentials().public().to_string());
            Ok(ExitCode::SUCCESS)
        }
        KeysCommand::Rotate => rotate(config).await,
        KeysCommand::Status => status(config).await,
    }
}

async fn rotate(config: &Config) -> Result<ExitCode> {
    if config.key_file_previous.is_none() && config.credential_key_file_previous.is_none() {
        bail!(
            "there is no previous key to change from: make a new one (`portal keys new FILE`), name it as key_file and the \
             old one as key_file_previous, and start every portal and worker with both; the same goes for \
             credential_key_file and credential_key_file_previous"
        );
    }
    let (portal, storage) = serve::open(config, false).await?;
    let rotated = portal.keys_rotate(&portal.ctx(Actor::CommandLine, Lang::En)).await;
    storage.close().await;
    let rotated = rotated?;
    say(&format!("Changed: {} data keys, {} credentials.", rotated.data_keys, rotated.credentials));
    Ok(unreadable(rotated.unreadable))
}

async fn status(config: &Config) -> Result<ExitCode> {
    let (portal, storage) = serve::open(config, false).await?;
    let state = portal.keys_state(&portal.ctx(Actor::CommandLine, Lang::En)).await;
    storage.close().await;
    let state = state?;
    say(&format!("Data keys: {} under the current key, {} under the previous one.", state.current, state.previous));
    Ok(unreadable(state.unreadable))
}

fn unreadable(count: u64) -> ExitCode {
    if count == 0 {
        return ExitCode::SUCCESS;
    }
    say(&format!("{count} open with neither: they lie under a key that is not configured."));
    ExitCode::FAILURE
}
