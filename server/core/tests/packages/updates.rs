//! One release after another: what stored values would lose, and what saves them.

use crate::*;
use portal_core::package::{compare, follows};
use portal_model::finding::Rule;

fn read(verfahren: &Value, schema: &Value) -> Package {
    let loaded = Loaded::from_files((minimal::files(verfahren, schema, &minimal::manifests()), vec![]));
    loaded.into_package().unwrap()
}

fn old() -> Package {
    let mut verfahren = minimal::verfahren();
    verfahren["version"] = "1.0.0".into();
    verfahren.as_object_mut().unwrap().remove("migrations");
    verfahren.as_object_mut().unwrap().remove("upgrade_from");
    read(&verfahren, &minimal::schema())
}

/// What is found when a schema follows the first one, with these migrations.
fn found(change: impl Fn(&mut Value), migrations: Value) -> Vec<(Rule, String)> {
    let (mut verfahren, mut schema) = (minimal::verfahren(), minimal::schema());
    change(&mut schema);
    verfahren["migrations"] = migrations;
    let rules = [Rule::RequiredAdded, Rule::ValueLost, Rule::ValueUnfit];
    let findings = compare(&old(), &read(&verfahren, &schema));
    let known = |f: &Finding| Some((*rules.iter().find(|rule| f.is(**rule))?, f.params["name"].clone()));
    findings.iter().map(|f| known(f).unwrap()).collect()
}

#[test]
fn a_new_required_value_needs_a_default_or_a_migration() {
    let field = json!({"type": "string", "title": "K", "x-title-en": "K"});
    let add = |schema: &mut Value| {
        schema["properties"]["kasse"] = field.clone();
        schema["required"].as_array_mut().unwrap().push("kasse".into());
    };
    assert_eq!(found(add, json!([])), [(Rule::RequiredAdded, "kasse".to_owned())]);
    assert_eq!(found(add, json!([{"to": "1.1.0", "ask": ["kasse"]}])), []);
    assert_eq!(found(add, json!([{"to": "1.1.0", "set": {"kasse": "DEMO"}}])), []);
    assert_eq!(found(add, json!([{"to": "1.0.0", "ask": ["kasse"]}])), [(Rule::RequiredAdded, "kasse".to_owned())]);
    let with_default = |schema: &mut Value| {
        add(schema);
        schema["properties"]["kasse"]["default"] = "DEMO".into();
    };
    assert_eq!(found(with_default, json!([])), []);
    let inner = |schema: &mut Value| {
        schema["properties"]["satz"] = json!({"type": "object", "title": "S", "x-title-en": "S", "required": ["a", "b"], "properties": {
            "a": {"type": "integer", "title": "A", "x-title-en": "A", "default": 1}, "b": {"type": "integer", "title": "B", "x-title-en": "B"}}});
        schema["required"].as_array_mut().unwrap().push("satz".into());
    };
    assert_eq!(found(inner, json!([])), [(Rule::RequiredAdded, "satz.b".to_owned())]);
    assert_eq!(found(inner, json!([{"to": "1.1.0", "set": {"satz.b": 3}}])), []);
}

#[test]
fn values_that_fall_away_or_no_longer_fit_are_named() {
    assert_eq!(found(rename_list, json!([])), [(Rule::ValueLost, "liste".to_owned())]);
    assert_eq!(found(rename_list, json!([{"to": "1.1.0", "rename": {"liste": "reihe"}}])), []);
    let narrow = |schema: &mut Value| schema["properties"]["zahl"]["maximum"] = 5.into();
    assert_eq!(found(narrow, json!([])), [(Rule::ValueUnfit, "zahl".to_owned())]);
    assert_eq!(found(narrow, json!([{"to": "1.2.0", "ask": ["zahl"]}])), []);
}

/// Gives the list, which no template names, another name.
fn rename_list(schema: &mut Value) {
    let properties = schema["properties"].as_object_mut().unwrap();
    let field = properties.remove("liste").unwrap();
    properties.insert("reihe".into(), field);
}

#[test]
fn a_release_that_leaves_the_one_before_behind_is_named() {
    let found = |upgrade_from: Value, changes: Value| {
        let mut verfahren = minimal::verfahren();
        verfahren["changes"] = changes;
        match upgrade_from {
            Value::Null => drop(verfahren.as_object_mut().unwrap().remove("upgrade_from")),
            range => verfahren["upgrade_from"] = range,
        }
        let mut before = old();
        before.facts.changes.de = "Eine Frage weniger.".to_owned();
        let findings = follows(&before, &read(&verfahren, &minimal::schema()));
        assert!(findings.iter().all(|f| f.file == "verfahren.yaml" && f.params["version"] == "1.0.0"), "{findings:?}");
        findings.into_iter().map(|f| f.rule).collect::<Vec<_>>()
    };
    let new = json!({"de": "Neue Gebühr.", "en": "New fee."});
    let copied = json!({"de": " Eine Frage weniger. ", "en": "One question less."});
    assert_eq!(found(">=1.0.0, <1.2.0".into(), new.clone()), Vec::<String>::new());
    let left = Rule::UpgradeFromLeavesOut.id();
    assert_eq!(found(">=1.1.0, <1.2.0".into(), new.clone()), [left]);
    assert_eq!(found(Value::Null, new), [left]);
    assert_eq!(found("^1.0".into(), copied), [Rule::ChangesCopied.id()]);
}

#[test]
fn demonstration_packages_follow_each_other() {
    for (slug, before, after) in
        [("fundsachen", "1.0.0", "1.0.1"), ("gewerbe", "1.0.0", "1.1.0"), ("maengelmelder", "1.0.0", "1.1.0")]
    {
        let (before, after) = (package(slug, before), package(slug, after));
        assert_eq!(compare(&before, &after), vec![], "{slug}");
        assert_eq!(follows(&before, &after), vec![], "{slug}");
    }
}

#[test]
fn publiccode_is_handed_on_as_it_was() {
    for (slug, version, files) in demo() {
        let package = package(&slug, &version);
        let again =
            portal_core::package::Publiccode::parse("publiccode.yml", package.publiccode_yml().as_bytes()).unwrap();
        assert_eq!(again, package.publiccode, "{slug}");
        let first = |text: &str| text.lines().find(|line| line.contains("Version")).unwrap().replace('\'', "\"");
        let original = String::from_utf8(files.get("publiccode.yml").unwrap().to_vec()).unwrap();
        assert_eq!(first(&package.publiccode_yml()), first(&original));
    }
}
