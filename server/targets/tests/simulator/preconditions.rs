//! uid and resourceVersion as preconditions of apply and delete, and who wins a race.

use k8s_openapi::api::core::v1::ConfigMap;
use kube::ResourceExt;
use kube::api::{DeleteParams, PatchParams, PostParams, Preconditions};
use serde_json::json;

use crate::common::{DataCentre, apply, apply_as, config_map, status};

fn with(mut object: ConfigMap, uid: Option<&str>, rv: Option<&str>) -> ConfigMap {
    object.metadata.uid = uid.map(str::to_owned);
    object.metadata.resource_version = rv.map(str::to_owned);
    object
}

#[tokio::test]
async fn a_stale_version_is_refused_even_with_force() {
    let centre = DataCentre::start().await;
    let api = centre.api::<ConfigMap>();
    let first = apply(&api, &config_map("werte", json!({"A": "1"}))).await.expect("created");
    let (uid, rv) = (first.uid(), first.resource_version());
    apply(&api, &config_map("werte", json!({"A": "2"}))).await.expect("updated");
    let stale = with(config_map("werte", json!({"A": "3"})), uid.as_deref(), rv.as_deref());
    let refused = status(apply_as(&api, &stale, &PatchParams::apply("portal").force()).await.expect_err("stale"));
    assert_eq!((refused.code, refused.reason.as_str()), (409, "Conflict"));
    assert!(refused.message.contains("the object has been modified"), "{}", refused.message);
}

#[tokio::test]
async fn another_uid_is_refused() {
    let centre = DataCentre::start().await;
    let api = centre.api::<ConfigMap>();
    let first = apply(&api, &config_map("werte", json!({"A": "1"}))).await.expect("created");
    api.delete("werte", &DeleteParams::default()).await.expect("deleted");
    let second = apply(&api, &config_map("werte", json!({"A": "1"}))).await.expect("created again");
    assert_ne!(first.uid(), second.uid());
    let old = with(config_map("werte", json!({"A": "2"})), first.uid().as_deref(), None);
    let refused = status(apply_as(&api, &old, &PatchParams::apply("portal").force()).await.expect_err("other object"));
    assert_eq!(refused.code, 409);
    assert!(refused.message.contains("Precondition failed: UID in precondition"), "{}", refused.message);
}

#[tokio::test]
async fn with_a_uid_a_deleted_object_is_not_made_anew() {
    let centre = DataCentre::start().await;
    let api = centre.api::<ConfigMap>();
    let first = apply(&api, &config_map("werte", json!({"A": "1"}))).await.expect("created");
    api.delete("werte", &DeleteParams::default()).await.expect("deleted");
    let fenced =
        with(config_map("werte", json!({"A": "1"})), first.uid().as_deref(), first.resource_version().as_deref());
    assert_eq!(status(apply(&api, &fenced).await.expect_err("gone")).code, 409);
    assert!(api.get_opt("werte").await.expect("answer").is_none());
}

#[tokio::test]
async fn a_version_alone_makes_a_deleted_object_anew() {
    let centre = DataCentre::start().await;
    let api = centre.api::<ConfigMap>();
    let first = apply(&api, &config_map("werte", json!({"A": "1"}))).await.expect("created");
    api.delete("werte", &DeleteParams::default()).await.expect("deleted");
    let half = with(config_map("werte", json!({"A": "1"})), None, first.resource_version().as_deref());
    let again = apply(&api, &half).await.expect("made anew");
    assert_ne!(again.uid(), first.uid());
}

#[tokio::test]
async fn of_many_creates_one_wins() {
    let centre = DataCentre::start().await;
    let api = centre.api::<ConfigMap>();
    let object = config_map("werte", json!({}));
    let params = PostParams::default();
    let results = futures::future::join_all((0..8).map(|_| api.create(&params, &object))).await;
    let (won, lost): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    for error in lost {
        assert_eq!(status(error.expect_err("lost")).reason, "AlreadyExists");
    }
    assert_eq!(centre.effects(), ["Create ConfigMap werte"]);
}

#[tokio::test]
async fn delete_checks_its_preconditions() {
    let centre = DataCentre::start().await;
    let api = centre.api::<ConfigMap>();
    let first = apply(&api, &config_map("werte", json!({"A": "1"}))).await.expect("created");
    let second = apply(&api, &config_map("werte", json!({"A": "2"}))).await.expect("updated");
    let params = |uid: Option<String>, rv: Option<String>| DeleteParams {
        preconditions: Some(Preconditions { uid, resource_version: rv }),
        ..DeleteParams::default()
    };
    let stale = params(first.uid(), first.resource_version());
    assert_eq!(status(api.delete("werte", &stale).await.expect_err("stale")).code, 409);
    let other = params(Some("00000000-0000-4000-8000-000000000000".into()), None);
    let refused = status(api.delete("werte", &other).await.expect_err("other object"));
    assert!(refused.message.contains("does not match the UID in record"), "{}", refused.message);
    api.delete("werte", &params(second.uid(), second.resource_version())).await.expect("deleted");
    assert_eq!(status(api.delete("werte", &DeleteParams::default()).await.expect_err("gone")).code, 404);
    let deletes = centre.effects().iter().filter(|effect| effect.starts_with("Delete")).count();
    assert_eq!(deletes, 1);
}
