//! Released versions: who may use them, how they end, and what everybody may know of one.

use super::{
    CatalogueRelease, Portal,
    audience::limit_names,
    catalogue::land_names,
    catalogue_cache::{Entry, offered_of},
    invalid, needed_note,
    public::Organisations,
    refused_for, remark,
};
use crate::{
    Actor, CoreError, Ctx,
    authz::{Action, Resource},
    error::{Result, rule},
    package::{CHANGELOG, VERFAHREN, changelog_text},
    ports::{FailedAt, PackageStoreError, ReleaseFailure, Write},
};
use portal_model::{
    Land, OrganisationId, PortalError, ReleaseId,
    form::FieldError,
    installation::InstallationState,
    pages::{Choice, packages::*},
    verfahren::{Release, ReleaseState},
};
use std::{collections::HashMap, sync::Arc};

/// How a version ends, as it was entered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReleaseEnd {
    /// A word of [`ReleaseState`].
    pub state: String,
    /// Reason; needed unless it is offered again.
    pub note: String,
    /// Version to use instead; empty if there is none.
    pub replacement: String,
}

impl Portal {
    /// Versions of a Verfahren and what runs where, for its vendor and for curators.
    ///
    /// # Errors
    /// `NotFound` for everyone else.
    pub async fn releases_page(&self, ctx: &Ctx, slug: &str) -> Result<ReleasesPage> {
        let catalogue = self.catalogue_now().await?;
        let (entry, resource) = own_entry(ctx, &catalogue, slug, Action::ReleaseRuns)?;
        let mut runs: HashMap<ReleaseId, Vec<_>> = HashMap::new();
        for r in self.store().release_runs(entry.verfahren.id).await? {
            runs.entry(r.release).or_default().push((r.state, r.installations));
        }
        let organisations = self.organisations().await?;
        let versions = versions(entry);
        let adoption = self.adoption().await?;
        let mut adopters: Vec<(String, String)> = adoption
            .of(entry.verfahren.id)
            .iter()
            .filter_map(|a| {
                let o = organisations.get(a.municipality).filter(|o| o.public_adopter)?;
                Some((o.name.clone(), versions.get(&a.release).cloned().unwrap_or_default()))
            })
            .collect();
        adopters.sort();
        let name = entry.shown().map(|r| r.release.facts.name.clone()).ok_or(PortalError::NotFound)?;
        let failures = self.store().release_failures(entry.verfahren.id).await?;
        let row = |r: &Arc<CatalogueRelease>| {
            release_row(&r.release, &versions, &organisations, runs.get(&r.release.id).cloned().unwrap_or_default())
        };
        Ok(ReleasesPage {
            slug: slug.to_owned(),
            name,
            failures: entry.releases.iter().flat_map(|r| failure_rows(r, &failures)).collect(),
            releases: entry.releases.iter().map(row).collect(),
            adopters,
            may_withdraw: ctx.may(Action::ReleaseWithdraw, &resource),
            may_limit: ctx.may(Action::ReleaseLimit, &resource),
        })
    }

    /// The page on which a version is ended or limited.
    ///
    /// # Errors
    /// `NotFound` for an unknown version and for strangers.
    pub async fn release_end_page(&self, ctx: &Ctx, slug: &str, version: &str) -> Result<ReleaseEndPage> {
        let page = self.releases_page(ctx, slug).await?;
        let release = page.releases.iter().find(|r| r.version == version).cloned().ok_or(PortalError::NotFound)?;
        let (laender, municipalities) = match self.catalogue().release(release.id).filter(|_| page.may_limit) {
            Some(found) => self.limit_choices(&found.release.limits).await?,
            None => (Vec::new(), String::new()),
        };
        let catalogue = self.catalogue_now().await?;
        let entry = catalogue.by_slug(slug).ok_or(PortalError::NotFound)?;
        let after = offered_of(entry.releases.iter().filter(|r| r.release.version != version));
        let others = page.releases.iter().filter(|r| r.version != version && r.state.is_offered());
        let choice = |r: &ReleaseRow| Choice {
            value: r.version.clone(),
            label: r.version.clone(),
            selected: release.replaced_by.as_ref() == Some(&r.version),
            count: None,
        };
        Ok(ReleaseEndPage {
            slug: page.slug.clone(),
            name: page.name.clone(),
            states: ReleaseState::ALL.iter().copied().filter(|s| release.state.may_become(*s)).collect(),
            replacements: others.map(choice).collect(),
            adopters: self.adoption().await?.runs(release.id),
            installations: release.runs.iter().filter(|(s, _)| *s != InstallationState::Removed).map(|(_, n)| n).sum(),
            offered_after: after.map(|r| r.release.version.clone()),
            is_offered: entry.offered().is_some_and(|r| r.release.version == version),
            may_withdraw: page.may_withdraw,
            may_limit: page.may_limit,
            laender,
            municipalities,
            confirm: false,
            state: String::new(),
            note: String::new(),
            errors: Vec::new(),
            release,
        })
    }

    /// Lets a version run out, withdraws it, or offers it again. What runs keeps running.
    ///
    /// # Errors
    /// `Invalid` at `stand`, `begruendung` or `ersatz`; `WrongState` for what cannot follow; `NotFound` for strangers.
    pub async fn release_end(&self, ctx: &Ctx, slug: &str, version: &str, entered: &ReleaseEnd) -> Result<()> {
        let catalogue = self.catalogue_now().await?;
        let (entry, resource) = own_entry(ctx, &catalogue, slug, Action::ReleaseWithdraw)?;
        let authorized = ctx.authorize(Action::ReleaseWithdraw, &resource)?;
        let found = entry.version(version).ok_or(PortalError::NotFound)?;
        let state = ReleaseState::from_word(&entered.state);
        let state = state.ok_or_else(|| invalid(vec![FieldError::new("stand", "choose_decision")]))?;
        if !found.release.state.may_become(state) {
            return Err(PortalError::WrongState.into());
        }
        let note = match state {
            ReleaseState::Published => String::new(),
            _ => needed_note("begruendung", &entered.note)?,
        };
        let replaced_by = match entered.replacement.as_str() {
            "" => None,
            other => Some(
                entry
                    .version(other)
                    .filter(|r| r.release.state.is_offered() && other != version)
                    .ok_or_else(|| invalid(vec![FieldError::new("ersatz", "enum")]))?
                    .release
                    .id,
            ),
        };
        let release = Release { state, state_note: note.clone(), replaced_by, ..found.release.clone() };
        let write = Write::UpdateRelease { from: found.release.state, release };
        let subject = format!("{} {version}", entry.verfahren.package_id);
        let detail = serde_json::json!({ "state": state.word(), "note": note });
        self.publish(&authorized, vec![write], subject, Some(detail)).await
    }

    /// Changes who may use a version, and whether it is marked as a security fix.
    ///
    /// # Errors
    /// `Invalid` at `land` or `verwaltung`; `NotFound` for strangers.
    pub async fn release_limit(
        &self,
        ctx: &Ctx,
        slug: &str,
        version: &str,
        laender: &[String],
        municipalities: &[String],
        security_fix: bool,
    ) -> Result<()> {
        let catalogue = self.catalogue_now().await?;
        let (entry, resource) = own_entry(ctx, &catalogue, slug, Action::ReleaseLimit)?;
        let authorized = ctx.authorize(Action::ReleaseLimit, &resource)?;
        let found = entry.version(version).ok_or(PortalError::NotFound)?;
        let limits = self.limits(&found.release.facts, laender, municipalities).await?;
        let release = Release { limits, security_fix, ..found.release.clone() };
        let write = Write::UpdateRelease { from: found.release.state, release };
        let subject = format!("{} {version}", entry.verfahren.package_id);
        self.publish(&authorized, vec![write], subject, remark("limits")).await
    }

    /// One version of a Verfahren, for everybody.
    ///
    /// # Errors
    /// `NotFound` for an unknown one.
    pub async fn version_page(&self, ctx: &Ctx, slug: &str, version: &str) -> Result<VersionPage> {
        let catalogue = self.catalogue_now().await?;
        let entry = catalogue.by_slug(slug).ok_or(PortalError::NotFound)?;
        let found = entry.version(version).ok_or(PortalError::NotFound)?;
        let r = &found.release;
        let key = match r.signed_with {
            Some(id) => self.store().vendor_keys(entry.verfahren.vendor).await?.into_iter().find(|k| k.id == id),
            None => None,
        };
        let components = self.store().components(&r.digest).await?;
        // The page is there without it too.
        let changelog = self.changelog(&r.digest).await;
        Ok(VersionPage {
            slug: slug.to_owned(),
            name: r.facts.name.clone(),
            version: r.version.clone(),
            state: r.state,
            note: r.state_note.clone(),
            replaced_by: r.replaced_by.and_then(|id| versions(entry).remove(&id)),
            published_at: r.published_at,
            laender: land_names(r),
            pilots: r.limits.municipalities.len() as i64,
            security_fix: r.security_fix,
            changes: r.facts.changes.clone(),
            changelog_unread: changelog.is_err(),
            changelog: changelog.unwrap_or_default(),
            licence: r.facts.licence.clone(),
            digest: r.digest.clone(),
            signed_with: key.map(|k| (k.name, k.fingerprint)),
            components: components.into_iter().map(|c| (c.name, c.version, c.licence)).collect(),
            may_manage: ctx
                .may(Action::ReleaseRuns, &Resource::of_package(entry.verfahren.vendor, Some(entry.verfahren.id))),
            may_search: !ctx.scope(Action::ComponentSearch).is_empty(),
        })
    }

    /// The change log alone: for it nobody reads a whole package. Empty if the package has none.
    async fn changelog(&self, digest: &str) -> Result<String> {
        let text = self.changelog_read(digest).await;
        text.inspect_err(|error| tracing::error!(digest, %error, "a change log cannot be read"))
            .map_err(CoreError::from)
    }

    async fn changelog_read(&self, digest: &str) -> std::result::Result<String, PackageStoreError> {
        let packages = self.package_store();
        if let Some(bytes) = packages.read(digest, CHANGELOG).await? {
            return Ok(changelog_text(&bytes).unwrap_or_default().to_owned());
        }
        // Every package has this one: without it the package is gone, and not only the change log.
        match packages.read(digest, VERFAHREN).await? {
            Some(_) => Ok(String::new()),
            None => Err(PackageStoreError::Missing(format!("package {digest}"))),
        }
    }

    /// Refuses a release that a Verwaltung may not go on with. Asked of the database, since another process may have
    /// ended it a moment ago.
    ///
    /// # Errors
    /// Rule `release_withdrawn`, `release_unsafe` or `release_limited`.
    pub(super) async fn usable(&self, id: ReleaseId, municipality: OrganisationId, land: Land) -> Result<()> {
        let release = self.store().release(id).await?.ok_or_else(|| rule("release_withdrawn"))?;
        refused_for(&release, municipality, land).map_or(Ok(()), |name| Err(rule(name)))
    }
}

/// A Verfahren with the permission to see how its versions are used.
fn own_entry<'a>(
    ctx: &Ctx,
    catalogue: &'a super::Catalogue,
    slug: &str,
    action: Action,
) -> Result<(&'a Entry, Resource)> {
    if ctx.actor == Actor::Anonymous {
        return Err(PortalError::SignInRequired.into());
    }
    let entry = catalogue.by_slug(slug).ok_or(PortalError::NotFound)?;
    let resource = Resource::of_package(entry.verfahren.vendor, Some(entry.verfahren.id));
    ctx.authorize(action, &resource)?;
    Ok((entry, resource))
}

fn versions(entry: &Entry) -> HashMap<ReleaseId, String> {
    entry.releases.iter().map(|r| (r.release.id, r.release.version.clone())).collect()
}

fn release_row(
    r: &Release,
    versions: &HashMap<ReleaseId, String>,
    organisations: &Organisations,
    runs: Vec<(InstallationState, i64)>,
) -> ReleaseRow {
    ReleaseRow {
        id: r.id,
        version: r.version.clone(),
        state: r.state,
        note: r.state_note.clone(),
        published_at: r.published_at,
        security_fix: r.security_fix,
        limits: limit_names(&r.limits, organisations),
        replaced_by: r.replaced_by.and_then(|id| versions.get(&id).cloned()),
        runs,
    }
}

/// Why installations of a version do not go on, in the words of the version.
fn failure_rows(r: &CatalogueRelease, failures: &[ReleaseFailure]) -> Vec<FailureRow> {
    let row = |f: &ReleaseFailure| FailureRow {
        version: r.release.version.clone(),
        what: match &f.what {
            FailedAt::Test(job) => FailureKind::Test(r.test_title(job)),
            FailedAt::Operation(cause) => FailureKind::Operation(*cause),
        },
        installations: f.installations,
    };
    failures.iter().filter(|f| f.release == r.release.id).map(row).collect()
}
