//! The application over HTTP, each test with a server and a store of its own.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the way to fail")]

use axum::body::Body;
use http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::path::Path;
use tower::ServiceExt as _;
use verfahren::antrag::{MAX_ATTACHMENT, MAX_ATTACHMENTS};
use verfahren::client::Remote;
use verfahren::settings::Settings;
use verfahren::store::{FileStore, Store};
use verfahren::{backup, check, server};

const LEIKA: &str = "99102013000000";
const PASSWORD: &str = "ein-kennwort-zur-probe";

fn settings(more: &[(&str, &str)]) -> Settings {
    let usual =
        [("VERFAHREN", "Hundesteuer <b>"), ("LEIKA", LEIKA), ("PFAD", "/hundesteuer"), ("BEHOERDE", "Amt & Co")];
    let find = |name: &str| more.iter().chain(&usual).find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
    Settings::read(find).unwrap()
}

fn app(folder: &Path) -> axum::Router {
    server::router(settings(&[("ABLAGE_KENNWORT", PASSWORD)]), Store::File(FileStore::open(folder).unwrap()))
}

async fn send(app: &axum::Router, request: Request<Body>) -> (StatusCode, http::HeaderMap, String) {
    let answer: Response<Body> = app.clone().oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

async fn get(app: &axum::Router, path: &str) -> (StatusCode, http::HeaderMap, String) {
    send(app, Request::get(path).body(Body::empty()).unwrap()).await
}

async fn post_form(app: &axum::Router, path: &str, pairs: &[(&str, &str)]) -> (StatusCode, http::HeaderMap, String) {
    let body = serde_urlencoded::to_string(pairs).unwrap();
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    send(app, request.body(Body::from(body)).unwrap()).await
}

async fn intake(app: &axum::Router, boundary: &str, body: impl Into<Body>) -> (StatusCode, Value) {
    let request =
        Request::post("/antrag").header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"));
    let (status, _, text) = send(app, request.body(body.into()).unwrap()).await;
    (status, serde_json::from_str(&text).unwrap_or_default())
}

/// A server of its own on a port of its own; ends with the test's runtime.
async fn listen(app: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

#[tokio::test]
async fn the_page_is_honest_in_both_languages_and_safe() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path());
    for (path, lang, notice) in [
        ("/hundesteuer", "de", "Dies ist eine Vorführung"),
        ("/hundesteuer?lang=en", "en", "This is a demonstration"),
        ("/", "de", "Dies ist eine Vorführung"),
    ] {
        let (status, headers, page) = get(&app, path).await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains(&format!("<html lang=\"{lang}\">")) && page.contains(notice), "{page}");
        assert!(page.contains("<h1>Hundesteuer &lt;b&gt;</h1>") && page.contains("Amt &amp; Co"), "{page}");
        assert!(!page.contains("<script") && !page.contains(" style="), "{page}");
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    }
    for path in ["/anderes", "/hundesteuer/danke?nummer=V-2026-000001", "/danke"] {
        let (status, headers, _) = get(&app, path).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(headers.contains_key(header::CONTENT_SECURITY_POLICY));
    }
    for path in ["/health", "/bereit"] {
        assert_eq!(get(&app, path).await.0, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_form_is_stored_once_however_often_it_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path());
    let good = [("id", "f-1"), ("name", "Probe"), ("anliegen", "Ein Hund")];
    let (status, headers, _) = post_form(&app, "/hundesteuer", &good).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let place = headers[header::LOCATION].to_str().unwrap().to_owned();
    assert!(place.starts_with("/hundesteuer/danke?lang=de&nummer=V-") && place.ends_with("-000001"), "{place}");
    assert_eq!(post_form(&app, "/hundesteuer", &good).await.1[header::LOCATION], place.as_str());
    let (status, _, page) = get(&app, &place).await;
    assert!(status == StatusCode::OK && page.contains("-000001</strong>"), "{page}");
    let (status, _, page) = post_form(&app, "/hundesteuer", &[("id", "f-2"), ("name", "<i>"), ("anliegen", " ")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["href=\"#anliegen\"", "value=\"&lt;i&gt;\"", "aria-invalid"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let large = "x".repeat(100 << 10);
    let (status, ..) = post_form(&app, "/hundesteuer", &[("anliegen", large.as_str())]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn the_intake_keeps_to_its_contract() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path());
    let (boundary, body) = check::synthetic("t-1", LEIKA);
    let (status, answer) = intake(&app, &boundary, body.clone()).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!((&answer["transactionId"], &answer["vorgang"]["status"]), (&json!("t-1"), &json!("eingegangen")));
    for field in ["vorgangId", "vorgangNummer", "statusSince"] {
        assert!(answer["vorgang"][field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {answer}");
    }
    assert_eq!(intake(&app, &boundary, body).await.1, answer, "sent twice is one application");

    let (boundary, body) = check::synthetic("t-2", "99089017152000");
    let (status, answer) = intake(&app, &boundary, body).await;
    assert_eq!((status, &answer["fehler"]["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("other_leistung")));
    assert!(answer["fehler"]["de"].as_str().unwrap().contains("Leistung") && answer["fehler"]["en"].is_string());

    let part = |name: &str, content: &str| {
        format!("--g\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a\"\r\n\r\n{content}\r\n")
    };
    let form = json!({"control": {"transactionId": "t-3", "leikaIds": [LEIKA]}, "formData": []}).to_string();
    let whole = |parts: &[String]| format!("{}--g--\r\n", parts.concat());
    let file = part("attachment", "inhalt");
    let (status, _) = intake(&app, "g", whole(&[part("formData", &form), file.clone(), part("fremd", "x")])).await;
    assert_eq!(status, StatusCode::OK);
    let refused = [
        (whole(std::slice::from_ref(&file)), StatusCode::UNPROCESSABLE_ENTITY, "missing"),
        (whole(&[part("formData", "{")]), StatusCode::BAD_REQUEST, "not_json"),
        (whole(&[part("formData", &form), part("formData", &form)]), StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
        (part("formData", &form), StatusCode::BAD_REQUEST, "not_multipart"),
        (whole(&vec![file.clone(); MAX_ATTACHMENTS + 1]), StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
        (whole(&[part("attachment", &"x".repeat(MAX_ATTACHMENT + 1))]), StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
        (whole(&[part("formData", &form.replace("[]", "[1]"))]), StatusCode::CONFLICT, "other_content"),
    ];
    for (body, status, code) in refused {
        let answer = intake(&app, "g", body).await;
        assert_eq!((answer.0, &answer.1["fehler"]["code"]), (status, &json!(code)));
    }
    let (status, ..) = send(&app, Request::post("/antrag").body(Body::from("{}")).unwrap()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_check_finds_what_works_and_what_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let here = listen(app(folder.path())).await;
    let checks = |texts: &[String]| texts.to_vec();
    let leika = |name: &str| (name == "LEIKA").then(|| LEIKA.to_owned());
    let all = checks(&[format!("dienst:{here}"), format!("seite:{here}/hundesteuer"), format!("antrag:{here}")]);
    assert!(check::run(&all, leika).await);
    assert!(!check::run(&checks(&[format!("seite:{here}/anderes")]), leika).await, "no such page");
    let broken = axum::Router::new().route("/antrag", axum::routing::post(async || "{}"));
    let broken = listen(broken).await;
    assert!(!check::run(&checks(&[format!("antrag:{broken}")]), leika).await, "an answer without a number");
    let forgetful = axum::Router::new().route(
        "/antrag",
        axum::routing::post(async || {
            let number = uuid::Uuid::now_v7().to_string();
            json!({"transactionId": "?", "vorgang": {"vorgangNummer": number}}).to_string()
        }),
    );
    let forgetful = listen(forgetful).await;
    assert!(!check::run(&checks(&[format!("antrag:{forgetful}")]), leika).await, "somebody else's answer");
}

#[tokio::test]
async fn one_instance_stores_for_another_and_is_backed_up_and_restored() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let url = format!("http://{}", listen(app(folder.path())).await);
    let store = Remote::new(&url, PASSWORD);
    let web = settings(&[("ABLAGE_URL", url.as_str()), ("ABLAGE_KENNWORT", PASSWORD)]);
    let web = server::router(web, Store::Remote(store.clone()));
    assert_eq!(get(&web, "/bereit").await.0, StatusCode::OK);
    assert_eq!(get(&web, "/intern/sicherung").await.0, StatusCode::NOT_FOUND, "it has nothing of its own");
    let (boundary, body) = check::synthetic("t-1", LEIKA);
    let (status, first) = intake(&web, &boundary, body.clone()).await;
    assert_eq!(status, StatusCode::OK, "{first}");

    let file = elsewhere.path().join("sicherung.jsonl");
    assert_eq!(backup::backup(&store, &file).await, Ok(1));
    let (other, more) = check::synthetic("t-2", LEIKA);
    let (_, second) = intake(&web, &other, more).await;
    assert_eq!(backup::restore(&store, &file).await, Ok(1));
    assert_eq!(intake(&web, &boundary, body).await.1, first, "what was backed up is there");
    let (other, more) = check::synthetic("t-2", LEIKA);
    let (_, again) = intake(&web, &other, more).await;
    assert_ne!(again["vorgang"]["vorgangId"], second["vorgang"]["vorgangId"], "what came later is gone");

    let stranger = Remote::new(&url, "ein-anderes-kennwort");
    assert_eq!(backup::backup(&stranger, &file).await, Err("the store answers 401".to_owned()));
    assert_eq!(backup::restore(&stranger, &file).await, Err("the store answers 401".to_owned()));
    std::fs::write(&file, "{}\n").unwrap();
    assert!(backup::restore(&store, &file).await.is_err(), "a damaged file is not even sent");
    let nowhere = Remote::new("http://127.0.0.1:1", PASSWORD);
    let web = server::router(
        settings(&[("ABLAGE_URL", "http://127.0.0.1:1"), ("ABLAGE_KENNWORT", PASSWORD)]),
        Store::Remote(nowhere),
    );
    assert_eq!(get(&web, "/bereit").await.0, StatusCode::SERVICE_UNAVAILABLE);
    let (boundary, body) = check::synthetic("t-3", LEIKA);
    assert_eq!(intake(&web, &boundary, body).await.0, StatusCode::SERVICE_UNAVAILABLE);
}
