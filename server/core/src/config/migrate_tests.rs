//! Carrying values over to another release, and telling what it changes.

use super::*;
use portal_model::Lang;
use portal_model::schema_change::ChangeKind;
use serde_json::json;
use std::collections::BTreeMap;

fn schema(properties: Value, required: &[&str]) -> ConfigSchema {
    let text = json!({"type": "object", "properties": properties, "required": required}).to_string();
    let (schema, findings) = ConfigSchema::parse("s", text.as_bytes());
    assert!(findings.iter().all(|f| !f.is_error()), "{findings:?}");
    schema
}

fn migration(to: &str, rename: &[(&str, &str)], set: Value, ask: &[&str]) -> Migration {
    Migration {
        to: to.parse().unwrap(),
        rename: rename.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
        set: serde_json::from_value(set).unwrap(),
        ask: ask.iter().map(|p| (*p).to_owned()).collect(),
    }
}

fn newer() -> ConfigSchema {
    schema(
        json!({
            "satz": {"type": "object", "title": "S", "x-gemeinde": true, "properties": {
                "erster": {"type": "number", "title": "E", "maximum": 200},
                "zweiter": {"type": "number", "title": "Z"}}, "required": ["erster"]},
            "kasse": {"type": "string", "title": "K"},
            "weg": {"type": "string", "title": "W", "enum": ["post", "mail"], "default": "mail"},
            "zustelladresse": {"type": "string", "title": "A", "x-if": {"path": "weg", "equals": "post"}},
            "passwort": {"type": "string", "title": "P", "x-secret": true},
        }),
        &["satz", "kasse", "weg", "zustelladresse"],
    )
}

#[test]
fn renames_sets_defaults_and_asks() {
    let old = json!({"gebuehr": 60, "alt": true, "gebuehr_zweit": 90, "passwort": "darf hier nicht stehen",
        "gemeinden": {"010575727004": {"gebuehr": 70}, "010575727007": {}}});
    let migrations = [
        migration("1.1.0", &[("gebuehr", "satz.erster"), ("gebuehr_zweit", "satz.zweit")], json!({}), &["satz.zweit"]),
        migration("1.2.0", &[("satz.zweit", "satz.zweiter")], json!({"satz.erster": 1, "kasse": "DEMO"}), &[]),
    ];
    let (values, questions) = migrate(&old, &migrations, &newer());
    assert_eq!(
        values,
        json!({"satz": {"erster": 60, "zweiter": 90}, "kasse": "DEMO", "weg": "mail",
            "gemeinden": {"010575727004": {"satz": {"erster": 70}}, "010575727007": {}}})
    );
    let expected = Question { path: "satz.zweiter".into(), reason: Reason::Asked, proposal: Some(json!(90)) };
    assert_eq!(questions, vec![expected]);
    assert_eq!(renamed("gebuehr_zweit", &migrations), "satz.zweiter");
    assert_eq!(renamed("satz.zweit", &migrations), "satz.zweiter");
    assert_eq!(renamed("gebuehr_zweite", &migrations), "gebuehr_zweite");
}

#[test]
fn what_is_missing_or_unfit_is_asked_in_the_order_of_the_schema() {
    let (values, questions) = migrate(&json!({"weg": "post", "satz": {"erster": 300}}), &[], &newer());
    assert_eq!(values, json!({"weg": "post", "satz": {"erster": 300}}));
    let asked: Vec<(&str, Reason)> = questions.iter().map(|q| (q.path.as_str(), q.reason)).collect();
    assert_eq!(
        asked,
        [("kasse", Reason::Missing), ("satz.erster", Reason::Unfit), ("zustelladresse", Reason::Missing)]
    );
    assert_eq!(questions[1].proposal, Some(json!(300)));
    // A hidden field is not asked for, not even if the release says so.
    let ask = [migration("2.0.0", &[], json!({}), &["zustelladresse"])];
    let full = json!({"weg": "mail", "kasse": "x", "satz": {"erster": 3}});
    assert_eq!(migrate(&full, &ask, &newer()), (full, vec![]));
}

#[test]
fn two_fields_can_change_places() {
    let both = schema(json!({"a": {"type": "string", "title": "A"}, "b": {"type": "string", "title": "B"}}), &[]);
    let swap = [migration("2.0.0", &[("a", "b"), ("b", "a")], json!({}), &[])];
    assert_eq!(migrate(&json!({"a": "1", "b": "2"}), &swap, &both).0, json!({"a": "2", "b": "1"}));
    assert_eq!(migrate(&json!({"a": "1"}), &swap, &both).0, json!({"b": "1"}));
    assert_eq!(migrate(&Value::Null, &swap, &both), (json!({}), vec![]));
}

#[test]
fn differences_are_told_in_words() {
    let old = schema(
        json!({
            "a": {"type": "integer", "title": "A", "minimum": 1, "maximum": 10},
            "b": {"type": "string", "title": "B", "enum": ["x", "y"]},
            "c": {"type": "string", "title": "C", "maxLength": 10},
            "d": {"type": "boolean", "title": "D"},
            "e": {"type": "string", "title": "E"},
            "o": {"type": "object", "title": "O", "properties": {"i": {"type": "string", "title": "I"}}},
        }),
        &[],
    );
    let new = schema(
        json!({
            "a": {"type": "integer", "title": "A", "minimum": 1, "maximum": 5, "default": 3},
            "b": {"type": "string", "title": "B", "enum": ["x", "z"]},
            "c": {"type": "string", "title": "C", "maxLength": 20},
            "d": {"type": "string", "title": "D", "x-stage": true},
            "n": {"type": "string", "title": "N"},
            "o": {"type": "object", "title": "O", "properties": {"i": {"type": "string", "title": "I neu"}}},
        }),
        &["c", "n"],
    );
    let changes = difference(&old, &new);
    let seen: Vec<(&str, ChangeKind)> = changes.iter().map(|c| (c.path.as_str(), c.kind)).collect();
    use ChangeKind as K;
    let expected = [
        ("a", K::Default),
        ("a", K::Narrower),
        ("b", K::ChoicesAdded),
        ("b", K::ChoicesRemoved),
        ("c", K::Required),
        ("c", K::Wider),
        ("d", K::Stage),
        ("d", K::Type),
        ("n", K::AddedRequired),
        ("o.i", K::Label),
        ("e", K::Removed),
    ];
    assert_eq!(seen, expected);
    assert_eq!(changes[1].text(Lang::De), "„A“ erlaubt weniger: 1…5 statt 1…10.");
    assert_eq!(changes[3].text(Lang::En), "\"B\" no longer offers: y.");
    assert_eq!(difference(&new, &new), vec![]);
    let restricting: Vec<&str> = changes.iter().filter(|c| c.restricts()).map(|c| c.path.as_str()).collect();
    assert_eq!(restricting, ["a", "b", "c", "d", "n"]);
    assert_eq!(
        BTreeMap::from([("before".to_owned(), "boolean".to_owned()), ("after".to_owned(), "string".to_owned())]),
        changes[7].params
    );
}
