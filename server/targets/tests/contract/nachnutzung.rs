//! The journey on a real API server: from an accepted request to live and down again, through use cases, storage, engine
//! and driver. Our field manager and labels are on every object, doing it again changes nothing, removal leaves nothing.

use crate::lab::{Lab, Setting};
use portal_model::data_centre::Stage;
use portal_model::installation::InstallationState as I;
use portal_model::reference::Reference;
use portal_targets::kubernetes::{FIELD_MANAGER, INSTANCE_LABEL, STAGE_LABEL};
use portal_testing::TestApp;
use serde_json::Value;

/// Collections that the package's objects are in.
const COLLECTIONS: [(&str, &str); 5] = [
    ("v1", "configmaps"),
    ("v1", "services"),
    ("apps/v1", "deployments"),
    ("networking.k8s.io/v1", "ingresses"),
    ("networking.k8s.io/v1", "networkpolicies"),
];

/// Our objects in a namespace: collection, name, identity and content.
async fn objects(lab: &Lab) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for (version, plural) in COLLECTIONS {
        let list = lab.live(version, &format!("{plural}?labelSelector={INSTANCE_LABEL}")).await;
        for item in list["items"].as_array().into_iter().flatten() {
            let text = |pointer: &str| item.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
            let managers = item["metadata"]["managedFields"].as_array().cloned().unwrap_or_default();
            assert!(managers.iter().any(|m| m["manager"] == FIELD_MANAGER), "{plural}: {managers:?}");
            assert!(item["metadata"]["labels"].get(STAGE_LABEL).is_some(), "{plural}");
            // Who owns the fields may change once after the creation; the object and its content may not.
            let content = format!("{} {} {}", text("/metadata/uid"), item["spec"], item["data"]);
            found.push((plural.to_owned(), text("/metadata/name"), content));
        }
    }
    found.sort();
    found
}

/// A test and a production namespace, and the portal on them with an accepted request whose test has run; nothing without
/// a cluster.
async fn tested() -> Option<(Lab, Lab, TestApp, Reference)> {
    let (Some(test), Some(production)) = (Lab::real(Setting::default()).await, Lab::real(Setting::default()).await)
    else {
        println!("skipped: PORTAL_TEST_KUBECONFIG is not set");
        return None;
    };
    let place = |stage, lab: &Lab| (stage, lab.place.target.namespace.clone(), lab.place.credential.to_string());
    let app = TestApp::on_cluster(&[place(Stage::Test, &test), place(Stage::Production, &production)]).await;
    app.publish("maengelmelder", "1.0.0").await;
    let r = app.accepted("maengelmelder").await;
    app.run_until_idle().await;
    Some((test, production, app, r))
}

#[tokio::test(flavor = "multi_thread")]
async fn real_nachnutzung_from_request_to_removal() {
    let Some((test, production, app, r)) = tested().await else { return };
    let clerk = app.ctx(app.people.clerk).await;
    let state = async || app.portal.case_page(&clerk, &r).await.expect("a case").installation;
    for row in app.portal.case_page(&clerk, &r).await.expect("a case").operations {
        let operation = app.portal.operation_page(&clerk, &row.reference).await.expect("an operation");
        assert_eq!(operation.failure, None);
    }
    assert_eq!(state().await, Some(I::InAcceptance));
    let first = objects(&test).await;
    assert!(first.len() >= 4, "{first:?}");
    assert!(objects(&production).await.is_empty(), "nothing is in production yet");

    // A defect, and the same values again: nothing but the tests runs anew.
    let lock = app.lock(&clerk, &r).await;
    app.portal.acceptance_declare(&clerk, &r, lock, false, vec![], "Der Hinweis fehlt.").await.expect("a defect");
    let pairs = app.entered(&clerk, &r).await;
    let lock = app.lock(&clerk, &r).await;
    app.portal.values_save(&clerk, &r, lock, &pairs).await.expect("the same values");
    app.run_until_idle().await;
    assert_eq!(state().await, Some(I::InAcceptance));
    assert_eq!(objects(&test).await, first, "a second run changes nothing");

    app.approved(&r).await;
    app.run_until_idle().await;
    assert_eq!(state().await, Some(I::Live));
    assert_eq!(objects(&production).await.len(), first.len());

    let signatory = app.ctx(app.people.signatory).await;
    let lock = app.lock(&signatory, &r).await;
    app.portal.installation_remove(&signatory, &r, lock, r.as_str()).await.expect("removal");
    app.run_until_idle().await;
    assert_eq!(state().await, Some(I::Removed));
    assert!(objects(&test).await.is_empty() && objects(&production).await.is_empty(), "removal leaves nothing");
    test.close().await;
    production.close().await;
}

/// What objects of an instance are to be, without what the cluster says of them.
async fn wanted(lab: &Lab) -> Vec<(String, String, String)> {
    let without_uid = |content: String| content.split_once(' ').map_or(String::new(), |(_, wanted)| wanted.to_owned());
    objects(lab).await.into_iter().map(|(plural, name, content)| (plural, name, without_uid(content))).collect()
}

/// Replicas of all Deployments of a namespace together.
async fn replicas(lab: &Lab) -> u64 {
    let list = lab.live("apps/v1", &format!("deployments?labelSelector={INSTANCE_LABEL}")).await;
    list["items"].as_array().into_iter().flatten().filter_map(|d| d["spec"]["replicas"].as_u64()).sum()
}

/// The life of something live, with a ServiceAccount that has the printed permissions and nothing else: updated, stopped,
/// started, brought back to what it was, and removed.
#[tokio::test(flavor = "multi_thread")]
async fn real_changes_of_what_is_live() {
    let Some((test, production, app, r)) = tested().await else { return };
    app.approved(&r).await;
    app.run_until_idle().await;
    // Each act is a request of its own, later than the ones before.
    let clerk = async || app.ctx(app.people.clerk).await;
    let signatory = async || app.ctx(app.people.signatory).await;
    let settled = async |expected: I| {
        app.run_until_idle().await;
        let page = app.portal.case_page(&clerk().await, &r).await.expect("a case");
        let newest =
            app.portal.operation_page(&clerk().await, &page.operations[0].reference).await.expect("an operation");
        assert_eq!((page.installation, newest.failure), (Some(expected), None), "{:?}", newest.kind);
        page.head.lock
    };
    let lock = settled(I::Live).await;
    let first = wanted(&production).await;

    app.publish("maengelmelder", "1.1.0").await;
    app.portal.change_start(&clerk().await, &r, lock, "1.1.0").await.expect("a change");
    let page = app.portal.change_page(&clerk().await, &r).await.expect("a change");
    app.portal.change_test(&clerk().await, &r, page.head.lock).await.expect("its test");
    settled(I::InAcceptance).await;
    assert_eq!(wanted(&production).await, first, "production stays as it is");
    app.approved(&r).await;
    let lock = settled(I::Live).await;
    let second = wanted(&production).await;
    assert_ne!(second, first);

    app.portal.suspend(&signatory().await, &r, lock, "Umzug").await.expect("stopping");
    let lock = settled(I::Suspended).await;
    assert_eq!(replicas(&production).await, 0);
    app.portal.resume(&signatory().await, &r, lock, "").await.expect("starting");
    settled(I::Live).await;
    assert_eq!(wanted(&production).await, second);

    let page = app.portal.rollback_page(&signatory().await, &r).await.expect("earlier states");
    let (lock, earlier) = (page.head.lock, &page.offers[0].id);
    app.portal.rollback(&signatory().await, &r, lock, earlier, "Sie meldet zu oft.", false).await.expect("going back");
    let lock = settled(I::Live).await;
    assert_eq!(wanted(&production).await, first, "what ran before, as it ran");

    app.portal.installation_remove(&signatory().await, &r, lock, r.as_str()).await.expect("removal");
    settled(I::Removed).await;
    assert!(objects(&test).await.is_empty() && objects(&production).await.is_empty(), "removal leaves nothing");
    test.close().await;
    production.close().await;
}
