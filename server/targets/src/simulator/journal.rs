//! Durability: a snapshot, an append-only log of changes that is replayed at the start, and the ledger file.
//!
//! A change and its effect are one line, so a kill can't part them. The line is written before the request is answered.
//! The ledger file holds the same effects once more for people and tests; a line that it lacks after a kill is added at
//! the next start. Files are flushed to the system, not to the disk: this survives `kill -9`, not a power cut, which is
//! enough for a simulation.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ledger::Effect;

/// One line of the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Change {
    /// resourceVersion that this change made.
    pub rv: u64,
    /// Kind, as `deployments.apps`.
    pub kind: String,
    /// Namespace, empty if there is none.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// The object after the change; without it, it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<Value>,
    /// What a client did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// What containers of this pod printed, by container.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logs: Option<BTreeMap<String, Vec<String>>>,
}

/// The state at one moment.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Snapshot {
    /// Last resourceVersion.
    pub rv: u64,
    /// Every object as a change that made it.
    pub objects: Vec<Change>,
}

/// The files of one cluster.
#[derive(Debug)]
pub(super) struct Journal {
    dir: PathBuf,
    changes: File,
    ledger: File,
    /// Lines in the log since the last snapshot.
    pub lines: usize,
}

/// What the files held.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub snapshot: Snapshot,
    pub changes: Vec<Change>,
    pub ledger: Vec<Effect>,
}

impl Journal {
    /// Opens the files, reads them, and repairs what a kill left half-written.
    pub fn open(dir: &Path) -> io::Result<(Self, Loaded)> {
        fs::create_dir_all(dir)?;
        let mut loaded = Loaded::default();
        match fs::read(dir.join("snapshot.json")) {
            Ok(bytes) => loaded.snapshot = serde_json::from_slice(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let all: Vec<Change> = read_lines(&dir.join("changes.jsonl"))?;
        // A kill between writing a snapshot and emptying the log leaves changes that the snapshot already has.
        let known = loaded.snapshot.rv;
        loaded.changes = all.iter().filter(|change| change.rv > known).cloned().collect();
        loaded.ledger = read_lines(&dir.join("ledger.jsonl"))?;
        let append = |name: &str| OpenOptions::new().create(true).append(true).open(dir.join(name));
        let mut journal = Self {
            dir: dir.to_owned(),
            changes: append("changes.jsonl")?,
            ledger: append("ledger.jsonl")?,
            lines: all.len(),
        };
        let last = loaded.ledger.last().map_or(0, |effect| effect.sequence);
        for effect in all.into_iter().filter_map(|change| change.effect).filter(|effect| effect.sequence > last) {
            write_line(&mut journal.ledger, &effect)?;
            loaded.ledger.push(effect);
        }
        Ok((journal, loaded))
    }

    /// Writes one change and its effect.
    pub fn append(&mut self, change: &Change) -> io::Result<()> {
        write_line(&mut self.changes, change)?;
        if let Some(effect) = &change.effect {
            write_line(&mut self.ledger, effect)?;
        }
        self.lines += 1;
        Ok(())
    }

    /// Replaces the log by a snapshot.
    pub fn compact(&mut self, snapshot: &Snapshot) -> io::Result<()> {
        let (next, path) = (self.dir.join("snapshot.json.next"), self.dir.join("snapshot.json"));
        fs::write(&next, serde_json::to_vec(snapshot)?)?;
        fs::rename(&next, &path)?;
        self.changes.set_len(0)?;
        self.lines = 0;
        Ok(())
    }

    /// Empties the ledger.
    pub fn clear_ledger(&mut self) -> io::Result<()> {
        self.ledger.set_len(0)
    }
}

fn write_line<T: Serialize>(file: &mut File, value: &T) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    file.write_all(&line)
}

/// Reads JSON lines; cuts off a last line that a kill left without its end.
fn read_lines<T: for<'de> Deserialize<'de>>(path: &Path) -> io::Result<Vec<T>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    if whole < bytes.len() {
        OpenOptions::new().write(true).open(path)?.set_len(whole as u64)?;
    }
    bytes[..whole]
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).map_err(io::Error::from))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(rv: u64) -> Change {
        let object = Some(serde_json::json!({"rv": rv}));
        Change {
            rv,
            kind: "configmaps".into(),
            namespace: "n".into(),
            name: format!("c{rv}"),
            object,
            effect: None,
            logs: None,
        }
    }

    #[test]
    fn a_torn_last_line_is_cut_off_and_a_snapshot_hides_older_changes() {
        let dir = tempfile::tempdir().expect("temp dir");
        let (mut journal, _) = Journal::open(dir.path()).expect("open");
        for rv in 1..=3 {
            journal.append(&change(rv)).expect("append");
        }
        drop(journal);
        let path = dir.path().join("changes.jsonl");
        let mut bytes = fs::read(&path).expect("read");
        bytes.truncate(bytes.len() - 5);
        fs::write(&path, bytes).expect("write");
        let (mut journal, loaded) = Journal::open(dir.path()).expect("open");
        assert_eq!(loaded.changes.iter().map(|change| change.rv).collect::<Vec<_>>(), [1, 2]);
        journal.append(&change(4)).expect("append");
        fs::write(dir.path().join("snapshot.json"), br#"{"rv":2,"objects":[]}"#).expect("write");
        let (_, loaded) = Journal::open(dir.path()).expect("open");
        assert_eq!(loaded.changes.iter().map(|change| change.rv).collect::<Vec<_>>(), [4]);
    }
}
