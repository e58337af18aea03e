//! Pages for people who are not signed in, as they were last rendered and compressed. A page is used as long as neither the
//! catalogue nor anything else in the database has changed since.

use crate::{
    AppState,
    web::{
        Visitor,
        assets::{stored, tag},
        encoding::{Encoding, accepted},
    },
};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use parking_lot::Mutex;
use portal_core::use_cases::Catalogue;
use std::{collections::HashMap, io::Write, sync::Arc};

/// Bytes of pages that are kept, in all their encodings.
const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Longest address that is kept.
const MAX_KEY: usize = 300;
/// Longest page that is kept.
const MAX_PAGE: usize = 1024 * 1024;

/// Browsers keep the page but ask each time whether it still holds.
const ASK: HeaderValue = HeaderValue::from_static("private, no-cache");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// A rendered page.
struct Page {
    plain: Bytes,
    br: Bytes,
    gzip: Bytes,
    tag: String,
}

impl Page {
    fn new(plain: Bytes) -> Option<Self> {
        let mut br = Vec::new();
        let params = brotli::enc::BrotliEncoderParams { quality: 5, lgwin: 20, ..Default::default() };
        brotli::BrotliCompress(&mut plain.as_ref(), &mut br, &params).ok()?;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
        gzip.write_all(&plain).ok()?;
        Some(Self { tag: tag(&plain), br: br.into(), gzip: gzip.finish().ok()?.into(), plain })
    }

    fn size(&self) -> usize {
        self.plain.len() + self.br.len() + self.gzip.len()
    }

    fn answer(&self, headers: &axum::http::HeaderMap) -> Response {
        let encoding = accepted(headers);
        let body = match encoding {
            Encoding::Identity => &self.plain,
            Encoding::Br => &self.br,
            Encoding::Gzip => &self.gzip,
        };
        let mut response = stored(headers, &HTML, &self.tag, encoding, body, ASK);
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding, cookie"));
        response
    }
}

/// What pages were made from: the catalogue in memory, and the changes of the database so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Basis {
    catalogue: usize,
    changes: u64,
}

#[derive(Default)]
struct Kept {
    basis: Basis,
    /// Keeps the address of the catalogue from being used again.
    held: Option<Arc<Catalogue>>,
    bytes: usize,
    pages: HashMap<String, Arc<Page>>,
}

/// The pages.
#[derive(Default)]
pub struct PageCache {
    kept: Mutex<Kept>,
}

impl PageCache {
    fn get(&self, basis: Basis, key: &str) -> Option<Arc<Page>> {
        let kept = self.kept.lock();
        (kept.basis == basis).then(|| kept.pages.get(key).cloned()).flatten()
    }

    fn put(&self, basis: Basis, held: Option<Arc<Catalogue>>, key: &str, page: &Arc<Page>) {
        let mut kept = self.kept.lock();
        if kept.basis != basis || kept.bytes + page.size() > MAX_BYTES {
            *kept = Kept { basis, held, ..Kept::default() };
        }
        kept.bytes += page.size();
        kept.pages.insert(key.to_owned(), Arc::clone(page));
    }
}

fn basis(state: &AppState) -> (Basis, Arc<Catalogue>) {
    let catalogue = state.portal.catalogue();
    (Basis { catalogue: Arc::as_ptr(&catalogue).addr(), changes: *state.storage.changes().borrow() }, catalogue)
}

/// The layer of pages that look the same for everybody who is not signed in.
pub async fn layer(State(state): State<AppState>, visitor: Visitor, request: Request, next: Next) -> Response {
    let key = request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned();
    if visitor.is_signed_in() || *request.method() != Method::GET || key.len() > MAX_KEY {
        return next.run(request).await;
    }
    // Read before rendering: a change in between only makes the page be rendered once more.
    let (basis, catalogue) = basis(&state);
    let headers = request.headers().clone();
    if let Some(page) = state.pages.get(basis, &key) {
        return page.answer(&headers);
    }
    let response = next.run(request).await;
    if response.status() != StatusCode::OK || response.headers().get(header::CONTENT_TYPE) != Some(&HTML) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(plain) = to_bytes(body, MAX_PAGE).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    match Page::new(plain.clone()).map(Arc::new) {
        Some(page) => {
            state.pages.put(basis, Some(catalogue), &key, &page);
            page.answer(&headers)
        }
        None => Response::from_parts(parts, Body::from(plain)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_everything_when_the_basis_changes_or_room_runs_out() {
        let cache = PageCache::default();
        let page = Arc::new(Page::new(Bytes::from(vec![b'a'; 1000])).unwrap());
        let (first, second) = (Basis { catalogue: 1, changes: 1 }, Basis { catalogue: 1, changes: 2 });
        cache.put(first, None, "/", &page);
        assert!(cache.get(first, "/").is_some() && cache.get(second, "/").is_none());
        cache.put(second, None, "/en", &page);
        assert!(cache.get(second, "/").is_none());
        for i in 0..20_000 {
            cache.put(second, None, &format!("/{i}"), &page);
        }
        assert!(cache.kept.lock().bytes <= MAX_BYTES);
    }
}
