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
    ("acceptance_declare", "Abnahme erklärt", "Acceptance declared"),
    ("defect_report", "Mangel gemeldet", "Defect reported"),
    ("activation_request", "Freischaltung beantragt", "Activation requested"),
    (
        "activation_decide_municipality",
        "Für die Verwaltung über die Freischaltung entschieden",
        "Decided on activation for the administration",
    ),
    ("activation_decide_land", "Für das Land über die Freischaltung entschieden", "Decided on activation for the Land"),
    ("installation_remove", "Entfernung veranlasst", "Removal ordered"),
    ("operation_retry", "Bereitstellung erneut versucht", "Operation tried again"),
    ("operation_abandon", "Bereitstellung aufgegeben", "Operation given up"),
    ("operation_step", "Bereitstellung: Stand geändert", "Operation: state changed"),
    ("audit_read", "Protokoll eingesehen", "Record viewed"),
    ("data_centre_read", "Rechenzentren angesehen", "Data centres viewed"),
    ("target_add", "Zielumgebung eingetragen", "Target environment registered"),
    ("release_publish", "Version veröffentlicht", "Version published"),
    ("release_withdraw", "Version zurückgezogen", "Version withdrawn"),
    ("organisation_add", "Organisation oder Person angelegt", "Organisation or person created"),
    ("mandate_grant", "Vollmacht erteilt", "Mandate given"),
    ("mandate_revoke", "Vollmacht widerrufen", "Mandate revoked"),
    ("sign_in", "Angemeldet", "Signed in"),
    ("sign_out", "Abgemeldet", "Signed out"),
];
