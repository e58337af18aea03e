//! The same bytes for the same JSON, whatever the order of its keys; digests of templates and seeded ids.

use serde_json::Value;
use sha2::{Digest, Sha256};

/// JSON with sorted keys. Numbers are written as `serde_json` writes them: enough to compare with ourselves.
pub(super) fn canonical_json(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            let parts: Vec<String> = keys
                .into_iter()
                .map(|key| format!("{}:{}", Value::from(key.as_str()), canonical_json(&map[key])))
                .collect();
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(items) => {
            let parts: Vec<String> = items.iter().map(canonical_json).collect();
            format!("[{}]", parts.join(","))
        }
        scalar => scalar.to_string(),
    }
}

/// SHA-256 in hexadecimal.
pub(super) fn sha256_hex(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// Ten characters that change when the value changes, for the names of ReplicaSets and revisions.
pub(super) fn short_hash(value: &Value) -> String {
    sha256_hex(&canonical_json(value))[..10].to_owned()
}

/// A number from any text, the same for the same text.
pub(super) fn number(text: &str) -> u64 {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(8).fold(0, |sum, &byte| (sum << 8) | u64::from(byte))
}
