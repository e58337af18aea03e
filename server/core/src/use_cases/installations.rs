//! „Unsere Verfahren", and taking one down.

use super::{
    Portal,
    activation::{ended, moved},
    case_list::read_cursor,
    check_lock, invalid,
};
use crate::{
    Actor, Ctx,
    authz::Action,
    engine,
    error::Result,
    ports::{CaseQuery, Write},
};
use portal_model::{
    PortalError,
    data_centre::Stage,
    form::FieldError,
    installation::InstallationState as I,
    pages::{Page, installations::*},
    phase::phase,
    reference::Reference,
};
use serde::Deserialize;

/// Filters of the list as they stand in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct InstallationListQuery {
    /// Reference, or words of the Verfahren's name.
    pub q: String,
    /// Slug of a Verwaltung.
    pub verwaltung: String,
    /// Cursor.
    pub nach: Option<String>,
}

impl Portal {
    /// „Unsere Verfahren".
    ///
    /// # Errors
    /// `SignInRequired`.
    pub async fn installation_list_page(
        &self,
        ctx: &Ctx,
        list: &InstallationListQuery,
    ) -> Result<InstallationListPage> {
        if ctx.actor == Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        let (municipalities, municipality) = self.municipality_choices(ctx, Action::CaseRead, &list.verwaltung).await?;
        let mut query = CaseQuery {
            scope: ctx.scope(Action::CaseRead),
            installation_states: I::ALL.iter().copied().filter(|s| *s != I::Removed).collect(),
            installed_only: true,
            municipality,
            after: read_cursor(list.nach.as_deref()),
            ..CaseQuery::default()
        };
        self.narrow(&mut query, &list.q);
        let (cases, next, total) = self.case_page_of(query).await?;
        let rows = cases.into_iter().filter_map(|c| {
            let i = c.installation?;
            Some(InstallationRow {
                reference: c.reference,
                verfahren: c.verfahren_name,
                version: c.version,
                municipality: c.municipality_name,
                state: i.state,
                phase: phase(c.state, Some(i.state)),
                data_centre: c.data_centre_name,
                live_since: i.live_since,
            })
        });
        Ok(InstallationListPage {
            q: list.q.clone(),
            municipalities,
            rows: Page { items: rows.collect(), next, total },
        })
    }

    /// The page that asks for the typed confirmation.
    ///
    /// # Errors
    /// `WrongState` if it cannot be taken down now.
    pub async fn remove_page(&self, ctx: &Ctx, r: &Reference) -> Result<RemovePage> {
        let (case, _) = self.case_for(ctx, Action::InstallationRemove, r).await?;
        let removable = case.installation.as_ref().filter(|i| i.state.may_become(I::Removing));
        let installation = removable.ok_or(PortalError::WrongState)?;
        Ok(RemovePage {
            head: self.head(ctx, &case).await?,
            confirm_with: case.request.reference.to_string(),
            is_live: installation.is_adopted(),
            typed: String::new(),
            errors: Vec::new(),
        })
    }

    /// Takes an installation down: production first, then the test environment.
    ///
    /// # Errors
    /// `Invalid` at `bestaetigung` if the reference was not typed; `Rule("live_operation")` while something runs.
    pub async fn installation_remove(&self, ctx: &Ctx, r: &Reference, lock: i64, typed: &str) -> Result<()> {
        let (case, authorized) = self.case_for(ctx, Action::InstallationRemove, r).await?;
        check_lock(&case, lock)?;
        let Some(before) = case.installation.as_ref().filter(|i| i.state.may_become(I::Removing)) else {
            return Err(PortalError::WrongState.into());
        };
        if Reference::parse(typed).as_ref() != Some(&case.request.reference) {
            let wrong = FieldError::new("bestaetigung", "type_reference").with("reference", &case.request.reference);
            return Err(invalid(vec![wrong]));
        }
        // A stuck one too: tried again later it would set up what was just taken down. Giving it up comes first.
        if case.operation.as_ref().is_some_and(|(_, s)| !s.is_final()) {
            return Err(crate::error::rule("live_operation"));
        }
        let deployments = self.store().deployments(before.id).await?;
        let used = |stage: Stage| deployments.iter().find(|d| d.stage == stage && d.revision.is_some());
        let mut installation = moved(ctx, before, I::Removing);
        let mut writes = Vec::new();
        // Nobody can say yes to what is being taken down.
        writes.extend(case.activation.as_ref().map(ended));
        match used(Stage::Production).or(used(Stage::Test)) {
            Some(deployment) => {
                writes.push(Write::InsertOperation(engine::new_remove(&installation, deployment, ctx.now)))
            }
            None => {
                installation.state = I::Removed;
                installation.live_since = None;
            }
        }
        self.commit_installation(ctx, &authorized, &case, installation, writes, None).await
    }
}
