//! Packages in their store: put there before the database knows them, read from there, and cleared away.

use super::Portal;
use crate::{
    CoreError,
    error::Result,
    package::{Files, Loaded, Package},
    ports::{PackageStore, PackageStoreError, Swept},
};

/// Days that what nobody refers to stays: long enough for everything that is being published right now.
const KEPT_DAYS: i64 = 1;

impl Portal {
    /// Puts the files of a package where the database will refer to them. What is put and then not committed is swept.
    pub(super) async fn package_put(&self, files: &Files, digest: &str) -> Result<()> {
        let put = self.package_store().put(files).await?;
        if put == digest {
            return Ok(());
        }
        Err(CoreError::Inconsistent(format!("package {digest} was stored as {put}")))
    }

    /// A package from the store, read again.
    pub(super) async fn stored_package(&self, digest: &str) -> Result<Package> {
        read(self.package_store(), digest).await
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
        Ok(swept)
    }
}

/// Reads a package from the store, away from the threads that answer people.
pub(super) async fn read(packages: &dyn PackageStore, digest: &str) -> Result<Package> {
    let gone = || PackageStoreError::Missing(format!("package {digest}"));
    let files = packages.get(digest).await?.ok_or_else(gone)?;
    let work = move || Loaded::from_files((files, Vec::new())).into_package();
    let read = tokio::task::spawn_blocking(work).await;
    let read = read.map_err(|e| CoreError::Inconsistent(format!("reading a package: {e}")))?;
    read.map_err(|f| CoreError::Inconsistent(format!("package {digest} cannot be read: {f:?}")))
}
