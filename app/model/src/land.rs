//! The sixteen Länder by their official two-digit key.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A Land by the first two digits of every ARS (01 Schleswig-Holstein … 16 Thüringen).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Land(u8);

const NAMES: [&str; 16] = [
    "Schleswig-Holstein",
    "Hamburg",
    "Niedersachsen",
    "Bremen",
    "Nordrhein-Westfalen",
    "Hessen",
    "Rheinland-Pfalz",
    "Baden-Württemberg",
    "Bayern",
    "Saarland",
    "Berlin",
    "Brandenburg",
    "Mecklenburg-Vorpommern",
    "Sachsen",
    "Sachsen-Anhalt",
    "Thüringen",
];

impl Land {
    /// Schleswig-Holstein.
    pub const SCHLESWIG_HOLSTEIN: Land = Land(1);
    /// Bayern.
    pub const BAYERN: Land = Land(9);

    /// From the two-digit key; `None` for anything else.
    pub fn from_key(key: &str) -> Option<Self> {
        if key.len() != 2 {
            return None;
        }
        key.parse::<u8>().ok().filter(|n| (1..=16).contains(n)).map(Land)
    }

    /// The two-digit key.
    pub fn key(self) -> String {
        format!("{:02}", self.0)
    }

    /// The official name, the same in both languages.
    pub fn name(self) -> &'static str {
        NAMES[usize::from(self.0) - 1]
    }
}

impl fmt::Display for Land {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl TryFrom<String> for Land {
    type Error = String;
    fn try_from(key: String) -> Result<Self, String> {
        Land::from_key(&key).ok_or_else(|| format!("no Land has the key {key:?}"))
    }
}

impl From<Land> for String {
    fn from(land: Land) -> String {
        land.key()
    }
}
