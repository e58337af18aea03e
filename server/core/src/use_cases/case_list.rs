//! Lists of cases: „Nachnutzungen".

use super::Portal;
use crate::{
    Actor, Ctx,
    authz::Action,
    error::Result,
    ports::{CaseLine, CaseOrder, CaseQuery},
};
use portal_model::{
    OrganisationId, PortalError, Timestamp,
    installation::InstallationState as I,
    pages::{Choice, Page, case::CaseRow, request::RequestListPage},
    phase::{Phase, phase},
    reference::Reference,
    request::RequestState as R,
};
use serde::Deserialize;
use std::{fmt::Display, str::FromStr};

/// Rows on a page of a list.
pub(super) const LIST_PAGE: i64 = 25;

/// Filters of the list as they stand in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct CaseListQuery {
    /// Reference, or words of the Verfahren's name.
    pub q: String,
    /// Phase.
    pub phase: String,
    /// Slug of a Verwaltung.
    pub verwaltung: String,
    /// Cursor.
    pub nach: Option<String>,
}

/// Position in a list as an opaque word.
pub(super) fn cursor(at: Timestamp, id: impl Display) -> String {
    format!("{}~{id}", at.0)
}

/// Reads a cursor; nonsense is the first page.
pub(super) fn read_cursor<Id: FromStr>(text: Option<&str>) -> Option<(Timestamp, Id)> {
    let (at, id) = text?.split_once('~')?;
    Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
}

/// States that make up a phase, for filtering in the database.
fn states_of(p: Phase) -> (Vec<R>, Vec<I>) {
    match p {
        Phase::Request => {
            (vec![R::Draft, R::Submitted, R::InReview, R::Returned, R::Declined, R::Withdrawn], vec![I::Changing])
        }
        Phase::Test => (vec![], vec![I::InTest, I::TestFailed]),
        Phase::Acceptance => (vec![], vec![I::InAcceptance, I::Defective]),
        Phase::Activation => (vec![], vec![I::Accepted, I::Activating]),
        Phase::Live => (
            vec![],
            vec![
                I::Live,
                I::Suspending,
                I::Suspended,
                I::Resuming,
                I::RollingBack,
                I::Connected,
                I::Removing,
                I::Removed,
            ],
        ),
    }
}

impl Portal {
    /// A row of a list.
    pub(super) fn case_row(&self, ctx: &Ctx, case: &CaseLine) -> CaseRow {
        let installation = case.installation.map(|i| i.state);
        CaseRow {
            reference: case.reference.clone(),
            verfahren: case.verfahren_name.clone(),
            municipality: case.municipality_name.clone(),
            state: case.state,
            installation,
            phase: phase(case.state, installation),
            lies_with: self.lies_with(ctx, case),
            updated_at: case.installation.map_or(case.state_since, |i| i.state_since),
        }
    }

    /// Verwaltungen that the person can choose between in lists, by name; empty if there is at most one.
    pub(super) async fn municipality_choices(
        &self,
        ctx: &Ctx,
        action: Action,
        chosen: &str,
    ) -> Result<(Vec<Choice>, Option<OrganisationId>)> {
        let scope = ctx.scope(action);
        let all = self.organisations().await?;
        let visible: Vec<_> = all
            .list
            .iter()
            .filter(|o| o.kind == portal_model::organisation::OrganisationKind::Municipality)
            .filter(|o| {
                scope.all
                    || scope.tenants.contains(&o.id)
                    || scope.limited.iter().any(|(tenant, _)| *tenant == o.id)
                    || super::catalogue::land(o).is_some_and(|l| scope.laender.contains(&l))
            })
            .collect();
        let id = visible.iter().find(|o| o.slug == chosen).map(|o| o.id);
        let choices = visible.iter().map(|o| Choice {
            value: o.slug.clone(),
            label: o.name.clone(),
            selected: o.slug == chosen,
            count: None,
        });
        let choices: Vec<Choice> = choices.collect();
        Ok((if choices.len() > 1 { choices } else { Vec::new() }, id))
    }

    /// Narrows a list by what was typed: a reference, or words that the catalogue's search knows.
    pub(super) fn narrow(&self, query: &mut CaseQuery, q: &str) {
        let q = q.trim();
        if q.is_empty() {
        } else if let Some(reference) = Reference::parse(q) {
            query.reference = Some(reference);
        } else {
            query.verfahren_any = Some(self.catalogue().search_ids(q));
        }
    }

    /// A page of cases with the cursor of the next one.
    pub(super) async fn case_page_of(&self, mut query: CaseQuery) -> Result<(Vec<CaseLine>, Option<String>, i64)> {
        query.limit = LIST_PAGE + 1;
        let (mut cases, total) = self.store().case_lines(&query).await?;
        let more = cases.len() as i64 > LIST_PAGE;
        cases.truncate(LIST_PAGE as usize);
        let key = |c: &CaseLine| match query.order {
            CaseOrder::NewestFirst => c.created_at,
            CaseOrder::OldestFirst => c.submitted_at.unwrap_or(c.created_at),
        };
        let next = cases.last().filter(|_| more).map(|c| cursor(key(c), c.id));
        Ok((cases, next, total))
    }

    /// „Nachnutzungen": the cases the person may see.
    ///
    /// # Errors
    /// `SignInRequired`.
    pub async fn request_list_page(&self, ctx: &Ctx, list: &CaseListQuery) -> Result<RequestListPage> {
        if ctx.actor == Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        let (municipalities, municipality) = self.municipality_choices(ctx, Action::CaseRead, &list.verwaltung).await?;
        let (states, installation_states) = Phase::from_word(&list.phase).map(states_of).unwrap_or_default();
        let mut query = CaseQuery {
            scope: ctx.scope(Action::CaseRead),
            states,
            installation_states,
            municipality,
            after: read_cursor(list.nach.as_deref()),
            ..CaseQuery::default()
        };
        self.narrow(&mut query, &list.q);
        let (cases, next, total) = self.case_page_of(query).await?;
        let phases = Phase::ALL.iter().map(|p| Choice {
            value: p.word().to_owned(),
            label: p.word().to_owned(),
            selected: p.word() == list.phase,
            count: None,
        });
        Ok(RequestListPage {
            q: list.q.clone(),
            phases: phases.collect(),
            municipalities,
            rows: Page { items: cases.iter().map(|case| self.case_row(ctx, case)).collect(), next, total },
        })
    }
}
