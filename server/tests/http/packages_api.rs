//! Packages, versions, feedback and components over the API.

use crate::common::{
    World,
    packages::{VENDOR, archive, broken},
};
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use portal_core::package::limits;
use serde_json::json;

const PACKAGES: &str = "/api/v1/packages";

#[tokio::test]
async fn from_the_pipeline_into_the_catalogue() {
    let world = World::new().await;
    let pipeline = world.pipeline(&world.key(world.publisher(VENDOR).await, &[]).await);
    let curator = world.signed_in(world.curator().await).await;
    let uploaded = pipeline.upload(archive("demo-foerde/osterfeuer", "1.1.0")).await;
    assert_eq!(uploaded.status, StatusCode::CREATED, "{}", uploaded.text());
    let path = uploaded.header("location").to_owned();
    let package = uploaded.json();
    assert_eq!((package["state"].as_str(), package["lock"].as_i64()), (Some("draft"), Some(1)));
    assert_eq!(path, format!("{PACKAGES}/{}", package["reference"].as_str().unwrap()));
    assert!(package["findings"].as_array().unwrap().iter().all(|f| f["severity"] != "fehler"));
    // A draft is the vendor's own business.
    assert_eq!(curator.get(&path).await.status, StatusCode::NOT_FOUND);

    let act = async |who: &str, what: &str, body: serde_json::Value| {
        let path = format!("{path}/{what}");
        match who {
            "pipeline" => pipeline.json(Method::POST, &path, &body).await,
            _ => curator.json(Method::POST, &path, &body).await,
        }
    };
    let lock = async || pipeline.get(&path).await.json()["lock"].clone();
    assert_eq!(act("pipeline", "submit", json!({ "lock": 7 })).await.status, StatusCode::CONFLICT);
    assert_eq!(act("pipeline", "submit", json!({ "lock": lock().await })).await.status, StatusCode::NO_CONTENT);
    // The curators have it: nothing more is taken under this version.
    let again = pipeline.upload(archive("demo-foerde/osterfeuer", "1.1.0")).await;
    assert_eq!((again.status, again.json()["code"].as_str()), (StatusCode::CONFLICT, Some("wrong_state")));
    assert_eq!(act("curator", "take", json!({ "lock": lock().await })).await.status, StatusCode::NO_CONTENT);
    let unsaid = act("curator", "decide", json!({ "lock": lock().await, "decision": "return" })).await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(unsaid.json()["fields"][0]["path"], "begruendung");
    let back = json!({ "lock": lock().await, "decision": "return", "note": "Bitte die Frist prüfen." });
    assert_eq!(act("curator", "decide", back).await.status, StatusCode::NO_CONTENT);
    assert_eq!(act("curator", "messages", json!({ "text": "Danke." })).await.status, StatusCode::NO_CONTENT);
    let returned = pipeline.get(&path).await.json();
    assert_eq!(returned["state"], "returned");
    assert_eq!(returned["messages"].as_array().unwrap().len(), 2);

    let fixed = pipeline.upload(archive("demo-foerde/osterfeuer", "1.1.0")).await;
    assert_eq!((fixed.status, fixed.header("location")), (StatusCode::CREATED, path.as_str()), "{}", fixed.text());
    for (who, what) in [("pipeline", "submit"), ("curator", "take")] {
        assert_eq!(act(who, what, json!({ "lock": lock().await })).await.status, StatusCode::NO_CONTENT, "{what}");
    }
    let released = act("curator", "decide", json!({ "lock": lock().await, "decision": "release" })).await;
    assert_eq!(released.status, StatusCode::NO_CONTENT, "{}", released.text());

    let version = "/api/v1/verfahren/osterfeuer/versions/1.1.0";
    let public = world.anonymous().get(version).await;
    assert_eq!(
        (public.status, public.json()["state"].as_str()),
        (StatusCode::OK, Some("published")),
        "{}",
        public.text()
    );
    assert_eq!(
        world.anonymous().get("/api/v1/verfahren/osterfeuer/versions/9.9.9").await.status,
        StatusCode::NOT_FOUND
    );
    let twice = pipeline.upload(archive("demo-foerde/osterfeuer", "1.1.0")).await;
    assert_eq!((twice.status, twice.json()["rule"].as_str()), (StatusCode::CONFLICT, Some("version_published")));

    let limit = json!({ "laender": ["01"], "municipalities": ["nordstadt"], "security_fix": true });
    let limited = curator.json(Method::POST, &format!("{version}/limit"), &limit).await;
    assert_eq!(limited.status, StatusCode::NO_CONTENT, "{}", limited.text());
    let end = json!({ "state": "withdrawn", "note": "Fehler in der Frist.", "replacement": "1.0.0" });
    let ended = curator.json(Method::POST, &format!("{version}/end"), &end).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT, "{}", ended.text());
    let public = world.anonymous().get(version).await.json();
    assert_eq!((public["state"].as_str(), public["replaced_by"].as_str()), (Some("withdrawn"), Some("1.0.0")));
    assert_eq!(public["security_fix"], true);
}

#[tokio::test]
async fn nobody_releases_what_their_own_key_sent() {
    let world = World::new().await;
    let publisher = world.publisher(VENDOR).await;
    let pipeline = world.pipeline(&world.key(publisher, &[]).await);
    let uploaded = pipeline.upload(archive("demo-foerde/osterfeuer", "1.1.0")).await;
    let path = uploaded.header("location").to_owned();
    let submitted = pipeline.json(Method::POST, &format!("{path}/submit"), &json!({ "lock": 1 })).await;
    assert_eq!(submitted.status, StatusCode::NO_CONTENT, "{}", submitted.text());
    // The same person decides about packages too.
    world
        .sql(
            "INSERT INTO membership (person, organisation, role, ends_at) SELECT m.person, o.id, 'curator', NULL \
             FROM membership m, organisation o WHERE m.role = 'publisher' AND o.slug = 'aoer'",
        )
        .await;
    let same = world.signed_in(publisher).await;
    let taken = same.json(Method::POST, &format!("{path}/take"), &json!({ "lock": 2 })).await;
    assert_eq!(taken.status, StatusCode::NO_CONTENT, "{}", taken.text());
    let release = json!({ "lock": 3, "decision": "release" });
    let decided = same.json(Method::POST, &format!("{path}/decide"), &release).await;
    assert_eq!(
        (decided.status, decided.json()["code"].as_str()),
        (StatusCode::FORBIDDEN, Some("second_person_needed"))
    );
    // And a key lets nobody decide.
    let by_key = pipeline.json(Method::POST, &format!("{path}/decide"), &release).await;
    assert_eq!(by_key.json()["rule"], "key_not_admitted");
}

#[tokio::test]
async fn a_refused_package_is_told_every_finding_in_both_languages() {
    let world = World::new().await;
    let pipeline = world.pipeline(&world.key(world.publisher(VENDOR).await, &[]).await);
    let refused = pipeline.upload(broken("demo-foerde/osterfeuer", "1.1.0")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let body = refused.json();
    assert_eq!(
        (body["code"].as_str(), body["request_id"].as_str()),
        (Some("findings"), Some(refused.header("x-request-id")))
    );
    let finding = |body: &serde_json::Value| {
        let all = body["findings"].as_array().unwrap().clone();
        all.into_iter().find(|f| f["rule"] == "schluessel-unbekannt").unwrap()
    };
    let german = finding(&body);
    assert_eq!((german["severity"].as_str(), german["file"].as_str()), (Some("fehler"), Some("verfahren.yaml")));
    assert!(german["text"].as_str().unwrap().contains("kennt das Format nicht"), "{german}");
    let tgz = broken("demo-foerde/osterfeuer", "1.1.0");
    let request = pipeline.request(Method::POST, &format!("{PACKAGES}?lang=en"), "application/gzip", tgz);
    let english = finding(&pipeline.send(request).await.json());
    assert!(english["text"].as_str().unwrap().contains("does not know the key"), "{english}");
    let nonsense = pipeline.upload(b"no archive".to_vec()).await;
    assert_eq!(nonsense.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(pipeline.get(&format!("{PACKAGES}?stand=all")).await.json()["rows"]["total"], 0);
}

#[tokio::test]
async fn an_upload_that_ends_early_or_never_leaves_nothing() {
    let world = World::new().await;
    let pipeline = world.pipeline(&world.key(world.publisher(VENDOR).await, &[]).await);
    let whole = archive("demo-foerde/osterfeuer", "1.1.0");
    let half = whole[..whole.len() / 2].to_vec();
    let broken_off: Vec<std::io::Result<Vec<u8>>> = vec![Ok(half.clone()), Err(std::io::Error::other("gone"))];
    let body = Body::from_stream(futures::stream::iter(broken_off));
    let answer = pipeline.send(pipeline.request(Method::POST, PACKAGES, "application/gzip", body)).await;
    assert_eq!((answer.status, answer.json()["rule"].as_str()), (StatusCode::BAD_REQUEST, Some("malformed")));
    assert_eq!(pipeline.upload(half).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    let chunk = vec![0u8; 1024 * 1024];
    let chunks = limits::ARCHIVE / (1024 * 1024) + 1;
    let endless = futures::stream::iter((0..chunks).map(move |_| std::io::Result::Ok(chunk.clone())));
    let body = Body::from_stream(endless);
    let answer = pipeline.send(pipeline.request(Method::POST, PACKAGES, "application/gzip", body)).await;
    assert_eq!((answer.status, answer.json()["rule"].as_str()), (StatusCode::PAYLOAD_TOO_LARGE, Some("too_large")));
    // Said beforehand: refused before anything is read.
    let never = Body::from_stream(futures::stream::pending::<std::io::Result<Vec<u8>>>());
    let mut request = pipeline.request(Method::POST, PACKAGES, "application/gzip", never);
    request.headers_mut().insert("content-length", (limits::ARCHIVE + 1).into());
    assert_eq!(pipeline.send(request).await.status, StatusCode::PAYLOAD_TOO_LARGE);

    let other = pipeline.request(Method::POST, PACKAGES, "multipart/form-data", whole.clone());
    assert_eq!(pipeline.send(other).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let mut signed = pipeline.request(Method::POST, PACKAGES, "application/gzip", whole);
    signed.headers_mut().insert("x-package-signature", "AAAA".parse().unwrap());
    let unsigned = pipeline.send(signed).await;
    assert_eq!(unsigned.json()["fields"][0]["path"], "signatur", "{}", unsigned.text());
    assert_eq!(pipeline.get(&format!("{PACKAGES}?stand=all")).await.json()["rows"]["total"], 0);
}

#[tokio::test]
async fn nobody_else_makes_the_portal_read_an_archive() {
    let world = World::new().await;
    let never = || Body::from_stream(futures::stream::pending::<std::io::Result<Vec<u8>>>());
    let clerk = world.signed_in(world.clerk).await;
    let answer = clerk.send(clerk.request(Method::POST, PACKAGES, "application/gzip", never())).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let nobody = world.anonymous();
    let answer = nobody.send(nobody.request(Method::POST, PACKAGES, "application/gzip", never())).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn feedback_is_given_and_answered() {
    let world = World::new().await;
    let clerk = world.signed_in(world.clerk).await;
    let publisher = world.signed_in(world.publisher(VENDOR).await).await;
    let path = "/api/v1/verfahren/osterfeuer/feedback";
    let given = json!({ "fuer": "nordstadt", "kind": "wish", "text": "Bitte eine Karte." });
    let answer = clerk.json(Method::POST, path, &given).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
    let foreign = json!({ "fuer": "suedstadt", "kind": "wish", "text": "Nicht meine Stadt." });
    assert_eq!(clerk.json(Method::POST, path, &foreign).await.status, StatusCode::NOT_FOUND);
    let row = publisher.get(path).await.json()["rows"]["items"][0].clone();
    assert_eq!(row["text"], "Bitte eine Karte.");
    let to = format!("{path}/{}/answer", row["id"].as_str().unwrap());
    assert_eq!(clerk.json(Method::POST, &to, &json!({ "text": "Ich." })).await.status, StatusCode::NOT_FOUND);
    assert_eq!(publisher.json(Method::POST, &to, &json!({ "text": "Kommt." })).await.status, StatusCode::NO_CONTENT);
    assert_eq!(clerk.get(path).await.json()["rows"]["items"][0]["answer"], "Kommt.");
    assert_eq!(
        publisher.json(Method::POST, &format!("{path}/x/answer"), &json!({ "text": "x" })).await.status,
        StatusCode::NOT_FOUND
    );
}
