//! Reads a posted form into a values document. What cannot be read stays as it was typed, so that the form can show it
//! again; the error says what is wrong.

use super::path::join;
use super::{ConfigSchema, GEMEINDEN, Kind, Node, Part, Property};
use portal_model::Lang;
use portal_model::ars::Ars;
use portal_model::form::{FieldError, code};
use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;
use std::fmt;
use zeroize::Zeroizing;

/// Most fields of a posted form.
const MAX_PAIRS: usize = 20_000;
/// Posted under the bare number of a list's entry, it makes an empty entry: a person asked for one more row.
pub const ADDED_ENTRY: &str = "\u{1}";
/// Most segments of a name.
const MAX_SEGMENTS: usize = 16;

/// What a form may hold.
#[derive(Debug, Clone, Copy)]
pub struct FormScope<'a> {
    /// Which fields belong to the form.
    pub part: Part,
    /// The Gemeinden that the Verwaltung serves.
    pub gemeinden: &'a [Ars],
    /// How numbers are written.
    pub lang: Lang,
}

/// A form that was read. Its `Debug` form shows which secrets were entered, never what they are.
#[derive(Default)]
pub struct Decoded {
    /// The document, with what was typed where it could not be read.
    pub values: Value,
    /// Secrets that were entered, by path. Empty ones keep what is stored and are not here.
    pub secrets: BTreeMap<String, Zeroizing<String>>,
    /// What is wrong, also by the schema.
    pub errors: Vec<FieldError>,
}

impl fmt::Debug for Decoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { values, secrets, errors } = self;
        let secrets: Vec<&String> = secrets.keys().collect();
        f.debug_struct("Decoded").field("values", values).field("secrets", &secrets).field("errors", errors).finish()
    }
}

#[derive(Default)]
struct Tree<'a> {
    /// The last value posted under this name.
    text: Option<&'a str>,
    children: BTreeMap<&'a str, Tree<'a>>,
}

/// Reads the fields `w.…` and `g.<ARS>.…` of a posted form; other names are somebody else's.
pub fn from_form(pairs: &[(String, String)], schema: &ConfigSchema, scope: FormScope<'_>) -> Decoded {
    let mut decoded = Decoded::default();
    if pairs.len() > MAX_PAIRS {
        decoded.values = Value::Object(Map::new());
        decoded.errors.push(FieldError::new("", code::TOO_MUCH));
        return decoded;
    }
    let mut tree = Tree::default();
    for (name, text) in pairs {
        let mut at = &mut tree;
        for segment in name.split('.').take(MAX_SEGMENTS) {
            at = at.children.entry(segment).or_default();
        }
        at.text = Some(text.as_str());
    }
    let mut reader = Reader { scope, secrets: BTreeMap::new(), errors: Vec::new() };
    let none = Tree::default();
    let mut map = reader.object(&schema.properties, tree.children.get("w").unwrap_or(&none), "", scope.part);
    if let Some(rows) = tree.children.get("g").filter(|_| scope.part != Part::Stage) {
        map.insert(GEMEINDEN.to_owned(), Value::Object(reader.gemeinden(schema, rows)));
    }
    decoded.values = Value::Object(map);
    let mut errors = reader.errors;
    for (path, secret) in &reader.secrets {
        errors.extend(schema.check_secret(path, secret));
    }
    for error in schema.validate(&decoded.values, scope.part) {
        if !errors.iter().any(|e| e.path == error.path) {
            errors.push(error);
        }
    }
    decoded.secrets = reader.secrets;
    decoded.errors = errors;
    decoded
}

struct Reader<'a> {
    scope: FormScope<'a>,
    secrets: BTreeMap<String, Zeroizing<String>>,
    errors: Vec<FieldError>,
}

impl Reader<'_> {
    fn gemeinden(&mut self, schema: &ConfigSchema, rows: &Tree<'_>) -> Map<String, Value> {
        let own: Vec<Property> = schema.properties.iter().filter(|p| p.node.gemeinde).cloned().collect();
        let mut out = Map::new();
        for (ars, row) in &rows.children {
            let path = join(GEMEINDEN, ars);
            if self.scope.gemeinden.iter().any(|known| known.as_str() == *ars) {
                out.insert((*ars).to_owned(), Value::Object(self.object(&own, row, &path, Part::Shared)));
            } else {
                self.errors.push(FieldError::new(path, code::GEMEINDE));
            }
        }
        out
    }

    fn object(&mut self, properties: &[Property], tree: &Tree<'_>, prefix: &str, part: Part) -> Map<String, Value> {
        let mut map = Map::new();
        for name in tree.children.keys() {
            let known = properties.iter().find(|p| p.name == *name);
            if known.is_none_or(|p| !p.node.is_in(part) && !p.node.secret) {
                self.errors.push(FieldError::new(join(prefix, name), code::UNKNOWN));
            }
        }
        for property in properties {
            let Some(below) = tree.children.get(property.name.as_str()) else { continue };
            let path = join(prefix, &property.name);
            if property.node.secret {
                self.secret(below, path);
            } else if property.node.is_in(part)
                && let Some(value) = self.node(&property.node, below, &path, part, property.required)
            {
                map.insert(property.name.clone(), value);
            }
        }
        map
    }

    fn secret(&mut self, tree: &Tree<'_>, path: String) {
        let Some(text) = tree.text.filter(|t| !t.is_empty()) else { return };
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\r') {
            self.errors.push(FieldError::new(path, code::CONTROL_CHARACTER));
        } else {
            self.secrets.insert(path, Zeroizing::new(text.to_owned()));
        }
    }

    fn node(&mut self, node: &Node, tree: &Tree<'_>, path: &str, part: Part, required: bool) -> Option<Value> {
        match &node.kind {
            Kind::Object(properties) => {
                // An object that belongs to a stage as a whole has no parts of its own.
                let part = if node.stage { Part::All } else { part };
                let map = self.object(properties, tree, path, part);
                (required || !map.is_empty()).then_some(Value::Object(map))
            }
            Kind::List { items, .. } => self.list(items, tree, path, part, required),
            _ => {
                if let Some(extra) = tree.children.keys().next() {
                    self.errors.push(FieldError::new(join(path, extra), code::UNKNOWN));
                }
                self.scalar(node, tree.text?, path)
            }
        }
    }

    fn list(&mut self, items: &Node, tree: &Tree<'_>, path: &str, part: Part, required: bool) -> Option<Value> {
        let mut entries: Vec<(u32, &Tree<'_>)> = Vec::new();
        for (index, below) in &tree.children {
            match index.parse::<u32>() {
                Ok(number) if number.to_string() == *index => entries.push((number, below)),
                _ => self.errors.push(FieldError::new(join(path, index), code::UNKNOWN)),
            }
        }
        entries.sort_by_key(|(number, _)| *number);
        let mut values = Vec::new();
        for (_, below) in entries {
            // Numbered anew without the empty ones, so that paths of errors fit the document.
            let at = join(path, &values.len().to_string());
            if below.text == Some(ADDED_ENTRY) {
                let is_object = matches!(items.kind, Kind::Object(_));
                values.push(if is_object { Value::Object(Map::new()) } else { Value::String(String::new()) });
                continue;
            }
            values.extend(self.node(items, below, &at, part, false));
        }
        (required || !values.is_empty()).then_some(Value::Array(values))
    }

    fn scalar(&mut self, node: &Node, text: &str, path: &str) -> Option<Value> {
        let lines = text.replace("\r\n", "\n");
        if lines.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.errors.push(FieldError::new(path, code::CONTROL_CHARACTER));
        }
        let trimmed = lines.trim();
        if trimmed.is_empty() {
            return None;
        }
        let raw = || Value::String(trimmed.to_owned());
        Some(match &node.kind {
            Kind::Boolean => match trimmed {
                "1" | "true" | "on" => Value::Bool(true),
                "0" | "false" | "off" => Value::Bool(false),
                _ => raw(),
            },
            Kind::Number { .. } => number(trimmed, self.scope.lang).map_or_else(raw, Value::Number),
            Kind::Choice(choices) => choices
                .iter()
                .find(|c| c.value.as_str() == Some(trimmed) || number_text(&c.value).as_deref() == Some(trimmed))
                .map_or_else(raw, |c| c.value.clone()),
            Kind::Text { format: Some(super::Format::Date), .. } => {
                german_date(trimmed).map_or_else(raw, Value::String)
            }
            _ => raw(),
        })
    }
}

/// `12,50` · `1.234,5` · `1.200` (a thousand and two hundred in German) · `-3` · `12.5`.
pub(super) fn number(text: &str, lang: Lang) -> Option<Number> {
    let grouping = lang.pick(".", ",").chars().next()?;
    let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}')).collect();
    let marks: Vec<(usize, char)> = plain.char_indices().filter(|(_, c)| *c == ',' || *c == '.').collect();
    let decimal = match marks.as_slice() {
        [] => None,
        [(at, mark)] => (*mark != grouping || plain.len() - at != 4).then_some(*at),
        [(_, first), .., (at, last)] => (first != last).then_some(*at),
    };
    let mut groups = decimal.map_or(plain.as_str(), |at| &plain[..at]).split([',', '.']);
    let whole_first = groups.next()?;
    let mut digits = whole_first.to_owned();
    for group in groups {
        if group.len() != 3 || whole_first.trim_start_matches('-').is_empty() || whole_first.len() > 4 {
            return None;
        }
        digits.push_str(group);
    }
    let fraction = decimal.map(|at| &plain[at + 1..]);
    let unsigned = digits.strip_prefix('-').unwrap_or(&digits);
    let all_digits = |t: &str| !t.is_empty() && t.len() <= 15 && t.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(unsigned) || fraction.is_some_and(|f| !all_digits(f)) {
        return None;
    }
    match fraction.map(|f| f.trim_end_matches('0')).filter(|f| !f.is_empty()) {
        None => digits.parse::<i64>().ok().map(Number::from),
        Some(fraction) => Number::from_f64(format!("{digits}.{fraction}").parse().ok()?),
    }
}

/// The text of a value that is a number.
fn number_text(value: &Value) -> Option<String> {
    value.as_number().map(Number::to_string)
}

/// `1.4.2027` as `2027-04-01`; ISO dates stay.
fn german_date(text: &str) -> Option<String> {
    let mut parts = text.split('.');
    let (Some(day), Some(month), Some(year), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    let digits = |t: &str, most: usize| {
        (t.len() <= most && t.bytes().all(|b| b.is_ascii_digit())).then(|| t.parse::<u32>().ok())?
    };
    let (day, month, year) = (digits(day.trim(), 2)?, digits(month.trim(), 2)?, digits(year.trim(), 4)?);
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        let de = |text: &str| number(text, Lang::De).map(|n| n.to_string());
        let en = |text: &str| number(text, Lang::En).map(|n| n.to_string());
        for (text, expected) in [
            ("12,50", "12.5"),
            ("1.200", "1200"),
            ("1.234,5", "1234.5"),
            ("12.5", "12.5"),
            ("1.234.567", "1234567"),
            ("-3", "-3"),
            ("0,5", "0.5"),
            ("1 200", "1200"),
            ("12,00", "12"),
        ] {
            assert_eq!(de(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(en("1,200").as_deref(), Some("1200"));
        assert_eq!(en("12.500").as_deref(), Some("12.5"));
        assert_eq!(en("12,5").as_deref(), Some("12.5"));
        for bad in ["", "-", ",5", "5,", "1,2,3", "1.2.3,4", "zwölf", "1e5", "12 €", "--1", "9999999999999999999", "١"]
        {
            assert_eq!(de(bad), None, "{bad}");
        }
    }

    #[test]
    fn dates_as_people_write_them() {
        assert_eq!(german_date("1.4.2027").as_deref(), Some("2027-04-01"));
        assert_eq!(german_date("2027-04-01"), None);
        assert_eq!(german_date("1.4.27x"), None);
    }
}
