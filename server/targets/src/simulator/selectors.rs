//! Label selectors (in URLs and in objects) and field selectors.

use serde_json::{Map, Value};

use super::error::{ApiError, ApiResult};
use super::object::{self, text};

/// A condition on labels.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Requirement {
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
    Exists(String),
    Absent(String),
}

/// All conditions of a `labelSelector` in a URL, or of a LabelSelector in an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LabelSelector(Vec<Requirement>);

impl LabelSelector {
    /// Reads the text form: `a=b,c!=d,e in (f,g),h,!i`.
    pub fn parse(text: &str) -> ApiResult<Self> {
        let bad = || ApiError::bad_request(format!("unable to parse requirement: {text:?}"));
        let mut requirements = Vec::new();
        for part in split(text) {
            let part = part.trim();
            if part.is_empty() {
                continue;
            }
            let requirement = if let Some((key, rest)) = part.split_once(" notin ") {
                Requirement::NotIn(key.trim().to_owned(), values(rest).ok_or_else(bad)?)
            } else if let Some((key, rest)) = part.split_once(" in ") {
                Requirement::In(key.trim().to_owned(), values(rest).ok_or_else(bad)?)
            } else if let Some((key, value)) = part.split_once("!=") {
                Requirement::NotIn(key.trim().to_owned(), vec![value.trim().to_owned()])
            } else if let Some((key, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
                Requirement::In(key.trim().to_owned(), vec![value.trim().to_owned()])
            } else if let Some(key) = part.strip_prefix('!') {
                Requirement::Absent(key.trim().to_owned())
            } else if part.contains(char::is_whitespace) {
                return Err(bad());
            } else {
                Requirement::Exists(part.to_owned())
            };
            requirements.push(requirement);
        }
        Ok(Self(requirements))
    }

    /// Reads a LabelSelector object; `None` if it selects nothing because it is missing.
    pub fn of_object(selector: Option<&Value>) -> Option<Self> {
        let selector = selector?.as_object()?;
        let mut requirements =
            selector.get("matchLabels").and_then(Value::as_object).map(equalities).unwrap_or_default();
        for expression in selector.get("matchExpressions").and_then(Value::as_array).into_iter().flatten() {
            let key = text(expression, "/key")?.to_owned();
            let values =
                object::list(expression, "/values").iter().filter_map(Value::as_str).map(str::to_owned).collect();
            requirements.push(match text(expression, "/operator")? {
                "In" => Requirement::In(key, values),
                "NotIn" => Requirement::NotIn(key, values),
                "Exists" => Requirement::Exists(key),
                "DoesNotExist" => Requirement::Absent(key),
                _ => return None,
            });
        }
        Some(Self(requirements))
    }

    /// Reads the plain map of a Service's selector; `None` if it is missing or empty, for then it selects nothing.
    pub fn of_map(selector: Option<&Value>) -> Option<Self> {
        selector?.as_object().filter(|map| !map.is_empty()).map(|map| Self(equalities(map)))
    }

    /// Whether these labels fulfil all conditions.
    pub fn matches(&self, labels: Option<&Map<String, Value>>) -> bool {
        let get = |key: &str| labels.and_then(|labels| labels.get(key)).and_then(Value::as_str);
        self.0.iter().all(|requirement| match requirement {
            Requirement::In(key, values) => get(key).is_some_and(|value| values.iter().any(|v| v == value)),
            Requirement::NotIn(key, values) => get(key).is_none_or(|value| values.iter().all(|v| v != value)),
            Requirement::Exists(key) => get(key).is_some(),
            Requirement::Absent(key) => get(key).is_none(),
        })
    }

    /// Whether there is no condition.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn equalities(map: &Map<String, Value>) -> Vec<Requirement> {
    map.iter()
        .map(|(key, value)| Requirement::In(key.clone(), vec![value.as_str().unwrap_or_default().to_owned()]))
        .collect()
}

/// Splits at commas outside of brackets.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_u32, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn values(text: &str) -> Option<Vec<String>> {
    let inner = text.trim().strip_prefix('(')?.strip_suffix(')')?;
    Some(inner.split(',').map(|value| value.trim().to_owned()).collect())
}

/// A `fieldSelector`: equality on the fields that Kubernetes supports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FieldSelector(Vec<(&'static str, String, bool)>);

const FIELDS: &[(&str, &str, &str)] = &[
    ("", "metadata.name", "/metadata/name"),
    ("", "metadata.namespace", "/metadata/namespace"),
    ("Pod", "status.phase", "/status/phase"),
    ("Pod", "spec.nodeName", "/spec/nodeName"),
    ("Secret", "type", "/type"),
    ("Event", "involvedObject.kind", "/involvedObject/kind"),
    ("Event", "involvedObject.name", "/involvedObject/name"),
    ("Event", "involvedObject.namespace", "/involvedObject/namespace"),
    ("Event", "involvedObject.uid", "/involvedObject/uid"),
    ("Event", "reason", "/reason"),
    ("Event", "type", "/type"),
];

impl FieldSelector {
    /// Reads the text form: `metadata.name=a,status.phase!=Running`.
    pub fn parse(kind: &str, text: &str) -> ApiResult<Self> {
        let mut conditions = Vec::new();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (field, value, equal) = if let Some((field, value)) = part.split_once("!=") {
                (field, value, false)
            } else if let Some((field, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
                (field, value, true)
            } else {
                return Err(ApiError::bad_request(format!("invalid selector: {text:?}; can't understand {part:?}")));
            };
            let known = FIELDS.iter().find(|(of, name, _)| (of.is_empty() || *of == kind) && *name == field);
            let Some((_, _, pointer)) = known else {
                return Err(ApiError::bad_request(format!(
                    "Unable to find {kind:?} that match label selector \"\", field selector {text:?}: field label not \
                     supported: {field}"
                )));
            };
            conditions.push((*pointer, value.to_owned(), equal));
        }
        Ok(Self(conditions))
    }

    /// Whether the object fulfils all conditions.
    pub fn matches(&self, object: &Value) -> bool {
        self.0.iter().all(|(pointer, value, equal)| (text(object, pointer).unwrap_or_default() == value) == *equal)
    }

    /// Whether there is no condition.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn selects_by_labels() {
        let labels = json!({"app": "a", "stage": "test"});
        let labels = labels.as_object();
        for (selector, expected) in [
            ("app=a", true),
            ("app==a,stage!=production", true),
            ("app in (b,a),stage", true),
            ("app notin (a)", false),
            ("!stage", false),
            ("!other", true),
            ("", true),
        ] {
            assert_eq!(LabelSelector::parse(selector).expect(selector).matches(labels), expected, "{selector}");
        }
        assert!(LabelSelector::parse("a b").is_err());
        assert!(LabelSelector::of_map(Some(&json!({}))).is_none());
        assert!(FieldSelector::parse("ConfigMap", "spec.x=1").is_err());
    }
}
