//! One request to an API server.

use std::error::Error as _;
use std::time::Duration;

use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use kube::Client;
use kube::client::Body;
use portal_core::ports::{Place, TargetError};
use portal_model::operation::FailureCause;
use serde_json::Value;

use super::error::{Problem, Subject};
use super::kinds::{self, Kind};

/// Larger answers are refused; etcd takes objects of 1.5 MB at most, lists come in pages.
const MAX_ANSWER: usize = 32 << 20;
/// Only names, labels and managers of objects: an inventory needs no contents, least of all of Secrets.
pub(super) const METADATA_ONLY: &str =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

/// How a body is to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyKind {
    /// POST and DELETE.
    Json,
    /// RFC 7386.
    Merge,
    /// Server-side apply; JSON is YAML.
    Apply,
}

impl BodyKind {
    fn media_type(self) -> &'static str {
        match self {
            BodyKind::Json => "application/json",
            BodyKind::Merge => "application/merge-patch+json",
            BodyKind::Apply => "application/apply-patch+yaml",
        }
    }
}

/// A place, ready for requests.
pub(super) struct Api<'a> {
    client: Client,
    /// Where and with which stage.
    pub place: &'a Place,
}

impl<'a> Api<'a> {
    /// Checks what goes into every URL.
    pub fn new(client: Client, place: &'a Place) -> Result<Self, TargetError> {
        if !kinds::is_name(&place.target.namespace) {
            return Err(TargetError::new(FailureCause::NamespaceMissing, "the target has no valid namespace"));
        }
        Ok(Self { client, place })
    }

    /// The target's namespace.
    pub fn namespace(&self) -> &'a str {
        &self.place.target.namespace
    }

    /// Path of a collection, or of the object in it.
    pub fn path(&self, kind: &Kind, name: Option<&str>) -> String {
        let mut path = format!("{}/namespaces/{}/{}", kind.root(), self.namespace(), kind.plural);
        if let Some(name) = name {
            path.push('/');
            path.push_str(name);
        }
        path
    }

    /// Query of a write: who we are, and that the server gives up when we do. Without that limit a write could come
    /// to effect after the lease of its worker.
    pub fn write_query(&self) -> String {
        let seconds = self.place.deadline.max(Duration::from_secs(1)).as_secs();
        format!("fieldManager={}&timeout={seconds}s", super::FIELD_MANAGER)
    }

    /// GET of an object; `None` if it is not there.
    pub async fn get(&self, kind: &'static Kind, name: &str) -> Result<Option<Value>, TargetError> {
        let subject = Subject::object("get", kind, name);
        match self.send(Method::GET, &self.path(kind, Some(name)), None, None).await {
            Ok(object) => Ok(Some(object)),
            Err(problem) if problem.is_missing_object() => Ok(None),
            Err(problem) => Err(problem.into_error(&subject)),
        }
    }

    /// Sends a request and reads the answer as JSON.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<(BodyKind, &Value)>,
        accept: Option<&str>,
    ) -> Result<Value, Problem> {
        let bytes = self.send_raw(method, path, body, accept.unwrap_or("application/json")).await?;
        serde_json::from_slice(&bytes).map_err(|_| Problem::Transport("the answer is not JSON".to_owned()))
    }

    /// Sends a request and reads the answer as it is.
    pub async fn send_raw(
        &self,
        method: Method,
        path: &str,
        body: Option<(BodyKind, &Value)>,
        accept: &str,
    ) -> Result<Vec<u8>, Problem> {
        let mut request = Request::builder().method(method).uri(path).header(header::ACCEPT, accept);
        let mut bytes = Vec::new();
        if let Some((kind, value)) = body {
            request = request.header(header::CONTENT_TYPE, kind.media_type());
            bytes = value.to_string().into_bytes();
        }
        let request = request.body(Body::from(bytes)).map_err(|error| Problem::Transport(error.to_string()))?;
        let answer = self.client.send(request).await.map_err(|error| Problem::Transport(chain(&error)))?;
        let status = answer.status();
        let bytes = Limited::new(answer.into_body(), MAX_ANSWER)
            .collect()
            .await
            .map_err(|error| Problem::Transport(format!("the answer broke off: {error}")))?
            .to_bytes();
        if status.is_success() {
            return Ok(bytes.into());
        }
        Err(refusal(status, &bytes))
    }
}

impl Api<'_> {
    /// Sends something that is no object and takes any answer, of which the first bytes are kept.
    pub async fn exchange(
        &self,
        method: Method,
        path: &str,
        body: Option<(&str, Vec<u8>)>,
        kept: usize,
    ) -> Result<Exchanged, Problem> {
        let mut request = Request::builder().method(method).uri(path).header(header::ACCEPT, "*/*");
        let mut bytes = Vec::new();
        if let Some((media_type, body)) = body {
            request = request.header(header::CONTENT_TYPE, media_type);
            bytes = body;
        }
        let request = request.body(Body::from(bytes)).map_err(|error| Problem::Transport(error.to_string()))?;
        let answer = self.client.send(request).await.map_err(|error| Problem::Transport(chain(&error)))?;
        let status = answer.status();
        let media_type = answer.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = media_type.unwrap_or_default().chars().take(100).collect();
        let mut parts = answer.into_body();
        let mut body = Vec::new();
        while let Some(frame) = parts.frame().await {
            let frame = frame.map_err(|error| Problem::Transport(format!("the answer broke off: {error}")))?;
            if let Some(bytes) = frame.data_ref() {
                body.extend_from_slice(&bytes[..bytes.len().min(kept - body.len())]);
            }
            if body.len() == kept {
                break;
            }
        }
        Ok(Exchanged { status, media_type, body })
    }
}

/// An answer of any status.
pub(super) struct Exchanged {
    /// Status.
    pub status: StatusCode,
    /// Media type; may be empty.
    pub media_type: String,
    /// Its first bytes.
    pub body: Vec<u8>,
}

/// What a refusal says. Proxies in between answer with text of their own, which is left out.
pub(super) fn refusal(status: StatusCode, bytes: &[u8]) -> Problem {
    let body: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    Problem::Refused {
        code: status.as_u16(),
        reason: text("reason"),
        message: text("message"),
        details: body.get("details").cloned().unwrap_or_default(),
    }
}

/// An error with what caused it; "client error (Connect)" alone helps nobody.
fn chain(error: &kube::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        source = inner.source();
    }
    text
}
