//! Parameters of the configuration: what a schema says of each field, compared field by field.

use super::lines::{self, Sides};
use crate::config::{ConfigSchema, Format, Kind, Node, Property, join};
use portal_model::pages::release_diff::ParameterChange;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub fn compare(old: &ConfigSchema, new: &ConfigSchema) -> Vec<ParameterChange> {
    let sides = Sides { old, new }.map(|schema| {
        let mut facts = BTreeMap::new();
        gather(&schema.properties, "", &mut facts);
        facts
    });
    let changes = sides.changed().into_iter().map(|(path, change, old, new)| ParameterChange {
        path: path.clone(),
        change,
        lines: lines::compare(old, new, false),
    });
    changes.collect()
}

fn gather(properties: &[Property], prefix: &str, facts: &mut BTreeMap<String, Value>) {
    for property in properties {
        let path = join(prefix, &property.name);
        gather_node(&property.node, property.required, &path, facts);
    }
}

fn gather_node(node: &Node, required: bool, path: &str, facts: &mut BTreeMap<String, Value>) {
    facts.insert(path.to_owned(), describe(node, required));
    match &node.kind {
        Kind::Object(properties) => gather(properties, path, facts),
        Kind::List { items, .. } => gather_node(items, false, &format!("{path}[]"), facts),
        _ => {}
    }
}

/// What the schema says; what it does not say is left out. The names are those of JSON Schema where it has one.
fn describe(node: &Node, required: bool) -> Value {
    let kind = match &node.kind {
        Kind::Text { format, pattern, min, max } => {
            let format = format.map(|format| match format {
                Format::Date => "date",
                Format::Email => "email",
                Format::Uri => "uri",
            });
            json!({"type": "text", "format": format, "pattern": pattern, "minLength": min, "maxLength": max})
        }
        Kind::Number { integer, min, max } => {
            json!({"type": if *integer { "integer" } else { "number" }, "minimum": min, "maximum": max})
        }
        Kind::Boolean => json!({"type": "boolean"}),
        Kind::Choice(choices) => {
            let values: Vec<&Value> = choices.iter().map(|choice| &choice.value).collect();
            json!({"type": "choice", "choices": values})
        }
        Kind::List { min, max, .. } => json!({"type": "list", "minItems": min, "maxItems": max}),
        Kind::Object(_) => json!({"type": "object"}),
    };
    let mut facts = json!({
        "title": node.title.de,
        "required": required,
        // A schema may not give a secret a default; if one ever does, it is not shown.
        "default": node.default.as_ref().filter(|_| !node.secret),
        "stage": node.stage,
        "secret": node.secret,
        "gemeinde": node.gemeinde,
        "without_test": node.without_test,
        "condition": node.condition.as_ref().map(|c| json!({"path": c.path, "equals": c.equals})),
    });
    if let (Some(facts), Value::Object(kind)) = (facts.as_object_mut(), kind) {
        facts.extend(kind);
        facts.retain(|_, value| !value.is_null());
    }
    facts
}
