//! [`PackageStore`] on anything that `object_store` reaches: a folder, memory, or a store that speaks S3.
//!
//! `blobs/ab/abcd…` holds a file, `packages/<digest>` the index of a package, whose own SHA-256 is the digest. So
//! everything can be compared with its name when it is read.

use async_trait::async_trait;
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt, WriteMultipart};
use portal_core::package::{FileFacts, Files};
use portal_core::ports::{Clock, PackageStore, PackageStoreError as E, Swept, SystemClock};
use portal_model::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::io::{Read, Write};
use std::sync::Arc;
use tokio::sync::RwLock;

/// Bytes that are read and written in one go: S3 takes no smaller parts but the last.
const PART: usize = 5 * 1024 * 1024;
/// Parts on their way at the same time.
const AT_ONCE: usize = 2;
/// Seconds after which a file that is there is written anew, so that a sweep in another process sees that it is wanted.
const FRESH: i64 = 3_600;

/// The store.
pub struct Packages {
    store: Arc<dyn ObjectStore>,
    /// Putting is shared, sweeping is alone.
    sweeping: RwLock<()>,
    clock: Arc<dyn Clock>,
}

impl Packages {
    /// In a folder, which is made if it is not there.
    ///
    /// # Errors
    /// If it cannot be made or opened.
    pub fn in_folder(folder: &std::path::Path) -> Result<Self, E> {
        std::fs::create_dir_all(folder).map_err(|e| E::Unavailable(e.to_string()))?;
        let store = object_store::local::LocalFileSystem::new_with_prefix(folder).map_err(unavailable)?;
        Ok(Self::over(Arc::new(store.with_fsync(true))))
    }

    /// In memory, for tests.
    pub fn in_memory() -> Self {
        Self::over(Arc::new(object_store::memory::InMemory::new()))
    }

    /// In a bucket of a store that speaks S3. The process must have chosen its TLS provider.
    ///
    /// # Errors
    /// If the settings do not make a client.
    #[cfg(feature = "s3")]
    pub fn in_bucket(endpoint: &str, region: &str, bucket: &str, key: &str, secret: &str) -> Result<Self, E> {
        let store = object_store::aws::AmazonS3Builder::new()
            .with_endpoint(endpoint)
            .with_region(region)
            .with_bucket_name(bucket)
            .with_access_key_id(key)
            .with_secret_access_key(secret)
            .with_virtual_hosted_style_request(false)
            .with_allow_http(endpoint.starts_with("http://"))
            // People wait for some of it.
            .with_retry(object_store::RetryConfig {
                max_retries: 3,
                retry_timeout: std::time::Duration::from_secs(20),
                ..object_store::RetryConfig::default()
            })
            .build();
        Ok(Self::over(Arc::new(store.map_err(unavailable)?)))
    }

    /// Over any store.
    pub fn over(store: Arc<dyn ObjectStore>) -> Self {
        Self { store, sweeping: RwLock::new(()), clock: Arc::new(SystemClock) }
    }

    /// Asks the store for something, to see whether it answers.
    ///
    /// # Errors
    /// [`E::Unavailable`] if it does not.
    pub async fn probe(&self) -> Result<(), E> {
        self.store.list(Some(&Path::from("packages"))).try_next().await.map(drop).map_err(unavailable)
    }

    /// What is known of an object; `None` if it is not there.
    async fn head(&self, path: &Path) -> Result<Option<ObjectMeta>, E> {
        found(self.store.head(path).await)
    }

    async fn put_file(&self, files: &Files, file: FileFacts<'_>) -> Result<(), E> {
        let path = blob(&hex::encode(file.sha256));
        if let Some(meta) = self.head(&path).await? {
            let age = self.clock.now().seconds_since(written(&meta));
            if meta.size == file.size && age < FRESH {
                return Ok(());
            }
        }
        let reader = files.open(file.path).ok_or_else(|| E::Missing(file.path.to_owned()))?;
        if file.size <= PART as u64 {
            let bytes = verified(reader, file)?;
            return self.store.put(&path, bytes.into()).await.map(drop).map_err(unavailable);
        }
        let upload = self.store.put_multipart(&path).await.map_err(unavailable)?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, PART);
        match send(reader, file, &mut upload).await {
            Ok(()) => upload.finish().await.map(drop).map_err(unavailable),
            Err(error) => {
                // What is left of it is not an object, so it does no harm if this fails too.
                drop(upload.abort().await);
                Err(error)
            }
        }
    }

    /// The index of a package as (path, facts); compared with its name.
    async fn index(&self, digest: &str) -> Result<Option<Index>, E> {
        if !is_digest(digest) {
            return Ok(None);
        }
        let Some(found) = found(self.store.get(&index_path(digest)).await)? else { return Ok(None) };
        let bytes = found.bytes().await.map_err(unavailable)?;
        let damaged = || E::Damaged(format!("package {digest}"));
        if hex::encode(Sha256::digest(&bytes)) != digest {
            return Err(damaged());
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| damaged())?;
        text.lines().map(line).collect::<Option<Index>>().map(Some).ok_or_else(damaged)
    }

    /// A package with those of its files that are wanted; of others only what the index says.
    async fn load(&self, digest: &str, wanted: fn(&str) -> bool) -> Result<Option<Files>, E> {
        let Some(index) = self.index(digest).await? else { return Ok(None) };
        let mut index: Vec<_> = index.into_iter().collect();
        // What has to be in memory comes first: there is a limit for all texts together.
        index.sort_by_cached_key(|(path, _)| (path.starts_with("chart/"), !Files::is_read(path), path.clone()));
        let mut files = Files::default();
        for (path, facts) in &index {
            if wanted(path) {
                let mut writer = files.writer(path);
                let write = |piece: &[u8]| writer.write_all(piece).map_err(|e| E::Unavailable(e.to_string()));
                self.fetch(path, facts, write).await?;
                writer.finish();
            } else {
                let (sha256, size) = facts;
                let mut known = [0; 32];
                hex::decode_to_slice(sha256, &mut known).map_err(|_| E::Damaged(format!("package {digest}")))?;
                files.mention(path, *size, known);
            }
        }
        Ok(Some(files))
    }

    /// Hands a file on piece by piece; an error if it is not what its name says.
    async fn fetch(
        &self,
        path: &str,
        (sha256, size): &(String, u64),
        mut into: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let missing = || E::Missing(format!("file {path} ({sha256})"));
        let object = found(self.store.get(&blob(sha256)).await)?.ok_or_else(missing)?;
        let damaged = || E::Damaged(format!("file {path} ({sha256})"));
        if object.meta.size != *size {
            return Err(damaged());
        }
        let mut hash = Sha256::new();
        let mut stream = object.into_stream();
        while let Some(piece) = stream.try_next().await.map_err(unavailable)? {
            hash.update(&piece);
            into(&piece)?;
        }
        if hex::encode(hash.finalize()) == *sha256 { Ok(()) } else { Err(damaged()) }
    }

    /// Objects below a folder by their name.
    async fn list(&self, folder: &str) -> Result<HashMap<String, ObjectMeta>, E> {
        let prefix = Path::from(folder);
        let metas: Vec<ObjectMeta> = self.store.list(Some(&prefix)).try_collect().await.map_err(unavailable)?;
        let named = metas.into_iter().filter_map(|meta| Some((meta.location.filename()?.to_owned(), meta)));
        Ok(named.filter(|(name, _)| is_digest(name)).collect())
    }

    /// Removes an object unless it was written anew in the meantime; whether it did.
    ///
    /// Between the look and the removal another process may write it anew, and it is lost: stores have no removal on a
    /// condition. It takes a file that nothing has named for a day and a put within the same milliseconds. Reading
    /// such a package then says that the file is missing, and putting the package once more mends it.
    async fn remove(&self, meta: &ObjectMeta, before: Timestamp) -> Result<bool, E> {
        match self.head(&meta.location).await? {
            Some(now) if written(&now) < before => {
                found(self.store.delete(&meta.location).await)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

/// Path of a file → its SHA-256 and size.
type Index = HashMap<String, (String, u64)>;

#[async_trait]
impl PackageStore for Packages {
    async fn put(&self, files: &Files) -> Result<String, E> {
        let _shared = self.sweeping.read().await;
        for file in files.iter() {
            self.put_file(files, file).await?;
        }
        let digest = files.digest();
        self.store.put(&index_path(&digest), files.index().into_bytes().into()).await.map_err(unavailable)?;
        Ok(digest)
    }

    async fn get(&self, digest: &str) -> Result<Option<Files>, E> {
        self.load(digest, |_| true).await
    }

    async fn texts(&self, digest: &str) -> Result<Option<Files>, E> {
        self.load(digest, Files::is_read).await
    }

    async fn read(&self, digest: &str, path: &str) -> Result<Option<Vec<u8>>, E> {
        let Some(facts) = self.index(digest).await?.and_then(|mut index| index.remove(path)) else { return Ok(None) };
        let mut bytes = Vec::new();
        self.fetch(path, &facts, |piece| {
            bytes.extend_from_slice(piece);
            Ok(())
        })
        .await?;
        Ok(Some(bytes))
    }

    async fn sweep(&self, keep: &HashSet<String>, before: Timestamp) -> Result<Swept, E> {
        let _alone = self.sweeping.write().await;
        let mut swept = Swept::default();
        let mut wanted: HashSet<String> = HashSet::new();
        let there = self.list("packages").await?;
        swept.missing = keep.iter().filter(|digest| !there.contains_key(*digest)).cloned().collect();
        swept.missing.sort();
        for (digest, meta) in there {
            let old = !keep.contains(&digest) && written(&meta) < before;
            if old && self.remove(&meta, before).await? {
                swept.packages += 1;
                continue;
            }
            match self.index(&digest).await {
                Ok(index) => wanted.extend(index.into_iter().flatten().map(|(_, (sha256, _))| sha256)),
                Err(E::Damaged(_)) => swept.damaged.push(digest),
                Err(error) => return Err(error),
            }
        }
        if !swept.damaged.is_empty() {
            swept.damaged.sort();
            return Ok(swept);
        }
        for (sha256, meta) in self.list("blobs").await? {
            let old = !wanted.contains(&sha256) && written(&meta) < before;
            if old && self.remove(&meta, before).await? {
                swept.files += 1;
            }
        }
        Ok(swept)
    }
}

/// A small file, compared with its facts: what lies in a temporary file may have been damaged there.
fn verified(reader: impl Read, file: FileFacts<'_>) -> Result<Vec<u8>, E> {
    let mut bytes = Vec::new();
    reader.take(file.size).read_to_end(&mut bytes).map_err(|e| E::Unavailable(e.to_string()))?;
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    if sha256 == file.sha256 { Ok(bytes) } else { Err(E::Damaged(file.path.to_owned())) }
}

async fn send(mut reader: impl Read + Send, file: FileFacts<'_>, upload: &mut WriteMultipart) -> Result<(), E> {
    let mut hash = Sha256::new();
    let mut part = vec![0; 64 * 1024];
    loop {
        let count = reader.read(&mut part).map_err(|e| E::Unavailable(e.to_string()))?;
        if count == 0 {
            break;
        }
        upload.wait_for_capacity(AT_ONCE).await.map_err(unavailable)?;
        hash.update(&part[..count]);
        upload.write(&part[..count]);
    }
    let sha256: [u8; 32] = hash.finalize().into();
    if sha256 == file.sha256 { Ok(()) } else { Err(E::Damaged(file.path.to_owned())) }
}

fn blob(sha256: &str) -> Path {
    Path::from_iter(["blobs", sha256.get(..2).unwrap_or_default(), sha256])
}

fn index_path(digest: &str) -> Path {
    Path::from_iter(["packages", digest])
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

fn line(line: &str) -> Option<(String, (String, u64))> {
    let mut parts = line.splitn(3, ' ');
    let sha256 = parts.next().filter(|sha256| is_digest(sha256))?;
    let size = parts.next()?.parse().ok()?;
    Some((parts.next()?.to_owned(), (sha256.to_owned(), size)))
}

fn written(meta: &ObjectMeta) -> Timestamp {
    Timestamp(meta.last_modified.timestamp_micros())
}

fn found<T>(result: Result<T, Error>) -> Result<Option<T>, E> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(unavailable(error)),
    }
}

fn unavailable(error: Error) -> E {
    E::Unavailable(error.to_string())
}
