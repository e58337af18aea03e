//! Files of a package: from a `.tgz` or a directory, back into a deterministic `.tgz`, and their digest. All limits are
//! counted, none is timed. Text that the portal reads stays in memory; everything else lies in a temporary file, so that
//! a package of any size costs little memory.

mod archive;
mod content;
#[cfg(test)]
mod tests;

pub use content::{FileReader, FileWriter};

use content::{Content, Spill};
use portal_model::finding::{Finding, Rule};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

/// What a package may hold.
pub mod limits {
    /// Bytes of the archive.
    pub const ARCHIVE: u64 = 100 * 1024 * 1024;
    /// Bytes of the unpacked archive with its headers.
    pub const UNPACKED: u64 = 400 * 1024 * 1024;
    /// Most unpacked bytes for one byte of the archive; a bomb reaches a thousand.
    pub const RATIO: u64 = 100;
    /// Unpacked bytes up to which the ratio does not matter.
    pub const RATIO_FROM: u64 = 8 * 1024 * 1024;
    /// Bytes of one file.
    pub const FILE: u64 = 100 * 1024 * 1024;
    /// Bytes of a text that the portal reads.
    pub const TEXT: u64 = 8 * 1024 * 1024;
    /// Bytes of all texts together.
    pub const TEXTS: u64 = 32 * 1024 * 1024;
    /// Entries, folders included.
    pub const ENTRIES: usize = 2_000;
    /// Folders in a path: a chart with charts of its own fits.
    pub const DEPTH: usize = 8;
    /// Characters of a path; with [`NAME`] every path fits into a plain tar header.
    pub const PATH: usize = 150;
    /// Characters of one name in a path.
    pub const NAME: usize = 99;
    /// Bytes of a header that extends another (long names, PAX).
    pub const EXTENSION: u64 = 64 * 1024;
}

/// Content by path, sorted.
#[derive(Default)]
pub struct Files {
    content: BTreeMap<String, File>,
    /// Paths of files in lower case, and of the folders above them with a slash at the end.
    taken: BTreeSet<String>,
    folders: usize,
    spill: Spill,
    /// Bytes kept in memory.
    texts: u64,
}

/// One file: what the index says of it, and where its bytes are.
#[derive(Debug, Clone)]
struct File {
    size: u64,
    sha256: [u8; 32],
    content: Content,
}

/// A file of a package, without its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileFacts<'a> {
    /// Path.
    pub path: &'a str,
    /// Bytes.
    pub size: u64,
    /// SHA-256.
    pub sha256: [u8; 32],
}

impl Files {
    /// Unpacks an archive from any source. What is wrong with it is a finding; what was read before it is there.
    pub fn from_tgz(source: impl std::io::Read) -> (Self, Vec<Finding>) {
        archive::read(source)
    }

    /// Reads a directory. Symbolic links are not followed.
    pub fn from_dir(root: &Path) -> (Self, Vec<Finding>) {
        let mut files = Self::default();
        let mut findings = Vec::new();
        if files.walk(root, "", 0, &mut findings).is_err() && findings.is_empty() {
            findings.push(Finding::new(Rule::ArchiveUnreadable, "", ""));
        }
        (files, findings)
    }

    fn walk(&mut self, folder: &Path, prefix: &str, depth: usize, findings: &mut Vec<Finding>) -> std::io::Result<()> {
        let mut entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            let path = format!("{prefix}{}", name.to_string_lossy());
            let kind = entry.metadata()?;
            if self.is_full() {
                findings.push(Finding::new(Rule::TooManyFiles, "", "").with("max", limits::ENTRIES));
                return Ok(());
            }
            if kind.is_dir() {
                self.folders += 1;
                if depth < limits::DEPTH {
                    self.walk(&entry.path(), &format!("{path}/"), depth + 1, findings)?;
                } else {
                    findings.push(too_deep(&path));
                }
            } else if kind.is_file() {
                self.add(&path, &mut std::fs::File::open(entry.path())?, findings)?;
            } else {
                findings.push(Finding::new(Rule::NotAFile, shown(&path), ""));
            }
        }
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.content.len() + self.folders >= limits::ENTRIES
    }

    /// Takes a file of a stranger in, unless its path or its size forbids it. An error is one of the source.
    fn add(&mut self, path: &str, source: &mut dyn std::io::Read, findings: &mut Vec<Finding>) -> std::io::Result<()> {
        let path = path.strip_prefix("./").unwrap_or(path);
        if let Some(finding) = self.objection(path) {
            findings.push(finding);
            return Ok(());
        }
        let mut writer = self.writer(path);
        let mut block = [0u8; 16 * 1024];
        loop {
            let count = match source.read(&mut block) {
                Ok(0) => break,
                Ok(count) => count,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            if writer.size() + count as u64 > limits::FILE {
                findings.push(Finding::new(Rule::FileTooLarge, path, "").with("max", limits::FILE));
                return Ok(());
            }
            if writer.write_all(&block[..count]).is_err() {
                findings.push(Finding::new(Rule::SpaceMissing, path, ""));
                return Ok(());
            }
        }
        writer.finish();
        Ok(())
    }

    /// What speaks against a path.
    fn objection(&self, path: &str) -> Option<Finding> {
        let names: Vec<&str> = path.split('/').collect();
        if path.len() > limits::PATH || names.len() > limits::DEPTH + 1 || names.iter().any(|n| n.len() > limits::NAME)
        {
            return Some(too_deep(path));
        }
        let helmignore = path.starts_with("chart/") && path.ends_with("/.helmignore");
        let plain = names.iter().enumerate().all(|(i, n)| is_plain_name(n) || (helmignore && i + 1 == names.len()));
        if !plain {
            return Some(Finding::new(Rule::PathForbidden, shown(path), ""));
        }
        // Some file systems do not tell cases apart, and a name is either a file or a folder.
        let folded = path.to_ascii_lowercase();
        let under_file = folded.match_indices('/').any(|(i, _)| self.taken.contains(&folded[..i]));
        let twice = under_file || self.taken.contains(&folded) || self.taken.contains(&format!("{folded}/"));
        twice.then(|| Finding::new(Rule::FileTwice, path, ""))
    }

    /// Begins a file whose bytes come piece by piece; the file is there once the writer is finished. Replaces one of the
    /// same path. Neither path nor size are checked: this is for content that was accepted before.
    pub fn writer(&mut self, path: &str) -> FileWriter<'_> {
        FileWriter::new(self, path)
    }

    fn put(&mut self, path: String, file: File) {
        let folded = path.to_ascii_lowercase();
        self.taken.extend(folded.match_indices('/').map(|(i, _)| folded[..=i].to_owned()));
        self.taken.insert(folded);
        if let Content::Memory(bytes) = &file.content {
            self.texts += bytes.len() as u64;
        }
        self.content.insert(path, file);
    }

    /// Whether the portal itself reads a file of this path: texts, and whatever belongs to a chart.
    pub fn is_read(path: &str) -> bool {
        content::is_text(path) || path.starts_with("chart/")
    }

    /// Adds a file of which only the facts are here: [`Files::open`] gives nothing.
    pub fn mention(&mut self, path: &str, size: u64, sha256: [u8; 32]) {
        self.put(path.to_owned(), File { size, sha256, content: Content::Elsewhere });
    }

    /// Bytes that are kept in memory.
    pub fn in_memory(&self) -> u64 {
        self.texts
    }

    /// Adds or replaces a file in memory.
    pub fn insert(&mut self, path: impl Into<String>, content: impl Into<Vec<u8>>) {
        let bytes = content.into();
        let (size, sha256) = (bytes.len() as u64, Sha256::digest(&bytes).into());
        self.put(path.into(), File { size, sha256, content: Content::Memory(bytes.into()) });
    }

    /// Removes a file; whether it was there.
    pub fn remove(&mut self, path: &str) -> bool {
        self.taken.remove(&path.to_ascii_lowercase());
        self.content.remove(path).is_some()
    }

    /// The content of a text in memory. `None` if there is no such file, or if it lies in the temporary file because it
    /// is not a text that the portal reads or is too large for one: then [`Files::open`] reads it.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        match &self.content.get(path)?.content {
            Content::Memory(bytes) => Some(bytes),
            Content::Spilled { .. } | Content::Elsewhere => None,
        }
    }

    /// Opens any file for reading, unless only its facts are here.
    pub fn open(&self, path: &str) -> Option<FileReader> {
        let file = self.content.get(path)?;
        (!matches!(file.content, Content::Elsewhere)).then(|| file.content.reader(file.size))
    }

    /// Facts of one file.
    pub fn facts(&self, path: &str) -> Option<FileFacts<'_>> {
        let (path, file) = self.content.get_key_value(path)?;
        Some(FileFacts { path, size: file.size, sha256: file.sha256 })
    }

    /// Facts of all files, in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = FileFacts<'_>> {
        self.content.iter().map(|(path, file)| FileFacts { path, size: file.size, sha256: file.sha256 })
    }

    /// Paths in their order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.content.keys().map(String::as_str)
    }

    /// Texts below a folder, as (path, content).
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.paths().filter(move |path| path.starts_with(folder)).filter_map(|path| Some((path, self.get(path)?)))
    }

    /// The sorted lines `sha256 size path`, each with a line feed. Their SHA-256 is the digest of the package.
    pub fn index(&self) -> String {
        let line = |f: FileFacts<'_>| format!("{} {} {}\n", hex::encode(f.sha256), f.size, f.path);
        let mut lines: Vec<String> = self.iter().map(line).collect();
        lines.sort();
        lines.concat()
    }

    /// SHA-256 over the index, hex.
    pub fn digest(&self) -> String {
        hex::encode(Sha256::digest(self.index()))
    }

    /// Packs the files: the same files give the same bytes.
    ///
    /// # Errors
    /// Those of the writer and of the temporary file.
    pub fn to_tgz<W: Write>(&self, target: W) -> std::io::Result<W> {
        archive::write(self, target)
    }
}

/// A copy shares the bytes and writes new ones into a temporary file of its own.
impl Clone for Files {
    fn clone(&self) -> Self {
        let spill = Spill::default();
        Self { content: self.content.clone(), taken: self.taken.clone(), spill, ..*self }
    }
}

/// The same files: what is equal in the index is equal.
impl PartialEq for Files {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Files {}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.index())
    }
}

fn too_deep(path: &str) -> Finding {
    Finding::new(Rule::PathTooDeep, shown(path), "").with("max", limits::PATH).with("depth", limits::DEPTH)
}

/// Letters, digits, dot, hyphen, underscore; not hidden, not a step up.
fn is_plain_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

/// A path of a stranger, cut and without control characters.
fn shown(path: &str) -> String {
    path.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(120).collect()
}
