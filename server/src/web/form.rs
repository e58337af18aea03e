//! Names and values of a posted form or of an address, with limits.

use crate::web::Failure;
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
};
use std::fmt;

/// Fields that a form may have.
pub const MAX_FIELDS: usize = 2000;
/// Bytes that a form may have.
pub const MAX_BYTES: usize = 1024 * 1024;

/// Names and values, in their order. The `Debug` form shows the names only: values may be secrets.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Pairs(pub Vec<(String, String)>);

impl fmt::Debug for Pairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl Pairs {
    /// Reads `a=b&c=d`. Bytes that are no text become replacement characters.
    ///
    /// # Errors
    /// If there are more than [`MAX_FIELDS`], or a NUL, which nobody types and PostgreSQL does not store.
    pub fn parse(text: &[u8]) -> Result<Self, Failure> {
        if text.iter().filter(|b| **b == b'&').count() >= MAX_FIELDS {
            return Err(Failure::rule("too_large", StatusCode::PAYLOAD_TOO_LARGE));
        }
        let malformed = || Failure::rule("malformed", StatusCode::BAD_REQUEST);
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(text).map_err(|_| malformed())?;
        if pairs.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
            return Err(malformed());
        }
        Ok(Self(pairs))
    }

    /// The last value of a name; empty if there is none.
    pub fn get(&self, name: &str) -> &str {
        self.opt(name).unwrap_or_default()
    }

    /// The last value of a name.
    pub fn opt(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// All values of a name.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(n, _)| n == name).map(|(_, v)| v.clone()).collect()
    }

    /// Version that the form was made from. Without one the form counts as outdated.
    pub fn lock(&self) -> i64 {
        self.get("lock").parse().unwrap_or(-1)
    }
}

impl<S: Send + Sync> FromRequest<S> for Pairs {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if !matches!(kind.as_str(), "" | "application/x-www-form-urlencoded") {
            return Err(Failure::rule("malformed", StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|r| match r.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Failure::rule("too_large", r.status()),
            status => Failure::rule("malformed", status),
        })?;
        Self::parse(&body)
    }
}

/// Names and values of an address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query(pub Pairs);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Pairs::parse(parts.uri.query().unwrap_or_default().as_bytes()).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_and_repeated_names() {
        let pairs = Pairs::parse(b"ars=1&ars=2&x=%FF&lock=7").unwrap();
        assert_eq!(pairs.all("ars"), ["1", "2"]);
        assert_eq!((pairs.get("ars"), pairs.lock()), ("2", 7));
        assert_eq!(pairs.get("x"), "\u{fffd}");
        assert_eq!(Pairs::default().lock(), -1);
    }

    #[test]
    fn refuses_nul_and_shows_no_values() {
        assert!(Pairs::parse(b"a=%00").is_err() && Pairs::parse(b"a%00=1").is_err());
        let shown = format!("{:?}", Pairs::parse(b"w.kennwort=geheim").unwrap());
        assert_eq!(shown, "[\"w.kennwort\"]");
    }

    #[test]
    fn refuses_too_many_fields() {
        assert!(Pairs::parse("a=1&".repeat(MAX_FIELDS).as_bytes()).is_err());
    }
}
