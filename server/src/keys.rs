//! Which keys a process has. Only where operations are carried out is there the key that opens credentials of targets.

use crate::config::Config;
use anyhow::{Context, Result, bail};
use portal_core::secrets::{CredentialKeys, KeyEncryptionKey, Keys, SecretError};

/// What a process does with credentials of targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Carries out operations, and so opens them.
    Worker,
    /// Answers people beside a worker: seals what they enter, and opens none.
    Beside,
    /// A command: opens them where the key is.
    Command,
}

/// The keys of a process.
///
/// # Errors
/// If a file cannot be read or holds no key, or the public key belongs to another one.
pub fn load(config: &Config, role: Role) -> Result<Keys> {
    let current = KeyEncryptionKey::load_or_create(&config.key_file)?;
    let keys = Keys::new(current, credentials(config, role)?);
    Ok(match &config.key_file_previous {
        Some(previous) => keys.with_previous(KeyEncryptionKey::load(previous)?),
        None => keys,
    })
}

fn credentials(config: &Config, role: Role) -> Result<CredentialKeys> {
    let file = &config.credential_key_file;
    match (role, config.credential_public_key) {
        (Role::Beside, Some(public)) => Ok(CredentialKeys::sealing(public)),
        (Role::Beside, None) => bail!(
            "a portal without a worker does not read the key that opens credentials of targets; say what belongs to it: \
             credential_public_key (PORTAL_CREDENTIAL_PUBLIC_KEY), which `portal keys public` prints where the worker is"
        ),
        (Role::Command, Some(public)) if !file.exists() => Ok(CredentialKeys::sealing(public)),
        // A fresh key would open nothing of what was sealed under the public key.
        (Role::Worker, Some(_)) if !file.exists() => {
            bail!("the worker's key {} is missing; credential_public_key belongs to it", file.display())
        }
        (_, public) => {
            let pair = CredentialKeys::load_or_create(file)?;
            if let Some(public) = public.filter(|p| *p != pair.public()) {
                return Err(SecretError::OtherPair(public.to_string(), file.display().to_string()).into());
            }
            match &config.credential_key_file_previous {
                Some(previous) => pair.with_previous(previous).context("the worker's key before"),
                None => Ok(pair),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Sources;
    use std::{collections::BTreeMap, path::Path};

    fn config(folder: &Path, more: &[(&str, &str)]) -> Config {
        let mut set: BTreeMap<String, String> = more.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        set.insert("PORTAL_DATA".to_owned(), folder.display().to_string());
        Sources::read(None, |name| set.get(name).cloned()).resolve().unwrap().0
    }

    #[test]
    fn a_portal_without_a_worker_never_has_the_key_of_credentials() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        let worker = load(&config(here, &[]), Role::Worker).unwrap();
        assert!(worker.credentials().may_open());
        let public = worker.credentials().public().to_string();
        // Even where the file could be read.
        let beside = load(&config(here, &[("PORTAL_CREDENTIAL_PUBLIC_KEY", &public)]), Role::Beside).unwrap();
        assert!(!beside.credentials().may_open());
        assert_eq!(beside.credentials().public().to_string(), public);
        let refused = load(&config(here, &[]), Role::Beside).map(drop).unwrap_err().to_string();
        assert!(refused.contains("portal keys public"), "{refused}");
        // It does not even make one.
        let elsewhere = tempfile::tempdir().unwrap();
        let set = [("PORTAL_CREDENTIAL_PUBLIC_KEY", public.as_str())];
        for role in [Role::Beside, Role::Command] {
            assert!(!load(&config(elsewhere.path(), &set), role).unwrap().credentials().may_open());
        }
        assert!(!elsewhere.path().join("keys/credential.hex").exists());
        let missing = load(&config(elsewhere.path(), &set), Role::Worker).map(drop).unwrap_err().to_string();
        assert!(missing.contains("is missing"), "{missing}");
    }

    #[test]
    fn a_pair_must_fit_together() {
        let folder = tempfile::tempdir().unwrap();
        let other = "09".repeat(32);
        std::fs::create_dir_all(folder.path().join("keys")).unwrap();
        std::fs::write(folder.path().join("keys/credential.hex"), "07".repeat(32)).unwrap();
        let set = [("PORTAL_CREDENTIAL_PUBLIC_KEY", other.as_str())];
        let refused = load(&config(folder.path(), &set), Role::Worker).map(drop).unwrap_err().to_string();
        assert!(refused.contains("does not belong"), "{refused}");
    }
}
