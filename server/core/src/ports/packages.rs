//! Contents of packages: each file once under its SHA-256, each package as an index of its files under its digest.

use crate::package::Files;
use async_trait::async_trait;
use portal_model::Timestamp;
use std::collections::HashSet;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum PackageStoreError {
    /// What is stored is not what its name says: never handed on.
    #[error("{0} is damaged in the store of packages")]
    Damaged(String),
    /// The index names a file that is not there.
    #[error("{0} is missing from the store of packages")]
    Missing(String),
    /// The store cannot be reached, or has no room.
    #[error("the store of packages failed: {0}")]
    Unavailable(String),
}

/// What a sweep removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// Packages.
    pub packages: usize,
    /// Files.
    pub files: usize,
    /// Digests of packages that are to be kept and are not there.
    pub missing: Vec<String>,
    /// Digests of packages whose index is damaged. As long as there is one, nobody knows which files it names.
    pub damaged: Vec<String>,
}

/// Keeps the contents of packages. Nothing in it changes; a digest names the same bytes for ever.
#[async_trait]
pub trait PackageStore: Send + Sync {
    /// Stores a package and returns its digest. Files that are there are not stored again. The index is written last:
    /// what was interrupted before does not count, and may be put again.
    ///
    /// # Errors
    /// [`PackageStoreError::Unavailable`]; then the package is not there, unless it was before.
    async fn put(&self, files: &Files) -> Result<String, PackageStoreError>;

    /// A package with all files; `None` if there is none of this digest.
    ///
    /// # Errors
    /// Every one of [`PackageStoreError`]: each file is compared with its digest.
    async fn get(&self, digest: &str) -> Result<Option<Files>, PackageStoreError>;

    /// A package with everything that the portal itself reads ([`Files::is_read`]); of its other files only path, size
    /// and digest. `None` if there is none of this digest.
    ///
    /// # Errors
    /// Every one of [`PackageStoreError`]: each file that is read is compared with its digest.
    async fn texts(&self, digest: &str) -> Result<Option<Files>, PackageStoreError>;

    /// One file of a package; `None` if package or file do not exist.
    ///
    /// # Errors
    /// Every one of [`PackageStoreError`].
    async fn read(&self, digest: &str, path: &str) -> Result<Option<Vec<u8>>, PackageStoreError>;

    /// Removes packages that are not to be kept, and then files that no package names, as far as they were written
    /// before a time. Leave a day, so that what is being published now stays.
    ///
    /// # Errors
    /// [`PackageStoreError::Unavailable`]. A damaged index is none: it is told, and then no file is removed.
    async fn sweep(&self, keep: &HashSet<String>, before: Timestamp) -> Result<Swept, PackageStoreError>;
}
