//! Errors of use cases, rules that are not met, and codes at fields.

use super::words;
use portal_model::{Lang, PortalError, finding::fill, form::FieldError, pages::request::Task};

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
        PortalError::Rule { rule } => ErrorText {
            title: lang.pick("Eine Voraussetzung fehlt", "A requirement is not met"),
            advice: self::rule(lang, rule),
        },
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

/// A rule that is not met, by its stable name.
pub fn rule(lang: Lang, rule: &str) -> &'static str {
    match rule {
        "test_missing" | "test_gate" => lang.pick(
            "Für genau diese Version und diese Angaben fehlt ein gültiger, bestandener Test im selben Rechenzentrum.",
            "A valid, passed test of exactly this version and these values in the same data centre is missing.",
        ),
        "test_too_old" => lang.pick(
            "Der Test ist zu alt. Testen Sie erneut; danach folgen Abnahme und Freischaltung.",
            "The test is too old. Test again; acceptance and activation follow after that.",
        ),
        "test_recent" => lang.pick(
            "Der Test ist noch gültig. Erneut zu testen ist nicht nötig.",
            "The test is still valid. There is no need to test again.",
        ),
        "no_test_target" => lang.pick(
            "Das Rechenzentrum hat keine Testumgebung; ohne sie ist keine Produktivsetzung möglich.",
            "The data centre has no test environment; without one there is no production.",
        ),
        "no_production_target" => lang.pick(
            "Das Rechenzentrum hat keine freie Produktionsumgebung.",
            "The data centre has no free production environment.",
        ),
        "no_target" => lang.pick(
            "Kein zugelassenes Rechenzentrum hat eine passende, freie Zielumgebung.",
            "No admitted data centre has a fitting target environment with room.",
        ),
        "no_configuration" => lang.pick(
            "Für diese Installation sind keine Angaben gespeichert.",
            "No values are stored for this installation.",
        ),
        "production_basis" => lang.pick(
            "Ohne Freischaltung darf die Produktion nicht geändert werden.",
            "Production may not be changed without an activation.",
        ),
        "evidence_ended" => lang.pick(
            "Ein Sicherheitsnachweis des Rechenzentrums ist abgelaufen. Solange geht dort nichts Neues in Produktion; was läuft, läuft weiter. Der Rechenzentrumsbetrieb muss einen gültigen hinterlegen.",
            "An evidence of the data centre's security has ended. Until it is renewed, nothing new goes to production there; what runs keeps running. The operator has to record valid evidence.",
        ),
        "check_outdated" => lang.pick(
            "Die Prüfung fehlt oder ist älter als einen Tag. Prüfen Sie die Zugangsdaten noch einmal.",
            "The check is missing or older than a day. Check the credential again.",
        ),
        "permissions_missing" => super::targets::field(lang, rule).unwrap_or_default(),
        "no_trial_target" => lang.pick(
            "Kein Rechenzentrum lässt Probeläufe für diese Art von Paket zu. Fragen Sie den Betrieb eines Rechenzentrums.",
            "No data centre admits trials of this kind of package. Ask an operator of a data centre.",
        ),
        "nothing_to_try" => lang.pick(
            "An diesem Paket gibt es nichts auszuprobieren: es richtet nichts ein, oder es hat Fehler.",
            "There is nothing to try about this package: it sets nothing up, or it has errors.",
        ),
        "live_trial" => lang.pick(
            "Für dieses Paket läuft schon ein Probelauf. Warten Sie, bis er beendet ist, oder brechen Sie ihn ab.",
            "A trial of this package is under way already. Wait until it has ended, or call it off.",
        ),
        "trials_full" => lang.pick(
            "In dieser Zielumgebung laufen gerade so viele Probeläufe, wie der Betrieb zulässt, oder er lässt keine mehr zu. Versuchen Sie es später noch einmal.",
            "As many trials as its operator admits are under way in this target environment, or it admits none any more. Try again later.",
        ),
        "trials_admitted" => lang.pick(
            "Probeläufe gibt es nur in gemeinsamen Testumgebungen auf Kubernetes, nie in der Produktion und nie bei einer einzelnen Verwaltung.",
            "Trials run only in shared test environments on Kubernetes, never in production and never where one administration is at home.",
        ),
        "live_operation" => lang.pick(
            "Es läuft schon eine Bereitstellung, oder eine hängt. Warten Sie, bis sie fertig ist, oder lassen Sie sie aufgeben.",
            "An operation is under way already, or one is stuck. Wait until it has ended, or have it given up.",
        ),
        "second_person" => lang.pick(
            "Das muss eine andere Person tun als die bisher Beteiligten.",
            "Somebody who has not taken part so far has to do this.",
        ),
        "mandate_empty" => lang.pick(
            "Eine Vollmacht braucht mindestens einen Umfang und einen Zeitraum.",
            "A mandate needs at least one scope and a period.",
        ),
        "unknown_municipality" => {
            lang.pick("Diese Verwaltung kennt das Portal nicht.", "The portal does not know this administration.")
        }
        "release_withdrawn" => lang.pick(
            "Diese Version wurde zurückgezogen. Mit ihr beginnt keine neue Nachnutzung; nötig ist ein neuer Antrag mit einer anderen Version.",
            "This version was withdrawn. No new adoption begins with it; a new request with another version is needed.",
        ),
        "package_unavailable" => lang.pick(
            "Das Portal erreicht den Speicher der Pakete gerade nicht. Versuchen Sie es in einer Minute erneut.",
            "The portal cannot reach the store of packages at the moment. Try again in a minute.",
        ),
        "package_unreadable" => words::missing(lang, "package"),
        "slug_invalid" => lang.pick(
            "Kurznamen bestehen aus Kleinbuchstaben, Ziffern und Bindestrichen und beginnen mit einem Buchstaben.",
            "Short names consist of small letters, digits and hyphens and begin with a letter.",
        ),
        "slug_taken" => lang.pick("Dieser Kurzname ist schon vergeben.", "This short name is taken already."),
        "kind" | "land" | "evidence" | "full" | "vm" => words::refused(lang, rule),
        "version_published" => lang.pick(
            "Diese Version ist schon freigegeben. Erhöhen Sie die Versionsnummer und laden Sie das Paket neu hoch.",
            "This version is released already. Raise the version number and upload the package again.",
        ),
        "content_declined" => lang.pick(
            "Genau diesen Inhalt hat die Verfahrensprüfung nicht freigegeben. Ändern Sie das Paket nach der Begründung; die Versionsnummer darf dieselbe bleiben.",
            "The curators did not release just this content. Change the package as the reason says; the version number may stay the same.",
        ),
        "key_invalid" => lang.pick(
            "Diesen Zugangsschlüssel gibt es nicht, oder er gilt nicht mehr. Legen Sie im Portal einen neuen an.",
            "This access key does not exist or is no longer valid. Make a new one in the portal.",
        ),
        "key_not_admitted" => lang.pick(
            "Mit einem Zugangsschlüssel geht das nicht. Melden Sie sich dafür im Portal an.",
            "This cannot be done with an access key. Sign in to the portal for it.",
        ),
        "too_many_wrong_keys" => lang.pick(
            "Von dieser Adresse kamen zu viele ungültige Zugangsschlüssel. Warten Sie eine Minute.",
            "Too many invalid access keys came from this address. Wait a minute.",
        ),
        "release_unsafe" => lang.pick(
            "Diese Version wurde als unsicher zurückgezogen. Sie darf nicht eingerichtet werden.",
            "This version was withdrawn as unsafe. It must not be set up.",
        ),
        "release_limited" => lang.pick(
            "Diese Version ist für diese Verwaltung nicht freigegeben.",
            "This version is not released for this administration.",
        ),
        "busy" => lang.pick(
            "Das Portal ist gerade stark ausgelastet. Versuchen Sie es in einer Minute erneut.",
            "The portal is very busy at the moment. Try again in a minute.",
        ),
        "too_large" => lang.pick(
            "Das sind mehr Daten, als das Portal auf einmal annimmt.",
            "This is more data than the portal accepts at once.",
        ),
        "malformed" => lang.pick(
            "Die Anfrage ist unvollständig angekommen. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
            "The request arrived incomplete. Load the page again and try once more.",
        ),
        "reference" | "decided_by" | "abandoned_by" => lang.pick(
            "Die Daten haben sich inzwischen geändert. Laden Sie die Seite neu.",
            "The data have changed in the meantime. Load the page again.",
        ),
        _ => lang.pick(
            "Eine Regel verhindert diesen Schritt. Die Seite davor zeigt, was noch fehlt.",
            "A rule prevents this step. The page before shows what is missing.",
        ),
    }
}

fn conflict(lang: Lang) -> &'static str {
    lang.pick(
        "Ihre Eingaben stehen noch hier, sind aber nicht gespeichert. Öffnen Sie die Seite in einem zweiten Fenster, um zu sehen, was sich geändert hat. Wenn Sie danach hier absenden, gilt Ihre Eingabe.",
        "Your entries are still here but not saved. Open the page in a second window to see what has changed. If you then send the form from here, your entry counts.",
    )
}

/// The sentence of an error at a field: codes of use cases first, then those of the form.
pub fn field(lang: Lang, error: &FieldError) -> String {
    match PortalError::of_line(error) {
        // In the page of the form, what was entered is still there.
        Some(PortalError::Conflict) => return conflict(lang).to_owned(),
        Some(whole) => return portal(lang, &whole).advice.to_owned(),
        None => {}
    }
    let pattern = match error.code.as_str() {
        "note_required" if error.path == "bemerkung" => {
            lang.pick("Bitte beschreiben Sie, was nicht stimmt.", "Please describe what is wrong.")
        }
        "note_required" if matches!(error.path.as_str(), "nachricht" | "text") || error.path.starts_with("antwort") => {
            lang.pick("Bitte schreiben Sie einen Text.", "Please write a text.")
        }
        "lines_unknown" => lang.pick(
            "Diese Zeilen nennen keine Verwaltung, die das Portal kennt: {lines}.",
            "These lines name no administration that the portal knows: {lines}.",
        ),
        "lines_several" => lang.pick(
            "Diese Namen haben mehrere Verwaltungen; schreiben Sie dafür den Schlüssel (ARS): {lines}.",
            "Several administrations have these names; write the key (ARS) instead: {lines}.",
        ),
        "other_vendor" => lang.pick(
            "Die Kennung des Pakets nennt keinen Herausgeber, für den Sie veröffentlichen ({vendors}).",
            "The id of the package names no vendor that you publish for ({vendors}).",
        ),
        "with_curators" => lang.pick(
            "Diese Version liegt schon bei der Verfahrensprüfung. Warten Sie deren Antwort ab, oder erhöhen Sie die Versionsnummer.",
            "This version already lies with the curators. Wait for their answer, or raise the version number.",
        ),
        "version_published" | "content_declined" => rule(lang, &error.code),
        "key_exists" => lang.pick("Diesen Schlüssel haben Sie schon hinterlegt.", "You have registered this key already."),
        "file_empty" => lang.pick(
            "Die Datei ist leer. Bauen Sie das Paket neu und wählen Sie die Datei noch einmal.",
            "The file is empty. Build the package again and choose the file once more.",
        ),
        "choose_file" => lang.pick("Bitte wählen Sie eine Datei.", "Please choose a file."),
        "file_too_large" => lang.pick(
            "Die Datei ist größer als {max} MB. Mehr nimmt das Portal nicht an.",
            "The file is larger than {max} MB. The portal accepts no more.",
        ),
        "upload_broken" => lang.pick(
            "Die Datei ist unvollständig angekommen; davon ist nichts gespeichert. Bitte laden Sie sie noch einmal hoch.",
            "The file arrived incomplete; nothing of it was stored. Please upload it again.",
        ),
        "note_required" => lang.pick("Bitte geben Sie eine Begründung an.", "Please give a reason."),
        "choose_decision" => lang.pick("Bitte wählen Sie eine Entscheidung.", "Please choose a decision."),
        "between" => lang.pick(
            "Bitte geben Sie eine ganze Zahl von {min} bis {max} ein.",
            "Please enter a whole number from {min} to {max}.",
        ),
        "too_many" => lang.pick(
            "Es gibt schon {max} gültige. Nehmen Sie zuerst einen zurück.",
            "There are {max} valid ones already. Take one back first.",
        ),
        "choose_municipality" => lang.pick("Bitte wählen Sie eine Verwaltung.", "Please choose an administration."),
        "choose_area" => {
            lang.pick("Bitte wählen Sie mindestens eine Gemeinde.", "Please choose at least one Gemeinde.")
        }
        "choose_trial_target" => lang.pick(
            "Bitte wählen Sie eine Zielumgebung, die für Probeläufe zugelassen ist.",
            "Please choose a target environment that is admitted for trials.",
        ),
        "choose_target" => lang.pick("Bitte wählen Sie ein Rechenzentrum.", "Please choose a data centre."),
        "target_refused" => {
            let word = error.params.get("reason").or(error.params.get("refused")).map_or("", String::as_str);
            words::refused(lang, word)
        }
        "not_suitable" => words::missing(lang, error.params.get("missing").map_or("", String::as_str)),
        "tick_all" => lang.pick(
            "Für die Abnahme müssen alle Punkte der Prüfliste abgehakt sein. Sonst melden Sie einen Mangel.",
            "To declare acceptance, every point of the checklist has to be ticked. Otherwise report a defect.",
        ),
        "type_reference" => lang.pick(
            "Das ist nicht die Nummer dieser Nachnutzung. Bitte geben Sie {reference} ein.",
            "This is not the number of this adoption. Please enter {reference}.",
        ),
        "task_open" => {
            let task = error.params.get("task").and_then(|word| Task::from_word(word));
            let name = task.map_or("", |t| words::task(lang, t));
            let text = lang.pick("Dieser Teil ist noch nicht fertig", "This part is not finished yet");
            return if name.is_empty() { format!("{text}.") } else { format!("{text}: {name}.") };
        }
        code => match super::supply::text(lang, code).or_else(|| super::targets::field(lang, code)) {
            Some(text) => text,
            None => return error.text(lang).text,
        },
    };
    fill(pattern, &error.params)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            "type_reference",
            "between",
            "gemeinde",
            "too_many",
            "choose_file",
            "content_declined",
            "file_empty",
            "lines_unknown",
            "lines_several",
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
            "mandate_empty",
            "no_configuration",
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
            "version_published",
        ];
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
