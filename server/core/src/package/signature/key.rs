//! Public keys of vendors: PEM with a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7), which `openssl pkey -pubout` and
//! `cosign generate-key-pair` write.
//!
//! Both admitted kinds have exactly one DER encoding up to the point, so the encoding is compared, not parsed: nothing
//! that differs in an optional field, a length or behind the end gets in, and a fingerprint has one key.

use super::pem;
use ring::agreement;
use sha2::{Digest, Sha256};

/// SPKI of P-256 up to the point: id-ecPublicKey, secp256r1, BIT STRING, "uncompressed" (RFC 5480, 2.1.1 and 2.2).
const P256: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];
/// SPKI of Ed25519 up to the key (RFC 8410, 4).
const ED25519: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// Object identifiers, as DER, that tell what else somebody pasted.
const OID_RSA: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
const OID_EC: &[u8] = &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const OID_P256: &[u8] = &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

/// Points of small order on Ed25519, without the sign bit: with such a key one signature fits many texts. The list is that
/// of "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko 2020), table 1, non-canonical encodings included.
const SMALL_ORDER: [[u8; 32]; 7] = [
    [0; 32],
    little_endian(1),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
        0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
        0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
    prime_plus(0xec),
    prime_plus(0xed),
    prime_plus(0xee),
];

const fn little_endian(low: u8) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[0] = low;
    bytes
}

/// 2^255 − 19 (lowest byte 0xed) and its neighbours.
const fn prime_plus(low: u8) -> [u8; 32] {
    let mut bytes = [0xff; 32];
    bytes[0] = low;
    bytes[31] = 0x7f;
    bytes
}

/// Kinds of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    EcdsaP256,
    /// Ed25519.
    Ed25519,
}

impl Algorithm {
    /// Stable word, and what people call it.
    pub fn word(self) -> &'static str {
        match self {
            Self::EcdsaP256 => "ecdsa-p256",
            Self::Ed25519 => "ed25519",
        }
    }
}

/// Why a text is not accepted as a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Somebody pasted a private key. It must count as known to others from now on.
    #[error("a private key was pasted")]
    Private,
    /// Not one PEM block with the label PUBLIC KEY.
    #[error("not a PEM public key")]
    Form,
    /// A certificate.
    #[error("a certificate")]
    Certificate,
    /// RSA is not supported.
    #[error("RSA is not supported")]
    Rsa,
    /// Another curve, or a compressed point.
    #[error("not an uncompressed point of P-256")]
    Curve,
    /// Some other algorithm.
    #[error("unknown algorithm")]
    Algorithm,
    /// Not a point on the curve, or one of small order.
    #[error("not a usable point")]
    Point,
}

impl KeyError {
    /// Every error.
    pub const ALL: [Self; 7] =
        [Self::Private, Self::Form, Self::Certificate, Self::Rsa, Self::Curve, Self::Algorithm, Self::Point];

    /// Stable code; texts: `app/src/i18n/supply.rs`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Private => "key_private",
            Self::Form => "key_form",
            Self::Certificate => "key_certificate",
            Self::Rsa => "key_rsa",
            Self::Curve => "key_curve",
            Self::Algorithm => "key_algorithm",
            Self::Point => "key_point",
        }
    }
}

/// A public key that a vendor may register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    algorithm: Algorithm,
    spki: Vec<u8>,
}

impl PublicKey {
    /// Reads PEM.
    ///
    /// # Errors
    /// What was pasted instead.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        // First of all and wherever it stands, so that nobody keeps using a key that was sent over the network.
        if pem::labels(text).any(|label| label.contains("PRIVATE KEY")) {
            return Err(KeyError::Private);
        }
        let block = pem::single(text).ok_or(KeyError::Form)?;
        match block.label {
            "PUBLIC KEY" => Self::from_spki(block.der),
            "RSA PUBLIC KEY" => Err(KeyError::Rsa),
            "CERTIFICATE" | "TRUSTED CERTIFICATE" | "X509 CERTIFICATE" => Err(KeyError::Certificate),
            _ => Err(KeyError::Form),
        }
    }

    fn from_spki(spki: Vec<u8>) -> Result<Self, KeyError> {
        // PKCS #8 and SEC 1 begin with a version where SPKI has the algorithm (RFC 5958, RFC 5915).
        if let [0x30, length, rest @ ..] = spki.as_slice() {
            let skipped = if *length >= 0x80 { usize::from(length & 0x7f) } else { 0 };
            if rest.get(skipped..).is_some_and(|rest| rest.starts_with(&[0x02, 0x01])) {
                return Err(KeyError::Private);
            }
        }
        if spki.starts_with(P256) && spki.len() == P256.len() + 64 {
            let key = Self { algorithm: Algorithm::EcdsaP256, spki };
            return if is_on_p256(key.point()) { Ok(key) } else { Err(KeyError::Point) };
        }
        if spki.starts_with(ED25519) && spki.len() == ED25519.len() + 32 {
            let key = Self { algorithm: Algorithm::Ed25519, spki };
            return if has_small_order(key.point()) { Err(KeyError::Point) } else { Ok(key) };
        }
        let holds = |oid: &[u8]| spki.get(..60.min(spki.len())).is_some_and(|s| s.windows(oid.len()).any(|w| w == oid));
        Err(match () {
            () if holds(OID_RSA) => KeyError::Rsa,
            () if holds(OID_EC) && !holds(OID_P256) => KeyError::Curve,
            () if holds(OID_EC) && spki.len() == P256.len() + 32 => KeyError::Curve,
            () if holds(OID_EC) || spki.starts_with(ED25519) => KeyError::Form,
            () => KeyError::Algorithm,
        })
    }

    /// Kind of key.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// SubjectPublicKeyInfo, DER.
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// SHA-256 over the SPKI's DER, hex: what people compare, and how a key is stored.
    pub fn fingerprint(&self) -> String {
        hex::encode(Sha256::digest(&self.spki))
    }

    /// The key without what says what it is, as `ring` takes it.
    pub(super) fn point(&self) -> &[u8] {
        let start = match self.algorithm {
            Algorithm::EcdsaP256 => P256.len() - 1,
            Algorithm::Ed25519 => ED25519.len(),
        };
        self.spki.get(start..).unwrap_or_default()
    }
}

/// `ring` checks a point only when it is used, so it is used once: an agreement with a throw-away key fails for a point that
/// is not on the curve (NIST SP 800-56A, 5.6.2.3.4).
fn is_on_p256(point: &[u8]) -> bool {
    let rng = ring::rand::SystemRandom::new();
    let Ok(own) = agreement::EphemeralPrivateKey::generate(&agreement::ECDH_P256, &rng) else { return false };
    agreement::agree_ephemeral(own, &agreement::UnparsedPublicKey::new(&agreement::ECDH_P256, point), |_| ()).is_ok()
}

fn has_small_order(key: &[u8]) -> bool {
    let Ok(mut key) = <[u8; 32]>::try_from(key) else { return true };
    key[31] &= 0x7f;
    SMALL_ORDER.contains(&key)
}
