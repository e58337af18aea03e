//! What Verwaltungen tell vendors, and what vendors answer.

use super::{
    Portal, beside,
    case_list::{cursor, read_cursor},
    invalid, needed_note,
};
use crate::{
    Actor, Ctx,
    authz::{Action, Resource},
    error::Result,
    ports::{Commit, Write, new_uuid},
};
use portal_model::{
    FeedbackId, PortalError,
    feedback::{Feedback, FeedbackKind},
    form::FieldError,
    organisation::OrganisationKind,
    pages::{
        Choice, Page,
        packages::{FeedbackPage, FeedbackRow},
    },
};

/// Rows on a page.
const PAGE: i64 = 25;

impl Portal {
    /// Feedback on a Verfahren, for everybody who is signed in.
    ///
    /// # Errors
    /// `NotFound` for an unknown Verfahren.
    pub async fn feedback_page(&self, ctx: &Ctx, slug: &str, after: Option<&str>) -> Result<FeedbackPage> {
        if ctx.actor == Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        let catalogue = self.catalogue_now().await?;
        let entry = catalogue.by_slug(slug).ok_or(PortalError::NotFound)?;
        let facts = &entry.shown().ok_or(PortalError::NotFound)?.release.facts;
        let mut rows = self.store().feedback(entry.verfahren.id, read_cursor(after), PAGE + 1).await?;
        let more = rows.len() as i64 > PAGE;
        rows.truncate(PAGE as usize);
        let next = rows.last().filter(|_| more).map(|(f, _)| cursor(f.at, f.id));
        let row = |(f, organisation): (Feedback, String)| FeedbackRow {
            id: f.id,
            organisation,
            kind: f.kind,
            text: f.text,
            at: f.at,
            answer: f.answer,
            answered_at: f.answered_at,
        };
        let resource = Resource::of_package(entry.verfahren.vendor, Some(entry.verfahren.id));
        Ok(FeedbackPage {
            slug: slug.to_owned(),
            name: facts.name.clone(),
            rows: Page { items: rows.into_iter().map(row).collect(), next, total: 0 },
            speaks_for: self.speaks_for(ctx).await?,
            may_answer: ctx.may(Action::FeedbackAnswer, &resource),
            kind: String::new(),
            text: String::new(),
            errors: Vec::new(),
        })
    }

    async fn speaks_for(&self, ctx: &Ctx) -> Result<Vec<Choice>> {
        let mut choices = Vec::new();
        for m in ctx.memberships() {
            let Some(o) = self.store().organisation(m.organisation).await? else { continue };
            if resource_of(&o).is_some_and(|r| ctx.may(Action::FeedbackGive, &r))
                && choices.iter().all(|c: &Choice| c.value != o.slug)
            {
                choices.push(Choice { value: o.slug, label: o.name, selected: choices.is_empty(), count: None });
            }
        }
        Ok(choices)
    }

    /// Gives feedback in the name of an organisation.
    ///
    /// # Errors
    /// `Invalid` at `fuer`, `art` or `text`.
    pub async fn feedback_give(&self, ctx: &Ctx, slug: &str, fuer: &str, kind: &str, text: &str) -> Result<()> {
        let catalogue = self.catalogue_now().await?;
        let entry = catalogue.by_slug(slug).ok_or(PortalError::NotFound)?;
        let person = ctx.person_id().ok_or(PortalError::SignInRequired)?;
        let mut errors = Vec::new();
        let kind = FeedbackKind::from_word(kind);
        if kind.is_none() {
            errors.push(FieldError::new("art", "required"));
        }
        let text = beside(&mut errors, needed_note("text", text))?;
        // An unknown organisation answers like one that the person may not speak for (R4).
        let organisation = self.store().organisation_by_slug(fuer).await?.ok_or(PortalError::NotFound)?;
        let resource = resource_of(&organisation).ok_or(PortalError::NotFound)?;
        let authorized = ctx.authorize(Action::FeedbackGive, &resource)?;
        let Some(kind) = kind.filter(|_| errors.is_empty()) else { return Err(invalid(errors)) };
        let feedback = Feedback {
            id: FeedbackId(new_uuid(ctx.now)),
            verfahren: entry.verfahren.id,
            organisation: organisation.id,
            person,
            kind,
            text,
            at: ctx.now,
            answer: String::new(),
            answered_by: None,
            answered_at: None,
        };
        let audit = authorized.audit(slug, None, None);
        let writes = vec![Write::InsertFeedback(feedback)];
        self.commit(&authorized, Commit { writes, audit, events: vec![] }).await
    }

    /// Answers feedback for the vendor; a second answer replaces the first.
    ///
    /// # Errors
    /// `Invalid` at `antwort`; `NotFound` for unknown feedback or a stranger.
    pub async fn feedback_answer(&self, ctx: &Ctx, slug: &str, id: FeedbackId, answer: &str) -> Result<()> {
        if ctx.actor == Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        let catalogue = self.catalogue_now().await?;
        let entry = catalogue.by_slug(slug).ok_or(PortalError::NotFound)?;
        let resource = Resource::of_package(entry.verfahren.vendor, Some(entry.verfahren.id));
        let authorized = ctx.authorize(Action::FeedbackAnswer, &resource)?;
        let found = self.store().feedback_by_id(id).await?.filter(|f| f.verfahren == entry.verfahren.id);
        let feedback = found.ok_or(PortalError::NotFound)?;
        let answer = needed_note("antwort", answer)?;
        let feedback = Feedback { answer, answered_by: ctx.person_id(), answered_at: Some(ctx.now), ..feedback };
        let audit = authorized.audit(slug, None, None);
        let writes = vec![Write::AnswerFeedback(feedback)];
        self.commit(&authorized, Commit { writes, audit, events: vec![] }).await
    }
}

/// An organisation as the permission check sees it: a Verwaltung by itself, a state body by its Land.
fn resource_of(o: &portal_model::organisation::Organisation) -> Option<Resource> {
    match o.kind {
        OrganisationKind::Municipality => Some(Resource::of_tenant(o.id, super::catalogue::land(o)?, None)),
        OrganisationKind::StateBody => Some(Resource { land: o.laender.first().copied(), ..Resource::default() }),
        _ => None,
    }
}
