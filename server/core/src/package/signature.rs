//! Detached signatures of a vendor over a package.
//!
//! What is signed is the *index* of the package ([`index_text`]): the sorted lines `sha256 size path`, whose SHA-256 is the
//! package's digest. So `cosign sign-blob --key cosign.key index.txt` or `openssl dgst -sha256 -sign key.pem index.txt`
//! sign a package, and `cosign verify-blob` or `openssl dgst -verify` check it without the portal.
//!
//! | key | signature, in base64 | source |
//! |---|---|---|
//! | ECDSA on P-256, SHA-256 | DER `SEQUENCE { r, s }` | FIPS 186-5, RFC 3279 2.2.3, RFC 5480 |
//! | Ed25519 | 64 bytes `R ‖ S`, over the text itself (not Ed25519ph) | RFC 8032, RFC 8410 |
//!
//! Of each valid ECDSA signature `(r, s)` there is a second one `(r, n − s)`; signers such as cosign write either. So the
//! bytes of a signature identify nothing: only (key, digest) does.

mod key;
mod pem;

pub use key::{Algorithm, KeyError, PublicKey};

use super::Files;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Longest signature that is read, as text. The longest that can be right has 96 characters.
const MAX_TEXT: usize = 1_000;

/// The index of a package: what its digest is the SHA-256 of, and what its vendor signs.
pub fn index_text(files: &Files) -> String {
    let line =
        |(path, content): (&str, &[u8])| format!("{} {} {path}\n", hex::encode(Sha256::digest(content)), content.len());
    let mut lines: Vec<String> = files.below("").map(line).collect();
    lines.sort();
    lines.concat()
}

/// Why a signature does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Not base64, or longer than any signature.
    #[error("the signature is not base64 of a signature")]
    Form,
    /// It is not a signature by this key over this package.
    #[error("the signature does not fit key and package")]
    Wrong,
}

impl SignatureError {
    /// Stable code; texts: `app/src/i18n/supply.rs`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Form => "signature_form",
            Self::Wrong => "signature_wrong",
        }
    }
}

/// A signature as a tool wrote it, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature(Vec<u8>);

impl Signature {
    /// Reads base64 (RFC 4648, 4), as `cosign sign-blob` and `base64` write it; line breaks are permitted.
    ///
    /// # Errors
    /// [`SignatureError::Form`].
    pub fn parse(text: &str) -> Result<Self, SignatureError> {
        if text.len() > MAX_TEXT {
            return Err(SignatureError::Form);
        }
        let text: String = text.trim().lines().map(str::trim).collect();
        match STANDARD.decode(text) {
            Ok(bytes) if !bytes.is_empty() => Ok(Self(bytes)),
            _ => Err(SignatureError::Form),
        }
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Checks a signature over the index of a package.
///
/// # Errors
/// [`SignatureError::Wrong`]; nothing says why, since nobody but an attacker could use it.
pub fn verify(key: &PublicKey, index_text: &str, signature: &Signature) -> Result<(), SignatureError> {
    let algorithm: &dyn ring::signature::VerificationAlgorithm = match key.algorithm() {
        Algorithm::EcdsaP256 => &ring::signature::ECDSA_P256_SHA256_ASN1,
        Algorithm::Ed25519 => &ring::signature::ED25519,
    };
    let key = ring::signature::UnparsedPublicKey::new(algorithm, key.point());
    key.verify(index_text.as_bytes(), signature.as_bytes()).map_err(|_| SignatureError::Wrong)
}
