//! What somebody would send on purpose: each is refused with a reason, and costs little.

use crate::*;
use portal_model::finding::Rule;

fn with(path: &str, content: impl Into<Vec<u8>>) -> Files {
    let mut files = minimal::good();
    files.insert(path, content);
    files
}

fn refused(files: Files, rule: Rule, what: &str) {
    let findings = all_findings(files);
    let found = findings.iter().find(|f| f.is(rule) && f.is_error());
    assert!(found.is_some(), "{what}: expected {rule:?}, got {findings:?}");
}

const YAML: [&str; 5] = ["verfahren.yaml", "publiccode.yml", "manifests/a.yaml", "tests/a.yaml", "jobs/backup.yaml"];

#[test]
fn yaml_that_grows_repeats_or_sinks() {
    let mut laughs = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for i in 1..12 {
        laughs.push_str(&format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 9].join(",")));
    }
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(900_000), "*a, ".repeat(199));
    let wide = format!("[{}]", "a,".repeat(200_000));
    let bombs: [(&str, String); 8] = [
        ("billion laughs", laughs),
        ("one long anchor", long),
        ("a thousand nodes too many", wide),
        ("brackets", "[".repeat(1_000_000)),
        ("braces", "{a: ".repeat(200_000)),
        ("indents", (0..500).map(|i| format!("{}a:\n", " ".repeat(i))).collect()),
        ("a key twice", "a: 1\na: 2\n".into()),
        ("an anchor in itself", "a: &a [*a]\n".into()),
    ];
    for path in YAML {
        for (what, bomb) in &bombs {
            refused(with(path, bomb.as_str()), Rule::YamlUnreadable, &format!("{path}: {what}"));
        }
        refused(with(path, vec![b' '; 1024 * 1024 + 1]), Rule::FileTooLarge, path);
        refused(with(path, b"a: \xff\xfe".to_vec()), Rule::NotUtf8, path);
    }
}

#[test]
fn json_that_sinks_grows_or_repeats() {
    let schema = "config.schema.json";
    refused(with(schema, "[".repeat(400_000)), Rule::TooManyValues, "wide");
    refused(with(schema, "[".repeat(15_000)), Rule::JsonUnreadable, "deep");
    refused(with(schema, vec![b' '; 600 * 1024]), Rule::FileTooLarge, "large");
    refused(with(schema, r#"{"type": "object", "type": "object"}"#), Rule::IdTwice, "a key twice");
    refused(with(schema, r#"{"type": "object", "x": 1e999}"#), Rule::JsonUnreadable, "a number without end");
    let many: String = (0..5_000).map(|i| format!(r#""f{i}": {{"type": "string"}},"#)).collect();
    let many = format!(r#"{{"type": "object", "properties": {{{} "g": {{}} }}}}"#, many);
    refused(with(schema, many), Rule::SchemaSize, "many fields");
    let sbom = |items: usize| {
        with("sbom.cdx.json", format!(r#"{{"bomFormat": "CycloneDX", "x": [{}0]}}"#, "0,".repeat(items)))
    };
    refused(sbom(500_000), Rule::TooManyValues, "sbom");
}

#[test]
fn schemas_that_call_elsewhere_or_never_end() {
    let field = |field: Value| {
        let schema =
            json!({"type": "object", "properties": {"name": field, "zahl": {"type": "integer", "title": "Z"}}});
        let mut files = minimal::files(&minimal::verfahren(), &schema, &json!([]));
        files.insert(
            "manifests/a.yaml",
            r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": {"$name": "x"}}}"#,
        );
        files
    };
    for keyword in ["$ref", "$dynamicRef", "$anchor", "allOf", "not", "patternProperties", "contentSchema"] {
        let mut schema = json!({"type": "string", "title": "N"});
        schema[keyword] = "https://127.0.0.1:1/x.json".into();
        refused(field(schema), Rule::SchemaKeyword, keyword);
    }
    // Catastrophic where a machine goes back and forth; here they are refused or take one pass.
    for pattern in ["(?=a)a", r"(a)\1", "(((", "(?<!x)a", "a{1000}{1000}", r"(\p{L}{1000}){100}"] {
        refused(field(json!({"type": "string", "title": "N", "pattern": pattern})), Rule::SchemaPattern, pattern);
    }
    let schema =
        json!({"type": "object", "properties": {"name": {"type": "string", "title": "N", "pattern": "^(a+)+$"}}});
    let (schema, findings) = config::ConfigSchema::parse("s", schema.to_string().as_bytes());
    assert!(findings.iter().all(|f| !f.is_error()), "{findings:?}");
    let values = json!({"name": "a".repeat(9_000) + "!"});
    assert_eq!(schema.validate(&values, Part::All).len(), 1);
    // Simple ones are read without a machine; others cost memory each time values are checked, so there are few of them.
    let large: serde_json::Map<String, Value> = (0..config::MAX_LARGE_PATTERNS + 1)
        .map(|i| (format!("f{i}"), json!({"type": "string", "title": "F", "pattern": r"(\p{L}a|b\p{L}){1,20}"})))
        .collect();
    let (_, findings) =
        config::ConfigSchema::parse("s", json!({"type": "object", "properties": large}).to_string().as_bytes());
    assert_eq!(findings.iter().filter(|f| f.is(Rule::SchemaPattern)).count(), 1, "{findings:?}");
}

/// Lists in lists, each with two hundred entries at least, would be a sample of eight million.
#[test]
fn samples_have_an_end() {
    let mut field = json!({"type": "string", "title": "T", "minLength": 10_000});
    for _ in 0..2 {
        field = json!({"type": "array", "title": "L", "minItems": 200, "items":
            {"type": "object", "title": "O", "required": ["x"], "properties": {"x": field}}});
    }
    let schema = json!({"type": "object", "required": ["x"], "properties": {"x": field}});
    let (schema, findings) = config::ConfigSchema::parse("s", schema.to_string().as_bytes());
    assert!(findings.iter().all(|f| !f.is_error()), "{findings:?}");
    let size = sample_values(&schema).to_string().len();
    assert!(size < 3_000_000, "{size}");
}

#[test]
fn templates_that_grow_when_they_are_filled() {
    let mut schema = minimal::schema();
    schema["properties"]["lang"] =
        json!({"type": "string", "title": "L", "x-title-en": "L", "default": "x".repeat(9_000)});
    let items = vec![json!({"$value": "lang"}); 6_000];
    let map =
        json!([{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": {"$name": "x"}}, "data": {"a": items}}]);
    refused(
        minimal::files(&minimal::verfahren(), &schema, &map),
        Rule::TemplatesTooLarge,
        "a long value in many places",
    );
    let mut many = minimal::good();
    for i in 0..40 {
        many.insert(format!("manifests/m{i}.yaml"), format!("a: [{}]", "{}, ".repeat(45_000)));
    }
    refused(many, Rule::TemplatesTooLarge, "many templates");
    let mut many = minimal::good();
    for i in 0..5 {
        many.insert(format!("manifests/m{i}.yaml"), "--- {a: 1}\n".repeat(99));
    }
    refused(many, Rule::TooManyObjects, "many objects");
}

#[test]
fn parts_that_are_too_large_are_not_missing() {
    let mut files = minimal::good();
    let size = usize::try_from(portal_core::package::limits::TEXT).unwrap() + 1;
    let mut writer = files.writer("manifests/a.yaml");
    std::io::Write::write_all(&mut writer, &vec![b'#'; size]).unwrap();
    writer.finish();
    refused(files, Rule::FileTooLarge, "spilled");
    refused(with("CHANGELOG.md", vec![b'x'; 1024 * 1024 + 1]), Rule::FileTooLarge, "change log");
}

#[test]
fn numbers_of_any_size_are_read() {
    for number in ["1e400", "-1e400", "0x7fffffffffffffffffffffff", "123456789012345678901234567890", ".inf", ".nan"] {
        let mut verfahren = minimal::verfahren().to_string();
        verfahren = verfahren.replace("\"per_year_cents\":1", &format!("\"per_year_cents\": {number}"));
        let findings = all_findings(with("verfahren.yaml", verfahren));
        assert!(findings.iter().any(Finding::is_error), "{number}");
    }
}
