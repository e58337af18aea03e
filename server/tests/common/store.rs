//! A store of packages whose line can be cut.

use async_trait::async_trait;
use portal_core::{
    package::Files,
    ports::{PackageStore, PackageStoreError as E, Swept},
};
use portal_model::Timestamp;
use portal_storage::Packages;
use std::{
    collections::HashSet,
    sync::atomic::{AtomicBool, Ordering},
};

pub struct Line {
    packages: Packages,
    cut: AtomicBool,
}

impl Line {
    pub fn to(packages: Packages) -> Self {
        Self { packages, cut: AtomicBool::new(false) }
    }

    /// Cuts the line, or mends it.
    pub fn cut(&self, cut: bool) {
        self.cut.store(cut, Ordering::SeqCst);
    }

    fn line(&self) -> Result<&Packages, E> {
        if self.cut.load(Ordering::SeqCst) {
            Err(E::Unavailable("the line is cut".to_owned()))
        } else {
            Ok(&self.packages)
        }
    }
}

#[async_trait]
impl PackageStore for Line {
    async fn put(&self, files: &Files) -> Result<String, E> {
        self.line()?.put(files).await
    }

    async fn get(&self, digest: &str) -> Result<Option<Files>, E> {
        self.line()?.get(digest).await
    }

    async fn texts(&self, digest: &str) -> Result<Option<Files>, E> {
        self.line()?.texts(digest).await
    }

    async fn read(&self, digest: &str, path: &str) -> Result<Option<Vec<u8>>, E> {
        self.line()?.read(digest, path).await
    }

    async fn sweep(&self, keep: &HashSet<String>, before: Timestamp) -> Result<Swept, E> {
        self.line()?.sweep(keep, before).await
    }
}
