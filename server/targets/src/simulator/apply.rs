//! Server-side apply: merge, drop what a manager no longer names, and find conflicts.
//!
//! Follows `sigs.k8s.io/structured-merge-diff` (`merge/update.go`). Defaults are filled in afterwards by the caller,
//! as in Kubernetes, so an applied object never owns a default.

use serde_json::{Map, Value, json};

use super::managed_fields::{FieldSet, Manager, element, managers, set_managers, strip_unowned};
use super::object;
use super::schema::{Rule, field_path, item_path, rule};

/// Fields of another manager that an apply without force would change.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Conflict {
    /// The other manager as messages write it.
    pub manager: String,
    /// The path.
    pub field: String,
}

/// What an apply leads to: the object with its managers, not yet defaulted, or the conflicts.
pub(super) fn apply(
    kind: &str,
    live: Option<&Value>,
    config: &Value,
    manager: &Manager,
    force: bool,
) -> Result<Value, Vec<Conflict>> {
    let empty = json!({});
    let live = live.unwrap_or(&empty);
    let mut all = managers(live);
    let mut manager = manager.clone();
    manager.fields = FieldSet::of_object(kind, config);
    let position = all.iter().position(|other| other.is(&manager));
    let last = position.map(|at| std::mem::replace(&mut all[at].fields, manager.fields.clone()));
    if position.is_none() {
        all.push(manager.clone());
    }

    let mut merged = merge(kind, "", live, config);
    if let Some(last) = last {
        let mut owned = FieldSet::default();
        all.iter().for_each(|other| owned.unite(&other.fields));
        let mut dropped = last;
        dropped.subtract(&owned);
        remove_fields(kind, "", &mut merged, &dropped, Some(&owned));
    }

    let (mut changed, mut removed) = compare(kind, "", live, &merged);
    strip_unowned(&mut changed);
    strip_unowned(&mut removed);
    let mut conflicts = Vec::new();
    for other in all.iter_mut().filter(|other| !other.is(&manager)) {
        let both = other.fields.intersection(&changed);
        conflicts.extend(both.paths().into_iter().map(|field| Conflict { manager: other.describe(), field }));
        other.fields.subtract(&both);
        other.fields.subtract(&removed);
    }
    if !conflicts.is_empty() && !force {
        return Err(conflicts);
    }

    // A manager's time moves only when its object or its set of fields does.
    let same = object::same_content(live, &merged)
        && managers(live).iter().any(|old| old.is(&manager) && old.fields == manager.fields);
    if let (false, Some(entry)) = (same, all.iter_mut().find(|other| other.is(&manager))) {
        entry.time.clone_from(&manager.time);
    }
    set_managers(&mut merged, &all);
    Ok(merged)
}

/// Records a create, a replace or a merge patch: the writer owns what it changed, everybody loses what it took away.
pub(super) fn track_update(kind: &str, live: Option<&Value>, new: &mut Value, manager: &Manager) {
    let empty = json!({});
    let live = live.unwrap_or(&empty);
    let (mut changed, mut removed) = compare(kind, "", live, new);
    strip_unowned(&mut changed);
    strip_unowned(&mut removed);
    // Managers that the client sent count instead of those that the object has.
    let given = managers(new);
    let mut all = if given.is_empty() { managers(live) } else { given };
    if !changed.is_empty() || !removed.is_empty() {
        if !all.iter().any(|other| other.is(manager)) {
            all.push(manager.clone());
        }
        for other in &mut all {
            if other.is(manager) {
                other.fields.unite(&changed);
                other.time.clone_from(&manager.time);
            } else {
                other.fields.subtract(&changed);
            }
            other.fields.subtract(&removed);
        }
    }
    set_managers(new, &all);
}

/// The applied configuration laid over the live object.
fn merge(kind: &str, path: &str, live: &Value, config: &Value) -> Value {
    let rule = rule(kind, path);
    match (live, config) {
        (Value::Object(old), Value::Object(new)) if rule != Rule::Atomic => {
            let mut merged = old.clone();
            for (key, item) in new {
                let value = match old.get(key) {
                    Some(existing) => merge(kind, &field_path(path, key), existing, item),
                    None => item.clone(),
                };
                merged.insert(key.clone(), value);
            }
            Value::Object(merged)
        }
        (Value::Array(old), Value::Array(new)) if matches!(rule, Rule::Keyed(_) | Rule::Set) => {
            Value::Array(merge_lists(kind, path, rule, old, new))
        }
        _ => config.clone(),
    }
}

/// Items are found again by their keys; the applied order wins, items that only the live list has keep their place.
fn merge_lists(kind: &str, path: &str, rule: Rule, old: &[Value], new: &[Value]) -> Vec<Value> {
    let old_keys: Vec<String> = old.iter().map(|item| element(rule, item)).collect();
    let new_keys: Vec<String> = new.iter().map(|item| element(rule, item)).collect();
    let mut merged = Vec::with_capacity(old.len() + new.len());
    let (mut at_old, mut at_new) = (0, 0);
    while at_old < old.len() || at_new < new.len() {
        if at_old < old.len() {
            let place = new_keys.iter().position(|key| *key == old_keys[at_old]);
            match place {
                None => {
                    merged.push(old[at_old].clone());
                    at_old += 1;
                    continue;
                }
                Some(place) if place < at_new => {
                    at_old += 1;
                    continue;
                }
                Some(_) => {}
            }
        }
        if at_new < new.len() {
            let item = match old_keys.iter().position(|key| *key == new_keys[at_new]) {
                Some(existing) => merge(kind, &item_path(path), &old[existing], &new[at_new]),
                None => new[at_new].clone(),
            };
            merged.push(item);
            at_new += 1;
        }
    }
    merged
}

/// Takes fields out. An item that somebody else still owns part of keeps that part and its keys.
fn remove_fields(kind: &str, path: &str, value: &mut Value, gone: &FieldSet, owned: Option<&FieldSet>) {
    let rule = rule(kind, path);
    match value {
        Value::Object(map) => {
            let mut kept = Map::new();
            for (key, mut item) in std::mem::take(map) {
                let name = format!("f:{key}");
                let inner_owned = owned.and_then(|set| set.children.get(&name));
                let path = field_path(path, &key);
                if remove_item(kind, &path, &mut item, gone.children.get(&name), inner_owned, Rule::Default) {
                    kept.insert(key, item);
                }
            }
            *map = kept;
        }
        Value::Array(items) if matches!(rule, Rule::Keyed(_) | Rule::Set) => {
            let path = item_path(path);
            items.retain_mut(|item| {
                let name = element(rule, item);
                let inner_owned = owned.and_then(|set| set.children.get(&name));
                remove_item(kind, &path, item, gone.children.get(&name), inner_owned, rule)
            });
        }
        _ => {}
    }
}

/// Returns false if nothing is left of the item.
fn remove_item(
    kind: &str,
    path: &str,
    item: &mut Value,
    gone: Option<&FieldSet>,
    owned: Option<&FieldSet>,
    list: Rule,
) -> bool {
    let Some(gone) = gone.filter(|set| !set.is_empty()) else { return true };
    if gone.member {
        let Some(owned) = owned.filter(|set| !set.is_empty()) else { return false };
        if !owned.member {
            let mut all = FieldSet::of_value(kind, path, item);
            all.subtract(owned);
            if let Rule::Keyed(keys) = list {
                for key in keys {
                    all.children.remove(&format!("f:{key}"));
                }
            }
            remove_fields(kind, path, item, &all, Some(owned));
            return true;
        }
    }
    let was_empty = is_empty_container(item);
    remove_fields(kind, path, item, gone, owned);
    // Kubernetes drops a container that lost its last field, unless it was empty before or is an item with a key.
    was_empty || !is_empty_container(item)
}

fn is_empty_container(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty) || value.as_array().is_some_and(Vec::is_empty)
}

/// The fields that are new or different, and the fields that are gone.
fn compare(kind: &str, path: &str, old: &Value, new: &Value) -> (FieldSet, FieldSet) {
    let (mut changed, mut removed) = (FieldSet::default(), FieldSet::default());
    let rule = rule(kind, path);
    match (old, new) {
        (Value::Object(left), Value::Object(right)) if rule != Rule::Atomic => {
            for (key, item) in right {
                let path = field_path(path, key);
                match left.get(key) {
                    Some(before) => {
                        let (more, less) = compare(kind, &path, before, item);
                        changed.insert(format!("f:{key}"), more);
                        removed.insert(format!("f:{key}"), less);
                    }
                    None => changed.insert(format!("f:{key}"), FieldSet::of_value(kind, &path, item)),
                }
            }
            for (key, item) in left.iter().filter(|(key, _)| !right.contains_key(key.as_str())) {
                removed.insert(format!("f:{key}"), with_parent(FieldSet::of_value(kind, &field_path(path, key), item)));
            }
        }
        (Value::Array(left), Value::Array(right)) if matches!(rule, Rule::Keyed(_) | Rule::Set) => {
            let find = |items: &[Value], name: &str| items.iter().position(|item| element(rule, item) == name);
            for item in right {
                let name = element(rule, item);
                match find(left, &name) {
                    Some(at) => {
                        let (more, less) = compare(kind, &item_path(path), &left[at], item);
                        changed.insert(name.clone(), more);
                        removed.insert(name, less);
                    }
                    None => changed.insert(name, with_parent(item_set(kind, path, item))),
                }
            }
            for item in left {
                let name = element(rule, item);
                if find(right, &name).is_none() {
                    removed.insert(name, with_parent(item_set(kind, path, item)));
                }
            }
        }
        _ if old == new => {}
        _ => changed = FieldSet::of_value(kind, path, new),
    }
    (changed, removed)
}

fn item_set(kind: &str, path: &str, item: &Value) -> FieldSet {
    if item.is_object() { FieldSet::of_value(kind, &item_path(path), item) } else { FieldSet::leaf() }
}

fn with_parent(mut set: FieldSet) -> FieldSet {
    set.member = true;
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manager(name: &str) -> Manager {
        Manager {
            name: name.to_owned(),
            operation: "Apply",
            api_version: "v1".to_owned(),
            subresource: String::new(),
            time: "2026-01-01T00:00:00Z".to_owned(),
            fields: FieldSet::default(),
        }
    }

    fn pod(containers: Value) -> Value {
        json!({"metadata": {"name": "p"}, "spec": {"containers": containers}})
    }

    #[test]
    fn a_dropped_item_keeps_what_another_manager_owns_of_it() {
        let mine = pod(json!([{"name": "a", "image": "x"}, {"name": "b", "image": "y"}]));
        let live = apply("Pod", None, &mine, &manager("one"), false).expect("no conflict");
        let theirs = pod(json!([{"name": "b", "workingDir": "/"}]));
        let live = apply("Pod", Some(&live), &theirs, &manager("two"), false).expect("no conflict");
        let less = pod(json!([{"name": "a", "image": "x"}]));
        let live = apply("Pod", Some(&live), &less, &manager("one"), false).expect("no conflict");
        assert_eq!(live["spec"]["containers"], json!([{"name": "a", "image": "x"}, {"name": "b", "workingDir": "/"}]));
        let live = apply("Pod", Some(&live), &json!({"metadata": {"name": "p"}}), &manager("two"), false);
        let live = live.expect("no conflict");
        assert_eq!(live["spec"]["containers"], json!([{"name": "a", "image": "x"}]));
    }

    #[test]
    fn the_applied_order_of_keyed_items_wins() {
        let item = |name: &str| json!({"name": name, "image": "i"});
        let live = pod(json!([item("a"), item("x"), item("b")]));
        let merged = merge("Pod", "", &live, &pod(json!([item("b"), item("a"), item("c")])));
        let names: Vec<&str> =
            object::list(&merged, "/spec/containers").iter().map(|c| c["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["b", "a", "x", "c"]);
    }

    #[test]
    fn another_value_conflicts_and_the_same_value_is_shared() {
        let one = json!({"metadata": {"name": "c"}, "data": {"a": "1"}});
        let live = apply("ConfigMap", None, &one, &manager("one"), false).expect("no conflict");
        let live = apply("ConfigMap", Some(&live), &one, &manager("two"), false).expect("shared");
        let other = json!({"metadata": {"name": "c"}, "data": {"a": "2"}});
        let conflicts = apply("ConfigMap", Some(&live), &other, &manager("two"), false).expect_err("conflict");
        assert_eq!(conflicts, [Conflict { manager: "\"one\"".to_owned(), field: ".data.a".to_owned() }]);
        let live = apply("ConfigMap", Some(&live), &other, &manager("two"), true).expect("forced");
        assert_eq!(managers(&live).iter().filter(|m| !m.fields.is_empty()).count(), 1);
        let nothing = json!({"metadata": {"name": "c"}});
        let live = apply("ConfigMap", Some(&live), &nothing, &manager("two"), false).expect("dropped");
        assert_eq!(live.get("data"), None);
    }
}
