//! The start page.

use super::{Portal, case_list::case_row, lies_with::next_step};
use crate::{
    Actor, Ctx,
    authz::Action,
    error::Result,
    ports::{CaseQuery, CaseRecord},
};
use portal_model::{
    installation::InstallationState as I,
    organisation::OrganisationKind,
    pages::{
        case::{LiesWithWhom, NextStep},
        home::*,
    },
    request::RequestState as R,
};

/// Cases looked at for the start page, and rows shown of each kind.
const LOOKED_AT: i64 = 100;
const SHOWN: usize = 8;

impl Portal {
    /// The start page: for anyone the way into the catalogue, for somebody signed in also what is to do.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn home_page(&self, ctx: &Ctx) -> Result<HomePage> {
        let catalogue = self.catalogue_now().await?;
        let mut page = HomePage {
            verfahren_count: catalogue.offered.count(),
            municipality_count: self.adoption().await?.municipalities(),
            topics: catalogue.topics(),
            ..HomePage::default()
        };
        if ctx.actor == Actor::Anonymous {
            return Ok(page);
        }
        let query = CaseQuery {
            scope: ctx.scope(Action::CaseRead),
            states: vec![R::Draft, R::Submitted, R::InReview, R::Returned],
            installation_states: I::ALL
                .iter()
                .copied()
                .filter(|s| !matches!(s, I::Live | I::Connected | I::Removed))
                .collect(),
            limit: LOOKED_AT,
            ..CaseQuery::default()
        };
        let (cases, _) = self.store().case_list(&query).await?;
        let works_for_land = ctx.memberships().iter().any(|m| m.organisation_kind == OrganisationKind::StateBody);
        for case in &cases {
            // Drafts of others are none of the consultants' business.
            if works_for_land && case.request.state == R::Draft {
                continue;
            }
            let item = item(ctx, case);
            let list = match (next_step(ctx, case), item.lies_with.whom) {
                (NextStep::Wait, LiesWithWhom::Portal) => &mut page.running,
                (NextStep::Wait, _) => &mut page.waiting,
                _ => &mut page.mine,
            };
            if list.len() < SHOWN {
                list.push(item);
            }
        }
        page.mine.sort_by_key(|i| i.since);
        Ok(page)
    }
}

fn item(ctx: &Ctx, case: &CaseRecord) -> TodoItem {
    let row = case_row(case);
    TodoItem {
        reference: row.reference,
        verfahren: row.verfahren.get(ctx.lang).to_owned(),
        municipality: row.municipality,
        phase: row.phase,
        since: row.lies_with.since,
        lies_with: row.lies_with,
    }
}
