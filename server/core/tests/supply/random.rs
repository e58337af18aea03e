//! Random changes to what strangers enter: nothing panics, and what is taken keeps its promise.

use portal_core::guard::Policy;
use portal_core::package::sbom::{self, Purl, VersionMatch};
use portal_core::package::signature::{PublicKey, Signature};
use serde_json::{Value, json};
use std::net::IpAddr;

/// xorshift64*: the same sequence for the same seed on every machine. `PORTAL_FUZZ_SEED` tries another.
struct Random(u64);

impl Random {
    fn new() -> Self {
        let seed = std::env::var("PORTAL_FUZZ_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_125);
        println!("PORTAL_FUZZ_SEED={seed}");
        Self(seed | 1)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit.max(1)
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// Changes, inserts, removes or repeats a few characters.
    fn spoil(&mut self, text: &str, pieces: &[&str]) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        for _ in 0..=self.below(4) {
            let at = self.below(chars.len() + 1);
            let end = (at + self.below(6)).min(chars.len());
            match self.below(3) {
                0 => drop(chars.splice(at..at, self.pick(pieces).chars())),
                1 => drop(chars.drain(at..end)),
                _ => {
                    let piece = chars[at..end].to_vec();
                    chars.splice(at..at, piece);
                }
            }
        }
        chars.into_iter().collect()
    }
}

const ADDRESSES: &[&str] = &[
    "https://example.org/a?b#c",
    "https://xn--mnchen-3ya.example.org:443/",
    "https://127.0.0.1/",
    "https://[::ffff:7f00:1]/",
    "https://0x7f.1/",
];
const IN_ADDRESSES: &[&str] = &[
    ".",
    ":",
    "/",
    "@",
    "[",
    "]",
    "%",
    "%2e",
    "\\",
    "0x",
    "1",
    "127",
    "::",
    "#",
    "?",
    "-",
    "xn--",
    "ü",
    "ß",
    "\u{ff11}",
    "\u{3002}",
    "\u{200b}",
    "\u{131}",
    "ſ",
    "\t",
    "\0",
    "localhost",
    "443",
    "//",
    "a",
];

#[test]
fn addresses_that_are_taken_are_names() {
    let mut random = Random::new();
    let (strict, mut taken) = (Policy::default(), 0);
    for _ in 0..60_000 {
        let start = *random.pick(ADDRESSES);
        let text = random.spoil(start, IN_ADDRESSES);
        let Ok(address) = strict.parse(&text) else { continue };
        taken += 1;
        let host = address.host();
        assert!(host.parse::<IpAddr>().is_err() && host.contains('.') && !host.ends_with('.'), "{text:?}");
        assert!(
            host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-'),
            "{text:?}"
        );
        let last = host.rsplit('.').next().unwrap();
        assert!(
            !last.starts_with(|c: char| c.is_ascii_digit()) || last.bytes().any(|b| b.is_ascii_lowercase()),
            "{text:?}"
        );
        assert!(
            address.as_str().starts_with("https://") && address.authority() == host && address.port() == 443,
            "{text:?}"
        );
        assert_eq!(strict.parse(address.as_str()).as_ref(), Ok(&address), "{text:?}");
    }
    assert!(taken > 1_000, "{taken} were taken, too few to say anything");
}

#[test]
fn purls_that_are_read_have_one_canonical_form() {
    let mut random = Random::new();
    let start = ["pkg:npm/%40angular/core@1.2.3?b=1&a=2#x/y", "pkg:maven/org.apache/io@1", "pkg:pypi/Django_x"];
    let pieces = ["/", "@", "?", "#", "&", "=", "%", "%2F", "%40", ":", "pkg:", "A", "ü", ".", "..", "+", "\0", " "];
    for _ in 0..20_000 {
        let from = *random.pick(&start);
        let text = random.spoil(from, &pieces);
        let Ok(purl) = Purl::parse(&text) else { continue };
        let canonical = purl.to_string();
        assert_eq!(Purl::parse(&canonical).as_ref(), Ok(&purl), "{text:?} as {canonical:?}");
        assert!(canonical.is_ascii() && purl.key() == purl.key().to_lowercase(), "{text:?}");
    }
}

#[test]
fn nothing_else_panics() {
    let mut random = Random::new();
    let pem = include_str!("keys/p256.pem");
    let versions = [">=1.0, <2.0.0-rc.1+b", "1.2.*", "v1.2.3"];
    for _ in 0..5_000 {
        let _ = PublicKey::parse(&random.spoil(pem, &["-", "=", "A", "\n", "-----BEGIN ", "MFkw", "PRIVATE KEY", "ü"]));
        let _ = Signature::parse(&random.spoil(include_str!("keys/p256.sig"), &["=", "A", "\n", "ü", "-"]));
        let (from, kind) = (*random.pick(&versions), *random.pick(&["npm", "deb", ""]));
        if let Ok(condition) =
            VersionMatch::parse(&random.spoil(from, &["<", ">", "=", ",", "*", ".x", ".", "9999999999", "-", "ü"]))
        {
            let _ =
                condition.holds(kind, &random.spoil("1.2.3-rc.1", &[".", "-", "+", "v", "ü", "99999999999999999999"]));
        }
    }
    let document = json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": {"components": []}}, "components": [{
        "name": "a", "version": "1", "purl": "pkg:npm/a@1", "group": "g", "hashes": [{"alg": "SHA-256", "content": "00"}],
        "licenses": [{"license": {"id": "MIT"}}, {"expression": "MIT OR ISC"}], "components": [{"name": "b"}],
    }], "spdxVersion": "SPDX-2.3", "packages": [{"name": "a", "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:a/b"}]}]});
    let text = document.to_string();
    for _ in 0..5_000 {
        let spoilt =
            random.spoil(&text, &["{", "}", "[", "]", "\"", ",", ":", "null", "1", "[]", "{}", "\\u0000", "OR", "("]);
        if let Ok(value) = serde_json::from_str::<Value>(&spoilt) {
            let read = sbom::read(&value);
            assert!(!read.components.is_empty() || !read.findings.is_empty());
        }
    }
}
