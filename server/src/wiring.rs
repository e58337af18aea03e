//! What the engine works with, made of the parts of this program: storage, use cases, Kubernetes.

use portal_core::{
    Portal,
    engine::{EnginePorts, StoreReads},
};
use portal_storage::Storage;
use portal_targets::kubernetes::KubernetesTarget;
use std::sync::Arc;

/// The engine's ports on a portal and its database.
pub fn ports(portal: &Portal, storage: &Storage) -> EnginePorts {
    EnginePorts {
        journal: Arc::new(storage.clone()),
        reads: Arc::new(StoreReads(Arc::new(storage.clone()))),
        packages: Arc::new(portal.clone()),
        target: Arc::new(KubernetesTarget::new()),
        places: Arc::new(portal.clone()),
        clock: portal.clock().clone(),
    }
}
