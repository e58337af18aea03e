//! Random changes to archives, trees and values: nothing panics, limits hold, and every rejection names a reason.
//!
//! `PORTAL_FUZZ_COUNT` says how many packages are tried (10,000 without it), `PORTAL_FUZZ_SEED` which ones.

use crate::*;
use flate2::{Compression, write::GzEncoder};
use portal_core::package::{limits, sample_secrets};
use portal_model::Lang;
use portal_model::finding::{advice, text};
use std::io::Write;

/// xorshift64*: the same sequence for the same seed on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit.max(1)
    }

    /// Changes, inserts, removes or repeats a few pieces.
    fn spoil(&mut self, bytes: &mut Vec<u8>) {
        const PIECES: &[&[u8]] = &[
            b"{",
            b"}",
            b"[",
            b"]",
            b"$value",
            b"$if",
            b": ",
            b"\n",
            b"- ",
            b"null",
            b"\xff",
            b"&a ",
            b"*a",
            b"\"",
            b"0",
            b"-1e999",
            b"true",
            b"\t",
            b"---\n",
            b"!!binary ",
            b"|",
            b"x-gemeinde",
            b"{}",
            b"\xc3\xa4",
            b"\0",
        ];
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len() + 1);
            match self.below(4) {
                0 if at < bytes.len() => bytes[at] = self.below(256) as u8,
                1 => drop(bytes.splice(at..at, PIECES[self.below(PIECES.len())].iter().copied())),
                2 => drop(bytes.drain(at..(at + self.below(40)).min(bytes.len()))),
                _ => {
                    let end = (at + self.below(200)).min(bytes.len());
                    let piece = bytes[at..end].to_vec();
                    bytes.splice(at..at, piece);
                }
            }
        }
    }

    /// Changes a header of a tar: some field of 512 bytes, with a right checksum.
    fn header(&mut self, tar: &mut [u8]) {
        let block = self.below(tar.len() / 512) * 512;
        let fields = [(0, 100), (100, 8), (124, 12), (156, 1), (157, 100), (257, 8), (345, 155)];
        let (at, length) = fields[self.below(fields.len())];
        for _ in 0..=self.below(4) {
            const BYTES: &[u8] = b"01237/.\0x\xffLKgxS5\x80";
            tar[block + at + self.below(length)] = BYTES[self.below(BYTES.len())];
        }
        tar[block + 148..block + 156].fill(b' ');
        let sum: u32 = tar[block..block + 512].iter().map(|b| u32::from(*b)).sum();
        tar[block + 148..block + 155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    }

    fn odd(&mut self) -> Value {
        let odd = [
            json!(null),
            json!(true),
            json!(-1),
            json!(0),
            json!(1e308),
            json!(u64::MAX),
            json!(""),
            json!("x".repeat(300)),
            json!("ä€\u{1f600}\u{0}"),
            json!([]),
            json!({}),
            json!([[[[]]]]),
            json!({"$value": "name"}),
            json!({"$secret": "geheim"}),
            json!({"$name": "zu-langer-zusatz"}),
            json!({"$concat": [{"$value": "zahl"}, null]}),
            json!({"$if": "an", "then": {"$json": "gemeinden"}}),
            json!({"$ref": "https://example.org/x.json"}),
            json!({"type": "array", "minItems": 200, "items": {"type": "object", "properties": {}}}),
            json!("(a+)+$"),
            json!("99999999999999"),
            json!("9999999999.99999999999.9999999999999999999999999"),
            json!(">=0, <999999999999999999999999"),
            json!("../../x"),
        ];
        odd[self.below(odd.len())].clone()
    }

    /// Changes one place of a tree.
    fn change(&mut self, value: &mut Value, depth: usize) {
        let stop = depth > 6 || self.below(4) == 0;
        match value {
            Value::Object(map) if !map.is_empty() => {
                let names: Vec<String> = map.keys().cloned().collect();
                let name = &names[self.below(names.len())];
                match self.below(5) {
                    0 if stop => drop(map.remove(name)),
                    1 if stop => drop(map.insert(name.clone(), self.odd())),
                    2 if stop => {
                        let inner = map.remove(name).unwrap_or_default();
                        map.insert(format!("{name}x"), inner);
                    }
                    3 if stop => {
                        let other = map[&names[self.below(names.len())]].clone();
                        map.insert(name.clone(), other);
                    }
                    _ => self.change(&mut map[name], depth + 1),
                }
            }
            Value::Array(items) if !items.is_empty() => {
                let at = self.below(items.len());
                match self.below(4) {
                    0 if stop => drop(items.remove(at)),
                    1 if stop => items[at] = self.odd(),
                    2 if stop => {
                        let item = items[at].clone();
                        items.extend(std::iter::repeat_n(item, 60));
                    }
                    _ => self.change(&mut items[at], depth + 1),
                }
            }
            other => *other = self.odd(),
        }
    }
}

/// `PORTAL_FUZZ_SEED` tries another sequence; a failure names the one it used.
fn random() -> Random {
    let seed = std::env::var("PORTAL_FUZZ_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_123);
    println!("PORTAL_FUZZ_SEED={seed}");
    Random(seed | 1)
}

fn count() -> usize {
    std::env::var("PORTAL_FUZZ_COUNT").ok().and_then(|s| s.parse().ok()).unwrap_or(10_000)
}

/// What must hold for whatever was read.
fn holds(files: Files, mut findings: Vec<Finding>) {
    assert!(files.paths().count() <= limits::ENTRIES);
    assert!(files.iter().all(|f| f.size <= limits::FILE && f.path.len() <= limits::PATH));
    // Two dots within a name lead nowhere; a name of two dots leads out.
    assert!(files.paths().all(|path| path.split('/').all(|name| !matches!(name, "" | "." | ".."))), "{files:?}");
    assert!(files.below("").map(|(_, bytes)| bytes.len() as u64).sum::<u64>() <= limits::TEXTS);
    let loaded = Loaded::from_files((files, std::mem::take(&mut findings)));
    let refused = loaded.findings.iter().any(Finding::is_error);
    assert_eq!(loaded.package.is_none(), refused, "{:?}", loaded.findings);
    let mut all = loaded.findings;
    all.extend(loaded.package.iter().flat_map(lint));
    for finding in &all {
        for lang in [Lang::De, Lang::En] {
            let (what, how) = (text(lang, finding), advice(lang, finding));
            assert!(!what.is_empty() && !how.is_empty() && !what.contains("{name}"), "{finding:?}");
        }
    }
}

#[test]
fn random_archives_never_panic() {
    let mut random = random();
    let tgz = minimal::good().to_tgz(Vec::new()).unwrap();
    let mut tar = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(tgz.as_slice()), &mut tar).unwrap();
    for i in 0..count() * 7 / 10 {
        let bytes = match i % 3 {
            // The archive itself.
            0 => {
                let mut bytes = tgz.clone();
                random.spoil(&mut bytes);
                bytes
            }
            // What is packed in it, so that headers and sizes are wrong behind a right checksum of the stream.
            1 => {
                let mut inner = tar.clone();
                if random.below(2) == 0 {
                    random.spoil(&mut inner);
                } else {
                    random.header(&mut inner);
                }
                let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
                encoder.write_all(&inner).unwrap();
                encoder.finish().unwrap()
            }
            _ => (0..random.below(600)).map(|_| random.below(256) as u8).collect(),
        };
        let (files, findings) = Files::from_tgz(bytes.as_slice());
        holds(files, findings);
    }
}

#[test]
fn random_trees_never_panic() {
    let mut random = random();
    for i in 0..count() * 24 / 100 {
        let (mut verfahren, mut schema, mut manifests) =
            (minimal::verfahren(), minimal::schema(), minimal::manifests());
        let part = match i % 3 {
            0 => &mut verfahren,
            1 => &mut schema,
            _ => &mut manifests,
        };
        for _ in 0..=random.below(3) {
            random.change(part, 0);
        }
        holds(minimal::files(&verfahren, &schema, &manifests), vec![]);
    }
}

#[test]
fn random_texts_never_panic() {
    let mut random = random();
    let good = minimal::good();
    let paths: Vec<String> = good.paths().map(str::to_owned).collect();
    for _ in 0..count() * 6 / 100 {
        let mut files = good.clone();
        let path = &paths[random.below(paths.len())];
        let mut content = files.get(path).unwrap().to_vec();
        random.spoil(&mut content);
        files.insert(path.clone(), content);
        holds(files, vec![]);
    }
}

#[test]
fn the_small_package_is_good() {
    let findings = all_findings(minimal::good());
    assert!(findings.iter().all(|f| !f.is_error()), "{findings:#?}");
}

#[test]
fn random_values_never_panic() {
    let mut random = random();
    let package = package("hundesteuer", "1.0.0");
    for _ in 0..count() / 100 {
        let mut bytes = good_values(&package).to_string().into_bytes();
        random.spoil(&mut bytes);
        let Ok(values) = serde_json::from_slice::<Value>(&bytes) else { continue };
        let errors = package.schema.validate(&values, Part::All);
        assert!(errors.iter().all(|e| !e.text(Lang::De).text.is_empty()));
        let split = package.schema.split(&values);
        assert_eq!(config::config_digest(&split.shared).map(|d| d.len()), Some(64));
        let (secrets, target) = (sample_secrets(), target());
        let input = RenderInput {
            instance: "a",
            namespace: "n",
            stage: Stage::Test,
            values: &values,
            secrets: &secrets,
            target: &target,
            run: None,
        };
        assert_eq!(render(&package, &input).is_ok(), errors.is_empty());
    }
}
