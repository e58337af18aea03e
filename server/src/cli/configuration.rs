//! `portal config check`

use super::{say, say_error, sources};
use std::{path::Path, process::ExitCode};

/// Shows every setting with its source, or everything that is wrong.
pub fn check(file: Option<&Path>) -> ExitCode {
    match sources(file).resolve() {
        Ok((_, settings)) => {
            for s in settings {
                let value = if s.shown.is_empty() { "(none)" } else { s.shown.as_str() };
                say(&format!(
                    "{} = {value}\n    from {}; {} or `{}` in the file: {}",
                    s.setting.key, s.origin, s.setting.variable, s.setting.key, s.setting.help
                ));
            }
            say("The configuration can be used.");
            ExitCode::SUCCESS
        }
        Err(error) => {
            say_error(&error.to_string());
            ExitCode::FAILURE
        }
    }
}
