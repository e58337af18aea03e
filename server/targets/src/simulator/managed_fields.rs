//! Sets of fields, as `metadata.managedFields` records them (`fieldsV1`), and the managers that own them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::object::text;
use super::schema::{Rule, default_key, field_path, item_path, rule};

/// A set of fields of an object: a tree whose edges are written as in `fieldsV1` (`f:name`, `k:{"name":"app"}`, `v:"x"`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FieldSet {
    /// Whether this very path is in the set.
    pub member: bool,
    /// What is below.
    pub children: BTreeMap<String, FieldSet>,
}

impl FieldSet {
    /// The set of one path: the root of this tree.
    pub fn leaf() -> Self {
        Self { member: true, children: BTreeMap::new() }
    }

    /// Whether no path is in the set.
    pub fn is_empty(&self) -> bool {
        !self.member && self.children.values().all(Self::is_empty)
    }

    /// Puts a subtree in, if there is anything in it.
    pub fn insert(&mut self, element: String, set: Self) {
        if !set.is_empty() {
            self.children.entry(element).or_default().unite(&set);
        }
    }

    /// Adds all paths of the other set.
    pub fn unite(&mut self, other: &Self) {
        self.member |= other.member;
        for (element, set) in &other.children {
            self.children.entry(element.clone()).or_default().unite(set);
        }
    }

    /// Takes all paths of the other set out.
    pub fn subtract(&mut self, other: &Self) {
        self.member &= !other.member;
        for (element, set) in &other.children {
            if let Some(mine) = self.children.get_mut(element) {
                mine.subtract(set);
            }
        }
        self.children.retain(|_, set| !set.is_empty());
    }

    /// The paths in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let mut common = Self { member: self.member && other.member, children: BTreeMap::new() };
        for (element, set) in &self.children {
            if let Some(theirs) = other.children.get(element) {
                common.insert(element.clone(), set.intersection(theirs));
            }
        }
        common
    }

    /// The set as `fieldsV1`.
    pub fn to_json(&self) -> Value {
        let mut map = Map::new();
        if self.member && !self.children.is_empty() {
            map.insert(".".to_owned(), json!({}));
        }
        for (element, set) in &self.children {
            map.insert(element.clone(), set.to_json());
        }
        Value::Object(map)
    }

    /// The set behind `fieldsV1`.
    pub fn from_json(value: &Value) -> Self {
        let mut set = Self::default();
        let Some(map) = value.as_object() else { return set };
        set.member = map.is_empty() || map.contains_key(".");
        for (element, inner) in map.iter().filter(|(element, _)| element.as_str() != ".") {
            set.children.insert(element.clone(), Self::from_json(inner));
        }
        set
    }

    /// The paths as messages write them: `.spec.template.spec.containers[name="app"].image`.
    pub fn paths(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.collect("", &mut found);
        found
    }

    fn collect(&self, prefix: &str, found: &mut Vec<String>) {
        if self.member {
            found.push(prefix.to_owned());
        }
        for (element, set) in &self.children {
            set.collect(&format!("{prefix}{}", readable(element)), found);
        }
    }

    /// All fields of a value: what a manager that sent it owns.
    pub fn of_value(kind: &str, path: &str, value: &Value) -> Self {
        let rule = rule(kind, path);
        match value {
            Value::Object(map) if rule != Rule::Atomic && !map.is_empty() => {
                let mut set = Self::default();
                for (key, item) in map {
                    set.insert(format!("f:{key}"), Self::of_value(kind, &field_path(path, key), item));
                }
                set
            }
            Value::Array(items) if matches!(rule, Rule::Keyed(_) | Rule::Set) && !items.is_empty() => {
                let mut set = Self::default();
                for item in items {
                    let mut inner = Self::leaf();
                    if item.is_object() {
                        inner.unite(&Self::of_value(kind, &item_path(path), item));
                    }
                    set.insert(element(rule, item), inner);
                }
                set
            }
            _ => Self::leaf(),
        }
    }

    /// What this manager can own of a whole object: everything but identity, bookkeeping and status.
    pub fn of_object(kind: &str, object: &Value) -> Self {
        let mut set = Self::of_value(kind, "", object);
        strip_unowned(&mut set);
        set
    }
}

/// Fields that nobody owns, because the server writes them.
pub(super) fn strip_unowned(set: &mut FieldSet) {
    for element in ["f:apiVersion", "f:kind", "f:status"] {
        set.children.remove(element);
    }
    if let Some(metadata) = set.children.get_mut("f:metadata") {
        metadata.member = false;
        for field in [
            "name",
            "namespace",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "selfLink",
            "uid",
            "generation",
            "managedFields",
            "resourceVersion",
        ] {
            metadata.children.remove(&format!("f:{field}"));
        }
    }
    set.children.retain(|_, inner| !inner.is_empty());
}

/// How an item of a keyed list or of a set is called.
pub(super) fn element(rule: Rule, item: &Value) -> String {
    match rule {
        Rule::Keyed(keys) => {
            let mut map = BTreeMap::new();
            for key in keys {
                let value = item.get(*key).cloned().or_else(|| default_key(key).map(Value::from));
                if let Some(value) = value {
                    map.insert(*key, value);
                }
            }
            format!("k:{}", json!(map))
        }
        _ => format!("v:{item}"),
    }
}

fn readable(element: &str) -> String {
    if let Some(field) = element.strip_prefix("f:") {
        return format!(".{field}");
    }
    if let Some(Value::Object(keys)) = element.strip_prefix("k:").and_then(|keys| serde_json::from_str(keys).ok()) {
        let parts: Vec<String> = keys.iter().map(|(key, value)| format!("{key}={value}")).collect();
        return format!("[{}]", parts.join(","));
    }
    format!("[={}]", element.strip_prefix("v:").unwrap_or(element))
}

/// One entry of `metadata.managedFields`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Manager {
    /// Name that the client gave.
    pub name: String,
    /// `Apply` or `Update`: the same name owns apart under each.
    pub operation: &'static str,
    /// Version in which the fields were written.
    pub api_version: String,
    /// Subresource, empty for the object itself.
    pub subresource: String,
    /// When its fields last changed.
    pub time: String,
    /// What it owns.
    pub fields: FieldSet,
}

impl Manager {
    /// Whether two entries are the same manager.
    pub fn is(&self, other: &Self) -> bool {
        (&self.name, self.operation, &self.api_version, &self.subresource)
            == (&other.name, other.operation, &other.api_version, &other.subresource)
    }

    /// The manager in the words of a conflict.
    pub fn describe(&self) -> String {
        let mut text = format!("{:?}", self.name);
        if !self.subresource.is_empty() {
            text.push_str(&format!(" with subresource {:?}", self.subresource));
        }
        if self.operation == "Update" {
            text.push_str(&format!(" using {} at {}", self.api_version, self.time));
        }
        text
    }

    fn to_json(&self) -> Value {
        let mut entry = json!({
            "manager": self.name, "operation": self.operation, "apiVersion": self.api_version, "time": self.time,
            "fieldsType": "FieldsV1", "fieldsV1": self.fields.to_json(),
        });
        if !self.subresource.is_empty() {
            entry["subresource"] = json!(self.subresource);
        }
        entry
    }

    fn from_json(value: &Value) -> Self {
        let get = |pointer| text(value, pointer).unwrap_or_default().to_owned();
        Self {
            name: get("/manager"),
            operation: if text(value, "/operation") == Some("Apply") { "Apply" } else { "Update" },
            api_version: get("/apiVersion"),
            subresource: get("/subresource"),
            time: get("/time"),
            fields: value.get("fieldsV1").map(FieldSet::from_json).unwrap_or_default(),
        }
    }
}

/// The managers of an object.
pub(super) fn managers(object: &Value) -> Vec<Manager> {
    super::object::list(object, "/metadata/managedFields").iter().map(Manager::from_json).collect()
}

/// Writes the managers into the object; those that own nothing any more are left out.
pub(super) fn set_managers(object: &mut Value, managers: &[Manager]) {
    let entries: Vec<Value> =
        managers.iter().filter(|manager| !manager.fields.is_empty()).map(Manager::to_json).collect();
    super::object::child(object, "metadata")["managedFields"] = Value::Array(entries);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Value {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "a", "labels": {"app": "a"}, "finalizers": ["x/y"]},
            "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "a"}}, "template": {"spec": {"containers": [
                {"name": "app", "image": "i", "args": ["1"], "ports": [{"containerPort": 80}]}]}}},
        })
    }

    #[test]
    fn names_fields_as_kubernetes_does() {
        let set = FieldSet::of_object("Deployment", &sample());
        assert_eq!(
            set.to_json(),
            json!({
                "f:metadata": {"f:labels": {"f:app": {}}, "f:finalizers": {"v:\"x/y\"": {}}},
                "f:spec": {"f:replicas": {}, "f:selector": {}, "f:template": {"f:spec": {"f:containers": {
                    "k:{\"name\":\"app\"}": {".": {}, "f:name": {}, "f:image": {}, "f:args": {}, "f:ports": {
                        "k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}}}}}}}},
            })
        );
        assert_eq!(FieldSet::from_json(&set.to_json()), set);
        assert!(set.paths().contains(&".spec.template.spec.containers[name=\"app\"].image".to_owned()));
    }

    #[test]
    fn computes_with_sets() {
        let set = FieldSet::of_object("Deployment", &sample());
        let mut rest = set.clone();
        rest.subtract(&set);
        assert!(rest.is_empty());
        assert_eq!(set.intersection(&set), set);
        let mut smaller = sample();
        smaller["spec"]["replicas"] = Value::Null;
        super::super::object::strip_nulls(&mut smaller);
        let mut difference = set.clone();
        difference.subtract(&FieldSet::of_object("Deployment", &smaller));
        assert_eq!(difference.paths(), [".spec.replicas"]);
    }
}
