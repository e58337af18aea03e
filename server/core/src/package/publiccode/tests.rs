//! Files as they are: violations are findings, and nothing is lost.

use super::*;

const FILE: &str = "publiccode.yml";

fn read(text: &str) -> Publiccode {
    Publiccode::parse(FILE, text.as_bytes()).unwrap_or_else(|f| panic!("{f:?}\n{text}"))
}

fn has(findings: &[Finding], rule: Rule, key: &str) -> bool {
    findings.iter().any(|f| f.is(rule) && f.key == key)
}

/// What was seen in German files: old version, unknown keys, no features, numbers as versions, words of other lists.
const WILD: &str = r"
publiccodeYmlVersion: 0.10
name: Terminvergabe
version: 1.0
url: http://code.example/termine
documentationURL: https://code.example/doku
platforms: web
developmentStatus: fertig
softwareType: standalone/web
monochromeLogo: logo.svg
categories: [government, appointment-scheduling]
isBasedOn: [https://a.example/x.git]
releaseDate: 2024-13-01
softwareVersion: 2
description:
  de:
    genericName: Termine
    shortDescription: Termine im Rathaus
    longDescription: zu kurz
legal:
  repoOwner: Stadt Muster
maintenance:
  type: commercial
localisation:
  localisationReady: ja
  availableLanguages: [de]
supports:
  - id: alias:gdpr
it:
  conforme: {gdpr: true}
de:
  leika:
    - { themenfeld: Querschnitt, leika-id: 99 107 023 017 000 }
    - { leika-id: '99107023017000' }
    - { leika-id: '77' }
    - unfug
";

#[test]
fn origins_are_one_or_many() {
    assert_eq!(read(WILD).based_on(), ["https://a.example/x.git"]);
    assert_eq!(read("isBasedOn: ' https://a.example/x '").based_on(), ["https://a.example/x"]);
    assert_eq!(read("isBasedOn: [a, {b: c}, a, '']").based_on(), ["a"]);
    assert_eq!(read("name: x").based_on(), Vec::<&str>::new());
}

#[test]
fn violations_are_findings_and_nothing_is_rejected() {
    let publiccode = read(WILD);
    let findings = publiccode.check(FILE);
    assert!(findings.iter().all(|f| !f.is_error()), "{findings:#?}");
    let expected = [
        (Rule::PubliccodeType, "publiccodeYmlVersion"),
        (Rule::PubliccodeKeyUnknown, "version"),
        (Rule::PubliccodeKeyUnknown, "documentationURL"),
        (Rule::SourceInsecure, "url"),
        (Rule::PubliccodeValue, "developmentStatus"),
        (Rule::PubliccodeKeyDeprecated, "monochromeLogo"),
        (Rule::PubliccodeValue, "categories[0]"),
        (Rule::PubliccodeType, "releaseDate"),
        (Rule::PubliccodeType, "softwareVersion"),
        (Rule::PubliccodeKeyDeprecated, "description.de.genericName"),
        (Rule::PubliccodeText, "description.de.longDescription"),
        (Rule::PubliccodeKeyMissing, "description.de.features"),
        (Rule::LicenceMissing, "legal.license"),
        (Rule::PubliccodeKeyDeprecated, "legal.repoOwner"),
        (Rule::PubliccodeValue, "maintenance.type"),
        (Rule::PubliccodeType, "localisation.localisationReady"),
        (Rule::PubliccodeKeyDeprecated, "it"),
        (Rule::PubliccodeType, "de.leika[3]"),
    ];
    for (rule, key) in expected {
        assert!(has(&findings, rule, key), "{rule:?} {key}: {findings:#?}");
    }
    assert_eq!(publiccode.leistungen(), vec![LeikaKey::parse("99107023017000").unwrap()]);
}

#[test]
fn keeps_order_numbers_and_unknown_keys() {
    let publiccode = read(WILD);
    let written = publiccode.to_yaml();
    assert_eq!(read(&written), publiccode);
    assert!(written.starts_with("publiccodeYmlVersion: 0.10\nname: Terminvergabe\nversion: 1.0\n"), "{written}");
    assert_eq!(publiccode.value()["version"], 1.0);
}

#[test]
fn words_need_their_companions() {
    let findings = read("maintenance: {type: contract}").check(FILE);
    assert!(has(&findings, Rule::PubliccodeKeyMissing, "maintenance.contractors"));
    let findings = read("maintenance: {type: contract, contractors: [{name: x}]}").check(FILE);
    assert!(has(&findings, Rule::PubliccodeKeyMissing, "maintenance.contractors[0].until"));
    let findings = read("maintenance: {type: community}").check(FILE);
    assert!(has(&findings, Rule::PubliccodeKeyMissing, "maintenance.contacts"));
}

/// xorshift64*.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit
    }

    fn text(&mut self) -> String {
        const PIECES: &[&str] = &[
            "a",
            "Z",
            " ",
            "  ",
            ":",
            ": ",
            "#",
            " #",
            "-",
            "- ",
            "?",
            "\n",
            "\n\n",
            "\t",
            "'",
            "\"",
            "\\",
            "{",
            "}",
            "[",
            "]",
            "&a",
            "*a",
            "!",
            "|",
            ">",
            "%",
            "@",
            "`",
            "~",
            "null",
            "true",
            "No",
            "0",
            "1.0",
            "1e3",
            "0x1",
            ".inf",
            "ä",
            "€",
            "\u{85}",
            "\u{2028}",
            "\u{feff}",
            "\u{0}",
            "\u{7f}",
            "\u{1f600}",
            "---",
            "...",
            "<<",
            "=",
            ",",
            "2024-01-01",
            "://",
            "${X}",
            "\r",
            "\r\n",
        ];
        (0..self.below(6)).map(|_| PIECES[self.below(PIECES.len())]).collect()
    }

    fn tree(&mut self, depth: usize) -> Tree {
        const NUMBERS: &[&str] = &["0", "-1", "0.10", "1.0", "1e3", "123456789012345678901234567890", ".5", "+7"];
        match self.below(if depth == 0 { 4 } else { 6 }) {
            0 => Tree::Null,
            1 => Tree::Flag(self.below(2) == 0),
            2 => Tree::Number(NUMBERS[self.below(NUMBERS.len())].to_owned()),
            3 => Tree::Text(self.text()),
            4 => Tree::List((0..self.below(4)).map(|_| self.tree(depth - 1)).collect()),
            _ => {
                let mut entries: Vec<(String, Tree)> = Vec::new();
                for _ in 0..self.below(4) {
                    let key = self.text();
                    if entries.iter().all(|(other, _)| *other != key) {
                        entries.push((key, self.tree(depth - 1)));
                    }
                }
                Tree::Map(entries)
            }
        }
    }
}

#[test]
fn what_is_written_reads_as_it_was() {
    let seed = std::env::var("PORTAL_FUZZ_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_125);
    println!("PORTAL_FUZZ_SEED={seed}");
    let mut random = Random(seed | 1);
    for _ in 0..2_000 {
        let tree = Tree::Map(vec![("name".to_owned(), random.tree(4)), ("x".to_owned(), random.tree(3))]);
        let written = tree.to_yaml();
        let back = Tree::parse(FILE, written.as_bytes()).unwrap_or_else(|f| panic!("{f:?}\n{tree:?}\n{written}"));
        assert_eq!(back, tree, "{written}");
        assert_eq!(back.to_yaml(), written);
    }
}
