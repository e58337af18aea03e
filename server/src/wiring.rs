//! What the use cases and the engine work with, made of the parts of this program: storage, packages, Kubernetes.

use crate::config::{Config, PackagePlace};
use anyhow::{Context, Result};
use portal_core::{
    Portal,
    engine::{EnginePorts, StoreReads},
};
use portal_storage::{Packages, Storage};
use portal_targets::kubernetes::KubernetesTarget;
use std::sync::Arc;

/// The store of packages.
///
/// # Errors
/// If the folder cannot be made, or the settings of a bucket make no client.
pub fn packages(config: &Config) -> Result<Packages> {
    match &config.packages {
        PackagePlace::Folder(folder) => {
            Packages::in_folder(folder).with_context(|| format!("packages in {}", folder.display()))
        }
        #[cfg(feature = "s3")]
        PackagePlace::Bucket(b) => {
            // The client takes the provider of the process; whoever is second finds the same one.
            drop(rustls::crypto::ring::default_provider().install_default());
            Packages::in_bucket(&b.endpoint, &b.region, &b.bucket, &b.key, &b.secret)
                .with_context(|| format!("packages in bucket {}", b.bucket))
        }
        #[cfg(not(feature = "s3"))]
        PackagePlace::Bucket(_) => anyhow::bail!("this program was built without S3 (feature s3)"),
    }
}

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
