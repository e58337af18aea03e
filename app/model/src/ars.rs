//! The Amtlicher Regionalschlüssel: twelve digits, Land(2) Regierungsbezirk(1) Kreis(2) Verband(4) Gemeinde(3).

use crate::Land;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A twelve-digit regional key. Keys of a Kreis or Amt are filled with zeros at the lower levels.
/// There is no check digit: only length, digits and the Land are checked (Destatis, Gemeindeverzeichnis).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ars(String);

impl Ars {
    /// Reads twelve digits; blanks between them are allowed.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let fits = digits.len() == 12 && digits.bytes().all(|b| b.is_ascii_digit());
        (fits && Land::from_key(&digits[..2]).is_some()).then_some(Self(digits))
    }

    /// The twelve digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The Land this key lies in.
    pub fn land(&self) -> Land {
        // `parse` let no other key in.
        Land::from_key(&self.0[..2]).unwrap_or(Land::SCHLESWIG_HOLSTEIN)
    }

    /// The eight-digit AGS: the ARS without its Verband digits.
    pub fn ags(&self) -> String {
        format!("{}{}", &self.0[..5], &self.0[9..])
    }

    /// The five digits of the Kreis, for "nearby" questions.
    pub fn kreis(&self) -> &str {
        &self.0[..5]
    }
}

impl fmt::Display for Ars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Ars {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Ars::parse(&text).ok_or_else(|| format!("{text:?} is not a twelve-digit ARS"))
    }
}

impl From<Ars> for String {
    fn from(ars: Ars) -> String {
        ars.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_splits() {
        let ars = Ars::parse("01 0 57 0057 057").unwrap();
        assert_eq!(ars.as_str(), "010570057057");
        assert_eq!(ars.ags(), "01057057");
        assert_eq!(ars.land(), Land::SCHLESWIG_HOLSTEIN);
        assert!(Ars::parse("01057057").is_none());
        assert!(Ars::parse("990570057057").is_none());
        assert!(Ars::parse("01057005705ä").is_none());
    }
}
