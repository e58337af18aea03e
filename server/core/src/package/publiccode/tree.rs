//! YAML without loss: keys in their order, numbers as they were written (`version: 0.10` is not `0.1`).

use super::super::yaml;
use portal_model::finding::{Finding, Rule};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// A value of YAML.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Tree {
    /// Nothing.
    #[default]
    Null,
    /// Yes or no.
    Flag(bool),
    /// A number as it was written.
    Number(String),
    /// Text.
    Text(String),
    /// Several.
    List(Vec<Tree>),
    /// Keys and values in their order.
    Map(Vec<(String, Tree)>),
}

impl Tree {
    /// Reads the only document of a file.
    ///
    /// # Errors
    /// A finding with the place.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, Finding> {
        let text = yaml::text(file, bytes)?;
        let typed: Tree = serde_saphyr::from_str_with_options(text, yaml::options())
            .map_err(|error| yaml::unreadable(file, &error))?;
        // Read again, with what was a number read as the text that it is. What cannot be read so keeps its value.
        let seed = Written(Some(&typed));
        let written =
            serde_saphyr::with_deserializer_from_str_with_options(text, yaml::options(), |d| seed.deserialize(d));
        match written.unwrap_or(typed) {
            Tree::Null => Err(Finding::new(Rule::YamlUnreadable, file, "").at_line(1, 1)),
            tree => Ok(tree),
        }
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&Tree> {
        match self {
            Tree::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The value at a path with dots.
    pub fn at(&self, path: &str) -> Option<&Tree> {
        path.split('.').try_fold(self, |tree, key| tree.get(key))
    }

    /// Entries of a map.
    pub fn entries(&self) -> &[(String, Tree)] {
        match self {
            Tree::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Items of a list.
    pub fn items(&self) -> &[Tree] {
        match self {
            Tree::List(items) => items,
            _ => &[],
        }
    }

    /// The text, also of a number.
    pub fn text(&self) -> Option<&str> {
        match self {
            Tree::Text(text) | Tree::Number(text) => Some(text),
            _ => None,
        }
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        match self {
            Tree::Null => true,
            Tree::Text(text) => text.trim().is_empty(),
            Tree::List(items) => items.is_empty(),
            Tree::Map(entries) => entries.is_empty(),
            _ => false,
        }
    }

    /// As JSON; a number that JSON cannot hold becomes text.
    pub fn value(&self) -> Value {
        match self {
            Tree::Null => Value::Null,
            Tree::Flag(yes) => Value::Bool(*yes),
            Tree::Number(text) => match serde_json::from_str(text) {
                Ok(number @ Value::Number(_)) => number,
                _ => Value::String(text.clone()),
            },
            Tree::Text(text) => Value::String(text.clone()),
            Tree::List(items) => items.iter().map(Tree::value).collect(),
            Tree::Map(entries) => {
                Value::Object(entries.iter().map(|(key, value)| (key.clone(), value.value())).collect())
            }
        }
    }

    /// As YAML, in block style. Reading it gives the same tree.
    pub fn to_yaml(&self) -> String {
        let mut out = String::new();
        match self {
            Tree::Map(entries) if !entries.is_empty() => self.write(0, &mut out),
            Tree::List(items) if !items.is_empty() => self.write(0, &mut out),
            scalar => {
                out.push_str(&scalar.scalar());
                out.push('\n');
            }
        }
        out
    }

    fn write(&self, indent: usize, out: &mut String) {
        match self {
            Tree::Map(entries) => {
                for (key, value) in entries {
                    out.push_str(&" ".repeat(indent));
                    out.push_str(&scalar_text(key));
                    out.push(':');
                    value.write_after(indent, out);
                }
            }
            Tree::List(items) => {
                for item in items {
                    out.push_str(&" ".repeat(indent));
                    out.push('-');
                    item.write_after(indent, out);
                }
            }
            _ => {}
        }
    }

    /// What stands behind a key or a hyphen.
    fn write_after(&self, indent: usize, out: &mut String) {
        let nested = matches!(self, Tree::Map(entries) if !entries.is_empty())
            || matches!(self, Tree::List(items) if !items.is_empty());
        if nested {
            out.push('\n');
            self.write(indent + 2, out);
        } else {
            out.push(' ');
            out.push_str(&self.scalar());
            out.push('\n');
        }
    }

    fn scalar(&self) -> String {
        match self {
            Tree::Null => "null".to_owned(),
            Tree::Flag(yes) => yes.to_string(),
            Tree::Number(text) => text.clone(),
            Tree::Text(text) => scalar_text(text),
            Tree::List(_) => "[]".to_owned(),
            Tree::Map(_) => "{}".to_owned(),
        }
    }
}

/// Words that are no texts, in some version of YAML.
const WORDS: &[&str] = &["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf", "infinity"];

/// A text without quotation marks where nothing in it could mean anything else, or as a JSON string, which YAML reads.
fn scalar_text(text: &str) -> String {
    let inner = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '/' | '(' | ')' | ',' | '+');
    let plain = text.starts_with(char::is_alphabetic)
        && !text.ends_with(' ')
        && text.replace("://", "//").chars().all(inner)
        && !WORDS.contains(&text.to_lowercase().as_str());
    if plain {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Written(None).deserialize(deserializer)
    }
}

/// Reads a tree; with a first reading of the same text, numbers as they were written.
#[derive(Clone, Copy)]
struct Written<'a>(Option<&'a Tree>);

impl<'de> DeserializeSeed<'de> for Written<'_> {
    type Value = Tree;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        match self.0 {
            Some(Tree::Number(_)) => String::deserialize(deserializer).map(Tree::Number),
            _ => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Written<'_> {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("YAML")
    }

    fn visit_bool<E: Error>(self, yes: bool) -> Result<Tree, E> {
        Ok(Tree::Flag(yes))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Tree, E> {
        Ok(Tree::Number(number.to_string()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Tree, E> {
        Ok(Tree::Number(number.to_string()))
    }

    fn visit_i128<E: Error>(self, number: i128) -> Result<Tree, E> {
        Ok(Tree::Number(number.to_string()))
    }

    fn visit_u128<E: Error>(self, number: u128) -> Result<Tree, E> {
        Ok(Tree::Number(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Tree, E> {
        Ok(Tree::Number(format!("{number:?}")))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Tree, E> {
        Ok(Tree::Text(text))
    }

    fn visit_unit<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(Written(self.0.and_then(|t| t.items().get(items.len()))))? {
            items.push(item);
        }
        Ok(Tree::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut entries: Vec<(String, Tree)> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            let before = self.0.and_then(|t| t.entries().get(entries.len())).filter(|(name, _)| *name == key);
            let value = map.next_value_seed(Written(before.map(|(_, value)| value)))?;
            entries.push((key, value));
        }
        Ok(Tree::Map(entries))
    }
}
