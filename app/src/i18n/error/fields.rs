//! Codes at fields.

use super::{portal, rule};
use crate::i18n::{supply, words};
use portal_model::{Lang, PortalError, finding::fill, form::FieldError, pages::request::Task};

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
        "lines_outside" => lang.pick(
            "Diese Verwaltungen könnten die Version nicht nutzen: Sie liegen in keinem der gewählten Länder, oder das Paket ist nicht für sie gedacht: {lines}.",
            "These administrations could not use the version: they are in none of the chosen Länder, or the package is not meant for them: {lines}.",
        ),
        "laender_empty" => lang.pick(
            "In diesen Ländern kennt das Portal keine Verwaltung, für die das Paket gedacht ist. Niemand könnte die Version nutzen.",
            "In these Länder the portal knows no administration that the package is meant for. Nobody could use the version.",
        ),
        "signature_required" => lang.pick(
            "Für dieses Paket ist eine Signatur nötig. Signieren Sie es und laden Sie es mit der Signatur noch einmal hoch (im Browser im Feld „Signatur“, in der Pipeline mit --signature).",
            "This package needs a signature. Sign it and upload it once more with the signature (in a browser in the field “Signature”, in a pipeline with --signature).",
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
        "choose_change" => lang.pick("Bitte wählen Sie, was sich ändern soll.", "Please choose what is to change."),
        "choose_state" => lang.pick("Bitte wählen Sie einen früheren Stand.", "Please choose an earlier state."),
        "confirm_loss" => {
            lang.pick("Bitte bestätigen Sie, dass Daten verloren gehen.", "Please confirm that data are lost.")
        }
        "day_over" => lang.pick("Bitte geben Sie einen Tag an, der noch kommt.", "Please enter a day that is still to come."),
        "day_too_late" => lang.pick(
            "Bis dahin ist der Test zu alt. Spätester Tag: {last}.",
            "The test will be too old by then. Last day: {last}.",
        ),
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
        code => match supply::text(lang, code).or_else(|| crate::i18n::targets::field(lang, code)) {
            Some(text) => text,
            None => return error.text(lang).text,
        },
    };
    fill(pattern, &error.params)
}
