//! `portal config check`

use super::{runtime, say, say_error, sources};
use crate::{
    config::{Config, PackagePlace},
    wiring,
};
use anyhow::{Error, Result};
use portal_targets::helm::Helm;
use std::{path::Path, process::ExitCode};

/// Where packages lie, and whether a bucket can be reached. No folder is made.
fn packages(config: &Config) -> Result<String> {
    let place = &config.packages;
    Ok(match place {
        PackagePlace::Folder(folder) if !folder.exists() => format!("{place}, made at the start"),
        PackagePlace::Folder(folder) if !folder.is_dir() => format!("{place}; cannot be used: it is no folder"),
        PackagePlace::Folder(_) => place.to_string(),
        PackagePlace::Bucket(_) => {
            match runtime()?.block_on(async { wiring::packages(config)?.probe().await.map_err(Error::from) }) {
                Ok(()) => format!("{place}, reached"),
                Err(error) => format!("{place}; cannot be used: {error:#}"),
            }
        }
    })
}

/// Shows every setting with its source, or everything that is wrong.
pub fn check(file: Option<&Path>) -> Result<ExitCode> {
    match sources(file).resolve() {
        Ok((config, settings)) => {
            for s in settings {
                let value = if s.shown.is_empty() { "(none)" } else { s.shown.as_str() };
                say(&format!(
                    "{} = {value}\n    from {}; {} or `{}` in the file: {}",
                    s.setting.key, s.origin, s.setting.variable, s.setting.key, s.setting.help
                ));
            }
            let helm = runtime()?.block_on(Helm::start(config.helm.as_deref(), config.charts));
            say(&format!("Packages: {}", packages(&config)?));
            say(&format!("Helm charts: {}", helm.status()));
            say("The configuration can be used.");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            say_error(&error.to_string());
            Ok(ExitCode::FAILURE)
        }
    }
}
