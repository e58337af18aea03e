//! What it says about itself, what it refuses to guess, and who may steer it.

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::Client;
use kube::api::{Patch, PatchParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use portal_targets::simulator::config::kubeconfig;
use portal_targets::simulator::{Simulator, SimulatorConfig, SimulatorError};
use serde_json::json;
use tokio::net::TcpListener;

use crate::common::{CLUSTER, DataCentre, NAMESPACE, TOKEN, apply, cluster, config_map};

#[tokio::test]
async fn discovery_names_what_there_is() {
    let centre = DataCentre::start().await;
    let client = centre.client();
    assert_eq!(client.apiserver_version().await.expect("version").git_version, "v1.33.0-simuliert");
    let groups = client.list_api_groups().await.expect("groups");
    assert!(groups.groups.iter().any(|group| group.name == "apps"));
    let core = client.list_core_api_resources("v1").await.expect("resources");
    assert!(core.resources.iter().any(|resource| resource.name == "pods/log"));
    let apps = client.list_api_group_resources("apps/v1").await.expect("resources");
    let deployments = apps.resources.iter().find(|resource| resource.name == "deployments").expect("deployments");
    assert!(deployments.verbs.contains(&"patch".to_owned()) && deployments.namespaced);
}

#[tokio::test]
async fn what_is_not_modelled_is_501() {
    let centre = DataCentre::start().await;
    for (method, path) in [
        ("GET", "/nord/api/v1/nodes"),
        ("GET", "/nord/apis/autoscaling/v2/namespaces/ploen-test/horizontalpodautoscalers"),
        ("POST", "/nord/api/v1/namespaces/ploen-test/pods"),
        ("GET", "/nord/metrics"),
    ] {
        let (code, answer) = centre.raw(method, path, Some(json!({}))).await;
        // A right that nobody has comes first.
        assert!(code == 501 || code == 403, "{method} {path}: {code}");
        assert_eq!((answer["kind"].as_str(), answer["code"].as_u64()), (Some("Status"), Some(u64::from(code))));
    }
    let (code, _) = centre.raw("GET", "/sued/api", None).await;
    assert_eq!(code, 404);
}

#[tokio::test]
async fn a_kubeconfig_with_a_path_works() {
    let centre = DataCentre::start().await;
    let text = kubeconfig(centre.address, CLUSTER, TOKEN, NAMESPACE);
    let parsed = Kubeconfig::from_yaml(&text).expect("kubeconfig");
    let config = kube::Config::from_custom_kubeconfig(parsed, &KubeConfigOptions::default()).await.expect("config");
    let client = Client::try_from(config).expect("client");
    let api: kube::Api<ConfigMap> = kube::Api::default_namespaced(client);
    assert!(apply(&api, &config_map("werte", json!({}))).await.is_ok());
}

#[tokio::test]
async fn merge_patches_and_yaml_work() {
    let centre = DataCentre::start().await;
    let api = centre.api::<ConfigMap>();
    apply(&api, &config_map("werte", json!({"A": "1", "B": "2"}))).await.expect("created");
    let patch = json!({"data": {"A": null, "C": "3"}});
    let patched = api.patch("werte", &PatchParams::default(), &Patch::Merge(&patch)).await.expect("patched");
    assert_eq!(patched.data.expect("data").into_keys().collect::<Vec<_>>(), ["B", "C"]);
    let secrets = centre.api::<Secret>();
    let secret =
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "geheim"}, "stringData": {"a": "b"}});
    let stored = secrets.patch("geheim", &PatchParams::apply("portal"), &Patch::Apply(&secret)).await.expect("secret");
    assert_eq!(stored.data.expect("data")["a"].0, b"b");
    assert_eq!(stored.string_data, None);
}

#[tokio::test]
async fn the_ledger_can_be_read_over_http() {
    let centre = DataCentre::start().await;
    apply(&centre.api(), &config_map("werte", json!({}))).await.expect("created");
    let (code, answer) = centre.raw("GET", "/_simulator/ledger?cluster=nord&namespace=ploen-test", None).await;
    assert_eq!(code, 200);
    let effect = &answer["effects"][0];
    assert_eq!(
        (&effect["verb"], &effect["name"], &effect["fieldManager"]),
        (&json!("create"), &json!("werte"), &json!("portal"))
    );
    let (_, later) = centre.raw("GET", "/_simulator/ledger?after=1", None).await;
    assert_eq!(later["effects"], json!([]));
    let (code, _) = centre.raw("GET", "/_simulator/ledger?cluster=sued", None).await;
    assert_eq!(code, 404);
}

#[tokio::test]
async fn the_clock_runs_by_itself_when_it_has_a_speed() {
    let dir = tempfile::tempdir().expect("temp dir");
    let config = SimulatorConfig { speed: 200.0, ..crate::common::config(dir.path(), cluster()) };
    let centre = DataCentre::run(dir, &config).await;
    let api = centre.api();
    apply(&api, &crate::common::deployment("app", 1, json!({}))).await.expect("created");
    let watch = api.watch(&kube::api::WatchParams::default(), "0").await.expect("watch");
    let mut watch = std::pin::pin!(watch);
    loop {
        let event = futures::StreamExt::next(&mut watch).await.expect("event").expect("readable");
        let (kube::api::WatchEvent::Added(app) | kube::api::WatchEvent::Modified(app)) = event else { continue };
        let app: k8s_openapi::api::apps::v1::Deployment = app;
        if app.status.and_then(|status| status.available_replicas) == Some(1) {
            break;
        }
    }
}

#[tokio::test]
async fn listens_on_loopback_and_takes_clean_names_only() {
    let dir = tempfile::tempdir().expect("temp dir");
    let mut config = crate::common::config(dir.path(), cluster());
    let listener = TcpListener::bind("0.0.0.0:0").await.expect("port");
    let simulator = Simulator::open(&config).expect("opens");
    let refused = simulator.serve(listener, std::future::pending()).await;
    assert!(matches!(refused, Err(SimulatorError::NotLoopback(_))));
    config.clusters[0].name = "../x".into();
    assert!(matches!(Simulator::open(&config), Err(SimulatorError::ClusterName(_))));
    assert!(!format!("{config:?}").contains(TOKEN));
}
