//! The record, for auditors and for the signatories of a municipality.

use super::{Portal, case::told};
use crate::{
    Actor, Ctx,
    authz::Action,
    error::Result,
    ports::{AuditFilter, SealState},
};
use portal_model::{
    AuditId, PortalError, Timestamp,
    pages::{
        Choice, Page,
        audit::{AuditPage, AuditQuery, AuditRow},
    },
};

/// Rows on a page of the record.
pub const AUDIT_PAGE: i64 = 50;

impl Portal {
    /// The record, newest first.
    ///
    /// # Errors
    /// `NotFound` for anyone who may read no part of it.
    pub async fn audit_page(&self, ctx: &Ctx, query: &AuditQuery) -> Result<AuditPage> {
        if ctx.actor == Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        let scope = ctx.scope(Action::AuditRead);
        if !scope.all && scope.tenants.is_empty() && scope.laender.is_empty() {
            return Err(PortalError::NotFound.into());
        }
        let (municipalities, municipality) =
            self.municipality_choices(ctx, Action::AuditRead, &query.verwaltung).await?;
        let q = query.q.trim();
        let subject = portal_model::reference::Reference::parse(q)
            .map(|r| r.to_string())
            .or_else(|| (!q.is_empty()).then(|| q.to_owned()));
        let filter = AuditFilter {
            scope,
            action: Action::from_word(&query.aktion).map(|a| a.word().to_owned()),
            municipality,
            subject,
            request: None,
            from: day(&query.von),
            until: day(&query.bis).map(|t| t.plus_days(1)),
            before: query.nach.as_deref().and_then(|t| t.parse::<AuditId>().ok()),
            limit: AUDIT_PAGE + 1,
        };
        let (mut entries, total) = self.store().audit_list(&filter).await?;
        let more = entries.len() as i64 > AUDIT_PAGE;
        entries.truncate(AUDIT_PAGE as usize);
        let next = entries.last().filter(|_| more).map(|(e, _)| e.id.to_string());
        let items = entries.into_iter().map(|(entry, case)| {
            let (note, operation) = told(&entry);
            AuditRow { entry, case, note, operation }
        });
        let items = items.collect();
        let SealState { sealed, intact } = *self.inner.record.read();
        let actions = Action::ALL.iter().map(|a| Choice {
            value: a.word().to_owned(),
            label: a.word().to_owned(),
            selected: a.word() == query.aktion,
            count: None,
        });
        Ok(AuditPage {
            query: query.clone(),
            actions: actions.collect(),
            municipalities,
            rows: Page { items, next, total },
            sealed,
            intact,
        })
    }

    /// Seals the entries that are not sealed yet, and checks the whole record. Called by a timer: checking reads every
    /// entry, so pages show what the last check found.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn audit_seal(&self) -> Result<i64> {
        let sealed = self.store().audit_seal(self.inner.clock.now()).await?;
        let state = self.store().audit_verify().await?;
        if !state.intact {
            tracing::error!(sealed = state.sealed, "the record was changed: its chain is broken");
        }
        *self.inner.record.write() = state;
        Ok(sealed)
    }
}

/// The beginning of an ISO day in Germany; nonsense is no filter.
fn day(text: &str) -> Option<Timestamp> {
    Timestamp::from_berlin_date(text)
}
