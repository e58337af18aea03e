//! A vendor's signing key.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use portal_core::package::Files;
use ring::signature::{Ed25519KeyPair, KeyPair};

/// What stands before the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410, 4).
const HEAD: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// An Ed25519 key made from a number: the same each time.
pub struct Signer(Ed25519KeyPair);

impl Signer {
    /// The key of a number.
    pub fn new(number: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[number; 32]).expect("32 bytes are a seed"))
    }

    /// The public key in PEM, as it is registered.
    pub fn pem(&self) -> String {
        let der = [&HEAD[..], self.0.public_key().as_ref()].concat();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der))
    }

    /// The signature over an archive, in base64.
    pub fn sign(&self, tgz: &[u8]) -> String {
        let (files, _) = Files::from_tgz(tgz);
        STANDARD.encode(self.0.sign(files.index().as_bytes()))
    }
}
