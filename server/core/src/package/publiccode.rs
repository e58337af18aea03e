//! `publiccode.yml`, versions 0 to 0.7 (docs.publiccode.yml, "The Standard (core)"), with the German extension `de.leika`.
//! Real files violate the standard, so everything is kept as it is, in its order, and objected to, never rejected.

mod keys;
#[cfg(test)]
mod tests;
mod tree;

pub use tree::Tree;

use keys::{Form, KEYS, Listed};
use portal_model::finding::{Finding, Rule};
use portal_model::leika::LeikaKey;
use serde_json::Value;

/// Keys that the standard requires (0.7), except those below `description`.
const REQUIRED: &[&str] = &[
    "publiccodeYmlVersion",
    "name",
    "url",
    "platforms",
    "developmentStatus",
    "softwareType",
    "description",
    "legal.license",
    "maintenance.type",
    "localisation.localisationReady",
    "localisation.availableLanguages",
];

/// Most origins that are told.
const MAX_ORIGINS: usize = 10;

/// Most findings for one file: more help nobody.
const MAX_FINDINGS: usize = 200;

/// A file, without loss.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Publiccode {
    tree: Tree,
}

impl Publiccode {
    /// Reads a file.
    ///
    /// # Errors
    /// Only what is no YAML.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, Finding> {
        Ok(Self { tree: Tree::parse(file, bytes)? })
    }

    /// The file anew: the same keys and values in the same order. Comments are lost.
    pub fn to_yaml(&self) -> String {
        self.tree.to_yaml()
    }

    /// Everything, as JSON.
    pub fn value(&self) -> Value {
        self.tree.value()
    }

    /// The value at a path such as `legal.license`.
    pub fn at(&self, path: &str) -> Option<&Tree> {
        self.tree.at(path)
    }

    /// The trimmed text at a path; empty if there is none.
    pub fn text(&self, path: &str) -> &str {
        self.at(path).and_then(Tree::text).unwrap_or_default().trim()
    }

    /// Addresses of the software that this was derived from, each once.
    pub fn based_on(&self) -> Vec<&str> {
        let Some(tree) = self.at("isBasedOn") else { return Vec::new() };
        let texts = tree.items().iter().chain([tree]).filter_map(Tree::text).map(str::trim);
        let mut found: Vec<&str> = Vec::new();
        for text in texts.filter(|text| !text.is_empty()) {
            if found.len() < MAX_ORIGINS && !found.contains(&text) {
                found.push(text);
            }
        }
        found
    }

    /// Leistungen that `de.leika` names, each once.
    pub fn leistungen(&self) -> Vec<LeikaKey> {
        let rows = self.at("de.leika").map(Tree::items).unwrap_or_default();
        let keys = rows.iter().filter_map(|row| row.get("leika-id").and_then(Tree::text));
        let mut found: Vec<LeikaKey> = Vec::new();
        for key in keys.filter_map(LeikaKey::parse) {
            if !found.contains(&key) {
                found.push(key);
            }
        }
        found
    }

    /// What does not follow the standard.
    pub fn check(&self, file: &str) -> Vec<Finding> {
        let mut checker = Checker { file, findings: Vec::new() };
        for path in REQUIRED.iter().filter(|path| self.at(path).is_none_or(Tree::is_empty)) {
            let rule = if *path == "legal.license" { Rule::LicenceMissing } else { Rule::PubliccodeKeyMissing };
            checker.add(Finding::new(rule, file, *path).with("name", path));
        }
        checker.texts(self.at("description").map(Tree::entries).unwrap_or_default());
        checker.maintenance(self);
        checker.keys(&self.tree, "", "");
        let source = self.text("url");
        if !source.is_empty() && !source.starts_with("https://") {
            checker.add(Finding::new(Rule::SourceInsecure, file, "url"));
        }
        checker.findings
    }
}

struct Checker<'a> {
    file: &'a str,
    findings: Vec<Finding>,
}

impl Checker<'_> {
    fn add(&mut self, finding: Finding) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        }
    }

    fn missing(&mut self, key: String, name: &str) {
        self.add(Finding::new(Rule::PubliccodeKeyMissing, self.file, key).with("name", name));
    }

    fn texts(&mut self, languages: &[(String, Tree)]) {
        for (language, texts) in languages {
            for (name, min, max) in [("shortDescription", 1, 150), ("longDescription", 150, 10_000)] {
                let length = texts.get(name).and_then(Tree::text).map_or(0, |t| t.trim().chars().count());
                if !(min..=max).contains(&length) {
                    let key = format!("description.{language}.{name}");
                    let finding = Finding::new(Rule::PubliccodeText, self.file, key);
                    self.add(finding.with("min", min).with("max", max));
                }
            }
            if texts.get("features").is_none_or(Tree::is_empty) {
                self.missing(format!("description.{language}.features"), "features");
            }
        }
    }

    fn maintenance(&mut self, publiccode: &Publiccode) {
        let (list, fields): (&str, &[&str]) = match publiccode.text("maintenance.type") {
            "contract" => ("contractors", &["name", "until"]),
            "internal" | "community" => ("contacts", &["name"]),
            _ => return,
        };
        let entries = publiccode.at(&format!("maintenance.{list}")).map(Tree::items).unwrap_or_default();
        if entries.is_empty() {
            self.missing(format!("maintenance.{list}"), list);
        }
        for (i, entry) in entries.iter().enumerate() {
            for field in fields.iter().filter(|field| entry.get(field).is_none_or(Tree::is_empty)) {
                self.missing(format!("maintenance.{list}[{i}].{field}"), field);
            }
        }
    }

    /// Walks through all keys: `pattern` is the place in the table, `key` the one in the file.
    fn keys(&mut self, tree: &Tree, pattern: &str, key: &str) {
        for (name, value) in tree.entries() {
            let at = crate::config::join(key, name);
            // Each language is a key of its own.
            let named = if pattern == "description" { "*" } else { name.as_str() };
            let place = crate::config::join(pattern, named);
            match KEYS.iter().find(|(path, _, _)| *path == place) {
                None => self.add(Finding::new(Rule::PubliccodeKeyUnknown, self.file, at).with("name", name)),
                Some((_, form, listed)) => {
                    if *listed == Listed::Deprecated {
                        let finding = Finding::new(Rule::PubliccodeKeyDeprecated, self.file, at.clone());
                        self.add(finding.with("name", name));
                    }
                    self.form(value, *form, &place, &at);
                }
            }
        }
    }

    fn form(&mut self, value: &Tree, form: Form, place: &str, at: &str) {
        match form {
            Form::Any => {}
            Form::Map => match value {
                Tree::Map(_) => self.keys(value, place, at),
                _ => self.wrong(at, "Map"),
            },
            Form::Maps => match value {
                Tree::List(items) => {
                    for (i, item) in items.iter().enumerate() {
                        let at = format!("{at}[{i}]");
                        match item {
                            Tree::Map(_) => self.keys(item, place, &at),
                            _ => self.wrong(&at, "Map"),
                        }
                    }
                }
                _ => self.wrong(at, "List"),
            },
            Form::Texts(words) => match value {
                Tree::List(items) => {
                    for (i, item) in items.iter().enumerate() {
                        self.scalar(item, &format!("{at}[{i}]"), words);
                    }
                }
                _ => self.wrong(at, "List"),
            },
            // One or several.
            Form::TextOrTexts => match value {
                Tree::List(_) => self.form(value, Form::Texts(&[]), place, at),
                _ => self.scalar(value, at, &[]),
            },
            Form::Text(words) => self.scalar(value, at, words),
            Form::Date => {
                let date = value.text().is_some_and(|t| matches!(value, Tree::Text(_)) && is_date(t));
                if !date {
                    self.wrong(at, "YYYY-MM-DD");
                }
            }
            Form::Flag if !matches!(value, Tree::Flag(_)) => self.wrong(at, "true, false"),
            Form::Flag => {}
        }
    }

    fn wrong(&mut self, at: &str, expected: &str) {
        self.add(Finding::new(Rule::PubliccodeType, self.file, at).with("expected", expected));
    }

    fn scalar(&mut self, value: &Tree, at: &str, words: &[&str]) {
        match value {
            Tree::Text(text) if words.is_empty() || words.contains(&text.as_str()) => {}
            Tree::Text(text) => {
                let finding = Finding::new(Rule::PubliccodeValue, self.file, at).with("value", text);
                self.add(finding.with("allowed", words.join(", ")));
            }
            // Written without quotation marks, a version is a number and loses its zeros in other programs.
            _ => self.wrong(at, "Text (\"…\")"),
        }
    }
}

fn is_date(text: &str) -> bool {
    let digits = |range: std::ops::Range<usize>| text.get(range).and_then(|t| t.parse::<u8>().ok());
    text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() })
        && digits(5..7).is_some_and(|month| (1..=12).contains(&month))
        && digits(8..10).is_some_and(|day| (1..=31).contains(&day))
}
