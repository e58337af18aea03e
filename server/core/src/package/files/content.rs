//! Where the bytes of a file are: in memory or in a temporary file without a name, which is gone with its last user.

use super::{File, Files, limits};
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

/// Bytes of one file.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Memory(Arc<[u8]>),
    Spilled {
        spill: Spill,
        offset: u64,
    },
    /// Not here: only its facts are known.
    Elsewhere,
}

/// One temporary file for all files of a package; it only grows.
#[derive(Debug, Clone, Default)]
pub(super) struct Spill(Arc<Mutex<Option<Stored>>>);

#[derive(Debug)]
struct Stored {
    file: std::fs::File,
    end: u64,
}

impl Spill {
    /// Appends and says where.
    fn append(&self, bytes: &[u8]) -> io::Result<u64> {
        let mut guard = self.0.lock();
        let stored = match &mut *guard {
            Some(stored) => stored,
            empty => empty.insert(Stored { file: tempfile::tempfile()?, end: 0 }),
        };
        let at = stored.end;
        stored.file.seek(SeekFrom::Start(at))?;
        stored.file.write_all(bytes)?;
        stored.end += bytes.len() as u64;
        Ok(at)
    }

    fn read(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        match &mut *self.0.lock() {
            Some(stored) => {
                stored.file.seek(SeekFrom::Start(offset))?;
                stored.file.read(into)
            }
            None => Ok(0),
        }
    }
}

impl Content {
    pub(super) fn reader(&self, size: u64) -> FileReader {
        FileReader { content: self.clone(), at: 0, size }
    }
}

/// Reads one file of a package.
#[derive(Debug)]
pub struct FileReader {
    content: Content,
    at: u64,
    size: u64,
}

impl Read for FileReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.size - self.at).unwrap_or(usize::MAX);
        let wanted = into.len().min(left);
        let count = match &self.content {
            Content::Memory(bytes) => {
                let mut rest = bytes.get(usize::try_from(self.at).unwrap_or(usize::MAX)..).unwrap_or_default();
                rest.read(&mut into[..wanted])?
            }
            Content::Elsewhere => return Err(io::ErrorKind::NotFound.into()),
            Content::Spilled { .. } if wanted == 0 => 0,
            Content::Spilled { spill, offset } => match spill.read(offset + self.at, &mut into[..wanted])? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => count,
            },
        };
        self.at += count as u64;
        Ok(count)
    }
}

/// Takes one file in, piece by piece.
#[derive(Debug)]
pub struct FileWriter<'a> {
    files: &'a mut Files,
    path: String,
    hash: Sha256,
    size: u64,
    /// The bytes so far, as long as they may stay in memory.
    memory: Option<Vec<u8>>,
    /// Where the bytes in the temporary file begin.
    offset: u64,
}

impl<'a> FileWriter<'a> {
    pub(super) fn new(files: &'a mut Files, path: &str) -> Self {
        let memory = is_text(path).then(Vec::new);
        // Only one writer exists at a time, so what it appends stays together.
        let offset = files.spill.0.lock().as_ref().map_or(0, |s| s.end);
        Self { files, path: path.to_owned(), hash: Sha256::new(), size: 0, memory, offset }
    }

    /// Bytes so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Makes the file part of the package.
    pub fn finish(self) {
        let content = match self.memory {
            Some(bytes) => Content::Memory(bytes.into()),
            None => Content::Spilled { spill: self.files.spill.clone(), offset: self.offset },
        };
        self.files.put(self.path, File { size: self.size, sha256: self.hash.finalize().into(), content });
    }
}

impl Write for FileWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let grown = self.size + bytes.len() as u64;
        let too_large = grown > limits::TEXT || self.files.texts + grown > limits::TEXTS;
        if too_large && let Some(memory) = self.memory.take() {
            self.files.spill.append(&memory)?;
        }
        match &mut self.memory {
            Some(memory) => memory.extend_from_slice(bytes),
            None => {
                self.files.spill.append(bytes)?;
            }
        }
        self.hash.update(bytes);
        self.size = grown;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether the portal may want to read it.
pub(super) fn is_text(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((_, end)) => {
            ["yaml", "yml", "json", "md", "txt", "tpl", "helmignore", "sig", "asc", "pem", "pub", "lock", "toml"]
                .contains(&end)
        }
        None => ["LICENSE", "NOTICE"].contains(&name),
    }
}
