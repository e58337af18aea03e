//! Sayable references of cases: `NA-7K3M-Q2XD`. Random, so that they tell nothing about how many there are.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Digits and letters that nobody mixes up on the telephone (no 0/O, 1/I/L, U/V).
pub const ALPHABET: &[u8; 29] = b"23456789ABCDEFGHJKMNPQRSTVWXY";

/// What a reference belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceKind {
    /// `NA`: a Nachnutzung (request and everything after it).
    Nachnutzung,
    /// `BE`: a Bereitstellung (operation).
    Bereitstellung,
    /// `PA`: a package that a vendor handed in.
    Paket,
}

impl ReferenceKind {
    /// Every kind.
    pub const ALL: [ReferenceKind; 3] =
        [ReferenceKind::Nachnutzung, ReferenceKind::Bereitstellung, ReferenceKind::Paket];

    /// The two letters in front.
    pub fn prefix(self) -> &'static str {
        match self {
            ReferenceKind::Nachnutzung => "NA",
            ReferenceKind::Bereitstellung => "BE",
            ReferenceKind::Paket => "PA",
        }
    }
}

/// A reference as it is shown and typed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reference(String);

impl Reference {
    /// Builds a reference from random bytes.
    pub fn from_random(kind: ReferenceKind, random: [u8; 8]) -> Self {
        let letter = |b: u8| ALPHABET[usize::from(b) % ALPHABET.len()] as char;
        let text: String = random.iter().map(|b| letter(*b)).collect();
        Self(format!("{}-{}-{}", kind.prefix(), &text[..4], &text[4..]))
    }

    /// Reads what a person typed: small letters and missing hyphens are forgiven.
    pub fn parse(text: &str) -> Option<Self> {
        let plain: String =
            text.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect();
        let known = ReferenceKind::ALL.iter().any(|kind| plain.starts_with(kind.prefix()));
        let fits = plain.len() == 10 && known && plain.bytes().skip(2).all(|b| ALPHABET.contains(&b));
        fits.then(|| Self(format!("{}-{}-{}", &plain[..2], &plain[2..6], &plain[6..])))
    }

    /// What it belongs to.
    pub fn kind(&self) -> ReferenceKind {
        let of = |kind: &&ReferenceKind| self.0.starts_with(kind.prefix());
        ReferenceKind::ALL.iter().find(of).copied().unwrap_or(ReferenceKind::Nachnutzung)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgives_how_people_type() {
        let r = Reference::from_random(ReferenceKind::Nachnutzung, [0, 1, 2, 3, 4, 5, 6, 255]);
        assert_eq!(Reference::parse(&r.as_str().to_lowercase().replace('-', " ")), Some(r));
        assert_eq!(Reference::parse("NA-0000-0000"), None);
        assert_eq!(Reference::parse("ä"), None);
    }
}
