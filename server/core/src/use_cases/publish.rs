//! From a package to a release. Everything that becomes a release goes through here: what vendors hand in and curators
//! release, and what the demonstration brings along.

use super::Portal;
use crate::{
    CoreError, Ctx,
    authz::{Action, Authorized, Resource},
    error::{Result, rule},
    package::{self, Files, Loaded, Package},
    ports::{ChartRenderer, Commit, Component, PackageRow, Write, new_uuid},
};
use portal_model::{
    OrganisationId, PortalError, ReleaseId, SubmissionId, VendorKeyId, VerfahrenId,
    finding::Finding,
    verfahren::{Release, ReleaseLimits, ReleaseState, Verfahren},
};
use std::io::Read;
use tokio::sync::SemaphorePermit;

/// Why a package was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The package has errors.
    #[error("the package has {} findings", .0.len())]
    Findings(Vec<Finding>),
    /// Several things speak against it: findings, if there are any, and reasons that are no findings.
    #[error("the package has {} findings, and {} reasons speak against it", .findings.len(), .reasons.len())]
    Several {
        /// All findings; none if the package itself is fine.
        findings: Vec<Finding>,
        /// What else is wrong, in the order in which it is asked.
        reasons: Vec<PortalError>,
    },
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
pub(super) struct Examined<'a> {
    pub package: Package,
    pub row: PackageRow,
    /// Its files; large ones are in a temporary file.
    pub files: Files,
    /// What its digest is the SHA-256 of, and what its vendor signs.
    pub index: String,
    /// Warnings and hints.
    pub findings: Vec<Finding>,
    /// Held until the package is stored: what it holds is in memory that long.
    _turn: SemaphorePermit<'a>,
}

/// What a package says of itself, and what its vendor signs; known also of one that is not fit.
pub(super) struct Claim {
    /// `vendor/name`.
    pub id: String,
    /// As it is written.
    pub version: String,
    pub digest: String,
    pub index: String,
}

/// What came of looking at an archive.
pub(super) enum Examination<'a> {
    /// It may be published.
    Fit(Box<Examined<'a>>),
    /// It has errors; and what it says of itself, as far as that can be read.
    Unfit { findings: Vec<Finding>, claim: Option<Claim> },
}

impl Examined<'_> {
    pub fn claim(&self) -> Claim {
        Claim {
            id: self.package.id.clone(),
            version: self.package.version.to_string(),
            digest: self.package.digest.clone(),
            index: self.index.clone(),
        }
    }
}

impl Examination<'_> {
    /// The same with the findings that are added, judged by all of them.
    fn with(self, more: Vec<Finding>) -> Self {
        let Examination::Fit(mut examined) = self else { return self };
        examined.findings.extend(more);
        examined.findings.sort();
        examined.findings.dedup();
        if package::has_errors(&examined.findings) {
            let claim = Some(examined.claim());
            return Examination::Unfit { findings: examined.findings, claim };
        }
        Examination::Fit(examined)
    }
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
async fn examine<'a>(
    archive: Archive,
    charts: &dyn ChartRenderer,
    turn: SemaphorePermit<'a>,
) -> Result<Examination<'a>> {
    let work = move || {
        // From the stream: neither the archive nor a large file in it is ever in memory as a whole.
        let (files, found) = Files::from_tgz(archive);
        let index = files.index();
        let loaded = Loaded::from_files((files.clone(), found));
        let Some(mut package) = loaded.package else {
            let digest = files.digest();
            let claim = loaded.named.map(|(id, version)| Claim { id, version, digest, index });
            return Err((loaded.findings, claim));
        };
        let mut findings = loaded.findings;
        // Filled with sample values and held against the rules of admission (R9); with the real values again later.
        if package.chart.is_none() {
            findings.extend(package::lint(&package));
        }
        let row = PackageRow { digest: package.digest.clone(), components: components(&package) };
        // Read by now; as a tree it is by far the largest part of a package.
        package.sbom = None;
        Ok((package, row, files, index, findings))
    };
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|e| CoreError::Inconsistent(format!("reading a package: {e}")))?;
    let (package, row, files, index, findings) = match done {
        Ok(read) => read,
        Err((findings, claim)) => return Ok(Examination::Unfit { findings, claim }),
    };
    let examined = Box::new(Examined { package, row, files, index, findings, _turn: turn });
    if examined.package.chart.is_none() || package::has_errors(&examined.findings) {
        return Ok(Examination::Fit(examined));
    }
    // Helm runs beside this process; what is left to do here is little.
    let rendered = package::lint_with(&examined.package, charts).await;
    Ok(Examination::Fit(examined).with(rendered))
}

/// What a package is made of.
fn components(package: &Package) -> Vec<Component> {
    let Some(document) = &package.sbom else { return Vec::new() };
    let component = |c: package::sbom::Component| Component {
        search_key: c.key().to_owned(),
        name_key: Component::name_key_of(&c.name),
        purl: c.purl.unwrap_or_default(),
        licence: c.licences.join(" AND "),
        name: c.name,
        version: c.version,
    };
    package::sbom::read(document).components.into_iter().map(component).collect()
}

impl Portal {
    /// Reads an archive and holds it against every rule.
    pub(super) async fn examine(&self, archive: Archive) -> Result<Examination<'_>> {
        let turn = self.inner.examining.acquire().await;
        let turn = turn.map_err(|e| CoreError::Inconsistent(format!("examining: {e}")))?;
        let examination = examine(archive, self.charts.as_ref(), turn).await?;
        let Examination::Fit(examined) = &examination else { return Ok(examination) };
        let beside = self.beside_earlier(&examined.package).await?;
        Ok(examination.with(beside))
    }

    /// What an update from the release that is offered now would ask of stored values, and what is said of following the
    /// release before.
    async fn beside_earlier(&self, new: &Package) -> Result<Vec<Finding>> {
        let catalogue = self.catalogue_now().await?;
        let Some(entry) = catalogue.by_package(&new.id) else { return Ok(Vec::new()) };
        let mut findings = Vec::new();
        // A release that cannot be read must not keep the next version out.
        if let Some(offered) = entry.offered().filter(|old| new.updates(&old.version))
            && let Ok(offered) = self.package(&offered.release.digest).await
        {
            findings.extend(package::compare(&offered, new));
        }
        // Whether or not it is the newest: an older line may go on beside a newer one. What was withdrawn is nobody's measure.
        let earlier = entry
            .releases
            .iter()
            .filter(|r| r.release.state.may_go_on() && r.version.pre.is_empty() && r.version < new.version);
        if let Some(before) = earlier.max_by(|a, b| a.version.cmp(&b.version))
            && let Ok(before) = self.package(&before.release.digest).await
        {
            findings.extend(package::follows(&before, new));
        }
        Ok(findings)
    }

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
        let vendor = self.store().organisation_by_slug(vendor).await.map_err(CoreError::from)?;
        let vendor = vendor.ok_or(PortalError::NotFound)?;
        // Before the work, since checking a package is some.
        let authorized = ctx.authorize(Action::ReleasePublish, &Resource::of_vendor(vendor.id))?;
        let examined = match self.examine(archive).await? {
            Examination::Fit(examined) => *examined,
            Examination::Unfit { findings, .. } => return Err(PublishError::Findings(findings)),
        };
        self.package_put(&examined.files, &examined.row.digest).await?;
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
        let (_, id, mut writes) = self.publication(ctx, publication).await?;
        writes.insert(0, Write::InsertPackage(examined.row));
        let subject = format!("{} {}", examined.package.id, examined.package.version);
        self.publish(&authorized, writes, subject, None).await?;
        Ok(id)
    }

    /// The writes that bring a package into the catalogue; the first release makes the entry.
    ///
    /// # Errors
    /// Rule `slug_taken` if the name in addresses belongs to another Verfahren.
    pub(super) async fn publication(&self, ctx: &Ctx, p: Publication) -> Result<(VerfahrenId, ReleaseId, Vec<Write>)> {
        super::check_slug(&p.slug)?;
        let mut writes = Vec::new();
        let catalogue = self.catalogue_now().await?;
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
        // Whoever publishes sees it at once.
        self.catalogue_now().await?;
        Ok(())
    }
}
