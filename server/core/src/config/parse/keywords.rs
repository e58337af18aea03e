//! Keywords of a field: each is read on its own, and a wrong value is a finding.

use super::Reader;
use crate::config::path::join;
use crate::config::{Choice, Condition, Format, Kind, MAX_DECIMALS, MAX_PATTERN, step_of, validate};
use portal_model::Bilingual;
use portal_model::finding::{Finding, Rule};
use serde_json::{Map, Value};

impl Reader<'_> {
    pub(super) fn choice(&mut self, map: &Map<String, Value>, key: &str, kind: &str) -> Option<Kind> {
        let name = if map.contains_key("enum") { "enum" } else { "oneOf" };
        let fits = |value: &Value| match kind {
            "string" => value.is_string(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            _ => false,
        };
        let items = map.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut choices: Vec<Choice> = Vec::new();
        for (i, item) in items.iter().enumerate() {
            let at = format!("{key}.{name}[{i}]");
            let (value, title) = match item.as_object() {
                Some(option) if name == "oneOf" => {
                    for other in option.keys().filter(|k| !["const", "title", "x-title-en"].contains(&k.as_str())) {
                        self.bad(Rule::SchemaKeyword, &at, other);
                    }
                    let (title, _) = self.texts(option, &at);
                    (option.get("const").cloned().unwrap_or(Value::Null), title)
                }
                _ => (item.clone(), Bilingual::default()),
            };
            if !fits(&value) || choices.iter().any(|c| c.value == value) {
                self.bad(Rule::SchemaValue, &at, name);
                continue;
            }
            let plain = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let title = if title.de.is_empty() { Bilingual { de: plain, en: String::new() } } else { title };
            choices.push(Choice { value, title });
        }
        if choices.is_empty() || choices.len() > 200 || (map.contains_key("enum") && map.contains_key("oneOf")) {
            self.bad(Rule::SchemaValue, &join(key, name), name);
            return None;
        }
        Some(Kind::Choice(choices))
    }

    pub(super) fn texts(&mut self, map: &Map<String, Value>, key: &str) -> (Bilingual, Bilingual) {
        let mut read = |name: &str| self.text(map, key, name).unwrap_or_default();
        let title = Bilingual { de: read("title"), en: read("x-title-en") };
        let help = Bilingual { de: read("description"), en: read("x-description-en") };
        for (name, text) in [("x-title-en", &title), ("x-description-en", &help)] {
            if !text.de.is_empty() && text.en.is_empty() {
                self.add(Finding::new(Rule::EnglishMissing, self.file, join(key, name)));
            }
        }
        (title, help)
    }

    pub(super) fn text(&mut self, map: &Map<String, Value>, key: &str, name: &str) -> Option<String> {
        match map.get(name)? {
            Value::String(text) if text.len() <= 2_000 => Some(text.clone()),
            _ => {
                self.bad(Rule::SchemaValue, &join(key, name), name);
                None
            }
        }
    }

    pub(super) fn flag(&mut self, map: &Map<String, Value>, key: &str, name: &str) -> bool {
        match map.get(name) {
            None => false,
            Some(Value::Bool(value)) => *value,
            Some(_) => {
                self.bad(Rule::SchemaValue, &join(key, name), name);
                false
            }
        }
    }

    pub(super) fn count(&mut self, map: &Map<String, Value>, key: &str, name: &str, most: u64) -> Option<u64> {
        let value = map.get(name)?;
        let count = value.as_u64().filter(|n| *n <= most);
        if count.is_none() {
            self.bad(Rule::SchemaValue, &join(key, name), name);
        }
        count
    }

    pub(super) fn number(&mut self, map: &Map<String, Value>, key: &str, name: &str) -> Option<serde_json::Number> {
        match map.get(name)? {
            Value::Number(number) => Some(number.clone()),
            _ => {
                self.bad(Rule::SchemaValue, &join(key, name), name);
                None
            }
        }
    }

    /// Digits after the comma: `multipleOf` may be 1, 0.1, 0.01 and so on.
    pub(super) fn decimals(&mut self, map: &Map<String, Value>, key: &str) -> Option<u8> {
        let value = map.get("multipleOf")?;
        let step = value.as_f64();
        let decimals = (0..=MAX_DECIMALS).find(|n| step == Some(step_of(*n)));
        if decimals.is_none() {
            self.bad(Rule::SchemaValue, &join(key, "multipleOf"), "multipleOf");
        }
        decimals
    }

    pub(super) fn format(&mut self, map: &Map<String, Value>, key: &str) -> Option<Format> {
        let value = map.get("format")?;
        let format = match value.as_str() {
            Some("date") => Some(Format::Date),
            Some("email") => Some(Format::Email),
            Some("uri") => Some(Format::Uri),
            _ => None,
        };
        if format.is_none() {
            self.bad(Rule::SchemaValue, &join(key, "format"), "format");
        }
        format
    }

    pub(super) fn pattern(&mut self, map: &Map<String, Value>, key: &str) -> Option<String> {
        let value = map.get("pattern")?;
        let pattern = value.as_str().filter(|p| p.len() <= MAX_PATTERN && validate::compiles(p));
        if pattern.is_none() {
            self.add(Finding::new(Rule::SchemaPattern, self.file, join(key, "pattern")).with("max", MAX_PATTERN));
        }
        pattern.map(str::to_owned)
    }

    pub(super) fn condition(&mut self, map: &Map<String, Value>, key: &str) -> Option<Condition> {
        let value = map.get("x-if")?;
        let path = value.get("path").and_then(Value::as_str);
        match (path, value.get("equals"), value.as_object().map(Map::len)) {
            (Some(path), Some(equals), Some(2)) => Some(Condition { path: path.to_owned(), equals: equals.clone() }),
            _ => {
                self.bad(Rule::SchemaValue, &join(key, "x-if"), "x-if");
                None
            }
        }
    }
}
