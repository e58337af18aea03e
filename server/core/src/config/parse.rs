//! Reads `config.schema.json`: a named subset of JSON Schema 2020-12. What the subset lacks is a finding, because a rule
//! that nobody enforces is worse than none.

mod keywords;

use super::order::Order;
use super::path::join;
use super::{
    ConfigSchema, GEMEINDEN, GroupDef, Kind, MAX_DEPTH, MAX_FIELDS, MAX_ITEMS, MAX_TEXT, Node, Part, Property,
};
use portal_model::finding::{Finding, Rule};
use serde_json::{Map, Value};

/// Keywords that say something about any field.
const GENERAL: &[&str] = &[
    "type",
    "title",
    "x-title-en",
    "description",
    "x-description-en",
    "default",
    "$comment",
    "x-group",
    "x-if",
    "x-stage",
    "x-secret",
    "x-gemeinde",
    "x-ohne-testlauf",
];
/// Further keywords of the whole document.
const DOCUMENT: &[&str] = &["$schema", "$id", "x-groups"];

struct Reader<'a> {
    file: &'a str,
    findings: Vec<Finding>,
    fields: usize,
}

impl ConfigSchema {
    /// Reads a schema. The schema is there even if there are findings, as far as it could be understood.
    pub fn parse(file: &str, bytes: &[u8]) -> (Self, Vec<Finding>) {
        let document: Value = match serde_json::from_slice(bytes) {
            Ok(value) => value,
            Err(e) => {
                let finding = Finding::new(Rule::JsonUnreadable, file, "");
                return (Self::default(), vec![finding.with("line", e.line()).with("column", e.column())]);
            }
        };
        let order = Order::read(bytes);
        let mut reader = Reader { file, findings: Vec::new(), fields: 0 };
        if let Some(path) = order.duplicate() {
            let name = path.rsplit('.').next().unwrap_or_default().to_owned();
            reader.add(Finding::new(Rule::IdTwice, file, path).with("name", name));
        }
        let schema = reader.document(&document, &order);
        reader.check_conditions(&schema);
        reader.check_defaults(&schema);
        (schema, reader.findings)
    }
}

impl Reader<'_> {
    fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    fn bad(&mut self, rule: Rule, key: &str, name: &str) {
        self.add(Finding::new(rule, self.file, key).with("name", name));
    }

    fn document(&mut self, document: &Value, order: &Order) -> ConfigSchema {
        let Some(map) = document.as_object() else {
            self.add(Finding::new(Rule::SchemaType, self.file, "").with("allowed", "object"));
            return ConfigSchema::default();
        };
        if map.get("type").and_then(Value::as_str) != Some("object") {
            self.add(Finding::new(Rule::SchemaType, self.file, "type").with("allowed", "object"));
        }
        self.keywords(map, "", &["properties", "required", "additionalProperties"], true);
        let groups = self.groups(map);
        let properties = self.properties(map, order, "", 1, false);
        for property in &properties {
            if let Some(group) = &property.node.group
                && !groups.iter().any(|g| g.id == *group)
            {
                self.bad(Rule::SchemaGroup, &format!("properties.{}.x-group", property.name), group);
            }
        }
        ConfigSchema { properties, groups }
    }

    fn groups(&mut self, map: &Map<String, Value>) -> Vec<GroupDef> {
        let mut groups: Vec<GroupDef> = Vec::new();
        let Some(value) = map.get("x-groups") else { return groups };
        let Some(items) = value.as_array() else {
            self.bad(Rule::SchemaValue, "x-groups", "x-groups");
            return groups;
        };
        for (i, item) in items.iter().enumerate() {
            let key = format!("x-groups[{i}]");
            let Some(id) = item.get("id").and_then(Value::as_str).filter(|id| is_name(id)) else {
                self.bad(Rule::SchemaValue, &key, "id");
                continue;
            };
            if groups.iter().any(|g| g.id == id) {
                self.bad(Rule::IdTwice, &key, id);
                continue;
            }
            let empty = Map::new();
            let item = item.as_object().unwrap_or(&empty);
            let known = ["id", "title", "x-title-en", "description", "x-description-en"];
            for name in item.keys().filter(|name| !known.contains(&name.as_str())) {
                self.bad(Rule::SchemaKeyword, &key, name);
            }
            let (title, help) = self.texts(item, &key);
            groups.push(GroupDef { id: id.to_owned(), title, help });
        }
        groups
    }

    fn keywords(&mut self, map: &Map<String, Value>, key: &str, own: &[&str], document: bool) {
        for name in map.keys().map(String::as_str) {
            let known = GENERAL.contains(&name) || own.contains(&name) || (document && DOCUMENT.contains(&name));
            if !known {
                self.bad(Rule::SchemaKeyword, &join(key, name), name);
            }
        }
    }

    fn properties(
        &mut self,
        map: &Map<String, Value>,
        order: &Order,
        key: &str,
        depth: usize,
        list: bool,
    ) -> Vec<Property> {
        let mut properties: Vec<Property> = Vec::new();
        let here = join(key, "properties");
        if !matches!(map.get("additionalProperties"), None | Some(Value::Bool(false))) {
            self.bad(Rule::SchemaValue, &join(key, "additionalProperties"), "additionalProperties");
        }
        let required = self.required(map, key);
        let empty = Map::new();
        let fields = match map.get("properties") {
            Some(Value::Object(fields)) => fields,
            Some(_) => {
                self.bad(Rule::SchemaValue, &here, "properties");
                &empty
            }
            None => &empty,
        };
        let none = Order::default();
        let order = order.under("properties").unwrap_or(&none);
        let mut names: Vec<&str> = order.keys().filter(|k| fields.contains_key(*k)).collect();
        names.extend(fields.keys().map(String::as_str).filter(|k| order.under(k).is_none()));
        names.dedup();
        for name in names {
            let at = join(&here, name);
            if !is_name(name) || (depth == 1 && name == GEMEINDEN) {
                self.add(Finding::new(Rule::SchemaName, self.file, at.clone()));
            }
            let Some(value) = fields.get(name) else { continue };
            let below = order.under(name).unwrap_or(&none);
            if properties.iter().any(|p| p.name == name) {
                continue;
            }
            if let Some(node) = self.node(value, below, &at, depth, list) {
                properties.push(Property { name: name.to_owned(), required: required.iter().any(|r| r == name), node });
            }
        }
        for name in required.iter().filter(|name| !fields.contains_key(*name)) {
            self.bad(Rule::SchemaRequired, &join(key, "required"), name);
        }
        properties
    }

    fn required(&mut self, map: &Map<String, Value>, key: &str) -> Vec<String> {
        let Some(value) = map.get("required") else { return Vec::new() };
        let names: Option<Vec<String>> =
            value.as_array().and_then(|items| items.iter().map(|i| i.as_str().map(str::to_owned)).collect());
        names.unwrap_or_else(|| {
            self.bad(Rule::SchemaValue, &join(key, "required"), "required");
            Vec::new()
        })
    }

    fn node(&mut self, value: &Value, order: &Order, key: &str, depth: usize, list: bool) -> Option<Node> {
        self.fields += 1;
        if depth > MAX_DEPTH || self.fields > MAX_FIELDS {
            if !self.findings.iter().any(|f| f.is(Rule::SchemaSize)) {
                let finding = Finding::new(Rule::SchemaSize, self.file, key);
                self.add(finding.with("max", MAX_FIELDS).with("depth", MAX_DEPTH));
            }
            return None;
        }
        let Some(map) = value.as_object() else {
            self.bad(Rule::SchemaValue, key, key.rsplit('.').next().unwrap_or_default());
            return None;
        };
        let (title, help) = self.texts(map, key);
        if title.de.is_empty() && !key.ends_with("items") {
            self.add(Finding::new(Rule::SchemaTitle, self.file, key));
        }
        let kind = self.kind(map, order, key, depth, list)?;
        let node = Node {
            title,
            help,
            default: map.get("default").cloned(),
            group: self.text(map, key, "x-group"),
            condition: self.condition(map, key),
            stage: self.flag(map, key, "x-stage"),
            secret: self.flag(map, key, "x-secret"),
            gemeinde: self.flag(map, key, "x-gemeinde"),
            without_test: self.flag(map, key, "x-ohne-testlauf"),
            kind,
        };
        self.combinations(&node, key, depth, list);
        Some(node)
    }

    fn combinations(&mut self, node: &Node, key: &str, depth: usize, list: bool) {
        let text = matches!(node.kind, Kind::Text { .. });
        let has_secret = |kind: &Kind| matches!(kind, Kind::Object(inner) if any(inner, &|n| n.secret || n.stage));
        let checks = [
            ("x-group", node.group.is_some() && depth > 1),
            ("x-gemeinde", node.gemeinde && (depth > 1 || node.stage || node.secret || has_secret(&node.kind))),
            ("x-stage", node.stage && list),
            ("x-secret", node.secret && (list || !text || node.default.is_some())),
            ("x-if", node.condition.is_some() && list),
            ("x-ohne-testlauf", node.without_test && (node.secret || node.stage)),
        ];
        for (name, wrong) in checks {
            if wrong {
                self.bad(Rule::SchemaCombination, &join(key, name), name);
            }
        }
    }

    fn kind(&mut self, map: &Map<String, Value>, order: &Order, key: &str, depth: usize, list: bool) -> Option<Kind> {
        let Some(name) = map.get("type").and_then(Value::as_str) else {
            self.type_finding(key);
            return None;
        };
        if map.contains_key("enum") || map.contains_key("oneOf") {
            self.keywords(map, key, &["enum", "oneOf"], false);
            return self.choice(map, key, name);
        }
        match name {
            "string" => {
                self.keywords(map, key, &["format", "pattern", "minLength", "maxLength"], false);
                Some(Kind::Text {
                    format: self.format(map, key),
                    pattern: self.pattern(map, key),
                    min: self.count(map, key, "minLength", MAX_TEXT),
                    max: self.count(map, key, "maxLength", MAX_TEXT),
                })
            }
            "number" | "integer" => {
                let integer = name == "integer";
                let own: &[&str] =
                    if integer { &["minimum", "maximum"] } else { &["minimum", "maximum", "multipleOf"] };
                self.keywords(map, key, own, false);
                let (min, max) = (self.number(map, key, "minimum"), self.number(map, key, "maximum"));
                Some(Kind::Number { integer, min, max, decimals: self.decimals(map, key) })
            }
            "boolean" => {
                self.keywords(map, key, &[], false);
                Some(Kind::Boolean)
            }
            "array" => {
                self.keywords(map, key, &["items", "minItems", "maxItems"], false);
                let none = Order::default();
                let inner = map.get("items").unwrap_or(&Value::Null);
                let at = join(key, "items");
                if inner.get("type").and_then(Value::as_str) == Some("array") {
                    self.bad(Rule::SchemaCombination, &at, "array");
                    return None;
                }
                let items = self.node(inner, order.under("items").unwrap_or(&none), &at, depth + 1, true)?;
                let min = self.count(map, key, "minItems", MAX_ITEMS);
                let max = self.count(map, key, "maxItems", MAX_ITEMS);
                Some(Kind::List { items: Box::new(items), min, max })
            }
            "object" => {
                self.keywords(map, key, &["properties", "required", "additionalProperties"], false);
                Some(Kind::Object(self.properties(map, order, key, depth + 1, list)))
            }
            _ => {
                self.type_finding(key);
                None
            }
        }
    }

    fn type_finding(&mut self, key: &str) {
        let allowed = "string, number, integer, boolean, object, array";
        self.add(Finding::new(Rule::SchemaType, self.file, join(key, "type")).with("allowed", allowed));
    }

    /// A condition refers to a choice or a yes/no field of the same document that comes before it, so that there is no
    /// circle and the form can be filled in from top to bottom.
    fn check_conditions(&mut self, schema: &ConfigSchema) {
        fn walk(
            reader: &mut Reader<'_>,
            properties: &[Property],
            prefix: &str,
            key: &str,
            seen: &mut Vec<(String, Kind)>,
        ) {
            for property in properties {
                let path = join(prefix, &property.name);
                let at = format!("{}.{}", join(key, "properties"), property.name);
                if let Some(condition) = &property.node.condition {
                    let fits = seen.iter().any(|(name, kind)| {
                        *name == condition.path
                            && match kind {
                                Kind::Boolean => condition.equals.is_boolean(),
                                Kind::Choice(choices) => choices.iter().any(|c| c.value == condition.equals),
                                _ => false,
                            }
                    });
                    if !fits {
                        reader.bad(Rule::SchemaCondition, &join(&at, "x-if"), &condition.path);
                    }
                }
                match &property.node.kind {
                    Kind::Object(inner) => walk(reader, inner, &path, &at, seen),
                    kind @ (Kind::Boolean | Kind::Choice(_)) => seen.push((path, kind.clone())),
                    _ => {}
                }
            }
        }
        walk(self, &schema.properties, "", "", &mut Vec::new());
    }

    fn check_defaults(&mut self, schema: &ConfigSchema) {
        let defaults = schema.defaults();
        for error in schema.validate(&defaults, Part::All) {
            // What has no default yet is simply asked for.
            if error.code != portal_model::form::code::REQUIRED && error.code != portal_model::form::code::MIN_ITEMS {
                let key = format!("properties.{}.default", error.path.replace('.', ".properties."));
                self.add(Finding::new(Rule::SchemaDefault, self.file, key));
            }
        }
    }
}

fn any(properties: &[Property], test: &dyn Fn(&Node) -> bool) -> bool {
    properties.iter().any(|p| test(&p.node) || matches!(&p.node.kind, Kind::Object(inner) if any(inner, test)))
}

/// Names of fields: they become parts of form names, paths and placeholders.
fn is_name(name: &str) -> bool {
    name.len() <= 40
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}
