//! A simulated data centre for one test, and clients for it.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::net::SocketAddr;
use std::path::Path;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, Patch, PatchParams};
use kube::config::AuthInfo;
use kube::core::NamespaceResourceScope;
use kube::{Client, Config, Resource};
use portal_targets::simulator::{ClusterConfig, Simulator, SimulatorConfig};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The cluster, namespace and token of most tests.
pub const CLUSTER: &str = "nord";
pub const NAMESPACE: &str = "ploen-test";
pub const TOKEN: &str = "geheim-ploen";

/// A running simulator; stops when it is dropped.
pub struct DataCentre {
    pub simulator: Simulator,
    pub address: SocketAddr,
    pub dir: TempDir,
    server: JoinHandle<()>,
}

impl Drop for DataCentre {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A cluster with one namespace and one token.
pub fn cluster() -> ClusterConfig {
    ClusterConfig::new(CLUSTER).namespace(NAMESPACE, BTreeMap::new()).token(TOKEN, &[NAMESPACE])
}

/// Simulated time stands still but for `step`.
pub fn config(dir: &Path, cluster: ClusterConfig) -> SimulatorConfig {
    SimulatorConfig { speed: 0.0, seed: 42, ..SimulatorConfig::new(dir, vec![cluster]) }
}

impl DataCentre {
    pub async fn start() -> Self {
        Self::with(cluster()).await
    }

    pub async fn with(cluster: ClusterConfig) -> Self {
        let dir = tempfile::tempdir().expect("temp dir");
        let config = config(dir.path(), cluster);
        Self::run(dir, &config).await
    }

    pub async fn run(dir: TempDir, config: &SimulatorConfig) -> Self {
        let simulator = Simulator::open(config).expect("state opens");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("free port");
        let address = listener.local_addr().expect("address");
        let served = simulator.clone();
        let server = tokio::spawn(async move {
            served.serve(listener, std::future::pending()).await.expect("serves");
        });
        Self { simulator, address, dir, server }
    }

    /// Ends the server in the middle of whatever it does and starts one on the same state.
    pub async fn kill_and_restart(self, config: &SimulatorConfig) -> Self {
        self.server.abort();
        let dir = tempfile::tempdir().expect("temp dir");
        copy(self.dir.path(), dir.path());
        let config = SimulatorConfig { state_dir: dir.path().to_owned(), ..config.clone() };
        drop(self);
        Self::run(dir, &config).await
    }

    pub fn client(&self) -> Client {
        self.client_for(TOKEN)
    }

    pub fn client_for(&self, token: &str) -> Client {
        let url = format!("http://{}/{CLUSTER}", self.address).parse().expect("url");
        let mut config = Config::new(url);
        config.default_namespace = NAMESPACE.to_owned();
        config.default_retry = false;
        config.auth_info = AuthInfo { token: Some(token.to_owned().into()), ..AuthInfo::default() };
        Client::try_from(config).expect("client")
    }

    pub fn api<K>(&self) -> Api<K>
    where
        K: Resource<Scope = NamespaceResourceScope>,
        K::DynamicType: Default,
    {
        Api::namespaced(self.client(), NAMESPACE)
    }

    pub fn step(&self, ticks: u32) {
        self.simulator.step(ticks).expect("step");
    }

    /// (verb, kind, name) of every effect.
    pub fn effects(&self) -> Vec<String> {
        let ledger = self.simulator.ledger(CLUSTER);
        ledger.iter().map(|effect| format!("{:?} {} {}", effect.verb, effect.kind, effect.name)).collect()
    }

    /// A plain request, for what the client can't ask.
    pub async fn raw(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let request = http::Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address))
            .header("authorization", format!("Bearer {TOKEN}"))
            .header("content-type", "application/json")
            .body(body)
            .expect("request");
        let client: hyper_util::client::legacy::Client<_, String> =
            hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new()).build_http();
        let response = client.request(request).await.expect("answer");
        assert_eq!(response.headers().get("x-simulated").expect("mark"), "true");
        let code = response.status().as_u16();
        let bytes = http_body_util::BodyExt::collect(response.into_body()).await.expect("body").to_bytes();
        (code, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("dir") {
        let entry = entry.expect("entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("type").is_dir() {
            std::fs::create_dir_all(&target).expect("dir");
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).expect("copy");
        }
    }
}

/// A ConfigMap with data.
pub fn config_map(name: &str, data: Value) -> ConfigMap {
    serde_json::from_value(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}))
        .expect("config map")
}

/// A Deployment with one container.
pub fn deployment(name: &str, replicas: i32, container: Value) -> Deployment {
    let mut container = container;
    container["name"] = json!("app");
    if container.get("image").is_none() {
        container["image"] = json!("registry.example/hundesteuer@sha256:00");
    }
    serde_json::from_value(json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}},
        },
    }))
    .expect("deployment")
}

/// Server-side apply as manager `portal`.
pub async fn apply<K>(api: &Api<K>, object: &K) -> kube::Result<K>
where
    K: Resource + Clone + DeserializeOwned + Debug + Serialize,
    K::DynamicType: Default,
{
    apply_as(api, object, &PatchParams::apply("portal")).await
}

/// Server-side apply.
pub async fn apply_as<K>(api: &Api<K>, object: &K, params: &PatchParams) -> kube::Result<K>
where
    K: Resource + Clone + DeserializeOwned + Debug + Serialize,
    K::DynamicType: Default,
{
    let name = object.meta().name.clone().expect("name");
    api.patch(&name, params, &Patch::Apply(object)).await
}

/// The Status behind an error.
pub fn status(error: kube::Error) -> kube::core::Status {
    let answer = match error {
        kube::Error::Api(status) => Ok(*status),
        other => Err(other),
    };
    answer.expect("an answer of the API")
}
