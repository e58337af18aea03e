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
        /// Taking an installation down.
        InstallationRemove = "installation_remove",
        /// Trying a stuck operation again.
        OperationRetry = "operation_retry",
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
        /// Publishing a release.
        ReleasePublish = "release_publish",
        /// Withdrawing a release.
        ReleaseWithdraw = "release_withdraw",
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
    /// Auditor of the tenant's Land.
    Audit,
    /// Member of the vendor it belongs to.
    Vendor,
    /// Member of the operator it belongs to.
    Operator,
    /// Member of the body that runs the portal.
    Portal,
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

use Relation::{Audit, CommandLine, Land, Mandatary, Operator, Portal, System, Tenant, Vendor};

const CLERK: Grant = g(Tenant, Role::Clerk);
const SIGNATORY: Grant = g(Tenant, Role::Signatory);
const FOR_REQUEST: Grant = g(Mandatary(MandateScope::Request), Role::Consultant);
const FOR_ACTIVATION: Grant = g(Mandatary(MandateScope::Activate), Role::Consultant);
const STATE: Grant = g(Land, Role::Consultant);
const AUDITOR: Grant = g(Audit, Role::Auditor);
const ADMIN: Grant = g(Portal, Role::PortalAdmin);
const MACHINE: Grant = g(System, Role::PortalAdmin);
const SHELL: Grant = g(CommandLine, Role::PortalAdmin);

/// Who may do what. Deny is the default: what does not stand here is forbidden.
pub const POLICY: &[(Action, &[Grant])] = &[
    (Action::CaseRead, &[CLERK, SIGNATORY, FOR_REQUEST, FOR_ACTIVATION, STATE, AUDITOR]),
    (Action::RequestStart, &[CLERK, SIGNATORY, FOR_REQUEST]),
    (Action::RequestEdit, &[CLERK, SIGNATORY, FOR_REQUEST]),
    (Action::RequestSubmit, &[CLERK, SIGNATORY, FOR_REQUEST]),
    (Action::RequestWithdraw, &[CLERK, SIGNATORY, FOR_REQUEST]),
    (Action::RequestTake, &[STATE]),
    (Action::RequestReturn, &[STATE]),
    (Action::RequestAccept, &[STATE]),
    (Action::RequestDecline, &[STATE]),
    (Action::WorkListRead, &[STATE]),
    (Action::ValuesCorrect, &[CLERK, SIGNATORY, FOR_REQUEST]),
    (Action::AcceptanceDeclare, &[CLERK, SIGNATORY, FOR_ACTIVATION]),
    (Action::DefectReport, &[CLERK, SIGNATORY, FOR_ACTIVATION]),
    (Action::ActivationRequest, &[CLERK, SIGNATORY, FOR_ACTIVATION]),
    (Action::ActivationDecideMunicipality, &[SIGNATORY]),
    (Action::ActivationDecideLand, &[STATE]),
    (Action::InstallationRemove, &[SIGNATORY]),
    (Action::OperationRetry, &[CLERK, SIGNATORY, FOR_REQUEST, STATE]),
    (Action::OperationAbandon, &[STATE]),
    (Action::OperationStep, &[MACHINE]),
    (Action::AuditRead, &[AUDITOR, SIGNATORY]),
    (Action::DataCentreRead, &[g(Operator, Role::Operator), ADMIN]),
    (Action::TargetAdd, &[g(Operator, Role::Operator), MACHINE, SHELL]),
    (Action::ReleasePublish, &[g(Vendor, Role::Publisher), MACHINE, SHELL]),
    (Action::ReleaseWithdraw, &[g(Vendor, Role::Publisher), MACHINE]),
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

    /// The action that seeing the same resource needs: who lacks it learns nothing, not even that it exists.
    pub fn sight(self) -> Action {
        match self {
            Action::TargetAdd | Action::DataCentreRead => Action::DataCentreRead,
            Action::AuditRead => Action::AuditRead,
            Action::WorkListRead => Action::WorkListRead,
            _ => Action::CaseRead,
        }
    }
}
