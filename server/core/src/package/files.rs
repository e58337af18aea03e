//! Files of a package: from a `.tgz` or a directory, back into a deterministic `.tgz`, and their digest. All limits are
//! counted, none is timed.

use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};
use portal_model::finding::{Finding, Rule};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::Path;

/// What a package may hold.
pub mod limits {
    /// Bytes of the archive.
    pub const ARCHIVE: u64 = 20 * 1024 * 1024;
    /// Bytes of the unpacked archive with its headers.
    pub const UNPACKED: u64 = 64 * 1024 * 1024;
    /// Bytes of one file.
    pub const FILE: u64 = 8 * 1024 * 1024;
    /// Entries, folders included.
    pub const ENTRIES: usize = 500;
    /// Folders in a path.
    pub const DEPTH: usize = 5;
    /// Characters of a path; every path fits into a plain tar header.
    pub const PATH: usize = 99;
}

/// Content by path, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    content: BTreeMap<String, Vec<u8>>,
    folders: usize,
}

impl Files {
    /// Unpacks an archive into memory.
    pub fn from_tgz(bytes: &[u8]) -> (Self, Vec<Finding>) {
        let mut files = Self::default();
        let too_large = |rule, max: u64| Finding::new(rule, "", "").with("max", max);
        if bytes.len() as u64 > limits::ARCHIVE {
            return (files, vec![too_large(Rule::ArchiveTooLarge, limits::ARCHIVE)]);
        }
        let mut findings = Vec::new();
        let mut archive = tar::Archive::new(GzDecoder::new(Cursor::new(bytes)).take(limits::UNPACKED));
        let complete = match archive.entries() {
            Ok(entries) => files.unpack(entries, &mut findings),
            Err(_) => false,
        };
        // A reader that is used up was cut at the limit.
        if archive.into_inner().limit() == 0 {
            findings.push(too_large(Rule::ArchiveTooLarge, limits::UNPACKED));
        } else if !complete && findings.is_empty() {
            findings.push(Finding::new(Rule::ArchiveUnreadable, "", ""));
        }
        (files, findings)
    }

    /// Takes entries until one stops it; false if the archive is broken or was left early.
    fn unpack<R: Read>(&mut self, entries: tar::Entries<'_, R>, findings: &mut Vec<Finding>) -> bool {
        for entry in entries {
            let Ok(mut entry) = entry else { return false };
            let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let kind = entry.header().entry_type();
            if kind.is_dir() {
                self.folders += 1;
            } else if !kind.is_file() {
                findings.push(Finding::new(Rule::NotAFile, shown(&path), ""));
                continue;
            }
            if self.is_full() {
                findings.push(Finding::new(Rule::TooManyFiles, "", "").with("max", limits::ENTRIES));
                return false;
            }
            if kind.is_dir() {
                continue;
            }
            let mut content = Vec::new();
            if entry.by_ref().take(limits::FILE + 1).read_to_end(&mut content).is_err() {
                return false;
            }
            self.add(&path, content, findings);
        }
        true
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
                let mut content = Vec::new();
                std::fs::File::open(entry.path())?.take(limits::FILE + 1).read_to_end(&mut content)?;
                self.add(&path, content, findings);
            } else {
                findings.push(Finding::new(Rule::NotAFile, shown(&path), ""));
            }
        }
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.content.len() + self.folders >= limits::ENTRIES
    }

    fn add(&mut self, path: &str, content: Vec<u8>, findings: &mut Vec<Finding>) {
        let path = path.strip_prefix("./").unwrap_or(path);
        if path.len() > limits::PATH || path.split('/').count() > limits::DEPTH + 1 {
            findings.push(too_deep(path));
        } else if !path.split('/').all(is_plain_name) {
            findings.push(Finding::new(Rule::PathForbidden, shown(path), ""));
        } else if content.len() as u64 > limits::FILE {
            findings.push(Finding::new(Rule::FileTooLarge, path, "").with("max", limits::FILE));
        } else if self.content.insert(path.to_owned(), content).is_some() {
            findings.push(Finding::new(Rule::FileTwice, path, ""));
        }
    }

    /// Adds or replaces a file.
    pub fn insert(&mut self, path: impl Into<String>, content: impl Into<Vec<u8>>) {
        self.content.insert(path.into(), content.into());
    }

    /// Removes a file.
    pub fn remove(&mut self, path: &str) -> Option<Vec<u8>> {
        self.content.remove(path)
    }

    /// The content of a file.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.content.get(path).map(Vec::as_slice)
    }

    /// Paths in their order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.content.keys().map(String::as_str)
    }

    /// Files below a folder, as (path, content).
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.content.iter().filter(move |(path, _)| path.starts_with(folder)).map(|(p, c)| (p.as_str(), c.as_slice()))
    }

    /// SHA-256 over the sorted lines `sha256 size path`, each with a line feed; hex.
    pub fn digest(&self) -> String {
        let mut lines: Vec<String> = self
            .content
            .iter()
            .map(|(path, content)| format!("{} {} {path}\n", hex::encode(Sha256::digest(content)), content.len()))
            .collect();
        lines.sort();
        hex::encode(Sha256::digest(lines.concat()))
    }

    /// Packs the files: the same files give the same bytes.
    ///
    /// # Errors
    /// Only if a file is larger than a tar header can say.
    pub fn to_tgz(&self) -> std::io::Result<Vec<u8>> {
        let encoder = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
        let mut builder = tar::Builder::new(encoder);
        for (path, content) in &self.content {
            let mut header = tar::Header::new_ustar();
            header.set_path(path)?;
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            header.set_mtime(0);
            header.set_uid(0);
            header.set_gid(0);
            header.set_entry_type(tar::EntryType::Regular);
            header.set_cksum();
            builder.append(&header, content.as_slice())?;
        }
        builder.into_inner()?.finish()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Files {
        let mut files = Files::default();
        files.insert("b.txt", "b");
        files.insert("a/x.yaml", "x: 1\n");
        files
    }

    #[test]
    fn packs_deterministically_and_reads_back() {
        let tgz = sample().to_tgz().unwrap();
        assert_eq!(tgz, sample().to_tgz().unwrap());
        let (back, findings) = Files::from_tgz(&tgz);
        assert_eq!((back.clone(), findings), (sample(), vec![]));
        assert_eq!(back.digest(), sample().digest());
        assert_eq!(sample().digest(), "e23acf68b8b95ca25300b5ef436cffccc1c33c08bb12282091a023c902ee1c28");
    }

    fn tar_with(path: &str, kind: tar::EntryType) -> Vec<u8> {
        let mut builder = tar::Builder::new(GzBuilder::new().write(Vec::new(), Compression::fast()));
        let mut header = tar::Header::new_ustar();
        // Written directly, since the crate refuses bad paths.
        header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
        header.set_entry_type(kind);
        header.set_size(0);
        header.set_cksum();
        builder.append(&header, std::io::empty()).unwrap();
        builder.into_inner().unwrap().finish().unwrap()
    }

    #[test]
    fn refuses_what_leads_out_of_the_package() {
        for path in ["../x", "/etc/passwd", "a/../../x", "a//b", "a\\b", ".hidden", "a/./b"] {
            let (files, findings) = Files::from_tgz(&tar_with(path, tar::EntryType::Regular));
            assert!(findings.iter().any(|f| f.is(Rule::PathForbidden)), "{path}: {findings:?}");
            assert_eq!(files.paths().count(), 0, "{path}");
        }
        for kind in [tar::EntryType::Symlink, tar::EntryType::Link, tar::EntryType::Char, tar::EntryType::Fifo] {
            let (_, findings) = Files::from_tgz(&tar_with("x", kind));
            assert!(findings.iter().any(|f| f.is(Rule::NotAFile)), "{kind:?}");
        }
        let (_, findings) = Files::from_tgz(&tar_with("a/b/c/d/e/f/g", tar::EntryType::Regular));
        assert!(findings.iter().any(|f| f.is(Rule::PathTooDeep)));
    }

    #[test]
    fn counts_bytes_and_entries() {
        let mut files = Files::default();
        files.insert("big", vec![0u8; usize::try_from(limits::FILE).unwrap() + 1]);
        let (_, findings) = Files::from_tgz(&files.to_tgz().unwrap());
        assert!(findings.iter().any(|f| f.is(Rule::FileTooLarge)));

        let mut bomb = Files::default();
        for i in 0..9 {
            bomb.insert(format!("f{i}"), vec![0u8; usize::try_from(limits::FILE).unwrap()]);
        }
        let (_, findings) = Files::from_tgz(&bomb.to_tgz().unwrap());
        assert!(findings.iter().any(|f| f.is(Rule::ArchiveTooLarge)), "{findings:?}");

        let mut many = Files::default();
        for i in 0..=limits::ENTRIES {
            many.insert(format!("f{i}"), "");
        }
        let (_, findings) = Files::from_tgz(&many.to_tgz().unwrap());
        assert!(findings.iter().any(|f| f.is(Rule::TooManyFiles)));
    }

    #[test]
    fn broken_archives_are_findings() {
        for bytes in [&b""[..], b"not an archive", &sample().to_tgz().unwrap()[..40]] {
            let (_, findings) = Files::from_tgz(bytes);
            assert!(!findings.is_empty());
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_in_a_directory_are_not_followed() {
        let folder = std::env::temp_dir().join(format!("package-links-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", folder.join("link")).unwrap();
        let (files, findings) = Files::from_dir(&folder);
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(files.paths().count(), 0);
        assert!(findings.iter().any(|f| f.is(Rule::NotAFile)));
    }
}
