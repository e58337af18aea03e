//! The policy: one table. Its full role × action × relation matrix is a checked-in snapshot
//! (`server/core/tests/snapshots/policy.txt`).

use portal_model::{mandate::MandateScope, organisation::Role, words};

words! {
    /// Everything that needs a permission. The words stand in the record.
    Action {
        /// Seeing a case: request, values, operations, tests.
        CaseRead = "case_read",
        /// Starting a request.
        RequestStart = "request_start",
        /// Filling in a request.
        RequestEdit = "request_edit",
        /// Handing a request in.
        RequestSubmit = "request_submit",
        /// Taking a request back.
        RequestWithdraw = "request_withdraw",
        /// Taking a request up for review.
        RequestTake = "request_take",
        /// Asking back.
        RequestReturn = "request_return",
        /// Accepting a request.
        RequestAccept = "request_accept",
        /// Not accepting a request.
        RequestDecline = "request_decline",
        /// The work list.
        WorkListRead = "work_list_read",
        /// Correcting values after a red test or a defect; tests run again.
        ValuesCorrect = "values_correct",
        /// Testing the same version and values again because the test has become too old.
        TestRepeat = "test_repeat",
        /// Declaring acceptance.
        AcceptanceDeclare = "acceptance_declare",
        /// Reporting a defect.
        DefectReport = "defect_report",
        /// Asking for activation.
        ActivationRequest = "activation_request",
        /// Saying yes or no to an activation for the municipality.
        ActivationDecideMunicipality = "activation_decide_municipality",
        /// Saying yes or no to an activation for the Land.
        ActivationDecideLand = "activation_decide_land",
        /// Preparing a change of what is live, having it tested, discarding it.
        ChangePrepare = "change_prepare",
        /// Stopping production and starting it again.
        InstallationSuspend = "installation_suspend",
        /// Going back to an earlier state of production.
        InstallationRollback = "installation_rollback",
        /// Taking an installation down.
        InstallationRemove = "installation_remove",
        /// Trying a stuck operation again.
        OperationRetry = "operation_retry",
        /// Calling off an operation that waits or runs.
        OperationCancel = "operation_cancel",
        /// Giving a stuck operation up.
        OperationAbandon = "operation_abandon",
        /// A step of an operation changed something.
        OperationStep = "operation_step",
        /// Reading the record.
        AuditRead = "audit_read",
        /// Seeing data centres and their load.
        DataCentreRead = "data_centre_read",
        /// Registering a data centre or target.
        TargetAdd = "target_add",
        /// Admitting trials of packages in a target, or no longer.
        TrialsAdmit = "trials_admit",
        /// Replacing the credential of a target.
        CredentialRotate = "credential_rotate",
        /// Setting limits and windows of a target.
        TargetLimit = "target_limit",
        /// Stopping a target, or letting it go on.
        TargetStop = "target_stop",
        /// Setting where images of a target come from.
        TargetMirror = "target_mirror",
        /// Announcing maintenance.
        MaintenanceAnnounce = "maintenance_announce",
        /// Calling maintenance off.
        MaintenanceCancel = "maintenance_cancel",
        /// Recording evidence of a data centre's security.
        EvidenceRecord = "evidence_record",
        /// Publishing a release without a review: only the portal itself, for what the demonstration brings along.
        ReleasePublish = "release_publish",
        /// Letting a release run out, withdrawing it, or offering it again.
        ReleaseWithdraw = "release_withdraw",
        /// Deciding who may use a release and whether it is a security fix.
        ReleaseLimit = "release_limit",
        /// Seeing submitted packages.
        PackageRead = "package_read",
        /// Uploading a package.
        PackageUpload = "package_upload",
        /// Handing a package to the curators.
        PackageSubmit = "package_submit",
        /// Taking a package back.
        PackageDiscard = "package_discard",
        /// Writing to the other side.
        PackageMessage = "package_message",
        /// Taking a package up for review.
        PackageTake = "package_take",
        /// Returning a package with comments.
        PackageReturn = "package_return",
        /// Releasing a package.
        PackageRelease = "package_release",
        /// Not releasing a package.
        PackageDecline = "package_decline",
        /// Seeing trials of a package.
        TrialRead = "trial_read",
        /// Starting a trial of a package.
        TrialStart = "trial_start",
        /// Calling a trial off.
        TrialCancel = "trial_cancel",
        /// Declaring that the target of a trial is gone, so that nothing of it can be removed.
        TrialGiveUp = "trial_give_up",
        /// Making and taking back access keys and public keys of a vendor.
        VendorKeys = "vendor_keys",
        /// Seeing which versions of a Verfahren run how often.
        ReleaseRuns = "release_runs",
        /// Giving feedback on a Verfahren.
        FeedbackGive = "feedback_give",
        /// Answering feedback.
        FeedbackAnswer = "feedback_answer",
        /// Looking for components in what runs.
        ComponentSearch = "component_search",
        /// Wrapping the keys of secrets with another key.
        KeysRotate = "keys_rotate",
        /// Creating organisations and people.
        OrganisationAdd = "organisation_add",
        /// Giving a mandate.
        MandateGrant = "mandate_grant",
        /// Taking a mandate back.
        MandateRevoke = "mandate_revoke",
        /// Signing in.
        SignIn = "sign_in",
        /// Signing out.
        SignOut = "sign_out",
    }
}

/// How an actor stands to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Member of the municipality it belongs to.
    Tenant,
    /// Member of an organisation with a live mandate of that municipality that covers this scope.
    Mandatary(MandateScope),
    /// Member of a state body of the tenant's Land.
    Land,
    /// Member of a state body of any Land: for what belongs to no tenant.
    StateBody,
    /// Auditor of the tenant's Land.
    Audit,
    /// The same for entries of the record; where there is no tenant, of a Land of the organisation that acted.
    AuditRecord,
    /// Member of the vendor it belongs to.
    Vendor,
    /// Member of the operator it belongs to.
    Operator,
    /// Member of the body that runs the portal.
    Portal,
    /// The same, for what is about no tenant only.
    PortalOwn,
    /// The portal itself.
    System,
    /// Somebody at the command line of the server.
    CommandLine,
}

/// A role in a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// Relation.
    pub relation: Relation,
    /// Role in the organisation through which the relation holds; without meaning for machines.
    pub role: Role,
}

const fn g(relation: Relation, role: Role) -> Grant {
    Grant { relation, role }
}

use Relation::{
    Audit, AuditRecord, CommandLine, Land, Mandatary, Operator, Portal, PortalOwn, StateBody, System, Tenant, Vendor,
};

const CLERK: Grant = g(Tenant, Role::Clerk);
const SIGNATORY: Grant = g(Tenant, Role::Signatory);
const FOR_REQUEST: Grant = g(Mandatary(MandateScope::Request), Role::Consultant);
const FOR_ACTIVATION: Grant = g(Mandatary(MandateScope::Activate), Role::Consultant);
const FOR_UPDATE: Grant = g(Mandatary(MandateScope::Update), Role::Consultant);
const STATE: Grant = g(Land, Role::Consultant);
const PUBLISHER: Grant = g(Vendor, Role::Publisher);
const CURATOR: Grant = g(StateBody, Role::Curator);
const AUDITOR: Grant = g(Audit, Role::Auditor);
const ADMIN: Grant = g(Portal, Role::PortalAdmin);
const MACHINE: Grant = g(System, Role::PortalAdmin);
const SHELL: Grant = g(CommandLine, Role::PortalAdmin);

/// Who may do what. Deny is the default: what does not stand here is forbidden.
pub const POLICY: &[(Action, &[Grant])] = &[
    (Action::CaseRead, &[CLERK, SIGNATORY, FOR_REQUEST, FOR_ACTIVATION, FOR_UPDATE, STATE, AUDITOR]),
    (Action::RequestStart, &[CLERK, SIGNATORY, FOR_REQUEST]),
    (Action::RequestEdit, &[CLERK, SIGNATORY, FOR_REQUEST]),
    (Action::RequestSubmit, &[CLERK, SIGNATORY, FOR_REQUEST]),
    (Action::RequestWithdraw, &[CLERK, SIGNATORY, FOR_REQUEST]),
    (Action::RequestTake, &[STATE]),
    (Action::RequestReturn, &[STATE]),
    (Action::RequestAccept, &[STATE]),
    (Action::RequestDecline, &[STATE]),
    (Action::WorkListRead, &[STATE]),
    (Action::ValuesCorrect, &[CLERK, SIGNATORY, FOR_REQUEST, FOR_UPDATE]),
    (Action::TestRepeat, &[CLERK, SIGNATORY, FOR_REQUEST, FOR_ACTIVATION, FOR_UPDATE]),
    (Action::AcceptanceDeclare, &[CLERK, SIGNATORY, FOR_ACTIVATION]),
    (Action::DefectReport, &[CLERK, SIGNATORY, FOR_ACTIVATION]),
    (Action::ActivationRequest, &[CLERK, SIGNATORY, FOR_ACTIVATION]),
    (Action::ActivationDecideMunicipality, &[SIGNATORY]),
    (Action::ActivationDecideLand, &[STATE]),
    (Action::ChangePrepare, &[CLERK, SIGNATORY, FOR_UPDATE]),
    (Action::InstallationSuspend, &[SIGNATORY]),
    (Action::InstallationRollback, &[SIGNATORY]),
    (Action::InstallationRemove, &[SIGNATORY]),
    (Action::OperationRetry, &[CLERK, SIGNATORY, FOR_REQUEST, STATE]),
    (Action::OperationCancel, &[CLERK, SIGNATORY, FOR_REQUEST, FOR_UPDATE, STATE]),
    (Action::OperationAbandon, &[STATE]),
    (Action::OperationStep, &[MACHINE]),
    (Action::AuditRead, &[g(AuditRecord, Role::Auditor), SIGNATORY, g(PortalOwn, Role::PortalAdmin)]),
    (Action::DataCentreRead, &[g(Operator, Role::Operator), ADMIN]),
    (Action::TargetAdd, &[g(Operator, Role::Operator), MACHINE, SHELL]),
    (Action::TrialsAdmit, &[g(Operator, Role::Operator), MACHINE, SHELL]),
    (Action::CredentialRotate, &[g(Operator, Role::Operator)]),
    (Action::TargetLimit, &[g(Operator, Role::Operator)]),
    (Action::TargetStop, &[g(Operator, Role::Operator)]),
    (Action::TargetMirror, &[g(Operator, Role::Operator)]),
    (Action::MaintenanceAnnounce, &[g(Operator, Role::Operator)]),
    (Action::MaintenanceCancel, &[g(Operator, Role::Operator)]),
    (Action::EvidenceRecord, &[g(Operator, Role::Operator)]),
    (Action::ReleasePublish, &[MACHINE]),
    (Action::ReleaseWithdraw, &[PUBLISHER, CURATOR, MACHINE]),
    (Action::ReleaseLimit, &[CURATOR]),
    (Action::PackageRead, &[PUBLISHER, CURATOR]),
    (Action::PackageUpload, &[PUBLISHER]),
    (Action::PackageSubmit, &[PUBLISHER]),
    (Action::PackageDiscard, &[PUBLISHER]),
    (Action::PackageMessage, &[PUBLISHER, CURATOR]),
    (Action::PackageTake, &[CURATOR]),
    (Action::PackageReturn, &[CURATOR]),
    (Action::PackageRelease, &[CURATOR]),
    (Action::PackageDecline, &[CURATOR]),
    (Action::TrialRead, &[PUBLISHER, CURATOR, g(Operator, Role::Operator)]),
    (Action::TrialStart, &[PUBLISHER]),
    (Action::TrialCancel, &[PUBLISHER, g(Operator, Role::Operator)]),
    (Action::TrialGiveUp, &[g(Operator, Role::Operator)]),
    (Action::VendorKeys, &[PUBLISHER]),
    (Action::ReleaseRuns, &[PUBLISHER, CURATOR]),
    (Action::FeedbackGive, &[CLERK, SIGNATORY, STATE]),
    (Action::FeedbackAnswer, &[PUBLISHER]),
    (Action::ComponentSearch, &[CLERK, SIGNATORY, STATE, g(Land, Role::Curator), AUDITOR]),
    (Action::KeysRotate, &[SHELL]),
    (Action::OrganisationAdd, &[ADMIN, MACHINE, SHELL]),
    (Action::MandateGrant, &[SIGNATORY, MACHINE]),
    (Action::MandateRevoke, &[SIGNATORY]),
    (Action::SignIn, &[MACHINE]),
    (Action::SignOut, &[MACHINE]),
];

impl Action {
    /// The row of the table.
    pub fn grants(self) -> &'static [Grant] {
        POLICY.iter().find(|(action, _)| *action == self).map_or(&[], |(_, grants)| *grants)
    }

    /// What a pipeline with an access key may do. It uploads and hands in; it answers nobody and makes no keys.
    pub fn is_for_tokens(self) -> bool {
        matches!(
            self,
            Action::PackageRead
                | Action::PackageUpload
                | Action::PackageSubmit
                | Action::PackageDiscard
                | Action::TrialRead
                | Action::TrialStart
                | Action::TrialCancel
        )
    }

    /// The action that seeing the same resource needs: who lacks it learns nothing, not even that it exists.
    pub fn sight(self) -> Action {
        match self {
            Action::TargetAdd
            | Action::TrialsAdmit
            | Action::CredentialRotate
            | Action::TargetLimit
            | Action::TargetStop
            | Action::TargetMirror
            | Action::MaintenanceAnnounce
            | Action::MaintenanceCancel
            | Action::EvidenceRecord
            | Action::DataCentreRead => Action::DataCentreRead,
            Action::TrialRead | Action::TrialCancel | Action::TrialGiveUp => Action::TrialRead,
            Action::AuditRead => Action::AuditRead,
            Action::WorkListRead => Action::WorkListRead,
            Action::PackageRead
            | Action::PackageUpload
            | Action::PackageSubmit
            | Action::PackageDiscard
            | Action::TrialStart
            | Action::PackageMessage
            | Action::PackageTake
            | Action::PackageReturn
            | Action::PackageRelease
            | Action::PackageDecline
            | Action::ReleaseWithdraw
            | Action::ReleaseLimit
            | Action::ReleaseRuns
            | Action::VendorKeys
            | Action::FeedbackAnswer => Action::PackageRead,
            _ => Action::CaseRead,
        }
    }
}
