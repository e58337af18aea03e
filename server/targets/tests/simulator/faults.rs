//! Faults on demand.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kube::api::ListParams;
use serde_json::{Value, json};

use crate::common::{DataCentre, apply, config_map, deployment, status};

async fn inject(centre: &DataCentre, fault: Value) {
    let (code, answer) = centre.raw("POST", "/_simulator/faults", Some(fault)).await;
    assert_eq!(code, 201, "{answer}");
}

#[tokio::test]
async fn answers_with_a_status_for_a_while() {
    let centre = DataCentre::start().await;
    let api = centre.api::<ConfigMap>();
    inject(
        &centre,
        json!({"method": "PATCH", "kind": "ConfigMap", "namePrefix": "we", "skip": 1, "count": 2,
        "action": {"type": "status", "code": 429, "retryAfter": 3}}),
    )
    .await;
    let mut codes = Vec::new();
    for value in ["1", "2", "3", "4"] {
        let result = apply(&api, &config_map("werte", json!({"A": value}))).await;
        codes.push(result.map_or_else(|error| status(error).code, |_| 200));
    }
    assert_eq!(codes, [200, 429, 429, 200]);
    assert_eq!(centre.effects().len(), 2);
    let (_, left) = centre.raw("GET", "/_simulator/faults", None).await;
    assert_eq!(left["faults"], json!([]));
}

#[tokio::test]
async fn drops_the_connection_before_or_after_the_effect() {
    let centre = DataCentre::start().await;
    let api = centre.api::<ConfigMap>();
    for (kind, name, effects) in [("dropBefore", "eins", 0), ("dropAfter", "zwei", 1)] {
        inject(&centre, json!({"method": "PATCH", "namePrefix": name, "count": 1, "action": {"type": kind}})).await;
        let error = apply(&api, &config_map(name, json!({"A": "1"}))).await.expect_err("dropped");
        assert!(!matches!(error, kube::Error::Api(_)), "{error:?}");
        assert_eq!(centre.effects().len(), effects, "{kind}");
    }
    // Doing it again changes nothing more.
    apply(&api, &config_map("zwei", json!({"A": "1"}))).await.expect("again");
    assert_eq!(centre.effects(), ["Create ConfigMap zwei"]);
}

#[tokio::test]
async fn a_cluster_can_be_out_of_reach() {
    let centre = DataCentre::start().await;
    let api = centre.api::<ConfigMap>();
    inject(&centre, json!({"cluster": "nord", "action": {"type": "unreachable"}})).await;
    assert!(!matches!(api.list(&ListParams::default()).await.expect_err("unreachable"), kube::Error::Api(_)));
    let (code, clusters) = centre.raw("GET", "/_simulator/clusters", None).await;
    assert_eq!((code, &clusters["clusters"][0]["unreachable"]), (200, &json!(true)));
    let (code, _) = centre.raw("DELETE", "/_simulator/faults", None).await;
    assert_eq!(code, 200);
    assert!(api.list(&ListParams::default()).await.is_ok());
}

#[tokio::test]
async fn a_quota_can_seem_used_up() {
    let centre = DataCentre::start().await;
    inject(&centre, json!({"kind": "ConfigMap", "count": 1, "action": {"type": "quotaExceeded"}})).await;
    let refused = status(apply(&centre.api(), &config_map("werte", json!({}))).await.expect_err("quota"));
    assert!(refused.code == 403 && refused.message.contains("exceeded quota"), "{}", refused.message);
}

#[tokio::test]
async fn images_can_be_missing_and_pods_never_ready() {
    let centre = DataCentre::start().await;
    inject(&centre, json!({"namePrefix": "ohne", "action": {"type": "imageMissing"}})).await;
    inject(&centre, json!({"namePrefix": "nie", "action": {"type": "neverReady"}})).await;
    let api = centre.api::<Deployment>();
    for name in ["ohne-bild", "nie-bereit", "gut"] {
        apply(&api, &deployment(name, 1, json!({}))).await.expect("created");
    }
    centre.step(8);
    let mut available = Vec::new();
    for name in ["ohne-bild", "nie-bereit", "gut"] {
        available.push(api.get(name).await.expect("there").status.expect("status").available_replicas);
    }
    assert_eq!(available, [None, None, Some(1)]);
    let pods = centre.api::<Pod>().list(&ListParams::default().labels("app=ohne-bild")).await.expect("pods");
    let state = pods.items[0].status.as_ref().and_then(|status| status.container_statuses.clone()).expect("containers");
    let reason =
        state[0].state.as_ref().and_then(|state| state.waiting.as_ref()).and_then(|waiting| waiting.reason.as_deref());
    assert!(matches!(reason, Some("ErrImagePull" | "ImagePullBackOff")), "{reason:?}");
    centre.raw("DELETE", "/_simulator/faults", None).await;
    centre.step(6);
    assert_eq!(api.get("ohne-bild").await.expect("there").status.expect("status").available_replicas, Some(1));
}

#[tokio::test]
async fn nonsense_is_no_fault() {
    let centre = DataCentre::start().await;
    for nonsense in [
        json!({"action": {"type": "explode"}}),
        json!({"cluster": "sued", "action": {"type": "unreachable"}}),
        json!({"action": {"type": "status", "code": 200}}),
    ] {
        let (code, answer) = centre.raw("POST", "/_simulator/faults", Some(nonsense)).await;
        assert_eq!(code, 400, "{answer}");
    }
}
