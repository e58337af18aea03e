//! Requests to a Service through the API server: what is an answer, and what is a failure.

use crate::contract;
use crate::lab::{Lab, Setting, all_rules, until};
use crate::objects;
use crate::refusals::changed;
use portal_core::ports::{ServiceRequest, Target as _};
use portal_model::operation::FailureCause;
use portal_targets::simulator::RuleConfig;
use portal_targets::simulator::faults::FaultAction;
use serde_json::json;

contract! {
    a_service_that_is_missing_is_an_answer;
    a_service_without_pods_is_an_answer;
    asking_needs_its_permission with without_proxy;
    no_request_leaves_its_service;
    an_api_server_that_is_away_is_no_answer;
}

fn without_proxy() -> Setting {
    let proxy = |rule: &RuleConfig| rule.resources.iter().any(|resource| resource == "services/proxy");
    Setting { rules: Some(all_rules().into_iter().filter(|rule| !proxy(rule)).collect()), ..Setting::default() }
}

fn page(service: &str, path: &str) -> ServiceRequest {
    ServiceRequest { service: service.to_owned(), port: 80, path: path.to_owned(), body: None }
}

async fn with_service(lab: &Lab) {
    lab.apply(&objects::service("web")).await.unwrap();
}

async fn a_service_that_is_missing_is_an_answer(lab: &Lab) {
    assert_eq!(lab.target.ask(&lab.place, &page("web", "/")).await.unwrap().status, 404);
}

async fn a_service_without_pods_is_an_answer(lab: &Lab) {
    with_service(lab).await;
    let ask = async || lab.target.ask(&lab.place, &page("web", "/a")).await.unwrap();
    // 404 until a controller has seen the Service.
    until("the endpoints", async || ask().await.status == 503).await;
    let text = String::from_utf8(ask().await.body).unwrap();
    assert!(text.contains("no endpoints available for service"), "{text}");
}

async fn asking_needs_its_permission(lab: &Lab) {
    with_service(lab).await;
    let error = lab.target.ask(&lab.place, &page("web", "/")).await.unwrap_err();
    assert_eq!((error.cause, error.detail.as_str()), (FailureCause::PermissionMissing, "get services/proxy"));
    let post = ServiceRequest { body: Some(("text/plain".to_owned(), Vec::new())), ..page("web", "/") };
    assert_eq!(lab.target.ask(&lab.place, &post).await.unwrap_err().detail, "create services/proxy");
}

async fn no_request_leaves_its_service(lab: &Lab) {
    for request in [page("web", "/../../secrets"), page("web", "/a?b"), page("web/..", "/"), page("", "/")] {
        let error = lab.target.ask(&lab.place, &request).await.unwrap_err();
        assert_eq!(error.cause, FailureCause::Invalid, "{request:?}");
    }
}

async fn an_api_server_that_is_away_is_no_answer(lab: &Lab) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let away = changed(&lab.place, "/clusters/0/cluster/server", &format!("http://127.0.0.1:{port}"));
    assert_eq!(lab.target.ask(&away, &page("web", "/")).await.unwrap_err().cause, FailureCause::Unreachable);
}

/// A pod that takes the request and stays silent is a red case and no failure of the data centre.
#[tokio::test]
async fn a_silent_pod_is_an_answer() {
    let mut lab = Lab::simulated(Setting::default()).await;
    with_service(&lab).await;
    lab.place.deadline = std::time::Duration::from_millis(1500);
    let mut slow = lab.fault("web:80", FaultAction::Delay { milliseconds: 60_000 });
    slow.kind = Some("Service".to_owned());
    lab.simulator().unwrap().add_fault(slow);
    let answer = lab.target.ask(&lab.place, &page("web", "/")).await.unwrap();
    assert_eq!(answer.status, 504);
}

/// Simulated pods run no program; their answer says so, and there is none before a pod is ready.
#[tokio::test]
async fn simulated_pods_answer_as_simulated() {
    let lab = Lab::simulated(Setting::default()).await;
    with_service(&lab).await;
    lab.apply(&objects::deployment("web", "", &[])).await.unwrap();
    until("a pod", async || lab.target.ask(&lab.place, &page("web", "/a/b")).await.unwrap().status == 200).await;
    let answer = lab.target.ask(&lab.place, &page("web", "/a/b")).await.unwrap();
    assert!(answer.media_type.starts_with("text/html") && String::from_utf8_lossy(&answer.body).contains("Simuliert"));
    let body = "--g\r\nContent-Disposition: form-data; name=\"formData\"\r\n\r\n{\"control\":{\"transactionId\":\"t\"}}\r\n--g--\r\n";
    let post = ServiceRequest {
        body: Some(("multipart/form-data; boundary=g".to_owned(), body.as_bytes().to_vec())),
        ..page("web", "/antrag")
    };
    let answer = lab.target.ask(&lab.place, &post).await.unwrap();
    let reply: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((&reply["transactionId"], &reply["vorgang"]["vorgangNummer"]), (&json!("t"), &json!("SIMULIERT-1")));
    let other = ServiceRequest { body: Some(("text/plain".to_owned(), b"x".to_vec())), ..page("web", "/") };
    assert_eq!(lab.target.ask(&lab.place, &other).await.unwrap().status, 501);
}
