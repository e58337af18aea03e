//! What browsers load besides pages: read into memory once, each file under the hash of its content, compressed ahead of
//! time by the build.

use crate::{
    AppState,
    web::{
        Answer, Failure,
        encoding::{Encoding, accepted, has_tag},
    },
};
use axum::{
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
};
use portal_app::Assets;
use std::{collections::HashMap, io, path::Path as FilePath};

/// A hashed name never means anything else.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

struct File {
    kind: HeaderValue,
    plain: Bytes,
    br: Option<Bytes>,
    gzip: Option<Bytes>,
    tag: String,
}

/// All files.
#[derive(Default)]
pub struct Site {
    files: HashMap<String, File>,
    assets: Assets,
}

impl Site {
    /// Reads `manifest.json` and `assets/` of the folder that the build made.
    ///
    /// # Errors
    /// If one of them cannot be read.
    pub fn load(folder: &FilePath) -> io::Result<Self> {
        let manifest = std::fs::read(folder.join("manifest.json"))?;
        let manifest: HashMap<String, String> = serde_json::from_slice(&manifest)?;
        let mut files = HashMap::new();
        read_folder(&folder.join("assets"), "", &mut files)?;
        let url = |name: &str| manifest.get(name).map(|hashed| format!("/assets/{hashed}")).unwrap_or_default();
        let fonts = ["fira-sans-400.woff2", "fira-sans-600.woff2"].map(url);
        let assets = Assets {
            css: url("portal.css"),
            islands_js: url("islands.js"),
            fonts: fonts.into_iter().filter(|f| !f.is_empty()).collect(),
            favicon: url("favicon.svg"),
        };
        Ok(Self { files, assets })
    }

    /// Addresses for pages.
    pub fn assets(&self) -> &Assets {
        &self.assets
    }
}

fn read_folder(folder: &FilePath, prefix: &str, files: &mut HashMap<String, File>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            read_folder(&path, &format!("{prefix}{name}/"), files)?;
        } else if !name.ends_with(".br") && !name.ends_with(".gz") {
            let twin = |ending: &str| std::fs::read(folder.join(format!("{name}.{ending}"))).ok().map(Bytes::from);
            let plain = Bytes::from(std::fs::read(&path)?);
            let file = File { kind: kind(&name), br: twin("br"), gzip: twin("gz"), tag: tag(&plain), plain };
            files.insert(format!("{prefix}{name}"), file);
        }
    }
    Ok(())
}

/// A strong tag of a content.
pub fn tag(content: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(&Sha256::digest(content)[..12])
}

fn kind(name: &str) -> HeaderValue {
    HeaderValue::from_static(match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("json") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    })
}

/// `GET /assets/{file}`
pub async fn get(State(state): State<AppState>, Path(name): Path<String>, headers: HeaderMap) -> Answer {
    let file = state.site.files.get(&name).ok_or_else(Failure::not_found)?;
    let (encoding, body) = match (accepted(&headers), &file.br, &file.gzip) {
        (Encoding::Br, Some(br), _) => (Encoding::Br, br),
        (Encoding::Br | Encoding::Gzip, _, Some(gzip)) => (Encoding::Gzip, gzip),
        _ => (Encoding::Identity, &file.plain),
    };
    Ok(stored(&headers, &file.kind, &file.tag, encoding, body, FOR_EVER))
}

/// An answer from memory: whole, or 304.
pub fn stored(
    headers: &HeaderMap,
    kind: &HeaderValue,
    tag: &str,
    encoding: Encoding,
    body: &Bytes,
    caching: HeaderValue,
) -> Response<Body> {
    let tag = match encoding.token() {
        Some(token) => format!("\"{tag}-{token}\""),
        None => format!("\"{tag}\""),
    };
    let unchanged = has_tag(headers, &tag);
    let mut response = Response::new(if unchanged { Body::empty() } else { Body::from(body.clone()) });
    let out = response.headers_mut();
    out.insert(header::CACHE_CONTROL, caching);
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(header::ETAG, tag);
    }
    if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    out.insert(header::CONTENT_TYPE, kind.clone());
    if let Some(token) = encoding.token() {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(token));
    }
    response
}
