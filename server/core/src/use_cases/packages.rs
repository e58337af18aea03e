//! Packages on their way into the catalogue: uploading, handing in, talking about them, deciding.

use super::{
    Catalogue, Portal, invalid, needed_note, optional_note,
    publish::{Archive, Publication, PublishError},
    remark,
};
use crate::{
    Actor, CoreError, Ctx,
    authz::{Action, Authorized, Resource},
    error::{Result, rule},
    package::signature::{PublicKey, Signature, SignatureError, verify},
    ports::{Commit, Scope, SubmissionQuery, SubmissionRecord, Write, new_reference, new_uuid},
};
use portal_model::{
    OrganisationId, PortalError, SubmissionId, VendorKeyId,
    form::FieldError,
    reference::{Reference, ReferenceKind},
    submission::{Submission, SubmissionMessage, SubmissionSide, SubmissionState as S},
    verfahren::ReleaseLimits,
};

/// What a curator decides, as it was entered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PackageDecision {
    /// `release`, `return` or `decline`.
    pub decision: String,
    /// Comment; needed unless released.
    pub note: String,
    /// Two-digit keys of Länder; none means all.
    pub laender: Vec<String>,
    /// Verwaltungen by name, key or short name; none means all.
    pub municipalities: Vec<String>,
    /// Marked as a security fix, also if the vendor did not.
    pub security_fix: bool,
}

/// Declined packages that are looked through for the same content.
const LOOKED_AT: i64 = 200;

impl Portal {
    /// Takes an uploaded archive: a new submission, or a new content of one that is still open. Whose it is says the
    /// package itself: the first part of its id is the vendor's short name. Nothing of a refused archive stays.
    ///
    /// # Errors
    /// Findings; `NotFound` for a package of a vendor that the person does not publish for (R4); `WrongState` while the
    /// curators have this version; rule `version_published` if it is released already, `content_declined` if just this content was declined; `Invalid` at `signatur` for a
    /// signature that no live key of the vendor made.
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
        let mut examined = self.examine(archive).await?;
        let package = &examined.package;
        let version = package.version.to_string();
        let vendor = package.id.split('/').next().unwrap_or_default();
        let vendor = self.store().organisation_by_slug(vendor).await.map_err(CoreError::from)?;
        let vendor = vendor.filter(|o| o.kind.publishes()).ok_or(PortalError::NotFound)?;
        let catalogue = self.catalogue_now().await?;
        let entry = catalogue.by_package(&package.id);
        let verfahren = entry.map(|e| e.verfahren.id);
        let authorized = ctx.authorize(Action::PackageUpload, &Resource::of_package(vendor.id, verfahren))?;
        let person = ctx.person_id().ok_or(PortalError::SignInRequired)?;
        if entry.is_some_and(|e| e.releases.iter().any(|r| r.release.version == version)) {
            return Err(rule("version_published").into());
        }
        let signed_with = match &signature {
            Some(text) => Some(self.signing_key(vendor.id, &examined.index, text).await?),
            None => None,
        };
        // Only now: nobody makes the portal knock anywhere with a package that is not theirs.
        let dead = self.dead_links(package).await;
        examined.findings.extend(dead);
        examined.findings.sort();
        let before = self.store().submission_of_version(&package.id, &version).await.map_err(CoreError::from)?;
        self.refuse_declined(vendor.id, &package.id, &package.digest).await?;
        let slug = entry.map_or_else(|| free_slug(&catalogue, &package.id), |e| e.verfahren.slug.clone());
        let mut submission = match &before {
            Some(b) if !b.submission.state.is_open_for_upload() => return Err(PortalError::WrongState.into()),
            Some(b) => Submission { lock: b.submission.lock + 1, ..b.submission.clone() },
            None => Submission {
                id: SubmissionId(new_uuid(ctx.now)),
                reference: new_reference(ReferenceKind::Paket),
                vendor: vendor.id,
                verfahren,
                slug,
                package_id: package.id.clone(),
                version: version.clone(),
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
        submission.signed_with = signed_with;
        let reference = submission.reference.clone();
        let detail = serde_json::json!({ "digest": submission.digest, "token": ctx.token().map(|t| &t.name) });
        let audit = authorized.audit(&reference, None, Some(detail));
        let write = match before {
            Some(_) => Write::UpdateSubmission(submission, signature),
            None => Write::InsertSubmission(submission, signature),
        };
        // First the files, then the row that promises them.
        self.package_put(&examined.files, &examined.row.digest).await?;
        let writes = vec![Write::InsertPackage(examined.row), write];
        self.commit(&authorized, Commit { writes, audit, events: vec![] }).await?;
        Ok(reference)
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

    /// Loads a submission and checks the permission for it. Unknown and invisible are the same (R4).
    pub(super) async fn package_for(
        &self,
        ctx: &Ctx,
        action: Action,
        r: &Reference,
    ) -> Result<(SubmissionRecord, Authorized)> {
        if ctx.actor == Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        let record = self.store().submission_by_reference(r).await?.ok_or(PortalError::NotFound)?;
        let s = &record.submission;
        let package = Resource::of_package(s.vendor, s.verfahren);
        // First of all: that an act is refused would tell that the draft exists (R4).
        if is_private(s) && !ctx.may(Action::PackageUpload, &package) {
            return Err(PortalError::NotFound.into());
        }
        let authorized = ctx.authorize(action, &package)?;
        Ok((record, authorized))
    }

    /// Hands a package to the curators.
    ///
    /// # Errors
    /// `WrongState` if it is with them already.
    pub async fn package_submit(&self, ctx: &Ctx, r: &Reference, lock: i64) -> Result<()> {
        let (record, authorized) = self.package_for(ctx, Action::PackageSubmit, r).await?;
        let mut s = moved(ctx, &record, lock, S::Submitted)?;
        s.submitted_by = ctx.person_id();
        s.submitted_at = Some(ctx.now);
        s.assigned_to = None;
        self.save_package(&authorized, s, record.signature, vec![], "").await
    }

    /// Takes a package back.
    ///
    /// # Errors
    /// `WrongState` if it is decided.
    pub async fn package_discard(&self, ctx: &Ctx, r: &Reference, lock: i64) -> Result<()> {
        let (record, authorized) = self.package_for(ctx, Action::PackageDiscard, r).await?;
        let s = moved(ctx, &record, lock, S::Discarded)?;
        self.save_package(&authorized, s, record.signature, vec![], "").await
    }

    /// Writes to the other side.
    ///
    /// # Errors
    /// `Invalid` at `nachricht` without a text; `WrongState` once nothing more happens.
    pub async fn package_message(&self, ctx: &Ctx, r: &Reference, text: &str) -> Result<()> {
        let (record, authorized) = self.package_for(ctx, Action::PackageMessage, r).await?;
        if record.submission.state.is_closed() {
            return Err(PortalError::WrongState.into());
        }
        let text = needed_note("nachricht", text)?;
        let write = message(ctx, &record.submission, text)?;
        let audit = authorized.audit(r, None, None);
        self.commit(&authorized, Commit { writes: vec![write], audit, events: vec![] }).await
    }

    /// Takes a package up for review: it is assigned to this curator.
    ///
    /// # Errors
    /// `WrongState` if it does not wait for review.
    pub async fn package_take(&self, ctx: &Ctx, r: &Reference, lock: i64) -> Result<()> {
        let (record, authorized) = self.package_for(ctx, Action::PackageTake, r).await?;
        let mut s = moved(ctx, &record, lock, S::InReview)?;
        s.assigned_to = ctx.person_id();
        self.save_package(&authorized, s, record.signature, vec![], "").await
    }

    /// Releases a package, returns it with comments, or declines it with a reason.
    ///
    /// # Errors
    /// `Invalid` at `entscheidung`, `begruendung`, `land` or `verwaltung`; `SecondPersonNeeded` for somebody who took
    /// part on the vendor's side (R2); `WrongState` if it is not in review.
    pub async fn package_decide(&self, ctx: &Ctx, r: &Reference, lock: i64, entered: &PackageDecision) -> Result<()> {
        let (action, next) = match entered.decision.as_str() {
            "release" => (Action::PackageRelease, S::Released),
            "return" => (Action::PackageReturn, S::Returned),
            "decline" => (Action::PackageDecline, S::Declined),
            _ => return Err(invalid(vec![FieldError::new("entscheidung", "choose_decision")])),
        };
        let (record, authorized) = self.package_for(ctx, action, r).await?;
        let mut s = moved(ctx, &record, lock, next)?;
        let participants = self.store().submission_participants(s.id).await?;
        let person = ctx.person_id().ok_or(PortalError::SignInRequired)?;
        if participants.contains(&person) {
            return Err(PortalError::SecondPersonNeeded.into());
        }
        let note = match next {
            S::Released => optional_note("begruendung", &entered.note)?,
            _ => needed_note("begruendung", &entered.note)?,
        };
        s.decided_by = Some(person).filter(|_| next != S::Returned);
        let mut said = Vec::new();
        if !note.is_empty() {
            said.push(message(ctx, &s, note.clone())?);
        }
        if next != S::Released {
            return self.save_package(&authorized, s, record.signature, said, &note).await;
        }
        s.limits = self.limits(&entered.laender, &entered.municipalities).await?;
        s.security_fix |= entered.security_fix;
        // Another Verfahren may have taken the name in the meantime.
        let known = self.catalogue_now().await?;
        let entry = known.by_package(&s.package_id);
        s.slug = entry.map_or_else(|| free_slug(&known, &s.package_id), |e| e.verfahren.slug.clone());
        let publication = Publication {
            vendor: s.vendor,
            slug: s.slug.clone(),
            package_id: s.package_id.clone(),
            version: s.version.clone(),
            digest: s.digest.clone(),
            facts: s.facts.clone(),
            limits: s.limits.clone(),
            security_fix: s.security_fix,
            submission: Some(s.id),
            signed_with: s.signed_with,
        };
        let subject = format!("{} {}", s.package_id, s.version);
        let (verfahren, _, mut catalogue) = self.publication(ctx, publication).await?;
        s.verfahren = Some(verfahren);
        // The entry first, since the submission refers to it; the release last, since it refers to the submission.
        let release = catalogue.pop();
        let mut writes = catalogue;
        writes.push(Write::UpdateSubmission(s, record.signature));
        writes.extend(said);
        writes.extend(release);
        self.publish(&authorized, writes, subject, remark(&note)).await
    }

    async fn save_package(
        &self,
        authorized: &Authorized,
        s: Submission,
        signature: Option<String>,
        more: Vec<Write>,
        note: &str,
    ) -> Result<()> {
        let audit = authorized.audit(&s.reference, None, remark(note));
        let mut writes = vec![Write::UpdateSubmission(s, signature)];
        writes.extend(more);
        self.commit(authorized, Commit { writes, audit, events: vec![] }).await
    }

    /// The vendor's live key that made a signature over a package.
    async fn signing_key(&self, vendor: OrganisationId, index: &str, signature: &str) -> Result<VendorKeyId> {
        let refused = |e: SignatureError| invalid(vec![FieldError::new("signatur", e.code())]);
        let signature = Signature::parse(signature).map_err(refused)?;
        let keys = self.store().vendor_keys(vendor).await?;
        let made = |pem: &str| PublicKey::parse(pem).is_ok_and(|key| verify(&key, index, &signature).is_ok());
        let key = keys.iter().find(|k| k.revoked_at.is_none() && made(&k.pem));
        key.map(|k| k.id).ok_or_else(|| refused(SignatureError::Wrong))
    }
}

/// A draft that was never handed in is the vendor's own business.
pub(super) fn is_private(s: &Submission) -> bool {
    matches!(s.state, S::Draft | S::Discarded) && s.submitted_at.is_none()
}

/// A name in addresses that no Verfahren has: the package's, or else with the vendor's behind it.
fn free_slug(catalogue: &Catalogue, package_id: &str) -> String {
    let (vendor, name) = package_id.split_once('/').unwrap_or(("", package_id));
    if catalogue.by_slug(name).is_none() { name.to_owned() } else { format!("{name}-{vendor}") }
}

/// The submission in its next state, one lock up.
fn moved(ctx: &Ctx, record: &SubmissionRecord, lock: i64, next: S) -> Result<Submission> {
    if record.submission.lock != lock {
        return Err(PortalError::Conflict.into());
    }
    if !record.submission.state.may_become(next) {
        return Err(PortalError::WrongState.into());
    }
    Ok(Submission { state: next, state_since: ctx.now, lock: lock + 1, ..record.submission.clone() })
}

fn message(ctx: &Ctx, s: &Submission, text: String) -> Result<Write> {
    let person = ctx.person_id().ok_or(PortalError::SignInRequired)?;
    let vendor = ctx.memberships().iter().any(|m| m.organisation == s.vendor);
    let side = if vendor { SubmissionSide::Vendor } else { SubmissionSide::Curator };
    Ok(Write::InsertMessage(SubmissionMessage { submission: s.id, at: ctx.now, person, side, text }))
}
