//! Where applications last: one file, one line of JSON for each, written to the disk before anybody is told a number.

use crate::antrag::Antrag;
use crate::client::Remote;
use crate::texts::Problem;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The file takes no more than this many bytes.
pub const MAX_FILE: u64 = 512 << 20;
const FILE: &str = "antraege.jsonl";
const NEW: &str = "antraege.jsonl.neu";
const LOCK: &str = "antraege.schloss";

/// What became of an application; the reply of the intake contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Vorgang {
    /// UUID.
    pub vorgang_id: String,
    /// What people can say: `V-2026-000001`.
    pub vorgang_nummer: String,
    /// Always `eingegangen`; nobody works on demonstrations.
    pub status: String,
    /// Since when, RFC 3339.
    pub status_since: String,
}

/// One line of the file.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    number: u64,
    digest: String,
    vorgang: Vorgang,
    antrag: Antrag,
}

/// Where applications go.
#[derive(Clone)]
pub enum Store {
    /// A file of this instance.
    File(FileStore),
    /// Another instance that stores.
    Remote(Remote),
}

impl Store {
    /// Stores an application; the same one twice gives the same answer.
    ///
    /// # Errors
    /// `OtherContent` if its identification was used for something else, `Store` if it does not last.
    pub async fn put(&self, antrag: Antrag) -> Result<Vorgang, Problem> {
        match self {
            Self::File(file) => {
                let file = file.clone();
                let stored = tokio::task::spawn_blocking(move || file.put(antrag)).await;
                stored.unwrap_or(Err(Problem::Store))
            }
            Self::Remote(remote) => remote.put(&antrag).await,
        }
    }

    /// Whether applications can be stored right now.
    pub async fn is_ready(&self) -> bool {
        match self {
            Self::File(file) => file.len() < MAX_FILE,
            Self::Remote(remote) => remote.is_ready().await,
        }
    }
}

/// The file.
#[derive(Clone)]
pub struct FileStore {
    inner: Arc<Mutex<Inner>>,
    folder: Arc<PathBuf>,
}

struct Inner {
    file: File,
    index: Index,
    /// Keeps other processes out for as long as it is open.
    _lock: File,
}

/// What is known of a file of applications.
#[derive(Default)]
struct Index {
    len: u64,
    last: u64,
    known: HashMap<String, (String, Vorgang)>,
}

impl FileStore {
    /// Opens or makes the file in a folder. A last line that was not written to its end was never confirmed to anybody
    /// and is taken away.
    ///
    /// # Errors
    /// If the folder cannot be used, another process uses it, or a line in the middle is damaged.
    pub fn open(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let lock = OpenOptions::new().create(true).append(true).open(folder.join(LOCK))?;
        lock.try_lock().map_err(|_| io::Error::other("another process uses this folder"))?;
        let (file, index) = open(&folder.join(FILE))?;
        sync_folder(folder)?;
        let inner = Inner { file, index, _lock: lock };
        Ok(Self { inner: Arc::new(Mutex::new(inner)), folder: Arc::new(folder.to_owned()) })
    }

    /// Stores an application.
    ///
    /// # Errors
    /// As [`Store::put`].
    pub fn put(&self, antrag: Antrag) -> Result<Vorgang, Problem> {
        let digest = antrag.digest();
        let mut inner = self.inner.lock();
        if let Some((known, vorgang)) = inner.index.known.get(&antrag.transaction_id) {
            return if *known == digest { Ok(vorgang.clone()) } else { Err(Problem::OtherContent) };
        }
        let now = OffsetDateTime::now_utc();
        let number = inner.index.last + 1;
        let vorgang = Vorgang {
            vorgang_id: uuid::Uuid::now_v7().to_string(),
            vorgang_nummer: format!("V-{}-{number:06}", now.year()),
            status: "eingegangen".to_owned(),
            status_since: now.format(&Rfc3339).map_err(|_| Problem::Store)?,
        };
        let line = Line { number, digest, vorgang, antrag };
        let mut bytes = serde_json::to_vec(&line).map_err(|_| Problem::Store)?;
        bytes.push(b'\n');
        let end = inner.index.len + bytes.len() as u64;
        if end > MAX_FILE {
            return Err(Problem::Store);
        }
        let begin = inner.index.len;
        let written = inner.file.write_all(&bytes).and_then(|()| inner.file.sync_data());
        if let Err(error) = written {
            eprintln!("{FILE}: {error}");
            // Half a line must not stand before the next one.
            if inner.file.set_len(begin).is_err() {
                inner.index.len = MAX_FILE;
            }
            return Err(Problem::Store);
        }
        inner.index.len = end;
        inner.index.last = number;
        inner.index.known.insert(line.antrag.transaction_id, (line.digest, line.vorgang.clone()));
        Ok(line.vorgang)
    }

    /// Whether a number was given.
    pub fn knows(&self, number: &str) -> bool {
        self.inner.lock().index.known.values().any(|(_, vorgang)| vorgang.vorgang_nummer == number)
    }

    /// Length of the file in bytes.
    pub fn len(&self) -> u64 {
        self.inner.lock().index.len
    }

    /// Whether nothing was stored yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The file for reading, and how much of it is confirmed. Lines are only added, so reading needs no lock.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn snapshot(&self) -> io::Result<(File, u64)> {
        let inner = self.inner.lock();
        Ok((File::open(self.folder.join(FILE))?, inner.index.len))
    }

    /// A file beside the real one, for [`FileStore::replace`].
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn fresh(&self) -> io::Result<File> {
        File::create(self.folder.join(NEW))
    }

    /// Puts what was written to [`FileStore::fresh`] in the place of everything that was stored; gives how many there are.
    ///
    /// # Errors
    /// If a line is damaged; then nothing changes.
    pub fn replace(&self) -> io::Result<usize> {
        let new = self.folder.join(NEW);
        let mut inner = self.inner.lock();
        let index = read(&File::open(&new)?, Torn::IsAnError)?;
        let file = OpenOptions::new().append(true).open(&new)?;
        file.sync_all()?;
        std::fs::rename(&new, self.folder.join(FILE))?;
        sync_folder(&self.folder)?;
        inner.file = file;
        inner.index = index;
        Ok(inner.index.known.len())
    }
}

/// Counts the applications of a backup.
///
/// # Errors
/// If it cannot be read or a line is damaged.
pub fn verify(path: &Path) -> io::Result<usize> {
    Ok(read(&File::open(path)?, Torn::IsAnError)?.known.len())
}

/// Makes a rename or a new file last.
///
/// # Errors
/// If the folder cannot be opened.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn open(path: &Path) -> io::Result<(File, Index)> {
    let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
    let index = read(&file, Torn::IsLeftOut)?;
    file.set_len(index.len)?;
    file.sync_all()?;
    file.seek(SeekFrom::End(0))?;
    Ok((file, index))
}

#[derive(Clone, Copy, PartialEq)]
enum Torn {
    IsLeftOut,
    IsAnError,
}

fn read(file: &File, torn: Torn) -> io::Result<Index> {
    let mut index = Index::default();
    let mut reader = BufReader::new(file);
    let mut text = Vec::new();
    loop {
        text.clear();
        let length = reader.read_until(b'\n', &mut text)?;
        if length == 0 {
            return Ok(index);
        }
        if !text.ends_with(b"\n") && torn == Torn::IsLeftOut {
            return Ok(index);
        }
        let line: Option<Line> = text.strip_suffix(b"\n").and_then(|text| serde_json::from_slice(text).ok());
        let line = line.filter(|line| line.number == index.last + 1);
        let Some(line) = line else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("line {} is damaged", index.last + 1)));
        };
        index.len += length as u64;
        index.last = line.number;
        index.known.insert(line.antrag.transaction_id, (line.digest, line.vorgang));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn antrag(id: &str, name: &str) -> Antrag {
        let text = format!(
            r#"{{"control":{{"transactionId":"{id}","leikaIds":["99102013000000"],"name":"{name}"}},"formData":[]}}"#
        );
        Antrag::parse(text.as_bytes(), "").expect("good")
    }

    #[test]
    fn what_was_confirmed_is_there_after_a_restart() {
        let folder = tempfile::tempdir().expect("folder");
        let store = FileStore::open(folder.path()).expect("store");
        let first = store.put(antrag("a", "x")).expect("stored");
        assert!(first.vorgang_nummer.ends_with("-000001"), "{first:?}");
        assert!(FileStore::open(folder.path()).is_err(), "two at a time");
        drop(store);
        let store = FileStore::open(folder.path()).expect("store");
        assert_eq!(store.put(antrag("a", "x")).expect("again"), first, "the same one twice is one");
        assert_eq!(store.put(antrag("a", "y")), Err(Problem::OtherContent));
        assert!(store.put(antrag("b", "x")).expect("stored").vorgang_nummer.ends_with("-000002"));
        assert!(store.knows(&first.vorgang_nummer) && !store.knows("V-2000-000001"));
    }

    #[test]
    fn half_a_line_is_taken_away_and_a_damaged_one_is_told() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join(FILE);
        let store = FileStore::open(folder.path()).expect("store");
        store.put(antrag("a", "x")).expect("stored");
        store.put(antrag("b", "x")).expect("stored");
        drop(store);
        let whole = std::fs::read(&path).expect("file");
        for cut in [1, 20, 200] {
            std::fs::write(&path, &whole[..whole.len() - cut]).expect("file");
            let store = FileStore::open(folder.path()).expect("store");
            assert!(store.put(antrag("c", "x")).expect("stored").vorgang_nummer.ends_with("-000002"), "{cut}");
        }
        std::fs::write(&path, [b"{}\n", whole.as_slice()].concat()).expect("file");
        assert!(FileStore::open(folder.path()).is_err());
    }

    #[test]
    fn a_damaged_backup_replaces_nothing() {
        let folder = tempfile::tempdir().expect("folder");
        let store = FileStore::open(folder.path()).expect("store");
        let first = store.put(antrag("a", "x")).expect("stored");
        let backup = std::fs::read(folder.path().join(FILE)).expect("file");
        store.put(antrag("b", "x")).expect("stored");
        store.fresh().and_then(|mut file| file.write_all(&backup[..backup.len() - 1])).expect("written");
        assert!(store.replace().is_err());
        assert!(store.put(antrag("b", "x")).expect("still there").vorgang_nummer.ends_with("-000002"));
        store.fresh().and_then(|mut file| file.write_all(&backup)).expect("written");
        assert_eq!(store.replace().expect("restored"), 1);
        assert_eq!(store.put(antrag("a", "x")).expect("there"), first);
        assert!(store.put(antrag("c", "x")).expect("stored").vorgang_nummer.ends_with("-000002"));
        drop(store);
        assert!(FileStore::open(folder.path()).expect("store").knows(&first.vorgang_nummer), "restored for good");
    }
}
