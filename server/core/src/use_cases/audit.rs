//! The record, for auditors and for the signatories of a municipality.

use super::{
    Portal,
    case::{Told, told},
};
use crate::{
    Actor, Ctx,
    authz::Action,
    error::Result,
    ports::{AuditFilter, Checkpoint, SealState},
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

/// How often the whole record is checked, in hours; in between only what is new.
const WHOLE_HOURS: i64 = 24;

/// What the last check of the record found.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    state: SealState,
    /// From where the next check goes on.
    until: Checkpoint,
    /// When everything was last checked.
    whole_at: Timestamp,
}

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
        if scope.is_empty() {
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
            let Told { note, answer, operation } = told(&entry);
            AuditRow { entry, case, note, answer, operation }
        });
        let items = items.collect();
        let known = self.inner.record.read().as_ref().map(|c| c.state);
        let SealState { sealed, intact } = match known {
            Some(state) => state,
            None => self.audit_check().await?,
        };
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

    /// Seals the entries that are not sealed yet, and checks the record. Called by a timer; pages show what the last check
    /// found.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn audit_seal(&self) -> Result<i64> {
        let sealed = self.store().audit_seal(self.inner.clock.now()).await?;
        self.audit_check().await?;
        Ok(sealed)
    }

    /// Checks what is new in the record; everything at the first time, once a day, and as long as it is not whole.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn audit_check(&self) -> Result<SealState> {
        let now = self.inner.clock.now();
        let last = self.inner.record.read().clone();
        let last = last.filter(|c| c.state.intact && now.seconds_since(c.whole_at) < WHOLE_HOURS * 3600);
        let (from, whole_at) = last.map_or_else(|| (Checkpoint::default(), now), |c| (c.until, c.whole_at));
        let (state, until) = self.store().audit_verify(&from).await?;
        if !state.intact {
            tracing::error!(sealed = state.sealed, "the record was changed: its chain is broken");
        }
        *self.inner.record.write() = Some(Checked { state, until, whole_at });
        Ok(state)
    }
}

/// The beginning of an ISO day in Germany; nonsense is no filter.
fn day(text: &str) -> Option<Timestamp> {
    Timestamp::from_berlin_date(text)
}
