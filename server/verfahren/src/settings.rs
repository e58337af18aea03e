//! Settings, all from environment variables; a package sets them in its manifests.

use std::path::PathBuf;

/// What the environment says.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `VERFAHREN`: name of the Verfahren on the page.
    pub name: String,
    /// `LEIKA`: key of the Leistung, 14 digits; an application for another one is refused. Empty takes all.
    pub leika: String,
    /// `BEHOERDE`: who is responsible, shown on the page.
    pub authority: String,
    /// `KONTAKT_EMAIL`.
    pub email: String,
    /// `KONTAKT_TELEFON`.
    pub telephone: String,
    /// `PFAD`: where the page is, such as `/hundesteuer`; empty or `/…` without a slash at the end.
    pub path: String,
    /// `PORT`: port to listen on.
    pub port: u16,
    /// `DATEN`: folder with the file of applications.
    pub data: PathBuf,
    /// `ABLAGE_URL`: address of the instance that stores; without it this one does.
    pub store_url: Option<String>,
    /// `ABLAGE_KENNWORT`: what callers of the store's own routes have to show. Without it those routes are not there.
    pub store_password: Option<String>,
}

/// A variable that makes no sense.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {reason}")]
pub struct SettingsError {
    /// Variable.
    pub name: &'static str,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl Settings {
    /// Reads the variables.
    ///
    /// # Errors
    /// For a port, key, path or password that cannot work.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let wrong = |name, reason| Err(SettingsError { name, reason });
        let text = |name: &str| variable(name).unwrap_or_default().trim().to_owned();
        let some = |name: &str| Some(text(name)).filter(|value| !value.is_empty());
        let name = some("VERFAHREN").unwrap_or_else(|| "Demonstration".to_owned());
        let leika = text("LEIKA");
        if !leika.is_empty() && !is_leika(&leika) {
            return wrong("LEIKA", "14 digits are expected");
        }
        let path = text("PFAD").trim_end_matches('/').to_owned();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '/');
        if !path.is_empty() && (!path.starts_with('/') || !path.chars().all(plain) || path.contains("//")) {
            return wrong("PFAD", "a path such as /hundesteuer is expected");
        }
        if ["/antrag", "/health", "/bereit"].contains(&path.as_str()) || path.starts_with("/intern") {
            return wrong("PFAD", "this path is used for something else");
        }
        let port = match some("PORT").map(|port| port.parse()) {
            None => 8080,
            Some(Ok(port)) => port,
            Some(Err(_)) => return wrong("PORT", "a port number is expected"),
        };
        let store_password = some("ABLAGE_KENNWORT");
        if store_password.as_ref().is_some_and(|password| password.len() < 12) {
            return wrong("ABLAGE_KENNWORT", "at least 12 characters are expected");
        }
        let store_url = some("ABLAGE_URL");
        if store_url.is_some() && store_password.is_none() {
            return wrong("ABLAGE_KENNWORT", "needed together with ABLAGE_URL");
        }
        Ok(Self {
            name,
            leika,
            authority: text("BEHOERDE"),
            email: text("KONTAKT_EMAIL"),
            telephone: text("KONTAKT_TELEFON"),
            path,
            port,
            data: some("DATEN").unwrap_or_else(|| "/daten".to_owned()).into(),
            store_url: store_url.map(|url| url.trim_end_matches('/').to_owned()),
            store_password,
        })
    }
}

/// Whether a text has the form of a key of a Leistung.
pub fn is_leika(text: &str) -> bool {
    text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, String> {
        let find = |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Settings::read(find).map_err(|error| error.name.to_owned())
    }

    #[test]
    fn what_is_left_out_has_a_default() {
        let settings = read(&[]).expect("no variable is needed");
        assert_eq!((settings.port, settings.path.as_str(), settings.name.as_str()), (8080, "", "Demonstration"));
        let settings = read(&[("PFAD", "/hundesteuer/"), ("PORT", "80")]).expect("good");
        assert_eq!((settings.port, settings.path.as_str()), (80, "/hundesteuer"));
    }

    #[test]
    fn what_cannot_work_is_named() {
        let wrong = [("LEIKA", "99"), ("PFAD", "hund"), ("PFAD", "/<b>"), ("PFAD", "/antrag"), ("PORT", "99999")];
        for (name, value) in wrong {
            assert_eq!(read(&[(name, value)]).err().as_deref(), Some(name), "{value}");
        }
        assert_eq!(read(&[("ABLAGE_KENNWORT", "kurz")]).err().as_deref(), Some("ABLAGE_KENNWORT"));
        assert_eq!(read(&[("ABLAGE_URL", "http://db")]).err().as_deref(), Some("ABLAGE_KENNWORT"));
    }
}
