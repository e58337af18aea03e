//! The consultants' Arbeitsvorrat.

use super::{Portal, case_list::read_cursor};
use crate::{
    Actor, Ctx,
    authz::Action,
    error::Result,
    ports::{CaseOrder, CaseQuery},
};
use portal_model::{
    PortalError,
    installation::InstallationState as I,
    pages::{
        Choice, Page,
        work_list::{WorkListPage, WorkRow},
    },
    request::RequestState as R,
};
use serde::Deserialize;

/// Filters of the work list as they stand in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct WorkListQuery {
    /// Reference, or words of the Verfahren's name.
    pub q: String,
    /// `submitted`, `in_review`, `activation` or `all`; nothing means what is to do for the Land.
    pub aufgabe: String,
    /// `mine`, `nobody` or `all`.
    pub zustaendig: String,
    /// Slug of a Verwaltung.
    pub verwaltung: String,
    /// Cursor.
    pub nach: Option<String>,
}

const TODO: [&str; 5] = ["open", "submitted", "in_review", "activation", "all"];
const ASSIGNED: [&str; 3] = ["all", "mine", "nobody"];

impl Portal {
    /// The work list.
    ///
    /// # Errors
    /// `NotFound` for anyone who is no consultant of a Land.
    pub async fn work_list_page(&self, ctx: &Ctx, list: &WorkListQuery) -> Result<WorkListPage> {
        if ctx.actor == Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        let scope = ctx.scope(Action::WorkListRead);
        if scope.is_empty() {
            return Err(PortalError::NotFound.into());
        }
        let (municipalities, municipality) =
            self.municipality_choices(ctx, Action::WorkListRead, &list.verwaltung).await?;
        let todo = TODO.into_iter().find(|t| *t == list.aufgabe).unwrap_or("open");
        let assigned = ASSIGNED.into_iter().find(|t| *t == list.zustaendig).unwrap_or("all");
        let (states, installation_states) = match todo {
            "open" => (vec![R::Submitted, R::InReview], vec![I::Activating]),
            "submitted" => (vec![R::Submitted], vec![]),
            "in_review" => (vec![R::InReview], vec![]),
            "activation" => (vec![], vec![I::Activating]),
            _ => (R::ALL.iter().copied().filter(|s| *s != R::Draft).collect(), I::ALL.to_vec()),
        };
        let mut query = CaseQuery {
            scope,
            states,
            installation_states,
            municipality,
            assigned_to: ctx.person_id().filter(|_| assigned == "mine"),
            unassigned: assigned == "nobody",
            order: CaseOrder::OldestFirst,
            after: read_cursor(list.nach.as_deref()),
            ..CaseQuery::default()
        };
        self.narrow(&mut query, &list.q);
        let (cases, next, total) = self.case_page_of(query).await?;
        let rows = cases.iter().map(|c| WorkRow {
            case: self.case_row(ctx, c),
            assigned_to: c.assigned_to_name.clone(),
            submitted_at: c.submitted_at,
            age_days: c.submitted_at.map_or(0, |at| ctx.now.seconds_since(at) / 86_400),
        });
        Ok(WorkListPage {
            q: list.q.clone(),
            todo: choices(&TODO, todo),
            assigned: choices(&ASSIGNED, assigned),
            municipalities,
            rows: Page { items: rows.collect(), next, total },
        })
    }
}

fn choices(words: &[&str], chosen: &str) -> Vec<Choice> {
    let choice =
        |w: &&str| Choice { value: (*w).to_owned(), label: (*w).to_owned(), selected: *w == chosen, count: None };
    words.iter().map(choice).collect()
}
