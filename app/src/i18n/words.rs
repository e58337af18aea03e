//! Words for every closed set of the model, as the field says them.

use super::texts;
use portal_model::{
    Lang,
    activation::{ActivationState, Side},
    data_centre::{Stage, TargetKind},
    feedback::FeedbackKind,
    finding::Severity,
    installation::InstallationState,
    mandate::MandateScope,
    operation::{Basis, OperationKind, OperationState, StepKind},
    organisation::{MunicipalityKind, OrganisationKind, Role},
    pages::{
        Place,
        case::{LiesWithWhom, NextStep},
        catalogue::CatalogueSort,
        operation::StepState,
        request::{Task, TaskState},
    },
    phase::Phase,
    request::RequestState,
    submission::{SubmissionSide, SubmissionState},
    trial::TrialResult,
    verfahren::{DocumentDue, ProtectionNeed, Provisioning, ReleaseState},
};

texts! {
    /// A phase of a case.
    phase(Phase) {
        Phase::Request => "Antrag", "Request";
        Phase::Test => "Test", "Test";
        Phase::Acceptance => "Abnahme", "Acceptance";
        Phase::Activation => "Freischaltung", "Activation";
        Phase::Live => "Live", "Live";
    }
    /// State of a request.
    request_state(RequestState) {
        RequestState::Draft => "Entwurf", "Draft";
        RequestState::Submitted => "Eingereicht", "Submitted";
        RequestState::InReview => "In Bearbeitung", "In review";
        RequestState::Returned => "Rückfrage", "Returned with a question";
        RequestState::Accepted => "Angenommen", "Accepted";
        RequestState::Declined => "Nicht angenommen", "Not accepted";
        RequestState::Withdrawn => "Zurückgezogen", "Withdrawn";
    }
    /// State of an installation.
    installation_state(InstallationState) {
        InstallationState::InTest => "Wird getestet", "Being tested";
        InstallationState::TestFailed => "Test nicht bestanden", "Test failed";
        InstallationState::InAcceptance => "In Abnahme", "In acceptance";
        InstallationState::Defective => "Abnahme mit Mängeln", "Defects reported";
        InstallationState::Accepted => "Abgenommen", "Accepted by the clerk";
        InstallationState::Activating => "Freischaltung läuft", "Activation under way";
        InstallationState::Live => "Live", "Live";
        InstallationState::Changing => "Änderung in Vorbereitung", "Change being prepared";
        InstallationState::Suspending => "Wird angehalten", "Being stopped";
        InstallationState::Suspended => "Angehalten", "Stopped";
        InstallationState::Resuming => "Wird wieder gestartet", "Being started again";
        InstallationState::RollingBack => "Kehrt zu einem früheren Stand zurück", "Going back to an earlier state";
        InstallationState::Connected => "Angebunden", "Connected";
        InstallationState::Removing => "Wird entfernt", "Being removed";
        InstallationState::Removed => "Entfernt", "Removed";
    }
    /// What a Bereitstellung does.
    operation_kind(OperationKind) {
        OperationKind::Install => "Einrichtung in der Testumgebung", "Set-up in the test environment";
        OperationKind::Update => "Aktualisierung in der Testumgebung", "Update in the test environment";
        OperationKind::Reconfigure => "Neue Angaben in der Testumgebung", "New values in the test environment";
        OperationKind::Activate => "Produktivsetzung", "Set-up in production";
        OperationKind::Rollback => "Rückkehr zu einem früheren Stand", "Return to an earlier state";
        OperationKind::Suspend => "Anhalten der Produktion", "Stopping production";
        OperationKind::Resume => "Neustart der Produktion", "Starting production again";
        OperationKind::Remove => "Entfernung", "Removal";
        OperationKind::Trial => "Probelauf", "Trial";
    }
    /// State of a Bereitstellung.
    operation_state(OperationState) {
        OperationState::Queued => "Eingeplant", "Queued";
        OperationState::Running => "Läuft", "Running";
        OperationState::Waiting => "Wartet", "Waiting";
        OperationState::Unwinding => "Wird zurückgenommen", "Being undone";
        OperationState::Done => "Fertig", "Done";
        OperationState::Unwound => "Zurückgenommen", "Undone";
        OperationState::Stuck => "Eingriff nötig", "Needs somebody";
        OperationState::Abandoned => "Aufgegeben", "Given up";
    }
    /// How a trial came out.
    trial_result(TrialResult) {
        TrialResult::Passed => "Probelauf bestanden", "Trial passed";
        TrialResult::Failed => "Probelauf nicht bestanden", "Trial failed";
        TrialResult::Broken => "Probelauf nicht durchführbar", "Trial could not be carried out";
        TrialResult::Cancelled => "Probelauf abgebrochen", "Trial called off";
    }
    /// A step of a Bereitstellung.
    step(StepKind) {
        StepKind::Check => "Zielumgebung und Paket prüfen", "Check target and package";
        StepKind::Backup => "Daten sichern", "Back up the data";
        StepKind::Stop => "Produktion anhalten", "Stop production";
        StepKind::Restore => "Datensicherung zurückspielen", "Bring the backup back";
        StepKind::Apply => "Einrichten", "Apply";
        StepKind::Prune => "Nicht mehr Benötigtes entfernen", "Remove what is no longer needed";
        StepKind::Observe => "Warten, bis alles läuft", "Wait until everything runs";
        StepKind::Test => "Automatische Tests", "Automated tests";
        StepKind::Delete => "Abbauen", "Delete";
    }
    /// How far a step is.
    step_state(StepState) {
        StepState::Open => "offen", "open";
        StepState::Running => "läuft", "running";
        StepState::Done => "fertig", "done";
        StepState::Failed => "fehlgeschlagen", "failed";
        StepState::Skipped => "nicht ausgeführt", "not run";
    }
    /// Why production may be changed.
    basis(Basis) {
        Basis::Approval => "Freischaltung mit zwei Zustimmungen", "Activation with two approvals";
        Basis::Consent => "Entscheidung der Verwaltung", "Decision of the administration";
        Basis::Removal => "Entfernung durch die Verwaltung", "Removal by the administration";
    }
    /// A role.
    role(Role) {
        Role::Clerk => "Sachbearbeitung", "Clerk";
        Role::Signatory => "Zeichnungsberechtigt", "Signatory";
        Role::Consultant => "Beratung", "Consultant";
        Role::Curator => "Verfahrensprüfung", "Curator";
        Role::Publisher => "Herausgabe", "Publisher";
        Role::Operator => "Rechenzentrumsbetrieb", "Data centre operator";
        Role::Auditor => "Revision", "Auditor";
        Role::OrganisationAdmin => "Organisationsverwaltung", "Organisation administrator";
        Role::PortalAdmin => "Portalverwaltung", "Portal administrator";
    }
    /// Kind of an organisation.
    organisation_kind(OrganisationKind) {
        OrganisationKind::Municipality => "Verwaltung", "Administration";
        OrganisationKind::StateBody => "Landesstelle", "State body";
        OrganisationKind::Consultancy => "Beratungsunternehmen", "Consultancy";
        OrganisationKind::Vendor => "Herausgeber", "Vendor";
        OrganisationKind::Operator => "Rechenzentrum", "Data centre operator";
        OrganisationKind::Audit => "Revision", "Audit";
        OrganisationKind::Portal => "Portalbetrieb", "Portal operator";
    }
    /// Kind of a Verwaltung.
    municipality_kind(MunicipalityKind) {
        MunicipalityKind::Stadt => "Stadt", "City or town";
        MunicipalityKind::Gemeinde => "Gemeinde", "Municipality (Gemeinde)";
        MunicipalityKind::Amt => "Amt", "Joint administration (Amt)";
        MunicipalityKind::Verwaltungsgemeinschaft => "Verwaltungsgemeinschaft", "Joint administration (Verwaltungsgemeinschaft)";
        MunicipalityKind::Kreis => "Kreis, Landkreis", "District (Kreis)";
        MunicipalityKind::Zweckverband => "Zweckverband", "Special-purpose association";
    }
    /// Kind of a target.
    target_kind(TargetKind) {
        TargetKind::Kubernetes => "Kubernetes", "Kubernetes";
        TargetKind::Vm => "Virtuelle Maschine", "Virtual machine";
    }
    /// Test or production.
    stage(Stage) {
        Stage::Test => "Test", "Test";
        Stage::Production => "Produktion", "Production";
    }
    /// Side of an activation.
    side(Side) {
        Side::Municipality => "Verwaltung", "Administration";
        Side::Land => "Land", "Land";
    }
    /// State of an activation.
    activation_state(ActivationState) {
        ActivationState::Requested => "Wartet auf zwei Zustimmungen", "Waiting for two approvals";
        ActivationState::Approved => "Zugestimmt, Produktivsetzung läuft", "Approved, production is being set up";
        ActivationState::Refused => "Nicht zugestimmt", "Not approved";
        ActivationState::Done => "Freigeschaltet", "Activated";
        ActivationState::Ended => "Beendet", "Ended";
    }
    /// What a Vollmacht covers.
    mandate_scope(MandateScope) {
        MandateScope::Request => "Anträge stellen", "Submitting requests";
        MandateScope::Activate => "Abnahme und Freischaltung", "Acceptance and activation";
        MandateScope::Update => "Aktualisierungen", "Updates";
    }
    /// With whom something lies.
    lies_with(LiesWithWhom) {
        LiesWithWhom::Municipality => "Sachbearbeitung", "Clerks";
        LiesWithWhom::Signatory => "Zeichnungsberechtigte", "Signatories";
        LiesWithWhom::Land => "Beratung des Landes", "Consultants of the Land";
        LiesWithWhom::Portal => "Portal", "Portal";
        LiesWithWhom::DataCentre => "Rechenzentrum", "Data centre";
        LiesWithWhom::Nobody => "niemandem: abgeschlossen", "nobody: finished";
    }
    /// The one next step, as a button.
    next_step(NextStep) {
        NextStep::FillIn => "Antrag ausfüllen", "Fill in the request";
        NextStep::Answer => "Rückfrage beantworten", "Answer the question";
        NextStep::Take => "Zur Bearbeitung übernehmen", "Take up for review";
        NextStep::Review => "Antrag prüfen", "Review the request";
        NextStep::Correct => "Angaben korrigieren", "Correct the values";
        NextStep::Accept => "Abnahme erklären", "Declare acceptance";
        NextStep::RequestActivation => "Freischaltung beantragen", "Request activation";
        NextStep::Approve => "Über Freischaltung entscheiden", "Decide on activation";
        NextStep::DiscardChange => "Änderung verwerfen", "Discard the change";
        NextStep::FinishChange => "Änderung fertigstellen", "Finish the change";
        NextStep::TestAgain => "Erneut testen", "Test again";
        NextStep::Remove => "Installation entfernen", "Remove the installation";
        NextStep::Intervene => "Bereitstellung ansehen", "Look at the operation";
        NextStep::Wait => "Nichts zu tun", "Nothing to do";
    }
    /// What the next step is about.
    next_step_help(NextStep) {
        NextStep::FillIn => "Es fehlen noch Angaben. Sie können jederzeit unterbrechen, alles Gespeicherte bleibt erhalten.", "Some entries are still missing. You can stop at any time; what you saved is kept.";
        NextStep::Answer => "Die Beratung des Landes hat eine Rückfrage. Ergänzen Sie den Antrag und reichen Sie ihn erneut ein.", "The consultants have a question. Complete the request and submit it again.";
        NextStep::Take => "Der Antrag liegt im Arbeitsvorrat und gehört noch niemandem.", "The request is in the work list and nobody has it yet.";
        NextStep::Review => "Prüfen Sie die Angaben und entscheiden Sie: annehmen, nachfragen oder nicht annehmen.", "Check the entries and decide: accept, ask back or do not accept.";
        NextStep::Correct => "Nach dem Speichern wird die Testumgebung neu eingerichtet und alles noch einmal getestet.", "After saving, the test environment is set up again and everything is tested once more.";
        NextStep::Accept => "Die automatischen Tests sind bestanden. Öffnen Sie die Testumgebung, gehen Sie die Prüfliste durch und erklären Sie die Abnahme.", "The automated tests have passed. Open the test environment, go through the checklist and declare acceptance.";
        NextStep::RequestActivation => "Die Abnahme ist erklärt. Mit der Freischaltung geht das Verfahren in Betrieb.", "Acceptance has been declared. Activation takes the Verfahren live.";
        NextStep::Approve => "Für die Freischaltung braucht es zwei Zustimmungen von zwei verschiedenen Personen.", "Activation needs two approvals from two different people.";
        NextStep::DiscardChange => "Die neue Version darf nicht in Betrieb gehen. Verwerfen Sie die Änderung; die Produktion läuft unverändert weiter.", "The new version may not go live. Discard the change; production runs on unchanged.";
        NextStep::FinishChange => "Prüfen Sie, was sich ändert, und lassen Sie es testen. Die Produktion bleibt solange, wie sie ist.", "Check what changes and have it tested. Production stays as it is meanwhile.";
        NextStep::TestAgain => "Der Test ist zu alt für die Freischaltung. Lassen Sie dieselbe Version mit denselben Angaben erneut testen; danach folgen Abnahme und Freischaltung.", "The test is too old for the activation. Have the same version tested again with the same values; acceptance and activation follow.";
        NextStep::Remove => "Diese Version darf nicht in Betrieb gehen. Wenn Sie die Installation entfernen, ist ein neuer Antrag mit einer anderen Version möglich.", "This version may not go live. Once you remove the installation, a new request with another version is possible.";
        NextStep::Intervene => "Eine Bereitstellung kommt nicht allein weiter.", "An operation cannot go on by itself.";
        NextStep::Wait => "Im Moment müssen Sie nichts tun.", "There is nothing for you to do at the moment.";
    }
    /// A part of the Antrag.
    task(Task) {
        Task::Areas => "Gemeinden", "Gemeinden";
        Task::Values => "Angaben zum Verfahren", "Values";
        Task::Target => "Zielumgebung", "Target environment";
        Task::Summary => "Prüfen und einreichen", "Check and submit";
    }
    /// What a part of the Antrag asks for.
    task_help(Task) {
        Task::Areas => "Für welche Gemeinden soll das Verfahren gelten?", "For which Gemeinden is it?";
        Task::Values => "Gebühren, Ansprechstellen und was das Verfahren sonst wissen muss", "Fees, contacts and whatever else it needs to know";
        Task::Target => "In welchem Rechenzentrum läuft es?", "In which data centre does it run?";
        Task::Summary => "Alles noch einmal ansehen und einreichen", "See everything once more and submit";
    }
    /// How far a part is.
    task_state(TaskState) {
        TaskState::Done => "Erledigt", "Done";
        TaskState::Partial => "Teilweise erledigt", "Partly done";
        TaskState::Open => "Offen", "Open";
        TaskState::Blocked => "Noch nicht möglich", "Not possible yet";
    }
    /// A main place.
    place(Place) {
        Place::Requests => "Nachnutzungen", "Adoptions";
        Place::Installations => "Unsere Verfahren", "Our Verfahren";
        Place::WorkList => "Arbeitsvorrat", "Work list";
        Place::Packages => "Pakete", "Packages";
        Place::DataCentres => "Rechenzentren", "Data centres";
        Place::Audit => "Protokoll", "Record";
    }
    /// Order of the catalogue.
    catalogue_sort(CatalogueSort) {
        CatalogueSort::Relevance => "Relevanz", "Relevance";
        CatalogueSort::Name => "Name", "Name";
        CatalogueSort::Adoption => "Verbreitung", "Most used";
        CatalogueSort::Newest => "Neueste Version", "Newest version";
    }
    /// State of a version.
    release_state(ReleaseState) {
        ReleaseState::Published => "Angeboten", "Offered";
        ReleaseState::Deprecated => "Läuft aus", "Running out";
        ReleaseState::Withdrawn => "Zurückgezogen", "Withdrawn";
        ReleaseState::Unsafe => "Als unsicher zurückgezogen", "Withdrawn as unsafe";
    }
    /// State of a package on its way into the catalogue.
    submission_state(SubmissionState) {
        SubmissionState::Draft => "Hochgeladen", "Uploaded";
        SubmissionState::Submitted => "Eingereicht", "Handed in";
        SubmissionState::InReview => "In Prüfung", "In review";
        SubmissionState::Returned => "Mit Anmerkungen zurück", "Returned with comments";
        SubmissionState::Released => "Freigegeben", "Released";
        SubmissionState::Declined => "Nicht freigegeben", "Not released";
        SubmissionState::Discarded => "Verworfen", "Discarded";
    }
    /// On which side somebody speaks about a package.
    submission_side(SubmissionSide) {
        SubmissionSide::Vendor => "Herausgabe", "Publisher";
        SubmissionSide::Curator => "Verfahrensprüfung", "Review";
    }
    /// How grave a finding is.
    severity(Severity) {
        Severity::Fehler => "Fehler", "Error";
        Severity::Warnung => "Warnung", "Warning";
        Severity::Hinweis => "Hinweis", "Hint";
    }
    /// Kind of feedback.
    feedback_kind(FeedbackKind) {
        FeedbackKind::Wish => "Wunsch", "Wish";
        FeedbackKind::Question => "Frage", "Question";
        FeedbackKind::Experience => "Erfahrung", "Experience";
    }
    /// Deployed or connected.
    provisioning(Provisioning) {
        Provisioning::Deploy => "Wird im Rechenzentrum eingerichtet", "Set up in the data centre";
        Provisioning::Connected => "Wird angebunden (Einer für Alle)", "Connected (one for all)";
    }
    /// Need for protection.
    protection(ProtectionNeed) {
        ProtectionNeed::Normal => "normal", "normal";
        ProtectionNeed::High => "hoch", "high";
    }
    /// When a document must be there.
    document_due(DocumentDue) {
        DocumentDue::Test => "erforderlich vor dem Test", "required before the test";
        DocumentDue::Production => "erforderlich vor der Produktivsetzung", "required before production";
        DocumentDue::Later => "kann nachgereicht werden", "may follow later";
    }
}

/// What is missing for a Verwaltung, by its stable word.
pub fn missing(lang: Lang, word: &str) -> &'static str {
    match word {
        "audience" => lang.pick(
            "Das Verfahren ist für eine andere Art von Verwaltung gemacht.",
            "It is made for another kind of administration.",
        ),
        "land" => lang.pick("Das Verfahren gilt nicht in Ihrem Land.", "It is not valid in your Land."),
        "pilot" => lang.pick(
            "Diese Version ist zunächst nur für einzelne Verwaltungen freigegeben.",
            "For now this version is released for certain administrations only.",
        ),
        "target" => {
            lang.pick("Kein zugelassenes Rechenzentrum kann es betreiben.", "No admitted data centre can run it.")
        }
        "package" => lang.pick(
            "Das Portal kann das Paket dieser Version zurzeit nicht lesen. Der Betrieb des Portals muss das beheben.",
            "The portal cannot read the package of this version at the moment. Its operators have to mend that.",
        ),
        "test_target" => lang.pick(
            "Das Rechenzentrum hat keine Testumgebung; ohne sie ist keine Produktivsetzung möglich.",
            "The data centre has no test environment; without one there is no production.",
        ),
        _ => lang.pick("Eine Voraussetzung fehlt.", "A requirement is missing."),
    }
}

/// Why a data centre cannot be chosen, by its stable word.
pub fn refused(lang: Lang, word: &str) -> &'static str {
    match word {
        "no_test_target" => lang.pick(
            "Hat keine Testumgebung; ohne sie ist keine Produktivsetzung möglich.",
            "Has no test environment; without one there is no production.",
        ),
        "no_production_target" => lang.pick("Hat keine Produktionsumgebung.", "Has no production environment."),
        "kind" => lang.pick(
            "Bietet nicht die Art von Zielumgebung, die das Verfahren braucht.",
            "Does not offer the kind of target it needs.",
        ),
        "land" => lang.pick("Ist in Ihrem Land nicht zugelassen.", "Is not admitted in your Land."),
        "evidence" => lang.pick(
            "Der Sicherheitsnachweis (C5) ist abgelaufen; neue Produktivsetzungen sind nicht möglich.",
            "The security evidence (C5) has expired; nothing new goes to production.",
        ),
        "full" => lang.pick("Ist ausgelastet.", "Has no capacity left."),
        "vm" => lang.pick(
            "Bietet dafür nur virtuelle Maschinen; die kann das Portal noch nicht einrichten.",
            "Offers only virtual machines for this; the portal cannot set those up yet.",
        ),
        _ => lang.pick("Ist zurzeit nicht wählbar.", "Cannot be chosen at the moment."),
    }
}

/// What to do in the work list, by its stable word.
pub fn todo(lang: Lang, word: &str) -> Option<&'static str> {
    Some(match word {
        "open" => lang.pick("Zu entscheiden", "To be decided"),
        "submitted" => lang.pick("Neu eingereicht", "Newly submitted"),
        "in_review" => lang.pick("In Bearbeitung", "In review"),
        "activation" => lang.pick("Freischaltung", "Activation"),
        "all" => lang.pick("Alles", "Everything"),
        _ => return None,
    })
}

/// Whose a row of the work list is, by its stable word.
pub fn assigned(lang: Lang, word: &str) -> Option<&'static str> {
    Some(match word {
        "mine" => lang.pick("Bei mir", "With me"),
        "nobody" => lang.pick("Bei niemandem", "With nobody"),
        "all" => lang.pick("Bei allen", "With anyone"),
        _ => return None,
    })
}

/// Label of a choice in a facet of the catalogue.
pub fn facet_choice(lang: Lang, facet: &str, value: &str, label: &str) -> String {
    let known = match facet {
        "thema" => return portal_model::topic::text(lang, value).to_owned(),
        "fuer" => MunicipalityKind::from_word(value).map(|kind| municipality_kind(lang, kind)),
        "ziel" => TargetKind::from_word(value).map(|kind| target_kind(lang, kind)),
        "land" => portal_model::Land::from_key(value).map(portal_model::Land::name),
        _ => None,
    };
    known.unwrap_or(label).to_owned()
}

/// Name of a facet of the catalogue.
pub fn facet(lang: Lang, name: &str) -> &'static str {
    match name {
        "thema" => lang.pick("Thema", "Topic"),
        "land" => lang.pick("Land", "Land"),
        "fuer" => lang.pick("Für", "For"),
        "ziel" => lang.pick("Zielumgebung", "Target environment"),
        _ => lang.pick("Filter", "Filter"),
    }
}
