//! One PEM block (RFC 7468, "strict" but for line lengths).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Longest text that is looked at. A public key has less than 200 characters; a key with much around it is a mistake.
const MAX_TEXT: usize = 16_000;

/// The only block of a text: its label and content.
pub struct Block<'a> {
    pub label: &'a str,
    pub der: Vec<u8>,
}

/// Labels of all blocks that begin in a text, whatever else it holds.
pub fn labels(text: &str) -> impl Iterator<Item = &str> {
    text.split("-----BEGIN ").skip(1).filter_map(|rest| rest.split_once("-----").map(|(label, _)| label))
}

/// Reads a text that is one block and nothing else.
pub fn single(text: &str) -> Option<Block<'_>> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let (label, rest) = text.trim().strip_prefix("-----BEGIN ")?.split_once("-----")?;
    let body = rest.strip_suffix(&format!("-----END {label}-----"))?;
    if body.contains("-----") {
        return None;
    }
    let base64: String = body.lines().map(str::trim).collect();
    let der = STANDARD.decode(base64).ok()?;
    Some(Block { label, der })
}
