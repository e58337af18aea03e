//! The start page.

use super::{Portal, lies_with::next_step, package_pages::row};
use crate::{
    Actor, Ctx,
    authz::Action,
    error::Result,
    ports::{CaseQuery, Scope, SubmissionQuery, SubmissionRecord},
};
use portal_model::{
    feedback::Feedback,
    installation::InstallationState as I,
    organisation::OrganisationKind,
    pages::{
        case::{CaseRow, LiesWithWhom, NextStep},
        home::*,
        packages::PackageRow,
    },
    request::RequestState as R,
    submission::SubmissionState as S,
};

/// Cases looked at for the start page, and rows shown of each kind.
const LOOKED_AT: i64 = 100;
const SHOWN: usize = 8;
/// How long the start page tells of a package that was not released.
const NEWS_DAYS: i64 = 30;

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
                .filter(|s| !matches!(s, I::Live | I::Suspended | I::Connected | I::Removed))
                .collect(),
            limit: LOOKED_AT,
            ..CaseQuery::default()
        };
        let cases = self.store().case_list(&query).await?;
        let works_for_land = ctx.memberships().iter().any(|m| m.organisation_kind == OrganisationKind::StateBody);
        for case in &cases {
            // Drafts of others are none of the consultants' business.
            if works_for_land && case.request.state == R::Draft {
                continue;
            }
            let line = case.line();
            let item = item(ctx, self.case_row(ctx, &line));
            let list = match (next_step(ctx, case, self.blocked(ctx, &line)), item.lies_with.whom) {
                (NextStep::Wait, LiesWithWhom::Portal) => &mut page.running,
                (NextStep::Wait, _) => &mut page.waiting,
                _ => &mut page.mine,
            };
            if list.len() < SHOWN {
                list.push(item);
            }
        }
        page.mine.sort_by_key(|i| i.since);
        page.packages = self.packages_to_do(ctx).await?;
        let publishes = ctx.scope(Action::PackageSubmit);
        if !publishes.is_empty() {
            let own = |states: &[S]| (publishes.clone(), states.to_vec());
            page.packages_waiting = self.packages_in(own(&[S::Submitted, S::InReview])).await?;
            page.packages_declined = self.packages_in(own(&[S::Declined])).await?;
            page.packages_declined.retain(|row| ctx.now.seconds_since(row.since) < NEWS_DAYS * 86_400);
        }
        page.wishes = self.open_wishes(ctx).await?;
        page.evidence = self.evidence_warnings(ctx).await?;
        Ok(page)
    }

    /// Packages of a scope in some states.
    async fn packages_in(&self, (scope, states): (Scope, Vec<S>)) -> Result<Vec<PackageRow>> {
        let query = SubmissionQuery { scope, states, limit: LOOKED_AT, ..SubmissionQuery::default() };
        let (mut found, _) = self.store().submission_list(&query).await?;
        found.sort_by_key(|r| std::cmp::Reverse(r.submission.state_since));
        Ok(found.iter().take(SHOWN).map(row).collect())
    }

    /// Feedback on the person's own Verfahren that waits for an answer.
    async fn open_wishes(&self, ctx: &Ctx) -> Result<Vec<WishItem>> {
        let vendors = ctx.scope(Action::FeedbackAnswer).tenants;
        if vendors.is_empty() {
            return Ok(Vec::new());
        }
        let catalogue = self.catalogue_now().await?;
        let own = catalogue.entries.iter().filter(|e| vendors.contains(&e.verfahren.vendor));
        let ids: Vec<_> = own.map(|e| e.verfahren.id).collect();
        let found = self.store().feedback_open(&ids, SHOWN as i64).await?;
        let item = |(f, organisation): (Feedback, String)| {
            let entry = catalogue.by_id(f.verfahren)?;
            Some(WishItem {
                slug: entry.verfahren.slug.clone(),
                verfahren: entry.shown()?.release.facts.name.clone(),
                organisation,
                kind: f.kind,
                at: f.at,
            })
        };
        Ok(found.into_iter().filter_map(item).collect())
    }

    /// Packages that lie with this person: a vendor's own that are not handed in or came back, and for curators what
    /// nobody has taken up yet and what they have.
    async fn packages_to_do(&self, ctx: &Ctx) -> Result<Vec<PackageRow>> {
        let curates = ctx.scope(Action::PackageTake);
        let publishes = ctx.scope(Action::PackageSubmit);
        let mut rows = Vec::new();
        for (scope, states) in [(curates, [S::Submitted, S::InReview]), (publishes, [S::Returned, S::Draft])] {
            if scope.is_empty() {
                continue;
            }
            let query = SubmissionQuery {
                scope,
                states: states.to_vec(),
                verfahren_any: None,
                exactly: None,
                after: None,
                limit: LOOKED_AT,
            };
            let (found, _) = self.store().submission_list(&query).await?;
            let mine = |r: &&SubmissionRecord| {
                r.submission.state != S::InReview || r.submission.assigned_to == ctx.person_id()
            };
            rows.extend(found.iter().filter(mine).take(SHOWN).map(row));
        }
        Ok(rows)
    }
}

fn item(ctx: &Ctx, row: CaseRow) -> TodoItem {
    TodoItem {
        reference: row.reference,
        verfahren: row.verfahren.get(ctx.lang).to_owned(),
        municipality: row.municipality,
        phase: row.phase,
        since: row.lies_with.since,
        lies_with: row.lies_with,
    }
}
