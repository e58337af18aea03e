//! What `portal config check` looks into beside the settings: folders, the key file, names in the environment. Nothing is made
//! or changed.

use crate::{
    config::{Config, SETTINGS, nearest},
    web::assets::Site,
};
use portal_core::secrets::KeyEncryptionKey;
use std::{fs, io::ErrorKind, os::unix::fs::PermissionsExt, path::Path};

/// What was found out about one thing.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// It is as it should be.
    Fine(String),
    /// The portal starts, but somebody should look.
    Hint(String),
    /// The portal cannot use it.
    Wrong(String),
}

impl Found {
    /// The sentence.
    pub fn text(&self) -> &str {
        match self {
            Found::Fine(text) | Found::Hint(text) | Found::Wrong(text) => text,
        }
    }
}

/// Variables of the program and its build that are no settings.
const OTHERS: &[&str] = &[
    "PORTAL_CONFIG",
    "PORTAL_TOKEN",
    "PORTAL_CACHE",
    "PORTAL_CARGO_BIN",
    "PORTAL_CHROMIUM",
    "PORTAL_SKIP",
    "PORTAL_ROOT",
    "PORTAL_BIN",
    "PORTAL_BINARY",
    "PORTAL_URL",
    "PORTAL_WRITE_SNAPSHOTS",
];

/// Beginnings of names that others put into the environment: our own tests, and Kubernetes for a Service called `portal`.
const FOREIGN: &[&str] = &["PORTAL_TEST_", "PORTAL_FUZZ_", "PORTAL_SERVICE_", "PORTAL_PORT"];

/// The data folder.
pub fn data(config: &Config) -> Found {
    folder(&config.data)
}

fn folder(path: &Path) -> Found {
    let shown = path.display();
    match fs::metadata(path) {
        Ok(found) if !found.is_dir() => Found::Wrong(format!("{shown} is no folder")),
        // Whether one may write depends on more than the bits of its mode, so it is tried, with a file without a name.
        Ok(_) => match tempfile::tempfile_in(path) {
            Ok(_) => Found::Fine(format!("{shown}, can be written")),
            Err(error) => Found::Wrong(format!("{shown} cannot be written: {error}")),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let above = path.ancestors().skip(1).find(|p| p.as_os_str().is_empty() || p.exists());
            let above = above.filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            match folder(above) {
                Found::Fine(_) => Found::Fine(format!("{shown}, made at the start")),
                not => Found::Wrong(format!("{shown} is not there and cannot be made: {}", not.text())),
            }
        }
        Err(error) => Found::Wrong(format!("{shown} cannot be looked into: {error}")),
    }
}

/// The key file. `database` says whether there are data already that an earlier key protects.
pub fn key_file(config: &Config, database: bool) -> Found {
    let (path, shown) = (&config.key_file, config.key_file.display());
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound && database => {
            return Found::Wrong(format!(
                "{shown} is not there, but the database is: without the key that it was made with no secret in it opens. Put \
                 the copy of the key back; a new one would help nobody"
            ));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return match path
                .parent()
                .filter(|above| !above.as_os_str().is_empty())
                .map_or(Found::Fine(String::new()), folder)
            {
                Found::Wrong(why) => Found::Wrong(format!("{shown} is not there and cannot be made: {why}")),
                _ => Found::Fine(format!("{shown}, made at the start; keep a copy elsewhere")),
            };
        }
        Err(error) => return Found::Wrong(format!("{shown} cannot be read: {error}")),
    };
    if let Err(error) = KeyEncryptionKey::load(path) {
        return Found::Wrong(error.to_string());
    }
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Found::Hint(format!(
            "{shown} can be read by others on this machine (mode {mode:o}); chmod 600 keeps them out"
        ));
    }
    Found::Fine(format!("{shown}, holds a key"))
}

/// The folder with what browsers load.
pub fn site(config: &Config) -> Found {
    let shown = config.site.display();
    match Site::load(&config.site) {
        Ok(site) if site.assets().css.is_empty() || site.assets().islands_js.is_empty() => Found::Hint(format!(
            "{shown} is not complete: a style sheet or script is missing; build it anew with `make site`"
        )),
        Ok(_) => Found::Fine(format!("{shown}, complete")),
        Err(error) if error.kind() == ErrorKind::NotFound => Found::Hint(format!(
            "{shown} holds no style sheets and scripts; pages work without them but look bare (`make site`)"
        )),
        Err(error) => Found::Wrong(format!("{shown} cannot be read: {error}")),
    }
}

/// Names in the environment that the portal does not know, though they look as if they were meant for it.
pub fn names(environment: impl Iterator<Item = String>) -> Vec<Found> {
    let known = || SETTINGS.iter().map(|s| s.variable).chain(OTHERS.iter().copied());
    let mut unknown: Vec<String> = environment.filter(|name| !known().any(|k| k == name)).collect();
    unknown.sort();
    let told = unknown.iter().filter_map(|name| {
        let ours = name.starts_with("PORTAL_");
        if FOREIGN.iter().any(|beginning| name.starts_with(beginning)) {
            return None;
        }
        // The key in the file with the prefix is what some expect where the name is another one.
        let by_key =
            SETTINGS.iter().find(|s| name.strip_prefix("PORTAL_").is_some_and(|k| k.eq_ignore_ascii_case(s.key)));
        let meant =
            by_key.map(|s| s.variable).or_else(|| nearest(name, known().filter(|k| ours || k.starts_with("PORTAL_"))));
        match meant {
            Some(meant) => Some(Found::Hint(format!("{name} is no setting; did you mean {meant}?"))),
            None if ours => Some(Found::Hint(format!("{name} is no setting and has no effect"))),
            None => None,
        }
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Sources;

    fn config(data: &Path) -> Config {
        let data = data.display().to_string();
        Sources::read(None, |name| (name == "PORTAL_DATA").then(|| data.clone())).resolve().unwrap().0
    }

    #[test]
    fn looks_into_the_data_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(data(&config(folder.path())), Found::Fine(text) if text.ends_with("can be written")));
        assert!(
            matches!(data(&config(&folder.path().join("a/b"))), Found::Fine(text) if text.ends_with("made at the start"))
        );
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(matches!(data(&config(&file)), Found::Wrong(text) if text.ends_with("is no folder")));
        assert!(matches!(data(&config(&file.join("below"))), Found::Wrong(_)));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "looking leaves nothing behind");
    }

    #[test]
    fn looks_into_the_key_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(folder.path());
        assert!(matches!(key_file(&config, false), Found::Fine(text) if text.contains("made at the start")));
        assert!(
            matches!(key_file(&config, true), Found::Wrong(text) if text.contains("is not there, but the database is"))
        );
        assert!(!config.key_file.exists(), "looking makes no key");
        KeyEncryptionKey::load_or_create(&config.key_file).unwrap();
        assert!(matches!(key_file(&config, true), Found::Fine(text) if text.ends_with("holds a key")));
        fs::set_permissions(&config.key_file, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(key_file(&config, true), Found::Hint(text) if text.contains("mode 640")));
        fs::write(&config.key_file, "secret words").unwrap();
        let Found::Wrong(text) = key_file(&config, true) else { panic!("a key without digits") };
        assert!(text.contains("not 64 hexadecimal digits") && !text.contains("secret words"), "{text}");
        config.key_file = folder.path().to_owned();
        assert!(matches!(key_file(&config, true), Found::Wrong(_)));
    }

    #[test]
    fn looks_into_the_site_folder() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(folder.path());
        config.site = folder.path().join("site");
        assert!(matches!(site(&config), Found::Hint(text) if text.contains("make site")));
        fs::create_dir_all(config.site.join("assets")).unwrap();
        fs::write(config.site.join("manifest.json"), "{}").unwrap();
        assert!(matches!(site(&config), Found::Hint(text) if text.contains("not complete")));
        let files = r#"{"portal.css": "portal.1.css", "islands.js": "islands.1.js"}"#;
        fs::write(config.site.join("manifest.json"), files).unwrap();
        assert!(matches!(site(&config), Found::Fine(_)));
        fs::write(config.site.join("manifest.json"), "{").unwrap();
        assert!(matches!(site(&config), Found::Wrong(_)));
    }

    #[test]
    fn names_that_are_written_wrongly_are_told() {
        let said = |names: &[&str]| super::names(names.iter().map(|n| (*n).to_owned()));
        let fine = [
            "PATH",
            "HOME",
            "PORTAL_DATA",
            "DATABASE_URL",
            "PORTAL_CONFIG",
            "PORTAL_TEST_POSTGRES",
            "PORTAL_SERVICE_HOST",
        ];
        assert_eq!(said(&fine), []);
        for (wrong, meant) in [
            ("PORTAL_ADRR", "did you mean PORTAL_ADDR?"),
            ("PORTAL_KEYFILE", "did you mean PORTAL_KEY_FILE?"),
            ("POTRAL_DATA", "did you mean PORTAL_DATA?"),
            ("PORTAL_DATABASE_URL", "did you mean DATABASE_URL?"),
            ("PORTAL_COLOUR", "has no effect"),
        ] {
            let told = said(&["PATH", wrong]);
            assert!(
                matches!(&told[..], [Found::Hint(text)] if text.starts_with(wrong) && text.ends_with(meant)),
                "{told:?}"
            );
        }
    }
}
