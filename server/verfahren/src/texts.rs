//! What people read, in German and English.

use http::StatusCode;

/// Language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// German, the default.
    De,
    /// English.
    En,
}

impl Lang {
    /// `en` is English, everything else German.
    pub fn of(word: &str) -> Self {
        if word.eq_ignore_ascii_case("en") { Self::En } else { Self::De }
    }

    /// BCP 47.
    pub fn code(self) -> &'static str {
        self.pick("de", "en")
    }

    /// One of the two.
    pub fn pick<T>(self, de: T, en: T) -> T {
        match self {
            Self::De => de,
            Self::En => en,
        }
    }
}

/// Why something is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// No multipart form, or one that breaks off.
    #[error("not_multipart")]
    NotMultipart,
    /// `formData` is not JSON.
    #[error("not_json")]
    NotJson,
    /// A field is missing.
    #[error("missing")]
    Missing(&'static str),
    /// A field makes no sense.
    #[error("invalid")]
    Invalid(&'static str),
    /// Larger than the limits.
    #[error("too_large")]
    TooLarge,
    /// The Leistung is not served here.
    #[error("other_leistung")]
    OtherLeistung,
    /// The same identification was used for something else.
    #[error("other_content")]
    OtherContent,
    /// Storage does not answer.
    #[error("store")]
    Store,
}

impl Problem {
    /// The field that it is about, or nothing.
    pub fn field(self) -> &'static str {
        match self {
            Self::Missing(field) | Self::Invalid(field) => field,
            _ => "",
        }
    }

    /// Status of the answer.
    pub fn status(self) -> StatusCode {
        match self {
            Self::NotMultipart | Self::NotJson => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Missing(_) | Self::Invalid(_) | Self::OtherLeistung => StatusCode::UNPROCESSABLE_ENTITY,
            Self::OtherContent => StatusCode::CONFLICT,
            Self::Store => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// What happened and what to do.
    pub fn text(self, lang: Lang) -> String {
        let field = self.field();
        match self {
            Self::NotMultipart => lang
                .pick(
                    "Erwartet wird multipart/form-data mit dem Teil formData.",
                    "Expected is multipart/form-data with the part formData.",
                )
                .to_owned(),
            Self::NotJson => lang.pick("Der Teil formData ist kein JSON.", "The part formData is not JSON.").to_owned(),
            Self::Missing(_) => lang.pick(format!("Das Feld {field} fehlt."), format!("The field {field} is missing.")),
            Self::Invalid(_) => lang.pick(
                format!("Das Feld {field} hat nicht die erwartete Form."),
                format!("The field {field} does not have the expected form."),
            ),
            Self::TooLarge => lang.pick("Der Antrag ist zu groß.", "The application is too large.").to_owned(),
            Self::OtherLeistung => lang
                .pick(
                    "Diese Leistung gibt es hier nicht. Bitte control.leikaIds prüfen.",
                    "This Leistung is not served here. Please check control.leikaIds.",
                )
                .to_owned(),
            Self::OtherContent => lang
                .pick(
                    "Unter dieser transactionId liegt schon ein anderer Antrag.",
                    "There is another application with this transactionId already.",
                )
                .to_owned(),
            Self::Store => lang
                .pick(
                    "Der Antrag konnte nicht gespeichert werden. Bitte später noch einmal senden.",
                    "The application could not be stored. Please send it again later.",
                )
                .to_owned(),
        }
    }
}
