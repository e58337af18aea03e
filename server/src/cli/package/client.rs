//! The portal as a pipeline sees it: a few requests over HTTP.

use super::Trouble;
use anyhow::{Context, anyhow, bail};
use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, Method, Request, StatusCode, Uri, header},
};
use http_body_util::{BodyExt, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client as Http, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls::crypto::ring;
use serde_json::Value;
use std::time::Duration;
use zeroize::Zeroizing;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(15);
/// How long a request may take as a whole, with the upload of the largest archive.
const WHOLE: Duration = Duration::from_secs(660);
/// Longest answer.
const MAX_ANSWER: usize = 8 * 1024 * 1024;

/// The portal at an address, with an access key.
pub struct Client {
    http: Http<HttpsConnector<HttpConnector>, Body>,
    base: String,
    key: HeaderValue,
}

/// What the portal said.
pub struct Said {
    /// Status.
    pub status: StatusCode,
    /// JSON; null if there was none.
    pub body: Value,
}

impl Client {
    /// For an address like `https://portal.example`. Without TLS only on this machine: the key would be readable on its
    /// way.
    ///
    /// # Errors
    /// If the address or the key cannot be used.
    pub fn new(url: &str, key: &str) -> anyhow::Result<Self> {
        let base = url.trim_end_matches('/').to_owned();
        let uri: Uri = base.parse().with_context(|| format!("{base} is no address"))?;
        let host = uri.host().with_context(|| format!("{base} names no host"))?;
        if uri.query().is_some() || uri.authority().is_some_and(|a| a.as_str().contains('@')) {
            bail!("the address must hold neither a query nor a user");
        }
        let local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        let tls = HttpsConnectorBuilder::new();
        let tls = match uri.scheme_str() {
            Some("https") => tls
                .with_provider_and_native_roots(ring::default_provider())
                .context("cannot read the certificates of this machine (SSL_CERT_FILE names others)")?
                .https_only(),
            Some("http") if local => {
                let roots = rustls::ClientConfig::builder_with_provider(ring::default_provider().into())
                    .with_safe_default_protocol_versions()?
                    .with_root_certificates(rustls::RootCertStore::empty())
                    .with_no_client_auth();
                tls.with_tls_config(roots).https_or_http()
            }
            Some("http") => bail!("without https the access key could be read on its way to {host}"),
            _ => bail!("{base} does not begin with https://"),
        };
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(CONNECT));
        let http = Http::builder(TokioExecutor::new()).build(tls.enable_http1().wrap_connector(tcp));
        let bearer = Zeroizing::new(format!("Bearer {key}"));
        // What is wrong with the key stays unsaid: an error must not quote it.
        let mut key = HeaderValue::from_str(&bearer).map_err(|_| anyhow!("the access key holds other characters"))?;
        key.set_sensitive(true);
        Ok(Self { http, base, key })
    }

    /// Asks.
    ///
    /// # Errors
    /// [`Trouble::Server`] if no answer of a portal comes back.
    pub async fn get(&self, path: &str) -> Result<Said, Trouble> {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    /// Sends JSON.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn post(&self, path: &str, body: &Value) -> Result<Said, Trouble> {
        let kind = (header::CONTENT_TYPE.as_str(), "application/json".to_owned());
        self.send(Method::POST, path, &[kind], Body::from(body.to_string())).await
    }

    /// Sends a body with headers.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, String)],
        body: Body,
    ) -> Result<Said, Trouble> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        request = request.header(header::AUTHORIZATION, self.key.clone()).header(header::ACCEPT, "application/json");
        request = request.header(header::USER_AGENT, concat!("portal/", env!("CARGO_PKG_VERSION")));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.body(body).context("cannot make the request")?;
        let answered = async {
            let response = self.http.request(request).await?;
            let status = response.status();
            let bytes = Limited::new(response.into_body(), MAX_ANSWER).collect().await.map_err(|e| anyhow!(e))?;
            anyhow::Ok((status, bytes.to_bytes()))
        };
        let late = |_| Trouble::Server(anyhow!("{} did not answer in time", self.base));
        let answered = tokio::time::timeout(WHOLE, answered).await.map_err(late)?;
        let (status, bytes): (StatusCode, Bytes) =
            answered.with_context(|| format!("{} cannot be reached", self.base)).map_err(Trouble::Server)?;
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        judged(Said { status, body })
    }
}

/// Tells what the vendor can do something about from what only time or the operator can.
fn judged(said: Said) -> Result<Said, Trouble> {
    let status = said.status;
    let number = said.body["request_id"].as_str().unwrap_or("none");
    match status {
        StatusCode::UNAUTHORIZED => Err(Trouble::Use(anyhow!("the access key is not valid (any more)"))),
        StatusCode::FORBIDDEN => Err(Trouble::Use(anyhow!("the access key may not do this"))),
        StatusCode::TOO_MANY_REQUESTS => Err(Trouble::Server(anyhow!("too many wrong access keys; wait a minute"))),
        s if s.is_server_error() => Err(Trouble::Server(anyhow!("the portal answered {s} (number {number})"))),
        s if s.is_success() || (s.is_client_error() && said.body["code"].is_string()) => Ok(said),
        s => Err(Trouble::Use(anyhow!("no portal seems to be at this address: it answered {s}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_leave_this_machine_over_tls_only() {
        let refused = |url: &str| Client::new(url, "ozgp_x").err().map(|e| e.to_string()).unwrap_or_default();
        assert!(refused("http://portal.example").contains("without https"));
        assert!(refused("ftp://portal.example").contains("https://"));
        assert!(refused("https://user@portal.example").contains("user"));
        assert_eq!(refused("http://127.0.0.1:3000/"), "");
    }

    #[test]
    fn an_unusable_key_is_not_quoted() {
        let error = Client::new("http://localhost", "geheim\n").err().unwrap();
        assert!(!format!("{error:?}").contains("geheim"));
    }
}
