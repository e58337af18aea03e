//! Random changes to archives, files and values: nothing panics.

use crate::*;
use portal_core::package::sample_secrets;
use portal_model::Lang;
use portal_model::finding::text;

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
}

/// `PORTAL_FUZZ_SEED` tries another sequence; a failure names the one it used.
fn random() -> Random {
    let seed = std::env::var("PORTAL_FUZZ_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_123);
    println!("PORTAL_FUZZ_SEED={seed}");
    Random(seed | 1)
}

#[test]
fn random_archives_never_panic() {
    let mut random = random();
    let good = files("fundsachen", "1.0.0").to_tgz(Vec::new()).unwrap();
    for _ in 0..200 {
        let mut bytes = good.clone();
        random.spoil(&mut bytes);
        let loaded = Package::from_tgz(bytes.as_slice());
        assert!(loaded.package.is_some() || !loaded.findings.is_empty());
        let noise: Vec<u8> = (0..random.below(600)).map(|_| random.below(256) as u8).collect();
        assert!(!Package::from_tgz(noise.as_slice()).findings.is_empty());
    }
}

#[test]
fn random_files_never_panic() {
    let mut random = random();
    let all = demo();
    for _ in 0..250 {
        let (_, _, good) = &all[random.below(all.len())];
        let mut files = good.clone();
        let paths: Vec<String> = files.paths().map(str::to_owned).collect();
        for _ in 0..=random.below(2) {
            let path = &paths[random.below(paths.len())];
            let mut content = files.get(path).unwrap().to_vec();
            random.spoil(&mut content);
            files.insert(path.clone(), content);
        }
        let findings = all_findings(files);
        assert!(findings.iter().all(|f| !text(Lang::De, f).is_empty()));
    }
}

#[test]
fn random_values_never_panic() {
    let mut random = random();
    let package = package("hundesteuer", "1.0.0");
    for _ in 0..150 {
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
