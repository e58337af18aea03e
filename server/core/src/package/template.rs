//! Templates: Kubernetes YAML in which a map with one key that begins with `$` stands for something else. They are filled
//! as structures, never as text, so that no value can break out of its place.
//!
//! | placeholder | becomes |
//! |---|---|
//! | `{$value: path}` | the value with its type; a missing one removes its key or list item |
//! | `{$secret: path}` | the secret; only in `stringData` or `data` of a Secret, or anywhere in `chart-values.yaml` |
//! | `{$name: suffix}` | `<instance>-<suffix>`; with an empty suffix the name of the instance |
//! | `{$target: field}` | a fact of the target: `host`, `ingressClass`, `storageClass`, `tlsSecret` |
//! | `{$json: path}` | the value as JSON text; `gemeinden` gives the effective values of every Gemeinde |
//! | `{$concat: […]}` | the parts as one text |
//! | `{$if: path, equals: x, then: …, else: …}` | one or the other; without `equals` the value must be true or not empty |

use super::render::TargetFacts;
use crate::config::{ConfigSchema, GEMEINDEN, Kind, get, join};
use portal_model::finding::{Finding, Rule};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

/// One object of `manifests/` or `tests/`, or the values of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Its file.
    pub file: String,
    /// The object with placeholders.
    pub value: Value,
}

/// Longest suffix of a name: with the longest instance name a StatefulSet's pods still get valid labels.
pub const MAX_SUFFIX: usize = 11;
/// Facts that `$target` knows.
pub const TARGET_FIELDS: &[&str] = &["host", "ingressClass", "storageClass", "tlsSecret"];

impl Template {
    /// Kind of the object.
    pub fn kind(&self) -> &str {
        self.value.get("kind").and_then(Value::as_str).unwrap_or_default()
    }

    /// Suffix of the object's name, if it is a `$name`.
    pub fn name_suffix(&self) -> Option<&str> {
        self.value.get("metadata")?.get("name")?.get("$name")?.as_str()
    }

    /// Checks every placeholder against the schema.
    pub fn check(&self, schema: &ConfigSchema, findings: &mut Vec<Finding>) {
        let secrets = if self.kind() == "Secret" { Secrets::InData } else { Secrets::Nowhere };
        Checker { file: &self.file, schema, secrets, findings }.walk(&self.value, "");
    }

    /// Checks the values of a chart: as [`Template::check`], but secrets may stand anywhere.
    pub fn check_values(&self, schema: &ConfigSchema, findings: &mut Vec<Finding>) {
        Checker { file: &self.file, schema, secrets: Secrets::Anywhere, findings }.walk(&self.value, "");
    }
}

/// A map that stands for something else.
enum Placeholder<'a> {
    One(&'a str, &'a Value),
    If { path: &'a str, equals: Option<&'a Value>, then: Option<&'a Value>, otherwise: Option<&'a Value> },
    Malformed(&'a str),
}

fn placeholder(map: &Map<String, Value>) -> Option<Placeholder<'_>> {
    let name = map.keys().find(|name| name.starts_with('$'))?;
    if name == "$if" {
        let path = map.get("$if").and_then(Value::as_str);
        let known = map.keys().all(|k| ["$if", "equals", "then", "else"].contains(&k.as_str()));
        let (then, otherwise) = (map.get("then"), map.get("else"));
        return Some(match path.filter(|_| known && (then.is_some() || otherwise.is_some())) {
            Some(path) => Placeholder::If { path, equals: map.get("equals"), then, otherwise },
            None => Placeholder::Malformed(name),
        });
    }
    match map.get(name).filter(|_| map.len() == 1) {
        Some(argument) => Some(Placeholder::One(name, argument)),
        None => Some(Placeholder::Malformed(name)),
    }
}

/// Where `$secret` may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Secrets {
    Nowhere,
    InData,
    Anywhere,
}

struct Checker<'a> {
    file: &'a str,
    schema: &'a ConfigSchema,
    secrets: Secrets,
    findings: &'a mut Vec<Finding>,
}

impl Checker<'_> {
    fn add(&mut self, rule: Rule, key: &str, name: &str) {
        self.findings.push(Finding::new(rule, self.file, key).with("name", name));
    }

    fn walk(&mut self, value: &Value, key: &str) {
        match value {
            Value::Object(map) => match placeholder(map) {
                Some(found) => self.placeholder(&found, key),
                None => {
                    for (name, inner) in map {
                        self.walk(inner, &join(key, name));
                    }
                }
            },
            Value::Array(items) => {
                for (i, inner) in items.iter().enumerate() {
                    self.walk(inner, &format!("{key}[{i}]"));
                }
            }
            _ => {}
        }
    }

    fn placeholder(&mut self, found: &Placeholder<'_>, key: &str) {
        match found {
            Placeholder::Malformed(name) => self.add(Rule::PlaceholderForm, key, name),
            Placeholder::If { path, then, otherwise, .. } => {
                self.value_path(path, key);
                for branch in [then, otherwise].into_iter().flatten() {
                    self.walk(branch, key);
                }
            }
            Placeholder::One("$concat", argument) => match argument.as_array() {
                Some(parts) => {
                    for (i, part) in parts.iter().enumerate() {
                        let at = format!("{key}.$concat[{i}]");
                        match part {
                            Value::Object(map) if placeholder(map).is_some() => self.walk(part, &at),
                            Value::Object(_) | Value::Array(_) | Value::Null => {
                                self.add(Rule::PlaceholderForm, &at, "$concat")
                            }
                            _ => {}
                        }
                    }
                }
                None => self.add(Rule::PlaceholderForm, key, "$concat"),
            },
            Placeholder::One(name, argument) => match argument.as_str() {
                Some(text) => self.simple(name, text, key),
                None => self.add(Rule::PlaceholderForm, key, name),
            },
        }
    }

    fn simple(&mut self, name: &str, argument: &str, key: &str) {
        match name {
            "$value" => self.value_path(argument, key),
            "$json" if argument == GEMEINDEN && self.schema.has_gemeinde_values() => {}
            "$json" => self.value_path(argument, key),
            "$secret" => {
                let place = key.strip_prefix("stringData.").or_else(|| key.strip_prefix("data."));
                let admitted = match self.secrets {
                    Secrets::Nowhere => false,
                    Secrets::InData => place.is_some(),
                    Secrets::Anywhere => true,
                };
                match self.schema.node(argument) {
                    None => self.add(Rule::PlaceholderPath, key, argument),
                    Some(node) if !node.secret => self.add(Rule::PlaceholderNotSecret, key, argument),
                    Some(_) if !admitted => self.add(Rule::PlaceholderSecret, key, argument),
                    Some(_) => {}
                }
            }
            "$name" if argument.is_empty() || is_suffix(argument) => {}
            "$name" => self.add(Rule::PlaceholderForm, key, "$name"),
            "$target" if TARGET_FIELDS.contains(&argument) => {}
            "$target" => self.add(Rule::PlaceholderStage, key, argument),
            _ => self.add(Rule::PlaceholderUnknown, key, name),
        }
    }

    /// A path to something that is not, and does not hold, a secret.
    fn value_path(&mut self, path: &str, key: &str) {
        match self.schema.node(path) {
            None => self.add(Rule::PlaceholderPath, key, path),
            Some(node) if node.secret => self.add(Rule::PlaceholderSecret, key, path),
            Some(_) => {}
        }
    }
}

/// Letters, digits and inner hyphens, as in a DNS label, and short.
pub fn is_suffix(text: &str) -> bool {
    text.len() <= MAX_SUFFIX && is_label(text, MAX_SUFFIX)
}

/// A DNS label (RFC 1123) of at most `max` characters.
pub fn is_label(text: &str, max: usize) -> bool {
    !text.is_empty()
        && text.len() <= max
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// What templates are filled with.
pub struct Filler<'a> {
    pub instance: &'a str,
    pub values: &'a Value,
    pub schema: &'a ConfigSchema,
    pub secrets: &'a (dyn Fn(&str) -> Option<Zeroizing<String>> + Sync),
    pub target: &'a TargetFacts,
    pub file: &'a str,
    pub findings: Vec<Finding>,
}

impl Filler<'_> {
    /// Fills a structure; `None` if it vanishes.
    pub fn fill(&mut self, value: &Value, key: &str) -> Option<Value> {
        match value {
            Value::Object(map) => match placeholder(map) {
                Some(found) => self.replace(&found, key),
                None => {
                    let mut out = Map::new();
                    for (name, inner) in map {
                        if let Some(filled) = self.fill(inner, &join(key, name)) {
                            out.insert(name.clone(), filled);
                        }
                    }
                    Some(Value::Object(out))
                }
            },
            Value::Array(items) => {
                let filled = items.iter().enumerate().filter_map(|(i, inner)| self.fill(inner, &format!("{key}[{i}]")));
                Some(Value::Array(filled.collect()))
            }
            other => Some(other.clone()),
        }
    }

    fn replace(&mut self, found: &Placeholder<'_>, key: &str) -> Option<Value> {
        match found {
            Placeholder::Malformed(name) => self.refuse(Rule::PlaceholderForm, key, name),
            Placeholder::If { path, equals, then, otherwise } => {
                let value = get(self.values, path);
                let holds = match equals {
                    Some(expected) => value == Some(expected),
                    None => value.is_some_and(is_true),
                };
                let branch = if holds { then } else { otherwise };
                branch.and_then(|branch| self.fill(branch, key))
            }
            Placeholder::One("$concat", argument) => {
                let mut text = String::new();
                for part in argument.as_array().into_iter().flatten() {
                    match self.fill(part, key) {
                        None => {}
                        Some(Value::String(part)) => text.push_str(&part),
                        Some(part @ (Value::Number(_) | Value::Bool(_))) => text.push_str(&part.to_string()),
                        Some(_) => return self.refuse(Rule::PlaceholderForm, key, "$concat"),
                    }
                }
                Some(Value::String(text))
            }
            Placeholder::One(name, argument) => {
                let Some(argument) = argument.as_str() else { return self.refuse(Rule::PlaceholderForm, key, name) };
                self.simple(name, argument, key)
            }
        }
    }

    fn simple(&mut self, name: &str, argument: &str, key: &str) -> Option<Value> {
        match name {
            "$value" => get(self.values, argument).cloned(),
            "$json" if argument == GEMEINDEN => Some(self.schema.gemeinde_map(self.values).to_string().into()),
            "$json" => get(self.values, argument).map(|value| value.to_string().into()),
            "$secret" => match (self.secrets)(argument) {
                Some(secret) => Some(Value::String(secret.to_string())),
                None => {
                    let optional = self.schema.is_optional_secret(argument, self.values);
                    if optional { None } else { self.refuse(Rule::SecretMissing, key, argument) }
                }
            },
            "$name" if argument.is_empty() => Some(self.instance.into()),
            "$name" => Some(format!("{}-{argument}", self.instance).into()),
            "$target" => match self.target.get(argument) {
                Some(fact) => Some(fact.into()),
                None if argument == "host" => self.refuse(Rule::TargetFactMissing, key, argument),
                None => None,
            },
            _ => self.refuse(Rule::PlaceholderUnknown, key, name),
        }
    }

    fn refuse(&mut self, rule: Rule, key: &str, name: &str) -> Option<Value> {
        self.findings.push(Finding::new(rule, self.file, key).with("name", name));
        None
    }
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(yes) => *yes,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::Number(number) => number.as_f64() != Some(0.0),
    }
}

impl ConfigSchema {
    /// Whether a secret may be missing: not required, or hidden by a condition on the way to it.
    fn is_optional_secret(&self, path: &str, values: &Value) -> bool {
        let mut properties = &self.properties;
        for segment in path.split('.') {
            let Some(property) = properties.iter().find(|p| p.name == segment) else { return false };
            if !property.node.is_shown(values) || (property.node.secret && !property.required) {
                return true;
            }
            match &property.node.kind {
                Kind::Object(inner) => properties = inner,
                _ => return false,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SCHEMA: &str = r#"{"type": "object", "properties": {
        "titel": {"type": "string", "title": "T"}, "zahl": {"type": "integer", "title": "Z"}, "an": {"type": "boolean", "title": "A"},
        "satz": {"type": "number", "title": "S", "x-gemeinde": true}, "liste": {"type": "array", "title": "L", "items": {"type": "string"}},
        "geheim": {"type": "string", "title": "G", "x-secret": true}}, "required": ["geheim"]}"#;

    fn fill(template: Value, values: Value) -> (Option<Value>, Vec<Finding>) {
        let (schema, _) = ConfigSchema::parse("s", SCHEMA.as_bytes());
        let target = TargetFacts { host: Some("h.example".into()), ..TargetFacts::default() };
        let secrets = |_: &str| Some(Zeroizing::new("s3".to_owned()));
        let mut filler = Filler {
            instance: "amt",
            values: &values,
            schema: &schema,
            secrets: &secrets,
            target: &target,
            file: "f",
            findings: vec![],
        };
        let value = filler.fill(&template, "");
        (value, filler.findings)
    }

    #[test]
    fn fills_structures() {
        let values = json!({"titel": "x: {\"$name\": \"y\"}\n- a", "zahl": 7, "an": false, "liste": ["a", "b"], "satz": 1.5, "gemeinden": {"010575727004": {"satz": 2}, "010575727007": {}}});
        let template = json!({
            "t": {"$value": "titel"}, "z": {"$value": "zahl"}, "l": {"$value": "liste"}, "weg": {"$value": "fehlt"},
            "n": {"$name": "web"}, "i": {"$name": ""}, "h": {"$target": "host"}, "k": {"$target": "storageClass"},
            "c": {"$concat": ["a=", {"$value": "zahl"}, ";", {"$value": "fehlt"}, {"$value": "an"}]},
            "j": {"$json": "gemeinden"},
            "list": [1, {"$if": "an", "then": 2}, {"$if": "an", "equals": false, "then": {"$value": "zahl"}, "else": 4}],
        });
        let (value, findings) = fill(template, values);
        assert_eq!(findings, vec![]);
        let expected = json!({
            "t": "x: {\"$name\": \"y\"}\n- a", "z": 7, "l": ["a", "b"], "n": "amt-web", "i": "amt", "h": "h.example",
            "c": "a=7;false", "j": "{\"010575727004\":{\"satz\":2},\"010575727007\":{\"satz\":1.5}}", "list": [1, 7],
        });
        assert_eq!(value, Some(expected));
    }

    #[test]
    fn a_value_is_never_read_as_a_template() {
        let (value, _) = fill(json!({"a": {"$value": "liste"}}), json!({"liste": [{"$secret": "geheim"}]}));
        assert_eq!(value, Some(json!({"a": [{"$secret": "geheim"}]})));
    }

    #[test]
    fn checks_placeholders() {
        let (schema, _) = ConfigSchema::parse("s", SCHEMA.as_bytes());
        let cases = [
            (json!({"a": {"$value": "nix"}}), Rule::PlaceholderPath),
            (json!({"a": {"$value": "geheim"}}), Rule::PlaceholderSecret),
            (json!({"a": {"$json": "geheim"}}), Rule::PlaceholderSecret),
            (json!({"a": {"$secret": "geheim"}}), Rule::PlaceholderSecret),
            (
                json!({"kind": "Secret", "metadata": {"annotations": {"a": {"$secret": "geheim"}}}}),
                Rule::PlaceholderSecret,
            ),
            (json!({"kind": "Secret", "stringData": {"a": {"$secret": "titel"}}}), Rule::PlaceholderNotSecret),
            (json!({"a": {"$name": "Gross"}}), Rule::PlaceholderForm),
            (json!({"a": {"$name": "zu-langer-name"}}), Rule::PlaceholderForm),
            (json!({"a": {"$value": 7}}), Rule::PlaceholderForm),
            (json!({"a": {"$value": "titel", "b": 1}}), Rule::PlaceholderForm),
            (json!({"a": {"$if": "an"}}), Rule::PlaceholderForm),
            (json!({"a": {"$concat": [["x"]]}}), Rule::PlaceholderForm),
            (json!({"a": {"$target": "node"}}), Rule::PlaceholderStage),
            (json!({"a": {"$datei": "x"}}), Rule::PlaceholderUnknown),
        ];
        for (value, rule) in cases {
            let mut findings = Vec::new();
            Template { file: "f".into(), value: value.clone() }.check(&schema, &mut findings);
            assert!(findings.iter().any(|f| f.is(rule)), "{value}: {findings:?}");
        }
        let mut findings = Vec::new();
        let fine = json!({"kind": "Secret", "stringData": {"a": {"$concat": ["x", {"$secret": "geheim"}]}}});
        Template { file: "f".into(), value: fine }.check(&schema, &mut findings);
        assert_eq!(findings, vec![], "a secret in a text keeps its place");
        let values = |value: Value| {
            let mut findings = Vec::new();
            Template { file: "f".into(), value }.check_values(&schema, &mut findings);
            findings
        };
        assert_eq!(values(json!({"db": {"password": {"$secret": "geheim"}}})), vec![], "a chart gets secrets anywhere");
        assert!(values(json!({"db": {"$value": "geheim"}}))[0].is(Rule::PlaceholderSecret));
        assert!(values(json!({"db": {"$secret": "nix"}}))[0].is(Rule::PlaceholderPath));
    }
}
