//! The description of the API against real answers, and its page.

use crate::common::{
    Answer, World,
    packages::{VENDOR, archive, broken},
};
use axum::http::{Method, StatusCode};
use portal::routes::api::openapi::{describe, page};
use serde_json::{Value, json};

/// Holds answers against the description, and counts the operations that were seen.
struct Checker {
    document: Value,
    seen: std::collections::BTreeSet<String>,
}

impl Checker {
    fn new() -> Self {
        let mut document = describe();
        // Clients may get more than they know; here whatever is not described is found.
        close(&mut document["components"]["schemas"]);
        Self { document, seen: Default::default() }
    }

    /// The answer is described under its status, and its body is as described.
    fn check(&mut self, method: &str, path: &str, answer: &Answer) {
        let operation = &self.document["paths"][path][method];
        assert!(operation.is_object(), "{method} {path}");
        let mut response = &operation["responses"][answer.status.as_str()];
        assert!(response.is_object(), "{method} {path}: {} is not described", answer.status);
        if let Some(name) = response["$ref"].as_str() {
            response = self.document.pointer(name.trim_start_matches('#')).unwrap();
        }
        self.seen.insert(format!("{method} {path}"));
        if answer.status == StatusCode::NO_CONTENT {
            return assert!(answer.body.is_empty());
        }
        let kind = answer.header("content-type").split(';').next().unwrap();
        let mut schema = response["content"][kind]["schema"].clone();
        schema["components"] = self.document["components"].clone();
        let validator = jsonschema::options().with_draft(jsonschema::Draft::Draft202012).build(&schema).unwrap();
        let body = answer.json();
        let errors: Vec<String> = validator.iter_errors(&body).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{method} {path} {}: {errors:#?}", answer.status);
    }
}

/// Refuses properties that are not described.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            map.values_mut().for_each(close);
            if map.get("properties").is_some_and(Value::is_object) && map.get("type") == Some(&json!("object")) {
                map.entry("additionalProperties").or_insert(json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

#[tokio::test]
async fn real_answers_are_as_described() {
    let world = World::new().await;
    let mut checker = Checker::new();
    let everybody = world.anonymous();
    let clerk = world.signed_in(world.clerk).await;
    let case = world.draft().await;
    let curator = world.signed_in(world.curator().await).await;
    let pipeline = world.pipeline(&world.key(world.publisher(VENDOR).await, &[]).await);
    for (path, asked) in [
        ("/api/openapi.json", "/api/openapi.json"),
        ("/api/v1/verfahren", "/api/v1/verfahren?q=feuer&land=01&sort=name"),
        ("/api/v1/verfahren", "/api/v1/verfahren?limit=3&q=feuer"),
        ("/api/v1/verfahren/{slug}", "/api/v1/verfahren/osterfeuer"),
        ("/api/v1/verfahren/{slug}", "/api/v1/verfahren/nirgends"),
        ("/api/v1/verfahren/{slug}/versions/{version}", "/api/v1/verfahren/osterfeuer/versions/1.0.0"),
        ("/api/v1/requests", "/api/v1/requests"),
    ] {
        checker.check("get", path, &everybody.get(asked).await);
    }
    let r = format!("/api/v1/requests/{case}");
    for (path, asked) in [
        ("/api/v1/verfahren/{slug}", "/api/v1/verfahren/osterfeuer"),
        ("/api/v1/requests", "/api/v1/requests"),
        ("/api/v1/requests/{ref}", r.as_str()),
        ("/api/v1/installations", "/api/v1/installations"),
        ("/api/v1/components", "/api/v1/components?q=keycloak"),
        ("/api/v1/audit", "/api/v1/audit"),
    ] {
        checker.check("get", path, &clerk.get(asked).await);
    }
    let begun =
        clerk.json(Method::POST, "/api/v1/requests", &json!({ "verfahren": "osterfeuer", "fuer": "nordstadt" })).await;
    checker.check("post", "/api/v1/requests", &begun);
    let lock = clerk.get(&r).await.json()["head"]["lock"].clone();
    let values = json!({ "lock": lock, "values": { "w.behoerde": "Stadt" } });
    checker.check(
        "put",
        "/api/v1/requests/{ref}/values",
        &clerk.json(Method::PUT, &format!("{r}/values"), &values).await,
    );
    let entered = json!({ "w.frist_tage": "viele" });
    let checked = clerk.json(Method::POST, &format!("{r}/values/check"), &entered).await;
    checker.check("post", "/api/v1/requests/{ref}/values/check", &checked);
    let stale = clerk.json(Method::POST, &format!("{r}/submit"), &json!({ "lock": 0 })).await;
    checker.check("post", "/api/v1/requests/{ref}/submit", &stale);

    let upload = "/api/v1/packages";
    checker.check("post", upload, &pipeline.upload(broken("demo-foerde/osterfeuer", "1.1.0")).await);
    let uploaded = pipeline.upload(archive("demo-foerde/osterfeuer", "1.1.0")).await;
    checker.check("post", upload, &uploaded);
    checker.check("get", upload, &pipeline.get(upload).await);
    let path = uploaded.header("location").to_owned();
    let lock = |n: i64| json!({ "lock": n });
    let trials = format!("{path}/trials");
    world.admit_trials().await;
    checker.check("get", "/api/v1/packages/{ref}/trials", &pipeline.get(&trials).await);
    let begun = pipeline.json(Method::POST, &trials, &json!({})).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text());
    checker.check("post", "/api/v1/packages/{ref}/trials", &begun);
    let trial = begun.header("location").to_owned();
    checker.check("get", "/api/v1/packages/{ref}/trials/{trial}", &pipeline.get(&trial).await);
    checker.check("get", "/api/v1/packages/{ref}/trials", &pipeline.get(&trials).await);
    let twice = pipeline.json(Method::POST, &trials, &json!({})).await;
    checker.check("post", "/api/v1/packages/{ref}/trials", &twice);
    let cancelled = pipeline.json(Method::POST, &format!("{trial}/cancel"), &json!({})).await;
    checker.check("post", "/api/v1/packages/{ref}/trials/{trial}/cancel", &cancelled);
    let submitted = pipeline.json(Method::POST, &format!("{path}/submit"), &lock(1)).await;
    checker.check("post", "/api/v1/packages/{ref}/submit", &submitted);
    checker.check(
        "post",
        "/api/v1/packages/{ref}/take",
        &curator.json(Method::POST, &format!("{path}/take"), &lock(2)).await,
    );
    let refused = pipeline.json(Method::POST, &format!("{path}/take"), &lock(2)).await;
    checker.check("post", "/api/v1/packages/{ref}/take", &refused);
    let message = json!({ "text": "Bitte die Frist prüfen." });
    let said = curator.json(Method::POST, &format!("{path}/messages"), &message).await;
    checker.check("post", "/api/v1/packages/{ref}/messages", &said);
    let undecided = curator.json(Method::POST, &format!("{path}/decide"), &json!({ "lock": 3, "decision": "x" })).await;
    checker.check("post", "/api/v1/packages/{ref}/decide", &undecided);
    checker.check("get", "/api/v1/packages/{ref}", &curator.get(&path).await);

    let feedback = "/api/v1/verfahren/osterfeuer/feedback";
    let wish = json!({ "fuer": "nordstadt", "kind": "question", "text": "Wann?" });
    checker.check("post", "/api/v1/verfahren/{slug}/feedback", &clerk.json(Method::POST, feedback, &wish).await);
    checker.check("get", "/api/v1/verfahren/{slug}/feedback", &clerk.get(feedback).await);
    checker.check("get", upload, &world.pipeline("ozgp_x").get(upload).await);
    assert!(checker.seen.len() >= 15, "{:?}", checker.seen);
}

#[test]
fn every_reference_leads_somewhere_and_nothing_is_left_over() {
    let document = describe();
    let text = document.to_string();
    let mut used = std::collections::BTreeSet::new();
    for part in text.split("\"$ref\":\"#").skip(1) {
        let pointer = part.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
        used.insert(pointer.to_owned());
    }
    for kind in ["schemas", "parameters", "responses"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            assert!(used.contains(&format!("/components/{kind}/{name}")), "{kind}: {name} is not used");
        }
    }
}

#[test]
fn operations_say_who_may_use_them() {
    use portal::routes::table::{Audience, Kind, routes};
    let document = describe();
    for route in routes().into_iter().filter(|r| r.kind == Kind::Api) {
        let operation = &document["paths"][route.path][route.method.as_str().to_lowercase()];
        let schemes: Vec<String> = operation["security"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|s| s.as_object().unwrap().keys().cloned())
            .collect();
        let expected: &[&str] = match (route.audience, route.keys) {
            (Audience::Public, _) => &[],
            (_, true) => &["bearer", "cookie"],
            (_, false) => &["cookie"],
        };
        assert_eq!(schemes, expected, "{} {}", route.method, route.path);
        let in_path = operation["parameters"].as_array().unwrap().iter().filter(|p| p["in"] == "path").count();
        assert_eq!(in_path, route.path.matches('{').count(), "{}", route.path);
        assert_eq!(operation["requestBody"].is_null(), operation["requestBody"]["content"].is_null());
    }
}

#[tokio::test]
async fn people_read_it_too() {
    let world = World::new().await;
    let read = page::read(&describe());
    let operations: usize = read.groups.iter().map(|g| g.operations.len()).sum();
    let described: usize =
        describe()["paths"].as_object().unwrap().values().map(|o| o.as_object().unwrap().len()).sum();
    assert_eq!(operations, described);
    for (path, word) in [("/api", "Programmierschnittstelle"), ("/en/api", "Programming interface")] {
        let page = world.anonymous().get(path).await;
        assert_eq!(page.status, StatusCode::OK);
        let text = page.text();
        assert!(text.contains(word) && text.contains("/api/openapi.json"));
        for operation in read.groups.iter().flat_map(|g| &g.operations) {
            assert!(text.contains(&format!("id=\"op-{}\"", operation.id)), "{}", operation.id);
        }
    }
    assert!(world.anonymous().get("/").await.text().contains("href=\"/api\""), "the footer leads there");
}
