//! A worker that was overtaken changes nothing in the target.

use portal_core::ports::{Applied, Target as _};
use portal_model::operation::FailureCause;
use serde_json::json;

use crate::lab::Lab;
use crate::objects::config_map;

crate::contract! {
    only_the_first_creator_wins;
    a_stale_update_is_refused;
    an_update_of_a_deleted_object_does_not_bring_it_back;
    an_update_of_an_object_made_anew_is_refused;
    a_stale_deletion_is_refused;
    a_deletion_of_an_object_made_anew_is_refused;
    a_deletion_of_what_is_gone_is_fine;
    a_first_update_that_is_overtaken_between_its_requests_is_refused;
}

async fn only_the_first_creator_wins(lab: &Lab) {
    let one = config_map("a", json!({"worker": "one"}));
    let two = config_map("a", json!({"worker": "two"}));
    assert_eq!(lab.target.read(&lab.place, &one).await.unwrap(), None);
    // Both have seen nothing.
    assert_eq!(lab.target.apply(&lab.place, &one, None).await.unwrap(), Applied::Created);
    let refused = lab.target.apply(&lab.place, &two, None).await.unwrap_err();
    assert_eq!(refused.cause, FailureCause::Fenced);
    assert_eq!(lab.live("v1", "configmaps/a").await["data"], json!({"worker": "one"}));
}

async fn a_stale_update_is_refused(lab: &Lab) {
    lab.apply(&config_map("a", json!({"n": "1"}))).await.unwrap();
    let seen = lab.seen(&config_map("a", json!({}))).await;
    let newer = config_map("a", json!({"n": "2"}));
    assert_eq!(lab.target.apply(&lab.place, &newer, Some(&seen)).await.unwrap(), Applied::Changed);
    let stale = config_map("a", json!({"n": "3"}));
    let refused = lab.target.apply(&lab.place, &stale, Some(&seen)).await.unwrap_err();
    assert_eq!(refused.cause, FailureCause::Fenced);
    assert_eq!(lab.live("v1", "configmaps/a").await["data"], json!({"n": "2"}));
}

async fn an_update_of_a_deleted_object_does_not_bring_it_back(lab: &Lab) {
    let object = config_map("a", json!({"n": "1"}));
    lab.apply(&object).await.unwrap();
    let seen = lab.seen(&object).await;
    lab.delete(&object).await;
    let refused = lab.target.apply(&lab.place, &object, Some(&seen)).await.unwrap_err();
    assert_eq!(refused.cause, FailureCause::Fenced);
    assert_eq!(lab.target.read(&lab.place, &object).await.unwrap(), None);
}

async fn an_update_of_an_object_made_anew_is_refused(lab: &Lab) {
    let object = config_map("a", json!({"n": "1"}));
    lab.apply(&object).await.unwrap();
    let seen = lab.seen(&object).await;
    lab.delete(&object).await;
    lab.apply(&config_map("a", json!({"n": "2"}))).await.unwrap();
    let refused = lab.target.apply(&lab.place, &object, Some(&seen)).await.unwrap_err();
    assert_eq!(refused.cause, FailureCause::Fenced);
    assert_eq!(lab.live("v1", "configmaps/a").await["data"], json!({"n": "2"}));
}

async fn a_stale_deletion_is_refused(lab: &Lab) {
    let object = config_map("a", json!({"n": "1"}));
    lab.apply(&object).await.unwrap();
    let seen = lab.seen(&object).await;
    lab.apply(&config_map("a", json!({"n": "2"}))).await.unwrap();
    let refused = lab.target.delete(&lab.place, &seen).await.unwrap_err();
    assert_eq!(refused.cause, FailureCause::Fenced);
    assert_eq!(lab.live("v1", "configmaps/a").await["data"], json!({"n": "2"}));
}

async fn a_deletion_of_an_object_made_anew_is_refused(lab: &Lab) {
    let object = config_map("a", json!({"n": "1"}));
    lab.apply(&object).await.unwrap();
    let old = lab.seen(&object).await;
    lab.delete(&object).await;
    lab.apply(&object).await.unwrap();
    // Even with the right version, the uid decides.
    let mut seen = lab.seen(&object).await;
    seen.uid = old.uid;
    let refused = lab.target.delete(&lab.place, &seen).await.unwrap_err();
    assert_eq!(refused.cause, FailureCause::Fenced);
    assert!(lab.target.read(&lab.place, &object).await.unwrap().is_some());
}

async fn a_deletion_of_what_is_gone_is_fine(lab: &Lab) {
    let object = config_map("a", json!({}));
    lab.apply(&object).await.unwrap();
    let seen = lab.seen(&object).await;
    lab.target.delete(&lab.place, &seen).await.unwrap();
    lab.target.delete(&lab.place, &seen).await.unwrap();
    assert_eq!(lab.target.read(&lab.place, &object).await.unwrap(), None);
}

/// The API server itself refuses what the driver sends with old versions: uid and version are in every write.
async fn a_first_update_that_is_overtaken_between_its_requests_is_refused(lab: &Lab) {
    use http::Method;
    let object = config_map("a", json!({"n": "1"}));
    lab.apply(&object).await.unwrap();
    let seen = lab.seen(&object).await;
    lab.apply(&config_map("a", json!({"n": "2"}))).await.unwrap();
    let path = lab.path("v1", "configmaps/a?fieldManager=ozg-portal");
    let adopt = json!({"metadata": {"resourceVersion": seen.resource_version, "managedFields": []}});
    let (status, said) = lab.others.send(Method::PATCH, &path, "application/merge-patch+json", Some(&adopt)).await;
    assert_eq!(status, 409, "{said}");
    let forced = format!("{path}&force=true");
    let mut stale = object.clone();
    stale["metadata"]["uid"] = json!(seen.uid);
    stale["metadata"]["resourceVersion"] = json!(seen.resource_version);
    let (status, _) = lab.others.send(Method::PATCH, &forced, "application/apply-patch+yaml", Some(&stale)).await;
    assert_eq!(status, 409);
    lab.delete(&object).await;
    let (status, _) = lab.others.send(Method::PATCH, &forced, "application/apply-patch+yaml", Some(&stale)).await;
    assert_eq!(status, 409);
    let (status, _) = lab.others.get(&lab.path("v1", "configmaps/a")).await;
    assert_eq!(status, 404);
}
