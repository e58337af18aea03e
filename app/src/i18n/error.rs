//! Errors of use cases, rules that are not met, and codes at fields.

use portal_model::{
    Lang, PortalError,
    finding::fill,
    form::{FieldError, code},
};

/// A heading and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorText {
    /// What happened.
    pub title: &'static str,
    /// What to do now.
    pub advice: &'static str,
}

/// What a person reads for an error.
pub fn portal(lang: Lang, error: &PortalError) -> ErrorText {
    let text = |title: (&'static str, &'static str), advice: (&'static str, &'static str)| ErrorText {
        title: lang.pick(title.0, title.1),
        advice: lang.pick(advice.0, advice.1),
    };
    match error {
        PortalError::NotFound => text(
            ("Diese Seite gibt es nicht", "This page does not exist"),
            (
                "Vielleicht ist die Adresse falsch geschrieben oder der Inhalt umgezogen. Fälle sehen nur die Beteiligten: sind Sie mit der richtigen Rolle angemeldet?",
                "The address may be misspelt or the content moved. Cases are seen by those involved only: are you signed in with the right role?",
            ),
        ),
        PortalError::Forbidden => text(
            ("Das dürfen Sie nicht", "You may not do this"),
            (
                "Mit Ihrer Rolle können Sie diesen Fall sehen, aber diesen Schritt nicht ausführen. Die Fallseite nennt unter „Liegt bei“, wer es kann.",
                "With your role you can see this case but not take this step. The page of the case says with whom it lies.",
            ),
        ),
        PortalError::SignInRequired => text(
            ("Bitte melden Sie sich an", "Please sign in"),
            ("Dieser Bereich ist Angemeldeten vorbehalten.", "This area is for people who are signed in."),
        ),
        PortalError::SecondPersonNeeded => text(
            ("Das muss eine andere Person entscheiden", "Somebody else has to decide this"),
            (
                "Sie haben an diesem Fall selbst mitgewirkt. Nach dem Vier-Augen-Prinzip entscheidet eine andere Person.",
                "You took part in this case yourself. Under the two-person rule somebody else decides.",
            ),
        ),
        PortalError::WrongState => text(
            ("Dieser Schritt ist jetzt nicht möglich", "This step is not possible now"),
            (
                "Der Fall steht inzwischen an einer anderen Stelle. Öffnen Sie die Fallseite neu.",
                "The case has moved on. Open its page again.",
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
                "Sehen Sie unter „Nachnutzungen“ oder „Unsere Verfahren“ nach.",
                "Look under “Adoptions” or “Our Verfahren”.",
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
        "test_missing" | "test_run_missing" => lang.pick(
            "Für genau diese Version und diese Angaben fehlt ein bestandener Test im selben Rechenzentrum.",
            "A passed test of exactly this version and these values in the same data centre is missing.",
        ),
        "test_expired" | "test_too_old" => lang.pick(
            "Der bestandene Test ist zu alt. Lassen Sie erneut testen.",
            "The passed test is too old. Run the tests again.",
        ),
        "no_test_target" => lang.pick(
            "Das Rechenzentrum hat keine Testumgebung; ohne sie ist keine Produktivsetzung möglich.",
            "The data centre has no test environment; without one there is no production.",
        ),
        "no_production_target" => lang.pick(
            "Das Rechenzentrum hat keine freie Produktionsumgebung.",
            "The data centre has no free production environment.",
        ),
        "acceptance_missing" => lang.pick("Die Abnahme ist noch nicht erklärt.", "Acceptance has not been declared yet."),
        "tasks_open" | "incomplete" => {
            lang.pick("Der Antrag ist noch nicht vollständig.", "The request is not complete yet.")
        }
        "target_closed" | "full" | "capacity" => lang.pick(
            "Die Zielumgebung nimmt zurzeit nichts Neues an.",
            "The target environment accepts nothing new at the moment.",
        ),
        "evidence" | "evidence_expired" => lang.pick(
            "Der Sicherheitsnachweis (C5) des Rechenzentrums ist abgelaufen; neue Produktivsetzungen sind nicht möglich.",
            "The data centre's security evidence (C5) has expired; nothing new goes to production.",
        ),
        "release_withdrawn" | "release_unsafe" => {
            lang.pick("Diese Version ist zurückgezogen.", "This version has been withdrawn.")
        }
        "operation_live" | "one_live_operation" => lang.pick(
            "Es läuft schon eine Bereitstellung. Warten Sie, bis sie fertig ist.",
            "An operation is under way already. Wait until it has ended.",
        ),
        "mandate_missing" => lang.pick(
            "Es liegt keine gültige Vollmacht für diesen Schritt vor.",
            "There is no valid mandate for this step.",
        ),
        "two_persons" | "second_person" => lang.pick(
            "Das muss eine andere Person tun als die bisher Beteiligten.",
            "Somebody who has not taken part so far has to do this.",
        ),
        "not_suitable" | "audience" | "land" => lang.pick(
            "Das Verfahren passt nicht zu dieser Verwaltung; der Steckbrief nennt den Grund.",
            "The Verfahren does not suit this administration; its page says why.",
        ),
        _ => lang.pick(
            "Eine Regel verhindert diesen Schritt. Die Fallseite zeigt, was noch fehlt.",
            "A rule prevents this step. The page of the case shows what is missing.",
        ),
    }
}

/// The sentence of an error at a field: codes of the form first, then those of use cases.
pub fn field(lang: Lang, error: &FieldError) -> String {
    if code::TEXTS.iter().any(|(known, _, _)| *known == error.code) {
        let own = match (error.path.as_str(), error.code.as_str()) {
            ("begruendung", code::REQUIRED) => {
                Some(lang.pick("Bitte geben Sie eine Begründung an.", "Please give a reason."))
            }
            ("bemerkung", code::REQUIRED) => {
                Some(lang.pick("Bitte beschreiben Sie den Mangel.", "Please describe the defect."))
            }
            ("entscheidung", code::REQUIRED | code::CHOICE) => {
                Some(lang.pick("Bitte wählen Sie eine Entscheidung.", "Please choose a decision."))
            }
            ("fuer", code::REQUIRED | code::CHOICE) => {
                Some(lang.pick("Bitte wählen Sie eine Verwaltung.", "Please choose an administration."))
            }
            ("ars", code::REQUIRED | code::CHOICE | code::MIN_ITEMS) => {
                Some(lang.pick("Bitte wählen Sie mindestens eine Gemeinde.", "Please choose at least one Gemeinde."))
            }
            ("ziel", code::REQUIRED | code::CHOICE) => {
                Some(lang.pick("Bitte wählen Sie ein Rechenzentrum.", "Please choose a data centre."))
            }
            _ => None,
        };
        return own.map_or_else(|| error.text(lang).text, str::to_owned);
    }
    let pattern = match error.code.as_str() {
        "reason_missing" | "note_missing" | "note_required" | "reason_required" => {
            lang.pick("Bitte geben Sie eine Begründung an.", "Please give a reason.")
        }
        "decision_missing" | "decision_required" => {
            lang.pick("Bitte wählen Sie eine Entscheidung.", "Please choose a decision.")
        }
        "checklist_incomplete" | "checklist" | "not_all_ticked" => lang.pick(
            "Für die Abnahme müssen alle Punkte der Prüfliste abgehakt sein. Sonst melden Sie einen Mangel.",
            "To declare acceptance, every point of the checklist has to be ticked. Otherwise report a defect.",
        ),
        "confirmation" | "confirm_mismatch" | "confirmation_mismatch" => {
            lang.pick("Die Eingabe stimmt nicht mit der Nummer überein.", "The entry does not match the number.")
        }
        "municipality_unknown" | "not_suitable" => lang.pick(
            "Für diese Verwaltung ist das Verfahren nicht geeignet.",
            "The Verfahren does not suit this administration.",
        ),
        "exists" => lang.pick(
            "Für diese Verwaltung gibt es schon eine Nachnutzung.",
            "There is an adoption for this administration already.",
        ),
        "data_centre_refused" | "target_refused" => {
            lang.pick("Dieses Rechenzentrum ist nicht wählbar.", "This data centre cannot be chosen.")
        }
        "areas_missing" => {
            lang.pick("Bitte wählen Sie mindestens eine Gemeinde.", "Please choose at least one Gemeinde.")
        }
        "task_open" => lang.pick("Dieser Teil ist noch nicht fertig.", "This part is not finished yet."),
        "too_long" => lang.pick("Der Text ist zu lang.", "The text is too long."),
        other if is_rule(other) => rule(lang, other),
        _ => lang.pick("Diese Angabe ist ungültig.", "This entry is not valid."),
    };
    fill(pattern, &error.params)
}

/// Whether a code of a field is the name of a rule with a text of its own.
fn is_rule(name: &str) -> bool {
    rule(Lang::En, name) != rule(Lang::En, "")
}
