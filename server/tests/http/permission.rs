//! Every route of the table as somebody who is not signed in and as somebody whom the case does not concern.

use crate::common::{Answer, Browser, VERFAHREN, World};
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use portal::routes::table::{Audience, Kind, addresses, routes};

/// A reference that nobody has.
const UNKNOWN: &str = "NA-2222-2222";
const UNKNOWN_OPERATION: &str = "BE-2222-2222";
const UNKNOWN_PACKAGE: &str = "PA-2222-2222";
/// A key that nobody has.
const UNKNOWN_KEY: &str = "00000000-0000-7000-8000-000000000000";

async fn ask(browser: &Browser, method: &Method, path: &str) -> Answer {
    let (kind, body) = match (path.contains("/api/"), method == Method::GET) {
        (_, true) => ("", String::new()),
        (false, _) => ("application/x-www-form-urlencoded", "lock=1".to_owned()),
        // Every body that some route takes would be refused by another; those who may not are told so first.
        (true, _) => ("application/json", body_of(path)),
    };
    browser.send(browser.request(method.clone(), path, kind, Body::from(body))).await
}

fn body_of(path: &str) -> String {
    let body = match path.rsplit('/').next().unwrap_or_default() {
        "requests" => serde_json::json!({ "verfahren": VERFAHREN, "fuer": "nordstadt" }),
        "areas" => serde_json::json!({ "lock": 1, "ars": [] }),
        "target" => serde_json::json!({ "lock": 1, "data_centre": "rz" }),
        "values" => serde_json::json!({ "lock": 1, "values": {} }),
        "check" => serde_json::json!({}),
        "decide" if path.contains("/packages/") => serde_json::json!({ "lock": 1, "decision": "release" }),
        "decide" => serde_json::json!({ "lock": 1, "decision": "accept" }),
        "acceptance" => serde_json::json!({ "lock": 1, "decision": "accept" }),
        "activation" => serde_json::json!({ "lock": 1, "action": "request" }),
        "remove" => serde_json::json!({ "lock": 1, "confirm": "x" }),
        "abandon" => serde_json::json!({ "reason": "x" }),
        "cancel" if path.contains("/operations/") => serde_json::json!({ "reason": "x" }),
        "change" => serde_json::json!({ "lock": 1, "target": "werte" }),
        "rollback" => serde_json::json!({ "lock": 1, "state": "x", "reason": "x" }),
        "messages" | "answer" => serde_json::json!({ "text": "x" }),
        "end" => serde_json::json!({ "state": "withdrawn", "note": "x" }),
        "limit" => serde_json::json!({ "laender": [], "municipalities": [], "security_fix": false }),
        "feedback" => serde_json::json!({ "fuer": "nordstadt", "kind": "wish", "text": "x" }),
        "trials" | "cancel" => serde_json::json!({}),
        _ => serde_json::json!({ "lock": 1 }),
    };
    body.to_string()
}

fn fill(path: &str, reference: &str, trial: &str) -> String {
    path.replace("{ref}", reference)
        .replace("{trial}", trial)
        .replace("{slug}", VERFAHREN)
        .replace("{version}", "1.0.0")
        .replace("{id}", UNKNOWN_KEY)
        .replace("{*file}", "portal.css")
}

#[tokio::test]
async fn nobody_gets_in_without_signing_in() {
    let world = World::new().await;
    let reference = world.draft().await.to_string();
    let browser = world.anonymous();
    for route in routes() {
        for address in addresses(route.kind, route.path) {
            let path = fill(&address, &reference, UNKNOWN_OPERATION);
            let answer = ask(&browser, &route.method, &path).await;
            let seen = format!("{} {path}: {}", route.method, answer.status);
            match route.audience {
                Audience::Public | Audience::Operators => {
                    assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{seen}");
                }
                _ if route.kind == Kind::Page && route.method == Method::GET => {
                    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{seen}");
                    assert!(answer.header("location").contains("/anmelden?next=%2F"), "{}", answer.header("location"));
                }
                _ => assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{seen}"),
            }
        }
    }
}

#[tokio::test]
async fn to_a_stranger_a_case_does_not_exist() {
    let world = World::new().await;
    let case = world.draft().await.to_string();
    let package = super::packages::handed_in(&world, "fundsachen", "1.0.0").await;
    let trial = trial_of(&world, &package).await;
    let stranger = world.signed_in(world.stranger).await;
    for route in routes().into_iter().filter(|r| matches!(r.audience, Audience::Involved | Audience::Task)) {
        // Starting a request for one's own Verwaltung is everybody's right; see the next test.
        if route.path == "/verfahren/{slug}/nachnutzen" {
            continue;
        }
        for address in addresses(route.kind, route.path) {
            let (reference, unknown) = match route.path {
                path if path.contains("/packages/") || path.starts_with("/pakete") => (&package, UNKNOWN_PACKAGE),
                path if path.contains("operations") || path.starts_with("/bereitstellungen") => {
                    (&case, UNKNOWN_OPERATION)
                }
                _ => (&case, UNKNOWN),
            };
            let foreign = ask(&stranger, &route.method, &fill(&address, reference, &trial)).await;
            let missing = ask(&stranger, &route.method, &fill(&address, unknown, UNKNOWN_OPERATION)).await;
            let seen = format!("{} {address}", route.method);
            assert_eq!(foreign.status, StatusCode::NOT_FOUND, "{seen}: {}", foreign.text());
            assert_eq!(missing.status, StatusCode::NOT_FOUND, "{seen}");
            let (foreign, missing) = (same(&foreign, reference, &trial), same(&missing, unknown, UNKNOWN_OPERATION));
            assert_eq!(foreign, missing, "{seen}");
        }
    }
}

/// A trial of a package that was handed in.
async fn trial_of(world: &World, package: &str) -> String {
    world.admit_trials().await;
    let publisher = world.portal.actor(world.publisher("demo-foerde").await).await.unwrap().unwrap();
    let publisher = world.portal.ctx(publisher, portal_model::Lang::De);
    let package = portal_model::reference::Reference::parse(package).unwrap();
    world.portal.trial_start(&publisher, &package, None, None).await.unwrap().to_string()
}

/// The answer without what differs by itself: the reference in the address and the number of the request.
fn same(answer: &Answer, reference: &str, trial: &str) -> (String, Vec<(String, String)>) {
    let mut body = answer.text().replace(reference, "REF").replace(trial, "TRIAL");
    if answer.header("content-type").starts_with("application/json") {
        let mut json = answer.json();
        json["request_id"] = "".into();
        body = json.to_string();
    }
    let headers = answer.headers.iter().filter(|(name, _)| *name != "x-request-id" && *name != "set-cookie");
    let mut headers: Vec<_> = headers.map(|(n, v)| (n.to_string(), v.to_str().unwrap().to_owned())).collect();
    headers.retain(|(name, _)| name != "content-length");
    headers.sort();
    (body, headers)
}

#[tokio::test]
async fn nobody_starts_a_request_for_others() {
    let world = World::new().await;
    let stranger = world.signed_in(world.stranger).await;
    let path = format!("/verfahren/{VERFAHREN}/nachnutzen");
    let foreign = stranger.post(&path, &[("fuer", "nordstadt")]).await;
    let missing = stranger.post(&path, &[("fuer", "nirgendwo")]).await;
    assert_eq!((foreign.status, missing.status), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY));
    assert_eq!(foreign.text(), missing.text());
}

#[tokio::test]
async fn whoever_signed_out_is_out() {
    let world = World::new().await;
    let clerk = world.signed_in(world.clerk).await;
    assert_eq!(clerk.get("/nachnutzungen").await.status, StatusCode::OK);
    let out = clerk.post("/abmelden", &[]).await;
    assert_eq!(out.header("location"), "/?ok=signed_out");
    assert_eq!(clerk.get("/nachnutzungen").await.status, StatusCode::SEE_OTHER);
    let post = clerk.post("/nachnutzungen/NA-2222-2222/zurueckziehen", &[("lock", "1")]).await;
    assert_eq!(post.status, StatusCode::UNAUTHORIZED);
    assert!(post.text().contains("Bitte melden Sie sich noch einmal an"));
}
