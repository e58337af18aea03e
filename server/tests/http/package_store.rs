//! What people see while the store of packages does not answer, and afterwards.

use crate::common::{
    VERFAHREN, World,
    packages::{VENDOR, archive},
};
use axum::http::{Method, StatusCode};
use serde_json::json;

const UNREAD: &str = "kann das Portal zurzeit nicht anzeigen";

#[tokio::test]
async fn what_needs_a_package_says_that_the_store_is_away() {
    let world = World::new().await;
    let clerk = world.signed_in(world.clerk).await;
    let pipeline = world.pipeline(&world.key(world.publisher(VENDOR).await, &[]).await);
    let start = [("fuer", "nordstadt")];
    let begin = format!("/verfahren/{VERFAHREN}/nachnutzen");
    world.packages.cut(true);
    let request = json!({ "verfahren": VERFAHREN, "fuer": "nordstadt" });
    let answer = clerk.json(Method::POST, "/api/v1/requests", &request).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.text());
    assert_eq!(
        (answer.json()["code"].as_str(), answer.json()["rule"].as_str()),
        (Some("rule"), Some("package_unavailable"))
    );
    let page = clerk.post(&begin, &start).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.text());
    assert!(page.text().contains("Speicher der Pakete gerade nicht"), "{}", page.text());
    // It was not taken, and it is nobody's fault but ours: trying again makes sense.
    let upload = pipeline.upload(archive("demo-foerde/osterfeuer", "1.1.0")).await;
    assert!(upload.status.is_server_error(), "{}", upload.text());
    assert_eq!(pipeline.get("/api/v1/packages?stand=all").await.json()["rows"]["total"], 0);
    // Everything else goes on.
    assert_eq!(clerk.get("/verfahren").await.status, StatusCode::OK);

    world.packages.cut(false);
    let answer = clerk.json(Method::POST, "/api/v1/requests", &request).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    assert_eq!(pipeline.upload(archive("demo-foerde/osterfeuer", "1.1.0")).await.status, StatusCode::CREATED);
}

/// Pages for everybody are kept as they were rendered, but not one that lacks something for the moment.
#[tokio::test]
async fn a_page_that_lacks_its_change_log_is_not_kept() {
    let world = World::new().await;
    let anyone = world.anonymous();
    let path = format!("/verfahren/{VERFAHREN}/versionen/1.0.0");
    world.packages.cut(true);
    let without = anyone.get(&path).await;
    assert_eq!(without.status, StatusCode::OK);
    assert!(without.text().contains(UNREAD), "{}", without.text());
    world.packages.cut(false);
    let with = anyone.get(&path).await.text();
    assert!(!with.contains(UNREAD), "{with}");
    // Now it is whole, and kept: nobody asks the store for it any more.
    world.packages.cut(true);
    assert_eq!(anyone.get(&path).await.text(), with);
    // Somebody who is signed in is asked anew each time.
    let clerk = world.signed_in(world.clerk).await;
    assert!(clerk.get(&path).await.text().contains(UNREAD));
}
