//! Pages answer, in both languages, with the right caching.

use crate::common::{VERFAHREN, World};
use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};

#[tokio::test]
async fn public_pages_answer_in_both_languages() {
    let world = World::new().await;
    let browser = world.anonymous();
    let verfahren = format!("/verfahren/{VERFAHREN}");
    let german = [
        "/",
        "/verfahren",
        "/verfahren?q=feuer&thema=a&thema=b&seite=x",
        &verfahren,
        "/anmelden",
        "/impressum",
        "/datenschutz",
        "/barrierefreiheit",
        "/leichte-sprache",
        "/api",
    ];
    for path in german {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.text().starts_with("<!DOCTYPE html><html lang=\"de\">"), "{path}");
        assert!(!answer.headers.contains_key("set-cookie"), "{path} begins a session");
        let english = if path == "/" { "/en".to_owned() } else { format!("/en{path}") };
        let answer = browser.get(&english).await;
        assert_eq!(answer.status, StatusCode::OK, "{english}");
        assert!(answer.text().contains("<html lang=\"en\">"), "{english}");
    }
}

#[tokio::test]
async fn pages_of_the_signed_in_answer() {
    let world = World::new().await;
    let r = world.draft().await;
    let clerk = world.signed_in(world.clerk).await;
    let case = format!("/nachnutzungen/{r}");
    let mut paths: Vec<String> =
        ["/", "/nachnutzungen?phase=request&q=Osterfeuer&nach=unsinn", "/unsere-verfahren"].map(str::to_owned).into();
    for below in [
        "",
        "/live",
        "/antrag",
        "/antrag/gemeinden",
        "/antrag/werte",
        "/antrag/ziel",
        "/antrag/zusammenfassung",
        "/zurueckziehen",
    ] {
        paths.push(format!("{case}{below}"));
    }
    for path in paths {
        let answer = clerk.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    let consultant = world.signed_in(world.consultant).await;
    assert_eq!(consultant.get("/arbeitsvorrat?aufgabe=submitted").await.status, StatusCode::OK);
    assert_eq!(clerk.get(&format!("{case}?auto=10")).await.header("refresh"), "10");
}

#[tokio::test]
async fn what_does_not_exist_is_a_page_too() {
    let world = World::new().await;
    let clerk = world.signed_in(world.clerk).await;
    for path in [
        "/nirgends",
        "/verfahren/nirgends",
        "/nachnutzungen/x",
        "/nachnutzungen/%00%ff",
        "/bereitstellungen/NA-2222-2222",
        "/en/nirgends",
        "/assets/../Cargo.toml",
        "/assets/%2e%2e%2fCargo.toml",
        "/nachnutzungen/%F0%9F%94%A5/antrag/werte",
    ] {
        for browser in [&world.anonymous(), &clerk] {
            let answer = browser.get(path).await;
            let known =
                matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::SEE_OTHER | StatusCode::BAD_REQUEST);
            assert!(known, "{path}: {}", answer.status);
            if answer.status == StatusCode::NOT_FOUND {
                assert!(answer.text().contains("</html>"), "{path}");
            }
        }
    }
    let wrong_method = clerk.post("/verfahren", &[]).await;
    assert_eq!(wrong_method.status, StatusCode::NOT_FOUND);
    assert!(world.anonymous().get("/api/v1/nirgends").await.json()["code"] == "not_found");
}

#[tokio::test]
async fn anonymous_pages_are_kept_until_something_changes() {
    let world = World::new().await;
    let browser = world.anonymous();
    let ask = async |encoding: &str, tag: &str| {
        let mut request = browser.request(Method::GET, "/verfahren", "", Body::empty());
        request.headers_mut().insert(header::ACCEPT_ENCODING, encoding.parse().unwrap());
        request.headers_mut().insert(header::IF_NONE_MATCH, tag.parse().unwrap());
        browser.send(request).await
    };
    let first = ask("br", "\"x\"").await;
    assert_eq!((first.status, first.header("content-encoding")), (StatusCode::OK, "br"));
    let tag = first.header("etag").to_owned();
    let second = ask("br", &tag).await;
    assert_eq!((second.status, second.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(second.header("content-security-policy"), portal::web::headers::CONTENT_SECURITY_POLICY);
    assert_eq!(ask("gzip", &tag).await.header("content-encoding"), "gzip");
    let plain = ask("identity", &tag).await;
    assert!(plain.text().contains("osterfeuer") && plain.header("content-encoding").is_empty());
    // Somebody who is signed in never gets the kept page.
    let clerk = world.signed_in(world.clerk).await;
    let own = clerk.get("/verfahren").await;
    assert!(own.text().contains("Sachbearbeitung") && own.header("etag").is_empty());
    assert_eq!(own.header("cache-control"), "no-store");
}

#[tokio::test]
async fn long_pages_are_compressed() {
    let world = World::new().await;
    let clerk = world.signed_in(world.clerk).await;
    let mut request = clerk.request(Method::GET, "/nachnutzungen", "", Body::empty());
    request.headers_mut().insert(header::ACCEPT_ENCODING, "gzip, br".parse().unwrap());
    assert_eq!(clerk.send(request).await.header("content-encoding"), "br");
}
