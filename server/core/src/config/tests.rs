//! The schema from all sides: reading, checking, splitting, forms.

use super::form::{FormState, build};
use super::*;
use portal_model::Lang;
use portal_model::ars::Ars;
use portal_model::finding::Rule;
use portal_model::form::{Field, FieldError, FieldKind, code};
use serde_json::json;
use std::collections::BTreeSet;

const SCHEMA: &str = r#"{
  "type": "object", "additionalProperties": false,
  "x-groups": [{"id": "geld", "title": "Geld", "x-title-en": "Money"}],
  "required": ["titel", "satz", "passwort", "art", "zuschlag"],
  "properties": {
    "titel": {"type": "string", "title": "Titel", "x-title-en": "Title", "minLength": 1, "maxLength": 20},
    "satz": {"type": "number", "title": "Satz", "x-title-en": "Rate", "minimum": 0, "maximum": 1000, "multipleOf": 0.01, "x-gemeinde": true, "x-group": "geld"},
    "kontakt": {"type": "object", "title": "Kontakt", "x-title-en": "Contact", "x-gemeinde": true, "required": ["email"], "properties": {
      "email": {"type": "string", "title": "E-Mail", "x-title-en": "E-mail", "format": "email"},
      "seit": {"type": "string", "title": "Seit", "x-title-en": "Since", "format": "date"}}},
    "art": {"type": "string", "title": "Art", "x-title-en": "Kind", "oneOf": [{"const": "a", "title": "Eins", "x-title-en": "One"}, {"const": "b", "title": "Zwei", "x-title-en": "Two"}], "default": "a"},
    "zuschlag": {"type": "integer", "title": "Zuschlag", "x-title-en": "Surcharge", "x-if": {"path": "art", "equals": "b"}},
    "aktiv": {"type": "boolean", "title": "Aktiv", "x-title-en": "Active", "default": true},
    "stellen": {"type": "array", "title": "Stellen", "x-title-en": "Offices", "maxItems": 3, "items": {"type": "object", "title": "Stelle", "x-title-en": "Office", "required": ["name"], "properties": {
      "name": {"type": "string", "title": "Name", "x-title-en": "Name", "maxLength": 10}, "web": {"type": "string", "title": "Web", "x-title-en": "Web", "format": "uri"}}}},
    "technik": {"type": "object", "title": "Technik", "x-title-en": "Technology", "properties": {
      "host": {"type": "string", "title": "Host", "x-title-en": "Host", "x-stage": true},
      "groesse": {"type": "integer", "title": "Größe", "x-title-en": "Size", "default": 5}}},
    "passwort": {"type": "string", "title": "Passwort", "x-title-en": "Password", "x-secret": true, "minLength": 8}
  }
}"#;

fn schema() -> ConfigSchema {
    let (schema, findings) = ConfigSchema::parse("config.schema.json", SCHEMA.as_bytes());
    assert_eq!(findings, vec![]);
    schema
}

fn good() -> Value {
    json!({"titel": "T", "satz": 12.5, "art": "a", "aktiv": true, "technik": {"host": "h", "groesse": 5},
        "gemeinden": {"010575727004": {"satz": 10}, "010575727007": {}}})
}

fn errors(values: &Value) -> Vec<(String, String)> {
    schema().validate(values, Part::All).into_iter().map(|e| (e.path, e.code)).collect()
}

fn one(path: &str, code: &str) -> Vec<(String, String)> {
    vec![(path.to_owned(), code.to_owned())]
}

fn with(path: &str, value: Value) -> Value {
    let mut values = good();
    set(&mut values, path, value);
    values
}

#[test]
fn keeps_the_order_of_the_file() {
    let names: Vec<String> = schema().properties.into_iter().map(|p| p.name).collect();
    assert_eq!(names, ["titel", "satz", "kontakt", "art", "zuschlag", "aktiv", "stellen", "technik", "passwort"]);
    assert_eq!(schema().defaults(), json!({"art": "a", "aktiv": true, "technik": {"groesse": 5}}));
    assert_eq!(schema().secret_paths(), ["passwort"]);
}

#[test]
fn names_what_is_wrong() {
    assert_eq!(errors(&good()), vec![]);
    let cases = [
        ("titel", json!(7), code::TEXT),
        ("titel", json!(""), code::REQUIRED),
        ("titel", json!("x".repeat(21)), code::MAX_LENGTH),
        ("satz", json!("zwölf"), code::NUMBER),
        ("satz", json!(-1), code::MINIMUM),
        ("satz", json!(1001), code::MAXIMUM),
        ("satz", json!(19.999), code::DECIMALS),
        ("art", json!("c"), code::CHOICE),
        ("aktiv", json!("ja"), code::BOOLEAN),
        ("technik.groesse", json!(1.5), code::INTEGER),
        ("kontakt", json!({"email": "x"}), code::EMAIL),
        ("kontakt", json!({"email": "a@b.de", "seit": "2027-02-30"}), code::DATE),
        ("stellen", json!([{"name": "x", "web": "javascript:1"}]), code::URI),
        ("stellen", json!([{}]), code::REQUIRED),
        ("stellen", json!([{"name": "a"}, {"name": "b"}, {"name": "c"}, {"name": "d"}]), code::MAX_ITEMS),
        ("unbekannt", json!(1), code::UNKNOWN),
        ("passwort", json!("geheim-geheim"), code::SECRET_AS_VALUE),
        ("gemeinden.010575727004.satz", json!(-1), code::MINIMUM),
        ("gemeinden.010575727004.art", json!("a"), code::NOT_PER_GEMEINDE),
        ("gemeinden.010575727004.nix", json!("a"), code::UNKNOWN),
        ("gemeinden.99", json!({}), code::GEMEINDE),
        ("gemeinden.010575727004", json!(7), code::OBJECT),
    ];
    for (path, value, code) in cases {
        let found = errors(&with(path, value.clone()));
        assert!(found.len() == 1 && found[0].1 == code && found[0].0.starts_with(path), "{path} {value}: {found:?}");
    }
    assert_eq!(errors(&json!(7)), one("", code::OBJECT));
}

#[test]
fn hidden_fields_are_not_required_and_shown_ones_are() {
    assert_eq!(errors(&with("zuschlag", json!("Reste von früher"))), vec![], "hidden: any value is kept");
    assert_eq!(errors(&with("art", json!("b"))), one("zuschlag", code::REQUIRED));
}

#[test]
fn a_required_value_may_come_from_every_gemeinde() {
    let mut values = good();
    values.as_object_mut().unwrap().remove("satz");
    assert_eq!(errors(&values), one("gemeinden.010575727007.satz", code::REQUIRED));
    set(&mut values, "gemeinden.010575727007.satz", json!(3));
    assert_eq!(errors(&values), vec![]);
    values.as_object_mut().unwrap().remove("gemeinden");
    assert_eq!(errors(&values), one("satz", code::REQUIRED));
}

#[test]
fn inherits_per_gemeinde() {
    let mut values = with("kontakt", json!({"email": "amt@b.de", "seit": "2027-01-01"}));
    set(&mut values, "gemeinden.010575727007.kontakt", json!({"email": "hier@b.de"}));
    let map = schema().gemeinde_map(&values);
    assert_eq!(map["010575727004"]["satz"], 10);
    assert_eq!(map["010575727007"], json!({"satz": 12.5, "kontakt": {"email": "hier@b.de", "seit": "2027-01-01"}}));
}

#[test]
fn splits_and_digests() {
    let split = schema().split(&good());
    assert_eq!(split.stage, json!({"technik": {"host": "h"}}));
    assert_eq!(split.shared["technik"], json!({"groesse": 5}));
    assert_eq!(merge(&split.shared, &split.stage), good());
    assert_eq!(schema().validate(&split.shared, Part::Shared), vec![]);
    let digest = config_digest(&split.shared);
    let again: Value = serde_json::from_str(&split.shared.to_string().replace("12.5", "12.50")).unwrap();
    assert_eq!(config_digest(&again), digest, "the same value written differently");
    assert_eq!(config_digest(&schema().split(&with("technik.host", json!("i"))).shared), digest, "stage values");
    assert_ne!(config_digest(&schema().split(&with("satz", json!(13))).shared), digest);
    // RFC 8785: keys sorted by UTF-16 units, numbers as ECMAScript writes them, no blanks.
    let expected = "507aab815f2bdfce1c740c0b1ae7b1c874f56b9aa5b9ab109a07b57365148233";
    assert_eq!(config_digest(&json!({"b": 1.0, "a": "ä"})).unwrap(), expected);
}

#[test]
fn secrets_are_asked_for_and_checked() {
    let none = BTreeSet::new();
    assert_eq!(schema().missing_secrets(&good(), &none)[0].path, "passwort");
    assert_eq!(schema().missing_secrets(&good(), &BTreeSet::from(["passwort".to_owned()])), vec![]);
    let error = schema().check_secret("passwort", "kurz").unwrap();
    assert_eq!(error.code, code::MIN_LENGTH);
    assert!(!format!("{error:?}").contains("kurz"));
    assert_eq!(schema().check_secret("passwort", "lang genug"), None);
}

fn decode(pairs: &[(&str, &str)]) -> Decoded {
    let pairs: Vec<(String, String)> = pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let gemeinden = [Ars::parse("010575727004").unwrap(), Ars::parse("010575727007").unwrap()];
    from_form(&pairs, &schema(), FormScope { part: Part::All, gemeinden: &gemeinden, lang: Lang::De })
}

#[test]
fn reads_a_form() {
    let decoded = decode(&[
        ("csrf", "x"),
        ("w.titel", " Titel "),
        ("w.satz", "1.234,50"),
        ("w.art", "a"),
        ("w.aktiv", "0"),
        ("w.zuschlag", ""),
        ("w.stellen.0.name", "erste"),
        ("w.stellen.5.name", ""),
        ("w.stellen.7.name", "zweite"),
        ("w.kontakt.email", "a@b.de"),
        ("w.kontakt.seit", "1.4.2027"),
        ("w.technik.host", "h"),
        ("w.passwort", "ganz geheim"),
        ("g.010575727004.satz", "7"),
        ("g.010575727007.satz", ""),
    ]);
    let expected = json!({"titel": "Titel", "satz": 1234.5, "art": "a", "aktiv": false,
        "stellen": [{"name": "erste"}, {"name": "zweite"}], "kontakt": {"email": "a@b.de", "seit": "2027-04-01"},
        "technik": {"host": "h"}, "gemeinden": {"010575727004": {"satz": 7}, "010575727007": {}}});
    assert_eq!(decoded.values, expected);
    assert_eq!(decoded.secrets.get("passwort").map(|s| s.as_str()), Some("ganz geheim"));
    let wrong: Vec<(String, String)> = decoded.errors.into_iter().map(|e| (e.path, e.code)).collect();
    assert_eq!(wrong, one("satz", code::MAXIMUM));
}

/// A random document as a form can hold it: no empty text, no empty part, no number that only looks whole.
fn random_document(properties: &[Property], random: &mut dyn FnMut(u64) -> u64) -> Value {
    let mut map = serde_json::Map::new();
    for property in properties.iter().filter(|p| !p.node.secret) {
        if random(4) > 0 {
            map.insert(property.name.clone(), random_value(&property.node, random));
        }
    }
    map.retain(|_, value| !value.as_object().is_some_and(serde_json::Map::is_empty));
    Value::Object(map)
}

fn random_value(node: &Node, random: &mut dyn FnMut(u64) -> u64) -> Value {
    match &node.kind {
        Kind::Text { format: Some(Format::Date), .. } => format!("20{:02}-04-01", random(100)).into(),
        Kind::Text { .. } => ["Änderung, 1.000", "a=b&c", "1", "zwei\nZeilen", "ä"][random(5) as usize].into(),
        Kind::Number { integer: true, .. } => json!(random(2_000_000) as i64 - 1_000_000),
        Kind::Number { .. } => match random(3) {
            0 => json!(random(10_000)),
            1 => json!(f64::from(random(999) as u32) + 0.25),
            _ => json!(-f64::from(random(999) as u32) - 0.5),
        },
        Kind::Boolean => (random(2) == 0).into(),
        Kind::Choice(choices) => choices[random(choices.len() as u64) as usize].value.clone(),
        Kind::List { items, .. } => {
            let entries = (0..=random(3)).map(|_| random_value(items, random));
            Value::Array(entries.filter(|e| !e.as_object().is_some_and(serde_json::Map::is_empty)).collect())
        }
        Kind::Object(inner) => random_document(inner, random),
    }
}

#[test]
fn a_document_comes_back_from_the_form_as_it_went_in() {
    let gemeinden = [Ars::parse("010575727004").unwrap(), Ars::parse("010575727007").unwrap()];
    let mut state = 0x2026_1123_u64;
    let mut random = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    for _ in 0..500 {
        let mut values = random_document(&schema().properties, &mut random);
        if values.get("stellen").and_then(Value::as_array).is_some_and(Vec::is_empty) {
            values.as_object_mut().unwrap().remove("stellen");
        }
        let own: Vec<Property> = schema().properties.into_iter().filter(|p| p.node.gemeinde).collect();
        let rows = gemeinden.iter().map(|ars| (ars.to_string(), random_document(&own, &mut random)));
        let rows: serde_json::Map<String, Value> = rows.collect();
        set(&mut values, GEMEINDEN, Value::Object(rows));
        for lang in [Lang::De, Lang::En] {
            let pairs = to_form(&values, &schema(), lang);
            let scope = FormScope { part: Part::All, gemeinden: &gemeinden, lang };
            assert_eq!(from_form(&pairs, &schema(), scope).values, values, "{pairs:?}");
        }
    }
}

#[test]
fn amounts_keep_their_digits_after_the_comma() {
    let form = |lang| {
        let decoded = decode(&[("w.satz", "45,50"), ("w.zuschlag", "5"), ("g.010575727004.satz", "7")]);
        let gemeinden = [(Ars::parse("010575727004").unwrap(), "Erste".to_owned())];
        let state = FormState {
            part: Part::All,
            values: &decoded.values,
            errors: &[],
            secrets: &BTreeSet::new(),
            neighbour: None,
            gemeinden: &gemeinden,
        };
        build(&schema(), &state, lang)
    };
    let value = |form: &portal_model::form::Form, name: &str| {
        field(&form.groups.iter().flat_map(|g| g.fields.clone()).collect::<Vec<_>>(), name).value.clone()
    };
    assert_eq!(value(&form(Lang::De), "w.satz"), "45,50");
    assert_eq!(value(&form(Lang::En), "w.satz"), "45.50");
    assert_eq!(value(&form(Lang::De), "w.zuschlag"), "5");
    let table = form(Lang::De).gemeinden.unwrap();
    assert_eq!(
        (table.rows[0].fields[0].value.as_str(), table.rows[0].fields[0].inherited.as_deref()),
        ("7,00", Some("45,50"))
    );
    // What is stored, and so the digest, does not know how it is shown.
    let digest = |text: &str| config_digest(&schema().split(&decode(&[("w.satz", text)]).values).shared);
    assert_eq!(digest("45,50"), digest("45,5"));
    assert_eq!(digest("45,00"), config_digest(&json!({"satz": 45})));
    for amount in [0.07, 19.99, 1000.0, 999.01, 0.01, 0.29] {
        assert_eq!(errors(&with("satz", json!(amount))), vec![], "{amount}");
    }
}

#[test]
fn only_powers_of_ten_say_how_many_digits() {
    for (step, decimals) in [("1", Some(0)), ("0.1", Some(1)), ("0.010", Some(2)), ("0.05", None), ("10", None)] {
        let text = format!(
            r#"{{"type": "object", "properties": {{"a": {{"type": "number", "title": "x", "x-title-en": "x", "multipleOf": {step}}}}}}}"#
        );
        let (schema, findings) = ConfigSchema::parse("s", text.as_bytes());
        assert_eq!(findings.is_empty(), decimals.is_some(), "{step}: {findings:?}");
        let Kind::Number { decimals: read, .. } = schema.properties[0].node.kind else { panic!("a number") };
        assert_eq!(read, decimals, "{step}");
    }
}

#[test]
fn a_checked_box_wins_over_its_marker() {
    assert_eq!(decode(&[("w.aktiv", "0"), ("w.aktiv", "1")]).values["aktiv"], true);
    assert_eq!(decode(&[]).values.get("aktiv"), None);
}

#[test]
fn refuses_what_no_form_of_ours_sends() {
    let cases = [
        ("w.nix", "1", "nix", code::UNKNOWN),
        ("w.titel.x", "1", "titel.x", code::UNKNOWN),
        ("w.stellen.x.name", "1", "stellen.x", code::UNKNOWN),
        ("w.stellen.-1.name", "1", "stellen.-1", code::UNKNOWN),
        ("w.titel", "a\u{0}b", "titel", code::CONTROL_CHARACTER),
        ("w.passwort", "kurz", "passwort", code::MIN_LENGTH),
        ("w.satz", "1,2,3", "satz", code::NUMBER),
        ("g.091620000000.satz", "1", "gemeinden.091620000000", code::GEMEINDE),
        ("g.010575727004.art", "a", "gemeinden.010575727004.art", code::UNKNOWN),
    ];
    for (name, text, path, code) in cases {
        let errors = decode(&[(name, text)]).errors;
        assert!(errors.iter().any(|e| e.path == path && e.code == code), "{name}={text}: {errors:?}");
    }
    let many: Vec<(String, String)> = (0..20_001).map(|i| (format!("w.a{i}"), String::new())).collect();
    let scope = FormScope { part: Part::All, gemeinden: &[], lang: Lang::De };
    assert_eq!(from_form(&many, &schema(), scope).errors[0].code, code::TOO_MUCH);
}

fn field<'a>(fields: &'a [Field], name: &str) -> &'a Field {
    fields.iter().find(|f| f.name == name).unwrap()
}

#[test]
fn builds_the_form_with_what_was_entered() {
    let decoded =
        decode(&[("w.titel", "T"), ("w.satz", "zwölf"), ("w.art", "b"), ("w.stellen.0.name", "viel zu lang")]);
    let secrets = BTreeSet::from(["passwort".to_owned()]);
    let neighbour = json!({"satz": 1.5, "art": "b", "aktiv": false, "passwort": "x"});
    let gemeinden = [(Ars::parse("010575727004").unwrap(), "Behrensdorf".to_owned())];
    let state = FormState {
        part: Part::All,
        values: &decoded.values,
        errors: &decoded.errors,
        secrets: &secrets,
        neighbour: Some(&neighbour),
        gemeinden: &gemeinden,
    };
    let form = build(&schema(), &state, Lang::De);
    assert_eq!(form.groups.iter().map(|g| g.title.as_str()).collect::<Vec<_>>(), ["Allgemeine Angaben", "Geld"]);
    let satz = &form.groups[1].fields[0];
    assert_eq!(
        (satz.name.as_str(), satz.value.as_str(), satz.required, satz.per_gemeinde),
        ("w.satz", "zwölf", true, true)
    );
    assert_eq!(satz.error.as_ref().map(|e| e.code.as_str()), Some(code::NUMBER));
    assert_eq!(satz.neighbour_value.as_deref(), Some("1,50"));
    let general = &form.groups[0].fields;
    let zuschlag = field(general, "w.zuschlag");
    assert_eq!(zuschlag.condition.as_ref().map(|c| (c.name.as_str(), c.equals.as_str())), Some(("w.art", "b")));
    assert!(zuschlag.error.is_some(), "shown, so required");
    assert_eq!(field(general, "w.art").neighbour_value.as_deref(), Some("Zwei"));
    assert_eq!(field(general, "w.aktiv").neighbour_value.as_deref(), Some("Nein"));
    let secret = field(general, "w.passwort");
    assert_eq!(
        (&secret.kind, secret.value.as_str(), &secret.neighbour_value),
        (&FieldKind::Secret { is_set: true }, "", &None)
    );
    let FieldKind::List { items, can_add, next_name } = &field(general, "w.stellen").kind else { panic!("a list") };
    assert_eq!(
        (items.len(), *can_add, next_name.as_str(), items[0].label.as_str()),
        (1, true, "w.stellen.1", "Stelle 1")
    );
    let FieldKind::Group { fields } = &items[0].kind else { panic!("a group") };
    assert_eq!((fields[0].value.as_str(), fields[0].error.is_some()), ("viel zu lang", true));
    let table = form.gemeinden.as_ref().unwrap();
    assert_eq!(table.columns, ["Satz", "Kontakt: E-Mail", "Kontakt: Seit"]);
    assert_eq!(table.rows[0].fields[1].name, "g.010575727004.kontakt.email");
    assert_eq!(table.rows[0].fields[0].inherited.as_deref(), Some("zwölf"));
    let summary = form.errors();
    assert_eq!(summary[0].label, "Zuschlag");
    assert!(summary.iter().all(|line| !line.text.is_empty()));
}

#[test]
fn parts_of_the_form() {
    let state =
        |part| FormState { part, values: &Value::Null, errors: &[], secrets: NONE, neighbour: None, gemeinden: &[] };
    static NONE: &BTreeSet<String> = &BTreeSet::new();
    let names = |part| -> Vec<String> {
        let form = build(&schema(), &state(part), Lang::En);
        form.groups.iter().flat_map(|g| &g.fields).map(|f| f.name.clone()).collect()
    };
    assert_eq!(names(Part::Stage), ["w.technik", "w.passwort"]);
    assert!(names(Part::Shared).contains(&"w.technik".to_owned()));
    let pairs = [("w.titel".to_owned(), "x".to_owned())];
    let scope = FormScope { part: Part::Stage, gemeinden: &[], lang: Lang::De };
    let errors: Vec<FieldError> = from_form(&pairs, &schema(), scope).errors;
    assert_eq!((errors[0].path.as_str(), errors[0].code.as_str()), ("titel", code::UNKNOWN));
}

#[test]
fn upgrades_keep_what_was_left_empty() {
    let new = SCHEMA
        .replace("\"titel\": {", "\"neu\": {\"type\": \"integer\", \"title\": \"Neu\", \"x-title-en\": \"New\", \"default\": 9}, \"titel\": {")
        .replace("\"aktiv\": {\"type\": \"boolean\"", "\"an\": {\"type\": \"boolean\"");
    let (new, findings) = ConfigSchema::parse("s", new.as_bytes());
    assert_eq!(findings, vec![]);
    let mut values = good();
    set(&mut values, "technik", json!({"host": "h"}));
    let after = new.upgrade(&schema(), &values);
    assert_eq!((after.get("neu"), after.get("an"), after.get("aktiv")), (Some(&json!(9)), Some(&json!(true)), None));
    assert_eq!(after["technik"], json!({"host": "h"}), "the size was cleared and stays so");
    assert_eq!(after["gemeinden"], values["gemeinden"]);
    assert_eq!(
        schema().changed_paths(&good(), &with("gemeinden.010575727004.satz", json!(11))),
        ["gemeinden.010575727004.satz"]
    );
}

#[test]
fn schemas_have_limits() {
    let wide: Vec<String> =
        (0..=MAX_FIELDS).map(|i| format!(r#""f{i}": {{"type": "boolean", "title": "x"}}"#)).collect();
    let wide = format!(r#"{{"type": "object", "properties": {{{}}}}}"#, wide.join(","));
    let deep = (0..10).fold(r#"{"type": "boolean", "title": "x"}"#.to_owned(), |inner, _| {
        format!(r#"{{"type": "object", "title": "x", "properties": {{"a": {inner}}}}}"#)
    });
    for text in [wide, deep] {
        let (_, findings) = ConfigSchema::parse("s", text.as_bytes());
        assert!(findings.iter().any(|f| f.is(Rule::SchemaSize)), "{findings:?}");
    }
    let twice = r#"{"type": "object", "properties": {"a": {"type": "boolean", "title": "x"}, "a": {"type": "string", "title": "x"}}}"#;
    assert!(ConfigSchema::parse("s", twice.as_bytes()).1.iter().any(|f| f.is(Rule::IdTwice)));
}
