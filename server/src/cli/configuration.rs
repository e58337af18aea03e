//! `portal config check`

use super::{runtime, say, say_error, sources};
use crate::{config::Config, wiring};
use anyhow::Result;
use portal_targets::helm::Helm;
use std::{path::Path, process::ExitCode};

/// Where packages lie, and whether the portal gets there.
fn packages(config: &Config) -> String {
    match wiring::packages(config) {
        Ok(_) => config.packages.to_string(),
        Err(error) => format!("{}; cannot be used: {error:#}", config.packages),
    }
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
            say(&format!("Packages: {}", packages(&config)));
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
