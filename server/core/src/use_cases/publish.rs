//! Publishing and withdrawing releases.

use super::Portal;
use crate::{
    Ctx,
    authz::{Action, Authorized, Resource},
    error::{Result, rule},
    package::{self, Package},
    ports::{Commit, Write, new_uuid},
};
use portal_model::{
    OrganisationId, PortalError, ReleaseId, VerfahrenId,
    finding::Finding,
    verfahren::{Release, ReleaseState, Verfahren},
};

/// Why a package was not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The package has errors.
    #[error("the package has {} findings", .0.len())]
    Findings(Vec<Finding>),
    /// Something else.
    #[error(transparent)]
    Core(#[from] crate::CoreError),
}

impl Portal {
    /// Publishes a package (`.tgz`) of a vendor under a slug. The first release makes the catalogue entry.
    ///
    /// # Errors
    /// Findings, or `Exists` if this version is published already.
    pub async fn release_publish(
        &self,
        ctx: &Ctx,
        vendor: &str,
        slug: &str,
        tgz: Vec<u8>,
    ) -> std::result::Result<ReleaseId, PublishError> {
        // Before the work, since checking a package is some: helm may run for it.
        let owner = self.publisher(ctx, vendor).await?;
        let package = Package::from_tgz(&tgz).into_package().map_err(PublishError::Findings)?;
        // Filled with sample values and held against the rules of admission (R9); with the real values again later.
        let mut findings = package::lint_with(&package, self.charts.as_ref()).await;
        findings.retain(Finding::is_error);
        if !findings.is_empty() {
            return Err(PublishError::Findings(findings));
        }
        Ok(self.publish(ctx, owner, slug, package, tgz).await?)
    }

    /// The vendor, if somebody may publish for it.
    async fn publisher(&self, ctx: &Ctx, vendor: &str) -> Result<(OrganisationId, Authorized)> {
        let vendor = self.store().organisation_by_slug(vendor).await?.ok_or(PortalError::NotFound)?;
        let authorized = ctx.authorize(Action::ReleasePublish, &Resource::of_vendor(vendor.id))?;
        Ok((vendor.id, authorized))
    }

    async fn publish(
        &self,
        ctx: &Ctx,
        (vendor, authorized): (OrganisationId, Authorized),
        slug: &str,
        package: Package,
        tgz: Vec<u8>,
    ) -> Result<ReleaseId> {
        let catalogue = self.catalogue();
        let mut writes = Vec::new();
        let verfahren = match catalogue.by_slug(slug) {
            Some(entry) if entry.verfahren.vendor == vendor && entry.verfahren.package_id == package.id => {
                entry.verfahren.id
            }
            Some(_) => return Err(rule("slug_taken")),
            None => {
                let id = VerfahrenId(new_uuid(ctx.now));
                let (slug, package_id) = (slug.to_owned(), package.id.clone());
                writes.push(Write::InsertVerfahren(Verfahren { id, slug, package_id, vendor }));
                id
            }
        };
        let id = ReleaseId(new_uuid(ctx.now));
        let release = Release {
            id,
            verfahren,
            version: package.version.to_string(),
            digest: package.digest.clone(),
            state: ReleaseState::Published,
            published_at: ctx.now,
            facts: package.facts,
        };
        let audit = authorized.audit(format!("{} {}", package.id, package.version), None, None);
        writes.push(Write::InsertRelease(release, tgz));
        self.commit(&authorized, Commit { writes, audit, events: vec![] }).await?;
        self.catalogue_reload().await?;
        Ok(id)
    }

    /// Withdraws a release: it is not offered any more; what runs keeps running.
    ///
    /// # Errors
    /// `NotFound` for an unknown release or a stranger.
    pub async fn release_withdraw(&self, ctx: &Ctx, id: ReleaseId, unsafe_release: bool) -> Result<()> {
        let release = self.catalogue().release(id).ok_or(PortalError::NotFound)?;
        let vendor = self
            .catalogue()
            .by_id(release.release.verfahren)
            .map(|e| e.verfahren.vendor)
            .ok_or(PortalError::NotFound)?;
        let authorized = ctx.authorize(Action::ReleaseWithdraw, &Resource::of_vendor(vendor))?;
        let state = if unsafe_release { ReleaseState::Unsafe } else { ReleaseState::Withdrawn };
        let audit = authorized.audit(format!("{} {}", release.package.id, release.release.version), None, None);
        self.commit(&authorized, Commit { writes: vec![Write::SetReleaseState(id, state)], audit, events: vec![] })
            .await?;
        self.catalogue_reload().await
    }
}
