//! Who asks, in which language, and for what.

use crate::{AppState, web::Failure};
use axum::{
    extract::FromRequestParts,
    http::{Uri, request::Parts},
};
use portal_core::Ctx;
use portal_model::{Lang, pages::Frame};
use std::{ops::Deref, sync::Arc};
use tower_sessions::session::Id;

/// Who asks. Made once per request.
#[derive(Clone)]
pub struct Visitor {
    inner: Arc<Facts>,
}

/// See [`Visitor`].
pub struct Facts {
    /// Person, language and time.
    pub ctx: Ctx,
    /// Path without language prefix, with query.
    pub path: String,
    /// What has just been done (`?ok=`).
    pub notice: Option<String>,
    /// Number of this request, in the log and on the page of our own faults.
    pub request_id: String,
    /// Session, if signed in.
    pub session: Option<Id>,
}

impl Deref for Visitor {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.inner
    }
}

impl Visitor {
    /// From what is known of them.
    pub fn new(facts: Facts) -> Self {
        Self { inner: Arc::new(facts) }
    }

    /// Whether somebody is signed in.
    pub fn is_signed_in(&self) -> bool {
        self.ctx.person().is_some()
    }

    /// What stands around a page.
    pub fn frame(&self, state: &AppState) -> Frame {
        state.portal.frame(&self.ctx, &self.path, self.notice.clone())
    }

    /// A path of the portal in the language of the visitor.
    pub fn href(&self, path: &str) -> String {
        self.ctx.lang.path(path)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let missing = || Failure::internal("no visitor: a route stands outside of the layer that identifies them");
        parts.extensions.get::<Visitor>().cloned().ok_or_else(missing)
    }
}

/// Language by the address, and the path with query but without language prefix.
pub fn address(uri: &Uri) -> (Lang, String) {
    let (lang, path) = match uri.path().strip_prefix("/en") {
        Some("") => (Lang::En, "/"),
        Some(rest) if rest.starts_with('/') => (Lang::En, rest),
        _ => (Lang::De, uri.path()),
    };
    let path = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    (lang, path)
}

/// A path of this portal to go to after signing in; anything else is the start page.
pub fn local_path(next: &str) -> &str {
    let bytes = next.as_bytes();
    let local = bytes.first() == Some(&b'/')
        && !matches!(bytes.get(1), Some(b'/' | b'\\'))
        && bytes.len() <= 1000
        && bytes.iter().all(|b| b.is_ascii_graphic() && *b != b'\\');
    if local { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_language_from_the_address() {
        let read = |uri: &str| address(&uri.parse().unwrap());
        assert_eq!(read("/"), (Lang::De, "/".into()));
        assert_eq!(read("/en"), (Lang::En, "/".into()));
        assert_eq!(read("/en/verfahren?q=a"), (Lang::En, "/verfahren?q=a".into()));
        assert_eq!(read("/entwurf"), (Lang::De, "/entwurf".into()));
    }

    #[test]
    fn goes_nowhere_else_after_signing_in() {
        assert_eq!(local_path("/nachnutzungen?q=a%20b"), "/nachnutzungen?q=a%20b");
        for foreign in ["https://example.org", "//example.org", "/\\example.org", "javascript:1", "", "/a\r\nb", "/ä", "/a b"] {
            assert_eq!(local_path(foreign), "/", "{foreign}");
        }
    }
}
