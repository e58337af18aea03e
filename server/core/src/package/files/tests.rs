//! Archives of strangers: limits, tricks, and what must come back as it was.

use super::*;
use flate2::{Compression, GzBuilder};
use std::io::Read;
use tar::{EntryType, Header};

fn sample() -> Files {
    let mut files = Files::default();
    files.insert("b.txt", "b");
    files.insert("a/x.yaml", "x: 1\n");
    files
}

/// An archive from headers and contents, which need not fit together.
fn archive(entries: &[(Header, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (header, content) in entries {
        out.extend_from_slice(header.as_bytes());
        out.extend_from_slice(content);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len() + 1024, 0);
    out
}

fn header(path: &[u8], kind: EntryType, size: u64) -> Header {
    let mut header = Header::new_ustar();
    // Written directly, since the crate refuses bad paths.
    header.as_mut_bytes()[..path.len()].copy_from_slice(path);
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_cksum();
    header
}

fn zip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzBuilder::new().write(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn read(entries: &[(Header, &[u8])]) -> (Files, Vec<Finding>) {
    Files::from_tgz(zip(&archive(entries)).as_slice())
}

fn is(findings: &[Finding], rule: Rule) -> bool {
    findings.iter().any(|f| f.is(rule))
}

/// Gives the same bytes again and again, up to a length.
pub(super) struct Repeat(pub u8, pub u64);

impl Read for Repeat {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = into.len().min(usize::try_from(self.1).unwrap());
        into[..count].fill(self.0);
        self.1 -= count as u64;
        Ok(count)
    }
}

#[test]
fn packs_deterministically_and_reads_back() {
    let tgz = sample().to_tgz(Vec::new()).unwrap();
    assert_eq!(tgz, sample().to_tgz(Vec::new()).unwrap());
    let (back, findings) = Files::from_tgz(tgz.as_slice());
    assert_eq!((back.clone(), findings), (sample(), vec![]));
    assert_eq!(back.digest(), sample().digest());
    assert_eq!(sample().digest(), "e23acf68b8b95ca25300b5ef436cffccc1c33c08bb12282091a023c902ee1c28");
    assert_eq!(hex::encode(Sha256::digest(sample().index())), sample().digest());
    assert_eq!(sample().index().lines().count(), 2);
}

#[test]
fn large_and_opaque_files_leave_memory() {
    let mut files = Files::default();
    let big = random_bytes(usize::try_from(limits::TEXT).unwrap() + 1, 3);
    files.insert("big.yaml", big.clone());
    files.insert("bild.png", "png");
    files.insert("klein.yaml", "a: 1");
    let (back, findings) = Files::from_tgz(files.to_tgz(Vec::new()).unwrap().as_slice());
    assert_eq!((&back, findings), (&files, vec![]));
    assert_eq!(back.get("klein.yaml"), Some(&b"a: 1"[..]));
    for (path, content) in [("big.yaml", big), ("bild.png", b"png".to_vec())] {
        assert_eq!(back.get(path), None, "{path} is in memory");
        let mut bytes = Vec::new();
        back.open(path).unwrap().read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, content);
    }
    // A copy writes elsewhere, and both stay as they are.
    let mut copy = back.clone();
    for (files, word) in [(&mut copy, "kopie"), (&mut back.clone(), "original")] {
        let mut writer = files.writer("neu.bin");
        writer.write_all(word.as_bytes()).unwrap();
        writer.finish();
        let mut text = String::new();
        files.open("neu.bin").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, word);
    }
    assert!(back.open("neu.bin").is_none() && back.open("bild.png").is_some());
}

#[test]
fn texts_together_are_limited() {
    let mut files = Files::default();
    for i in 0..6 {
        files.insert(format!("{i}.yaml"), vec![b' '; usize::try_from(limits::TEXT).unwrap()]);
        files.insert(format!("{i}.dat"), random_bytes(700_000, i));
    }
    let (back, findings) = Files::from_tgz(files.to_tgz(Vec::new()).unwrap().as_slice());
    assert_eq!((&back, findings), (&files, vec![]));
    assert_eq!(back.below("").map(|(_, bytes)| bytes.len() as u64).sum::<u64>(), limits::TEXTS);
}

fn random_bytes(count: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 56) as u8
    };
    (0..count).map(|_| next()).collect()
}

#[test]
fn refuses_what_leads_out_of_the_package() {
    let bad =
        ["../x", "/etc/passwd", "a/../../x", "a//b", "a\\b", ".hidden", "a/./b", "ä", "a/", "con\x07", ".helmignore"];
    for path in bad {
        let (files, findings) = read(&[(header(path.as_bytes(), EntryType::Regular, 0), b"")]);
        assert!(is(&findings, Rule::PathForbidden), "{path}: {findings:?}");
        assert_eq!(files.paths().count(), 0, "{path}");
    }
    let (_, findings) = read(&[(header(b"a\xff\xfe", EntryType::Regular, 0), b"")]);
    assert!(is(&findings, Rule::PathForbidden), "not UTF-8");
    for kind in [
        EntryType::Symlink,
        EntryType::Link,
        EntryType::Char,
        EntryType::Block,
        EntryType::Fifo,
        EntryType::Continuous,
        EntryType::GNUSparse,
        EntryType::new(b'M'),
    ] {
        let (files, findings) = read(&[(header(b"x", kind, 0), b"")]);
        assert!(is(&findings, Rule::NotAFile), "{kind:?}");
        assert_eq!(files.paths().count(), 0);
    }
    let deep = "a/".repeat(limits::DEPTH) + "b";
    assert_eq!(read(&[(header(deep.as_bytes(), EntryType::Regular, 0), b"")]).1, vec![]);
    let deeper = "a/".repeat(limits::DEPTH + 1) + "b";
    let long = "x".repeat(limits::NAME + 1);
    for path in [deeper, long] {
        let (_, findings) = read(&[(header(path.as_bytes(), EntryType::Regular, 0), b"")]);
        assert!(is(&findings, Rule::PathTooDeep), "{path}");
    }
    let (files, findings) = read(&[(header(b"chart/.helmignore", EntryType::Regular, 1), b"x")]);
    assert_eq!((files.get("chart/.helmignore"), findings), (Some(&b"x"[..]), vec![]));
}

#[test]
fn a_name_is_taken_once() {
    for (first, second) in [("a", "a"), ("README.md", "readme.MD"), ("a", "a/b"), ("a/b", "a"), ("x/A/c", "x/a")] {
        let (files, findings) = read(&[
            (header(first.as_bytes(), EntryType::Regular, 0), b""),
            (header(second.as_bytes(), EntryType::Regular, 0), b""),
        ]);
        assert!(is(&findings, Rule::FileTwice), "{first} {second}");
        assert_eq!(files.paths().collect::<Vec<_>>(), [first]);
    }
}

#[test]
fn limits_are_counted() {
    let mut builder = tar::Builder::new(GzBuilder::new().write(Vec::new(), Compression::fast()));
    let mut append = |size: u64| {
        builder.append(&header(format!("f{size}").as_bytes(), EntryType::Regular, size), Repeat(0, size)).unwrap();
    };
    append(limits::RATIO_FROM + 1);
    append(limits::RATIO_FROM * 2);
    let bomb = builder.into_inner().unwrap().finish().unwrap();
    let (_, findings) = Files::from_tgz(bomb.as_slice());
    assert!(is(&findings, Rule::ArchiveRatio), "{findings:?}");

    let (_, findings) = Files::from_tgz(Repeat(0x1f, u64::MAX));
    assert!(is(&findings, Rule::ArchiveUnreadable), "{findings:?}");

    let many: Vec<(Header, &[u8])> =
        (0..=limits::ENTRIES).map(|i| (header(format!("f{i}").as_bytes(), EntryType::Regular, 0), &b""[..])).collect();
    assert!(is(&read(&many).1, Rule::TooManyFiles));
    let folders: Vec<(Header, &[u8])> =
        (0..=limits::ENTRIES).map(|_| (header(b"f/", EntryType::Directory, 0), &b""[..])).collect();
    assert!(is(&read(&folders).1, Rule::TooManyFiles));
    let refused: Vec<(Header, &[u8])> =
        (0..=limits::ENTRIES).map(|_| (header(b"../f", EntryType::Regular, 0), &b""[..])).collect();
    assert!(is(&read(&refused).1, Rule::TooManyFiles), "what is refused counts too");
    let links: Vec<(Header, &[u8])> =
        (0..4 * limits::ENTRIES).map(|_| (header(b"f", EntryType::XGlobalHeader, 0), &b""[..])).collect();
    assert!(is(&read(&links).1, Rule::TooManyFiles));
}

#[test]
fn a_file_that_says_it_is_too_large_is_not_read() {
    let (files, findings) = read(&[(header(b"bild.bin", EntryType::Regular, limits::FILE + 1), b"")]);
    assert!(is(&findings, Rule::FileTooLarge), "{findings:?}");
    assert_eq!(files.paths().count(), 0);
}

/// A header that extends the next one.
fn extending(kind: EntryType, content: &[u8]) -> (Header, &[u8]) {
    (header(b"ext", kind, content.len() as u64), content)
}

#[test]
fn headers_that_extend_others_are_read_in_bounds() {
    let file = |size| (header(b"short", EntryType::Regular, size), &b"abc"[..usize::try_from(size).unwrap()]);
    let long = "d/".repeat(3) + &"n".repeat(90);
    let terminated = format!("{long}\0");
    let (files, findings) = read(&[extending(EntryType::GNULongName, terminated.as_bytes()), file(3)]);
    assert_eq!((files.get(&long), findings), (None, vec![]), "no text by its name");
    assert_eq!(files.facts(&long).unwrap().size, 3);

    let (files, findings) =
        read(&[extending(EntryType::XHeader, b"20 path=langer-name\n20 mtime=1700000000\n"), file(3)]);
    assert_eq!((files.paths().collect::<Vec<_>>(), findings), (vec!["langer-name"], vec![]));
    // `git archive` leaves a comment for all files.
    let (files, findings) = read(&[extending(EntryType::XGlobalHeader, b"17 comment=abcde\n"), file(1)]);
    assert_eq!((files.paths().count(), findings), (1, vec![]));
    // The other end of a link that is none.
    let (_, findings) = read(&[extending(EntryType::GNULongLink, b"ziel\0"), file(1)]);
    assert_eq!(findings, vec![]);

    let huge = vec![b'a'; usize::try_from(limits::EXTENSION).unwrap() + 1];
    let contradictory: &[&[(Header, &[u8])]] = &[
        &[extending(EntryType::GNULongName, &huge), file(0)],
        &[extending(EntryType::GNULongName, b"a"), extending(EntryType::GNULongName, b"b"), file(0)],
        &[extending(EntryType::GNULongName, b"a"), extending(EntryType::XHeader, b"9 path=b\n"), file(0)],
        &[extending(EntryType::XHeader, b"9 path=b\n"), extending(EntryType::XHeader, b"9 path=b\n"), file(0)],
        &[extending(EntryType::XHeader, b"9 size=2\n"), file(3)],
        &[extending(EntryType::XHeader, b"nonsense"), file(3)],
        &[extending(EntryType::XGlobalHeader, b"9 path=b\n"), file(0)],
        &[file(0), extending(EntryType::GNULongName, b"a")],
    ];
    for (i, entries) in contradictory.iter().enumerate() {
        let (_, findings) = read(entries);
        assert!(is(&findings, Rule::ArchiveUnreadable), "{i}: {findings:?}");
    }
    let (_, findings) = read(&[extending(EntryType::XHeader, b"22 GNU.sparse.major=1\n"), file(3)]);
    assert!(is(&findings, Rule::NotAFile), "{findings:?}");
    let (_, findings) = read(&[extending(EntryType::XHeader, b"16 path=../../x\n"), file(3)]);
    assert!(is(&findings, Rule::PathForbidden), "{findings:?}");
}

#[test]
fn nothing_may_follow_the_archive() {
    let good = sample().to_tgz(Vec::new()).unwrap();
    let with = |more: &[u8]| Files::from_tgz([&good, more].concat().as_slice()).1;
    assert!(is(&with(b"x"), Rule::ArchiveTrailing));
    assert!(is(&with(&good), Rule::ArchiveTrailing), "a second member");
    assert!(is(&with(&[0]), Rule::ArchiveTrailing));
    let one = archive(&[(header(b"a", EntryType::Regular, 0), b"")]);
    let (_, findings) = Files::from_tgz(zip(&[one.clone(), one.clone()].concat()).as_slice());
    assert!(is(&findings, Rule::ArchiveTrailing), "a second archive");
    let (_, findings) = Files::from_tgz(zip(&[one, vec![0; 10_240]].concat()).as_slice());
    assert_eq!(findings, vec![], "blocks of zeros are usual");
}

#[test]
fn broken_archives_are_findings() {
    let good = sample().to_tgz(Vec::new()).unwrap();
    for end in 0..good.len() {
        let (_, findings) = Files::from_tgz(&good[..end]);
        assert!(!findings.is_empty(), "cut at {end}");
    }
    let mut wrong_sum = good.clone();
    let at = good.len() - 6;
    wrong_sum[at] ^= 1;
    assert!(is(&Files::from_tgz(wrong_sum.as_slice()).1, Rule::ArchiveUnreadable), "the checksum is compared");
    for bytes in [&b""[..], b"not an archive"] {
        assert!(is(&Files::from_tgz(bytes).1, Rule::ArchiveUnreadable));
    }
    // A size that reaches beyond the archive.
    let (_, findings) = read(&[(header(b"a", EntryType::Regular, 5_000), b"abc")]);
    assert!(is(&findings, Rule::ArchiveUnreadable));
    let (_, findings) = read(&[(header(b"a", EntryType::Regular, 0o77777777777), b"abc")]);
    assert!(is(&findings, Rule::ArchiveUnreadable));
}

#[cfg(unix)]
#[test]
fn links_in_a_directory_are_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/etc/hostname", folder.path().join("link")).unwrap();
    let (files, findings) = Files::from_dir(folder.path());
    assert_eq!(files.paths().count(), 0);
    assert!(is(&findings, Rule::NotAFile));
}
