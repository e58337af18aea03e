//! Sample values of a schema: for the check before publishing, and for the demonstration.

use crate::config::{Choice, ConfigSchema, Format, GEMEINDEN, Kind, MAX_TEXT, Node, Property};
use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

/// Two keys of Gemeinden in the sample.
const SAMPLE_GEMEINDEN: [&str; 2] = ["010575727004", "010575727007"];
/// Parts of a pattern that are looked at for one text: patterns come from a stranger.
const FUEL: usize = 20_000;
/// Characters and list entries of all samples of a schema.
const MAX_SAMPLES: usize = 200_000;

/// Any secret, for rendering without real ones.
pub fn sample_secrets() -> impl Fn(&str) -> Option<Zeroizing<String>> {
    |_: &str| Some(Zeroizing::new("muster-geheimnis".to_owned()))
}

/// A text of the form that the schema wants for a secret. It is the same every time.
pub fn sample_secret(schema: &ConfigSchema, path: &str) -> Option<String> {
    let node = schema.node(path).filter(|node| node.secret)?;
    Sampler { left: MAX_SAMPLES }.sample(node).as_str().map(str::to_owned)
}

/// The defaults, and something that fits for every required value without one; with two Gemeinden if values may differ.
pub fn sample_values(schema: &ConfigSchema) -> Value {
    let mut values = schema.defaults();
    Sampler { left: MAX_SAMPLES }.fill(&schema.properties, &mut values);
    if schema.has_gemeinde_values()
        && let Value::Object(map) = &mut values
    {
        let rows: Map<String, Value> = SAMPLE_GEMEINDEN.iter().map(|ars| ((*ars).to_owned(), json!({}))).collect();
        map.insert(GEMEINDEN.to_owned(), Value::Object(rows));
    }
    values
}

/// Makes values up to a number: lists in lists with many entries each would have no end.
struct Sampler {
    left: usize,
}

impl Sampler {
    fn fill(&mut self, properties: &[Property], values: &mut Value) {
        let Value::Object(map) = values else { return };
        for property in properties.iter().filter(|p| !p.node.secret) {
            if let Kind::Object(inner) = &property.node.kind {
                if property.required || map.contains_key(&property.name) {
                    self.fill(inner, map.entry(property.name.clone()).or_insert_with(|| json!({})));
                }
            } else if property.required && !map.contains_key(&property.name) {
                map.insert(property.name.clone(), self.sample(&property.node));
            }
        }
    }

    fn sample(&mut self, node: &Node) -> Value {
        match &node.kind {
            Kind::Text { format: Some(Format::Date), .. } => "2027-01-01".into(),
            Kind::Text { format: Some(Format::Email), .. } => "muster@example.org".into(),
            Kind::Text { format: Some(Format::Uri), .. } => "https://muster.example/".into(),
            Kind::Text { pattern, min, max, .. } => {
                let max = max.unwrap_or(MAX_TEXT).min(self.left as u64);
                let fits = pattern.as_deref().and_then(|p| matching(p, min.unwrap_or(1), max));
                let text = fits.unwrap_or_else(|| {
                    let wanted = usize::try_from(min.unwrap_or(1).max(6).min(max)).unwrap_or(6);
                    "Muster".chars().cycle().take(wanted).collect()
                });
                self.left -= text.len().min(self.left);
                text.into()
            }
            Kind::Number { min, max, .. } => {
                min.clone().or_else(|| max.clone()).map_or_else(|| 1.into(), Value::Number)
            }
            Kind::Boolean => false.into(),
            Kind::Choice(choices) => choices.first().map_or(Value::Null, |Choice { value, .. }| value.clone()),
            Kind::List { items, min, .. } => {
                let mut list = Vec::new();
                for _ in 0..min.unwrap_or(0) {
                    if self.left == 0 {
                        break;
                    }
                    self.left -= 1;
                    list.push(self.sample(items));
                }
                Value::Array(list)
            }
            Kind::Object(properties) => {
                let mut value = json!({});
                self.fill(properties, &mut value);
                value
            }
        }
    }
}

/// A short text that a pattern matches, with so many characters. `None` if none is found.
fn matching(pattern: &str, min: u64, max: u64) -> Option<String> {
    let hir = regex_syntax::parse(pattern).ok()?;
    // Repeating a little more than the pattern asks for, until it is long enough.
    [0, 1, 2, 4, 8, 16, 32, 64, 128].into_iter().find_map(|more| {
        let mut writer = Writer { text: String::new(), more, fuel: FUEL };
        writer.write(&hir)?;
        let length = writer.text.chars().count() as u64;
        let fits = (min..=max).contains(&length) && !writer.text.trim().is_empty();
        fits.then_some(writer.text)
    })
}

struct Writer {
    text: String,
    more: u32,
    fuel: usize,
}

impl Writer {
    fn write(&mut self, hir: &Hir) -> Option<()> {
        self.fuel = self.fuel.checked_sub(1)?;
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Some(()),
            HirKind::Literal(literal) => {
                self.text.push_str(std::str::from_utf8(&literal.0).ok()?);
                Some(())
            }
            HirKind::Class(Class::Unicode(class)) => {
                let holds = |c: char| class.ranges().iter().any(|r| (r.start()..=r.end()).contains(&c));
                let usual = ['A', 'a', '1'].into_iter().find(|c| holds(*c));
                self.text.push(usual.or_else(|| class.ranges().first().map(|r| r.start()))?);
                Some(())
            }
            HirKind::Class(Class::Bytes(_)) => None,
            HirKind::Repetition(repetition) => {
                let times = repetition.min.saturating_add(self.more).min(repetition.max.unwrap_or(u32::MAX));
                (0..times).try_for_each(|_| self.write(&repetition.sub))
            }
            HirKind::Capture(capture) => self.write(&capture.sub),
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.write(part)),
            HirKind::Alternation(ways) => self.write(ways.first()?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_match_their_pattern() {
        for (pattern, min, max, expected) in [
            ("^[A-Z0-9-]{3,30}$", 1, 100, "AAA"),
            ("^[A-Z0-9-]*$", 5, 100, "AAAAAAAA"),
            ("^DE[0-9]{2}(x|y)?$", 1, 100, "DE11"),
            ("^[0-9a-f]{8}(-[0-9a-f]{4}){3}$", 1, 100, "aaaaaaaa-aaaa-aaaa-aaaa"),
            ("^[ ]+[+]$", 1, 10, " +"),
        ] {
            assert_eq!(matching(pattern, min, max).as_deref(), Some(expected), "{pattern}");
        }
        for (pattern, min, max) in [("^a$", 2, 9), ("^ *$", 1, 9), ("(", 1, 9), ("^((a{100}){100}){100}$", 1, 9)] {
            assert_eq!(matching(pattern, min, max), None, "{pattern}");
        }
    }
}
