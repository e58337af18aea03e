//! What everybody may see, in memory: the catalogue, who runs what, and the organisations. Each is read again when
//! somebody needs it after the database told that it changed, here or in another process.

use super::{Portal, catalogue_cache::Catalogue};
use crate::{
    error::Result,
    ports::{AdoptionRow, Public, PublicVersion, Store},
};
use parking_lot::RwLock;
use portal_model::{OrganisationId, ReleaseId, VerfahrenId, organisation::Organisation};
use std::{
    collections::{HashMap, HashSet},
    future::Future,
    sync::Arc,
};
use tokio::sync::Mutex;

/// Something that was read when its parts had changed this often.
struct Kept<T> {
    parts: &'static [Public],
    now: RwLock<(Vec<u64>, Arc<T>)>,
    /// One reads, the others wait for it.
    turn: Mutex<()>,
}

impl<T> Kept<T> {
    fn new(parts: &'static [Public], version: PublicVersion, value: T) -> Self {
        Self { parts, now: RwLock::new((counts(parts, version), Arc::new(value))), turn: Mutex::default() }
    }

    /// As it was last read.
    fn get(&self) -> Arc<T> {
        self.now.read().1.clone()
    }

    fn at(&self, version: PublicVersion) -> Option<Arc<T>> {
        let now = self.now.read();
        let same = self.parts.iter().zip(&now.0).all(|(part, count)| version.of(*part) == *count);
        same.then(|| now.1.clone())
    }

    /// As it is now: what was read, or what `load` reads if there was a change.
    async fn fresh(&self, store: &dyn Store, load: impl Future<Output = Result<T>>) -> Result<Arc<T>> {
        if let Some(value) = self.at(store.public_version()) {
            return Ok(value);
        }
        let _turn = self.turn.lock().await;
        // Before reading: a change in between only makes it be read once more.
        let version = store.public_version();
        if let Some(value) = self.at(version) {
            return Ok(value);
        }
        let value = Arc::new(load.await?);
        *self.now.write() = (counts(self.parts, version), value.clone());
        Ok(value)
    }
}

fn counts(parts: &[Public], version: PublicVersion) -> Vec<u64> {
    parts.iter().map(|part| version.of(*part)).collect()
}

/// Who runs what.
pub(super) struct Adoption {
    by_verfahren: HashMap<VerfahrenId, Vec<AdoptionRow>>,
    counts: HashMap<VerfahrenId, i64>,
    municipalities: i64,
}

impl Adoption {
    fn new(rows: Vec<AdoptionRow>) -> Self {
        let distinct = |rows: &[AdoptionRow]| rows.iter().map(|r| r.municipality).collect::<HashSet<_>>().len() as i64;
        let municipalities = distinct(&rows);
        let mut by_verfahren: HashMap<VerfahrenId, Vec<AdoptionRow>> = HashMap::new();
        for row in rows {
            by_verfahren.entry(row.verfahren).or_default().push(row);
        }
        let counts = by_verfahren.iter().map(|(id, rows)| (*id, distinct(rows))).collect();
        Self { by_verfahren, counts, municipalities }
    }

    async fn load(store: &dyn Store) -> Result<Self> {
        Ok(Self::new(store.adoption().await?))
    }

    /// Who runs a Verfahren, longest first.
    pub(super) fn of(&self, id: VerfahrenId) -> &[AdoptionRow] {
        self.by_verfahren.get(&id).map_or(&[], Vec::as_slice)
    }

    /// How many Verwaltungen run a Verfahren.
    pub(super) fn count(&self, id: VerfahrenId) -> i64 {
        self.counts.get(&id).copied().unwrap_or(0)
    }

    /// How often a release runs.
    pub(super) fn runs(&self, id: ReleaseId) -> i64 {
        self.by_verfahren.values().flatten().filter(|row| row.release == id).count() as i64
    }

    /// How many Verwaltungen run at least one.
    pub(super) fn municipalities(&self) -> i64 {
        self.municipalities
    }
}

/// All organisations, by name.
pub(super) struct Organisations {
    /// By name.
    pub list: Vec<Organisation>,
    by_id: HashMap<OrganisationId, usize>,
}

impl Organisations {
    async fn load(store: &dyn Store) -> Result<Self> {
        let list = store.organisation_list().await?;
        let by_id = list.iter().enumerate().map(|(i, o)| (o.id, i)).collect();
        Ok(Self { list, by_id })
    }

    /// One of them.
    pub(super) fn get(&self, id: OrganisationId) -> Option<&Organisation> {
        self.by_id.get(&id).map(|i| &self.list[*i])
    }

    /// Its name; empty for an unknown one.
    pub(super) fn name(&self, id: OrganisationId) -> String {
        self.get(id).map(|o| o.name.clone()).unwrap_or_default()
    }
}

/// See the module.
pub(super) struct InMemory {
    catalogue: Kept<Catalogue>,
    adoption: Kept<Adoption>,
    organisations: Kept<Organisations>,
}

impl InMemory {
    pub(super) async fn load(store: &dyn Store) -> Result<Self> {
        let version = store.public_version();
        let kept = Self {
            // Its entries hold the names of vendors.
            catalogue: Kept::new(&[Public::Catalogue, Public::Organisations], version, Catalogue::load(store).await?),
            adoption: Kept::new(&[Public::Adoption], version, Adoption::load(store).await?),
            organisations: Kept::new(&[Public::Organisations], version, Organisations::load(store).await?),
        };
        Ok(kept)
    }
}

impl Portal {
    /// How often what everybody may see has changed: what was made before the last change is old.
    pub fn public_version(&self) -> PublicVersion {
        self.store().public_version()
    }

    /// The catalogue as it was last read, for where waiting is not possible.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.inner.public.catalogue.get()
    }

    /// The catalogue as of now.
    ///
    /// # Errors
    /// If it changed and the database fails.
    pub async fn catalogue_now(&self) -> Result<Arc<Catalogue>> {
        let kept = &self.inner.public.catalogue;
        kept.fresh(self.store(), Catalogue::load(self.store())).await
    }

    pub(super) async fn adoption(&self) -> Result<Arc<Adoption>> {
        self.inner.public.adoption.fresh(self.store(), Adoption::load(self.store())).await
    }

    pub(super) async fn organisations(&self) -> Result<Arc<Organisations>> {
        self.inner.public.organisations.fresh(self.store(), Organisations::load(self.store())).await
    }
}
