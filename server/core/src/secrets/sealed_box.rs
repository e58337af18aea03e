//! Credentials of targets: whoever takes them in can seal them, and only the worker can open them. X25519 with a key made
//! for each value, AES-256-GCM-SIV under a key that is SHA-256 over the shared secret and both public keys. So a portal
//! that answers people can run without the key for what it must never read.

use super::{Binding, SecretError, load, load_or_create, open, seal};
use sha2::{Digest, Sha256};
use std::{fmt, path::Path, str::FromStr};
use x25519_dalek::{PublicKey, SharedSecret, StaticSecret};
use zeroize::Zeroizing;

/// Length of a public key in bytes; a sealed value begins with one.
const PUBLIC: usize = 32;
/// Separates these keys from any other use of the same pair.
const PURPOSE: &[u8] = b"ozg-portal credential 1";

/// The public key under which credentials are sealed; shown as 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CredentialPublicKey([u8; PUBLIC]);

impl FromStr for CredentialPublicKey {
    type Err = SecretError;

    fn from_str(text: &str) -> Result<Self, SecretError> {
        let mut bytes = [0u8; PUBLIC];
        let wrong = || SecretError::KeyFile("public key".to_owned(), "not 64 hexadecimal digits".to_owned());
        hex::decode_to_slice(text.trim(), &mut bytes).map_err(|_| wrong())?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for CredentialPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// What a process has of the pair: always the public half; the private one only if it carries out operations.
pub struct CredentialKeys {
    public: PublicKey,
    private: Option<StaticSecret>,
    previous: Option<StaticSecret>,
}

impl CredentialKeys {
    /// Both halves.
    pub fn new(private: &[u8; 32]) -> Self {
        let private = StaticSecret::from(*private);
        Self { public: PublicKey::from(&private), private: Some(private), previous: None }
    }

    /// Only for sealing.
    pub fn sealing(public: CredentialPublicKey) -> Self {
        Self { public: PublicKey::from(public.0), private: None, previous: None }
    }

    /// Both halves from a file, which is made if it is missing.
    ///
    /// # Errors
    /// If the file cannot be read or written, or does not hold 64 hexadecimal digits.
    pub fn load_or_create(path: &Path) -> Result<Self, SecretError> {
        Ok(Self::new(&*load_or_create(path)?))
    }

    /// Opens what was sealed for an earlier pair, too.
    ///
    /// # Errors
    /// If the file cannot be read or does not hold 64 hexadecimal digits.
    pub fn with_previous(mut self, path: &Path) -> Result<Self, SecretError> {
        self.previous = Some(StaticSecret::from(*load(path)?));
        Ok(self)
    }

    /// The public half.
    pub fn public(&self) -> CredentialPublicKey {
        CredentialPublicKey(self.public.to_bytes())
    }

    /// Whether this process opens credentials.
    pub fn may_open(&self) -> bool {
        self.private.is_some()
    }

    /// Seals a credential for one place.
    ///
    /// # Errors
    /// If sealing fails.
    pub fn seal(&self, binding: Binding<'_>, value: &str) -> Result<Vec<u8>, SecretError> {
        let once = StaticSecret::from(rand::random::<[u8; 32]>());
        let theirs = PublicKey::from(&once);
        let key = agreed(&once.diffie_hellman(&self.public), &theirs, &self.public)?;
        Ok([theirs.as_bytes().as_slice(), &seal(&key, &binding.bytes(), value.as_bytes())?].concat())
    }

    /// Opens a credential sealed for this place, and says whether that took the earlier pair.
    ///
    /// # Errors
    /// [`SecretError::WorkerOnly`] without the private half; otherwise as [`super::DataKey::open`].
    pub fn open(&self, binding: Binding<'_>, sealed: &[u8]) -> Result<(Zeroizing<String>, super::HeldBy), SecretError> {
        use super::HeldBy;
        let private = self.private.as_ref().ok_or(SecretError::WorkerOnly)?;
        let (first, rest) = sealed.split_first_chunk::<PUBLIC>().ok_or(SecretError::DoesNotOpen)?;
        let theirs = PublicKey::from(*first);
        let with = |private: &StaticSecret| {
            let key = agreed(&private.diffie_hellman(&theirs), &theirs, &PublicKey::from(private))?;
            let bytes = open(&key, &binding.bytes(), rest)?;
            String::from_utf8(bytes.to_vec()).map(Zeroizing::new).map_err(|_| SecretError::DoesNotOpen)
        };
        match (with(private), &self.previous) {
            (Ok(value), _) => Ok((value, HeldBy::Current)),
            (Err(SecretError::DoesNotOpen), Some(previous)) => Ok((with(previous)?, HeldBy::Previous)),
            (Err(error), _) => Err(error),
        }
    }
}

fn agreed(shared: &SharedSecret, once: &PublicKey, public: &PublicKey) -> Result<Zeroizing<[u8; 32]>, SecretError> {
    // A public key of low order would agree on the same secret with everybody.
    if !shared.was_contributory() {
        return Err(SecretError::DoesNotOpen);
    }
    let mut hash = Sha256::new();
    for part in [PURPOSE, shared.as_bytes(), once.as_bytes(), public.as_bytes()] {
        hash.update(part);
    }
    Ok(Zeroizing::new(hash.finalize().into()))
}

#[cfg(test)]
mod tests {
    use super::super::HeldBy;
    use super::*;
    use portal_model::OrganisationId;
    use uuid::Uuid;

    fn binding(version: i64) -> Binding<'static> {
        let tenant = OrganisationId(Uuid::from_u128(1));
        Binding { tenant, object: Uuid::from_u128(2), field: "credential", version }
    }

    #[test]
    fn only_the_private_half_opens() {
        let worker = CredentialKeys::new(&[7; 32]);
        let portal = CredentialKeys::sealing(worker.public().to_string().parse().unwrap());
        let sealed = portal.seal(binding(1), "Losung").unwrap();
        let (opened, by) = worker.open(binding(1), &sealed).unwrap();
        assert_eq!((opened.as_str(), by), ("Losung", HeldBy::Current));
        assert!(matches!(portal.open(binding(1), &sealed), Err(SecretError::WorkerOnly)));
        let other = CredentialKeys::new(&[8; 32]);
        assert!(matches!(other.open(binding(1), &sealed), Err(SecretError::DoesNotOpen)));
        assert_ne!(portal.seal(binding(1), "Losung").unwrap()[..PUBLIC], sealed[..PUBLIC], "a key made for each value");
    }

    #[test]
    fn opens_only_where_it_was_sealed_for() {
        let keys = CredentialKeys::new(&[7; 32]);
        let sealed = keys.seal(binding(1), "Losung").unwrap();
        assert!(keys.open(binding(2), &sealed).is_err());
        let elsewhere = Binding { object: Uuid::from_u128(3), ..binding(1) };
        assert!(keys.open(elsewhere, &sealed).is_err());
        for i in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[i] ^= 1;
            // X25519 leaves the highest bit of a public key out; the key that both agree on does not.
            assert!(keys.open(binding(1), &bent).is_err(), "byte {i}");
        }
        assert!(keys.open(binding(1), &[0; 80]).is_err(), "a public key of low order");
        assert!(keys.open(binding(1), b"short").is_err());
    }

    #[test]
    fn an_earlier_pair_opens_too() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), hex::encode([7; 32])).unwrap();
        let sealed = CredentialKeys::new(&[7; 32]).seal(binding(1), "Losung").unwrap();
        let keys = CredentialKeys::new(&[8; 32]).with_previous(file.path()).unwrap();
        assert_eq!(keys.open(binding(1), &sealed).unwrap().1, HeldBy::Previous);
    }
}
