//! Vendored charts that come as `.tgz` are unpacked when the package is read, so that every look at a chart sees all of
//! it, and so that the limits of a package hold for what is in its archives too.

use super::chart::FOLDER;
use super::{FileReader, Files, limits};
use portal_model::finding::{Finding, Rule};
use std::io::Read;

/// Archives within archives.
const MAX_DEPTH: usize = 3;

/// The files below `chart/`, by path within it, with every `charts/….tgz` replaced by what it holds.
pub(super) fn unpacked(files: &Files, findings: &mut Vec<Finding>) -> Files {
    let mut unpacking = Unpacking { out: Files::default(), bytes: 0, entries: 0, full: false, findings };
    for path in files.paths().filter(|path| path.starts_with(FOLDER)) {
        unpacking.file(files, path, &path[FOLDER.len()..], 0);
    }
    unpacking.out
}

struct Unpacking<'a> {
    out: Files,
    bytes: u64,
    entries: usize,
    full: bool,
    findings: &'a mut Vec<Finding>,
}

impl Unpacking<'_> {
    /// Takes a file by its name in `files` under its path in the chart. What cannot be read is damaged beyond a finding of
    /// its own: the package would not have been read either.
    fn file(&mut self, files: &Files, name: &str, path: &str, depth: usize) {
        let Some(reader) = files.open(name) else { return };
        match vendored(path) {
            Some(folder) => self.archive(path, folder, reader, depth),
            None => self.plain(path, reader),
        }
    }

    fn plain(&mut self, path: &str, reader: FileReader) {
        let mut content = Vec::new();
        if reader.take(limits::TEXT + 1).read_to_end(&mut content).is_err() || content.len() as u64 > limits::TEXT {
            let finding = Finding::new(Rule::FileTooLarge, format!("{FOLDER}{path}"), "");
            self.findings.push(finding.with("max", limits::TEXT));
            return;
        }
        self.entries += 1;
        self.bytes += content.len() as u64;
        if self.full {
            return;
        }
        if self.entries > limits::ENTRIES || self.bytes > limits::UNPACKED {
            self.full = true;
            let finding = Finding::new(Rule::ArchiveTooLarge, format!("{FOLDER}charts/"), "");
            self.findings.push(finding.with("max", limits::UNPACKED));
        } else if self.out.facts(path).is_some() {
            self.findings.push(Finding::new(Rule::FileTwice, format!("{FOLDER}{path}"), ""));
        } else {
            self.out.insert(path, content);
        }
    }

    fn archive(&mut self, path: &str, folder: &str, content: FileReader, depth: usize) {
        if depth >= MAX_DEPTH {
            self.findings.push(Finding::new(Rule::ChartNested, format!("{FOLDER}{path}"), ""));
            return;
        }
        let (inner, found) = Files::from_tgz(content);
        for mut finding in found {
            // A packed chart has been filtered by it already.
            if finding.file.ends_with("/.helmignore") && finding.is(Rule::PathForbidden) {
                continue;
            }
            let within = std::mem::take(&mut finding.file);
            finding.file = format!("{FOLDER}{path}");
            finding.key = within;
            self.findings.push(finding);
        }
        for name in inner.paths() {
            if self.full {
                return;
            }
            self.file(&inner, name, &format!("{folder}{name}"), depth + 1);
        }
    }
}

/// For an archive directly below a `charts/`, that folder.
fn vendored(path: &str) -> Option<&str> {
    let (folder, name) = path.split_at(path.rfind('/')? + 1);
    (name.ends_with(".tgz") && (folder == "charts/" || folder.ends_with("/charts/"))).then_some(folder)
}
