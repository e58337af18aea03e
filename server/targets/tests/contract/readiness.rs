//! How far workloads and tests are, and why they fail.

use portal_core::ports::{Observation, Target as _, TestState};
use portal_model::operation::FailureCause;
use serde_json::json;

use crate::lab::{Lab, Setting, until};
use crate::objects::{claim, config_map, deployment, job, secret, service, stateful_set};

crate::contract! {
    workloads_become_ready;
    what_is_not_there_is_said;
    an_update_is_waited_for;
    a_crash_loop_fails_early;
    a_crash_of_the_version_before_does_not_count;
    a_missing_image_fails_early;
    a_missing_image_of_a_test_fails_early;
    what_never_gets_ready_is_told_after_its_deadline;
    a_quota_that_stops_pods_is_told with no_pods;
    a_test_that_holds_passes;
    a_test_that_does_not_hold_fails;
    a_missing_test_is_said;
}

/// A namespace that takes Deployments but no pods.
fn no_pods() -> Setting {
    Setting { quota: [("pods".to_owned(), "0".to_owned())].into(), rules: None }
}

async fn workloads_become_ready(lab: &Lab) {
    let objects = [
        config_map("a", json!({"n": "1"})),
        service("a"),
        claim("a"),
        deployment("a", "", &["wert:ORT=~^Pl"]),
        stateful_set("b"),
        job("c", &[]),
    ];
    for object in &objects {
        lab.apply(object).await.unwrap();
    }
    lab.settle(&objects).await.unwrap();
}

async fn what_is_not_there_is_said(lab: &Lab) {
    let observed = lab.target.observe(&lab.place, &[deployment("a", "", &[]), config_map("b", json!({}))]).await;
    assert_eq!(observed, Ok(Observation::Pending(vec!["Deployment/a missing".to_owned()])));
}

async fn an_update_is_waited_for(lab: &Lab) {
    lab.apply(&deployment("a", "", &[])).await.unwrap();
    lab.settle(&[deployment("a", "", &[])]).await.unwrap();
    let next = lab.misbehaving("a", "never-ready");
    lab.apply(&next).await.unwrap();
    // From the first moment, when the figures of the status may still be those of the version before, until a pod of the
    // new version is there, which on a cluster stands beside an old one that is still available.
    until("a pod of the new version", async || {
        let live = lab.live("apps/v1", "deployments/a").await;
        let observed = lab.target.observe(&lab.place, std::slice::from_ref(&next)).await.unwrap();
        assert!(
            matches!(&observed, Observation::Pending(what) if what[0].starts_with("Deployment/a ")),
            "{observed:?}"
        );
        live["status"]["observedGeneration"] == live["metadata"]["generation"] && live["status"]["updatedReplicas"] == 1
    })
    .await;
}

async fn a_crash_loop_fails_early(lab: &Lab) {
    let object = deployment("a", "", &["wert:ORT=~^Kiel$"]);
    lab.apply(&object).await.unwrap();
    let error = lab.settle(&[object]).await.unwrap_err();
    assert_eq!(error.cause, FailureCause::CrashLoop);
    assert!(error.detail.starts_with("Pod/a-"), "{error}");
    assert!(error.detail.ends_with("app: CrashLoopBackOff, exit code 1"), "{error}");
}

async fn a_crash_of_the_version_before_does_not_count(lab: &Lab) {
    let broken = deployment("a", "", &["wert:ORT=~^Kiel$"]);
    lab.apply(&broken).await.unwrap();
    assert_eq!(lab.settle(&[broken]).await.unwrap_err().cause, FailureCause::CrashLoop);
    let repaired = deployment("a", "", &["wert:ORT=~^Plön$"]);
    lab.apply(&repaired).await.unwrap();
    lab.settle(&[repaired]).await.unwrap();
}

async fn a_missing_image_fails_early(lab: &Lab) {
    let object = lab.misbehaving("a", "image-missing");
    lab.apply(&object).await.unwrap();
    let error = lab.settle(&[object]).await.unwrap_err();
    assert_eq!(error.cause, FailureCause::ImageMissing);
    assert!(error.detail.contains("registry.example/demo@sha256:"), "{error}");
}

async fn a_missing_image_of_a_test_fails_early(lab: &Lab) {
    lab.misbehaving("a", "image-missing");
    let mut object = job("a", &[]);
    object["spec"]["template"]["metadata"]["annotations"][crate::standin::BEHAVIOUR] = json!("image-missing");
    lab.apply(&object).await.unwrap();
    let mut failed = None;
    until("the failure", async || {
        failed = lab.target.test_state(&lab.place, "a").await.err();
        failed.is_some()
    })
    .await;
    assert_eq!(failed.map(|error| error.cause), Some(FailureCause::ImageMissing));
}

async fn what_never_gets_ready_is_told_after_its_deadline(lab: &Lab) {
    let mut object = lab.misbehaving("a", "never-ready");
    object["spec"]["progressDeadlineSeconds"] = json!(1);
    lab.apply(&object).await.unwrap();
    let error = lab.settle(&[object]).await.unwrap_err();
    assert_eq!((error.cause, error.detail.as_str()), (FailureCause::NotReady, "Deployment/a 0/1"));
}

async fn a_quota_that_stops_pods_is_told(lab: &Lab) {
    let object = deployment("a", "", &[]);
    lab.apply(&object).await.unwrap();
    let error = lab.settle(&[object]).await.unwrap_err();
    assert_eq!(error.cause, FailureCause::QuotaExceeded);
}

async fn a_test_that_holds_passes(lab: &Lab) {
    lab.apply(&secret("werte", json!({"ORT": "Plön"}))).await.unwrap();
    let mut object = job("a", &["wert:PORTAL_ORT=~^Plön$"]);
    object["spec"]["template"]["spec"]["containers"][0]["envFrom"] =
        json!([{"prefix": "PORTAL_", "secretRef": {"name": "werte"}}]);
    lab.apply(&object).await.unwrap();
    let TestState::Ended { passed, log, millis } = lab.ended("a").await else { unreachable!("it has ended") };
    assert!(passed);
    assert!(millis >= 0);
    assert!(log.contains("ok     wert PORTAL_ORT"), "{log}");
}

async fn a_test_that_does_not_hold_fails(lab: &Lab) {
    lab.apply(&job("a", &["wert:ORT=~^Kiel$"])).await.unwrap();
    let TestState::Ended { passed, log, .. } = lab.ended("a").await else { unreachable!("it has ended") };
    assert!(!passed);
    assert!(log.contains("FEHLER wert ORT"), "{log}");
}

async fn a_missing_test_is_said(lab: &Lab) {
    let error = lab.target.test_state(&lab.place, "a").await.unwrap_err();
    assert_eq!((error.cause, error.detail.as_str()), (FailureCause::NotReady, "Job/a missing"));
}
