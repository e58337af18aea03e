//! Who owns a field, what conflicts, what is dropped.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Service};
use kube::ResourceExt;
use kube::api::{Patch, PatchParams, PostParams};
use serde_json::{Value, json};

use crate::common::{DataCentre, apply, apply_as, config_map, deployment, status};

#[tokio::test]
async fn creates_updates_and_leaves_alone() {
    let centre = DataCentre::start().await;
    let api = centre.api::<ConfigMap>();
    let created = apply(&api, &config_map("werte", json!({"A": "1", "B": "2"}))).await.expect("created");
    let managers = created.managed_fields();
    assert_eq!(managers.len(), 1);
    assert_eq!(managers[0].operation.as_deref(), Some("Apply"));
    assert_eq!(managers[0].fields_v1.as_ref().expect("fields").0, json!({"f:data": {"f:A": {}, "f:B": {}}}));

    let same = apply(&api, &config_map("werte", json!({"A": "1", "B": "2"}))).await.expect("unchanged");
    assert_eq!(same.resource_version(), created.resource_version());

    let updated = apply(&api, &config_map("werte", json!({"A": "3"}))).await.expect("updated");
    assert_eq!(updated.data.expect("data"), [("A".to_owned(), "3".to_owned())].into());
    assert_eq!(centre.effects(), ["Create ConfigMap werte", "Update ConfigMap werte"]);
}

#[tokio::test]
async fn conflicts_name_manager_and_field() {
    let centre = DataCentre::start().await;
    let api = centre.api::<ConfigMap>();
    apply(&api, &config_map("werte", json!({"A": "1"}))).await.expect("created");
    let other = PatchParams::apply("betrieb");
    let refused = status(apply_as(&api, &config_map("werte", json!({"A": "2"})), &other).await.expect_err("conflict"));
    assert_eq!(refused.code, 409);
    assert_eq!(refused.message, "Apply failed with 1 conflict: conflict with \"portal\": .data.A");
    let causes = refused.details.expect("details").causes;
    assert_eq!((causes[0].reason.as_str(), causes[0].field.as_str()), ("FieldManagerConflict", ".data.A"));

    let forced = apply_as(&api, &config_map("werte", json!({"A": "2"})), &other.force()).await.expect("forced");
    let names: Vec<_> = forced.managed_fields().iter().filter_map(|entry| entry.manager.clone()).collect();
    assert_eq!(names, ["betrieb"]);
}

#[tokio::test]
async fn a_post_belongs_to_update_and_hinders_a_later_apply_of_the_same_name() {
    let centre = DataCentre::start().await;
    let api = centre.api::<ConfigMap>();
    let params = PostParams { field_manager: Some("portal".into()), ..PostParams::default() };
    let posted = api.create(&params, &config_map("werte", json!({"A": "1", "B": "2"}))).await.expect("created");
    assert_eq!(posted.managed_fields()[0].operation.as_deref(), Some("Update"));
    let refused = status(apply(&api, &config_map("werte", json!({"A": "9"}))).await.expect_err("conflict"));
    assert!(
        refused.message.starts_with("Apply failed with 1 conflict: conflict with \"portal\" using v1 at "),
        "{}",
        refused.message
    );
    // With force the field changes hands; what the POST alone owns isn't dropped.
    let forced = apply_as(&api, &config_map("werte", json!({"A": "9"})), &PatchParams::apply("portal").force())
        .await
        .expect("forced");
    assert_eq!(forced.data.expect("data").len(), 2);
}

#[tokio::test]
async fn merges_lists_by_their_keys() {
    let centre = DataCentre::start().await;
    let api = centre.api::<Deployment>();
    let env = |names: &[&str]| Value::from_iter(names.iter().map(|name| json!({"name": name, "value": name})));
    let ports = json!([{"containerPort": 8080}]);
    apply(&api, &deployment("app", 1, json!({"env": env(&["A", "B"]), "ports": ports}))).await.expect("created");

    let sidecar = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "app"},
        "spec": {"template": {"spec": {"containers": [
            {"name": "app", "env": [{"name": "C", "value": "C"}]}, {"name": "beobachter", "image": "b"}]}}},
    });
    let merged = api.patch("app", &PatchParams::apply("betrieb"), &Patch::Apply(&sidecar)).await.expect("merged");
    assert_eq!(variables(&merged, 0), ["A", "B", "C"]);

    let fewer = apply(&api, &deployment("app", 1, json!({"env": env(&["B"]), "ports": ports}))).await.expect("fewer");
    assert_eq!(variables(&fewer, 0), ["B", "C"]);
    assert_eq!(containers(&fewer), ["app", "beobachter"]);
    let spec = fewer.spec.expect("spec");
    assert_eq!(
        (spec.strategy.expect("default").type_.as_deref(), spec.progress_deadline_seconds),
        (Some("RollingUpdate"), Some(600))
    );
    assert_eq!(
        spec.template.spec.expect("pod").containers[0].ports.as_ref().expect("ports")[0].protocol.as_deref(),
        Some("TCP")
    );

    let none = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "app"}});
    let alone = api.patch("app", &PatchParams::apply("betrieb"), &Patch::Apply(&none)).await.expect("alone");
    assert_eq!((variables(&alone, 0), containers(&alone)), (vec!["B".to_owned()], vec!["app".to_owned()]));
}

fn containers(deployment: &Deployment) -> Vec<String> {
    let spec = deployment.spec.as_ref().and_then(|spec| spec.template.spec.as_ref()).expect("pod");
    spec.containers.iter().map(|container| container.name.clone()).collect()
}

fn variables(deployment: &Deployment, container: usize) -> Vec<String> {
    let spec = deployment.spec.as_ref().and_then(|spec| spec.template.spec.as_ref()).expect("pod");
    spec.containers[container].env.iter().flatten().map(|variable| variable.name.clone()).collect()
}

#[tokio::test]
async fn generation_counts_changes_of_the_spec_only() {
    let centre = DataCentre::start().await;
    let api = centre.api::<Deployment>();
    let mut wanted = deployment("app", 1, json!({}));
    assert_eq!(apply(&api, &wanted).await.expect("created").metadata.generation, Some(1));
    wanted.metadata.labels = Some([("a".to_owned(), "b".to_owned())].into());
    assert_eq!(apply(&api, &wanted).await.expect("labelled").metadata.generation, Some(1));
    let scaled = apply(&api, &deployment("app", 3, json!({}))).await.expect("scaled");
    assert_eq!((scaled.metadata.generation, scaled.metadata.labels), (Some(2), None));
}

#[tokio::test]
async fn a_service_keeps_its_address_and_ports_need_no_protocol() {
    let centre = DataCentre::start().await;
    let api = centre.api::<Service>();
    let service = |port: u16| -> Service {
        serde_json::from_value(json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
            "spec": {"selector": {"app": "web"}, "ports": [{"name": "http", "port": port}]},
        }))
        .expect("service")
    };
    let first = apply(&api, &service(80)).await.expect("created");
    let same = apply(&api, &service(80)).await.expect("unchanged");
    assert_eq!(first.resource_version(), same.resource_version());
    let moved = apply(&api, &service(8080)).await.expect("moved");
    let ip = |service: &Service| service.spec.as_ref().and_then(|spec| spec.cluster_ip.clone());
    assert!(ip(&first).is_some());
    assert_eq!(ip(&first), ip(&moved));
    assert_eq!(moved.spec.expect("spec").ports.expect("ports").len(), 1);
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let centre = DataCentre::start().await;
    let api = centre.api::<ConfigMap>();
    let params = PatchParams::apply("portal").dry_run();
    apply_as(&api, &config_map("werte", json!({"A": "1"})), &params).await.expect("tried");
    assert!(api.get_opt("werte").await.expect("answer").is_none());
    assert!(centre.effects().is_empty());
}

#[tokio::test]
async fn unknown_fields_and_wrong_bodies_are_refused() {
    let centre = DataCentre::start().await;
    let api = centre.api::<Deployment>();
    let mut object = serde_json::to_value(deployment("app", 1, json!({}))).expect("json");
    object["spec"]["replikas"] = json!(3);
    let refused =
        status(api.patch("app", &PatchParams::apply("portal"), &Patch::Apply(&object)).await.expect_err("refused"));
    assert!(refused.message.ends_with(".spec.replikas: field not declared in schema"), "{}", refused.message);

    let path = "/nord/apis/apps/v1/namespaces/ploen-test/deployments";
    let (code, answer) = centre.raw("POST", &format!("{path}?fieldValidation=Strict"), Some(object.clone())).await;
    assert_eq!(
        (code, answer["message"].as_str()),
        (400, Some("strict decoding error: unknown field \"spec.replikas\""))
    );
    let (code, answer) = centre.raw("POST", path, Some(object)).await;
    assert_eq!((code, answer["spec"].get("replikas")), (201, None));

    let selector = deployment("zwei", 1, json!({}));
    let mut selector = serde_json::to_value(selector).expect("json");
    selector["spec"]["template"]["metadata"]["labels"]["app"] = json!("andere");
    let (code, answer) = centre.raw("POST", path, Some(selector)).await;
    assert_eq!((code, answer["reason"].as_str()), (422, Some("Invalid")));
    assert_eq!(answer["details"]["causes"][0]["field"], "spec.template.metadata.labels");
}
