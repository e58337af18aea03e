//! `.tgz` in and out. The tar crate reads headers and blocks; what extends a header (long names, PAX) is read here, since
//! the crate would take it into memory at any size.

use super::{Files, limits, shown};
use flate2::bufread::GzDecoder;
use flate2::{Compression, GzBuilder};
use portal_model::finding::{Finding, Rule};
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::rc::Rc;

/// Counts what goes in and what comes out.
#[derive(Default)]
struct Meter {
    packed: Cell<u64>,
    unpacked: Cell<u64>,
    breach: Cell<Option<Rule>>,
}

impl Meter {
    fn stop(&self, rule: Rule) -> io::Error {
        self.breach.set(Some(rule));
        io::Error::other("limit")
    }
}

/// The archive as it comes.
struct Packed<R>(R, Rc<Meter>);

impl<R: Read> Read for Packed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(into)?;
        self.1.packed.set(self.1.packed.get() + count as u64);
        if self.1.packed.get() > limits::ARCHIVE { Err(self.1.stop(Rule::ArchiveTooLarge)) } else { Ok(count) }
    }
}

/// The archive unpacked.
struct Unpacked<D>(D, Rc<Meter>);

impl<D: Read> Read for Unpacked<D> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(into)?;
        let total = self.1.unpacked.get() + count as u64;
        self.1.unpacked.set(total);
        if total > limits::UNPACKED {
            return Err(self.1.stop(Rule::UnpackedTooLarge));
        }
        if total > limits::RATIO_FROM && total > self.1.packed.get() * limits::RATIO {
            return Err(self.1.stop(Rule::ArchiveRatio));
        }
        Ok(count)
    }
}

/// Why reading ends before the archive does.
enum End {
    /// The archive cannot be read, or a limit of the meter is reached.
    Broken,
    /// A finding says why.
    Told,
}

impl From<io::Error> for End {
    fn from(_: io::Error) -> Self {
        Self::Broken
    }
}

/// Reads an archive.
pub(super) fn read(source: impl Read) -> (Files, Vec<Finding>) {
    let meter = Rc::new(Meter::default());
    let packed = BufReader::with_capacity(32 * 1024, Packed(source, meter.clone()));
    let mut archive = tar::Archive::new(Unpacked(GzDecoder::new(packed), meter.clone()));
    let mut files = Files::default();
    let mut findings = Vec::new();
    let mut ended = match archive.entries() {
        Ok(entries) => take(entries.raw(true), &mut files, &mut findings),
        Err(_) => Err(End::Broken),
    };
    if ended.is_ok() {
        ended = nothing_follows(archive.into_inner(), &mut findings);
    }
    match (meter.breach.get(), ended) {
        (Some(rule), _) => findings.push(match rule {
            Rule::ArchiveTooLarge => Finding::new(rule, "", "").with("max", limits::ARCHIVE),
            Rule::UnpackedTooLarge => Finding::new(rule, "", "").with("max", limits::UNPACKED),
            _ => Finding::new(rule, "", "").with("max", limits::RATIO),
        }),
        (None, Err(End::Broken)) => findings.push(Finding::new(Rule::ArchiveUnreadable, "", "")),
        _ => {}
    }
    (files, findings)
}

/// Zeros up to the end of the stream, whose checksum is compared there, and nothing behind it: other programs would read
/// a second archive that this one does not see.
fn nothing_follows<R: BufRead>(mut unpacked: Unpacked<GzDecoder<R>>, findings: &mut Vec<Finding>) -> Result<(), End> {
    let mut block = [0u8; 8 * 1024];
    let mut empty = true;
    loop {
        match unpacked.read(&mut block)? {
            0 => break,
            count => empty &= block[..count].iter().all(|b| *b == 0),
        }
    }
    if !empty || !unpacked.0.get_mut().fill_buf()?.is_empty() {
        findings.push(Finding::new(Rule::ArchiveTrailing, "", ""));
    }
    Ok(())
}

/// What the headers before an entry say of it.
#[derive(Default)]
struct Extension {
    path: Option<Vec<u8>>,
    size: Option<u64>,
    sparse: bool,
    pax: bool,
}

fn take<R: Read>(entries: tar::Entries<'_, R>, files: &mut Files, findings: &mut Vec<Finding>) -> Result<(), End> {
    let mut next = Extension::default();
    let mut headers = 0;
    for entry in entries {
        let mut entry = entry?;
        let kind = entry.header().entry_type();
        headers += 1;
        if headers > 3 * limits::ENTRIES {
            return Err(too_many(findings));
        }
        if kind.is_gnu_longname() || kind.is_gnu_longlink() || kind.is_pax_local_extensions() {
            let bytes = extension(&mut entry)?;
            next.note(kind, &bytes)?;
            continue;
        }
        if kind.is_pax_global_extensions() {
            let mut general = Extension::default();
            general.note(kind, &extension(&mut entry)?)?;
            // It would apply to every file; `git archive` only leaves a comment there.
            if general.path.is_some() || general.size.is_some() || general.sparse {
                return Err(End::Broken);
            }
            continue;
        }
        let known = std::mem::take(&mut next);
        let bytes = known.path.unwrap_or_else(|| entry.path_bytes().into_owned());
        let path = String::from_utf8_lossy(&bytes).into_owned();
        if files.is_full() {
            return Err(too_many(findings));
        }
        if kind.is_dir() {
            files.folders += 1;
        } else if !kind.is_file() || known.sparse {
            files.folders += 1;
            findings.push(Finding::new(Rule::NotAFile, shown(&path), ""));
        } else if known.size.is_some() && known.size != entry.header().entry_size().ok() {
            // Programs disagree on which of the two sizes counts, so it would be another package for each.
            return Err(End::Broken);
        } else if entry.header().entry_size().is_ok_and(|size| size > limits::FILE) {
            files.folders += 1;
            findings.push(Finding::new(Rule::FileTooLarge, shown(&path), "").with("max", limits::FILE));
        } else {
            let before = files.content.len();
            files.add(&path, &mut entry, findings)?;
            // What is refused counts too.
            files.folders += 1 - (files.content.len() - before);
        }
    }
    // A header for a file that never comes.
    if next.pax || next.path.is_some() { Err(End::Broken) } else { Ok(()) }
}

fn too_many(findings: &mut Vec<Finding>) -> End {
    findings.push(Finding::new(Rule::TooManyFiles, "", "").with("max", limits::ENTRIES));
    End::Told
}

fn extension(entry: &mut impl Read) -> Result<Vec<u8>, End> {
    let mut bytes = Vec::new();
    entry.by_ref().take(limits::EXTENSION + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limits::EXTENSION { Err(End::Broken) } else { Ok(bytes) }
}

impl Extension {
    /// Takes note of one header; two that speak of the same are contradictory.
    fn note(&mut self, kind: tar::EntryType, bytes: &[u8]) -> Result<(), End> {
        if kind.is_gnu_longlink() {
            return Ok(());
        }
        if kind.is_gnu_longname() {
            let name = bytes.strip_suffix(b"\0").unwrap_or(bytes);
            return self.named(name);
        }
        if std::mem::replace(&mut self.pax, true) {
            return Err(End::Broken);
        }
        for record in tar::PaxExtensions::new(bytes) {
            let record = record?;
            match record.key_bytes() {
                b"path" => self.named(record.value_bytes())?,
                b"size" => {
                    let text = record.value().map_err(|_| End::Broken)?;
                    self.size = Some(text.parse().map_err(|_| End::Broken)?);
                }
                key if key.starts_with(b"GNU.sparse") => self.sparse = true,
                _ => {}
            }
        }
        Ok(())
    }

    fn named(&mut self, name: &[u8]) -> Result<(), End> {
        match self.path.replace(name.to_owned()) {
            None => Ok(()),
            Some(_) => Err(End::Broken),
        }
    }
}

/// Packs files: plain headers in the order of the paths, without times and owners.
pub(super) fn write<W: Write>(files: &Files, target: W) -> io::Result<W> {
    let encoder = GzBuilder::new().mtime(0).operating_system(255).write(target, Compression::best());
    let mut builder = tar::Builder::new(encoder);
    for file in files.iter() {
        let mut header = tar::Header::new_ustar();
        header.set_path(file.path)?;
        header.set_size(file.size);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        header.set_entry_type(tar::EntryType::Regular);
        header.set_cksum();
        let content = files.open(file.path).ok_or(io::ErrorKind::NotFound)?;
        builder.append(&header, content)?;
    }
    builder.into_inner()?.finish()
}

#[cfg(test)]
mod tests {
    use super::super::tests::Repeat;
    use super::*;

    #[test]
    fn what_comes_and_what_comes_out_is_counted() {
        let meter = Rc::new(Meter::default());
        assert!(io::copy(&mut Packed(Repeat(0, u64::MAX), meter.clone()), &mut io::sink()).is_err());
        assert_eq!(meter.breach.get(), Some(Rule::ArchiveTooLarge));
        assert!(meter.packed.get() < limits::ARCHIVE + 1024 * 1024);

        let meter = Rc::new(Meter::default());
        meter.packed.set(limits::ARCHIVE);
        assert!(io::copy(&mut Unpacked(Repeat(0, u64::MAX), meter.clone()), &mut io::sink()).is_err());
        assert_eq!(meter.breach.get(), Some(Rule::UnpackedTooLarge));

        let meter = Rc::new(Meter::default());
        meter.packed.set(1_000);
        let fits = limits::RATIO_FROM;
        assert!(io::copy(&mut Unpacked(Repeat(0, fits), meter.clone()), &mut io::sink()).is_ok());
        assert!(io::copy(&mut Unpacked(Repeat(0, 1), meter.clone()), &mut io::sink()).is_err());
        assert_eq!(meter.breach.get(), Some(Rule::ArchiveRatio));
    }
}
