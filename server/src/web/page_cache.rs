//! Pages for people who are not signed in, as they were last rendered and compressed. A page is used as long as nothing that
//! everybody may see has changed since: no release, no adoption, no name. What goes on in cases does not matter.

use crate::{
    AppState,
    web::{
        Visitor,
        assets::{stored, tag},
        encoding::{Encoding, accepted},
        headers::Route,
        session::{cookie_name, has_cookie},
    },
};
use axum::{
    body::{Bytes, to_bytes},
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use parking_lot::Mutex;
use portal_core::ports::PublicVersion;
use std::{
    collections::HashMap,
    io::Write,
    sync::{Arc, OnceLock},
};

/// Bytes of pages that are kept, with room for their encodings.
const MAX_BYTES: usize = 32 * 1024 * 1024;
/// Longest address that is kept.
const MAX_KEY: usize = 300;
/// Longest page that is kept.
const MAX_PAGE: usize = 1024 * 1024;

/// Browsers keep the page but ask each time whether it still holds.
const ASK: HeaderValue = HeaderValue::from_static("private, no-cache");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const VARY: HeaderValue = HeaderValue::from_static("accept-encoding, cookie");

/// Marks a page that lacks something for the moment, so that nobody is shown it later.
#[derive(Debug, Clone, Copy)]
pub struct NotKept;

/// A rendered page; compressed when somebody first asks for it.
struct Page {
    plain: Bytes,
    br: OnceLock<Option<Bytes>>,
    gzip: OnceLock<Option<Bytes>>,
    tag: String,
    /// Its route, for the figures.
    route: Route,
}

impl Page {
    fn new(plain: Bytes, route: Route) -> Self {
        Self { tag: tag(&plain), br: OnceLock::new(), gzip: OnceLock::new(), plain, route }
    }

    /// With room for both encodings, which together are shorter than the page.
    fn size(&self) -> usize {
        self.plain.len() * 2
    }

    fn answer(&self, headers: &HeaderMap) -> Response {
        let encoding = accepted(headers);
        let compressed = match encoding {
            Encoding::Identity => None,
            Encoding::Br => self.br.get_or_init(|| br(&self.plain)).as_ref(),
            Encoding::Gzip => self.gzip.get_or_init(|| gzip(&self.plain)).as_ref(),
        };
        let (encoding, body) = compressed.map_or((Encoding::Identity, &self.plain), |body| (encoding, body));
        let mut response = stored(headers, &HTML, &self.tag, encoding, body, ASK);
        response.headers_mut().insert(header::VARY, VARY);
        response.extensions_mut().insert(self.route.clone());
        response
    }
}

fn br(plain: &[u8]) -> Option<Bytes> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 5, lgwin: 20, ..Default::default() };
    brotli::BrotliCompress(&mut &*plain, &mut out, &params).ok()?;
    Some(out.into())
}

fn gzip(plain: &[u8]) -> Option<Bytes> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    out.write_all(plain).ok()?;
    Some(out.finish().ok()?.into())
}

#[derive(Default)]
struct Kept {
    /// Of what the pages were made.
    version: PublicVersion,
    bytes: usize,
    pages: HashMap<String, Arc<Page>>,
}

/// The pages.
#[derive(Default)]
pub struct PageCache {
    kept: Mutex<Kept>,
}

impl PageCache {
    fn get(&self, version: PublicVersion, key: &str) -> Option<Arc<Page>> {
        let kept = self.kept.lock();
        (kept.version == version).then(|| kept.pages.get(key).cloned()).flatten()
    }

    fn put(&self, version: PublicVersion, key: &str, page: &Arc<Page>) {
        let mut kept = self.kept.lock();
        if kept.version != version || kept.bytes + page.size() > MAX_BYTES {
            *kept = Kept { version, ..Kept::default() };
        }
        kept.bytes += page.size();
        kept.pages.insert(key.to_owned(), Arc::clone(page));
    }
}

/// The address of a page, if it is short enough to be kept.
fn key(uri: &Uri) -> Option<&str> {
    uri.path_and_query().map(|p| p.as_str()).filter(|key| key.len() <= MAX_KEY)
}

/// The answer to a request if its page is kept. Without our cookie nobody is signed in, so nothing has to be found out.
pub fn kept(state: &AppState, request: &Request) -> Option<Response> {
    if *request.method() != Method::GET || has_cookie(request.headers(), cookie_name(state.web.is_https())) {
        return None;
    }
    let page = state.pages.get(state.portal.public_version(), key(request.uri())?)?;
    Some(page.answer(request.headers()))
}

/// The layer of pages that look the same for everybody who is not signed in.
pub async fn layer(
    State(state): State<AppState>,
    visitor: Visitor,
    matched: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    let key = key(request.uri()).map(str::to_owned);
    let Some(key) = key.filter(|_| !visitor.is_signed_in() && *request.method() == Method::GET) else {
        return next.run(request).await;
    };
    // Read before rendering: a change in between only makes the page be rendered once more.
    let version = state.portal.public_version();
    let headers = request.headers().clone();
    // Somebody with a cookie that is worth nothing any more comes this far.
    if let Some(page) = state.pages.get(version, &key) {
        return page.answer(&headers);
    }
    let response = next.run(request).await;
    if response.status() != StatusCode::OK || response.headers().get(header::CONTENT_TYPE) != Some(&HTML) {
        return response;
    }
    if response.extensions().get::<NotKept>().is_some() {
        return response;
    }
    let Ok(plain) = to_bytes(response.into_body(), MAX_PAGE).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let page = Arc::new(Page::new(plain, Route(matched.as_str().to_owned())));
    state.pages.put(version, &key, &page);
    page.answer(&headers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use portal_core::ports::Public;

    fn page() -> Arc<Page> {
        Arc::new(Page::new(Bytes::from(vec![b'a'; 1000]), Route(String::new())))
    }

    #[test]
    fn forgets_everything_when_the_version_changes_or_room_runs_out() {
        let cache = PageCache::default();
        let page = page();
        let first = PublicVersion::default();
        let mut second = first;
        second.count(Public::Adoption);
        cache.put(first, "/", &page);
        assert!(cache.get(first, "/").is_some() && cache.get(second, "/").is_none());
        cache.put(second, "/en", &page);
        assert!(cache.get(second, "/").is_none());
        for i in 0..40_000 {
            cache.put(second, &format!("/{i}"), &page);
        }
        assert!(cache.kept.lock().bytes <= MAX_BYTES);
    }

    #[test]
    fn is_compressed_only_when_asked_for() {
        let page = page();
        let ask = |encoding: &'static str| {
            let headers = [(header::ACCEPT_ENCODING, HeaderValue::from_static(encoding))].into_iter().collect();
            page.answer(&headers).headers().get(header::CONTENT_ENCODING).cloned()
        };
        assert_eq!(ask("identity"), None);
        assert!(page.br.get().is_none() && page.gzip.get().is_none());
        assert_eq!(ask("br").unwrap(), "br");
        assert!(page.br.get().is_some() && page.gzip.get().is_none());
    }
}
