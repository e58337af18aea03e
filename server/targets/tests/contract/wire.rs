//! Plain requests with a credential of their own: what other people do to a cluster, and what is really in it.

use http::{Method, Request};
use kube::Client;
use kube::client::Body;
use kube::config::{Config, KubeConfigOptions, Kubeconfig};
use serde_json::Value;

/// A client for raw requests.
#[derive(Clone)]
pub struct Wire {
    client: Client,
}

impl Wire {
    /// From a kubeconfig.
    pub async fn new(kubeconfig: &str) -> Self {
        portal_targets::kubernetes::install_crypto();
        let parsed = Kubeconfig::from_yaml(kubeconfig).expect("kubeconfig");
        let mut config = Config::from_custom_kubeconfig(parsed, &KubeConfigOptions::default()).await.expect("config");
        config.proxy_url = None;
        Self { client: Client::try_from(config).expect("client") }
    }

    /// Status code and body.
    pub async fn send(&self, method: Method, path: &str, media_type: &str, body: Option<&Value>) -> (u16, Value) {
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let (status, bytes) = self.send_bytes(method, path, media_type, body).await;
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// Status code and body, whatever they are.
    pub async fn send_bytes(&self, method: Method, path: &str, media_type: &str, body: Vec<u8>) -> (u16, Vec<u8>) {
        use http_body_util::BodyExt as _;
        let request = Request::builder().method(method).uri(path).header("content-type", media_type);
        let request = request.body(Body::from(body)).expect("request");
        let answer = self.client.send(request).await.expect("answer");
        let status = answer.status().as_u16();
        (status, answer.into_body().collect().await.expect("body").to_bytes().into())
    }

    /// GET.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.send(Method::GET, path, "application/json", None).await
    }

    /// GET of something that is there.
    pub async fn fetch(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    /// Merge patch that must succeed.
    pub async fn merge(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.send(Method::PATCH, path, "application/merge-patch+json", Some(body)).await;
        assert_eq!(status, 200, "PATCH {path}: {answer}");
        answer
    }
}
