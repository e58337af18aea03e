//! One portal on one folder: SQLite and the simulated data centres bear one process at a time.

use crate::config::Config;
use anyhow::{Context, Result, bail};
use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
};

/// What nobody else may take meanwhile. The system gives it back when the process ends, however it ends.
#[derive(Debug)]
pub struct Claim {
    _files: Vec<File>,
}

impl Claim {
    /// Takes the data folder, and the file of the database if it lies elsewhere. On PostgreSQL several processes may run; only
    /// the demonstration has a folder for itself there.
    ///
    /// # Errors
    /// If another process has it, or the folder cannot be written to.
    pub fn take(config: &Config, demo: bool) -> Result<Self> {
        let database = database_file(&config.database_url);
        let mut places = Vec::new();
        if demo || database.is_some() {
            places.push((config.data.join("portal.lock"), config.data.clone()));
        }
        if let Some(file) = database.filter(|file| file.parent() != Some(&config.data)) {
            places.push((PathBuf::from(format!("{}.lock", file.display())), file));
        }
        let files = places.iter().map(|(lock, what)| claim(lock, what)).collect::<Result<_>>()?;
        Ok(Self { _files: files })
    }
}

/// The file of an SQLite database; none of one in memory or on a server.
pub fn database_file(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest).split('?').next().unwrap_or_default();
    (!path.is_empty() && path != ":memory:").then(|| PathBuf::from(path))
}

fn claim(lock: &Path, what: &Path) -> Result<File> {
    if let Some(folder) = lock.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    // It stays when the portal ends: whoever deleted it could take it from under the feet of the next one.
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(lock)
        .with_context(|| format!("cannot write {}", lock.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut who = String::new();
            // Only for the message: the number may not be there yet.
            let _ = file.read_to_string(&mut who);
            let who = who.trim();
            let process = if who.is_empty() { String::new() } else { format!(" (process {who})") };
            bail!(
                "another portal{process} is running on {}; stop it first, or choose another folder with PORTAL_DATA. \
                 Several processes on one database need PostgreSQL",
                what.display()
            );
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("cannot lock {}", lock.display()));
        }
    }
    file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Sources;

    fn config(data: &Path, url: Option<String>) -> Config {
        let data = data.display().to_string();
        let variable = |name: &str| match name {
            "PORTAL_DATA" => Some(data.clone()),
            "DATABASE_URL" => url.clone(),
            _ => None,
        };
        Sources::read(None, variable).resolve().unwrap().0
    }

    #[test]
    fn one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("new/data");
        let first = Claim::take(&config(&data, None), false).unwrap();
        for demo in [false, true] {
            let refused = Claim::take(&config(&data, None), demo).unwrap_err().to_string();
            assert!(refused.contains(&format!("(process {}) is running on {}", std::process::id(), data.display())));
        }
        drop(first);
        Claim::take(&config(&data, None), true).unwrap();
    }

    #[test]
    fn one_database_through_two_folders_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/elsewhere/portal.sqlite?mode=rwc", folder.path().display());
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        let _first = Claim::take(&config(&a, Some(url.clone())), false).unwrap();
        let refused = Claim::take(&config(&b, Some(url)), false).unwrap_err().to_string();
        assert!(refused.contains("elsewhere/portal.sqlite;"), "{refused}");
    }

    #[test]
    fn several_may_share_a_server() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path(), Some("postgres://portal@db.example/portal".to_owned()));
        let _first = Claim::take(&config, false).unwrap();
        let _second = Claim::take(&config, false).unwrap();
        let _demo = Claim::take(&config, true).unwrap();
        assert!(Claim::take(&config, true).is_err(), "the simulated data centres have one state");
    }
}
