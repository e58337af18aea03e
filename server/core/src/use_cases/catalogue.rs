//! Browsing the catalogue: public, no permission needed.

use super::{
    Portal,
    catalogue_cache::{Catalogue, Entry},
    catalogue_facets::Bits,
    public::Adoption,
};
use crate::{
    Ctx,
    authz::{Action, Resource},
    error::Result,
    ports::{CaseQuery, Scope},
};
use portal_model::{
    Land, PortalError, VerfahrenId,
    installation::InstallationState as I,
    organisation::{MunicipalityKind, Organisation, OrganisationKind},
    pages::catalogue::*,
    request::RequestState,
    topic,
    verfahren::{Release, ReleaseFacts},
};
use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

/// Entries on a page of the catalogue.
pub const CATALOGUE_PAGE: i64 = 20;

impl Portal {
    /// The catalogue with facets and counts.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn catalogue_page(&self, _ctx: &Ctx, query: &CatalogueQuery) -> Result<CataloguePage> {
        let catalogue = self.catalogue_now().await?;
        let adoption = self.adoption().await?;
        let ranked = (!query.q.trim().is_empty()).then(|| catalogue.search(&query.q));
        let found = match &ranked {
            Some(positions) => Bits::of(catalogue.entries.len(), positions.iter().copied()),
            None => catalogue.offered.clone(),
        };
        let passing: Vec<Option<Bits>> = catalogue.facets.iter().map(|f| f.passing(query)).collect();
        let but = |left_out: Option<usize>| {
            let mut left = found.clone();
            let wanted = passing.iter().enumerate().filter(|(i, _)| Some(*i) != left_out);
            wanted.filter_map(|(_, bits)| bits.as_ref()).for_each(|bits| left.keep_only(bits));
            left
        };
        let facets = catalogue.facets.iter().enumerate().map(|(i, facet)| Facet {
            name: facet.name.to_owned(),
            choices: facet.choices(query, &found, &but(Some(i))),
        });
        let facets = facets.collect();
        let hits = but(None);
        let total = hits.count();
        let pages = ((total + CATALOGUE_PAGE - 1) / CATALOGUE_PAGE).max(1);
        let page = query.seite.unwrap_or(1).clamp(1, pages);
        let from = ((page - 1) * CATALOGUE_PAGE) as usize;
        let order = sorted(&catalogue, &adoption, query.sort, &hits, ranked);
        let shown = order.into_iter().skip(from).take(CATALOGUE_PAGE as usize);
        let entries = shown.filter_map(|at| row(&catalogue.entries[at], &adoption)).collect();
        Ok(CataloguePage { query: query.clone(), facets, entries, total, page, pages })
    }

    /// The best matches while somebody types.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn catalogue_suggest(&self, _ctx: &Ctx, q: &str, limit: usize) -> Result<Vec<CatalogueEntry>> {
        let catalogue = self.catalogue_now().await?;
        let adoption = self.adoption().await?;
        let limit = limit.min(20);
        // What is not on offer any more falls away below.
        let hits = catalogue.index.search(q, limit + catalogue.ended());
        let entries = hits.iter().filter_map(|h| catalogue.by_slug(&h.key));
        Ok(entries.filter_map(|e| row(e, &adoption)).take(limit).collect())
    }

    /// The Steckbrief of a Verfahren.
    ///
    /// # Errors
    /// `NotFound` for an unknown slug.
    pub async fn verfahren_page(&self, ctx: &Ctx, slug: &str) -> Result<VerfahrenPage> {
        let catalogue = self.catalogue_now().await?;
        let entry = catalogue.by_slug(slug).ok_or(PortalError::NotFound)?;
        let newest = entry.shown().ok_or(PortalError::NotFound)?;
        let facts = &newest.release.facts;
        let adoption = self.adoption().await?;
        let running = adoption.of(entry.verfahren.id);
        let organisations = self.organisations().await?;
        let mut named = HashSet::new();
        let adopters = running
            .iter()
            .filter_map(|a| Some((organisations.get(a.municipality)?, a.live_since)))
            .filter(|(o, _)| o.public_adopter && named.insert(o.id))
            .map(|(o, since)| Adopter { name: o.name.clone(), land: land_name(o), since })
            .collect();
        let versions = entry.releases.iter().map(|r| VersionRow {
            version: r.release.version.clone(),
            published_at: r.release.published_at,
            state: r.release.state,
            laender: land_names(&r.release),
            pilots: r.release.limits.municipalities.len() as i64,
            security_fix: r.release.security_fix,
            changes: r.release.facts.changes.clone(),
            digest: r.release.digest.clone(),
            adopters: running.iter().filter(|a| a.release == r.release.id).count() as i64,
        });
        let suitability = self.suitability(ctx, entry, &organisations.list).await?;
        Ok(VerfahrenPage {
            versions: versions.collect(),
            adopter_count: adoption.count(entry.verfahren.id),
            adopters,
            may_request: entry.offered().is_some() && !suitability.is_empty(),
            suitability,
            based_on: catalogue.based_on(facts),
            derived: catalogue.derived(slug),
            ..described(facts, slug, &entry.vendor, &entry.verfahren.package_id)
        })
    }

    /// For each Verwaltung that the person can ask for: what fits and what is missing.
    pub(super) async fn suitability(&self, ctx: &Ctx, entry: &Entry, all: &[Organisation]) -> Result<Vec<Suitability>> {
        if entry.offered().is_none() {
            return Ok(Vec::new());
        }
        let mine: Vec<&Organisation> = all
            .iter()
            .filter(|o| o.kind == OrganisationKind::Municipality)
            .filter(|o| {
                land(o).is_some_and(|l| {
                    ctx.may(Action::RequestStart, &Resource::of_tenant(o.id, l, Some(entry.verfahren.id)))
                })
            })
            .collect();
        if mine.is_empty() {
            return Ok(Vec::new());
        }
        let existing = self.existing_cases(&mine, entry.verfahren.id).await?;
        let offers = self.offers().await?;
        let mut suitability = Vec::new();
        for o in mine {
            let Some(release) = entry.offered_to(o) else { continue };
            let release = &release.release;
            let mut missing = missing(o, release, &offers);
            if self.is_unreadable(&release.digest).await {
                missing.push("package".to_owned());
            }
            suitability.push(Suitability {
                municipality: o.slug.clone(),
                name: o.name.clone(),
                missing,
                existing: existing.get(&o.id).cloned(),
            });
        }
        Ok(suitability)
    }

    async fn existing_cases(
        &self,
        of: &[&Organisation],
        verfahren: VerfahrenId,
    ) -> Result<HashMap<portal_model::OrganisationId, portal_model::reference::Reference>> {
        let scope = Scope { tenants: of.iter().map(|o| o.id).collect(), ..Scope::default() };
        // Open ones only: of those a Verwaltung has one at most, however many are over.
        let query = CaseQuery {
            scope,
            verfahren: Some(verfahren),
            states: RequestState::ALL.iter().copied().filter(|s| !s.is_closed()).collect(),
            installation_states: I::ALL.iter().copied().filter(|s| *s != I::Removed).collect(),
            limit: 200,
            ..CaseQuery::default()
        };
        let cases = self.store().case_list(&query).await?;
        Ok(cases.into_iter().map(|c| (c.request.municipality, c.request.reference)).collect())
    }
}

/// What a package says of itself, as a Steckbrief that nobody uses yet.
pub(super) fn described(facts: &ReleaseFacts, slug: &str, vendor: &str, package_id: &str) -> VerfahrenPage {
    VerfahrenPage {
        slug: slug.to_owned(),
        name: facts.name.clone(),
        summary: facts.summary.clone(),
        description: facts.description.clone(),
        topic: topic::both(&facts.topic),
        vendor: vendor.to_owned(),
        package_id: package_id.to_owned(),
        provisioning: facts.provisioning,
        protection: facts.protection,
        audience: facts.audience.clone(),
        laender: facts.laender.iter().map(|l| l.name().to_owned()).collect(),
        leistungen: facts.leistungen.clone(),
        target_kinds: facts.target_kinds.clone(),
        needs: facts.needs.clone(),
        cost_per_year_cents: facts.cost_per_year_cents,
        cost_note: facts.cost_note.clone(),
        effort: facts.effort.clone(),
        documents: facts.documents.clone(),
        licence: facts.licence.clone(),
        source: facts.source.clone(),
        based_on: Vec::new(),
        derived: Vec::new(),
        versions: Vec::new(),
        adopter_count: 0,
        adopters: Vec::new(),
        suitability: Vec::new(),
        may_request: false,
    }
}

/// Names of the Länder that a release is limited to, besides what its package says.
pub(super) fn land_names(release: &Release) -> Vec<String> {
    release.limits.laender.iter().map(|l| l.name().to_owned()).collect()
}

/// The Land of a municipality.
pub(super) fn land(o: &Organisation) -> Option<Land> {
    o.ars.as_ref().map(|a| a.land()).or(o.laender.first().copied())
}

fn land_name(o: &Organisation) -> String {
    land(o).map(|l| l.name().to_owned()).unwrap_or_default()
}

/// What is missing for a Verwaltung to use a release, as stable words.
pub(super) fn missing(o: &Organisation, release: &Release, offers: &[super::targets::Offer]) -> Vec<String> {
    let facts = &release.facts;
    let mut missing = Vec::new();
    let kind_fits =
        o.municipality_kind.is_none_or(|k: MunicipalityKind| facts.audience.is_empty() || facts.audience.contains(&k));
    if !kind_fits {
        missing.push("audience".to_owned());
    }
    let land = land(o);
    let admitted = land.is_some_and(|l| facts.laender.is_empty() || facts.laender.contains(&l));
    if !admitted || !land.is_some_and(|l| release.limits.laender.is_empty() || release.limits.laender.contains(&l)) {
        missing.push("land".to_owned());
    } else if !land.is_some_and(|l| release.limits.admit(o.id, l)) {
        missing.push("pilot".to_owned());
    }
    let deployed = facts.provisioning == portal_model::verfahren::Provisioning::Deploy;
    if deployed && !offers.iter().any(|offer| offer.refusal(o, facts).is_none()) {
        missing.push("target".to_owned());
    }
    missing
}

/// Positions of hits in the wanted order. Entries lie by name; search results come ranked.
fn sorted(
    catalogue: &Catalogue,
    adoption: &Adoption,
    sort: Option<CatalogueSort>,
    hits: &Bits,
    ranked: Option<Vec<usize>>,
) -> Vec<usize> {
    let entry = |at: &usize| &catalogue.entries[*at];
    match (sort.unwrap_or(CatalogueSort::Relevance), ranked) {
        (CatalogueSort::Relevance, Some(ranked)) => ranked.into_iter().filter(|at| hits.has(*at)).collect(),
        (CatalogueSort::Relevance | CatalogueSort::Name, _) => hits.iter().collect(),
        (CatalogueSort::Adoption, _) => {
            let mut order: Vec<usize> = hits.iter().collect();
            order.sort_by_cached_key(|at| (Reverse(adoption.count(entry(at).verfahren.id)), *at));
            order
        }
        (CatalogueSort::Newest, _) => {
            let mut order: Vec<usize> = hits.iter().collect();
            order.sort_by_cached_key(|at| (Reverse(entry(at).offered().map(|r| r.release.published_at)), *at));
            order
        }
    }
}

/// An entry that has something to offer.
fn row(e: &Entry, adoption: &Adoption) -> Option<CatalogueEntry> {
    let release = &e.offered()?.release;
    let facts = &release.facts;
    Some(CatalogueEntry {
        slug: e.verfahren.slug.clone(),
        name: facts.name.clone(),
        summary: facts.summary.clone(),
        topic: topic::both(&facts.topic),
        vendor: e.vendor.clone(),
        version: release.version.clone(),
        adopters: adoption.count(e.verfahren.id),
        target_kinds: facts.target_kinds.clone(),
        provisioning: facts.provisioning,
        leistungen: facts.leistungen.iter().map(|l| l.leika.grouped()).collect(),
    })
}
