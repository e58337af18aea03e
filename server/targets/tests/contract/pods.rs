//! The life of an installation with real pods: a node of `.ci/pods.sh`, the image of the repository, and packages that name
//! its digest. What the simulation cannot show: that the page answers through the Service, that the package's test Job
//! sends an application and gets a number, that nothing runs any more in the end.

use crate::lab::{Lab, Setting, until};
use http::Method;
use portal_core::package::Files;
use portal_model::data_centre::Stage;
use portal_model::installation::InstallationState as I;
use portal_testing::TestApp;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longer than anything here takes; a node that hangs is a failure and no waiting.
const PATIENCE: Duration = Duration::from_secs(420);

/// Kubeconfig and folder of the packages of a node with pods; `None`, with the reason printed, without one.
fn node() -> Option<(String, PathBuf)> {
    let Some(path) = std::env::var_os("PORTAL_TEST_PODS").filter(|path| !path.is_empty()) else {
        println!("skipped: PORTAL_TEST_PODS is not set (.ci/pods.sh start prints it)");
        return None;
    };
    let folder = Path::new(&path).parent().expect("a folder").join("packages");
    Some((std::fs::read_to_string(&path).expect("PORTAL_TEST_PODS"), folder))
}

/// A package with the digest of the image that the node has.
fn pinned(folder: &Path, verfahren: &str, version: &str) -> Files {
    let (files, findings) = Files::from_dir(&folder.join(verfahren).join(version));
    assert_eq!(findings, vec![], "{verfahren}");
    files
}

/// Path of a Service of ours through the API server, which leads to a pod.
async fn through_service(lab: &Lab, rest: &str) -> String {
    let services = lab.live("v1", "services?labelSelector=ozg-portal/instance").await;
    let names = services["items"].as_array().expect("a list").iter();
    let name = names.filter_map(|item| item["metadata"]["name"].as_str()).find(|name| name.ends_with("-web"));
    lab.path("v1", &format!("services/{}:80/proxy{rest}", name.expect("a Service for the page")))
}

async fn pods(lab: &Lab) -> Vec<Value> {
    lab.live("v1", "pods").await["items"].as_array().cloned().unwrap_or_default()
}

async fn page(lab: &Lab, path: &str) -> (u16, String) {
    let path = through_service(lab, path).await;
    let (status, body) = lab.others.send_bytes(Method::GET, &path, "text/html", Vec::new()).await;
    (status, String::from_utf8(body).expect("text"))
}

/// Sends a synthetic application through the Service; gives the reply.
async fn intake(lab: &Lab, id: &str, leika: &str) -> Value {
    let document = json!({"control": {"transactionId": id, "leikaIds": [leika]}, "formData": []});
    let body = format!("--g\r\nContent-Disposition: form-data; name=\"formData\"\r\n\r\n{document}\r\n--g--\r\n");
    let path = through_service(lab, "/antrag").await;
    let media_type = "multipart/form-data; boundary=g";
    let (status, body) = lab.others.send_bytes(Method::POST, &path, media_type, body.into_bytes()).await;
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    serde_json::from_slice(&body).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn real_pods_from_request_to_removal() {
    let Some((kubeconfig, packages)) = node() else { return };
    tokio::time::timeout(PATIENCE, walk(&kubeconfig, &packages)).await.expect("in time");
}

async fn walk(kubeconfig: &str, packages: &Path) {
    let test = Lab::on(kubeconfig, Setting::default()).await;
    let production = Lab::on(kubeconfig, Setting::default()).await;
    let place = |stage, lab: &Lab| (stage, lab.place.target.namespace.clone(), lab.place.credential.to_string());
    let app = TestApp::on_cluster(&[place(Stage::Test, &test), place(Stage::Production, &production)]).await;
    app.publish_files("wahlschein", &pinned(packages, "wahlschein", "1.0.0")).await;
    let r = app.accepted("wahlschein").await;
    app.run_until_idle().await;
    let clerk = app.ctx(app.people.clerk).await;
    let state = async || app.portal.case_page(&clerk, &r).await.expect("a case").installation;
    for row in app.portal.case_page(&clerk, &r).await.expect("a case").operations {
        let operation = app.portal.operation_page(&clerk, &row.reference).await.expect("an operation");
        assert_eq!(operation.failure, None);
    }
    assert_eq!(state().await, Some(I::InAcceptance));
    // The package's Job and the portal itself sent an application, and both got a number from the pod.
    let cases = app.portal.case_page(&clerk, &r).await.expect("a case").test_run.expect("a test run").cases;
    let logs: Vec<&str> = cases.iter().map(|case| case.log.as_str()).collect();
    assert!(cases.len() == 4 && cases.iter().all(|case| case.passed), "{logs:?}");
    assert!(logs[0].contains("ok     seite ") && logs[0].contains("-web:80: V-2"), "{}", logs[0]);
    assert!(logs[1].contains("200 text/html") && logs[2].contains(r#""vorgangNummer":"V-2"#), "{logs:?}");

    let (status, html) = page(&test, "/wahlschein").await;
    assert_eq!(status, 200);
    assert!(html.contains("Dies ist eine Vorführung") && html.contains("<h1>"), "{html}");
    assert!(production.live("v1", "services").await["items"].as_array().is_some_and(Vec::is_empty));

    app.approved(&r).await;
    app.run_until_idle().await;
    assert_eq!(state().await, Some(I::Live));
    assert_eq!(page(&production, "/wahlschein?lang=en").await.0, 200);
    let reply = intake(&production, "probe-1", "99128009012000").await;
    assert!(reply["vorgang"]["vorgangNummer"].as_str().is_some_and(|n| n.starts_with("V-")), "{reply}");
    assert_eq!(intake(&production, "probe-1", "99128009012000").await, reply, "sent twice is one application");
    assert_eq!(page(&production, "/gibt-es-nicht").await.0, 404);

    let signatory = app.ctx(app.people.signatory).await;
    let lock = app.lock(&signatory, &r).await;
    app.portal.installation_remove(&signatory, &r, lock, r.as_str()).await.expect("removal");
    app.run_until_idle().await;
    assert_eq!(state().await, Some(I::Removed));
    for lab in [&test, &production] {
        until("the last pod to end", async || pods(lab).await.is_empty()).await;
        assert!(lab.live("v1", "services").await["items"].as_array().is_some_and(Vec::is_empty));
    }
    test.close().await;
    production.close().await;
}
