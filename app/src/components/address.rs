//! Addresses with queries, and which foreign addresses may become links.

use std::fmt::Write;

/// Percent-encodes a value of a query.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// A path with a query; empty values are left out.
pub fn with_query<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = path.to_owned();
    let mut sign = '?';
    for (name, value) in pairs {
        if !value.is_empty() {
            let _ = write!(out, "{sign}{}={}", encode(name), encode(value));
            sign = '&';
        }
    }
    out
}

/// A web address that may become a link; `javascript:` and the like may not.
pub fn web(url: &str) -> Option<&str> {
    let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    let fits = lower.starts_with("https://") || lower.starts_with("http://");
    (fits && !url.chars().any(|c| c.is_control() || c.is_whitespace())).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_encoded_and_empty_values_left_out() {
        assert_eq!(with_query("/a", [("q", "x y&ä"), ("leer", ""), ("n", "1")]), "/a?q=x%20y%26%C3%A4&n=1");
        assert_eq!(with_query("/a", []), "/a");
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert_eq!(web("https://example.org/a"), Some("https://example.org/a"));
        assert_eq!(web("javascript:alert(1)"), None);
        assert_eq!(web("ä"), None);
        assert_eq!(web("https://a b"), None);
    }
}
