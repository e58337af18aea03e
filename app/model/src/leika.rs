//! Leistungsschlüssel (formerly LeiKa-Schlüssel): fourteen digits; `99…` are national.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A fourteen-digit key of a Leistung. Unknown keys are accepted: lists are never complete.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LeikaKey(String);

impl LeikaKey {
    /// Reads fourteen digits; blanks between them are allowed.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        (digits.len() == 14 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(Self(digits))
    }

    /// The fourteen digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Grouped for reading: `99 102 013 000 000`.
    pub fn grouped(&self) -> String {
        let d = &self.0;
        format!("{} {} {} {} {}", &d[..2], &d[2..5], &d[5..8], &d[8..11], &d[11..])
    }
}

impl fmt::Display for LeikaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for LeikaKey {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        LeikaKey::parse(&text).ok_or_else(|| format!("{text:?} is not a fourteen-digit key"))
    }
}

impl From<LeikaKey> for String {
    fn from(key: LeikaKey) -> String {
        key.0
    }
}
