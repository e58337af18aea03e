//! Calls to addresses that people entered. Whatever the portal fetches or calls on somebody's behalf goes through
//! [`Outbound`] and so through `portal_core::guard`: the name is resolved once, every address that it leads to is checked,
//! and the connection is made to a checked one.
//!
//! No proxy from the environment, no pool, no cookies, no decompression: one connection for one call, and what comes back
//! is counted.

mod connection;
mod links;
mod resolve;

pub use links::Links;
pub use resolve::{Resolve, SystemResolver};

use http::header::{
    ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, HOST, LOCATION, TRANSFER_ENCODING, USER_AGENT,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use hyper::body::Bytes;
use portal_core::guard::{Address, Checked, Policy, Refusal, Scheme};
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::TlsConnector;

/// Most redirects that limits can permit.
const MAX_REDIRECTS: u8 = 3;

/// How much a call may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// For one attempt to connect, TLS included.
    pub connect: Duration,
    /// For the whole call, from resolving to the last byte, with all redirects.
    pub deadline: Duration,
    /// Bytes of the answer's body.
    pub response: usize,
    /// Redirects of GET and HEAD that are followed, at most three; each is checked like an address that somebody entered.
    pub redirects: u8,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), deadline: Duration::from_secs(15), response: 1024 * 1024, redirects: 0 }
    }
}

/// What to send.
#[derive(Debug, Clone)]
pub struct Call {
    /// Method.
    pub method: Method,
    /// Address as it was entered.
    pub address: String,
    /// Headers. What the connection decides (`Host`, lengths, encodings) is taken out.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
}

impl Call {
    /// A GET without headers.
    pub fn get(address: impl Into<String>) -> Self {
        Self { method: Method::GET, address: address.into(), headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// A POST of JSON.
    pub fn post_json(address: impl Into<String>, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self { method: Method::POST, address: address.into(), headers, body: body.into() }
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as it was sent.
    pub body: Bytes,
    /// Address that answered, after redirects.
    pub address: String,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// The guard refuses the address.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The name could not be resolved.
    #[error("resolving the name")]
    Resolve(#[source] std::io::Error),
    /// Nobody accepted the connection.
    #[error("connecting")]
    Connect(#[source] std::io::Error),
    /// The certificate is not trusted or the handshake failed.
    #[error("TLS")]
    Tls(#[source] std::io::Error),
    /// A limit of time was reached.
    #[error("too slow")]
    Timeout,
    /// The answer is larger than permitted.
    #[error("answer too large")]
    TooLarge,
    /// More redirects than permitted, or one that leads nowhere.
    #[error("redirects")]
    Redirects,
    /// Not HTTP, or broken off.
    #[error("HTTP")]
    Http(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl OutboundError {
    /// Stable code; texts: `app/src/i18n/supply.rs`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Resolve(_) => Refusal::Unresolved.code(),
            Self::Connect(_) => "outbound_connect",
            Self::Tls(_) => "outbound_tls",
            Self::Timeout => "outbound_timeout",
            Self::TooLarge => "outbound_too_large",
            Self::Redirects => "outbound_redirects",
            Self::Http(_) => "outbound_http",
        }
    }
}

/// The client.
#[derive(Clone)]
pub struct Outbound {
    policy: Policy,
    limits: Limits,
    resolver: Arc<dyn Resolve>,
    tls: TlsConnector,
}

impl Outbound {
    /// With the system's resolver and certificates.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub fn new(policy: Policy, limits: Limits) -> Result<Self, rustls::Error> {
        let mut roots = rustls::RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            tracing::warn!(%error, "a certificate of the system cannot be read");
        }
        roots.add_parsable_certificates(found.certs);
        Self::with(policy, limits, Arc::new(SystemResolver), roots)
    }

    /// With a resolver and certificates of one's own.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub fn with(
        policy: Policy,
        limits: Limits,
        resolver: Arc<dyn Resolve>,
        roots: rustls::RootCertStore,
    ) -> Result<Self, rustls::Error> {
        Ok(Self { policy, limits, resolver, tls: connection::tls(roots)? })
    }

    /// Sends a call and waits for the whole answer.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn send(&self, call: Call) -> Result<Answer, OutboundError> {
        match tokio::time::timeout(self.limits.deadline, self.follow(call)).await {
            Ok(result) => result,
            Err(_) => Err(OutboundError::Timeout),
        }
    }

    async fn follow(&self, mut call: Call) -> Result<Answer, OutboundError> {
        for name in [HOST, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
            call.headers.remove(name);
        }
        call.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        call.headers.entry(USER_AGENT).or_insert(HeaderValue::from_static("ozg-portal"));
        let permitted = match call.method {
            Method::GET | Method::HEAD => self.limits.redirects.min(MAX_REDIRECTS),
            _ => 0,
        };
        let mut address = self.policy.parse(&call.address)?;
        for followed in 0..=permitted {
            let checked = self.resolve(&address).await?;
            let answer = connection::exchange(&checked, &call, &self.limits, &self.tls).await?;
            // Without permission a redirect is an answer like any other.
            if permitted == 0 || !is_redirect(answer.status) {
                return Ok(answer);
            }
            if followed == permitted {
                break;
            }
            let location = answer.headers.get(LOCATION).and_then(|value| value.to_str().ok());
            let next = location.and_then(|location| address.resolve(location)).ok_or(OutboundError::Redirects)?;
            let next = self.policy.parse(&next)?;
            if address.scheme() == Scheme::Https && next.scheme() != Scheme::Https {
                return Err(Refusal::Scheme.into());
            }
            if !next.is_same_origin(&address) {
                keep_harmless(&mut call.headers);
            }
            address = next;
        }
        Err(OutboundError::Redirects)
    }

    /// Reads, resolves and checks an address without calling it: for a form that takes one, and for clients that connect by
    /// themselves (to the addresses in [`Checked`], nowhere else).
    ///
    /// # Errors
    /// Why it would not be called.
    pub async fn check(&self, address: &str) -> Result<Checked, OutboundError> {
        let address = self.policy.parse(address)?;
        match tokio::time::timeout(self.limits.deadline, self.resolve(&address)).await {
            Ok(result) => result,
            Err(_) => Err(OutboundError::Timeout),
        }
    }

    /// Resolves once, looks at every address.
    async fn resolve(&self, address: &Address) -> Result<Checked, OutboundError> {
        let resolved = match address.literal() {
            Some(_) => Vec::new(),
            None => self.resolver.resolve(address.host()).await.map_err(OutboundError::Resolve)?,
        };
        let checked = self.policy.admit(address.clone(), &resolved).inspect_err(|refusal| {
            tracing::warn!(host = address.host(), ?resolved, %refusal, "an address is refused");
        })?;
        Ok(checked)
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Another origin gets no header that could be a credential.
fn keep_harmless(headers: &mut HeaderMap) {
    let kept = [ACCEPT, ACCEPT_ENCODING, USER_AGENT].into_iter();
    *headers = kept.filter_map(|name| headers.get(&name).cloned().map(|value| (name, value))).collect();
}
