//! Two JSON values, place by place.

use portal_model::pages::release_diff::{Change, Line};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Most characters of a value or a place.
const MAX_SHOWN: usize = 200;
/// Characters before the first difference that are shown of long texts.
const CONTEXT: usize = 40;
/// What entries of lists are told apart by, if every entry has it and no two have the same.
const IDENTITIES: &[&str] =
    &["/name", "/name/$name", "/metadata/name", "/metadata/name/$name", "/mountPath", "/id", "/job"];
/// Placeholders whose argument is a name and no value.
const NAMES: &[&str] = &["$if", "$json", "$name", "$secret", "$target", "$value"];

/// The old and the new of something.
#[derive(Debug, Clone, Copy)]
pub struct Sides<T> {
    pub old: T,
    pub new: T,
}

impl<T> Sides<T> {
    pub fn as_ref(&self) -> Sides<&T> {
        Sides { old: &self.old, new: &self.new }
    }

    pub fn map<U>(self, f: impl Fn(T) -> U) -> Sides<U> {
        Sides { old: f(self.old), new: f(self.new) }
    }
}

impl<K: Ord, V: PartialEq> Sides<BTreeMap<K, V>> {
    /// What only one side has, or both differently, in the order of the keys.
    pub fn changed(&self) -> Vec<(&K, Change, Option<&V>, Option<&V>)> {
        let keys: BTreeSet<&K> = self.old.keys().chain(self.new.keys()).collect();
        let change = |key| match (self.old.get(key), self.new.get(key)) {
            (None, new) => Some((key, Change::Added, None, new)),
            (old, None) => Some((key, Change::Removed, old, None)),
            (old, new) if old != new => Some((key, Change::Changed, old, new)),
            _ => None,
        };
        keys.into_iter().filter_map(change).collect()
    }
}

/// Every place at which two values differ, down to single values; of one that is missing on a side, all it holds. In a Secret
/// the values are masked.
pub fn compare(old: Option<&Value>, new: Option<&Value>, secret: bool) -> Vec<Line> {
    let mut walk = Walk { secret, lines: Vec::new() };
    walk.value("", old, new);
    walk.lines
}

struct Walk {
    secret: bool,
    lines: Vec<Line>,
}

impl Walk {
    fn value(&mut self, path: &str, old: Option<&Value>, new: Option<&Value>) {
        let (empty_map, empty_list) = (Map::new(), Vec::new());
        match (old, new) {
            (old, new) if old == new => {}
            (Some(Value::Object(old)), Some(Value::Object(new))) => self.maps(path, old, new),
            (Some(Value::Object(old)), None) if !old.is_empty() => self.maps(path, old, &empty_map),
            (None, Some(Value::Object(new))) if !new.is_empty() => self.maps(path, &empty_map, new),
            (Some(Value::Array(old)), Some(Value::Array(new))) => self.lists(path, old, new),
            (Some(Value::Array(old)), None) if !old.is_empty() => self.lists(path, old, &empty_list),
            (None, Some(Value::Array(new))) if !new.is_empty() => self.lists(path, &empty_list, new),
            (old, new) => self.line(path, old, new),
        }
    }

    fn maps(&mut self, path: &str, old: &Map<String, Value>, new: &Map<String, Value>) {
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in keys {
            self.value(&crate::config::join(path, key), old.get(key), new.get(key));
        }
    }

    fn lists(&mut self, path: &str, old: &[Value], new: &[Value]) {
        let named = IDENTITIES.iter().find_map(|at| Some((identities(old, at)?, identities(new, at)?)));
        let Some((old_names, new_names)) = named else {
            for i in 0..old.len().max(new.len()) {
                self.value(&format!("{path}[{i}]"), old.get(i), new.get(i));
            }
            return;
        };
        let all: BTreeSet<&str> = old_names.iter().chain(&new_names).copied().collect();
        let at =
            |items, names: &[&str], name| names.iter().position(|n| *n == name).and_then(|i| <[Value]>::get(items, i));
        for name in all {
            self.value(&format!("{path}[{name}]"), at(old, &old_names, name), at(new, &new_names, name));
        }
        let order = |names: &[&str], others: &[&str]| {
            let common: Vec<&str> = names.iter().copied().filter(|name| others.contains(name)).collect();
            Value::String(common.join(", "))
        };
        let (old, new) = (order(&old_names, &new_names), order(&new_names, &old_names));
        if old != new {
            self.line(&format!("{path}[]"), Some(&old), Some(&new));
        }
    }

    fn line(&mut self, path: &str, old: Option<&Value>, new: Option<&Value>) {
        let masked = self.secret && is_secret_place(path);
        let text = |value: &Value| if masked { String::new() } else { plain(value) };
        let (old, new) = cut(old.map(text), new.map(text));
        self.lines.push(Line { path: shown(path), old, new, masked });
    }
}

/// The values of a Secret, and what a template writes there itself; names in placeholders are none.
fn is_secret_place(path: &str) -> bool {
    let inside = ["data", "stringData"]
        .iter()
        .any(|key| path.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')));
    let name = path.rsplit('.').next().unwrap_or_default();
    inside && !NAMES.contains(&name)
}

/// The text at a place of every entry, if all have one and no two the same.
fn identities<'a>(items: &'a [Value], at: &str) -> Option<Vec<&'a str>> {
    let names: Vec<&str> = items.iter().map(|item| item.pointer(at)?.as_str()).collect::<Option<_>>()?;
    let different: BTreeSet<&&str> = names.iter().collect();
    (different.len() == names.len()).then_some(names)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Cuts two texts so that their first difference is seen.
fn cut(old: Option<String>, new: Option<String>) -> (Option<String>, Option<String>) {
    let short = |text: &Option<String>| text.as_ref().is_none_or(|text| text.chars().nth(MAX_SHOWN).is_none());
    if short(&old) && short(&new) {
        return (old.as_deref().map(shown), new.as_deref().map(shown));
    }
    let same = match (&old, &new) {
        (Some(old), Some(new)) => old.chars().zip(new.chars()).take_while(|(a, b)| a == b).count(),
        _ => 0,
    };
    let start = same.saturating_sub(CONTEXT);
    let part = |text: String| {
        let left = if start > 0 { "…" } else { "" };
        let right = if text.chars().nth(start + MAX_SHOWN).is_some() { "…" } else { "" };
        let middle: String = text.chars().skip(start).take(MAX_SHOWN).collect();
        format!("{left}{}{right}", shown(&middle))
    };
    (old.map(part), new.map(part))
}

/// A stranger's text, cut. What would hide or reorder text on the screen (control characters, bidirectional overrides; Unicode
/// TR 36, "Trojan Source") shows as a replacement character.
pub fn shown(text: &str) -> String {
    let hides = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let mut cut: String = text.chars().take(MAX_SHOWN).map(|c| if hides(c) { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(MAX_SHOWN).is_some() {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lines(old: Value, new: Value) -> Vec<(String, Option<String>, Option<String>)> {
        let found = compare(Some(&old), Some(&new), false);
        found.into_iter().map(|line| (line.path, line.old, line.new)).collect()
    }

    fn line(path: &str, old: Option<&str>, new: Option<&str>) -> (String, Option<String>, Option<String>) {
        (path.to_owned(), old.map(str::to_owned), new.map(str::to_owned))
    }

    #[test]
    fn names_every_place() {
        let old = json!({"a": 1, "b": {"c": [1, 2]}, "same": [{}], "x": {"y": {"z": true}}, "t": "1"});
        let new = json!({"a": 2, "b": {"c": [1, 3, 4]}, "same": [{}], "w": {}, "t": 1});
        let expected = vec![
            line("a", Some("1"), Some("2")),
            line("b.c[1]", Some("2"), Some("3")),
            line("b.c[2]", None, Some("4")),
            line("t", Some("1"), Some("1")),
            line("w", None, Some("{}")),
            line("x.y.z", Some("true"), None),
        ];
        assert_eq!(lines(old, new), expected);
    }

    #[test]
    fn entries_are_found_by_their_name() {
        let old = json!([{"name": "a", "v": 1}, {"name": "b", "v": 1}, {"name": "c"}]);
        let new = json!([{"name": "b", "v": 2}, {"name": "a", "v": 1}, {"name": "d"}]);
        let expected = vec![
            line("[b].v", Some("1"), Some("2")),
            line("[c].name", Some("c"), None),
            line("[d].name", None, Some("d")),
            line("[]", Some("a, b"), Some("b, a")),
        ];
        assert_eq!(lines(old, new), expected);
        let twice = json!([{"name": "a", "v": 1}, {"name": "a", "v": 2}]);
        assert_eq!(lines(twice.clone(), json!([])).len(), 4);
        assert_eq!(lines(twice.clone(), twice), vec![]);
    }

    #[test]
    fn long_texts_show_where_they_differ() {
        let (old, new) = (format!("{}old{}", "a".repeat(500), "z".repeat(500)), format!("{}new", "a".repeat(500)));
        let found = lines(json!({ "t": old }), json!({ "t": new }));
        let expected_new = format!("…{}new", "a".repeat(CONTEXT));
        assert_eq!(found[0].2.as_deref(), Some(expected_new.as_str()));
        assert!(found[0].1.as_ref().is_some_and(|t| t.starts_with("…") && t.contains("aold") && t.ends_with('…')));
        assert_eq!(lines(json!("a\u{202e}b"), json!("a\tb")), vec![line("", Some("a\u{fffd}b"), Some("a\u{fffd}b"))]);
    }

    #[test]
    fn secrets_are_masked() {
        let old =
            json!({"kind": "Secret", "stringData": {"a": "geheim", "b": {"$secret": "x"}, "c": {"$concat": ["p", 1]}}});
        let new =
            json!({"kind": "Secret", "stringData": {"a": "anders", "b": {"$secret": "y"}, "c": {"$concat": ["q", 1]}}});
        let found = compare(Some(&old), Some(&new), true);
        let seen: Vec<_> = found.iter().map(|l| (l.path.as_str(), l.masked, l.new.as_deref())).collect();
        let expected = vec![
            ("stringData.a", true, Some("")),
            ("stringData.b.$secret", false, Some("y")),
            ("stringData.c.$concat[0]", true, Some("")),
        ];
        assert_eq!(seen, expected);
        assert!(!serde_json::to_string(&found).unwrap().contains("geheim"));
    }
}
