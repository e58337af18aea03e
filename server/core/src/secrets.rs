//! Secrets at rest: envelope encryption. Each tenant has a data key; data keys are wrapped by the key-encryption key
//! of the installation (from a file or the environment). AES-256-GCM-SIV (RFC 8452), which forgives a repeated nonce.
//! A sealed value is bound to tenant, object, field and version: swapped anywhere else it does not open.
//! Credentials of targets are sealed for the worker alone (`sealed_box.rs`); which keys a process has is `keyring.rs`.

mod keyring;
mod sealed_box;

pub use keyring::{HeldBy, Keys};
pub use sealed_box::{CredentialKeys, CredentialPublicKey};

use aes_gcm_siv::{
    Aes256GcmSiv, KeyInit,
    aead::{Aead, Payload},
};
use portal_model::OrganisationId;
use std::path::Path;
use zeroize::Zeroizing;

/// Why a secret could not be sealed or opened. Says nothing about its content.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The key file is missing or has another length.
    #[error("key file {0}: {1}")]
    KeyFile(String, String),
    /// The value was sealed with another key, for something else, or was changed.
    #[error("a sealed value does not open")]
    DoesNotOpen,
    /// Sealing failed.
    #[error("sealing failed")]
    Seal,
    /// This process seals credentials of targets and opens none: that is for the worker.
    #[error("credentials of targets are opened by the worker only")]
    WorkerOnly,
    /// The public key of credentials is not the one that belongs to the private key.
    #[error("the public key of credentials ({0}) does not belong to the key in {1}")]
    OtherPair(String, String),
}

const NONCE: usize = 12;

/// The key-encryption key.
pub struct KeyEncryptionKey(Zeroizing<[u8; 32]>);

/// A tenant's data key in the clear; wiped when dropped.
pub struct DataKey(Zeroizing<[u8; 32]>);

/// What a sealed value is bound to.
#[derive(Debug, Clone, Copy)]
pub struct Binding<'a> {
    /// Tenant.
    pub tenant: OrganisationId,
    /// Id of the request or target.
    pub object: uuid::Uuid,
    /// Field path.
    pub field: &'a str,
    /// Version of the value.
    pub version: i64,
}

impl Binding<'_> {
    fn bytes(&self) -> Vec<u8> {
        // Fixed-length parts first, the only variable one last: no two bindings give the same bytes.
        let mut out = Vec::with_capacity(40 + self.field.len());
        out.extend_from_slice(self.tenant.0.as_bytes());
        out.extend_from_slice(self.object.as_bytes());
        out.extend_from_slice(&self.version.to_be_bytes());
        out.extend_from_slice(self.field.as_bytes());
        out
    }
}

impl KeyEncryptionKey {
    /// From 32 bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads 64 hexadecimal digits from a file; makes the file (readable by the owner only) if it is missing.
    ///
    /// # Errors
    /// If the file cannot be read or written, or does not hold 64 hexadecimal digits.
    pub fn load_or_create(path: &Path) -> Result<Self, SecretError> {
        Ok(Self(load_or_create(path)?))
    }

    /// Reads the key from a file that must be there.
    ///
    /// # Errors
    /// If the file cannot be read or does not hold 64 hexadecimal digits.
    pub fn load(path: &Path) -> Result<Self, SecretError> {
        Ok(Self(load(path)?))
    }

    /// A fresh data key and its wrapped form for the database.
    ///
    /// # Errors
    /// If sealing fails.
    pub fn new_data_key(&self, tenant: OrganisationId) -> Result<(DataKey, Vec<u8>), SecretError> {
        let key = DataKey(Zeroizing::new(rand::random()));
        let wrapped = self.wrap(tenant, &key)?;
        Ok((key, wrapped))
    }

    /// Wraps a data key for the database.
    fn wrap(&self, tenant: OrganisationId, key: &DataKey) -> Result<Vec<u8>, SecretError> {
        seal(&self.0, tenant.0.as_bytes(), key.0.as_slice())
    }

    /// Opens a wrapped data key.
    ///
    /// # Errors
    /// If it belongs to another tenant or was wrapped with another key.
    pub fn unwrap(&self, tenant: OrganisationId, wrapped: &[u8]) -> Result<DataKey, SecretError> {
        let bytes = open(&self.0, tenant.0.as_bytes(), wrapped)?;
        let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_| SecretError::DoesNotOpen)?;
        Ok(DataKey(Zeroizing::new(key)))
    }
}

impl DataKey {
    /// Seals a value for one place.
    ///
    /// # Errors
    /// If sealing fails.
    pub fn seal(&self, binding: Binding<'_>, value: &str) -> Result<Vec<u8>, SecretError> {
        seal(&self.0, &binding.bytes(), value.as_bytes())
    }

    /// Opens a value sealed for this place.
    ///
    /// # Errors
    /// If it was sealed for another place, with another key, or was changed.
    pub fn open(&self, binding: Binding<'_>, sealed: &[u8]) -> Result<Zeroizing<String>, SecretError> {
        let bytes = open(&self.0, &binding.bytes(), sealed)?;
        String::from_utf8(bytes.to_vec()).map(Zeroizing::new).map_err(|_| SecretError::DoesNotOpen)
    }
}

fn seal(key: &[u8; 32], aad: &[u8], msg: &[u8]) -> Result<Vec<u8>, SecretError> {
    let nonce: [u8; NONCE] = rand::random();
    let cipher = Aes256GcmSiv::new(key.into());
    let sealed = cipher.encrypt(&nonce.into(), Payload { msg, aad }).map_err(|_| SecretError::Seal)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn open(key: &[u8; 32], aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let (nonce, msg) = sealed.split_at_checked(NONCE).ok_or(SecretError::DoesNotOpen)?;
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| SecretError::DoesNotOpen)?;
    let cipher = Aes256GcmSiv::new(key.into());
    cipher.decrypt(&nonce.into(), Payload { msg, aad }).map(Zeroizing::new).map_err(|_| SecretError::DoesNotOpen)
}

/// Makes a key file with a fresh key, readable by its owner only.
///
/// # Errors
/// If the file is there already, or cannot be written.
pub fn create_key_file(path: &Path) -> Result<(), SecretError> {
    let failed = |what: String| SecretError::KeyFile(path.display().to_string(), what);
    if path.exists() {
        return Err(failed("is there already".to_owned()));
    }
    let fresh = Zeroizing::new(hex::encode(rand::random::<[u8; 32]>()));
    create_private(path, fresh.as_bytes()).map_err(|e| failed(e.to_string()))
}

/// The 32 bytes of a key file; makes the file if it is missing.
fn load_or_create(path: &Path) -> Result<Zeroizing<[u8; 32]>, SecretError> {
    if !path.exists()
        && let Err(error) = create_key_file(path)
        && !path.exists()
    {
        return Err(error);
    }
    load(path)
}

/// The 32 bytes of a key file.
fn load(path: &Path) -> Result<Zeroizing<[u8; 32]>, SecretError> {
    let failed = |what: String| SecretError::KeyFile(path.display().to_string(), what);
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|e| failed(e.to_string()))?);
    let mut key = Zeroizing::new([0u8; 32]);
    hex::decode_to_slice(text.trim(), key.as_mut_slice()).map_err(|_| failed("not 64 hexadecimal digits".into()))?;
    Ok(key)
}

/// Makes the file with its whole content at once, or leaves the one that another process made in the meantime: the
/// content is written aside and then given its name, so nobody ever reads half a key, not even after a crash.
fn create_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut aside = path.as_os_str().to_owned();
    aside.push(format!(".{}", hex::encode(rand::random::<[u8; 8]>())));
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
    let linked = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| std::fs::hard_link(&aside, path));
    std::fs::remove_file(&aside)?;
    match linked {
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn binding(field: &str, version: i64) -> Binding<'_> {
        Binding { tenant: OrganisationId(Uuid::from_u128(1)), object: Uuid::from_u128(2), field, version }
    }

    #[test]
    fn processes_that_start_together_get_one_key() {
        let folder = std::env::temp_dir().join(format!("portal-key-{}", hex::encode(rand::random::<[u8; 8]>())));
        let path = folder.join("deep/key");
        let load = || KeyEncryptionKey::load_or_create(&path).map(|k| *k.0);
        let keys: Vec<_> = std::thread::scope(|s| {
            let started: Vec<_> = (0..16).map(|_| s.spawn(load)).collect();
            started.into_iter().map(|t| t.join().unwrap().unwrap()).collect()
        });
        assert!(keys.iter().all(|k| *k == keys[0]));
        assert_eq!(std::fs::read_dir(folder.join("deep")).unwrap().count(), 1, "nothing is left aside");
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn opens_only_where_it_was_sealed_for() {
        let kek = KeyEncryptionKey::new([7; 32]);
        let tenant = OrganisationId(Uuid::from_u128(1));
        let (key, wrapped) = kek.new_data_key(tenant).unwrap();
        let sealed = key.seal(binding("a.b", 1), "Losung").unwrap();
        let again = kek.unwrap(tenant, &wrapped).unwrap();
        assert_eq!(again.open(binding("a.b", 1), &sealed).unwrap().as_str(), "Losung");
        assert!(again.open(binding("a.c", 1), &sealed).is_err());
        assert!(again.open(binding("a.b", 2), &sealed).is_err());
        assert!(again.open(Binding { object: Uuid::from_u128(3), ..binding("a.b", 1) }, &sealed).is_err());
        assert!(kek.unwrap(OrganisationId(Uuid::from_u128(9)), &wrapped).is_err());
        assert!(KeyEncryptionKey::new([8; 32]).unwrap(tenant, &wrapped).is_err());
        for i in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[i] ^= 1;
            assert!(again.open(binding("a.b", 1), &bent).is_err());
        }
        assert!(again.open(binding("a.b", 1), b"short").is_err());
    }
}
