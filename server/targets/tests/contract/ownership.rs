//! What the portal applied is its own: fields that it drops disappear, what belongs to others stays.

use portal_core::ports::{Applied, Target as _};
use portal_model::operation::FailureCause;
use serde_json::{Value, json};

use crate::lab::Lab;
use crate::objects::{INSTANCE, claim, config_map, deployment, job, labels, secret, service, stateful_set};

crate::contract! {
    applying_twice_changes_nothing;
    a_dropped_key_disappears;
    a_dropped_variable_of_a_deployment_disappears;
    what_others_added_stays;
    what_somebody_changed_by_hand_is_put_right;
    an_object_of_somebody_else_is_left_alone;
    an_object_of_another_instance_is_left_alone;
    a_service_keeps_its_address;
    a_secret_is_written_readably_and_read_back_encoded;
    a_changed_job_is_replaced;
    the_inventory_knows_what_is_ours;
    the_inventory_comes_in_pages;
    claims_of_a_living_stateful_set_belong_to_it;
    a_removal_leaves_nothing;
}

async fn applying_twice_changes_nothing(lab: &Lab) {
    let objects = [
        config_map("a", json!({"n": "1"})),
        secret("a", json!({"n": "1"})),
        service("a"),
        claim("a"),
        deployment("a", "", &[]),
        stateful_set("b"),
        job("a", &[]),
    ];
    for object in &objects {
        assert_eq!(lab.apply(object).await, Ok(Applied::Created), "{}", object["kind"]);
    }
    for round in 1..3 {
        for object in &objects {
            assert_eq!(lab.apply(object).await, Ok(Applied::Unchanged), "{} round {round}", object["kind"]);
        }
    }
}

async fn a_dropped_key_disappears(lab: &Lab) {
    lab.apply(&config_map("a", json!({"keep": "1", "drop": "1"}))).await.unwrap();
    assert_eq!(lab.apply(&config_map("a", json!({"keep": "1"}))).await, Ok(Applied::Changed));
    assert_eq!(lab.live("v1", "configmaps/a").await["data"], json!({"keep": "1"}));
    lab.apply(&config_map("a", json!({"keep": "1", "later": "1"}))).await.unwrap();
    lab.apply(&config_map("a", json!({"keep": "1"}))).await.unwrap();
    let live = lab.live("v1", "configmaps/a").await;
    assert_eq!(live["data"], json!({"keep": "1"}));
    let managers: Vec<&Value> = live["metadata"]["managedFields"].as_array().unwrap().iter().collect();
    assert_eq!(managers.len(), 1, "{managers:?}");
    assert_eq!((&managers[0]["manager"], &managers[0]["operation"]), (&json!("ozg-portal"), &json!("Apply")));
}

async fn a_dropped_variable_of_a_deployment_disappears(lab: &Lab) {
    let mut object = deployment("a", "", &[]);
    let env = "/spec/template/spec/containers/0/env";
    *object.pointer_mut(env).unwrap() = json!([{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]);
    lab.apply(&object).await.unwrap();
    *object.pointer_mut(env).unwrap() = json!([{"name": "B", "value": "2"}]);
    assert_eq!(lab.apply(&object).await, Ok(Applied::Changed));
    let live = lab.live("apps/v1", "deployments/a").await;
    assert_eq!(live.pointer(env), Some(&json!([{"name": "B", "value": "2"}])));
}

async fn what_others_added_stays(lab: &Lab) {
    let object = config_map("a", json!({"n": "1"}));
    lab.apply(&object).await.unwrap();
    let path = lab.path("v1", "configmaps/a?fieldManager=operator");
    lab.others.merge(&path, &json!({"metadata": {"annotations": {"operator.example/note": "x"}}})).await;
    lab.apply(&config_map("a", json!({"n": "2"}))).await.unwrap();
    let live = lab.live("v1", "configmaps/a").await;
    assert_eq!(live["metadata"]["annotations"]["operator.example/note"], "x");
    assert_eq!(live["data"], json!({"n": "2"}));
}

async fn what_somebody_changed_by_hand_is_put_right(lab: &Lab) {
    let object = config_map("a", json!({"n": "1"}));
    lab.apply(&object).await.unwrap();
    lab.others.merge(&lab.path("v1", "configmaps/a?fieldManager=operator"), &json!({"data": {"n": "9"}})).await;
    assert_eq!(lab.apply(&object).await, Ok(Applied::Changed));
    assert_eq!(lab.live("v1", "configmaps/a").await["data"], json!({"n": "1"}));
}

async fn an_object_of_somebody_else_is_left_alone(lab: &Lab) {
    let foreign =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"whose": "theirs"}});
    lab.others.post(&lab.path("v1", "configmaps"), &foreign).await;
    let ours = config_map("a", json!({"n": "1"}));
    let refused = lab.apply(&ours).await.unwrap_err();
    assert_eq!(refused.cause, FailureCause::Conflict);
    let live = lab.live("v1", "configmaps/a").await;
    assert_eq!(live["data"], json!({"whose": "theirs"}));
    assert_eq!(live["metadata"].get("labels"), None);
}

async fn an_object_of_another_instance_is_left_alone(lab: &Lab) {
    let mut theirs = config_map("a", json!({"whose": "theirs"}));
    theirs["metadata"]["labels"]["ozg-portal/instance"] = json!("another");
    lab.apply(&theirs).await.unwrap();
    let refused = lab.apply(&config_map("a", json!({"n": "1"}))).await.unwrap_err();
    assert_eq!(refused.cause, FailureCause::Conflict);
    assert_eq!(lab.live("v1", "configmaps/a").await["data"], json!({"whose": "theirs"}));
}

async fn a_service_keeps_its_address(lab: &Lab) {
    lab.apply(&service("a")).await.unwrap();
    let address = lab.live("v1", "services/a").await["spec"]["clusterIP"].clone();
    assert!(address.is_string());
    let mut changed = service("a");
    changed["spec"]["ports"] = json!([{"name": "web", "port": 8080}]);
    assert_eq!(lab.apply(&changed).await, Ok(Applied::Changed));
    let live = lab.live("v1", "services/a").await;
    assert_eq!(live["spec"]["clusterIP"], address);
    let ports: Vec<&Value> = live["spec"]["ports"].as_array().unwrap().iter().map(|port| &port["name"]).collect();
    assert_eq!(ports, [&json!("web")]);
}

async fn a_secret_is_written_readably_and_read_back_encoded(lab: &Lab) {
    lab.apply(&secret("a", json!({"keep": "geheim", "drop": "x"}))).await.unwrap();
    lab.apply(&secret("a", json!({"keep": "geheim"}))).await.unwrap();
    assert_eq!(lab.live("v1", "secrets/a").await["data"], json!({"keep": "Z2VoZWlt"}));
}

async fn a_changed_job_is_replaced(lab: &Lab) {
    lab.apply(&job("a", &[])).await.unwrap();
    let before = lab.seen(&job("a", &[])).await.uid;
    let changed = job("a", &["wert:ORT=~Plön"]);
    loop {
        match lab.apply(&changed).await {
            Err(error) => assert_eq!(error.cause, FailureCause::Conflict, "{error}"),
            Ok(applied) => break assert_eq!(applied, Applied::Created),
        }
    }
    assert_ne!(lab.seen(&changed).await.uid, before);
}

async fn the_inventory_knows_what_is_ours(lab: &Lab) {
    assert_eq!(lab.inventory().await, Vec::<String>::new());
    let ours = [deployment("a", "", &[]), service("a"), secret("a", json!({"n": "1"})), config_map("b", json!({}))];
    for object in &ours {
        lab.apply(object).await.unwrap();
    }
    let mut other_instance = config_map("c", json!({}));
    other_instance["metadata"]["labels"]["ozg-portal/instance"] = json!("another");
    lab.apply(&other_instance).await.unwrap();
    let mut other_stage = config_map("d", json!({}));
    other_stage["metadata"]["labels"]["ozg-portal/stage"] = json!("production");
    lab.apply(&other_stage).await.unwrap();
    // Neither ReplicaSets and pods nor what belongs to others.
    lab.settle(&ours).await.unwrap();
    let expected = ["ConfigMap/b", "Secret/a", "Service/a", "Deployment/a"];
    assert_eq!(lab.inventory().await, expected);
}

async fn the_inventory_comes_in_pages(lab: &Lab) {
    let mut expected = Vec::new();
    for number in 0..260 {
        let name = format!("m{number:03}");
        lab.target.apply(&lab.place, &config_map(&name, json!({})), None).await.unwrap();
        expected.push(format!("ConfigMap/{name}"));
    }
    assert_eq!(lab.inventory().await, expected);
}

async fn claims_of_a_living_stateful_set_belong_to_it(lab: &Lab) {
    let set = stateful_set("db");
    lab.apply(&set).await.unwrap();
    lab.settle(std::slice::from_ref(&set)).await.unwrap();
    assert_eq!(lab.live("v1", "persistentvolumeclaims/daten-db-0").await["metadata"]["labels"], claim_labels());
    assert_eq!(lab.inventory().await, ["StatefulSet/db"]);
    lab.delete(&set).await;
    crate::lab::until("the StatefulSet to go", async || lab.target.read(&lab.place, &set).await.unwrap().is_none())
        .await;
    assert_eq!(lab.inventory().await, ["PersistentVolumeClaim/daten-db-0"]);
}

fn claim_labels() -> Value {
    let mut labels = labels();
    labels["app"] = json!("db");
    labels
}

async fn a_removal_leaves_nothing(lab: &Lab) {
    let objects = [deployment("a", "", &[]), service("a"), secret("a", json!({})), claim("a"), job("a", &[])];
    for object in &objects {
        lab.apply(object).await.unwrap();
    }
    let gone = async || {
        let found = lab.target.inventory(&lab.place, INSTANCE).await.unwrap();
        for seen in &found {
            if let Err(error) = lab.target.delete(&lab.place, seen).await {
                assert_eq!(error.cause, FailureCause::Fenced, "{error}");
            }
        }
        found.is_empty()
    };
    crate::lab::until("an empty inventory", gone).await;
    let pods = async || lab.live("v1", "pods").await["items"].as_array().is_none_or(Vec::is_empty);
    crate::lab::until("the pods to go", pods).await;
}
