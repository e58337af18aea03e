//! The opening state: one case in each phase. Played through the use cases by the demonstration's people, while the
//! engine really installs into the simulated data centres.

use super::organisations::Organisations;
use anyhow::{Context, Result, bail};
use portal_core::{
    Actor, Ctx, Portal,
    config::{GEMEINDEN, to_form},
    package::sample_values,
};
use portal_model::{
    Lang, PersonId, Timestamp, activation::Side, form::FieldKind, installation::InstallationState as I,
    reference::Reference,
};
use std::time::Duration;

/// How far a case of the opening state goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Until {
    Draft,
    Submitted,
    Returned,
    InReview,
    /// Accepted by the Land; the automated tests decide.
    Tested,
    Defective,
    AcceptedByClerk,
    /// One yes of two.
    HalfApproved,
    Live,
}

/// Days ago of the start (where the engine has no part yet), Verwaltung, Verfahren, data centre, and how far.
const CASES: [(i64, &str, &str, &str, Until); 17] = [
    (120, "flensburg", "gewerbe", "demo-landes-rz-nord", Until::Live),
    (95, "flensburg", "maengelmelder", "demo-landes-rz-nord", Until::Live),
    (80, "amt-luetjenburg", "osterfeuer", "demo-landes-rz-nord", Until::Live),
    (70, "vg-fladungen", "hundesteuer", "demo-kommunal-rz-sued", Until::Live),
    (60, "rothenburg", "gewerbe", "demo-kommunal-rz-sued", Until::Live),
    (55, "ploen", "maengelmelder", "demo-landes-rz-nord", Until::Live),
    (50, "rhoen-grabfeld", "baugenehmigung", "demo-kommunal-rz-sued", Until::Live),
    (45, "kreis-ploen", "wohngeld", "", Until::Tested),
    (20, "flensburg", "fundsachen", "demo-landes-rz-nord", Until::HalfApproved),
    (16, "ploen", "zweitwohnungssteuer", "demo-landes-rz-nord", Until::Tested),
    (14, "amt-luetjenburg", "hundesteuer", "demo-landes-rz-nord", Until::Tested),
    (12, "rothenburg", "sondernutzung", "demo-kommunal-rz-sued", Until::AcceptedByClerk),
    (11, "vg-fladungen", "sondernutzung", "demo-kommunal-rz-sued", Until::Defective),
    (9, "kreis-ploen", "unterhaltsvorschuss", "demo-landes-rz-nord", Until::Submitted),
    (6, "rothenburg", "bewohnerparkausweis", "demo-kommunal-rz-sued", Until::InReview),
    (5, "ploen", "geburtsurkunde", "demo-landes-rz-nord", Until::Returned),
    (2, "helgoland", "osterfeuer", "demo-landes-rz-nord", Until::Draft),
];

pub async fn play(portal: &Portal, organisations: &Organisations) -> Result<()> {
    let plays = CASES.iter().map(|case| play_one(portal, organisations, case));
    futures::future::try_join_all(plays).await.map(drop)
}

async fn play_one(
    portal: &Portal,
    people: &Organisations,
    &(days, municipality, slug, data_centre, until): &(i64, &str, &str, &str, Until),
) -> Result<()> {
    // The engine works today. A story in the past would only fit where it has no part yet.
    let case = Case { portal, days: if until < Until::Tested { days } else { 0 } };
    let north = !matches!(municipality, "vg-fladungen" | "rothenburg" | "rhoen-grabfeld");
    let state_body = if north { "demo-aoer-nord" } else { "demo-aoer-sued" };
    let clerk = people.person(&format!("{municipality}/clerk"))?;
    let signatory = people.person(&format!("{municipality}/signatory"))?;
    let (consultant, second) = (people.person(&format!("{state_body}/0"))?, people.person(&format!("{state_body}/1"))?);
    let named = || format!("{municipality}, {slug}");

    let ctx = case.ctx(clerk, 0).await?;
    let r = portal.request_start(&ctx, slug, municipality).await.with_context(named)?;
    if until == Until::Draft {
        return Ok(());
    }
    case.fill_in(&ctx, &r, data_centre).await.with_context(named)?;
    portal.request_submit(&ctx, &r, case.lock(&ctx, &r).await?).await.with_context(named)?;
    if until == Until::Submitted {
        return Ok(());
    }
    let ctx = case.ctx(consultant, 1).await?;
    portal.request_take(&ctx, &r, case.lock(&ctx, &r).await?).await.with_context(named)?;
    match until {
        Until::InReview => return Ok(()),
        Until::Returned => {
            let question = "Bitte nennen Sie die Stelle, die Rückfragen der Bürgerinnen und Bürger beantwortet.";
            let lock = case.lock(&ctx, &r).await?;
            return portal.request_decide(&ctx, &r, lock, "return", question).await.with_context(named);
        }
        _ => portal.request_decide(&ctx, &r, case.lock(&ctx, &r).await?, "accept", "").await.with_context(named)?,
    }
    let state = case.settled(&ctx, &r).await.with_context(named)?;
    if until == Until::Tested {
        return Ok(());
    }
    if state != I::InAcceptance {
        bail!("{}: tests ended with {state}", named());
    }
    let ctx = case.ctx(clerk, 2).await?;
    let page = portal.acceptance_page(&ctx, &r).await.with_context(named)?;
    let all = page.checklist.into_iter().map(|i| i.id).collect();
    if until == Until::Defective {
        let note = "Auf der Bestätigung fehlt der Hinweis auf die Gebühr.";
        return portal.acceptance_declare(&ctx, &r, page.head.lock, false, all, note).await.with_context(named);
    }
    portal.acceptance_declare(&ctx, &r, page.head.lock, true, all, "").await.with_context(named)?;
    if until == Until::AcceptedByClerk {
        return Ok(());
    }
    let lock = case.lock(&ctx, &r).await?;
    portal.activation_request(&ctx, &r, lock, "").await.with_context(named)?;
    let lock = case.lock(&ctx, &r).await?;
    let ctx = case.ctx(signatory, 3).await?;
    portal.activation_decide(&ctx, &r, lock, Side::Municipality, true, "").await.with_context(named)?;
    if until == Until::HalfApproved {
        return Ok(());
    }
    let ctx = case.ctx(second, 4).await?;
    portal.activation_decide(&ctx, &r, lock, Side::Land, true, "").await.with_context(named)?;
    case.settled(&ctx, &r).await.with_context(named).map(drop)
}

struct Case<'a> {
    portal: &'a Portal,
    days: i64,
}

impl Case<'_> {
    /// Somebody acts on a day of the story; what the engine does happens today.
    async fn ctx(&self, person: PersonId, day: i64) -> Result<Ctx> {
        let actor = self.portal.actor(person).await?.unwrap_or(Actor::Anonymous);
        let mut ctx = self.portal.ctx(actor, Lang::De);
        if self.days == 0 {
            return Ok(ctx);
        }
        let story: Timestamp = ctx.now.plus_days(-self.days).plus_days(day).plus_seconds(day * 1200 - 5000);
        ctx.now = story.min(ctx.now);
        Ok(ctx)
    }

    async fn lock(&self, ctx: &Ctx, r: &Reference) -> Result<i64> {
        Ok(self.portal.case_page(ctx, r).await?.head.lock)
    }

    /// Fills in every part of the Antrag as a clerk would.
    async fn fill_in(&self, ctx: &Ctx, r: &Reference, data_centre: &str) -> Result<()> {
        let tasks = self.portal.task_list_page(ctx, r).await?;
        let open = |word: &str| tasks.tasks.iter().any(|(t, _)| t.word() == word);
        if open("gemeinden") {
            let page = self.portal.areas_page(ctx, r).await?;
            let all = page.areas.into_iter().map(|a| a.value).collect();
            self.portal.areas_save(ctx, r, page.head.lock, all).await?;
        }
        if open("werte") {
            let page = self.portal.values_page(ctx, r, None).await?;
            let pairs = self.values(ctx, r, &page).await?;
            self.portal.values_save(ctx, r, page.head.lock, &pairs).await?;
        }
        if open("ziel") {
            let page = self.portal.target_page(ctx, r).await?;
            self.portal.target_save(ctx, r, page.head.lock, data_centre).await?;
        }
        Ok(())
    }

    /// Every field of the form with its default or a sample that fits.
    async fn values(
        &self,
        ctx: &Ctx,
        r: &Reference,
        page: &portal_model::pages::request::ValuesPage,
    ) -> Result<Vec<(String, String)>> {
        let head = self.portal.case_page(ctx, r).await?.head;
        let catalogue = self.portal.catalogue();
        let release = catalogue.newest(&head.slug).context("no release")?;
        let package = self.portal.package(&release.release.digest).await?;
        let mut samples = sample_values(&package.schema);
        if let Some(map) = samples.as_object_mut() {
            map.remove(GEMEINDEN);
            let names =
                [("behoerde", head.municipality.as_str()), ("kontakt_email", "online-dienste@verwaltung.example")];
            for (name, text) in names.into_iter().filter(|(n, _)| package.schema.property(n).is_some()) {
                map.insert(name.to_owned(), text.into());
            }
        }
        let mut pairs = to_form(&samples, &package.schema, ctx.lang);
        for group in &page.form.groups {
            for field in group.fields.iter().filter(|f| matches!(f.kind, FieldKind::Secret { .. })) {
                pairs.push((field.name.clone(), "demo-geheimnis-2026-nur-zur-vorfuehrung".to_owned()));
            }
        }
        for row in page.form.gemeinden.iter().flat_map(|t| &t.rows) {
            pairs.extend(row.fields.iter().map(|f| (f.name.clone(), String::new())));
        }
        Ok(pairs)
    }

    /// Waits until the engine is through: tests ended, or live.
    async fn settled(&self, ctx: &Ctx, r: &Reference) -> Result<I> {
        for _ in 0..1200 {
            match self.portal.case_page(ctx, r).await?.installation {
                Some(I::InTest | I::Activating) => tokio::time::sleep(Duration::from_millis(100)).await,
                Some(state) => return Ok(state),
                None => bail!("no installation"),
            }
        }
        bail!("the engine did not finish within two minutes; is the simulated data centre running?")
    }
}
