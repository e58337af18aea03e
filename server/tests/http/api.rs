//! The API and its description.

use crate::common::{VALUES, VERFAHREN, World};
use axum::http::{Method, StatusCode};
use portal::routes::{
    api::openapi::describe,
    table::{Kind, routes},
};
use serde_json::json;
use std::collections::BTreeSet;

#[tokio::test]
async fn a_request_by_the_api() {
    let world = World::new().await;
    let clerk = world.signed_in(world.clerk).await;
    let body = json!({ "verfahren": VERFAHREN, "fuer": "nordstadt" });
    let started = clerk.json(Method::POST, "/api/v1/requests", &body).await;
    assert_eq!(started.status, StatusCode::CREATED, "{}", started.text());
    let path = started.header("location").to_owned();
    let lock = async || clerk.get(&path).await.json()["head"]["lock"].as_i64().unwrap();

    let areas = json!({ "lock": lock().await, "ars": ["010010000000"] });
    assert_eq!(clerk.json(Method::PUT, &format!("{path}/areas"), &areas).await.status, StatusCode::NO_CONTENT);
    let some = json!({ "lock": lock().await, "values": { "w.behoerde": "Stadt Nordstadt" } });
    let draft = clerk.json(Method::PUT, &format!("{path}/values"), &some).await;
    assert_eq!(draft.status, StatusCode::OK, "{}", draft.text());
    assert!(draft.json()["missing"].as_array().is_some_and(|m| !m.is_empty()));
    let all: serde_json::Map<_, _> = VALUES.iter().map(|(n, v)| ((*n).to_owned(), (*v).into())).collect();
    let checked = clerk.json(Method::POST, &format!("{path}/values/check"), &json!({ "w.frist_tage": "viele" })).await;
    let errors = checked.json()["errors"].clone();
    assert!(errors.as_array().unwrap().iter().any(|e| e["name"] == "w.frist_tage"), "{errors}");
    let whole =
        clerk.json(Method::PUT, &format!("{path}/values"), &json!({ "lock": lock().await, "values": all })).await;
    assert_eq!(whole.json(), json!({ "missing": [] }));
    let target = json!({ "lock": lock().await, "data_centre": "rz" });
    assert_eq!(clerk.json(Method::PUT, &format!("{path}/target"), &target).await.status, StatusCode::NO_CONTENT);
    let submitted = clerk.json(Method::POST, &format!("{path}/submit"), &json!({ "lock": lock().await })).await;
    assert_eq!(submitted.status, StatusCode::NO_CONTENT, "{}", submitted.text());

    let stale = clerk.json(Method::POST, &format!("{path}/withdraw"), &json!({ "lock": 0 })).await;
    assert_eq!((stale.status, stale.json()["code"].as_str()), (StatusCode::CONFLICT, Some("conflict")));
    let list = clerk.get("/api/v1/requests").await.json();
    assert_eq!(list["rows"]["total"], 1);
}

#[tokio::test]
async fn errors_name_the_field_and_the_request() {
    let world = World::new().await;
    let clerk = world.signed_in(world.clerk).await;
    let body = json!({ "verfahren": VERFAHREN, "fuer": "nordstadt", "eilig": true });
    let unknown = clerk.json(Method::POST, "/api/v1/requests", &body).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    assert!(unknown.text().contains("unknown field `eilig`"), "{}", unknown.text());
    assert_eq!(unknown.json()["request_id"], unknown.header("x-request-id"));
    let r = world.draft().await;
    let secret = json!({ "lock": "geheim" });
    let wrong = clerk.json(Method::POST, &format!("/api/v1/requests/{r}/submit"), &secret).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(!wrong.text().contains("geheim"), "what was sent does not come back: {}", wrong.text());
    let anonymous = world.anonymous().get("/api/v1/requests").await;
    assert_eq!(anonymous.json()["code"], "sign_in_required");
}

#[tokio::test]
async fn the_catalogue_suggests() {
    let world = World::new().await;
    let found = world.anonymous().get("/api/v1/verfahren?q=osterfeuer&limit=8").await.json();
    assert_eq!(found["entries"][0]["slug"], VERFAHREN);
    let page = world.anonymous().get("/api/v1/verfahren").await.json();
    assert_eq!(page["total"], 1);
}

#[test]
fn the_description_and_the_routes_are_the_same() {
    let routes: BTreeSet<(String, String)> = routes()
        .into_iter()
        .filter(|r| r.kind == Kind::Api)
        .map(|r| (r.path.to_owned(), r.method.to_string().to_lowercase()))
        .collect();
    let document = describe();
    let mut described = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            described.insert((path.clone(), method.clone()));
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{path} {method}");
        }
    }
    assert_eq!(routes, described);
    // Every schema that is named exists.
    for part in document.to_string().split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(document["components"]["schemas"][name].is_object(), "{name}");
    }
}
