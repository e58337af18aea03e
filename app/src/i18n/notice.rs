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
        "test_repeated" => lang.pick(
            "Die Tests laufen erneut. Danach folgt die Abnahme.",
            "The tests run again. Acceptance follows after that.",
        ),
        "approved" => lang.pick("Ihre Zustimmung ist festgehalten.", "Your approval has been recorded."),
        "refused" => lang.pick(
            "Festgehalten: der Freischaltung wurde nicht zugestimmt.",
            "Recorded: the activation was not approved.",
        ),
        "change_started" => lang.pick(
            "Die Änderung ist angelegt. Die Produktion bleibt, wie sie ist.",
            "The change has been created. Production stays as it is.",
        ),
        "change_tested" => lang.pick(
            "Die Änderung wird in der Testumgebung eingerichtet und getestet.",
            "The change is being set up and tested in the test environment.",
        ),
        "change_discarded" => lang.pick(
            "Die Änderung ist verworfen. Die Produktion läuft unverändert.",
            "The change has been discarded. Production runs unchanged.",
        ),
        "rollback_started" => {
            lang.pick("Die Produktion kehrt zum früheren Stand zurück.", "Production goes back to the earlier state.")
        }
        "suspended" => lang.pick("Die Produktion wird angehalten.", "Production is being stopped."),
        "resumed" => lang.pick("Die Produktion wird wieder gestartet.", "Production is being started again."),
        "cancelled" => lang.pick(
            "Die Bereitstellung ist abgebrochen. Was sie getan hat, wird zurückgenommen.",
            "The operation has been called off. What it did is being taken back.",
        ),
        "removal_started" => lang.pick("Die Entfernung läuft.", "The removal is under way."),
        "retried" => lang.pick("Die Bereitstellung wird erneut versucht.", "The operation is being tried again."),
        "abandoned" => lang.pick("Die Bereitstellung ist aufgegeben.", "The operation has been given up."),
        "corrected" => lang.pick(
            "Die Angaben sind korrigiert. Die Tests laufen erneut.",
            "The values have been corrected. The tests run again.",
        ),
        "package_uploaded" => lang.pick(
            "Das Paket ist hochgeladen und geprüft. Eingereicht ist es noch nicht.",
            "The package has been uploaded and checked. It is not handed in yet.",
        ),
        "package_submitted" => lang.pick(
            "Das Paket ist eingereicht. Es liegt jetzt bei der Verfahrensprüfung.",
            "The package has been handed in. It now lies with the curators.",
        ),
        "package_discarded" => lang.pick("Das Paket ist verworfen.", "The package has been discarded."),
        "package_taken" => lang.pick("Sie haben das Paket übernommen.", "You have taken up the package."),
        "package_returned" => {
            lang.pick("Ihre Anmerkungen sind beim Herausgeber.", "Your comments are with the vendor.")
        }
        "package_released" => lang.pick(
            "Die Version ist freigegeben und steht im Katalog.",
            "The version has been released and is in the catalogue.",
        ),
        "package_declined" => {
            lang.pick("Festgehalten: Das Paket wird nicht freigegeben.", "Recorded: the package will not be released.")
        }
        "trial_started" => lang.pick(
            "Der Probelauf ist gestartet. Am Ende wird alles wieder entfernt.",
            "The trial has been started. Everything is removed again at its end.",
        ),
        "trial_cancelled" => lang.pick(
            "Der Probelauf wird abgebrochen, und alles wird entfernt.",
            "The trial is being called off, and everything is being removed.",
        ),
        "trial_given_up" => lang.pick(
            "Der Probelauf ist beendet. Im Protokoll steht, wer das Ziel aufgegeben hat.",
            "The trial has ended. The record says who gave its target up.",
        ),
        "trials_changed" => {
            lang.pick("Gespeichert. Im Protokoll steht, wer es geändert hat.", "Saved. The record says who changed it.")
        }
        "registration_started" => lang.pick(
            "Gespeichert. Richten Sie jetzt die Rechte ein und prüfen Sie die Zugangsdaten.",
            "Saved. Now set up the rights and check the credential.",
        ),
        "registration_checked" => lang.pick("Geprüft. Der Bericht steht unten.", "Checked. The report stands below."),
        "registration_discarded" => lang.pick(
            "Die Registrierung ist verworfen, ihre Zugangsdaten sind gelöscht.",
            "The registration has been given up, its credential deleted.",
        ),
        "target_registered" => lang.pick("Die Zielumgebung ist registriert.", "The target has been registered."),
        "target_stopped" => lang.pick(
            "Die Zielumgebung ist angehalten. Was gerade läuft, beendet noch seinen Schritt.",
            "The target has been stopped. What is under way still ends its step.",
        ),
        "target_goes_on" => lang.pick("Die Zielumgebung ist wieder freigegeben.", "The target goes on."),
        "credential_rotated" => lang.pick(
            "Die neuen Zugangsdaten sind geprüft und gelten ab jetzt.",
            "The new credential has been checked and counts from now on.",
        ),
        "maintenance_announced" => lang.pick(
            "Die Wartung ist angekündigt. Die Betroffenen lesen sie bei ihrer Nachnutzung.",
            "The maintenance has been announced. Those concerned read it with their adoption.",
        ),
        "maintenance_cancelled" => lang.pick("Die Wartung ist abgesagt.", "The maintenance has been called off."),
        "evidence_recorded" => lang.pick("Der Nachweis ist hinterlegt.", "The evidence has been recorded."),
        "message_sent" => lang.pick("Die Nachricht ist gesendet.", "The message has been sent."),
        "release_published" => lang.pick("Die Version wird wieder angeboten.", "The version is offered again."),
        "release_deprecated" => lang.pick(
            "Die Version läuft aus: Niemand beginnt mehr mit ihr.",
            "The version runs out: nobody begins with it any more.",
        ),
        "release_withdrawn" => lang.pick("Die Version ist zurückgezogen.", "The version has been withdrawn."),
        "release_unsafe" => {
            lang.pick("Die Version ist als unsicher zurückgezogen.", "The version has been withdrawn as unsafe.")
        }
        "key_added" => lang.pick("Der Schlüssel ist hinterlegt.", "The key has been registered."),
        "key_revoked" => lang.pick("Der Schlüssel ist zurückgenommen.", "The key has been taken back."),
        "signatures_required" => lang.pick(
            "Ab jetzt werden nur noch signierte Pakete angenommen.",
            "From now on only signed packages are taken.",
        ),
        "signatures_optional" => lang.pick(
            "Ab jetzt werden auch Pakete ohne Signatur angenommen.",
            "From now on packages without a signature are taken too.",
        ),
        "feedback_given" => {
            lang.pick("Danke. Ihre Rückmeldung ist gespeichert.", "Thank you. Your feedback is stored.")
        }
        "feedback_answered" => lang.pick("Die Antwort ist gespeichert.", "The answer is stored."),
        "signed_out" => lang.pick("Sie sind abgemeldet.", "You are signed out."),
        "signed_in" => lang.pick("Sie sind angemeldet.", "You are signed in."),
        _ => return None,
    })
}
