//! Actions of the record by their stable names.

use portal_model::Lang;

/// What was done, as a short statement. A name that this program does not know is shown as it is.
pub fn text(lang: Lang, action: &str) -> &str {
    let Some((_, de, en)) = TEXTS.iter().find(|(name, _, _)| *name == action) else { return action };
    lang.pick(de, en)
}

/// Whether there is a text for this action.
pub fn is_known(action: &str) -> bool {
    TEXTS.iter().any(|(name, _, _)| *name == action)
}

const TEXTS: &[(&str, &str, &str)] = &[
    ("case_read", "Fall angesehen", "Case viewed"),
    ("request_start", "Antrag angelegt", "Request created"),
    ("request_edit", "Antrag bearbeitet", "Request edited"),
    ("request_submit", "Antrag eingereicht", "Request submitted"),
    ("request_withdraw", "Antrag zurückgezogen", "Request withdrawn"),
    ("request_take", "Zur Bearbeitung übernommen", "Taken up for review"),
    ("request_return", "Rückfrage gestellt", "Asked back"),
    ("request_accept", "Antrag angenommen", "Request accepted"),
    ("request_decline", "Antrag nicht angenommen", "Request not accepted"),
    ("work_list_read", "Arbeitsvorrat angesehen", "Work list viewed"),
    ("values_correct", "Angaben korrigiert", "Values corrected"),
    ("test_repeat", "Erneut getestet", "Tested again"),
    ("acceptance_declare", "Abnahme erklärt", "Acceptance declared"),
    ("defect_report", "Mangel gemeldet", "Defect reported"),
    ("activation_request", "Freischaltung beantragt", "Activation requested"),
    (
        "activation_decide_municipality",
        "Für die Verwaltung über die Freischaltung entschieden",
        "Decided on activation for the administration",
    ),
    ("activation_decide_land", "Für das Land über die Freischaltung entschieden", "Decided on activation for the Land"),
    ("change_prepare", "Änderung vorbereitet", "Change prepared"),
    ("installation_suspend", "Produktion angehalten oder gestartet", "Production stopped or started"),
    ("installation_rollback", "Rückkehr zu einem früheren Stand veranlasst", "Return to an earlier state ordered"),
    ("installation_remove", "Entfernung veranlasst", "Removal ordered"),
    ("operation_retry", "Bereitstellung erneut versucht", "Operation tried again"),
    ("operation_cancel", "Bereitstellung abgebrochen", "Operation called off"),
    ("operation_abandon", "Bereitstellung aufgegeben", "Operation given up"),
    ("operation_step", "Bereitstellung: Stand geändert", "Operation: state changed"),
    ("audit_read", "Protokoll eingesehen", "Record viewed"),
    ("data_centre_read", "Rechenzentren angesehen", "Data centres viewed"),
    ("target_add", "Zielumgebung eingetragen", "Target environment registered"),
    ("trials_admit", "Probeläufe in einer Zielumgebung geändert", "Trials in a target environment changed"),
    ("credential_rotate", "Zugangsdaten einer Zielumgebung erneuert", "Credential of a target renewed"),
    ("target_limit", "Grenzen einer Zielumgebung geändert", "Limits of a target changed"),
    ("target_stop", "Zielumgebung angehalten oder freigegeben", "Target stopped or let go on"),
    ("target_mirror", "Spiegel einer Zielumgebung geändert", "Mirrors of a target changed"),
    ("maintenance_announce", "Wartung angekündigt", "Maintenance announced"),
    ("maintenance_cancel", "Wartung abgesagt oder beendet", "Maintenance called off or ended"),
    ("evidence_record", "Sicherheitsnachweis hinterlegt", "Security evidence recorded"),
    ("release_publish", "Version veröffentlicht", "Version published"),
    ("release_withdraw", "Angebot einer Version geändert", "Offer of a version changed"),
    ("release_limit", "Kreis der Nutzenden einer Version geändert", "Audience of a version changed"),
    ("package_read", "Paket angesehen", "Package viewed"),
    ("package_upload", "Paket hochgeladen", "Package uploaded"),
    ("package_submit", "Paket zur Prüfung eingereicht", "Package handed in for review"),
    ("package_discard", "Paket verworfen", "Package discarded"),
    ("package_message", "Nachricht zum Paket geschrieben", "Message about a package written"),
    ("package_take", "Paket zur Prüfung übernommen", "Package taken up for review"),
    ("package_return", "Paket mit Anmerkungen zurückgegeben", "Package returned with comments"),
    ("package_release", "Paket freigegeben", "Package released"),
    ("package_decline", "Paket nicht freigegeben", "Package not released"),
    ("trial_read", "Probelauf angesehen", "Trial viewed"),
    ("trial_start", "Probelauf gestartet", "Trial started"),
    ("trial_give_up", "Ziel eines Probelaufs aufgegeben", "Target of a trial given up"),
    ("trial_cancel", "Probelauf abgebrochen", "Trial called off"),
    ("vendor_keys", "Schlüssel der Herausgabe geändert", "Keys of a vendor changed"),
    ("release_runs", "Verbreitung der Versionen angesehen", "Use of versions viewed"),
    ("feedback_give", "Rückmeldung gegeben", "Feedback given"),
    ("feedback_answer", "Rückmeldung beantwortet", "Feedback answered"),
    ("component_search", "Nach Bestandteilen gesucht", "Searched for components"),
    ("keys_rotate", "Schlüssel der Geheimnisse gewechselt", "Keys of secrets changed"),
    ("organisation_add", "Organisation oder Person angelegt", "Organisation or person created"),
    ("mandate_grant", "Vollmacht erteilt", "Mandate given"),
    ("mandate_revoke", "Vollmacht widerrufen", "Mandate revoked"),
    ("sign_in", "Angemeldet", "Signed in"),
    ("sign_out", "Abgemeldet", "Signed out"),
];
