//! Errors of use cases, rules that are not met, and codes at fields.

mod fields;
mod rules;

pub use fields::field;
pub use rules::rule;

use portal_model::{Lang, PortalError};

/// A heading and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorText {
    /// What happened.
    pub title: &'static str,
    /// What to do now.
    pub advice: &'static str,
}

/// The kind of thing that a page is about: what is said of an error names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// A Nachnutzung.
    Case,
    /// A package on its way into the catalogue.
    Package,
    /// A trial of a package.
    Trial,
    /// A version in the catalogue.
    Version,
    /// A Bereitstellung.
    Operation,
    /// Anything else.
    Other,
}

impl Thing {
    /// What lies at a path of the portal.
    pub fn at(path: &str) -> Self {
        let mut parts = path.split(['/', '?']).filter(|part| !part.is_empty());
        match (parts.next(), parts.next(), parts.next()) {
            (Some("nachnutzungen"), Some(_), _) => Thing::Case,
            (Some("pakete"), Some(_), Some("probelaeufe")) => Thing::Trial,
            (Some("pakete"), Some(_), _) => Thing::Package,
            (Some("verfahren"), Some(_), Some("versionen")) => Thing::Version,
            (Some("bereitstellungen"), Some(_), _) => Thing::Operation,
            _ => Thing::Other,
        }
    }
}

/// What a person reads for an error on the page of some thing.
pub fn about(lang: Lang, error: &PortalError, thing: Thing) -> ErrorText {
    let advice = match (error, thing) {
        (PortalError::Forbidden, Thing::Case) => lang.pick(
            "Mit Ihrer Rolle können Sie diese Nachnutzung sehen, aber diesen Schritt nicht ausführen. Auf ihrer Seite steht unter „Liegt bei“, wer es kann.",
            "With your role you can see this case but not take this step. The page of the case says with whom it lies.",
        ),
        (PortalError::Forbidden, Thing::Package) => lang.pick(
            "Mit Ihrer Rolle können Sie dieses Paket sehen, aber diesen Schritt nicht ausführen. Auf seiner Seite steht unter „Liegt bei“, wer es kann.",
            "With your role you can see this package but not take this step. The page of the package says with whom it lies.",
        ),
        (PortalError::SecondPersonNeeded, Thing::Case) => lang.pick(
            "Sie haben an dieser Nachnutzung selbst mitgewirkt. Nach dem Vier-Augen-Prinzip entscheidet eine andere Person.",
            "You took part in this case yourself. Under the two-person rule somebody else decides.",
        ),
        (PortalError::SecondPersonNeeded, Thing::Package) => lang.pick(
            "Sie haben dieses Paket selbst hochgeladen oder eingereicht. Nach dem Vier-Augen-Prinzip entscheidet eine andere Person.",
            "You uploaded or handed in this package yourself. Under the two-person rule somebody else decides.",
        ),
        (PortalError::WrongState, Thing::Case) => lang.pick(
            "Die Nachnutzung ist inzwischen an einer anderen Stelle. Ihre Seite zeigt, was jetzt möglich ist.",
            "The adoption has moved on. Its page shows what is possible now.",
        ),
        (PortalError::WrongState, Thing::Package) => lang.pick(
            "Das Paket ist inzwischen an einer anderen Stelle. Seine Seite zeigt, was jetzt möglich ist.",
            "The package has moved on. Its page shows what is possible now.",
        ),
        (PortalError::WrongState, Thing::Trial) => lang.pick(
            "Der Probelauf ist inzwischen weiter. Seine Seite zeigt, was jetzt möglich ist.",
            "The trial has moved on. Its page shows what is possible now.",
        ),
        (PortalError::Forbidden, Thing::Trial) => lang.pick(
            "Mit Ihrer Rolle können Sie diesen Probelauf sehen, aber diesen Schritt nicht ausführen.",
            "With your role you can see this trial but not take this step.",
        ),
        (PortalError::WrongState, Thing::Version) => lang.pick(
            "Die Version hat inzwischen einen anderen Stand. Die Liste der Versionen zeigt, was jetzt möglich ist.",
            "The version is in another state by now. The list of versions shows what is possible now.",
        ),
        (PortalError::WrongState, Thing::Operation) => lang.pick(
            "Die Bereitstellung ist inzwischen weiter. Ihre Seite zeigt, was jetzt möglich ist.",
            "The operation has moved on. Its page shows what is possible now.",
        ),
        _ => return portal(lang, error),
    };
    ErrorText { advice, ..portal(lang, error) }
}

/// What a person reads for an error, whatever it is about.
pub fn portal(lang: Lang, error: &PortalError) -> ErrorText {
    let text = |title: (&'static str, &'static str), advice: (&'static str, &'static str)| ErrorText {
        title: lang.pick(title.0, title.1),
        advice: lang.pick(advice.0, advice.1),
    };
    match error {
        PortalError::NotFound => text(
            ("Diese Seite gibt es nicht", "This page does not exist"),
            (
                "Vielleicht ist die Adresse falsch geschrieben oder der Inhalt umgezogen. Nachnutzungen sehen nur die Beteiligten: sind Sie mit der richtigen Rolle angemeldet?",
                "The address may be misspelt or the content moved. Cases are seen by those involved only: are you signed in with the right role?",
            ),
        ),
        PortalError::Forbidden => text(
            ("Das dürfen Sie nicht", "You may not do this"),
            (
                "Mit Ihrer Rolle können Sie diese Seite sehen, aber diesen Schritt nicht ausführen.",
                "With your role you can see this page but not take this step.",
            ),
        ),
        PortalError::SignInRequired => text(
            ("Bitte melden Sie sich an", "Please sign in"),
            ("Dieser Bereich ist Angemeldeten vorbehalten.", "This area is for people who are signed in."),
        ),
        PortalError::SecondPersonNeeded => text(
            ("Das muss eine andere Person entscheiden", "Somebody else has to decide this"),
            (
                "Sie haben hieran selbst mitgewirkt. Nach dem Vier-Augen-Prinzip entscheidet eine andere Person.",
                "You took part in this yourself. Under the two-person rule somebody else decides.",
            ),
        ),
        PortalError::WrongState => text(
            ("Dieser Schritt ist jetzt nicht möglich", "This step is not possible now"),
            (
                "Inzwischen hat sich etwas geändert. Laden Sie die Seite neu: Sie zeigt, was jetzt möglich ist.",
                "Something has changed in the meantime. Load the page again: it shows what is possible now.",
            ),
        ),
        PortalError::Conflict => text(
            ("Jemand anderes hat inzwischen gespeichert", "Somebody else has saved in the meantime"),
            (
                "Ihre Eingaben wurden nicht übernommen. Laden Sie die Seite neu und tragen Sie sie noch einmal ein; mit „Zurück“ im Browser sehen Sie, was Sie eingegeben hatten.",
                "Your entries were not saved. Load the page again and enter them once more; your browser's back button shows what you had entered.",
            ),
        ),
        PortalError::Exists => text(
            ("Das gibt es schon", "It exists already"),
            (
                "Sehen Sie in der Liste nach, zum Beispiel unter „Nachnutzungen“ oder „Pakete“.",
                "Look in the list, for example under “Adoptions” or “Packages”.",
            ),
        ),
        PortalError::Rule { rule } => ErrorText { title: rules::title(lang, rule), advice: self::rule(lang, rule) },
        PortalError::Invalid { .. } => text(
            ("Bitte prüfen Sie Ihre Eingaben", "Please check your entries"),
            ("Einzelne Angaben fehlen oder stimmen nicht.", "Some entries are missing or not right."),
        ),
        PortalError::Internal => text(
            ("Da ist bei uns etwas schiefgegangen", "Something went wrong on our side"),
            (
                "Gespeichertes ist nicht verloren. Versuchen Sie es in ein paar Minuten erneut. Hält es an, nennen Sie dem Portalbetrieb die Nummer unten.",
                "Nothing that was saved is lost. Try again in a few minutes. If it persists, tell the portal's operator the number below.",
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portal_model::form::FieldError;

    #[test]
    fn errors_name_the_kind_of_thing() {
        let said = |path: &str| about(Lang::De, &PortalError::WrongState, Thing::at(path)).advice;
        assert!(said("/pakete/PA-7K3M-Q2XD/einreichen").starts_with("Das Paket"));
        assert!(said("/nachnutzungen/NA-7K3M-Q2XD/pruefung").starts_with("Die Nachnutzung"));
        assert!(said("/verfahren/hundesteuer/versionen/2.4.0/aendern?x=1").starts_with("Die Version"));
        assert!(said("/bereitstellungen/BE-7K3M-Q2XD/abbrechen").starts_with("Die Bereitstellung"));
        assert!(said("/verfahren/hundesteuer").starts_with("Inzwischen"));
        let whole = |path: &str| about(Lang::En, &PortalError::SecondPersonNeeded, Thing::at(path)).advice;
        assert!(whole("/pakete/PA-7K3M-Q2XD/entscheidung").contains("package") && !whole("/").contains("case"));
    }

    #[test]
    fn codes_and_rules_of_the_use_cases_have_a_text_of_their_own() {
        let codes = [
            "choose_area",
            "choose_trial_target",
            "choose_decision",
            "choose_municipality",
            "choose_target",
            "note_required",
            "target_refused",
            "tick_all",
            "choose_change",
            "choose_state",
            "confirm_loss",
            "day_over",
            "day_too_late",
            "type_reference",
            "between",
            "gemeinde",
            "too_many",
            "choose_file",
            "content_declined",
            "signature_required",
            "file_empty",
            "lines_unknown",
            "lines_several",
            "lines_outside",
            "laender_empty",
            "other_vendor",
            "with_curators",
            "version_published",
            "key_exists",
            "file_too_large",
            "upload_broken",
            "max_length",
        ];
        let rules = [
            "abandoned_by",
            "busy",
            "decided_by",
            "evidence",
            "evidence_ended",
            "check_outdated",
            "permissions_missing",
            "full",
            "package_unavailable",
            "package_unreadable",
            "kind",
            "land",
            "key_invalid",
            "key_not_admitted",
            "live_operation",
            "live_trial",
            "malformed",
            "origin_foreign",
            "origin_missing",
            "mandate_empty",
            "no_configuration",
            "values_open",
            "no_production_target",
            "no_target",
            "no_trial_target",
            "nothing_to_try",
            "trials_full",
            "trials_admitted",
            "no_test_target",
            "production_basis",
            "reference",
            "release_limited",
            "release_unsafe",
            "release_withdrawn",
            "second_person",
            "slug_invalid",
            "slug_taken",
            "test_gate",
            "test_missing",
            "test_recent",
            "test_too_old",
            "too_large",
            "too_many_wrong_keys",
            "unknown_municipality",
            "vm",
            "content_declined",
            "signature_required",
            "signing_needs_key",
            "version_published",
        ];
        let title = |rule: &str| portal(Lang::De, &PortalError::Rule { rule: rule.to_owned() }).title;
        for (name, said) in [
            ("busy", "Gerade nicht möglich"),
            ("too_large", "Zu viele Daten"),
            ("origin_foreign", "Zu Ihrem Schutz nicht gespeichert"),
            ("malformed", "Unvollständig angekommen"),
            ("key_invalid", "Mit diesem Zugangsschlüssel nicht möglich"),
            ("test_gate", "Eine Voraussetzung fehlt"),
        ] {
            assert_eq!(title(name), said);
        }
        for lang in [Lang::De, Lang::En] {
            for code in codes.into_iter().chain(crate::i18n::targets::codes()) {
                assert_ne!(
                    field(lang, &FieldError::new("", code)),
                    field(lang, &FieldError::new("", "never")),
                    "{code}"
                );
            }
            for name in rules {
                assert_ne!(rule(lang, name), rule(lang, "never"), "{name}");
            }
        }
        let open = FieldError::new("", "task_open").with("task", "werte");
        assert_eq!(field(Lang::De, &open), "Dieser Teil ist noch nicht fertig: Angaben zum Verfahren.");
    }
}
