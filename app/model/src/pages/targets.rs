//! Targets as their operators run them: registering, watching, limiting, stopping, renewing.

use super::Choice;
use crate::{
    Bilingual, MaintenanceId, TargetId, Timestamp,
    data_centre::{Stage, TargetKind},
    form::FieldError,
    installation::InstallationState,
    operating::{EvidenceKind, EvidenceState, Stopped, Survey, Window},
    operation::{Failure, FailureCause, OperationKind, OperationState},
    reference::Reference,
};
use serde::{Deserialize, Serialize};

/// Where a page of a target belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetHead {
    /// Target.
    pub id: TargetId,
    /// Namespace or host.
    pub name: String,
    /// Kind.
    pub kind: TargetKind,
    /// Stage.
    pub stage: Stage,
    /// Data centre.
    pub data_centre: String,
    /// It is simulated.
    pub simulated: bool,
}

/// First step of registering: what the target is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct PlanPage {
    /// Data centre.
    pub data_centre: String,
    /// Its short name.
    pub slug: String,
    /// It is simulated.
    pub simulated: bool,
    /// It has a test environment.
    pub has_test: bool,
    /// What was entered.
    pub form: PlanForm,
    /// Verwaltungen that it may serve; selected are those entered.
    pub municipalities: Vec<Choice>,
    /// Registrations that were begun and not finished: address, namespaces, since when.
    pub begun: Vec<(TargetId, String, Timestamp)>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The form of the first step, as it was entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct PlanForm {
    /// `test` or `production`.
    pub stage: String,
    /// `shared` or `each`.
    pub mode: String,
    /// The shared namespace.
    pub namespace: String,
    /// How a namespace is called by its Verwaltung: `{verwaltung}-test`.
    pub pattern: String,
    /// Short names of Verwaltungen.
    pub municipalities: Vec<String>,
    /// Domain.
    pub domain: String,
    /// Class of Ingress objects.
    pub ingress_class: String,
    /// Class of volumes.
    pub storage_class: String,
    /// Secret with the certificate.
    pub tls_secret: String,
    /// Places.
    pub capacity: String,
}

/// Second step: the YAML, the credential, what the check found, and registering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationPage {
    /// Registration.
    pub id: TargetId,
    /// Data centre.
    pub data_centre: String,
    /// Its short name.
    pub slug: String,
    /// It is simulated.
    pub simulated: bool,
    /// Stage.
    pub stage: Stage,
    /// Namespaces, with the name of the only Verwaltung of each.
    pub namespaces: Vec<(String, Option<String>)>,
    /// Domain.
    pub domain: String,
    /// Places in each.
    pub capacity: i64,
    /// Class of Ingress objects that was named; may be empty.
    pub ingress_class: String,
    /// Class of volumes that was named; may be empty.
    pub storage_class: String,
    /// What the operator applies.
    pub yaml: String,
    /// The ServiceAccount in it and its namespace.
    pub account: (String, String),
    /// There is a test environment in the data centre, this one included.
    pub has_test: bool,
    /// The credential.
    pub credential: CredentialForm,
    /// Address of the API server, once a credential was checked.
    pub endpoint: Option<String>,
    /// What the check found.
    pub survey: Option<Survey>,
    /// May be registered now.
    pub may_register: bool,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// A credential as it was entered, without its secret parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct CredentialForm {
    /// `kubeconfig` or `parts`.
    pub way: String,
    /// Address of the API server.
    pub server: String,
    /// Its certificate authority.
    pub ca: String,
    /// Why the last one was refused by the target.
    pub failure: Option<Failure>,
    /// What was found with the last one, if it was refused for that.
    pub survey: Option<Survey>,
}

/// The page of a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetPage {
    /// Head.
    pub head: TargetHead,
    /// Address of the API server.
    pub endpoint: String,
    /// The only Verwaltung it serves.
    pub only_for: Option<String>,
    /// Domain.
    pub domain: String,
    /// Takes nothing new.
    pub closed: bool,
    /// Places that are taken.
    pub taken: i64,
    /// How many it has.
    pub capacity: i64,
    /// Operations that run or wait.
    pub running: i64,
    /// Operations that need somebody.
    pub stuck: i64,
    /// Trials under way.
    pub trials: i64,
    /// Trials could be admitted here.
    pub may_admit_trials: bool,
    /// Operations at the same time, if the operator set that.
    pub at_once: Option<i64>,
    /// What holds otherwise.
    pub default_at_once: i64,
    /// Requests per second, if the operator set that.
    pub per_second: Option<i64>,
    /// When operations may begin; none means always.
    pub windows: Vec<Window>,
    /// Nothing may begin just now.
    pub outside_windows: bool,
    /// Mirrors, as many as there are.
    pub mirrors: Vec<(String, String)>,
    /// The stop switch is on.
    pub stopped: Option<Stopped>,
    /// Maintenance under way or to come.
    pub maintenance: Vec<MaintenanceRow>,
    /// What has a place here.
    pub tenants: Vec<TenantRow>,
    /// Versions that stand here, with how many installations.
    pub versions: Vec<(Bilingual, String, i64)>,
    /// Unfinished operations that failed at something.
    pub failures: Vec<FailureRow>,
    /// May change something.
    pub may_change: bool,
    /// A reason that was entered.
    pub reason: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// An installation that has a place in a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantRow {
    /// Whose.
    pub municipality: String,
    /// Of what.
    pub verfahren: Bilingual,
    /// The version that stands there.
    pub version: Option<String>,
    /// State of the installation.
    pub state: InstallationState,
    /// Since when that version stands there.
    pub since: Option<Timestamp>,
}

/// An unfinished operation that failed at something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureRow {
    /// `BE-…`.
    pub reference: Reference,
    /// What.
    pub kind: OperationKind,
    /// For whom; nobody in a trial.
    pub municipality: Option<String>,
    /// State.
    pub state: OperationState,
    /// At what.
    pub cause: FailureCause,
    /// Since when the operation is there.
    pub since: Timestamp,
}

/// Announced maintenance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaintenanceRow {
    /// Id.
    pub id: MaintenanceId,
    /// Begin.
    pub from: Timestamp,
    /// End.
    pub until: Timestamp,
    /// What people are told.
    pub text: String,
    /// Under way.
    pub now: bool,
}

/// Limits, windows and mirrors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetSettingsPage {
    /// Head.
    pub head: TargetHead,
    /// Operations at the same time, as entered.
    pub at_once: String,
    /// What holds without.
    pub default_at_once: i64,
    /// Requests per second, as entered.
    pub per_second: String,
    /// Windows, one a line.
    pub windows: String,
    /// Mirrors, one a line.
    pub mirrors: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// Replacing the credential of a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetCredentialPage {
    /// Head.
    pub head: TargetHead,
    /// Address of the API server, which stays.
    pub endpoint: String,
    /// Other targets of the data centre at the same API server, by name.
    pub others: Vec<String>,
    /// Replace theirs too.
    pub all: bool,
    /// Operations that work with the present one just now.
    pub running: i64,
    /// The credential.
    pub credential: CredentialForm,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// Announcing maintenance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaintenancePage {
    /// Head.
    pub head: TargetHead,
    /// Begin, as entered.
    pub from: String,
    /// End, as entered.
    pub until: String,
    /// What people are told, as entered.
    pub text: String,
    /// Under way or to come.
    pub rows: Vec<MaintenanceRow>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// Evidence of a data centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidencePage {
    /// Data centre.
    pub data_centre: String,
    /// Its short name.
    pub slug: String,
    /// It is simulated.
    pub simulated: bool,
    /// What is recorded.
    pub rows: Vec<EvidenceRow>,
    /// Kind, as entered.
    pub kind: String,
    /// Last day, as entered.
    pub until: String,
    /// Note, as entered.
    pub note: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// One kind of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceRow {
    /// What.
    pub kind: EvidenceKind,
    /// The moment at which it ends.
    pub valid_until: Timestamp,
    /// How it stands.
    pub state: EvidenceState,
    /// Who issued it.
    pub note: String,
}

/// Evidence that ends soon or has ended, for the start page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceWarning {
    /// Data centre.
    pub data_centre: String,
    /// Its short name.
    pub slug: String,
    /// What.
    pub row: EvidenceRow,
}

/// What keeps a target from being worked on, for those whose case it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TargetNotice {
    /// Maintenance under way or to come.
    Maintenance {
        /// Stage.
        stage: Stage,
        /// Begin.
        from: Timestamp,
        /// End.
        until: Timestamp,
        /// What the operator says.
        text: String,
        /// Under way.
        now: bool,
    },
    /// The operator has stopped it.
    Stopped {
        /// Stage.
        stage: Stage,
        /// Since when.
        at: Timestamp,
        /// Why.
        reason: String,
    },
}
