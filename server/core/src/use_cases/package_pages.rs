//! What vendors and curators see of packages: the list, one submission, its preview.

use super::{
    Portal,
    audience::limit_names,
    case_list::{LIST_PAGE, cursor, read_cursor},
};
use crate::{
    Actor, CoreError, Ctx,
    authz::{Action, Resource},
    config::{self, Part, form::FormState},
    error::Result,
    package,
    ports::{SubmissionQuery, SubmissionRecord},
};
use portal_model::{
    PortalError,
    finding::Severity,
    pages::{Choice, Page, catalogue::VerfahrenPage, packages::*, release_diff::ReleaseDiff},
    reference::Reference,
    submission::{Submission, SubmissionState as S},
};
use serde::Deserialize;
use std::{collections::BTreeSet, sync::Arc};

/// Filters of the list as they stand in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PackageListQuery {
    /// Reference, package id or short name.
    pub q: String,
    /// `open` (the default), a state, or `all`.
    pub stand: String,
    /// Cursor.
    pub nach: Option<String>,
}

const OPEN: &str = "open";
const ALL: &str = "all";

impl Portal {
    /// The list: a vendor's own packages, or what was handed in for curators.
    ///
    /// # Errors
    /// `NotFound` for anyone who has nothing to do with packages.
    pub async fn package_list_page(&self, ctx: &Ctx, list: &PackageListQuery) -> Result<PackageListPage> {
        if ctx.actor == Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        let scope = ctx.scope(Action::PackageRead);
        if !scope.all && scope.tenants.is_empty() {
            return Err(PortalError::NotFound.into());
        }
        let (vendors, is_curator) = (ctx.scope(Action::PackageUpload).tenants, scope.all);
        let chosen = S::from_word(&list.stand);
        let word = chosen.map_or(if list.stand == ALL { ALL } else { OPEN }, S::word);
        let visible = |s: &S| !is_curator || !matches!(s, S::Draft | S::Discarded);
        let states: Vec<S> = match (chosen, word) {
            (Some(state), _) => vec![state],
            (None, ALL) => S::ALL.to_vec(),
            (None, _) if is_curator => vec![S::Submitted, S::InReview],
            (None, _) => S::ALL.iter().copied().filter(|s| !s.is_closed()).collect(),
        };
        let q = list.q.trim();
        let exactly = Reference::parse(q).map(|r| r.to_string()).or_else(|| (!q.is_empty()).then(|| q.to_owned()));
        let query = SubmissionQuery {
            states: states.into_iter().filter(visible).collect(),
            verfahren_any: ctx.token().map(|t| t.verfahren.clone()).filter(|v| !v.is_empty()),
            exactly,
            after: read_cursor(list.nach.as_deref()),
            limit: LIST_PAGE + 1,
            scope,
        };
        // A state that this person never sees is an empty list, not all of them.
        let (mut found, total) =
            if query.states.is_empty() { (Vec::new(), 0) } else { self.store().submission_list(&query).await? };
        let more = found.len() as i64 > LIST_PAGE;
        found.truncate(LIST_PAGE as usize);
        let queued = |s: &Submission| cursor(s.submitted_at.unwrap_or(s.created_at), s.id);
        let next = found.last().filter(|_| more).map(|r| queued(&r.submission));
        let words = [OPEN].into_iter().chain(S::ALL.iter().filter(|s| visible(s)).map(|s| s.word())).chain([ALL]);
        Ok(PackageListPage {
            q: list.q.clone(),
            states: words
                .map(|w| Choice { value: w.to_owned(), label: w.to_owned(), selected: w == word, count: None })
                .collect(),
            rows: Page { items: found.iter().map(row).collect(), next, total },
            may_upload: !vendors.is_empty(),
            is_curator,
            verfahren: self.own_verfahren(&vendors).await?,
        })
    }

    async fn own_verfahren(&self, vendors: &[portal_model::OrganisationId]) -> Result<Vec<OwnVerfahren>> {
        if vendors.is_empty() {
            return Ok(Vec::new());
        }
        let adoption = self.adoption().await?;
        let catalogue = self.catalogue_now().await?;
        let own = catalogue.entries.iter().filter(|e| vendors.contains(&e.verfahren.vendor));
        Ok(own
            .filter_map(|e| {
                Some(OwnVerfahren {
                    slug: e.verfahren.slug.clone(),
                    name: e.shown()?.release.facts.name.clone(),
                    version: e.offered().map(|r| r.release.version.clone()).unwrap_or_default(),
                    adopters: adoption.count(e.verfahren.id),
                })
            })
            .collect())
    }

    /// The page that asks for a package; with `replaces`, for the new content of a package that is still open.
    ///
    /// # Errors
    /// `NotFound` for anyone who publishes for no vendor.
    pub async fn upload_page(&self, ctx: &Ctx, replaces: Option<&Reference>) -> Result<UploadPage> {
        if ctx.actor == Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        let vendors = ctx.scope(Action::PackageUpload).tenants;
        if vendors.is_empty() {
            return Err(PortalError::NotFound.into());
        }
        let mut names: Vec<String> = ctx
            .memberships()
            .iter()
            .filter(|m| vendors.contains(&m.organisation))
            .map(|m| m.organisation_name.clone())
            .collect();
        names.sort();
        names.dedup();
        let max_bytes = i64::try_from(package::limits::ARCHIVE).unwrap_or(i64::MAX);
        let replaces = match replaces {
            Some(r) => {
                let (record, _) = self.package_for(ctx, Action::PackageUpload, r).await?;
                Some(row(&record)).filter(|row| row.state.is_open_for_upload())
            }
            None => None,
        };
        let mut signatures = SigningPolicy::default();
        for vendor in vendors {
            let policy = self.signing_policy(vendor).await?;
            signatures.by_portal |= policy.by_portal;
            signatures.by_vendor |= policy.by_vendor;
        }
        Ok(UploadPage { signatures, vendors: names, max_bytes, replaces, ..UploadPage::default() })
    }

    /// One submission.
    ///
    /// # Errors
    /// `NotFound` for an unknown one and for strangers.
    pub async fn package_page(&self, ctx: &Ctx, r: &Reference) -> Result<PackagePage> {
        let (record, _) = self.package_for(ctx, Action::PackageRead, r).await?;
        let s = &record.submission;
        let messages = self.store().submission_messages(s.id).await?;
        let names = self.names(&messages.iter().map(|m| m.person).collect::<Vec<_>>()).await?;
        let participants = self.store().submission_participants(s.id).await?;
        let keys = self.store().vendor_keys(s.vendor).await?;
        let resource = Resource::of_package(s.vendor, s.verfahren);
        let may = |action: Action, fits: bool| fits && ctx.may(action, &resource);
        let decides = may(Action::PackageRelease, s.state == S::InReview);
        let (laender, municipalities) =
            if decides { self.limit_choices(&s.limits).await? } else { (Vec::new(), String::new()) };
        let organisations = self.organisations().await?;
        let catalogue = self.catalogue_now().await?;
        Ok(PackagePage {
            trials: self.package_trials(ctx, &record).await?,
            lock: s.lock,
            digest: s.digest.clone(),
            created_at: s.created_at,
            uploaded_at: s.uploaded_at,
            submitted_at: s.submitted_at,
            findings: s.findings.clone(),
            messages: messages
                .into_iter()
                .map(|m| MessageView {
                    at: m.at,
                    person: names.get(&m.person).cloned().unwrap_or_default(),
                    side: m.side,
                    text: m.text,
                })
                .collect(),
            changes: s.facts.changes.clone(),
            previous: release_before(&catalogue, s).map(|r| r.release.version.clone()),
            signed_with: s.signed_with.and_then(|id| keys.into_iter().find(|k| k.id == id)).map(|k| k.name),
            verfahren: (s.state == S::Released && catalogue.by_slug(&s.slug).is_some()).then(|| s.slug.clone()),
            limits: s.limits.clone(),
            limit_names: limit_names(&s.limits, &organisations),
            laender,
            municipalities,
            may: PackageCapabilities {
                upload: may(Action::PackageUpload, s.state.is_open_for_upload()),
                submit: may(Action::PackageSubmit, s.state.may_become(S::Submitted)),
                discard: may(Action::PackageDiscard, s.state.may_become(S::Discarded)),
                message: may(Action::PackageMessage, !s.state.is_closed()),
                take: may(Action::PackageTake, s.state.may_become(S::InReview)),
                decide: decides,
            },
            lacks_signature: !s.state.is_closed() && self.lacks_signature(s).await?,
            took_part: ctx.person_id().is_some_and(|p| participants.contains(&p)),
            decision: String::new(),
            note: String::new(),
            message: String::new(),
            errors: Vec::new(),
            row: row(&record),
        })
    }

    /// What the package will look like: Steckbrief, form, objects for sample values.
    ///
    /// # Errors
    /// As [`Portal::package_page`].
    pub async fn package_preview(&self, ctx: &Ctx, r: &Reference) -> Result<PackagePreview> {
        let (record, _) = self.package_for(ctx, Action::PackageRead, r).await?;
        let package = self.readable(&record.submission.digest).await?;
        let values = package::sample_values(&package.schema);
        let objects = package::sample_objects(&package, self.charts.as_ref()).await;
        let objects = objects.map_err(|f| CoreError::Inconsistent(format!("sample objects: {f:?}")))?;
        let empty = BTreeSet::new();
        let state = FormState {
            part: Part::All,
            values: &values,
            errors: &[],
            secrets: &empty,
            neighbour: None,
            gemeinden: &[],
        };
        Ok(PackagePreview {
            reference: record.submission.reference.clone(),
            version: record.submission.version.clone(),
            verfahren: {
                let s = &record.submission;
                VerfahrenPage {
                    based_on: self.catalogue_now().await?.based_on(&package.facts),
                    ..super::catalogue::described(&package.facts, &s.slug, &record.vendor_name, &s.package_id)
                }
            },
            form: config::form::build(&package.schema, &state, ctx.lang),
            objects: objects
                .into_iter()
                .map(|(o, is_test)| PreviewObject {
                    kind: o.kind().to_owned(),
                    name: o.name().to_owned(),
                    yaml: package::to_yaml(&o.value),
                    file: o.file,
                    is_test,
                })
                .collect(),
        })
    }

    /// What differs from the release before.
    ///
    /// # Errors
    /// As [`Portal::package_page`]; `NotFound` too if there is no release before.
    pub async fn package_diff(&self, ctx: &Ctx, r: &Reference) -> Result<ReleaseDiff> {
        let (record, _) = self.package_for(ctx, Action::PackageRead, r).await?;
        let catalogue = self.catalogue_now().await?;
        let before = release_before(&catalogue, &record.submission).ok_or(PortalError::NotFound)?;
        let package = self.readable(&record.submission.digest).await?;
        let before = self.readable(&before.release.digest).await?;
        let compared = package::diff::diff(&before, &package, self.charts.as_ref()).await;
        compared.map_err(|f| CoreError::Inconsistent(format!("packages cannot be compared: {f:?}")))
    }
}

/// The release that a submission follows: the newest one with a lower version.
fn release_before(catalogue: &super::Catalogue, s: &Submission) -> Option<Arc<super::CatalogueRelease>> {
    let version: semver::Version = s.version.parse().ok()?;
    let entry = catalogue.by_package(&s.package_id)?;
    entry.releases.iter().find(|r| r.version < version).cloned()
}

pub(super) fn row(record: &SubmissionRecord) -> PackageRow {
    let s = &record.submission;
    PackageRow {
        reference: s.reference.clone(),
        name: s.facts.name.clone(),
        vendor: record.vendor_name.clone(),
        package_id: s.package_id.clone(),
        version: s.version.clone(),
        state: s.state,
        since: s.state_since,
        warnings: s.findings.iter().filter(|f| f.severity == Severity::Warnung).count() as i64,
        hints: s.findings.iter().filter(|f| f.severity == Severity::Hinweis).count() as i64,
        security_fix: s.security_fix,
        signed: s.signed_with.is_some(),
        assigned_to: record.assigned_to_name.clone(),
    }
}
