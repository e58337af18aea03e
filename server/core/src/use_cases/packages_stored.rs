//! Packages in their store: put there before the database knows them, read when somebody needs them, and cleared away.

use super::Portal;
use crate::{
    CoreError,
    error::{Result, rule},
    package::{Files, Loaded, Package},
    ports::{PackageStore, PackageStoreError, Swept},
};
use parking_lot::RwLock;
use portal_model::{PortalError, Timestamp};
use quick_cache::{OptionsBuilder, Weighter, sync::Cache};
use std::{collections::HashMap, sync::Arc};

/// Days that what nobody refers to stays: long enough for everything that is being published right now.
const KEPT_DAYS: i64 = 1;
/// Bytes that the packages that are kept read take, roughly.
const KEPT: u64 = 128 * 1024 * 1024;
/// What one byte of text becomes as a tree: a bill of materials grows tenfold, templates less.
const TREE: u64 = 8;
/// Packages that one expects to be kept.
const ITEMS: usize = 1_000;
/// Seconds until a package that could not be read is tried again just to know whether somebody has mended it.
const TRIED: i64 = 60;
/// What a package weighs besides its texts.
const EACH: u64 = 4 * 1024;

/// Rule that a package is missing or damaged.
const UNREADABLE: &str = "package_unreadable";
/// Rule that the store of packages does not answer.
const UNAVAILABLE: &str = "package_unavailable";

fn is_unavailable(error: &CoreError) -> bool {
    matches!(error, CoreError::Packages(PackageStoreError::Unavailable(_)))
}

/// Why a package cannot be read, for the log.
fn log_cause(error: &CoreError) -> String {
    match error {
        CoreError::Packages(cause) => cause.to_string(),
        other => other.to_string(),
    }
}

/// Whether [`Portal::readable`] refused.
pub(super) fn is_package_trouble(error: &CoreError) -> bool {
    matches!(error, CoreError::Portal(PortalError::Rule { rule }) if rule == UNREADABLE || rule == UNAVAILABLE)
}

/// Packages that were read, by digest. A digest means the same bytes for ever (R8), so they never become old.
pub(super) struct ReadPackages {
    kept: Cache<String, Kept, ByText>,
    /// Those that could not be read when it was last tried, and when that was.
    unreadable: RwLock<HashMap<String, Timestamp>>,
}

#[derive(Clone)]
struct Kept {
    package: Arc<Package>,
    text: u64,
}

#[derive(Clone)]
struct ByText;

impl Weighter<String, Kept> for ByText {
    fn weight(&self, _: &String, kept: &Kept) -> u64 {
        kept.text * TREE + EACH
    }
}

impl Default for ReadPackages {
    fn default() -> Self {
        // One shard: each takes only what fits into its part, and packages differ a lot.
        let options = OptionsBuilder::new().shards(1).estimated_items_capacity(ITEMS).weight_capacity(KEPT).build();
        let kept = match options {
            Ok(options) => Cache::with_options(options, ByText, Default::default(), Default::default()),
            Err(_) => Cache::with_weighter(ITEMS, KEPT, ByText),
        };
        Self { kept, unreadable: RwLock::default() }
    }
}

impl Portal {
    /// Puts the files of a package where the database will refer to them. What is put and then not committed is swept.
    pub(super) async fn package_put(&self, files: &Files, digest: &str) -> Result<()> {
        let put = self.package_store().put(files).await?;
        if put == digest {
            self.inner.read.unreadable.write().remove(digest);
            return Ok(());
        }
        Err(CoreError::Inconsistent(format!("package {digest} was stored as {put}")))
    }

    /// A package by its digest. Read when it is first needed; those who need it meanwhile wait for the same reading.
    ///
    /// # Errors
    /// If it is not in the store, damaged there, or cannot be read. That is logged with digest and file.
    pub async fn package(&self, digest: &str) -> Result<Arc<Package>> {
        let known = &self.inner.read;
        let read = known.kept.get_or_insert_async(digest, read(self.package_store(), digest)).await;
        match read {
            Ok(kept) => {
                known.unreadable.write().remove(digest);
                Ok(kept.package)
            }
            Err(error) => {
                tracing::error!(digest, cause = log_cause(&error), "a package cannot be read");
                self.note_unreadable(digest, &error);
                Err(error)
            }
        }
    }

    /// A store that does not answer says nothing of the package: what was known of it stays.
    fn note_unreadable(&self, digest: &str, error: &CoreError) {
        let now = self.inner.clock.now();
        let mut unreadable = self.inner.read.unreadable.write();
        if !is_unavailable(error) {
            unreadable.insert(digest.to_owned(), now);
        } else if let Some(tried) = unreadable.get_mut(digest) {
            *tried = now;
        }
    }

    /// The same for people, who are told that it is the package, or that they should try again.
    pub(super) async fn readable(&self, digest: &str) -> Result<Arc<Package>> {
        let told = |error| rule(if is_unavailable(&error) { UNAVAILABLE } else { UNREADABLE });
        self.package(digest).await.map_err(told)
    }

    /// Whether the package cannot be read, as far as somebody has tried. Tried again after a while, since it may have
    /// been mended.
    pub(super) async fn is_unreadable(&self, digest: &str) -> bool {
        let tried = self.inner.read.unreadable.read().get(digest).copied();
        match tried {
            None => false,
            Some(tried) if self.inner.clock.now().seconds_since(tried) < TRIED => true,
            Some(_) => self.package(digest).await.is_err(),
        }
    }

    /// Clears away packages that nothing refers to, in the database and then in the store. Called by a timer.
    ///
    /// # Errors
    /// If the database or the store fails.
    pub async fn packages_sweep(&self) -> Result<Swept> {
        let keep = self.store().packages_sweep().await?.into_iter().collect();
        let before = self.inner.clock.now().plus_days(-KEPT_DAYS);
        let swept = self.package_store().sweep(&keep, before).await?;
        for digest in &swept.missing {
            tracing::error!(digest, "a package is missing from the store of packages");
        }
        for digest in &swept.damaged {
            tracing::error!(digest, "the index of a package is damaged in the store of packages; no file is removed");
        }
        let now = self.inner.clock.now();
        let unreadable = swept.missing.iter().chain(&swept.damaged).map(|digest| (digest.clone(), now));
        self.inner.read.unreadable.write().extend(unreadable);
        Ok(swept)
    }
}

/// Reads a package from the store, away from the threads that answer people.
async fn read(packages: &dyn PackageStore, digest: &str) -> Result<Kept> {
    let gone = || PackageStoreError::Missing(format!("package {digest}"));
    let files = packages.texts(digest).await?.ok_or_else(gone)?;
    let text = files.in_memory();
    let work = move || Loaded::from_files((files, Vec::new())).into_package();
    let read = tokio::task::spawn_blocking(work).await;
    let read = read.map_err(|e| CoreError::Inconsistent(format!("reading a package: {e}")))?;
    let package = read.map_err(|f| CoreError::Inconsistent(format!("package {digest}: {f:?}")))?;
    Ok(Kept { package: Arc::new(package), text })
}
