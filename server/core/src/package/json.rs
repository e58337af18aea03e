//! JSON of a stranger, with a budget: a few bytes of JSON can become many times as many in memory.

use portal_model::finding::{Finding, Rule};
use serde_json::Value;

/// Reads a file of at most `max_bytes` bytes and `max_values` values. Depth is limited by the parser.
pub fn document(file: &str, bytes: &[u8], max_bytes: usize, max_values: usize) -> Result<Value, Finding> {
    if bytes.len() > max_bytes {
        return Err(Finding::new(Rule::FileTooLarge, file, "").with("max", max_bytes));
    }
    // Each value but the first follows a comma or an opening bracket. Those inside of texts are counted too.
    let most = bytes.iter().filter(|b| matches!(b, b',' | b'[' | b'{')).count();
    if most > max_values {
        return Err(Finding::new(Rule::TooManyValues, file, "").with("max", max_values));
    }
    serde_json::from_slice(bytes).map_err(|e| {
        let finding = Finding::new(Rule::JsonUnreadable, file, "");
        finding.at_line(e.line() as u64, e.column() as u64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_before_it_reads() {
        assert_eq!(document("x", b"[1, {}]", 100, 4), Ok(serde_json::json!([1, {}])));
        let rule = |bytes: &[u8]| document("x", bytes, 1_000, 100).err().map(|f| f.rule);
        assert_eq!(rule(&[b' '; 1_001]).as_deref(), Some(Rule::FileTooLarge.id()));
        assert_eq!(rule("0,".repeat(200).as_bytes()).as_deref(), Some(Rule::TooManyValues.id()));
        for broken in [&b"{"[..], b"1e999", b"\"\xff\"", b"[1,]", b"nul", b""] {
            assert_eq!(rule(broken).as_deref(), Some(Rule::JsonUnreadable.id()), "{broken:?}");
        }
        let deep = "[".repeat(1_000_000);
        let found = document("x", deep.as_bytes(), usize::MAX, usize::MAX).unwrap_err();
        assert_eq!((found.rule.as_str(), found.line), (Rule::JsonUnreadable.id(), Some(1)));
    }
}
