//! One connection for one request, to addresses that were checked.

use super::{Answer, Call, Limits, OutboundError};
use http::Request;
use http::header::{CONTENT_LENGTH, HOST};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use portal_core::guard::{Checked, Scheme};
use rustls::pki_types::ServerName;
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// Bytes of the answer's head, and how many headers.
const MAX_HEAD: usize = 64 * 1024;
const MAX_HEADERS: usize = 100;

/// The provider is named, as the whole tree has one (see `deny.toml`).
pub fn tls(roots: rustls::RootCertStore) -> Result<TlsConnector, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Connects, sends, reads the answer.
pub async fn exchange(
    checked: &Checked,
    call: &Call,
    limits: &Limits,
    tls: &TlsConnector,
) -> Result<Answer, OutboundError> {
    let stream = connect(checked, limits).await?;
    match checked.address().scheme() {
        Scheme::Http => request(stream, checked, call, limits).await,
        Scheme::Https => {
            let wrong = |_| OutboundError::Tls(io::ErrorKind::InvalidInput.into());
            let name = ServerName::try_from(checked.address().host().to_owned()).map_err(wrong)?;
            let stream = timeout(limits.connect, tls.connect(name, stream)).await;
            let stream = stream.map_err(|_| OutboundError::Timeout)?.map_err(OutboundError::Tls)?;
            request(stream, checked, call, limits).await
        }
    }
}

/// The first address that accepts. Only what was checked is tried; nothing is resolved here.
async fn connect(checked: &Checked, limits: &Limits) -> Result<TcpStream, OutboundError> {
    let mut last = OutboundError::Timeout;
    for ip in checked.ips() {
        match timeout(limits.connect, TcpStream::connect((*ip, checked.address().port()))).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = OutboundError::Connect(error),
            Err(_) => last = OutboundError::Timeout,
        }
    }
    Err(last)
}

async fn request<S>(stream: S, checked: &Checked, call: &Call, limits: &Limits) -> Result<Answer, OutboundError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let address = checked.address();
    let mut request = Request::builder()
        .method(call.method.clone())
        .uri(address.path_and_query())
        .body(Full::new(call.body.clone()))
        .map_err(http_error)?;
    *request.headers_mut() = call.headers.clone();
    request.headers_mut().insert(HOST, address.authority().parse().map_err(http_error)?);
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        .handshake::<_, Full<Bytes>>(TokioIo::new(stream))
        .await
        .map_err(http_error)?;
    // Ends with this function, whatever way: an answer that was given up is not read on.
    let _driver = Driver(tokio::spawn(connection));
    let (head, body) = sender.send_request(request).await.map_err(http_error)?.into_parts();
    let announced = head.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limits.response) && call.method != http::Method::HEAD {
        return Err(OutboundError::TooLarge);
    }
    let body = Limited::new(body, limits.response).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() { OutboundError::TooLarge } else { OutboundError::Http(error) }
    })?;
    Ok(Answer {
        status: head.status,
        headers: head.headers,
        body: body.to_bytes(),
        address: address.as_str().to_owned(),
    })
}

fn http_error(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> OutboundError {
    OutboundError::Http(error.into())
}

/// The task that moves bytes.
struct Driver(tokio::task::JoinHandle<Result<(), hyper::Error>>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}
