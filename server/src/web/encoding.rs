//! Which compressed form a browser takes.

use axum::http::{HeaderMap, header};

/// A body's encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Identity,
    /// Brotli.
    Br,
    /// Gzip.
    Gzip,
}

impl Encoding {
    /// Value of `Content-Encoding`.
    pub fn token(self) -> Option<&'static str> {
        match self {
            Encoding::Identity => None,
            Encoding::Br => Some("br"),
            Encoding::Gzip => Some("gzip"),
        }
    }
}

/// The best encoding that the browser takes.
pub fn accepted(headers: &HeaderMap) -> Encoding {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok());
    let mut best = Encoding::Identity;
    for part in values.flat_map(|v| v.split(',')) {
        let mut pieces = part.split(';').map(str::trim);
        let name = pieces.next().unwrap_or_default();
        let refused = pieces.any(|p| matches!(p.replace(' ', "").as_str(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        match name {
            _ if refused => {}
            "br" => return Encoding::Br,
            "gzip" => best = Encoding::Gzip,
            _ => {}
        }
    }
    best
}

/// Whether one of the tags that the browser has is this one.
pub fn has_tag(headers: &HeaderMap, tag: &str) -> bool {
    let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok());
    values.flat_map(|v| v.split(',')).any(|t| t.trim().trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn takes_the_best_that_is_not_refused() {
        let of = |value: &'static str| {
            accepted(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]))
        };
        assert_eq!(of("gzip, deflate, br, zstd"), Encoding::Br);
        assert_eq!(of("gzip, br;q=0"), Encoding::Gzip);
        assert_eq!(of("identity"), Encoding::Identity);
    }
}
