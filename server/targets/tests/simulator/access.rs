//! Tokens, rights, reviews, quotas.

use std::collections::BTreeMap;

use k8s_openapi::api::authorization::v1::{SelfSubjectAccessReview, SelfSubjectRulesReview};
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Pod, ResourceQuota, Secret};
use kube::api::{Api, ListParams, PostParams};
use portal_targets::simulator::{RuleConfig, TokenConfig};
use serde_json::json;

use crate::common::{DataCentre, NAMESPACE, apply, cluster, config_map, deployment, status};

#[tokio::test]
async fn unknown_tokens_and_foreign_namespaces_are_refused() {
    let centre = DataCentre::with(cluster().namespace("fremd", BTreeMap::new())).await;
    let stranger: Api<ConfigMap> = Api::namespaced(centre.client_for("falsch"), NAMESPACE);
    assert_eq!(status(stranger.list(&ListParams::default()).await.expect_err("401")).code, 401);

    let foreign: Api<ConfigMap> = Api::namespaced(centre.client(), "fremd");
    let refused = status(foreign.list(&ListParams::default()).await.expect_err("403"));
    assert_eq!(refused.code, 403);
    assert_eq!(
        refused.message,
        "configmaps is forbidden: User \"system:serviceaccount:ploen-test:portal\" cannot list resource \"configmaps\" in \
         API group \"\" in the namespace \"fremd\""
    );
    let everywhere: Api<ConfigMap> = Api::all(centre.client());
    let refused = status(everywhere.list(&ListParams::default()).await.expect_err("403"));
    assert!(refused.message.ends_with("at the cluster scope"), "{}", refused.message);

    let namespaces: Api<Namespace> = Api::all(centre.client());
    assert!(namespaces.get(NAMESPACE).await.is_ok());
    assert_eq!(status(namespaces.get("fremd").await.expect_err("403")).code, 403);
}

#[tokio::test]
async fn rules_limit_a_token_and_reviews_tell() {
    let mut config = cluster();
    config.tokens.push(TokenConfig {
        token: "nur-lesen".into(),
        user: Some("pruefung".into()),
        namespaces: vec![NAMESPACE.into()],
        rules: Some(vec![RuleConfig {
            groups: vec![String::new()],
            resources: vec!["configmaps".into()],
            verbs: vec!["get".into(), "list".into(), "patch".into()],
        }]),
    });
    let centre = DataCentre::with(config).await;
    let client = centre.client_for("nur-lesen");
    let api: Api<ConfigMap> = Api::namespaced(client.clone(), NAMESPACE);
    assert!(api.list(&ListParams::default()).await.is_ok());
    let refused = status(api.create(&PostParams::default(), &config_map("a", json!({}))).await.expect_err("403"));
    assert!(refused.message.contains("User \"pruefung\" cannot create resource \"configmaps\""), "{}", refused.message);
    // Applying a missing object is a create.
    assert_eq!(status(apply(&api, &config_map("a", json!({}))).await.expect_err("403")).code, 403);

    let reviews: Api<SelfSubjectAccessReview> = Api::all(client.clone());
    for (verb, expected) in [("get", true), ("delete", false)] {
        let review = serde_json::from_value(json!({"spec": {"resourceAttributes": {
            "namespace": NAMESPACE, "verb": verb, "resource": "configmaps"}}, "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview", "metadata": {}}))
        .expect("review");
        let answer = reviews.create(&PostParams::default(), &review).await.expect("answer");
        assert_eq!(answer.status.expect("status").allowed, expected, "{verb}");
    }
    let rules: Api<SelfSubjectRulesReview> = Api::all(client);
    let review = serde_json::from_value(json!({"spec": {"namespace": NAMESPACE}, "metadata": {},
        "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview"}))
    .expect("review");
    let answer = rules.create(&PostParams::default(), &review).await.expect("answer").status.expect("status");
    assert!(answer.resource_rules.iter().any(|rule| rule.verbs == ["get", "list", "patch"]));
}

fn quota(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    entries.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[tokio::test]
async fn quotas_refuse_objects_and_pods() {
    let mut config = cluster();
    config.namespaces[0].quota = quota(&[("count/secrets", "1"), ("requests.cpu", "1"), ("pods", "5")]);
    let centre = DataCentre::with(config).await;
    let secrets = centre.api::<Secret>();
    let secret = |name: &str| -> Secret {
        serde_json::from_value(json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}}))
            .expect("secret")
    };
    apply(&secrets, &secret("a")).await.expect("fits");
    let refused = status(apply(&secrets, &secret("b")).await.expect_err("403"));
    assert_eq!(refused.code, 403);
    assert_eq!(
        refused.message,
        "secrets \"b\" is forbidden: exceeded quota: kontingent, requested: count/secrets=1, used: count/secrets=1, \
         limited: count/secrets=1"
    );

    let deployments = centre.api();
    let container = json!({"resources": {"requests": {"cpu": "600m"}, "limits": {"cpu": "600m"}}});
    apply(&deployments, &deployment("app", 2, container)).await.expect("the object itself fits");
    centre.step(5);
    let live = deployments.get("app").await.expect("app").status.expect("status");
    assert_eq!((live.ready_replicas, live.updated_replicas), (Some(1), Some(1)));
    let failure =
        live.conditions.expect("conditions").into_iter().find(|c| c.type_ == "ReplicaFailure").expect("failure");
    let message = failure.message.expect("message");
    assert!(
        message.contains(
            "exceeded quota: kontingent, requested: requests.cpu=600m, used: requests.cpu=600m, limited: requests.cpu=1"
        ),
        "{message}"
    );
    assert_eq!(centre.api::<Pod>().list(&ListParams::default()).await.expect("pods").items.len(), 1);
    let used = centre
        .api::<ResourceQuota>()
        .get("kontingent")
        .await
        .expect("quota")
        .status
        .expect("status")
        .used
        .expect("used");
    assert_eq!((used["requests.cpu"].0.as_str(), used["pods"].0.as_str()), ("600m", "1"));
}
