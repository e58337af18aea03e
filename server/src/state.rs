//! What every request needs.

use crate::{
    config::{Config, MetricsAccess},
    web::{archive::MAX_UPLOADS, assets::Site, bearer::WrongKeys, page_cache::PageCache, streams::Streams},
    worker::WorkerStatus,
};
use portal_core::Portal;
use portal_storage::{Sessions, Storage};
use std::{ops::Deref, sync::Arc};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// How the portal is reached.
#[derive(Debug, Clone, Default)]
pub struct WebSettings {
    /// Address under which people reach it, without a slash at the end.
    pub public_url: Option<String>,
    /// Who may read `/metrics`.
    pub metrics: Option<MetricsAccess>,
}

impl WebSettings {
    /// From the configuration.
    pub fn of(config: &Config) -> Self {
        Self { public_url: config.public_url.clone(), metrics: Some(config.metrics) }
    }

    /// Whether people reach it over HTTPS.
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// The parts that requests share. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    inner: Arc<Shared>,
}

/// See [`AppState`].
pub struct Shared {
    /// Use cases.
    pub portal: Portal,
    /// The database, for its health and its signal of changes.
    pub storage: Storage,
    /// Sessions.
    pub sessions: Sessions,
    /// What browsers load.
    pub site: Site,
    /// How the portal is reached.
    pub web: WebSettings,
    /// Pages for people who are not signed in.
    pub pages: PageCache,
    /// Ends live views when the server stops.
    pub stop: CancellationToken,
    /// Room for live views.
    pub streams: Streams,
    /// Room for uploads.
    pub uploads: Arc<Semaphore>,
    /// Who sent wrong access keys.
    pub wrong_keys: WrongKeys,
    /// How the worker of this process is.
    pub worker: WorkerStatus,
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.inner
    }
}

impl AppState {
    /// Puts the parts together.
    pub fn new(
        portal: Portal,
        storage: Storage,
        site: Site,
        web: WebSettings,
        worker: WorkerStatus,
        stop: CancellationToken,
    ) -> Self {
        let sessions = storage.sessions(portal.clock().clone());
        let (streams, uploads) = (Streams::default(), Arc::new(Semaphore::new(MAX_UPLOADS)));
        let (pages, wrong_keys) = (PageCache::default(), WrongKeys::default());
        let shared = Shared { portal, storage, sessions, site, web, pages, stop, streams, uploads, wrong_keys, worker };
        Self { inner: Arc::new(shared) }
    }
}
