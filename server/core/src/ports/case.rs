//! Cases as they are read: whole ones and lines of lists, and what to filter them by.

use super::Scope;
use portal_model::{
    activation::{Activation, ActivationState, Side},
    installation::{Installation, InstallationState},
    operation::OperationState,
    reference::Reference,
    request::{Request, RequestState},
    *,
};

/// A whole case: joined, so that it is one query.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseRecord {
    /// Request.
    pub request: Request,
    /// Installation, if there is one.
    pub installation: Option<Installation>,
    /// Name of the municipality.
    pub municipality_name: String,
    /// Slug of the municipality.
    pub municipality_slug: String,
    /// Slug of the Verfahren.
    pub verfahren_slug: String,
    /// Name of the Verfahren.
    pub verfahren_name: Bilingual,
    /// Version.
    pub version: String,
    /// State of the newest operation of the case, if any.
    pub operation: Option<(Reference, OperationState)>,
    /// Open activation with its approvals, if any.
    pub activation: Option<Activation>,
    /// When the newest test run ended, if there is one.
    pub tested_at: Option<Timestamp>,
    /// Name of the consultant who has it.
    pub assigned_to_name: Option<String>,
    /// Name of the data centre.
    pub data_centre_name: Option<String>,
}

/// What a list shows of a case. A list reads these instead of whole cases: their columns take most of its time.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseLine {
    /// Id of the request.
    pub id: RequestId,
    /// Reference of the case.
    pub reference: Reference,
    /// The municipality.
    pub municipality: OrganisationId,
    /// Land of the municipality.
    pub land: Land,
    /// Release that the case is about; see [`CaseRecord::release`].
    pub release: ReleaseId,
    /// State of the request.
    pub state: RequestState,
    /// When the request was begun.
    pub created_at: Timestamp,
    /// When it was handed in.
    pub submitted_at: Option<Timestamp>,
    /// Since when the request is in its state.
    pub state_since: Timestamp,
    /// Name of the municipality.
    pub municipality_name: String,
    /// Name of the Verfahren.
    pub verfahren_name: Bilingual,
    /// Version.
    pub version: String,
    /// The installation, if there is one.
    pub installation: Option<InstallationLine>,
    /// State of the newest operation, if any.
    pub operation: Option<OperationState>,
    /// State of the open activation and whether the municipality has said yes, if there is one.
    pub activation: Option<(ActivationState, bool)>,
    /// When the newest test run ended, if there is one.
    pub tested_at: Option<Timestamp>,
    /// Name of the consultant who has it.
    pub assigned_to_name: Option<String>,
    /// Name of the data centre.
    pub data_centre_name: Option<String>,
}

/// What a list shows of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstallationLine {
    /// State.
    pub state: InstallationState,
    /// Since when it is in its state.
    pub state_since: Timestamp,
    /// Since when it is live.
    pub live_since: Option<Timestamp>,
}

impl InstallationLine {
    /// See [`Installation::is_change`].
    pub fn is_change(&self) -> bool {
        self.live_since.is_some() && self.state.is_on_its_way()
    }
}

impl CaseRecord {
    /// The release that the case is about: what is asked for and tested while something new or a change is on its way, else
    /// what runs.
    pub fn release(&self) -> ReleaseId {
        match &self.installation {
            Some(i) if !i.is_change() => i.release,
            _ => self.request.release,
        }
    }

    /// What a list would show of it.
    pub fn line(&self) -> CaseLine {
        let agreed = |a: &Activation| a.approvals.iter().any(|x| x.side == Side::Municipality);
        CaseLine {
            id: self.request.id,
            reference: self.request.reference.clone(),
            municipality: self.request.municipality,
            land: self.request.land,
            release: self.release(),
            state: self.request.state,
            created_at: self.request.created_at,
            submitted_at: self.request.submitted_at,
            state_since: self.request.state_since,
            municipality_name: self.municipality_name.clone(),
            verfahren_name: self.verfahren_name.clone(),
            version: self.version.clone(),
            installation: self.installation.as_ref().map(|i| InstallationLine {
                state: i.state,
                state_since: i.state_since,
                live_since: i.live_since,
            }),
            operation: self.operation.as_ref().map(|(_, state)| *state),
            activation: self.activation.as_ref().map(|a| (a.state, agreed(a))),
            tested_at: self.tested_at,
            assigned_to_name: self.assigned_to_name.clone(),
            data_centre_name: self.data_centre_name.clone(),
        }
    }
}

/// Order of a case list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CaseOrder {
    /// Newest first. Sort key: `created_at`.
    #[default]
    NewestFirst,
    /// Handed in the longest ago first. Sort key: `submitted_at`, or `created_at` if never handed in.
    OldestFirst,
}

/// Filters of case lists. Empty lists mean no filter; where both `states` and `installation_states` are given, a case
/// passes that fits either. A request that has an installation stands where that stands; only `accepted` fits all of
/// those too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseQuery {
    /// What may be seen.
    pub scope: Scope,
    /// States of the request.
    pub states: Vec<RequestState>,
    /// States of the installation.
    pub installation_states: Vec<InstallationState>,
    /// Only those with an installation.
    pub installed_only: bool,
    /// One municipality.
    pub municipality: Option<OrganisationId>,
    /// One Verfahren.
    pub verfahren: Option<VerfahrenId>,
    /// Assigned to this person.
    pub assigned_to: Option<PersonId>,
    /// Assigned to nobody.
    pub unassigned: bool,
    /// Exactly this reference. Together with `verfahren_any`: one of the two is enough.
    pub reference: Option<Reference>,
    /// Any of these Verfahren (a search by name is resolved before, in memory); an empty list fits nothing.
    pub verfahren_any: Option<Vec<VerfahrenId>>,
    /// Order.
    pub order: CaseOrder,
    /// After this position: (sort key of the order, id).
    pub after: Option<(Timestamp, RequestId)>,
    /// At most this many (1 to 200).
    pub limit: i64,
}
