//! Rules that are not met.

use crate::i18n::words;
use portal_model::Lang;

/// The heading above a rule: most are steps of a case that are missing; some are about the request itself.
pub fn title(lang: Lang, rule: &str) -> &'static str {
    match rule {
        "busy" | "package_unavailable" | "too_many_wrong_keys" => {
            lang.pick("Gerade nicht möglich", "Not possible at the moment")
        }
        "too_large" => lang.pick("Zu viele Daten", "Too much data"),
        "malformed" => lang.pick("Unvollständig angekommen", "Arrived incomplete"),
        "origin_missing" | "origin_foreign" => {
            lang.pick("Zu Ihrem Schutz nicht gespeichert", "Not saved, for your protection")
        }
        "key_invalid" | "key_not_admitted" => {
            lang.pick("Mit diesem Zugangsschlüssel nicht möglich", "Not possible with this access key")
        }
        _ => lang.pick("Eine Voraussetzung fehlt", "A requirement is not met"),
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
        "values_open" => lang.pick(
            "Es fehlen noch Angaben, oder die neue Version fragt nach Angaben, die Sie noch nicht gespeichert haben.",
            "Values are still missing, or the new version asks for values that you have not saved yet.",
        ),
        "evidence_ended" => lang.pick(
            "Ein Sicherheitsnachweis des Rechenzentrums ist abgelaufen. Solange geht dort nichts Neues in Produktion; was läuft, läuft weiter. Der Rechenzentrumsbetrieb muss einen gültigen hinterlegen.",
            "An evidence of the data centre's security has ended. Until it is renewed, nothing new goes to production there; what runs keeps running. The operator has to record valid evidence.",
        ),
        "check_outdated" => lang.pick(
            "Die Prüfung fehlt oder ist älter als einen Tag. Prüfen Sie die Zugangsdaten noch einmal.",
            "The check is missing or older than a day. Check the credential again.",
        ),
        "permissions_missing" => crate::i18n::targets::field(lang, rule).unwrap_or_default(),
        "no_configuration" => lang.pick(
            "Für diese Installation sind keine Angaben gespeichert.",
            "No values are stored for this installation.",
        ),
        "production_basis" => lang.pick(
            "Ohne Freischaltung darf die Produktion nicht geändert werden.",
            "Production may not be changed without an activation.",
        ),
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
        "signature_required" => lang.pick(
            "Dieses Paket muss mit einem Schlüssel signiert sein, der hinterlegt und gültig ist, und ist es nicht. Der Herausgeber signiert es und lädt dieselbe Version mit der Signatur noch einmal hoch.",
            "This package has to be signed with a key that is registered and valid, and is not. Its vendor signs it and uploads the same version once more, with the signature.",
        ),
        "signing_needs_key" => lang.pick(
            "Hinterlegen Sie zuerst einen öffentlichen Schlüssel. Ohne ihn könnten Sie nichts mehr hochladen.",
            "Register a public key first. Without one you could not upload anything any more.",
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
        "origin_missing" => lang.pick(
            "Ihr Browser hat nicht gesagt, von welcher Seite das kommt. Deshalb nimmt das Portal es nicht an. Nutzen Sie einen aktuellen Browser; bleibt es dabei, fragen Sie Ihre IT: vielleicht entfernt ein Proxy die Angabe „Origin“.",
            "Your browser did not say from which page this comes. So the portal does not accept it. Use a current browser; if it persists, ask your IT department: a proxy may remove the header “Origin”.",
        ),
        "origin_foreign" => lang.pick(
            "Das kommt von einer anderen Website. Deshalb nimmt das Portal es nicht an. Öffnen Sie die Seite im Portal und versuchen Sie es dort noch einmal.",
            "This comes from another website. So the portal does not accept it. Open the page in the portal and try again there.",
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
