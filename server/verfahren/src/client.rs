//! Calls to another instance, within the cluster: plain HTTP, bounded in size and time.

use crate::antrag::Antrag;
use crate::store::Vorgang;
use crate::texts::Problem;
use axum::body::Body;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use std::time::Duration;

/// One call takes no longer.
const DEADLINE: Duration = Duration::from_secs(20);
/// Larger answers are refused; pages and replies are small.
const MAX_ANSWER: usize = 4 << 20;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

/// Makes a client. Redirects are not followed.
pub fn client() -> Client<HttpConnector, Body> {
    let mut connector = HttpConnector::new();
    connector.set_connect_timeout(Some(Duration::from_secs(5)));
    Client::builder(TokioExecutor::new()).pool_idle_timeout(Duration::from_secs(30)).build(connector)
}

/// Sends a request and reads the answer.
///
/// # Errors
/// With a text if there is no answer in time, or one that is too large.
pub async fn call(client: &Client<HttpConnector, Body>, request: Request<Body>) -> Result<Answer, String> {
    let work = async {
        let answer = client.request(request).await.map_err(|error| reason(&error))?;
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, MAX_ANSWER).collect().await.map_err(|error| error.to_string())?;
        Ok(Answer { status: parts.status, headers: parts.headers, body: body.to_bytes().into() })
    };
    let seconds = DEADLINE.as_secs();
    tokio::time::timeout(DEADLINE, work).await.unwrap_or_else(|_| Err(format!("no answer within {seconds} s")))
}

/// An error with what caused it; "client error (Connect)" alone helps nobody.
pub fn reason(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}

/// The instance that stores.
#[derive(Clone)]
pub struct Remote {
    client: Client<HttpConnector, Body>,
    url: String,
    password: String,
}

impl Remote {
    /// At this address, with its password.
    pub fn new(url: &str, password: &str) -> Self {
        Self { client: client(), url: url.to_owned(), password: password.to_owned() }
    }

    /// A request to one of the store's own routes.
    pub fn request(&self, method: http::Method, path: &str, body: Body) -> Result<Request<Body>, http::Error> {
        let authorization = format!("Bearer {}", self.password);
        let request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        request.header(header::AUTHORIZATION, authorization).body(body)
    }

    /// Stores an application there.
    ///
    /// # Errors
    /// As `Store::put`.
    pub async fn put(&self, antrag: &Antrag) -> Result<Vorgang, Problem> {
        let body = serde_json::to_vec(antrag).map_err(|_| Problem::Store)?;
        let request = self.request(http::Method::POST, "/intern/antraege", Body::from(body));
        let answer = call(&self.client, request.map_err(|_| Problem::Store)?).await.map_err(|why| {
            eprintln!("store: {why}");
            Problem::Store
        })?;
        match answer.status {
            StatusCode::OK => serde_json::from_slice(&answer.body).map_err(|_| Problem::Store),
            StatusCode::CONFLICT => Err(Problem::OtherContent),
            status => {
                eprintln!("store: {status}");
                Err(Problem::Store)
            }
        }
    }

    /// Whether it can store.
    pub async fn is_ready(&self) -> bool {
        let Ok(request) = Request::get(format!("{}/bereit", self.url)).body(Body::empty()) else { return false };
        call(&self.client, request).await.is_ok_and(|answer| answer.status == StatusCode::OK)
    }

    /// The client, for calls with bodies that are streamed.
    pub fn http(&self) -> &Client<HttpConnector, Body> {
        &self.client
    }
}
