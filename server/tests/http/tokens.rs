//! Access keys: what they open, and that they open nothing else.

use crate::common::{
    World,
    packages::{VENDOR, archive},
};
use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, StatusCode, header},
};
use portal_model::{Lang, TokenId};
use serde_json::json;
use std::{
    io::Write,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

#[tokio::test]
async fn a_key_opens_the_api_and_nothing_else() {
    let world = World::new().await;
    let key = world.key(world.publisher(VENDOR).await, &[]).await;
    let pipeline = world.pipeline(&key);
    let list = pipeline.get("/api/v1/packages").await;
    assert_eq!((list.status, list.json()["may_upload"].as_bool()), (StatusCode::OK, Some(true)), "{}", list.text());
    assert_eq!(list.header("cache-control"), "no-store");
    // On pages it is as if it were not there.
    let page = pipeline.get("/nachnutzungen").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert!(page.header("location").starts_with("/anmelden"), "{}", page.header("location"));
    let mut cookie = world.anonymous();
    for name in ["sid", "__Host-sid"] {
        cookie.cookie = Some(format!("{name}={key}"));
        assert_eq!(cookie.get("/api/v1/packages").await.status, StatusCode::UNAUTHORIZED, "{name}");
    }
    let in_address = world.anonymous().get(&format!("/api/v1/packages?access_token={key}")).await;
    assert_eq!(in_address.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_key_that_opens_nothing_is_told_so() {
    let world = World::new().await;
    for wrong in ["ozgp_", "ozgp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "x", "a b c"] {
        // Everybody may read the catalogue, but a wrong key is a mistake that its owner should notice.
        for path in ["/api/v1/packages", "/api/v1/verfahren"] {
            let answer = world.pipeline(wrong).get(path).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{wrong} {path}");
            assert_eq!(
                (answer.json()["code"].as_str(), answer.json()["rule"].as_str()),
                (Some("rule"), Some("key_invalid"))
            );
            assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        }
    }
    // Other kinds of authorization belong to a proxy in front.
    let mut basic = world.anonymous().request(Method::GET, "/api/v1/verfahren", "", Body::empty());
    basic.headers_mut().insert(header::AUTHORIZATION, "Basic YTpi".parse().unwrap());
    assert_eq!(world.anonymous().send(basic).await.status, StatusCode::OK);
}

/// Whether a fresh key still opens something after a change of the database.
async fn after(statement: &'static str) -> StatusCode {
    let world = World::new().await;
    let key = world.key(world.publisher(VENDOR).await, &[]).await;
    let pipeline = world.pipeline(&key);
    assert_eq!(pipeline.get("/api/v1/packages").await.status, StatusCode::OK, "{statement}");
    world.sql(statement).await;
    pipeline.get("/api/v1/packages").await.status
}

#[tokio::test]
async fn a_key_ends_with_its_time_and_with_its_maker() {
    for statement in [
        "DROP TRIGGER access_token_immutable; UPDATE access_token SET expires_at = 1",
        "UPDATE person SET deactivated = 1",
        "DELETE FROM membership WHERE role = 'publisher'",
        "UPDATE membership SET ends_at = 1 WHERE role = 'publisher'",
        "UPDATE membership SET role = 'organisation_admin' WHERE role = 'publisher'",
    ] {
        assert_eq!(after(statement).await, StatusCode::UNAUTHORIZED, "{statement}");
    }
    assert_eq!(after("UPDATE person SET name = name").await, StatusCode::OK);
}

#[tokio::test]
async fn a_revoked_key_ends_at_once() {
    let world = World::new().await;
    let maker = world.publisher(VENDOR).await;
    let pipeline = world.pipeline(&world.key(maker, &[]).await);
    assert_eq!(pipeline.get("/api/v1/packages").await.status, StatusCode::OK);
    let ctx = world.portal.ctx(world.portal.actor(maker).await.unwrap().unwrap(), Lang::De);
    let id: TokenId = world.portal.keys_page(&ctx).await.unwrap().tokens[0].id;
    world.portal.token_revoke(&ctx, id).await.unwrap();
    assert_eq!(pipeline.get("/api/v1/packages").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_limited_key_touches_its_verfahren_only() {
    let world = World::new().await;
    let maker = world.publisher(VENDOR).await;
    let (whole, limited) = (world.key(maker, &[]).await, world.key(maker, &["osterfeuer"]).await);
    let (whole, limited) = (world.pipeline(&whole), world.pipeline(&limited));
    let other = whole.upload(archive("demo-foerde/anderes", "1.0.0")).await;
    assert_eq!(other.status, StatusCode::CREATED, "{}", other.text());
    let other = format!("/api/v1/packages/{}", other.json()["reference"].as_str().unwrap());
    assert_eq!(limited.upload(archive("demo-foerde/drittes", "1.0.0")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(limited.upload(archive("demo-foerde/anderes", "1.0.0")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(limited.get(&other).await.status, StatusCode::NOT_FOUND);
    for act in ["submit", "discard"] {
        let answer = limited.json(Method::POST, &format!("{other}/{act}"), &json!({ "lock": 1 })).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{act}");
    }
    let own = limited.upload(archive("demo-foerde/osterfeuer", "1.0.1")).await;
    assert_eq!(own.status, StatusCode::CREATED, "{}", own.text());
    assert_eq!(limited.get("/api/v1/packages").await.json()["rows"]["total"], 1);
    assert_eq!(whole.get("/api/v1/packages").await.json()["rows"]["total"], 2);
}

#[tokio::test]
async fn to_the_key_of_another_vendor_a_package_does_not_exist() {
    let world = World::new().await;
    let own = world.pipeline(&world.key(world.publisher(VENDOR).await, &[]).await);
    let foreign = world.pipeline(&world.key(world.publisher("demo-kueste").await, &[]).await);
    let uploaded = own.upload(archive("demo-foerde/osterfeuer", "1.0.1")).await;
    assert_eq!(uploaded.status, StatusCode::CREATED, "{}", uploaded.text());
    let path = uploaded.header("location").to_owned();
    let (seen, missing) = (foreign.get(&path).await, foreign.get("/api/v1/packages/PA-2222-2222").await);
    assert_eq!((seen.status, missing.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    assert_eq!((seen.json()["code"].as_str(), seen.json().as_object().unwrap().len()), (Some("not_found"), 2));
    assert_eq!(missing.json().as_object().unwrap().len(), 2);
    assert_eq!(foreign.upload(archive("demo-foerde/osterfeuer", "1.0.2")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(foreign.upload(archive("nirgendwo/osterfeuer", "1.0.2")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(foreign.get("/api/v1/packages").await.json()["rows"]["total"], 0);
}

#[tokio::test]
async fn a_key_is_for_publishing_whatever_its_maker_may_do() {
    let world = World::new().await;
    // The maker is a clerk too, whose case this is.
    let case = world.draft().await;
    world.sql("INSERT INTO membership (person, organisation, role, ends_at) SELECT m.person, o.id, 'publisher', NULL FROM membership m, organisation o WHERE m.role = 'clerk' AND o.slug = 'demo-foerde'").await;
    let clerk = world.signed_in(world.clerk).await;
    assert_eq!(clerk.get(&format!("/api/v1/requests/{case}")).await.status, StatusCode::OK);
    let pipeline = world.pipeline(&world.key(world.clerk, &[]).await);
    let version = "/api/v1/verfahren/osterfeuer/versions/1.0.0";
    let id = "/api/v1/verfahren/osterfeuer/feedback/01890000-0000-7000-8000-000000000000/answer";
    for (method, path, body) in [
        (Method::GET, format!("/api/v1/requests/{case}"), json!(null)),
        (Method::GET, "/api/v1/requests/NA-2222-2222".to_owned(), json!(null)),
        (Method::GET, format!("/api/v1/requests/{case}/events"), json!(null)),
        (Method::GET, "/api/v1/requests".to_owned(), json!(null)),
        (Method::GET, "/api/v1/installations".to_owned(), json!(null)),
        (Method::GET, "/api/v1/components?q=x".to_owned(), json!(null)),
        (Method::GET, "/api/v1/audit".to_owned(), json!(null)),
        (Method::POST, id.to_owned(), json!({ "text": "Danke" })),
        (Method::POST, "/api/v1/verfahren/osterfeuer/feedback".to_owned(), json!({})),
        (Method::POST, format!("{version}/end"), json!({ "state": "withdrawn", "note": "x" })),
        (Method::POST, format!("{version}/limit"), json!({})),
    ] {
        let answer = pipeline.json(method.clone(), &path, &body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path}: {}", answer.text());
        assert_eq!(answer.json()["rule"], "key_not_admitted", "{method} {path}");
    }
    // There is no way to keys in the API, and the rules refuse it even where the routes would not.
    let actor = world.portal.actor_of_token(&pipeline.key).await.unwrap().unwrap();
    let ctx = world.portal.ctx(actor, Lang::De);
    assert!(world.portal.token_add(&ctx, &Default::default()).await.is_err());
    assert!(world.portal.keys_page(&ctx).await.is_err());
    assert!(world.portal.case_page(&ctx, &case).await.is_err());
}

#[tokio::test]
async fn a_key_wins_over_a_session_and_needs_no_origin() {
    let world = World::new().await;
    let key = world.key(world.publisher(VENDOR).await, &[]).await;
    let clerk = world.signed_in(world.clerk).await;
    let bearer = |request: &mut axum::http::Request<Body>, key: &str| {
        request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {key}").parse().unwrap());
    };
    let mut both = clerk.request(Method::GET, "/api/v1/packages", "", Body::empty());
    bearer(&mut both, &key);
    assert_eq!(clerk.send(both).await.status, StatusCode::OK, "the clerk alone sees no packages");
    let mut wrong = clerk.request(Method::GET, "/api/v1/requests", "", Body::empty());
    bearer(&mut wrong, "ozgp_x");
    assert_eq!(
        clerk.send(wrong).await.status,
        StatusCode::UNAUTHORIZED,
        "a wrong key does not fall back to the session"
    );
    // Without Origin and Sec-Fetch-Site: no browser.
    let uploaded = world.pipeline(&key).upload(archive("demo-foerde/osterfeuer", "1.0.1")).await;
    assert_eq!(uploaded.status, StatusCode::CREATED, "{}", uploaded.text());
    // A browser that another site made send a session's cookie stays out, with a key or without.
    for with_key in [false, true] {
        let mut forged = clerk.request(Method::POST, "/api/v1/packages", "application/gzip", "x");
        forged.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
        if with_key {
            bearer(&mut forged, &key);
        }
        assert_eq!(clerk.send(forged).await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn who_tries_keys_is_stopped_and_others_are_not() {
    let world = World::new().await;
    let pipeline = world.pipeline(&world.key(world.publisher(VENDOR).await, &[]).await);
    let ask = async |key: &str, from: &str| {
        let caller = world.pipeline(key);
        let mut request = caller.request(Method::GET, "/api/v1/packages", "", Body::empty());
        request.extensions_mut().insert(ConnectInfo(format!("{from}:4711").parse::<SocketAddr>().unwrap()));
        caller.send(request).await
    };
    for _ in 0..portal::web::bearer::MAX_WRONG {
        assert_eq!(ask("ozgp_wrong", "192.0.2.1").await.status, StatusCode::UNAUTHORIZED);
    }
    let stopped = ask("ozgp_wrong", "192.0.2.1").await;
    assert_eq!(stopped.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!((stopped.json()["rule"].as_str(), stopped.header("retry-after")), (Some("too_many_wrong_keys"), "60"));
    assert_eq!(ask(&pipeline.key, "192.0.2.2").await.status, StatusCode::OK);
}

/// What the log would hold, at its most talkative.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_secret_is_nowhere_in_the_database_and_in_no_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    let guard = tracing::subscriber::set_default(subscriber.with_writer(move || writer.clone()).finish());
    // With a single listener, what another test's thread says first would be switched off for this one too.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let world = World::new().await;
    let key = world.key(world.publisher(VENDOR).await, &[]).await;
    let pipeline = world.pipeline(&key);
    let uploaded = pipeline.upload(archive("demo-foerde/osterfeuer", "1.0.1")).await;
    assert_eq!(uploaded.status, StatusCode::CREATED, "{}", uploaded.text());
    let near_miss = format!("{}x", &key[..key.len() - 1]);
    let mut answers = vec![uploaded, world.pipeline(&near_miss).get("/api/v1/packages").await];
    answers.push(pipeline.get("/api/v1/requests/NA-2222-2222").await);
    answers.push(pipeline.json(Method::POST, "/api/v1/packages/PA-2222-2222/submit", &json!({ "lock": 1 })).await);
    for answer in &answers {
        assert!(!answer.text().contains(&key[..20]) && !format!("{:?}", answer.headers).contains(&key[..20]));
    }
    drop(guard);
    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(logged.contains("/api/v1/packages"), "the log was listened to");
    assert!(!logged.contains(&key[..20]));
    world.storage.close().await;
    let mut seen = 0;
    for file in std::fs::read_dir(world.folder()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        seen += usize::from(bytes.windows(8).any(|w| w == b"Pipeline"));
        assert!(!bytes.windows(20).any(|w| w == &key.as_bytes()[..20]));
    }
    assert!(seen > 0, "the key's name stands in the files, so they were read");
}
