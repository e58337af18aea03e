//! `portal config check`

mod look;

use super::{runtime, say, say_error, sources};
use crate::{
    claim::database_file,
    config::{Config, PackagePlace},
    wiring,
};
use anyhow::{Error, Result};
use look::Found;
use portal_targets::helm::Helm;
use std::{path::Path, process::ExitCode};

/// Where packages lie, and whether a bucket can be reached. No folder is made.
fn packages(config: &Config) -> Result<Found> {
    let place = &config.packages;
    Ok(match place {
        PackagePlace::Folder(folder) if !folder.exists() => Found::Fine(format!("{place}, made at the start")),
        PackagePlace::Folder(folder) if !folder.is_dir() => Found::Wrong(format!("{place} is no folder")),
        PackagePlace::Folder(_) => Found::Fine(place.to_string()),
        PackagePlace::Bucket(_) => {
            match runtime()?.block_on(async { wiring::packages(config)?.probe().await.map_err(Error::from) }) {
                Ok(()) => Found::Fine(format!("{place}, reached")),
                // It may be down only now, and the portal starts without it.
                Err(error) => Found::Hint(format!("{place} cannot be used now: {error:#}")),
            }
        }
    })
}

/// Shows every setting with its source and what was found at the places that they name, or everything that is wrong.
pub fn check(file: Option<&Path>) -> Result<ExitCode> {
    let environment = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let names = look::names(environment);
    let (config, settings) = match sources(file).resolve() {
        Ok(read) => read,
        Err(error) => {
            say_error(&error.to_string());
            names.iter().for_each(|found| say_error(&format!("  environment: {}", found.text())));
            return Ok(ExitCode::FAILURE);
        }
    };
    for s in settings {
        let value = if s.shown.is_empty() { "(none)" } else { s.shown.as_str() };
        say(&format!(
            "{} = {value}\n    from {}; {} or `{}` in the file: {}",
            s.setting.key, s.origin, s.setting.variable, s.setting.key, s.setting.help
        ));
    }
    let database = database_file(&config.database_url).is_some_and(|file| file.exists());
    let mut found = vec![
        ("Data folder", look::data(&config)),
        ("Key file", look::key_file(&config, database)),
        ("Site folder", look::site(&config)),
        ("Packages", packages(&config)?),
    ];
    let helm = runtime()?.block_on(Helm::start(config.helm.as_deref(), config.charts));
    found.push(("Helm charts", Found::Fine(helm.status().to_string())));
    found.extend(names.into_iter().map(|name| ("Environment", name)));
    for (what, found) in &found {
        match found {
            Found::Fine(text) => say(&format!("{what}: {text}")),
            Found::Hint(text) => say(&format!("{what}: NOTE: {text}")),
            Found::Wrong(text) => say_error(&format!("{what}: WRONG: {text}")),
        }
    }
    if found.iter().any(|(_, found)| matches!(found, Found::Wrong(_))) {
        say_error("The configuration cannot be used.");
        return Ok(ExitCode::FAILURE);
    }
    say("The configuration can be used.");
    Ok(ExitCode::SUCCESS)
}
