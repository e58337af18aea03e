//! Nothing is lost when the simulator is killed.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kube::ResourceExt;
use kube::api::{DeleteParams, ListParams, LogParams, WatchEvent, WatchParams};
use serde_json::json;

use crate::common::{CLUSTER, DataCentre, apply, cluster, config, config_map, deployment};

#[tokio::test]
async fn objects_logs_and_ledger_survive_a_kill() {
    let dir = tempfile::tempdir().expect("temp dir");
    let config = config(dir.path(), cluster());
    let mut centre = DataCentre::run(dir, &config).await;
    apply(&centre.api(), &config_map("werte", json!({"A": "1"}))).await.expect("created");
    apply(&centre.api(), &config_map("weg", json!({}))).await.expect("created");
    centre.api::<ConfigMap>().delete("weg", &DeleteParams::default()).await.expect("deleted");
    apply(&centre.api(), &deployment("app", 1, json!({}))).await.expect("created");
    let job: Job = serde_json::from_value(json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "probe"}, "spec": {"template": {"spec": {
            "restartPolicy": "Never", "containers": [{"name": "a", "image": "b", "args": ["wert:A=~."], "env": [
                {"name": "A", "value": "x"}]}]}}}}))
    .expect("job");
    apply(&centre.api(), &job).await.expect("created");
    centre.step(6);

    for round in 0..2 {
        let ledger = centre.simulator.ledger(CLUSTER);
        let before = centre.api::<ConfigMap>().list(&ListParams::default()).await.expect("list");
        let app = centre.api::<Deployment>().get("app").await.expect("app");
        let uid = app.uid();
        let version = app.resource_version().expect("version");
        centre = centre.kill_and_restart(&config).await;
        assert_eq!(centre.simulator.ledger(CLUSTER), ledger);
        let after = centre.api::<ConfigMap>().list(&ListParams::default()).await.expect("list");
        assert_eq!(after.items, before.items);
        assert_eq!(after.metadata.resource_version, before.metadata.resource_version);
        let app = centre.api::<Deployment>().get("app").await.expect("app");
        assert_eq!((app.uid(), app.resource_version()), (uid, Some(version)));
        centre.step(3);
        assert_eq!(
            centre.api::<Deployment>().get("app").await.expect("app").status.expect("status").available_replicas,
            Some(1)
        );
        let pods = centre.api::<Pod>().list(&ListParams::default().labels("job-name=probe")).await.expect("pods");
        let log = centre.api::<Pod>().logs(&pods.items[0].name_any(), &LogParams::default()).await.expect("log");
        assert_eq!(log, "ok     wert A\n");
        // Life goes on, with new versions and without gaps in the ledger.
        apply(&centre.api(), &config_map("werte", json!({"A": round.to_string(), "B": "2"}))).await.expect("updated");
        let sequences: Vec<u64> = centre.simulator.ledger(CLUSTER).iter().map(|effect| effect.sequence).collect();
        assert_eq!(sequences, (1..=sequences.len() as u64).collect::<Vec<_>>());
    }
    let file = std::fs::read_to_string(centre.dir.path().join(CLUSTER).join("ledger.jsonl")).expect("ledger file");
    assert_eq!(file.lines().count(), centre.simulator.ledger(CLUSTER).len());

    // A watch from before the kill has to start anew.
    let stream = centre.api::<ConfigMap>().watch(&WatchParams::default(), "3").await.expect("watch");
    let mut stream = std::pin::pin!(stream);
    let first = futures::StreamExt::next(&mut stream).await.expect("event").expect("readable");
    assert!(matches!(first, WatchEvent::Error(error) if error.code == 410));
}

#[tokio::test]
async fn a_reset_leaves_what_the_data_centre_provides() {
    let centre = DataCentre::start().await;
    let first = apply(&centre.api(), &config_map("werte", json!({"A": "1"}))).await.expect("created");
    let (code, _) = centre.raw("POST", "/_simulator/reset", None).await;
    assert_eq!(code, 200);
    assert!(centre.effects().is_empty());
    assert!(centre.api::<ConfigMap>().get_opt("werte").await.expect("answer").is_none());
    let again = apply(&centre.api(), &config_map("werte", json!({"A": "1"}))).await.expect("created");
    assert_ne!(again.uid(), first.uid());
    let revision = |object: &ConfigMap| object.resource_version().and_then(|rv| rv.parse::<u64>().ok());
    assert!(revision(&again) > revision(&first));
}
