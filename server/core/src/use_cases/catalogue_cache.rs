//! The catalogue in memory: entries, releases with their packages, and the search index. Rebuilt on change.

use crate::{
    CoreError,
    error::Result,
    package::Package,
    ports::{AdoptionRow, Store},
    search::{Document, Index, sort_key},
};
use portal_model::{
    Bilingual, OrganisationId, ReleaseId, VerfahrenId,
    organisation::Organisation,
    verfahren::{Release, ReleaseState, Verfahren},
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// A release with its package.
pub struct CatalogueRelease {
    /// Release.
    pub release: Release,
    /// Its package, read and checked.
    pub package: Package,
}

impl CatalogueRelease {
    /// What a test shows, as the release says it for clerks; the name of its Job if the release does not declare it.
    pub fn test_title(&self, job: &str) -> Bilingual {
        let declared = self.package.tests.iter().find(|t| t.job == job);
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
    /// The release that is offered: the newest that is not withdrawn.
    pub fn offered(&self) -> Option<&Arc<CatalogueRelease>> {
        self.releases.iter().find(|r| r.release.state == ReleaseState::Published)
    }
}

/// The catalogue.
pub struct Catalogue {
    pub(super) entries: Vec<Entry>,
    pub(super) index: Index,
    by_slug: HashMap<String, usize>,
    by_id: HashMap<VerfahrenId, usize>,
    releases: HashMap<ReleaseId, Arc<CatalogueRelease>>,
    secrets: HashSet<String>,
}

impl Catalogue {
    pub(super) async fn load(store: &dyn Store) -> Result<Self> {
        let organisations: HashMap<OrganisationId, Organisation> =
            store.organisation_list().await?.into_iter().map(|o| (o.id, o)).collect();
        let mut releases: HashMap<VerfahrenId, Vec<Arc<CatalogueRelease>>> = HashMap::new();
        for release in store.release_list().await? {
            let missing = || CoreError::Inconsistent(format!("package {} is missing", release.digest));
            let bytes = store.package(&release.digest).await?.ok_or_else(missing)?;
            let package = Package::from_tgz(&bytes)
                .into_package()
                .map_err(|f| CoreError::Inconsistent(format!("package {} cannot be read: {f:?}", release.digest)))?;
            releases.entry(release.verfahren).or_default().push(Arc::new(CatalogueRelease { release, package }));
        }
        let entries = store.verfahren_list().await?.into_iter().map(|verfahren| {
            let mut releases = releases.remove(&verfahren.id).unwrap_or_default();
            releases.sort_by(|a, b| b.package.version.cmp(&a.package.version));
            let vendor = organisations.get(&verfahren.vendor).map(|o| o.name.clone()).unwrap_or_default();
            let name = releases.first().map_or(verfahren.slug.as_str(), |r| r.release.facts.name.de.as_str());
            Entry { sort_key: sort_key(name), vendor, releases, verfahren }
        });
        let mut entries: Vec<Entry> = entries.collect();
        entries.sort_by(|a, b| (&a.sort_key, &a.verfahren.slug).cmp(&(&b.sort_key, &b.verfahren.slug)));
        Ok(Self::new(entries))
    }

    fn new(entries: Vec<Entry>) -> Self {
        let documents = entries.iter().filter_map(|e| {
            let facts = &e.offered()?.release.facts;
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
        let by_slug = entries.iter().enumerate().map(|(i, e)| (e.verfahren.slug.clone(), i)).collect();
        let by_id = entries.iter().enumerate().map(|(i, e)| (e.verfahren.id, i)).collect();
        let releases = entries.iter().flat_map(|e| &e.releases).map(|r| (r.release.id, r.clone())).collect();
        let schemas = entries.iter().flat_map(|e| &e.releases).map(|r| &r.package.schema);
        let secrets = schemas.flat_map(|s| s.secret_paths()).collect();
        Self { entries, index, by_slug, by_id, releases, secrets }
    }

    pub(super) fn by_slug(&self, slug: &str) -> Option<&Entry> {
        self.by_slug.get(slug).map(|i| &self.entries[*i])
    }

    pub(super) fn by_id(&self, id: VerfahrenId) -> Option<&Entry> {
        self.by_id.get(&id).map(|i| &self.entries[*i])
    }

    /// A release with its package.
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

    /// Verfahren whose name, Leistung or description fits a search text.
    pub fn search_ids(&self, q: &str) -> Vec<VerfahrenId> {
        let hits = self.index.matches_all(q);
        hits.into_iter().filter_map(|slug| self.by_slug(slug)).map(|e| e.verfahren.id).collect()
    }
}

/// How many municipalities run each Verfahren.
pub(super) fn adopters(rows: &[AdoptionRow]) -> HashMap<VerfahrenId, i64> {
    let mut counts: HashMap<VerfahrenId, HashSet<OrganisationId>> = HashMap::new();
    for row in rows {
        counts.entry(row.verfahren).or_default().insert(row.municipality);
    }
    counts.into_iter().map(|(v, set)| (v, set.len() as i64)).collect()
}
