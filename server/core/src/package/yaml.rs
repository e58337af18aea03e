//! YAML of a stranger into JSON values, with budgets against bombs.

use portal_model::finding::{Finding, Rule};
use serde_json::Value;

/// Bytes of a YAML file.
pub const MAX_BYTES: usize = 1024 * 1024;
/// Documents in a file.
const MAX_DOCUMENTS: usize = 100;
/// Bytes that aliases may repeat from one anchor.
const MAX_ANCHOR_BYTES: usize = 32 * 1024;

/// A value as YAML, for people.
pub fn to_yaml(value: &Value) -> String {
    serde_saphyr::to_string(value).unwrap_or_default()
}

/// How strangers' YAML is read: YAML 1.2, as Kubernetes tools write it: `no` is a text (and a country).
pub fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        strict_booleans: true,
        with_snippet: false,
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 50_000,
        },
        budget: serde_saphyr::budget! {
            max_depth: 40,
            max_nodes: 50_000,
            max_events: 200_000,
            max_documents: MAX_DOCUMENTS,
            max_aliases: 200,
            max_anchors: 200,
            max_recorded_anchor_bytes: MAX_ANCHOR_BYTES,
            max_total_scalar_bytes: 2 * MAX_BYTES,
        },
    }
}

/// The text of a file, if it is one and not too long.
pub fn text<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, Finding> {
    if bytes.len() > MAX_BYTES {
        return Err(Finding::new(Rule::FileTooLarge, file, "").with("max", MAX_BYTES));
    }
    std::str::from_utf8(bytes).map_err(|_| Finding::new(Rule::NotUtf8, file, ""))
}

/// The finding of an error, with its place.
pub fn unreadable(file: &str, error: &serde_saphyr::Error) -> Finding {
    let (line, column) = error.location().map_or((0, 0), |l| (l.line(), l.column()));
    Finding::new(Rule::YamlUnreadable, file, "").at_line(line, column)
}

/// Every document of a file that is not empty.
pub fn documents(file: &str, bytes: &[u8]) -> Result<Vec<Value>, Finding> {
    let text = text(file, bytes)?;
    let read: Result<Vec<Value>, _> = serde_saphyr::from_multiple_with_options(text, options());
    let documents = read.map_err(|error| unreadable(file, &error))?;
    Ok(documents.into_iter().filter(|d| !d.is_null()).collect())
}

/// The only document of a file.
pub fn document(file: &str, bytes: &[u8]) -> Result<Value, Finding> {
    let mut documents = documents(file, bytes)?;
    match (documents.pop(), documents.is_empty()) {
        (Some(document), true) => Ok(document),
        _ => Err(Finding::new(Rule::YamlUnreadable, file, "").at_line(1, 1)),
    }
}

/// About how many bytes a value takes in memory.
pub fn weight(value: &Value) -> usize {
    // A map's entry is its key and its value in a node that is rarely full.
    match value {
        Value::Object(map) => 48 + map.iter().map(|(key, inner)| 64 + key.len() + weight(inner)).sum::<usize>(),
        Value::Array(items) => 32 + items.iter().map(weight).sum::<usize>(),
        Value::String(text) => 32 + text.len(),
        _ => 32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_documents() {
        let found = documents("x", b"a: 1\n---\n---\nb: [true, no, 1.0.0, 2026-01-01]\n").unwrap();
        assert_eq!(found, vec![json!({"a": 1}), json!({"b": [true, "no", "1.0.0", "2026-01-01"]})]);
    }

    #[test]
    fn bombs_and_nonsense_are_findings() {
        let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for i in 1..12 {
            let list = vec![format!("*a{}", i - 1); 9].join(",");
            bomb.push_str(&format!("a{i}: &a{i} [{list}]\n"));
        }
        let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(MAX_ANCHOR_BYTES + 1), "*a, ".repeat(150));
        for text in [bomb.as_str(), &long, &"[".repeat(5_000), "a: 1\na: 2\n", "a: [", "&a [*a]"] {
            let found = documents("x.yaml", text.as_bytes());
            assert!(found.as_ref().is_err_and(|f| f.file == "x.yaml"), "{:.20}: {found:?}", text);
        }
        assert!(documents("x", &[0xff]).is_err_and(|f| f.is(Rule::NotUtf8)));
    }
}
