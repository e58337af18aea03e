//! A package comes in: from a browser or a pipeline, as an archive that says itself whose it is.

use super::{
    Catalogue, Portal,
    packages::free_slug,
    publish::{Archive, Claim, Examination, PublishError},
};
use crate::{
    Actor, CoreError, Ctx,
    authz::{Action, Authorized, Resource},
    error::{Result, rule},
    ports::{Commit, Scope, SubmissionQuery, SubmissionRecord, Write, new_reference, new_uuid},
};
use portal_model::{
    OrganisationId, PortalError, SubmissionId, VendorKeyId, VerfahrenId,
    finding::Finding,
    reference::{Reference, ReferenceKind},
    submission::{Submission, SubmissionState as S},
    verfahren::ReleaseLimits,
};
use std::sync::Arc;

/// Declined packages that are looked through for the same content.
const LOOKED_AT: i64 = 200;

/// Where a package belongs, as far as the person may know.
struct Place {
    authorized: Authorized,
    vendor: OrganisationId,
    catalogue: Arc<Catalogue>,
    /// The Verfahren, if there is a release of it.
    verfahren: Option<(VerfahrenId, String)>,
    /// The same version, if it is on its way.
    before: Option<SubmissionRecord>,
    signed_with: Option<VendorKeyId>,
}

impl Portal {
    /// Takes an uploaded archive: a new submission, or a new content of one that is still open. Whose it is says the
    /// package itself: the first part of its id is the vendor's short name. Nothing of a refused archive stays.
    ///
    /// # Errors
    /// Findings; `NotFound` for a package of a vendor that the person does not publish for (R4); `WrongState` while the
    /// curators have this version; rule `version_published` if it is released already, `content_declined` if just this content was declined; `Invalid` at `signatur` for a
    /// signature that no live key of the vendor made, or for none where one is required. Several of them at once if
    /// several are true.
    pub async fn package_upload(
        &self,
        ctx: &Ctx,
        archive: Archive,
        signature: Option<String>,
    ) -> std::result::Result<Reference, PublishError> {
        if ctx.actor == Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        // Reading costs: nobody who could not hand anything in makes the portal read.
        if ctx.scope(Action::PackageUpload).tenants.is_empty() {
            return Err(PortalError::NotFound.into());
        }
        let person = ctx.person_id().ok_or(PortalError::SignInRequired)?;
        let signed = signature.as_deref();
        let mut examined = match self.examine(archive).await? {
            Examination::Fit(examined) => *examined,
            Examination::Unfit { findings, claim } => {
                // What else speaks against it is told together with them, as far as the package says what it is.
                let mut reasons = Vec::new();
                if let Some(claim) = &claim {
                    self.place(ctx, claim, signed, &mut reasons).await?;
                }
                return Err(refused(findings, reasons));
            }
        };
        let mut reasons = Vec::new();
        let place = self.place(ctx, &examined.claim(), signed, &mut reasons).await?;
        let Some(place) = place.filter(|_| reasons.is_empty()) else { return Err(refused(Vec::new(), reasons)) };
        // Only now: nobody makes the portal knock anywhere with a package that is not theirs.
        let dead = self.dead_links(&examined.package).await;
        examined.findings.extend(dead);
        examined.findings.sort();
        let package = &examined.package;
        let (verfahren, slug) = match place.verfahren {
            Some((id, slug)) => (Some(id), slug),
            None => (None, free_slug(&place.catalogue, &package.id)),
        };
        let before = place.before;
        let mut submission = match &before {
            Some(b) => Submission { lock: b.submission.lock + 1, ..b.submission.clone() },
            None => Submission {
                id: SubmissionId(new_uuid(ctx.now)),
                reference: new_reference(ReferenceKind::Paket),
                vendor: place.vendor,
                verfahren,
                slug,
                package_id: package.id.clone(),
                version: package.version.to_string(),
                digest: String::new(),
                facts: package.facts.clone(),
                findings: Vec::new(),
                state: S::Draft,
                lock: 1,
                uploaded_by: person,
                token: None,
                submitted_by: None,
                assigned_to: None,
                decided_by: None,
                limits: ReleaseLimits::default(),
                security_fix: false,
                signed_with: None,
                release: None,
                created_at: ctx.now,
                uploaded_at: ctx.now,
                submitted_at: None,
                state_since: ctx.now,
            },
        };
        if submission.state != S::Draft {
            submission.state = S::Draft;
            submission.state_since = ctx.now;
        }
        submission.digest = package.digest.clone();
        submission.facts = package.facts.clone();
        submission.findings = examined.findings;
        submission.uploaded_by = person;
        submission.uploaded_at = ctx.now;
        submission.token = ctx.token().map(|t| t.id);
        submission.security_fix = package.facts.security_fix;
        submission.signed_with = place.signed_with;
        let reference = submission.reference.clone();
        let detail = serde_json::json!({ "digest": submission.digest, "token": ctx.token().map(|t| &t.name) });
        let audit = place.authorized.audit(&reference, None, Some(detail));
        let write = match before {
            Some(_) => Write::UpdateSubmission(submission, signature),
            None => Write::InsertSubmission(submission, signature),
        };
        // First the files, then the row that promises them.
        self.package_put(&examined.files, &examined.row.digest).await?;
        let writes = vec![Write::InsertPackage(examined.row), write];
        self.commit(&place.authorized, Commit { writes, audit, events: vec![] }).await?;
        Ok(reference)
    }

    /// Where a package belongs. What speaks against it is added to the reasons, so that a vendor sees all of it at once;
    /// whoever does not publish for the vendor learns nothing but that (R4), and gets no place.
    async fn place(
        &self,
        ctx: &Ctx,
        claim: &Claim,
        signature: Option<&str>,
        reasons: &mut Vec<PortalError>,
    ) -> Result<Option<Place>> {
        let vendor = claim.id.split('/').next().unwrap_or_default();
        let vendor = self.store().organisation_by_slug(vendor).await?.filter(|o| o.kind.publishes());
        let catalogue = self.catalogue_now().await?;
        let entry = catalogue.by_package(&claim.id);
        let verfahren = entry.map(|e| (e.verfahren.id, e.verfahren.slug.clone()));
        let Some(vendor) = vendor.map(|o| o.id) else {
            reasons.push(PortalError::NotFound);
            return Ok(None);
        };
        let resource = Resource::of_package(vendor, verfahren.as_ref().map(|(id, _)| *id));
        let Some(authorized) = gathered(ctx.authorize(Action::PackageUpload, &resource), reasons)? else {
            return Ok(None);
        };
        let published = entry.is_some_and(|e| e.releases.iter().any(|r| r.release.version == claim.version));
        let before = self.store().submission_of_version(&claim.id, &claim.version).await?;
        if published {
            gathered(Err::<(), _>(rule("version_published")), reasons)?;
        } else if before.as_ref().is_some_and(|b| !b.submission.state.is_open_for_upload()) {
            reasons.push(PortalError::WrongState);
        } else {
            gathered(self.refuse_declined(vendor, &claim.id, &claim.digest).await, reasons)?;
        }
        let signed_with = gathered(self.signing_key(vendor, &claim.index, signature).await, reasons)?.flatten();
        Ok(Some(Place { authorized, vendor, catalogue, verfahren, before, signed_with }))
    }

    /// A declined content stays declined. The same version may come again, with another content.
    async fn refuse_declined(&self, vendor: OrganisationId, package_id: &str, digest: &str) -> Result<()> {
        let query = SubmissionQuery {
            scope: Scope { tenants: vec![vendor], ..Scope::default() },
            states: vec![S::Declined],
            exactly: Some(package_id.to_owned()),
            limit: LOOKED_AT,
            ..SubmissionQuery::default()
        };
        let (declined, _) = self.store().submission_list(&query).await?;
        let again = declined.iter().any(|r| r.submission.digest == digest);
        if again { Err(rule("content_declined")) } else { Ok(()) }
    }
}

/// Keeps what speaks against the package; whatever is no answer to the vendor ends the upload.
fn gathered<T>(result: Result<T>, reasons: &mut Vec<PortalError>) -> Result<Option<T>> {
    let error = match result {
        Ok(value) => return Ok(Some(value)),
        Err(error) => error,
    };
    match error.public() {
        reason @ (PortalError::NotFound | PortalError::Rule { .. } | PortalError::Invalid { .. }) => {
            reasons.push(reason);
            Ok(None)
        }
        _ => Err(error),
    }
}

/// The refusal: as it is, if there is one reason; all of them together otherwise.
fn refused(findings: Vec<Finding>, mut reasons: Vec<PortalError>) -> PublishError {
    match (findings.is_empty(), reasons.len()) {
        (false, 0) => PublishError::Findings(findings),
        (true, 1) => CoreError::from(reasons.remove(0)).into(),
        _ => PublishError::Several { findings, reasons },
    }
}
