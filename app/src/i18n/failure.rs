//! Why a step failed and what to do about it: cause → what happened → what to do.

use super::texts;
use portal_model::operation::FailureCause;

texts! {
    /// What happened.
    happened(FailureCause) {
        FailureCause::Unreachable => "Die Zielumgebung ist nicht erreichbar.", "The target environment cannot be reached.";
        FailureCause::Unauthorised => "Die Zielumgebung nimmt die Zugangsdaten nicht an.", "The target environment does not accept the credential.";
        FailureCause::PermissionMissing => "In der Zielumgebung fehlt eine Berechtigung.", "A permission is missing in the target environment.";
        FailureCause::QuotaExceeded => "Das Kontingent der Zielumgebung reicht nicht aus.", "The quota of the target environment is exhausted.";
        FailureCause::NamespaceMissing => "Den vorgesehenen Bereich (Namespace) gibt es in der Zielumgebung nicht.", "The intended namespace does not exist in the target environment.";
        FailureCause::Invalid => "Die Zielumgebung weist ein Objekt als ungültig zurück.", "The target environment refuses an object as invalid.";
        FailureCause::Conflict => "Ein Objekt gleichen Namens wird von jemand anderem verwaltet.", "Somebody else manages an object of the same name.";
        FailureCause::Fenced => "Ein anderer Arbeitsprozess hat diese Bereitstellung übernommen.", "Another worker has taken over this operation.";
        FailureCause::ImageMissing => "Ein Programmabbild (Image) konnte nicht geladen werden.", "An image could not be fetched.";
        FailureCause::CrashLoop => "Ein Programm stürzt nach dem Start immer wieder ab.", "A program keeps crashing after its start.";
        FailureCause::NotReady => "Das Verfahren wurde nicht rechtzeitig bereit.", "The Verfahren did not become ready in time.";
        FailureCause::TestTimeout => "Ein automatischer Test wurde nicht rechtzeitig fertig.", "An automated test did not end in time.";
        FailureCause::BackupFailed => "Die Datensicherung ist fehlgeschlagen, oder sie ließ sich nicht zurückspielen.", "The backup failed, or could not be brought back.";
        FailureCause::HookFailed => "Ein Vorbereitungs- oder Abschlussschritt (Job) des Verfahrens ist fehlgeschlagen.", "A Job of the Verfahren for its preparation or completion failed.";
        FailureCause::ChartsUnavailable => "Das Paket enthält ein Helm-Chart. Auf diesem Server ist helm nicht eingerichtet oder nicht abgeschottet.", "The package holds a Helm chart. Helm is not set up on this server, or not isolated.";
        FailureCause::PackageRefused => "Das Paket lässt sich mit diesen Angaben nicht einrichten oder verstößt gegen eine Zulassungsregel.", "The package cannot be set up with these values, or a rule of admission forbids it.";
        FailureCause::EvidenceEnded => "Ein Sicherheitsnachweis des Rechenzentrums ist abgelaufen. Solange geht dort nichts Neues in Produktion.", "An evidence of the data centre's security has ended. Until it is renewed, nothing new goes to production there.";
        FailureCause::Throttled => "Die Zielumgebung bittet um weniger Anfragen.", "The target environment asks for fewer requests.";
        FailureCause::TargetKindUnsupported => "Diese Art von Zielumgebung kann das Portal nicht bedienen.", "The portal does not serve this kind of target environment.";
        FailureCause::CredentialUnreadable => "Die hinterlegten Zugangsdaten lassen sich nicht entschlüsseln.", "The stored credential cannot be decrypted.";
        FailureCause::Internal => "Im Portal ist etwas Unerwartetes geschehen.", "Something unexpected happened in the portal.";
    }
    /// What to do.
    advice(FailureCause) {
        FailureCause::Unreachable => "Das Portal versucht es von selbst weiter. Hält es an, prüft der Rechenzentrumsbetrieb Netz und API-Server.", "The portal keeps trying. If it persists, the data centre checks network and API server.";
        FailureCause::Unauthorised => "Der Rechenzentrumsbetrieb erneuert die Zugangsdaten der Zielumgebung; danach „Erneut versuchen“.", "The data centre renews the credential of the target; then try again.";
        FailureCause::PermissionMissing => "Der Rechenzentrumsbetrieb ergänzt die genannte Berechtigung; danach „Erneut versuchen“.", "The data centre adds the permission named here; then try again.";
        FailureCause::QuotaExceeded => "Der Rechenzentrumsbetrieb erhöht das Kontingent oder schafft Platz; danach „Erneut versuchen“.", "The data centre raises the quota or makes room; then try again.";
        FailureCause::NamespaceMissing => "Der Rechenzentrumsbetrieb legt den Bereich an; danach „Erneut versuchen“.", "The data centre creates the namespace; then try again.";
        FailureCause::Invalid => "Der Herausgeber prüft das Paket. Liegt es an einer Angabe, korrigieren Sie die Angaben.", "The vendor checks the package. If a value is the cause, correct the values.";
        FailureCause::Conflict => "Das Portal versucht es von selbst weiter. Hält es an, klärt der Rechenzentrumsbetrieb, wem das Objekt gehört.", "The portal keeps trying. If it persists, the data centre finds out who owns the object.";
        FailureCause::Fenced => "Sie müssen nichts tun: die Bereitstellung läuft dort weiter.", "Nothing to do: the operation goes on there.";
        FailureCause::ImageMissing => "Der Rechenzentrumsbetrieb prüft den Zugang zur Registry, der Herausgeber den Verweis im Paket.", "The data centre checks access to the registry, the vendor the reference in the package.";
        FailureCause::CrashLoop => "Oft liegt es an einer Angabe: prüfen Sie die Angaben und das Protokoll unten, sonst hilft der Herausgeber.", "Often a value is the cause: check the values and the log below, else ask the vendor.";
        FailureCause::NotReady => "Versuchen Sie es erneut. Hält es an, prüft der Rechenzentrumsbetrieb Last und Speicher.", "Try again. If it persists, the data centre checks load and storage.";
        FailureCause::TestTimeout => "Versuchen Sie es erneut. Hält es an, prüft der Herausgeber den Test.", "Try again. If it persists, the vendor checks the test.";
        FailureCause::BackupFailed => "Ohne Sicherung wird nichts geändert; beim Zurückspielen steht die Produktion solange still. Das Protokoll unten sagt, woran es lag; der Herausgeber hilft. Danach „Erneut versuchen“.", "Nothing is changed without a backup; while data are brought back production is stopped. The log below says why; the vendor helps. Then try again.";
        FailureCause::HookFailed => "Prüfen Sie die Angaben und das Ende des Protokolls bei den Einzelheiten, sonst hilft der Herausgeber; danach „Erneut versuchen“.", "Check the values and the end of the log in the details, else ask the vendor; then try again.";
        FailureCause::ChartsUnavailable => "Der Portalbetrieb richtet helm ein („portal config check“ zeigt, was fehlt); danach „Erneut versuchen“.", "The portal's operator sets up helm (\"portal config check\" shows what is missing); then try again.";
        FailureCause::PackageRefused => "Prüfen Sie die Angaben; liegt es nicht daran, prüft der Herausgeber das Paket.", "Check the values; if they are not the cause, the vendor checks the package.";
        FailureCause::EvidenceEnded => "Der Rechenzentrumsbetrieb hinterlegt einen gültigen Nachweis; danach „Erneut versuchen“. Was läuft, läuft weiter.", "The data centre records valid evidence; then try again. What runs keeps running.";
        FailureCause::Throttled => "Sie müssen nichts tun: das Portal wartet und versucht es weiter.", "Nothing to do: the portal waits and goes on trying.";
        FailureCause::TargetKindUnsupported => "Wählen Sie eine andere Zielumgebung.", "Choose another target environment.";
        FailureCause::CredentialUnreadable => "Der Portalbetrieb prüft den Schlüssel; der Rechenzentrumsbetrieb hinterlegt die Zugangsdaten sonst neu.", "The portal's operator checks the key; otherwise the data centre stores the credential anew.";
        FailureCause::Internal => "Versuchen Sie es erneut. Hält es an, melden Sie dem Portalbetrieb die Nummer der Bereitstellung.", "Try again. If it persists, tell the portal's operator the number of the operation.";
    }
}
