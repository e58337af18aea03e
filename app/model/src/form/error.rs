//! What is wrong with a field: a stable code with parameters, and the one table of its texts.

use crate::Lang;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An error at a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Where: `kasse.iban`, `kontakte.0.name`, `gemeinden.<ARS>.steuersatz`. Empty: the whole form.
    pub path: String,
    /// One of [`code`], or a code of the use case.
    pub code: String,
    /// Parameters of the text.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
}

/// An error at a field in the person's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldErrorText {
    /// The code, for tests and styling.
    pub code: String,
    /// The sentence.
    pub text: String,
}

impl FieldError {
    /// An error without parameters.
    pub fn new(path: impl Into<String>, code: &str) -> Self {
        Self { path: path.into(), code: code.to_owned(), params: BTreeMap::new() }
    }

    /// Adds a parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }

    /// The sentence in the person's language. An unknown code gets a general sentence, never an empty one.
    pub fn text(&self, lang: Lang) -> FieldErrorText {
        let row = code::TEXTS.iter().find(|(code, _, _)| *code == self.code);
        let pattern = row
            .map_or(lang.pick("Diese Angabe ist ungültig.", "This entry is not valid."), |(_, de, en)| {
                lang.pick(de, en)
            });
        let params = self.params.iter().map(|(name, value)| (name.clone(), written(lang, value))).collect();
        FieldErrorText { code: self.code.clone(), text: crate::finding::fill(pattern, &params) }
    }
}

/// A parameter as a person writes it: numbers have a comma in German.
fn written(lang: Lang, value: &str) -> String {
    match lang {
        Lang::De if value.parse::<f64>().is_ok() => value.replace('.', ","),
        _ => value.to_owned(),
    }
}

/// The codes that the check against a schema and the reading of a form give.
pub mod code {
    macro_rules! codes {
        ($($(#[$doc:meta])* $name:ident = $code:literal, $de:literal, $en:literal;)*) => {
            $($(#[$doc])* pub const $name: &str = $code;)*
            /// Code, German text, English text.
            pub const TEXTS: &[(&str, &str, &str)] = &[$(($code, $de, $en),)*];
        };
    }

    codes! {
        /// Nothing was entered.
        REQUIRED = "required", "Bitte füllen Sie dieses Feld aus.", "Please fill in this field.";
        /// A secret is neither stored nor entered.
        SECRET_REQUIRED = "secret_required", "Bitte hinterlegen Sie diesen geheimen Wert.", "Please store this secret value.";
        /// Not a number.
        NUMBER = "number", "Bitte geben Sie eine Zahl ein, zum Beispiel 120 oder 12,50.", "Please enter a number, for example 120 or 12.50.";
        /// Not a whole number.
        INTEGER = "integer", "Bitte geben Sie eine ganze Zahl ohne Nachkommastellen ein.", "Please enter a whole number.";
        /// More digits after the comma than there may be.
        DECIMALS = "decimals", "Bitte geben Sie höchstens {places} Nachkommastellen ein.", "Please enter at most {places} decimal places.";
        /// Neither yes nor no.
        BOOLEAN = "boolean", "Bitte wählen Sie Ja oder Nein.", "Please choose yes or no.";
        /// A text was expected.
        TEXT = "text", "Bitte geben Sie einen Text ein.", "Please enter a text.";
        /// A list was expected.
        LIST = "list", "Hier wird eine Liste erwartet.", "A list is expected here.";
        /// Fields were expected.
        OBJECT = "object", "Hier werden mehrere Angaben erwartet.", "Several values are expected here.";
        /// Not one of the choices.
        CHOICE = "choice", "Bitte wählen Sie einen der angebotenen Werte.", "Please choose one of the values offered.";
        /// Not a date.
        DATE = "date", "Bitte geben Sie ein Datum in der Form TT.MM.JJJJ ein.", "Please enter a date as DD.MM.YYYY.";
        /// Not an e-mail address.
        EMAIL = "email", "Bitte geben Sie eine E-Mail-Adresse ein, zum Beispiel amt@example.de.", "Please enter an e-mail address such as office@example.org.";
        /// Not a web address.
        URI = "uri", "Bitte geben Sie eine Web-Adresse ein, die mit https:// beginnt.", "Please enter a web address beginning with https://.";
        /// Does not have the expected form.
        PATTERN = "pattern", "Diese Angabe hat nicht die erwartete Form.", "This entry does not have the expected form.";
        /// Too small.
        MINIMUM = "minimum", "Der Wert muss mindestens {min} sein.", "The value must be at least {min}.";
        /// Too large.
        MAXIMUM = "maximum", "Der Wert darf höchstens {max} sein.", "The value must be at most {max}.";
        /// Too short.
        MIN_LENGTH = "min_length", "Bitte geben Sie mindestens {min} Zeichen ein.", "Please enter at least {min} characters.";
        /// Too long.
        MAX_LENGTH = "max_length", "Bitte geben Sie höchstens {max} Zeichen ein.", "Please enter at most {max} characters.";
        /// Too few entries.
        MIN_ITEMS = "min_items", "Bitte machen Sie mindestens {min} Einträge.", "Please make at least {min} entries.";
        /// Too many entries.
        MAX_ITEMS = "max_items", "Es sind höchstens {max} Einträge möglich.", "At most {max} entries are possible.";
        /// The release knows no such value.
        UNKNOWN = "unknown", "Diese Angabe kennt das Verfahren nicht.", "The Verfahren does not know this value.";
        /// A secret where plain values belong.
        SECRET_AS_VALUE = "secret_as_value", "Geheime Werte werden getrennt hinterlegt.", "Secret values are stored apart.";
        /// Not an ARS, or not a Gemeinde of this Verwaltung.
        GEMEINDE = "gemeinde", "Diese Gemeinde gehört nicht zu Ihrer Verwaltung.", "This Gemeinde does not belong to your administration.";
        /// This value cannot differ per Gemeinde.
        NOT_PER_GEMEINDE = "not_per_gemeinde", "Dieser Wert gilt für die ganze Verwaltung.", "This value applies to the whole administration.";
        /// Characters that no person types.
        CONTROL_CHARACTER = "control_character", "Diese Angabe enthält unzulässige Steuerzeichen.", "This entry contains control characters that are not allowed.";
        /// More than the portal reads.
        TOO_MUCH = "too_much", "Das sind mehr Angaben, als das Portal annimmt.", "These are more values than the portal accepts.";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_both_texts_once() {
        for (i, (code, de, en)) in code::TEXTS.iter().enumerate() {
            assert!(!de.is_empty() && !en.is_empty() && de != en, "{code}");
            assert!(code::TEXTS[i + 1..].iter().all(|(other, _, _)| other != code), "{code} twice");
        }
    }

    #[test]
    fn fills_parameters_and_survives_unknown_codes() {
        let error = FieldError::new("a", code::MINIMUM).with("min", 3);
        assert_eq!(error.text(Lang::De).text, "Der Wert muss mindestens 3 sein.");
        let limit = FieldError::new("a", code::MAXIMUM).with("max", 0.5);
        assert_eq!(limit.text(Lang::De).text, "Der Wert darf höchstens 0,5 sein.");
        assert_eq!(limit.text(Lang::En).text, "The value must be at most 0.5.");
        assert!(!FieldError::new("a", "never_heard").text(Lang::En).text.is_empty());
    }
}
