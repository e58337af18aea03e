//! The store of packages: the same on a folder, in memory and in a bucket, and over a store that fails.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[cfg(feature = "s3")]
mod bucket;
mod failing;

use failing::Failing;
use futures::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, local::LocalFileSystem, memory::InMemory, path::Path};
use portal_core::package::Files;
use portal_core::ports::{PackageStore, PackageStoreError as E, Swept};
use portal_model::Timestamp;
use portal_storage::Packages;
use std::collections::HashSet;
use std::io::Write;
use std::sync::Arc;

const LATER: Timestamp = Timestamp(i64::MAX);
const NEVER: Timestamp = Timestamp(0);

fn sample() -> Files {
    let mut files = Files::default();
    files.insert("verfahren.yaml", "format: 1\n");
    files.insert("manifests/a.yaml", "kind: ConfigMap\n");
    files.insert("manifests/b.yaml", "kind: ConfigMap\n");
    let mut writer = files.writer("bild.png");
    // More than one part.
    for i in 0..6_000u32 {
        writer.write_all(&i.to_le_bytes().repeat(256)).unwrap();
    }
    writer.finish();
    files
}

/// Each kind of store, with what lies below.
async fn on_each(test: impl AsyncFn(&Packages, Arc<dyn ObjectStore>)) {
    let folder = tempfile::tempdir().unwrap();
    let local: Arc<dyn ObjectStore> = Arc::new(LocalFileSystem::new_with_prefix(folder.path()).unwrap());
    test(&Packages::in_folder(folder.path()).unwrap(), local).await;
    let memory: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    test(&Packages::over(memory.clone()), memory).await;
    #[cfg(feature = "s3")]
    if let Some(server) = bucket::Server::named() {
        let (packages, below) = server.bucket().await;
        test(&packages, below).await;
    }
}

async fn names(store: &Arc<dyn ObjectStore>, folder: &str) -> Vec<Path> {
    let metas: Vec<_> = store.list(Some(&Path::from(folder))).try_collect().await.unwrap();
    metas.into_iter().map(|meta| meta.location).collect()
}

#[tokio::test]
async fn what_is_put_comes_back_and_files_are_stored_once() {
    on_each(async |packages, below| {
        let files = sample();
        let digest = packages.put(&files).await.unwrap();
        assert_eq!(digest, files.digest());
        packages.probe().await.unwrap();
        let back = packages.get(&digest).await.unwrap().unwrap();
        assert_eq!(back, files);
        assert_eq!(back.get("verfahren.yaml"), files.get("verfahren.yaml"));
        assert_eq!(packages.read(&digest, "manifests/b.yaml").await.unwrap().unwrap(), b"kind: ConfigMap\n");
        assert_eq!(packages.read(&digest, "bild.png").await.unwrap().unwrap().len(), 6_144_000);
        assert_eq!(packages.read(&digest, "fehlt").await.unwrap(), None);
        for unknown in [&"0".repeat(64), "", "../../etc/passwd", &digest.to_uppercase()] {
            assert!(packages.get(unknown).await.unwrap().is_none(), "{unknown}");
            assert_eq!(packages.read(unknown, "verfahren.yaml").await.unwrap(), None, "{unknown}");
        }
        assert_eq!(names(&below, "blobs").await.len(), 3, "two files are the same");
        let mut next = sample();
        next.insert("CHANGELOG.md", "# 1.0.1\n");
        packages.put(&next).await.unwrap();
        assert_eq!((names(&below, "blobs").await.len(), names(&below, "packages").await.len()), (4, 2));
    })
    .await;
}

#[tokio::test]
async fn what_the_portal_does_not_read_is_only_mentioned() {
    on_each(async |packages, below| {
        let files = sample();
        let digest = packages.put(&files).await.unwrap();
        let image = hex::encode(files.facts("bild.png").unwrap().sha256);
        below.delete(&Path::from(format!("blobs/{}/{image}", &image[..2]))).await.unwrap();
        let texts = packages.texts(&digest).await.unwrap().unwrap();
        assert_eq!((texts.digest(), texts.get("verfahren.yaml")), (digest.clone(), files.get("verfahren.yaml")));
        assert!(texts.open("bild.png").is_none() && texts.open("manifests/a.yaml").is_some());
        assert!(packages.put(&texts).await.is_err(), "what is not here cannot be put");
        assert!(matches!(packages.get(&digest).await, Err(E::Missing(what)) if what.contains("bild.png")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_package_may_be_put_several_times_at_once() {
    on_each(async |packages, below| {
        let files = sample();
        let put = || async { packages.put(&files).await.unwrap() };
        let digests = futures::future::join_all((0..6).map(|_| put())).await;
        assert!(digests.iter().all(|d| *d == files.digest()));
        assert_eq!(packages.get(&digests[0]).await.unwrap().unwrap(), files);
        assert_eq!(names(&below, "blobs").await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn damage_is_an_error_and_never_other_bytes() {
    on_each(async |packages, below| {
        let files = sample();
        let digest = packages.put(&files).await.unwrap();
        let facts = files.facts("manifests/a.yaml").unwrap();
        let name = hex::encode(facts.sha256);
        let blob = Path::from(format!("blobs/{}/{name}", &name[..2]));
        // The same length, another content.
        below.put(&blob, b"kind: ConfigMax\n".to_vec().into()).await.unwrap();
        assert!(matches!(packages.get(&digest).await, Err(E::Damaged(_))));
        assert!(matches!(packages.read(&digest, "manifests/a.yaml").await, Err(E::Damaged(_))));
        assert!(packages.read(&digest, "verfahren.yaml").await.unwrap().is_some(), "others can still be read");
        below.put(&blob, b"kurz".to_vec().into()).await.unwrap();
        assert!(matches!(packages.read(&digest, "manifests/a.yaml").await, Err(E::Damaged(_))));
        packages.put(&files).await.unwrap();
        assert_eq!(packages.get(&digest).await.unwrap().unwrap(), files, "putting it again mends what is too short");
        below.delete(&blob).await.unwrap();
        assert!(matches!(packages.get(&digest).await, Err(E::Missing(_))));
        below.put(&Path::from(format!("packages/{digest}")), b"x".to_vec().into()).await.unwrap();
        assert!(matches!(packages.get(&digest).await, Err(E::Damaged(_))));
        let mut other = Files::default();
        other.insert("nur-hier.yaml", "x: 1\n");
        packages.put(&other).await.unwrap();
        let swept = packages.sweep(&HashSet::from([digest.clone()]), LATER).await.unwrap();
        assert_eq!(swept, Swept { packages: 1, damaged: vec![digest], ..Swept::default() });
        assert_eq!(names(&below, "blobs").await.len(), 3, "who cannot read an index removes no file");
    })
    .await;
}

/// A bucket that does not exist is a store that cannot be reached, never an empty one: a sweep would take it for data loss.
#[cfg(feature = "s3")]
#[tokio::test]
async fn a_bucket_that_is_not_there_is_told_apart_from_an_empty_one() {
    let Some(server) = bucket::Server::named() else { return };
    let (empty, _) = server.bucket().await;
    empty.probe().await.unwrap();
    assert!(empty.get(&"0".repeat(64)).await.unwrap().is_none());
    let missing = server.open("pakete-gibt-es-nicht");
    assert!(matches!(missing.probe().await, Err(E::Unavailable(_))));
    assert!(matches!(missing.put(&sample()).await, Err(E::Unavailable(_))));
    let swept = missing.sweep(&HashSet::new(), LATER).await;
    assert!(matches!(swept, Err(E::Unavailable(_))), "{swept:?}");
}

#[tokio::test]
async fn what_was_interrupted_does_not_count() {
    let memory: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let files = sample();
    let digest = files.digest();
    // Three files and the index; each may be the one that fails.
    for writes in 0..4 {
        let packages = Packages::over(Arc::new(Failing::after(memory.clone(), writes)));
        assert!(matches!(packages.put(&files).await, Err(E::Unavailable(_))), "{writes}");
        assert!(packages.get(&digest).await.unwrap().is_none(), "{writes}");
        assert!(packages.read(&digest, "verfahren.yaml").await.unwrap().is_none(), "{writes}");
        // A new one begins with nothing there.
        let packages = Packages::over(memory.clone());
        packages.sweep(&HashSet::new(), LATER).await.unwrap();
        assert_eq!(names(&memory, "blobs").await, vec![], "{writes}");
    }
    let packages = Packages::over(Arc::new(Failing::after(memory.clone(), 4)));
    packages.put(&files).await.unwrap();
    assert_eq!(packages.get(&digest).await.unwrap().unwrap(), files);
}

#[tokio::test]
async fn a_sweep_removes_what_nobody_wants_and_is_old() {
    on_each(async |packages, below| {
        let mut other = Files::default();
        other.insert("verfahren.yaml", "format: 1\n");
        other.insert("nur-hier.yaml", "x: 1\n");
        let (kept, gone) = (packages.put(&sample()).await.unwrap(), packages.put(&other).await.unwrap());
        below.put(&Path::from(format!("blobs/00/{}", "0".repeat(64))), b"rest".to_vec().into()).await.unwrap();
        let keep = HashSet::from([kept.clone()]);
        assert_eq!(packages.sweep(&keep, NEVER).await.unwrap(), Swept::default(), "what is new stays");
        assert!(packages.get(&gone).await.unwrap().is_some());
        // The shared file stays, the other one and what was left over go.
        assert_eq!(packages.sweep(&keep, LATER).await.unwrap(), Swept { packages: 1, files: 2, ..Swept::default() });
        assert!(packages.get(&gone).await.unwrap().is_none());
        assert_eq!(packages.get(&kept).await.unwrap().unwrap(), sample());
        let lost = "0".repeat(64);
        let keep = HashSet::from([kept.clone(), lost.clone()]);
        assert_eq!(packages.sweep(&keep, LATER).await.unwrap(), Swept { missing: vec![lost], ..Swept::default() });
    })
    .await;
}
