//! Packages on their way into the catalogue: handing in, talking about them, deciding. How they come: `package_upload.rs`.

use super::{Catalogue, Portal, invalid, needed_note, optional_note, publish::Publication, remark};
use crate::{
    Actor, Ctx,
    authz::{Action, Authorized, Resource},
    error::Result,
    ports::{Commit, SubmissionRecord, Write},
};
use portal_model::{
    PortalError,
    form::FieldError,
    reference::Reference,
    submission::{Submission, SubmissionMessage, SubmissionSide, SubmissionState as S},
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

impl Portal {
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
    /// `WrongState` if it is with them already; rule `signature_required` if it has to be signed and is not.
    pub async fn package_submit(&self, ctx: &Ctx, r: &Reference, lock: i64) -> Result<()> {
        let (record, authorized) = self.package_for(ctx, Action::PackageSubmit, r).await?;
        let mut s = moved(ctx, &record, lock, S::Submitted)?;
        self.signed_as_required(&s).await?;
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
    /// part on the vendor's side (R2); `WrongState` if it is not in review; rule `signature_required` for a release that
    /// has to be signed and is not.
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
        self.signed_as_required(&s).await?;
        s.limits = self.limits(&s.facts, &entered.laender, &entered.municipalities).await?;
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
}

/// A draft that was never handed in is the vendor's own business.
pub(super) fn is_private(s: &Submission) -> bool {
    matches!(s.state, S::Draft | S::Discarded) && s.submitted_at.is_none()
}

/// A name in addresses that no Verfahren has: the package's, or else with the vendor's behind it.
pub(super) fn free_slug(catalogue: &Catalogue, package_id: &str) -> String {
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
