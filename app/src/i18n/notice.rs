//! What has just been done, by the word in the address (`?ok=`).

use portal_model::Lang;

/// The sentence, or none for a word that nobody gave (it comes from the address).
pub fn text(lang: Lang, word: &str) -> Option<&'static str> {
    Some(match word {
        "saved" => lang.pick("Gespeichert.", "Saved."),
        "started" => lang.pick("Der Nachnutzungsantrag ist angelegt.", "The request has been created."),
        "submitted" => lang.pick(
            "Der Antrag ist eingereicht. Er liegt jetzt bei der Beratung des Landes.",
            "The request has been submitted. It now lies with the consultants of the Land.",
        ),
        "withdrawn" => lang.pick("Der Antrag ist zurückgezogen.", "The request has been withdrawn."),
        "taken" => lang.pick("Sie haben den Antrag übernommen.", "You have taken up the request."),
        "returned" => lang.pick("Die Rückfrage ist bei der Verwaltung.", "The question is with the administration."),
        "accepted" => lang.pick(
            "Der Antrag ist angenommen. Die Testumgebung wird eingerichtet.",
            "The request has been accepted. The test environment is being set up.",
        ),
        "declined" => lang.pick("Der Antrag ist nicht angenommen.", "The request has not been accepted."),
        "acceptance_declared" => lang.pick("Die Abnahme ist erklärt.", "Acceptance has been declared."),
        "defect_reported" => lang.pick("Der Mangel ist gemeldet.", "The defect has been reported."),
        "activation_requested" => lang.pick("Die Freischaltung ist beantragt.", "Activation has been requested."),
        "approved" => lang.pick("Ihre Zustimmung ist festgehalten.", "Your approval has been recorded."),
        "refused" => lang.pick(
            "Festgehalten: der Freischaltung wurde nicht zugestimmt.",
            "Recorded: the activation was not approved.",
        ),
        "removal_started" => lang.pick("Die Entfernung läuft.", "The removal is under way."),
        "retried" => lang.pick("Die Bereitstellung wird erneut versucht.", "The operation is being tried again."),
        "abandoned" => lang.pick("Die Bereitstellung ist aufgegeben.", "The operation has been given up."),
        "corrected" => lang.pick(
            "Die Angaben sind korrigiert. Die Tests laufen erneut.",
            "The values have been corrected. The tests run again.",
        ),
        "signed_out" => lang.pick("Sie sind abgemeldet.", "You are signed out."),
        "signed_in" => lang.pick("Sie sind angemeldet.", "You are signed in."),
        _ => return None,
    })
}
