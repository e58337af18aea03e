//! The keys that one process has: the key-encryption key, the one before it while keys are being changed, and what it has
//! of the pair for credentials.

use super::{CredentialKeys, DataKey, KeyEncryptionKey, SecretError};
use portal_model::OrganisationId;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Which key something opens with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldBy {
    /// The key that is used for everything new.
    Current,
    /// The one before it.
    Previous,
}

/// The keys of a process.
pub struct Keys {
    current: KeyEncryptionKey,
    previous: Option<KeyEncryptionKey>,
    credentials: CredentialKeys,
}

impl Keys {
    /// Without an earlier key.
    pub fn new(current: KeyEncryptionKey, credentials: CredentialKeys) -> Self {
        Self { current, previous: None, credentials }
    }

    /// Opens what an earlier key-encryption key wrapped, too.
    #[must_use]
    pub fn with_previous(self, previous: KeyEncryptionKey) -> Self {
        Self { previous: Some(previous), ..self }
    }

    /// Whether there is an earlier key-encryption key.
    pub fn has_previous(&self) -> bool {
        self.previous.is_some()
    }

    /// What this process has of the pair for credentials.
    pub fn credentials(&self) -> &CredentialKeys {
        &self.credentials
    }

    /// A fresh data key and its wrapped form for the database.
    ///
    /// # Errors
    /// If sealing fails.
    pub fn new_data_key(&self, tenant: OrganisationId) -> Result<(DataKey, Vec<u8>), SecretError> {
        self.current.new_data_key(tenant)
    }

    /// Opens a wrapped data key, and says which key that took.
    ///
    /// # Errors
    /// If it belongs to another tenant or was wrapped with a key that this process does not have.
    pub fn unwrap(&self, tenant: OrganisationId, wrapped: &[u8]) -> Result<(DataKey, HeldBy), SecretError> {
        match (self.current.unwrap(tenant, wrapped), &self.previous) {
            (Ok(key), _) => Ok((key, HeldBy::Current)),
            (Err(_), Some(previous)) => Ok((previous.unwrap(tenant, wrapped)?, HeldBy::Previous)),
            (Err(error), None) => Err(error),
        }
    }

    /// The same data key wrapped with the current key; `None` if it is already.
    ///
    /// # Errors
    /// As [`Keys::unwrap`].
    pub fn rewrap(&self, tenant: OrganisationId, wrapped: &[u8]) -> Result<Option<Vec<u8>>, SecretError> {
        match self.unwrap(tenant, wrapped)? {
            (_, HeldBy::Current) => Ok(None),
            (key, HeldBy::Previous) => self.current.wrap(tenant, &key).map(Some),
        }
    }
}

/// Everything in one process, from one key: the pair for credentials follows from it.
impl From<KeyEncryptionKey> for Keys {
    fn from(current: KeyEncryptionKey) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"ozg-portal pair for credentials");
        hash.update(current.0.as_slice());
        let private: Zeroizing<[u8; 32]> = Zeroizing::new(hash.finalize().into());
        Self::new(current, CredentialKeys::new(&private))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn both_keys_open_while_they_are_changed() {
        let tenant = OrganisationId(Uuid::from_u128(1));
        let old = Keys::from(KeyEncryptionKey::new([1; 32]));
        let (_, wrapped) = old.new_data_key(tenant).unwrap();
        let both = Keys::from(KeyEncryptionKey::new([2; 32])).with_previous(KeyEncryptionKey::new([1; 32]));
        assert_eq!(both.unwrap(tenant, &wrapped).unwrap().1, HeldBy::Previous);
        let again = both.rewrap(tenant, &wrapped).unwrap().expect("wrapped anew");
        assert_eq!(both.unwrap(tenant, &again).unwrap().1, HeldBy::Current);
        assert_eq!(both.rewrap(tenant, &again).unwrap(), None);
        let new = Keys::from(KeyEncryptionKey::new([2; 32]));
        let (then, now) = (old.unwrap(tenant, &wrapped).unwrap().0, new.unwrap(tenant, &again).unwrap().0);
        assert_eq!(*then.0, *now.0, "the data key itself stays");
        assert!(new.unwrap(tenant, &wrapped).is_err() && old.unwrap(tenant, &again).is_err());
        assert!(both.unwrap(OrganisationId(Uuid::from_u128(2)), &wrapped).is_err());
    }
}
