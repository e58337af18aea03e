//! The catalogue in memory: entries, releases with their packages, and the search index. Rebuilt on change.

use super::{
    catalogue_facets::{Bits, FacetIndex},
    catalogue_origins::Origins,
};
use crate::{
    CoreError,
    error::Result,
    ports::Store,
    search::{Document, Index, sort_key},
};
use portal_model::{
    Bilingual, OrganisationId, ReleaseId, VerfahrenId,
    organisation::Organisation,
    pages::{Choice, catalogue::CatalogueQuery},
    verfahren::{Release, Verfahren},
};
use semver::Version;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// A release as the catalogue knows it: by its facts, without its package ([`super::Portal::package`]).
pub struct CatalogueRelease {
    /// Release.
    pub release: Release,
    /// Its version, in an order.
    pub version: Version,
}

impl CatalogueRelease {
    /// What a test shows, as the release says it for clerks; the name of its Job if the release does not declare it.
    pub fn test_title(&self, job: &str) -> Bilingual {
        let declared = self.release.facts.tests.iter().find(|t| t.job == job);
        declared.map_or_else(|| Bilingual { de: job.to_owned(), en: String::new() }, |t| t.name.clone())
    }
}

/// An entry of the catalogue.
pub(super) struct Entry {
    pub verfahren: Verfahren,
    pub vendor: String,
    /// Newest first.
    pub releases: Vec<Arc<CatalogueRelease>>,
    pub sort_key: String,
}

impl Entry {
    /// The release that is offered to everybody: the newest that is not a pilot for some; without one, the newest.
    pub fn offered(&self) -> Option<&Arc<CatalogueRelease>> {
        offered_of(self.releases.iter())
    }

    /// The release that is offered to a Verwaltung: the newest that admits it; without one, what is offered to others,
    /// so that the person learns why it does not fit.
    pub fn offered_to(&self, municipality: &Organisation) -> Option<&Arc<CatalogueRelease>> {
        let land = super::catalogue::land(municipality);
        let admitted = |r: &&Arc<CatalogueRelease>| {
            r.release.state.is_offered() && land.is_some_and(|l| r.release.limits.admit(municipality.id, l))
        };
        self.releases.iter().find(admitted).or_else(|| self.offered())
    }

    /// The release whose facts describe the Verfahren: the offered one, or the newest of those that ended.
    pub fn shown(&self) -> Option<&Arc<CatalogueRelease>> {
        self.offered().or(self.releases.first())
    }

    /// A version.
    pub fn version(&self, version: &str) -> Option<&Arc<CatalogueRelease>> {
        self.releases.iter().find(|r| r.release.version == version)
    }
}

/// The one of some releases, newest first, that is offered to everybody.
pub(super) fn offered_of<'a>(
    releases: impl Iterator<Item = &'a Arc<CatalogueRelease>> + Clone,
) -> Option<&'a Arc<CatalogueRelease>> {
    let mut offered = releases.filter(|r| r.release.state.is_offered());
    let newest = offered.clone().next();
    offered.find(|r| r.release.limits.municipalities.is_empty()).or(newest)
}

/// The catalogue.
pub struct Catalogue {
    pub(super) entries: Vec<Entry>,
    pub(super) index: Index,
    /// Entries that have a release to offer.
    pub(super) offered: Bits,
    pub(super) facets: Vec<FacetIndex>,
    pub(super) origins: Origins,
    by_slug: HashMap<String, usize>,
    by_package: HashMap<String, usize>,
    by_id: HashMap<VerfahrenId, usize>,
    releases: HashMap<ReleaseId, Arc<CatalogueRelease>>,
    secrets: HashSet<String>,
}

impl Catalogue {
    /// Reads it: facts only, so that it is there at once however many packages there are, and one that cannot be read
    /// any more keeps nobody from the others.
    pub(super) async fn load(store: &dyn Store) -> Result<Self> {
        let organisations: HashMap<OrganisationId, Organisation> =
            store.organisation_list().await?.into_iter().map(|o| (o.id, o)).collect();
        let mut releases: HashMap<VerfahrenId, Vec<Arc<CatalogueRelease>>> = HashMap::new();
        for release in store.release_list().await? {
            let Ok(version) = Version::parse(&release.version) else {
                tracing::error!(
                    digest = release.digest,
                    version = release.version,
                    "a release has no version; left out"
                );
                continue;
            };
            releases.entry(release.verfahren).or_default().push(Arc::new(CatalogueRelease { release, version }));
        }
        let entries = store.verfahren_list().await?.into_iter().map(|verfahren| {
            let mut releases = releases.remove(&verfahren.id).unwrap_or_default();
            releases.sort_by(|a, b| b.version.cmp(&a.version));
            let vendor = organisations.get(&verfahren.vendor).map(|o| o.name.clone()).unwrap_or_default();
            let name = releases.first().map_or(verfahren.slug.as_str(), |r| r.release.facts.name.de.as_str());
            Entry { sort_key: sort_key(name), vendor, releases, verfahren }
        });
        let mut entries: Vec<Entry> = entries.collect();
        entries.sort_by(|a, b| (&a.sort_key, &a.verfahren.slug).cmp(&(&b.sort_key, &b.verfahren.slug)));
        // Building the index of a large catalogue takes long enough to keep others waiting.
        let built = tokio::task::spawn_blocking(move || Self::new(entries)).await;
        built.map_err(|e| CoreError::Inconsistent(format!("the index was not built: {e}")))
    }

    fn new(entries: Vec<Entry>) -> Self {
        let documents = entries.iter().filter_map(|e| {
            // Also those that are not offered any more: their cases are looked for by name.
            let facts = &e.shown()?.release.facts;
            Some(Document {
                key: e.verfahren.slug.clone(),
                name: facts.name.de.clone(),
                summary: format!("{} {}", facts.summary.de, facts.summary.en),
                description: facts.description.de.clone(),
                leistungen: facts.leistungen.iter().map(|l| (l.leika.to_string(), l.name.clone())).collect(),
                vendor: e.vendor.clone(),
                topic: facts.topic.clone(),
                keywords: vec![facts.name.en.clone()],
            })
        });
        let index = Index::build(documents.collect());
        let offered: Vec<_> =
            entries.iter().enumerate().filter_map(|(i, e)| Some((i, &e.offered()?.release.facts))).collect();
        let facets = FacetIndex::all(entries.len(), &offered);
        let offered = Bits::of(entries.len(), offered.iter().map(|(i, _)| *i));
        let by_slug = entries.iter().enumerate().map(|(i, e)| (e.verfahren.slug.clone(), i)).collect();
        let by_package = entries.iter().enumerate().map(|(i, e)| (e.verfahren.package_id.clone(), i)).collect();
        let by_id = entries.iter().enumerate().map(|(i, e)| (e.verfahren.id, i)).collect();
        let releases = entries.iter().flat_map(|e| &e.releases).map(|r| (r.release.id, r.clone())).collect();
        let facts = entries.iter().flat_map(|e| &e.releases).map(|r| &r.release.facts);
        let secrets = facts.flat_map(|f| f.secrets.iter().cloned()).collect();
        let origins = Origins::of(&entries);
        Self { index, offered, facets, origins, by_slug, by_package, by_id, releases, secrets, entries }
    }

    pub(super) fn by_slug(&self, slug: &str) -> Option<&Entry> {
        self.position(slug).map(|i| &self.entries[i])
    }

    /// Where an entry stands.
    pub(super) fn position(&self, slug: &str) -> Option<usize> {
        self.by_slug.get(slug).copied()
    }

    pub(super) fn by_package(&self, package_id: &str) -> Option<&Entry> {
        self.by_package.get(package_id).map(|i| &self.entries[*i])
    }

    /// Entries on offer that a search text finds, best first.
    pub(super) fn search(&self, q: &str) -> Vec<usize> {
        self.found(q).filter(|at| self.offered.has(*at)).collect()
    }

    fn found(&self, q: &str) -> impl Iterator<Item = usize> {
        self.index.matches_all(q).into_iter().filter_map(|slug| self.by_slug.get(slug).copied())
    }

    /// How many entries have nothing on offer.
    pub(super) fn ended(&self) -> usize {
        self.entries.len().saturating_sub(usize::try_from(self.offered.count()).unwrap_or_default())
    }

    /// Topics with the number of entries in each.
    pub(super) fn topics(&self) -> Vec<Choice> {
        let topics = self.facets.iter().find(|f| f.name == "thema");
        topics.map_or_else(Vec::new, |f| f.choices(&CatalogueQuery::default(), &self.offered, &self.offered))
    }

    pub(super) fn by_id(&self, id: VerfahrenId) -> Option<&Entry> {
        self.by_id.get(&id).map(|i| &self.entries[*i])
    }

    /// A release.
    pub fn release(&self, id: ReleaseId) -> Option<Arc<CatalogueRelease>> {
        self.releases.get(&id).cloned()
    }

    /// The release of a Verfahren that is offered now.
    pub fn newest(&self, slug: &str) -> Option<Arc<CatalogueRelease>> {
        self.by_slug(slug)?.offered().cloned()
    }

    /// Whether any release has a secret at this path. Known without looking at a case, so the answer tells nothing of one.
    pub fn has_secret(&self, path: &str) -> bool {
        self.secrets.contains(path)
    }

    /// Verfahren, on offer or not, whose name, Leistung or description fits a search text.
    pub fn search_ids(&self, q: &str) -> Vec<VerfahrenId> {
        self.found(q).map(|at| self.entries[at].verfahren.id).collect()
    }
}
