//! Keys and signatures: what openssl makes, and what Wycheproof's lists would try (ecdsa_secp256r1_sha256, eddsa).
//! In `keys/` are public keys and signatures only; the private ones were thrown away.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use portal_core::package::Files;
use portal_core::package::signature::{Algorithm, KeyError, PublicKey, Signature, SignatureError, index_text, verify};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::process::Command;

const INDEX: &str = include_str!("keys/index.txt");
const P256: &str = include_str!("keys/p256.pem");
const P256_FINGERPRINT: &str = "a24f7fbe6b5f78f579f9efa9f9c12ea16b907391bf75ce55e1c9a96ded4803c9";
const P256_SIGNATURE: &str = include_str!("keys/p256.sig");
const ED25519: &str = include_str!("keys/ed25519.pem");
const ED25519_FINGERPRINT: &str = "74dd378cc63301acc9c8be70ba2a82ea08f435e016c3ffab8d26517908c3bfa9";
const ED25519_SIGNATURE: &str = include_str!("keys/ed25519.sig");

/// Order of P-256's base point (SEC 2, 2.4.2), big-endian.
const N: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
/// Order of Ed25519's base point (RFC 8032, 5.1), big-endian.
const L: &str = "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed";

fn key(pem: &str) -> PublicKey {
    PublicKey::parse(pem).unwrap()
}

fn signature(text: &str) -> Signature {
    Signature::parse(text).unwrap()
}

fn check(pem: &str, index: &str, bytes: &[u8]) -> Result<(), SignatureError> {
    verify(&key(pem), index, &Signature::parse(&STANDARD.encode(bytes))?)
}

fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

#[test]
fn the_index_is_what_the_digest_is_over() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/packages/fundsachen/1.0.1");
    let (files, _) = Files::from_dir(&root);
    let index = index_text(&files);
    assert_eq!(hex::encode(Sha256::digest(&index)), files.digest());
    assert_eq!(index.lines().count(), files.paths().count());
    assert!(index.ends_with('\n') && index.contains(" verfahren.yaml\n"));
    assert_eq!(index_text(&Files::default()), "");
}

#[test]
fn keys_and_signatures_of_openssl_are_taken() {
    let cases = [
        (P256, Algorithm::EcdsaP256, P256_FINGERPRINT, P256_SIGNATURE),
        (ED25519, Algorithm::Ed25519, ED25519_FINGERPRINT, ED25519_SIGNATURE),
    ];
    for (pem, algorithm, fingerprint, text) in cases {
        let key = key(pem);
        assert_eq!((key.algorithm(), key.fingerprint().as_str()), (algorithm, fingerprint));
        assert_eq!(hex::encode(Sha256::digest(key.spki())), fingerprint);
        assert_eq!(verify(&key, INDEX, &signature(text)), Ok(()));
        assert_eq!(verify(&key, INDEX, &signature(&format!("\n{}\r\n{}\n", &text[..40], &text[40..]))), Ok(()));
        for other in ["", "x", &INDEX[1..], &format!("{INDEX}\n"), INDEX.trim_end(), &INDEX.replace('2', "3")] {
            assert_eq!(verify(&key, other, &signature(text)), Err(SignatureError::Wrong), "{other:?}");
        }
        assert_eq!(PublicKey::parse(&pem.replace('\n', "\r\n")), Ok(key));
    }
    assert_eq!(verify(&key(P256), INDEX, &signature(ED25519_SIGNATURE)), Err(SignatureError::Wrong));
    assert_eq!(verify(&key(ED25519), INDEX, &signature(P256_SIGNATURE)), Err(SignatureError::Wrong));
}

#[test]
fn what_is_no_signature_is_said_to_be_none() {
    let long = "A".repeat(1_001);
    for text in ["", " ", "\n", "kein base64", "AAA", "AA==A", "AAAA====", "-_-_", &long, "MEYCIQ\u{0}"] {
        assert_eq!(Signature::parse(text), Err(SignatureError::Form), "{text:.20}");
    }
}

/// An INTEGER as it stands: no zero is added or taken away.
fn integer(bytes: &[u8]) -> Vec<u8> {
    [&[0x02, u8::try_from(bytes.len()).unwrap()], bytes].concat()
}

/// An INTEGER in DER: no needless zero, one before a high bit.
fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().position(|b| *b != 0).unwrap_or(bytes.len() - 1);
    let bytes = &bytes[start..];
    if bytes[0] >= 0x80 { integer(&[&[0], bytes].concat()) } else { integer(bytes) }
}

fn sequence(content: &[u8]) -> Vec<u8> {
    [&[0x30, u8::try_from(content.len()).unwrap()], content].concat()
}

/// r and s of a signature in DER.
fn parts(der: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let r = usize::from(der[3]);
    (der[4..4 + r].to_vec(), der[6 + r..].to_vec())
}

/// a + b or a − b of big-endian numbers, with one more byte in front.
fn sum(a: &[u8], b: &[u8], minus: bool) -> Vec<u8> {
    let byte = |bytes: &[u8], i: usize| bytes.len().checked_sub(i + 1).map_or(0, |at| i32::from(bytes[at]));
    let mut carry = 0;
    let mut out: Vec<u8> = (0..33)
        .map(|i| {
            let total = byte(a, i) + if minus { -byte(b, i) } else { byte(b, i) } + carry;
            carry = total.div_euclid(256);
            u8::try_from(total.rem_euclid(256)).unwrap()
        })
        .collect();
    out.reverse();
    out
}

#[test]
fn ecdsa_signatures_are_strict() {
    let good = STANDARD.decode(P256_SIGNATURE).unwrap();
    let (r, s) = parts(&good);
    let n = hex::decode(N).unwrap();
    let both = |r: &[u8], s: &[u8]| sequence(&[unsigned(r), unsigned(s)].concat());
    assert_eq!(both(&r, &s), good, "the helpers make what openssl makes");
    // Signers write either of s and n − s, so both are taken; the module says why nothing may depend on which.
    assert_eq!(check(P256, INDEX, &both(&r, &sum(&n, &s, true))), Ok(()));

    let raw = |bytes: &[u8]| bytes[bytes.len().saturating_sub(32)..].to_vec();
    let one = sum(&n, &[1], true);
    let mut bad: Vec<(&str, Vec<u8>)> = vec![
        ("r = 0", both(&[0], &s)),
        ("s = 0", both(&r, &[0])),
        ("r = s = 0", both(&[0], &[0])),
        ("r = s = 1", both(&[1], &[1])),
        ("r = 1", both(&[1], &s)),
        ("s = 1", both(&r, &[1])),
        ("r = n", both(&n, &s)),
        ("s = n", both(&r, &n)),
        ("r = n - 1", both(&one, &s)),
        ("s = n - 1", both(&r, &one)),
        ("r + n", both(&sum(&r, &n, false), &s)),
        ("s + n", both(&r, &sum(&s, &n, false))),
        ("n - r", both(&sum(&n, &r, true), &s)),
        ("r = 2^256", both(&[&[1u8][..], &[0; 32]].concat(), &s)),
        ("s of 60 bytes", both(&r, &[7; 60])),
        ("r and s swapped", both(&s, &r)),
        ("r twice", both(&r, &r)),
        ("r negative", sequence(&[integer(&[&[0xff], &raw(&r)[1..]].concat()), unsigned(&s)].concat())),
        ("r without its zero", sequence(&[integer(&raw(&r)), unsigned(&s)].concat())),
        ("r with a needless zero", sequence(&[integer(&[&[0], r.as_slice()].concat()), unsigned(&s)].concat())),
        ("s with a needless zero", sequence(&[unsigned(&r), integer(&[&[0], s.as_slice()].concat())].concat())),
        ("r empty", sequence(&[integer(&[]), unsigned(&s)].concat())),
        ("s empty", sequence(&[unsigned(&r), integer(&[])].concat())),
        ("r missing", sequence(&unsigned(&s))),
        ("s missing", sequence(&unsigned(&r))),
        ("nothing in it", sequence(&[])),
        ("three numbers", sequence(&[unsigned(&r), unsigned(&s), unsigned(&[1])].concat())),
        ("NULL at the end inside", sequence(&[unsigned(&r), unsigned(&s), vec![5, 0]].concat())),
        ("NULL at the end outside", [good.as_slice(), &[5, 0]].concat()),
        ("a byte behind", [good.as_slice(), &[0]].concat()),
        ("twice", [good.as_slice(), &good].concat()),
        ("long form of the length", [&[0x30, 0x81, good[1]], &good[2..]].concat()),
        ("longer form of the length", [&[0x30, 0x82, 0, good[1]], &good[2..]].concat()),
        ("indefinite length", [&[0x30, 0x80], &good[2..], &[0, 0]].concat()),
        ("length too large", [&[0x30, good[1] + 1], &good[2..]].concat()),
        ("length too small", [&[0x30, good[1] - 1], &good[2..]].concat()),
        ("a SET", [&[0x31], &good[1..]].concat()),
        ("a SEQUENCE around", sequence(&good)),
        ("r || s (IEEE P1363)", [raw(&r), raw(&s)].concat()),
        ("a bit of r", flipped(&good, 10)),
        ("a bit of s", flipped(&good, good.len() - 1)),
        ("0x30", vec![0x30]),
        ("zeros", vec![0; 72]),
    ];
    bad.extend((1..good.len()).map(|length| ("cut", good[..length].to_vec())));
    for (name, bytes) in bad {
        assert_eq!(check(P256, INDEX, &bytes), Err(SignatureError::Wrong), "{name}: {}", hex::encode(bytes));
    }
}

fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1;
    bytes
}

#[test]
fn ed25519_signatures_are_strict() {
    let good = STANDARD.decode(ED25519_SIGNATURE).unwrap();
    let (r, s) = good.split_at(32);
    let big_endian: Vec<u8> = s.iter().rev().copied().collect();
    let malleable = |times: usize| {
        let l = hex::decode(L).unwrap();
        let mut sum_of = big_endian.clone();
        for _ in 0..times {
            sum_of = sum(&sum_of, &l, false)[1..].to_vec();
        }
        let little: Vec<u8> = sum_of.iter().rev().copied().collect();
        [r, &little].concat()
    };
    assert_eq!(malleable(0), good);
    let identity: Vec<u8> = [&[1u8][..], &[0; 63]].concat();
    let mut bad: Vec<(&str, Vec<u8>)> = vec![
        ("s + L", malleable(1)),
        ("s + 2 L", malleable(2)),
        ("s + 8 L", malleable(8)),
        ("s = 0", [r, &[0; 32]].concat()),
        ("R = 0", [&[0; 32], s].concat()),
        ("zeros", vec![0; 64]),
        ("R = identity, s = 0", identity),
        ("ones", vec![0xff; 64]),
        ("swapped", [s, r].concat()),
        ("top bit of s", [r, &s[..31], &[s[31] | 0x80]].concat()),
        ("sign of R", [&r[..31], &[r[31] ^ 0x80], s].concat()),
        ("a byte behind", [good.as_slice(), &[0]].concat()),
        ("twice", [good.as_slice(), &good].concat()),
        ("a bit of R", flipped(&good, 0)),
        ("a bit of s", flipped(&good, 40)),
    ];
    bad.extend((1..good.len()).map(|length| ("cut", good[..length].to_vec())));
    for (name, bytes) in bad {
        assert_eq!(check(ED25519, INDEX, &bytes), Err(SignatureError::Wrong), "{name}");
    }
}

#[test]
fn what_is_no_key_is_called_by_its_name() {
    let spki = |pem: &str| key(pem).spki().to_vec();
    let (p256, ed25519) = (spki(P256), spki(ED25519));
    // Not keys of anybody: headers with zeros behind them.
    let pkcs8_ed = [&hex::decode("302e020100300506032b657004220420").unwrap()[..], &[0; 32]].concat();
    let pkcs8_ec =
        [&hex::decode("308187020100301306072a8648ce3d020106082a8648ce3d030107").unwrap()[..], &[0; 111]].concat();
    let sec1 = [&hex::decode("30770201010420").unwrap()[..], &[0; 114]].concat();
    let private = |label: &str| pem(label, &[0; 40]);
    let cases: Vec<(String, KeyError)> = vec![
        (private("PRIVATE KEY"), KeyError::Private),
        (private("EC PRIVATE KEY"), KeyError::Private),
        (private("RSA PRIVATE KEY"), KeyError::Private),
        (private("ENCRYPTED PRIVATE KEY"), KeyError::Private),
        (private("OPENSSH PRIVATE KEY"), KeyError::Private),
        (private("ENCRYPTED COSIGN PRIVATE KEY"), KeyError::Private),
        (private("ENCRYPTED SIGSTORE PRIVATE KEY"), KeyError::Private),
        (format!("{P256}{}", private("PRIVATE KEY")), KeyError::Private),
        (format!("Mein Schlüssel:\n{}", private("PRIVATE KEY")), KeyError::Private),
        ("-----BEGIN PRIVATE KEY-----\nabgeschnitten".to_owned(), KeyError::Private),
        (pem("PUBLIC KEY", &pkcs8_ed), KeyError::Private),
        (pem("PUBLIC KEY", &pkcs8_ec), KeyError::Private),
        (pem("PUBLIC KEY", &sec1), KeyError::Private),
        (include_str!("keys/rsa.pem").to_owned(), KeyError::Rsa),
        (include_str!("keys/rsa-pkcs1.pem").to_owned(), KeyError::Rsa),
        (pem("CERTIFICATE", &[0x30, 0]), KeyError::Certificate),
        (include_str!("keys/p384.pem").to_owned(), KeyError::Curve),
        (include_str!("keys/secp256k1.pem").to_owned(), KeyError::Curve),
        (include_str!("keys/p256-compressed.pem").to_owned(), KeyError::Curve),
        (include_str!("keys/p256-explicit.pem").to_owned(), KeyError::Curve),
        (include_str!("keys/ed448.pem").to_owned(), KeyError::Algorithm),
        (include_str!("keys/x25519.pem").to_owned(), KeyError::Algorithm),
        (pem("PUBLIC KEY", &[]), KeyError::Algorithm),
        (pem("PUBLIC KEY", &[0x30, 0]), KeyError::Algorithm),
        (pem("PUBLIC KEY", &[0x30, 0xff]), KeyError::Algorithm),
        (pem("PUBLIC KEY", &[p256.as_slice(), &[0]].concat()), KeyError::Form),
        (pem("PUBLIC KEY", &p256[..90]), KeyError::Form),
        (pem("PUBLIC KEY", &[ed25519.as_slice(), &[0]].concat()), KeyError::Form),
        (pem("PUBLIC KEY", &ed25519[..43]), KeyError::Form),
        (pem("PUBLIC KEY", &flipped(&p256, 90)), KeyError::Point),
        (pem("PUBLIC KEY", &[&p256[..27], &[0; 64]].concat()), KeyError::Point),
        (pem("PUBLIC KEY", &[&p256[..27], &[0xff; 64]].concat()), KeyError::Point),
        (P256.replace("PUBLIC", "Public"), KeyError::Form),
        (format!("{P256}{ED25519}"), KeyError::Form),
        (format!("{P256}x"), KeyError::Form),
        (format!("x{P256}"), KeyError::Form),
        (P256.replace("END PUBLIC", "END OTHER"), KeyError::Form),
        (P256.replace('M', "*"), KeyError::Form),
        (STANDARD.encode(&p256), KeyError::Form),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== rolle@amt".to_owned(), KeyError::Form),
        (String::new(), KeyError::Form),
        ("A".repeat(20_000), KeyError::Form),
    ];
    for (text, error) in cases {
        assert_eq!(PublicKey::parse(&text), Err(error), "{text:.200}");
    }
    let small = ["00", "01", "ec", "ed", "ee"].map(|low| {
        let (rest, top) = if low.starts_with('0') { ("00", "00") } else { ("ff", "7f") };
        format!("{low}{}{top}", rest.repeat(30))
    });
    let order_8 = [
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ];
    for point in small.into_iter().chain(order_8.map(str::to_owned)) {
        for sign in [0, 0x80] {
            let mut bytes = hex::decode(&point).unwrap();
            bytes[31] |= sign;
            let text = pem("PUBLIC KEY", &[&ed25519[..12], &bytes].concat());
            assert_eq!(PublicKey::parse(&text), Err(KeyError::Point), "{point}");
        }
    }
}

/// With real keys where openssl is installed; the fixtures above do not depend on it.
#[test]
fn openssl_signs_and_the_portal_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let openssl = |arguments: &[&str]| {
        let ran = Command::new("openssl").args(arguments).current_dir(folder.path()).output();
        ran.is_ok_and(|output| output.status.success())
    };
    if !openssl(&["version"]) {
        eprintln!("openssl is not installed: nothing to compare with");
        return;
    }
    std::fs::write(folder.path().join("index.txt"), INDEX).unwrap();
    for round in 0..20 {
        let ec = round % 2 == 0;
        let made = if ec {
            openssl(&["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key"])
        } else {
            openssl(&["genpkey", "-algorithm", "ed25519", "-out", "key"])
        };
        assert!(made && openssl(&["pkey", "-in", "key", "-pubout", "-out", "key.pub"]));
        let signed = if ec {
            openssl(&["dgst", "-sha256", "-sign", "key", "-out", "sig", "index.txt"])
        } else {
            openssl(&["pkeyutl", "-sign", "-rawin", "-inkey", "key", "-in", "index.txt", "-out", "sig"])
        };
        assert!(signed && openssl(&["base64", "-in", "sig", "-out", "sig.txt"]));
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(PublicKey::parse(&read("key")), Err(KeyError::Private));
        let key = key(&read("key.pub"));
        assert_eq!(verify(&key, INDEX, &signature(&read("sig.txt"))), Ok(()));
        assert_eq!(verify(&key, "other", &signature(&read("sig.txt"))), Err(SignatureError::Wrong));
    }
}
