//! The two languages of the portal.

use serde::{Deserialize, Serialize};

/// A language of the portal. German is the default and has no prefix in addresses; English lives under `/en`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// German.
    #[default]
    De,
    /// English.
    En,
}

impl Lang {
    /// BCP 47 tag, as in `<html lang>`.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::De => "de",
            Lang::En => "en",
        }
    }

    /// Chooses between two texts.
    pub fn pick<'a>(self, de: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::De => de,
            Lang::En => en,
        }
    }

    /// An address of the portal in this language; `path` begins with `/` and has no prefix.
    pub fn path(self, path: &str) -> String {
        match self {
            Lang::De => path.to_owned(),
            Lang::En if path == "/" => "/en".to_owned(),
            Lang::En => format!("/en{path}"),
        }
    }
}

/// A text that somebody wrote in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Bilingual {
    /// German.
    pub de: String,
    /// English; empty falls back to German.
    #[serde(default)]
    pub en: String,
}

impl Bilingual {
    /// The text in the wanted language, or German where there is no English.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En if !self.en.is_empty() => &self.en,
            _ => &self.de,
        }
    }
}
