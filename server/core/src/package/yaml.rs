//! YAML of a stranger into JSON values, with budgets against bombs.

use portal_model::finding::{Finding, Rule};
use serde_json::Value;

/// Bytes of a YAML file.
const MAX_BYTES: usize = 1024 * 1024;
/// Documents in a file.
const MAX_DOCUMENTS: usize = 100;

/// A value as YAML, for people.
pub fn to_yaml(value: &Value) -> String {
    serde_saphyr::to_string(value).unwrap_or_default()
}

/// Every document of a file that is not empty.
pub fn documents(file: &str, bytes: &[u8]) -> Result<Vec<Value>, Finding> {
    if bytes.len() > MAX_BYTES {
        return Err(Finding::new(Rule::FileTooLarge, file, "").with("max", MAX_BYTES));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Finding::new(Rule::NotUtf8, file, ""))?;
    let options = serde_saphyr::options! {
        // YAML 1.2, as Kubernetes tools write it: `no` is a text (and a country).
        strict_booleans: true,
        budget: serde_saphyr::budget! {
            max_depth: 40,
            max_nodes: 50_000,
            max_events: 200_000,
            max_documents: MAX_DOCUMENTS,
            max_aliases: 200,
            max_anchors: 200,
            max_recorded_anchor_bytes: MAX_BYTES,
            max_total_scalar_bytes: 2 * MAX_BYTES,
        },
    };
    let read: Result<Vec<Value>, _> = serde_saphyr::from_multiple_with_options(text, options);
    match read {
        Ok(documents) => Ok(documents.into_iter().filter(|d| !d.is_null()).collect()),
        Err(error) => {
            let (line, column) = error.location().map_or((0, 0), |l| (l.line(), l.column()));
            Err(Finding::new(Rule::YamlUnreadable, file, "").with("line", line).with("column", column))
        }
    }
}

/// The only document of a file.
pub fn document(file: &str, bytes: &[u8]) -> Result<Value, Finding> {
    let mut documents = documents(file, bytes)?;
    match (documents.pop(), documents.is_empty()) {
        (Some(document), true) => Ok(document),
        _ => Err(Finding::new(Rule::YamlUnreadable, file, "").with("line", 1).with("column", 1)),
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
        for text in [bomb.as_str(), &"[".repeat(5_000), "a: 1\na: 2\n", "a: [", "&a [*a]"] {
            let found = documents("x.yaml", text.as_bytes());
            assert!(found.as_ref().is_err_and(|f| f.file == "x.yaml"), "{:.20}: {found:?}", text);
        }
        assert!(documents("x", &[0xff]).is_err_and(|f| f.is(Rule::NotUtf8)));
    }
}
