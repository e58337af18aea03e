//! From a package to a release. Everything that becomes a release goes through here: what vendors hand in and curators
//! release, and what the demonstration brings along.

use super::Portal;
use crate::{
    CoreError, Ctx,
    authz::{Action, Authorized, Resource},
    error::{Result, rule},
    package::{self, Files, Loaded, Package},
    ports::{Commit, Component, PackageRow, Write, new_uuid},
};
use portal_model::{
    OrganisationId, PortalError, ReleaseId, SubmissionId, VendorKeyId, VerfahrenId,
    finding::{Finding, Rule},
    verfahren::{Release, ReleaseLimits, ReleaseState, Verfahren},
};
use std::io::Read;

/// Why a package was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The package has errors.
    #[error("the package has {} findings", .0.len())]
    Findings(Vec<Finding>),
    /// Something else.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl From<PortalError> for PublishError {
    fn from(e: PortalError) -> Self {
        PublishError::Core(e.into())
    }
}

/// An archive that is on its way in: read once, from its beginning.
pub type Archive = Box<dyn Read + Send>;

/// A package that may be published, with what the machine remarked.
pub(super) struct Examined {
    pub package: Package,
    pub row: PackageRow,
    /// What its digest is the SHA-256 of, and what its vendor signs.
    pub index: String,
    /// Warnings and hints.
    pub findings: Vec<Finding>,
}

/// What becomes of a package in the catalogue.
pub(super) struct Publication {
    pub vendor: OrganisationId,
    pub slug: String,
    pub package_id: String,
    pub version: String,
    pub digest: String,
    pub facts: portal_model::verfahren::ReleaseFacts,
    pub limits: ReleaseLimits,
    pub security_fix: bool,
    pub submission: Option<SubmissionId>,
    pub signed_with: Option<VendorKeyId>,
}

/// Reads an archive and holds it against every rule, away from the threads that answer people.
///
/// # Errors
/// All findings, if one of them is a Fehler.
pub(super) async fn examine(mut archive: Archive) -> std::result::Result<Examined, PublishError> {
    let work = move || {
        let mut tgz = Vec::new();
        let limit = package::limits::ARCHIVE + 1;
        if archive.by_ref().take(limit).read_to_end(&mut tgz).is_err() {
            return Err(vec![Finding::new(Rule::ArchiveUnreadable, "", "")]);
        }
        let files = Files::from_tgz(&tgz);
        let index = package::signature::index_text(&files.0);
        let loaded = Loaded::from_files(files);
        let Some(package) = loaded.package else { return Err(loaded.findings) };
        // Filled with sample values and held against the rules of admission (R9); with the real values again later.
        let mut findings = loaded.findings;
        findings.extend(package::lint(&package));
        findings.sort();
        findings.dedup();
        if package::has_errors(&findings) {
            return Err(findings);
        }
        let row = PackageRow { digest: package.digest.clone(), content: tgz, components: components(&package) };
        Ok(Examined { package, row, index, findings })
    };
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| CoreError::Inconsistent(format!("reading a package: {e}")))?.map_err(PublishError::Findings)
}

/// What a package is made of.
fn components(package: &Package) -> Vec<Component> {
    let Some(document) = &package.sbom else { return Vec::new() };
    let component = |c: package::sbom::Component| Component {
        search_key: c.key().to_owned(),
        name_key: c.name.rsplit('/').next().unwrap_or_default().to_lowercase(),
        purl: c.purl.unwrap_or_default(),
        licence: c.licences.join(" AND "),
        name: c.name,
        version: c.version,
    };
    package::sbom::read(document).components.into_iter().map(component).collect()
}

impl Portal {
    /// Publishes a package under a slug without a review. Only the portal itself may, for the demonstration; everybody
    /// else hands packages in.
    ///
    /// # Errors
    /// Findings, or `Exists` if this version is published already.
    pub async fn release_publish(
        &self,
        ctx: &Ctx,
        vendor: &str,
        slug: &str,
        archive: Archive,
    ) -> std::result::Result<ReleaseId, PublishError> {
        let examined = examine(archive).await?;
        let vendor = self.store().organisation_by_slug(vendor).await.map_err(CoreError::from)?;
        let vendor = vendor.ok_or(PortalError::NotFound)?;
        let authorized = ctx.authorize(Action::ReleasePublish, &Resource::of_vendor(vendor.id))?;
        let publication = Publication {
            vendor: vendor.id,
            slug: slug.to_owned(),
            package_id: examined.package.id.clone(),
            version: examined.package.version.to_string(),
            digest: examined.package.digest.clone(),
            security_fix: examined.package.facts.security_fix,
            facts: examined.package.facts,
            limits: ReleaseLimits::default(),
            submission: None,
            signed_with: None,
        };
        let (_, id, mut writes) = self.publication(ctx, publication)?;
        writes.insert(0, Write::InsertPackage(examined.row));
        let subject = format!("{} {}", examined.package.id, examined.package.version);
        self.publish(&authorized, writes, subject, None).await?;
        Ok(id)
    }

    /// The writes that bring a package into the catalogue; the first release makes the entry.
    ///
    /// # Errors
    /// Rule `slug_taken` if the name in addresses belongs to another Verfahren.
    pub(super) fn publication(&self, ctx: &Ctx, p: Publication) -> Result<(VerfahrenId, ReleaseId, Vec<Write>)> {
        let mut writes = Vec::new();
        let catalogue = self.catalogue();
        let verfahren = match catalogue.by_slug(&p.slug) {
            Some(entry) if entry.verfahren.vendor == p.vendor && entry.verfahren.package_id == p.package_id => {
                entry.verfahren.id
            }
            Some(_) => return Err(rule("slug_taken")),
            None => {
                let id = VerfahrenId(new_uuid(ctx.now));
                writes.push(Write::InsertVerfahren(Verfahren {
                    id,
                    slug: p.slug,
                    package_id: p.package_id,
                    vendor: p.vendor,
                }));
                id
            }
        };
        let id = ReleaseId(new_uuid(ctx.now));
        writes.push(Write::InsertRelease(Release {
            id,
            verfahren,
            version: p.version,
            digest: p.digest,
            state: ReleaseState::Published,
            published_at: ctx.now,
            facts: p.facts,
            limits: p.limits,
            security_fix: p.security_fix,
            state_note: String::new(),
            replaced_by: None,
            submission: p.submission,
            signed_with: p.signed_with,
        }));
        Ok((verfahren, id, writes))
    }

    /// Commits what changes the catalogue, and reads it again.
    pub(super) async fn publish(
        &self,
        authorized: &Authorized,
        writes: Vec<Write>,
        subject: String,
        note: Option<serde_json::Value>,
    ) -> Result<()> {
        let audit = authorized.audit(subject, None, note);
        self.commit(authorized, Commit { writes, audit, events: vec![] }).await?;
        self.catalogue_reload().await
    }
}
