//! Checks a values document against the schema: builds plain JSON Schema for what is shown and wanted, lets the validator
//! find everything at once, and turns what it finds into errors at fields.

use super::path::join;
use super::{Choice, ConfigSchema, Format, GEMEINDEN, Kind, MAX_ITEMS, MAX_TEXT, Node, Part, Property, get, step_of};
use jsonschema::error::ValidationErrorKind as E;
use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use portal_model::ars::Ars;
use portal_model::form::{FieldError, code};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Errors that one document may give; more help nobody.
const MAX_ERRORS: usize = 500;

impl ConfigSchema {
    /// Everything that is wrong with the chosen part of a document, in the order of the schema. Fields that their
    /// condition hides and fields of other parts may have any value; secrets must not be in the document.
    pub fn validate(&self, values: &Value, part: Part) -> Vec<FieldError> {
        let empty = Map::new();
        let gemeinden = values.get(GEMEINDEN).and_then(Value::as_object).unwrap_or(&empty);
        let mut top = values.clone();
        if let Value::Object(map) = &mut top {
            map.remove(GEMEINDEN);
        }
        let scope = Scope { part, document: values, gemeinden: false, lenient: !gemeinden.is_empty() };
        let mut errors = self.run(&object_schema(&self.properties, &scope), &top, "");
        if part != Part::Stage {
            match values.get(GEMEINDEN) {
                None | Some(Value::Object(_)) => errors.extend(self.validate_gemeinden(values, gemeinden, part)),
                Some(_) => errors.push(FieldError::new(GEMEINDEN, code::OBJECT)),
            }
        }
        errors.truncate(MAX_ERRORS);
        errors
    }

    fn validate_gemeinden(&self, values: &Value, gemeinden: &Map<String, Value>, part: Part) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let scope = Scope { part, document: values, gemeinden: true, lenient: false };
        let schema = object_schema(&self.properties, &scope);
        let Some(validator) = validator(&schema) else { return errors };
        for (ars, deviations) in gemeinden {
            let prefix = join(GEMEINDEN, ars);
            if Ars::parse(ars).is_none_or(|a| a.as_str() != ars) {
                errors.push(FieldError::new(prefix, code::GEMEINDE));
                continue;
            }
            let Some(deviations) = deviations.as_object() else {
                errors.push(FieldError::new(prefix, code::OBJECT));
                continue;
            };
            for name in deviations.keys().filter(|name| self.property(name).is_none_or(|p| !p.node.gemeinde)) {
                let known = self.property(name).is_some();
                let code = if known { code::NOT_PER_GEMEINDE } else { code::UNKNOWN };
                errors.push(FieldError::new(join(&prefix, name), code));
            }
            let mut effective = self.effective(values, ars);
            if let Value::Object(map) = &mut effective {
                map.retain(|name, _| self.property(name).is_some_and(|p| p.node.gemeinde));
            }
            let found = self.collect(&validator, &effective, &prefix);
            // What is inherited is reported once, at the value of the Verwaltung.
            errors.extend(found.into_iter().filter(|error| {
                let inner = error.path.get(prefix.len() + 1..).unwrap_or_default();
                let own = inner.split('.').next().is_some_and(|name| deviations.contains_key(name));
                own || get(values, inner).is_none()
            }));
        }
        errors
    }

    /// Secrets that are required and neither stored (`present` holds their paths) nor hidden by a condition.
    pub fn missing_secrets(&self, values: &Value, present: &BTreeSet<String>) -> Vec<FieldError> {
        fn walk(
            properties: &[Property],
            prefix: &str,
            values: &Value,
            present: &BTreeSet<String>,
            out: &mut Vec<FieldError>,
        ) {
            for property in properties.iter().filter(|p| p.node.is_shown(values)) {
                let path = join(prefix, &property.name);
                if property.node.secret && property.required && !present.contains(&path) {
                    out.push(FieldError::new(path, code::SECRET_REQUIRED));
                } else if let Kind::Object(inner) = &property.node.kind {
                    walk(inner, &path, values, present, out);
                }
            }
        }
        let mut out = Vec::new();
        walk(&self.properties, "", values, present, &mut out);
        out
    }

    /// Whether a secret has the form that the schema wants. The error never holds the value.
    pub fn check_secret(&self, path: &str, value: &str) -> Option<FieldError> {
        let node = self.node(path).filter(|n| n.secret)?;
        let schema =
            node_schema(node, &Scope { part: Part::All, document: &Value::Null, gemeinden: false, lenient: false });
        let validator = validator(&schema)?;
        let instance = Value::String(value.to_owned());
        let error = validator.iter_errors(&instance).next()?;
        Some(field_error(path.to_owned(), Some(node), error.kind()))
    }

    fn run(&self, schema: &Value, document: &Value, prefix: &str) -> Vec<FieldError> {
        match validator(schema) {
            Some(validator) => self.collect(&validator, document, prefix),
            None => vec![FieldError::new(prefix, code::TOO_MUCH)],
        }
    }

    fn collect(&self, validator: &Validator, document: &Value, prefix: &str) -> Vec<FieldError> {
        let mut errors: Vec<FieldError> = Vec::new();
        for error in validator.iter_errors(document).take(MAX_ERRORS) {
            for found in self.translate(&error, prefix) {
                if !errors.iter().any(|e| e.path == found.path) {
                    errors.push(found);
                }
            }
        }
        errors.sort_by_cached_key(|e| self.rank(e.path.strip_prefix(prefix).unwrap_or(&e.path)));
        errors
    }

    fn translate(&self, error: &ValidationError<'_>, prefix: &str) -> Vec<FieldError> {
        let pointer = error.instance_path().to_string();
        let inner = pointer.trim_start_matches('/').replace('/', ".").replace("~1", "/").replace("~0", "~");
        let outer = |inner: &str| match (prefix.is_empty(), inner.is_empty()) {
            (true, _) => inner.to_owned(),
            (false, true) => prefix.to_owned(),
            (false, false) => join(prefix, inner),
        };
        match error.kind() {
            E::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                vec![FieldError::new(outer(&join(&inner, name)), code::REQUIRED)]
            }
            E::AdditionalProperties { unexpected } => {
                unexpected.iter().map(|name| FieldError::new(outer(&join(&inner, name)), code::UNKNOWN)).collect()
            }
            E::FalseSchema => vec![FieldError::new(outer(&inner), code::SECRET_AS_VALUE)],
            kind => vec![field_error(outer(&inner), self.node(&inner), kind)],
        }
    }

    /// Position of a path in the schema, so that errors come in the order of the form.
    fn rank(&self, path: &str) -> Vec<usize> {
        let mut properties: &[Property] = &self.properties;
        let mut rank = Vec::new();
        for segment in path.split('.').filter(|s| !s.is_empty()) {
            match properties.iter().position(|p| p.name == segment) {
                Some(position) => {
                    rank.push(position);
                    properties = match &properties[position].node.kind {
                        Kind::Object(inner) => inner,
                        Kind::List { items, .. } => match &items.kind {
                            Kind::Object(inner) => inner,
                            _ => &[],
                        },
                        _ => &[],
                    };
                }
                None => rank.push(segment.parse().unwrap_or(usize::MAX)),
            }
        }
        rank
    }
}

struct Scope<'a> {
    part: Part,
    document: &'a Value,
    /// Only fields that may differ per Gemeinde.
    gemeinden: bool,
    /// Required values may be missing for the Verwaltung if the Gemeinden have them.
    lenient: bool,
}

fn object_schema(properties: &[Property], scope: &Scope<'_>) -> Value {
    let mut fields = Map::new();
    let mut required = Vec::new();
    for property in properties.iter().filter(|p| !scope.gemeinden || p.node.gemeinde) {
        let node = &property.node;
        if node.secret {
            fields.insert(property.name.clone(), Value::Bool(false));
        } else if !node.is_in(scope.part) || !node.is_shown(scope.document) {
            fields.insert(property.name.clone(), Value::Bool(true));
        } else {
            let inner = Scope { gemeinden: false, ..*scope };
            fields.insert(property.name.clone(), node_schema(node, &inner));
            let asked = match &node.kind {
                Kind::Object(inner) => !inner.iter().all(|p| p.node.secret),
                _ => true,
            };
            if property.required && asked && !(scope.lenient && node.gemeinde) {
                required.push(property.name.clone());
            }
        }
    }
    json!({ "type": "object", "properties": fields, "required": required, "additionalProperties": false })
}

fn node_schema(node: &Node, scope: &Scope<'_>) -> Value {
    let mut map = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(name.to_owned(), value);
        }
    };
    match &node.kind {
        Kind::Text { format, pattern, min, max } => {
            put("type", Some("string".into()));
            put("format", format.map(|f| format_name(f).into()));
            put("pattern", pattern.clone().map(Value::from));
            put("minLength", min.map(Value::from));
            put("maxLength", Some(max.unwrap_or(MAX_TEXT).into()));
        }
        Kind::Number { integer, min, max, decimals } => {
            put("type", Some(if *integer { "integer" } else { "number" }.into()));
            put("multipleOf", decimals.map(|d| step_of(d).into()));
            put("minimum", min.clone().map(Value::Number));
            put("maximum", max.clone().map(Value::Number));
        }
        Kind::Boolean => put("type", Some("boolean".into())),
        Kind::Choice(choices) => put("enum", Some(choices.iter().map(|Choice { value, .. }| value.clone()).collect())),
        Kind::List { items, min, max } => {
            put("type", Some("array".into()));
            put("items", Some(node_schema(items, scope)));
            put("minItems", min.map(Value::from));
            put("maxItems", Some(max.unwrap_or(MAX_ITEMS).into()));
        }
        Kind::Object(properties) => return object_schema(properties, scope),
    }
    Value::Object(map)
}

fn format_name(format: Format) -> &'static str {
    match format {
        Format::Date => "portal-date",
        Format::Email => "email",
        Format::Uri => "portal-uri",
    }
}

/// Regular expressions in linear time and bounded memory: they come from a stranger.
fn validator(schema: &Value) -> Option<Validator> {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .with_pattern_options(PatternOptions::regex().size_limit(1 << 20).dfa_size_limit(1 << 20))
        .should_validate_formats(true)
        .with_format("portal-date", is_date)
        .with_format("portal-uri", is_web_address)
        .build(schema)
        .ok()
}

/// Whether a pattern can be used.
pub(super) fn compiles(pattern: &str) -> bool {
    validator(&json!({ "type": "string", "pattern": pattern })).is_some()
}

fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
    let digits = |range: std::ops::Range<usize>| text.get(range).and_then(|t| t.parse::<i32>().ok());
    let (Some(year), Some(month), Some(day)) = (digits(0..4), digits(5..7), digits(8..10)) else { return false };
    let month = u8::try_from(month).ok().and_then(|m| time::Month::try_from(m).ok());
    let day = u8::try_from(day).ok();
    shape
        && bytes.iter().enumerate().all(|(i, b)| i == 4 || i == 7 || b.is_ascii_digit())
        && matches!((month, day), (Some(m), Some(d)) if time::Date::from_calendar_date(year, m, d).is_ok())
}

fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        !host.is_empty()
            && !host.contains('@')
            && text.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>\"\\^`{|}".contains(c))
    })
}

fn field_error(path: String, node: Option<&Node>, kind: &E) -> FieldError {
    let plain = |code: &str| FieldError::new(path.clone(), code);
    match kind {
        E::Type { .. } => plain(match node.map(|n| &n.kind) {
            Some(Kind::Number { integer: true, .. }) => code::INTEGER,
            Some(Kind::Number { .. }) => code::NUMBER,
            Some(Kind::Boolean) => code::BOOLEAN,
            Some(Kind::List { .. }) => code::LIST,
            Some(Kind::Text { .. }) => code::TEXT,
            _ => code::OBJECT,
        }),
        E::Enum { .. } => plain(code::CHOICE),
        E::Format { format } => plain(match format.as_str() {
            "portal-date" => code::DATE,
            "portal-uri" => code::URI,
            _ => code::EMAIL,
        }),
        E::MultipleOf { .. } => match node.map(|n| &n.kind) {
            Some(Kind::Number { decimals: Some(decimals), .. }) => plain(code::DECIMALS).with("places", decimals),
            _ => plain(code::NUMBER),
        },
        E::Minimum { limit } => plain(code::MINIMUM).with("min", limit),
        E::Maximum { limit } => plain(code::MAXIMUM).with("max", limit),
        // An empty text is a missing one for the person.
        E::MinLength { limit: 1 } => plain(code::REQUIRED),
        E::MinLength { limit } => plain(code::MIN_LENGTH).with("min", limit),
        E::MaxLength { limit } => plain(code::MAX_LENGTH).with("max", limit),
        E::MinItems { limit } => plain(code::MIN_ITEMS).with("min", limit),
        E::MaxItems { limit } => plain(code::MAX_ITEMS).with("max", limit),
        _ => plain(code::PATTERN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_addresses() {
        assert!(is_date("2028-02-29"));
        for bad in ["2027-02-29", "2027-2-9", "+027-02-01", "２０２７", "2027-13-01", ""] {
            assert!(!is_date(bad), "{bad}");
        }
        assert!(is_web_address("https://example.de/x?y=ä"));
        for bad in ["ftp://x", "https://", "https:// x", "javascript:alert(1)", "https://a@b/"] {
            assert!(!is_web_address(bad), "{bad}");
        }
    }
}
