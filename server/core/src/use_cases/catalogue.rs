//! Browsing the catalogue: public, no permission needed.

use super::{
    Portal,
    catalogue_cache::{Entry, adopters},
};
use crate::{
    Ctx,
    authz::{Action, Resource},
    error::Result,
    ports::{CaseQuery, Scope},
};
use portal_model::{
    Land, PortalError, VerfahrenId,
    data_centre::TargetKind,
    organisation::{MunicipalityKind, Organisation, OrganisationKind},
    pages::{Choice, catalogue::*},
    verfahren::{Release, ReleaseFacts},
};
use std::collections::{HashMap, HashSet};

/// Entries on a page of the catalogue.
pub const CATALOGUE_PAGE: i64 = 20;

/// The facets: name in the address and what an entry has there.
type FacetValues = fn(&ReleaseFacts) -> Vec<String>;
const FACETS: [(&str, FacetValues); 4] = [
    ("thema", |f| vec![f.topic.clone()]),
    ("land", |f| f.laender.iter().map(|l| l.key()).collect()),
    ("fuer", |f| f.audience.iter().map(|k| k.word().to_owned()).collect()),
    ("ziel", |f| f.target_kinds.iter().map(|k| k.word().to_owned()).collect()),
];

fn chosen<'a>(query: &'a CatalogueQuery, facet: &str) -> &'a [String] {
    match facet {
        "thema" => &query.thema,
        "land" => &query.land,
        "fuer" => &query.fuer,
        _ => &query.ziel,
    }
}

/// Whether an entry passes a facet. An entry that names no Land or kind is for all of them.
fn passes(facts: &ReleaseFacts, values: FacetValues, wanted: &[String]) -> bool {
    let has = values(facts);
    wanted.is_empty() || has.is_empty() || has.iter().any(|v| wanted.contains(v))
}

impl Portal {
    /// The catalogue with facets and counts.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn catalogue_page(&self, _ctx: &Ctx, query: &CatalogueQuery) -> Result<CataloguePage> {
        let catalogue = self.catalogue();
        let adoption = adopters(&self.store().adoption().await?);
        let found: Vec<&Entry> = if query.q.trim().is_empty() {
            catalogue.entries.iter().filter(|e| e.offered().is_some()).collect()
        } else {
            let ranked = catalogue.index.search(&query.q, usize::MAX);
            ranked.iter().filter_map(|h| catalogue.by_slug(&h.key)).collect()
        };
        let facts = |e: &Entry| e.offered().map(|r| r.release.facts.clone());
        let found: Vec<(&Entry, ReleaseFacts)> = found.into_iter().filter_map(|e| Some((e, facts(e)?))).collect();
        let facets = FACETS.iter().map(|(name, values)| facet(query, name, *values, &found)).collect();
        let mut hits: Vec<(&Entry, ReleaseFacts)> = found
            .into_iter()
            .filter(|(_, f)| FACETS.iter().all(|(name, values)| passes(f, *values, chosen(query, name))))
            .collect();
        sort(&mut hits, query, &adoption);
        let total = hits.len() as i64;
        let pages = ((total + CATALOGUE_PAGE - 1) / CATALOGUE_PAGE).max(1);
        let page = query.seite.unwrap_or(1).clamp(1, pages);
        let from = ((page - 1) * CATALOGUE_PAGE) as usize;
        let shown = hits.iter().skip(from).take(CATALOGUE_PAGE as usize);
        let entries = shown.map(|(e, f)| row(e, f, &adoption)).collect();
        Ok(CataloguePage { query: query.clone(), facets, entries, total, page, pages })
    }

    /// The best matches while somebody types.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn catalogue_suggest(&self, _ctx: &Ctx, q: &str, limit: usize) -> Result<Vec<CatalogueEntry>> {
        let catalogue = self.catalogue();
        let adoption = adopters(&self.store().adoption().await?);
        let hits = catalogue.index.search(q, limit.min(20));
        let entries = hits.iter().filter_map(|h| catalogue.by_slug(&h.key));
        Ok(entries.filter_map(|e| Some(row(e, &e.offered()?.release.facts, &adoption))).collect())
    }

    /// The Steckbrief of a Verfahren.
    ///
    /// # Errors
    /// `NotFound` for an unknown slug.
    pub async fn verfahren_page(&self, ctx: &Ctx, slug: &str) -> Result<VerfahrenPage> {
        let catalogue = self.catalogue();
        let entry = catalogue.by_slug(slug).ok_or(PortalError::NotFound)?;
        let newest = entry.shown().ok_or(PortalError::NotFound)?;
        let facts = &newest.release.facts;
        let adoption: Vec<_> =
            self.store().adoption().await?.into_iter().filter(|a| a.verfahren == entry.verfahren.id).collect();
        let organisations = self.store().organisation_list().await?;
        let names: HashMap<_, &Organisation> = organisations.iter().map(|o| (o.id, o)).collect();
        let mut named = HashSet::new();
        let adopters = adoption
            .iter()
            .filter_map(|a| Some((names.get(&a.municipality)?, a.live_since)))
            .filter(|(o, _)| o.public_adopter && named.insert(o.id))
            .map(|(o, since)| Adopter { name: o.name.clone(), land: land_name(o), since })
            .collect();
        let versions = entry.releases.iter().map(|r| VersionRow {
            version: r.release.version.clone(),
            published_at: r.release.published_at,
            state: r.release.state,
            security_fix: r.release.security_fix,
            changes: r.release.facts.changes.clone(),
            digest: r.release.digest.clone(),
            adopters: adoption.iter().filter(|a| a.release == r.release.id).count() as i64,
        });
        let suitability = self.suitability(ctx, entry, &organisations).await?;
        let municipalities: HashSet<_> = adoption.iter().map(|a| a.municipality).collect();
        Ok(VerfahrenPage {
            versions: versions.collect(),
            adopter_count: municipalities.len() as i64,
            adopters,
            may_request: entry.offered().is_some() && !suitability.is_empty(),
            suitability,
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
        Ok(mine
            .into_iter()
            .filter_map(|o| {
                let release = entry.offered_to(o)?;
                Some(Suitability {
                    municipality: o.slug.clone(),
                    name: o.name.clone(),
                    missing: missing(o, &release.release, &offers),
                    existing: existing.get(&o.id).cloned(),
                })
            })
            .collect())
    }

    async fn existing_cases(
        &self,
        of: &[&Organisation],
        verfahren: VerfahrenId,
    ) -> Result<HashMap<portal_model::OrganisationId, portal_model::reference::Reference>> {
        let scope = Scope { tenants: of.iter().map(|o| o.id).collect(), ..Scope::default() };
        let query = CaseQuery { scope, verfahren: Some(verfahren), limit: 200, ..CaseQuery::default() };
        let (cases, _) = self.store().case_list(&query).await?;
        Ok(cases
            .into_iter()
            .filter(super::lies_with::is_open)
            .map(|c| (c.request.municipality, c.request.reference))
            .collect())
    }
}

/// What a package says of itself, as a Steckbrief that nobody uses yet.
pub(super) fn described(facts: &ReleaseFacts, slug: &str, vendor: &str, package_id: &str) -> VerfahrenPage {
    VerfahrenPage {
        slug: slug.to_owned(),
        name: facts.name.clone(),
        summary: facts.summary.clone(),
        description: facts.description.clone(),
        topic: facts.topic.clone(),
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
        versions: Vec::new(),
        adopter_count: 0,
        adopters: Vec::new(),
        suitability: Vec::new(),
        may_request: false,
    }
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

fn facet(query: &CatalogueQuery, name: &str, values: FacetValues, found: &[(&Entry, ReleaseFacts)]) -> Facet {
    let others = |f: &ReleaseFacts| FACETS.iter().all(|(n, v)| *n == name || passes(f, *v, chosen(query, n)));
    let offered: Vec<&ReleaseFacts> = found.iter().map(|(_, f)| f).collect();
    let wanted = chosen(query, name);
    let mut all: Vec<String> = match name {
        "land" => vec![Land::SCHLESWIG_HOLSTEIN.key(), Land::BAYERN.key()],
        "fuer" => MunicipalityKind::ALL.iter().map(|k| k.word().to_owned()).collect(),
        "ziel" => TargetKind::ALL.iter().map(|k| k.word().to_owned()).collect(),
        _ => {
            let mut topics: Vec<String> = offered.iter().flat_map(|f| values(f)).collect();
            topics.extend(wanted.iter().cloned());
            topics.sort_by_key(|t| crate::search::sort_key(t));
            topics.dedup();
            topics
        }
    };
    all.retain(|v| !v.is_empty());
    let choices = all
        .into_iter()
        .map(|value| {
            let one = [value.clone()];
            let count = offered.iter().filter(|f| others(f) && passes(f, values, &one)).count() as i64;
            let label = Land::from_key(&value).map_or_else(|| value.clone(), |l| l.name().to_owned());
            Choice { label, selected: wanted.contains(&value), count: Some(count), value }
        })
        .collect();
    Facet { name: name.to_owned(), choices }
}

fn sort(hits: &mut [(&Entry, ReleaseFacts)], query: &CatalogueQuery, adoption: &HashMap<VerfahrenId, i64>) {
    let count = |e: &Entry| adoption.get(&e.verfahren.id).copied().unwrap_or(0);
    match query.sort.unwrap_or(CatalogueSort::Relevance) {
        // Search results come ranked, everything else by name.
        CatalogueSort::Relevance => {}
        CatalogueSort::Name => hits.sort_by(|a, b| a.0.sort_key.cmp(&b.0.sort_key)),
        CatalogueSort::Adoption => {
            hits.sort_by(|a, b| count(b.0).cmp(&count(a.0)).then_with(|| a.0.sort_key.cmp(&b.0.sort_key)));
        }
        CatalogueSort::Newest => {
            let published = |e: &Entry| e.offered().map(|r| r.release.published_at);
            hits.sort_by(|a, b| published(b.0).cmp(&published(a.0)).then_with(|| a.0.sort_key.cmp(&b.0.sort_key)));
        }
    }
}

fn row(e: &Entry, facts: &ReleaseFacts, adoption: &HashMap<VerfahrenId, i64>) -> CatalogueEntry {
    CatalogueEntry {
        slug: e.verfahren.slug.clone(),
        name: facts.name.clone(),
        summary: facts.summary.clone(),
        topic: facts.topic.clone(),
        vendor: e.vendor.clone(),
        version: e.offered().map(|r| r.release.version.clone()).unwrap_or_default(),
        adopters: adoption.get(&e.verfahren.id).copied().unwrap_or(0),
        target_kinds: facts.target_kinds.clone(),
        provisioning: facts.provisioning,
        leistungen: facts.leistungen.iter().map(|l| l.leika.grouped()).collect(),
    }
}
