//! What people can do. One file per subject; each use case begins with the permission check.

mod acceptance;
mod activation;
mod audience;
mod audit;
mod case;
mod case_list;
mod catalogue;
mod catalogue_cache;
mod catalogue_facets;
mod catalogue_origins;
mod changes;
mod components;
mod data_centres;
mod events;
mod evidence;
mod feedback;
mod home;
mod installations;
mod key_rotation;
mod lies_with;
mod operating;
mod operations;
mod organisations;
mod package_links;
mod package_pages;
mod package_upload;
mod packages;
mod packages_stored;
mod provisioning;
mod public;
mod publish;
mod releases;
mod request_parts;
mod request_start;
mod request_values;
mod review;
mod secrets_at_rest;
mod sign_in;
mod signatories;
mod signing;
mod standing;
mod submit;
mod target_credential;
mod target_pages;
mod target_registration;
mod targets;
mod test_again;
mod trial_pages;
mod trial_targets;
mod trials;
mod vendor_keys;
mod work_list;

pub use audit::AUDIT_PAGE;
pub use case_list::CaseListQuery;
pub use catalogue::CATALOGUE_PAGE;
pub use catalogue_cache::{Catalogue, CatalogueRelease};
pub use evidence::EvidenceForm;
pub use installations::InstallationListQuery;
pub use key_rotation::{KeysRotated, KeysState};
pub use operating::{LimitsForm, MaintenanceForm};
pub use organisations::{NewMandate, NewOrganisation};
pub use package_pages::PackageListQuery;
pub use packages::PackageDecision;
pub use publish::{Archive, PublishError};
pub use releases::ReleaseEnd;
pub use sign_in::signed_in;
pub use target_credential::{CredentialInput, CredentialRefused};
pub use targets::{NewDataCentre, NewTarget};
pub use trial_targets::TRIALS_AT_ONCE;
pub use vendor_keys::{MAX_TOKEN_DAYS, NewToken};
pub use work_list::WorkListQuery;

use crate::{
    Actor, CoreError, Ctx,
    authz::{Action, Authorized, Resource},
    error::{Result, rule},
    ports::{
        CaseLine, CaseRecord, ChartRenderer, Clock, Commit, LinkCheck, NoCharts, NoLinkCheck, NoTargetProbe,
        PackageStore, Store, TargetProbe, Write,
    },
    secrets::Keys,
};
use audit::Checked;
use packages_stored::ReadPackages;
use parking_lot::RwLock;
use portal_model::{
    Lang, PortalError,
    event::{EventCode, NewEvent, Params},
    form::FieldError,
    pages::request::RequestHead,
    reference::Reference,
    request::Request,
    verfahren::{Release, ReleaseState},
};
use public::InMemory;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Packages that are read, checked and stored at the same time.
const EXAMINED_AT_ONCE: usize = 2;

/// Everything people can do with the portal. Cheap to clone.
#[derive(Clone)]
pub struct Portal {
    inner: Arc<Inner>,
    charts: Arc<dyn ChartRenderer>,
    links: Arc<dyn LinkCheck>,
    /// Whether every package must be signed, whoever published it.
    signatures: bool,
    probe: Arc<dyn TargetProbe>,
}

struct Inner {
    store: Arc<dyn Store>,
    packages: Arc<dyn PackageStore>,
    read: ReadPackages,
    /// Each examination may take some memory, so few go on at once; others wait.
    examining: Semaphore,
    clock: Arc<dyn Clock>,
    keys: Keys,
    public: InMemory,
    /// What the last check of the record found.
    record: RwLock<Option<Checked>>,
    demo: bool,
}

impl Portal {
    /// Opens the portal on a database and a store of packages, and reads the catalogue into memory.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn open(
        store: Arc<dyn Store>,
        packages: Arc<dyn PackageStore>,
        clock: Arc<dyn Clock>,
        keys: impl Into<Keys>,
        demo: bool,
    ) -> Result<Self> {
        let public = InMemory::load(store.as_ref()).await?;
        let inner = Arc::new(Inner {
            store,
            packages,
            read: ReadPackages::default(),
            examining: Semaphore::new(EXAMINED_AT_ONCE),
            clock,
            keys: keys.into(),
            public,
            record: RwLock::new(None),
            demo,
        });
        Ok(Self {
            inner,
            charts: Arc::new(NoCharts),
            links: Arc::new(NoLinkCheck),
            signatures: false,
            probe: Arc::new(NoTargetProbe),
        })
    }

    /// With something that renders Helm charts; without it packages with a chart are refused.
    #[must_use]
    pub fn with_charts(self, charts: Arc<dyn ChartRenderer>) -> Self {
        Self { charts, ..self }
    }

    /// With something that looks whether addresses in packages answer; without it the portal calls none of them.
    #[must_use]
    pub fn with_links(self, links: Arc<dyn LinkCheck>) -> Self {
        Self { links, ..self }
    }

    /// With something that looks at targets; without it people register none and renew no credential.
    #[must_use]
    pub fn with_probe(self, probe: Arc<dyn TargetProbe>) -> Self {
        Self { probe, ..self }
    }

    /// A context for somebody, at this moment.
    pub fn ctx(&self, actor: Actor, lang: Lang) -> Ctx {
        Ctx { actor, lang, now: self.inner.clock.now() }
    }

    /// A context of the portal itself.
    pub fn system(&self) -> Ctx {
        self.ctx(Actor::System, Lang::De)
    }

    /// Whether this is a demonstration.
    pub fn is_demo(&self) -> bool {
        self.inner.demo
    }

    /// The clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.inner.clock
    }

    fn store(&self) -> &dyn Store {
        self.inner.store.as_ref()
    }

    fn package_store(&self) -> &dyn PackageStore {
        self.inner.packages.as_ref()
    }

    /// Loads a case and checks the permission for it. Unknown and invisible are the same (R4).
    async fn case_for(&self, ctx: &Ctx, action: Action, reference: &Reference) -> Result<(CaseRecord, Authorized)> {
        if ctx.actor == Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        let case = self.store().case_by_reference(reference).await?.ok_or(PortalError::NotFound)?;
        let authorized = ctx.authorize(action, &resource(&case.request))?;
        Ok((case, authorized))
    }

    async fn commit(&self, authorized: &Authorized, commit: Commit) -> Result<()> {
        Ok(self.store().commit(authorized, commit).await?)
    }

    /// Why an open case cannot go on with its version, by the catalogue as it was last read. What runs keeps running, so
    /// nothing is said of it.
    fn stopped(&self, case: &CaseLine) -> Option<&'static str> {
        use portal_model::installation::InstallationState as I;
        let over = match &case.installation {
            Some(i) => !i.is_change() && (i.live_since.is_some() || matches!(i.state, I::Removing | I::Removed)),
            None => case.state.is_closed(),
        };
        let release = self.catalogue().release(case.release).filter(|_| !over)?;
        refused_for(&release.release, case.municipality, case.land)
    }

    async fn head(&self, ctx: &Ctx, case: &CaseRecord) -> Result<RequestHead> {
        let (signing, may_sign) = self.signing(ctx, case).await?;
        let own = ctx.memberships().iter().any(|m| m.organisation == case.request.municipality);
        let mandated = ctx.mandates().iter().any(|m| m.municipality == case.request.municipality && m.is_live(ctx.now));
        Ok(RequestHead {
            reference: case.request.reference.clone(),
            verfahren: case.verfahren_name.clone(),
            slug: case.verfahren_slug.clone(),
            version: case.version.clone(),
            municipality: case.municipality_name.clone(),
            on_behalf: !own && mandated,
            state: case.request.state,
            lock: lock_of(case),
            question: (case.request.state == portal_model::request::RequestState::Returned)
                .then(|| case.request.decision_note.clone()),
            stopped: self.stopped(&case.line()).map(str::to_owned),
            signs: may_sign,
            signing,
        })
    }
}

/// Why a release may not go on for a Verwaltung, as the name of a rule.
fn refused_for(
    release: &Release,
    municipality: portal_model::OrganisationId,
    land: portal_model::Land,
) -> Option<&'static str> {
    match release.state {
        ReleaseState::Unsafe => Some("release_unsafe"),
        state if !state.may_go_on() => Some("release_withdrawn"),
        _ if !release.limits.admit(municipality, land) => Some("release_limited"),
        _ => None,
    }
}

/// Short names stand in addresses and in the names of objects in targets: DNS labels that begin with a letter.
fn check_slug(slug: &str) -> Result<()> {
    let fits = slug.starts_with(|c: char| c.is_ascii_lowercase())
        && slug.len() <= 63
        && !slug.ends_with('-')
        && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits { Ok(()) } else { Err(rule("slug_invalid")) }
}

/// A request as the permission check sees it.
fn resource(request: &Request) -> Resource {
    Resource::of_tenant(request.municipality, request.land, Some(request.verfahren))
}

/// What a form of a case was made from. Both versions only ever grow, so their sum changes with either: an old page can
/// neither change the request nor decide on an installation that has moved on since, not even back to the same state.
fn lock_of(case: &CaseRecord) -> i64 {
    case.request.version + case.installation.as_ref().map_or(0, |i| i.version)
}

/// Refuses a form that was opened before somebody else changed the case.
fn check_lock(case: &CaseRecord, lock: i64) -> Result<()> {
    if lock_of(case) == lock { Ok(()) } else { Err(PortalError::Conflict.into()) }
}

/// Events of a case, most of which belong to no operation.
fn case_event(ctx: &Ctx, request: &Request, code: EventCode, params: &[(&str, &str)]) -> NewEvent {
    NewEvent {
        at: ctx.now,
        municipality: Some(request.municipality),
        request: Some(request.id),
        installation: None,
        operation: None,
        code,
        params: params.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<Params>(),
    }
}

/// A changed request: one version up, and the event that says so.
fn changed(ctx: &Ctx, mut request: Request, previous: &Request) -> (Write, Vec<NewEvent>) {
    request.version = previous.version + 1;
    let mut events = Vec::new();
    if request.state != previous.state {
        request.state_since = ctx.now;
        events.push(case_event(ctx, &request, EventCode::RequestState, &[("state", request.state.word())]));
    } else {
        events.push(case_event(ctx, &request, EventCode::Act, &[("action", "saved")]));
    }
    (Write::UpdateRequest(request), events)
}

/// A remark of a person as it stands in the record.
fn remark(note: &str) -> Option<serde_json::Value> {
    (!note.trim().is_empty()).then(|| serde_json::json!({ "note": note.trim() }))
}

/// Longest remark, in characters.
const MAX_NOTE: usize = 4000;

/// A remark that may be there. One that is too long is refused, never cut.
fn optional_note(field: &str, note: &str) -> Result<String> {
    let note = note.trim();
    if note.chars().count() > MAX_NOTE {
        return Err(invalid(vec![FieldError::new(field, "max_length").with("max", MAX_NOTE)]));
    }
    Ok(note.to_owned())
}

/// A remark that must be there.
fn needed_note(field: &str, note: &str) -> Result<String> {
    match optional_note(field, note)? {
        note if note.is_empty() => Err(invalid(vec![FieldError::new(field, "note_required")])),
        note => Ok(note),
    }
}

/// What was entered in one of several fields; what is wrong with it goes to the errors of the others.
fn beside<T: Default>(errors: &mut Vec<FieldError>, entered: Result<T>) -> Result<T> {
    match entered {
        Err(CoreError::Portal(PortalError::Invalid { fields })) => {
            errors.extend(fields);
            Ok(T::default())
        }
        entered => entered,
    }
}

fn invalid(fields: Vec<FieldError>) -> CoreError {
    PortalError::Invalid { fields }.into()
}
