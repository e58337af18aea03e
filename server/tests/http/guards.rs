//! What stands around every request: headers, other sites, limits, sessions.

use crate::common::{Browser, World};
use axum::http::{Method, StatusCode, header};
use portal::state::WebSettings;

#[tokio::test]
async fn every_answer_has_the_headers() {
    let world = World::new().await;
    let browser = world.anonymous();
    for path in
        ["/", "/nirgends", "/nachnutzungen", "/healthz", "/readyz", "/api/v1/verfahren", "/api/v1/requests", "/metrics"]
    {
        let answer = browser.get(path).await;
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'",
            "{path}"
        );
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
        assert_eq!(answer.header("x-request-id").len(), 16, "{path}");
        assert!(answer.header("strict-transport-security").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn over_https_cookies_and_browsers_insist_on_it() {
    let web = WebSettings { public_url: Some("https://portal.test".to_owned()), metrics: None };
    let world = World::reached_by(web).await;
    let browser = world.anonymous();
    let answer = browser.post("/anmelden", &[("person", &world.clerk.to_string())]).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-sid="), "{cookie}");
    for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert!(answer.header("strict-transport-security").starts_with("max-age="));
}

#[tokio::test]
async fn other_sites_change_nothing() {
    let world = World::new().await;
    let r = world.draft().await;
    let clerk = world.signed_in(world.clerk).await;
    let path = format!("/nachnutzungen/{r}/zurueckziehen");
    let lock = world.lock(&r).await;
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example")]
    {
        for (path, kind) in [(path.as_str(), "application/x-www-form-urlencoded"), ("/anmelden", "text/plain")] {
            let mut request = clerk.request(Method::POST, path, "", format!("lock={lock}"));
            request.headers_mut().insert(header::CONTENT_TYPE, kind.parse().unwrap());
            request.headers_mut().insert(name, value.parse().unwrap());
            assert_eq!(clerk.send(request).await.status, StatusCode::FORBIDDEN, "{name}: {value}");
        }
    }
    assert_eq!(clerk.post(&path, &[("lock", &lock)]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_does_not_say_where_it_comes_from_changes_nothing() {
    let world = World::new().await;
    let r = world.draft().await;
    let clerk = world.signed_in(world.clerk).await;
    let path = format!("/nachnutzungen/{r}/zurueckziehen");
    let lock = world.lock(&r).await;
    let silent = |browser: &Browser, path: &str, kind: &str, body: String| {
        let mut request = browser.request(Method::POST, path, kind, body);
        request.headers_mut().remove("sec-fetch-site");
        request
    };
    let form = "application/x-www-form-urlencoded";
    for (browser, path) in [(&clerk, path.as_str()), (&clerk, "/abmelden"), (&world.anonymous(), "/anmelden")] {
        let answer = browser.send(silent(browser, path, form, format!("lock={lock}"))).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(answer.text().contains("von welcher Seite"), "{path}: {}", answer.text());
    }
    let api = format!("/api/v1/requests/{r}/withdraw");
    let body = format!("{{\"lock\": {lock}}}");
    let answer = clerk.send(silent(&clerk, &api, "application/json", body.clone())).await;
    assert_eq!((answer.status, answer.json()["rule"].as_str()), (StatusCode::FORBIDDEN, Some("origin_missing")));
    let nobody = world.anonymous();
    let answer = nobody.send(silent(&nobody, &api, "application/json", body)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "without a session there is nothing to protect");
    // An empty header says nothing; the own address does, from a browser that knows no Sec-Fetch-Site.
    for (origin, status) in [("", StatusCode::FORBIDDEN), ("http://portal.test", StatusCode::SEE_OTHER)] {
        let mut request = silent(&clerk, &path, form, format!("lock={lock}"));
        request.headers_mut().insert(header::ORIGIN, origin.parse().unwrap());
        assert_eq!(clerk.send(request).await.status, status, "{origin}");
    }
}

#[tokio::test]
async fn too_much_is_refused_before_it_is_read() {
    let world = World::new().await;
    let r = world.draft().await;
    let clerk = world.signed_in(world.clerk).await;
    let path = format!("/nachnutzungen/{r}/antrag/werte");
    let form = "application/x-www-form-urlencoded";
    let huge = "a".repeat(10 * 1024 * 1024);
    let answer = clerk.send(clerk.request(Method::POST, &path, form, huge.clone())).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text().contains("</html>"));
    let answer = clerk.send(clerk.request(Method::POST, &path, form, "a=1&".repeat(5000))).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let api = format!("/api/v1/requests/{r}/submit");
    let answer = clerk.send(clerk.request(Method::POST, &api, "application/json", huge)).await;
    assert_eq!((answer.status, answer.json()["rule"].as_str()), (StatusCode::PAYLOAD_TOO_LARGE, Some("too_large")));
    let answer = clerk.send(clerk.request(Method::POST, &path, "multipart/form-data", "x")).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn nonsense_is_never_our_fault() {
    let world = World::new().await;
    let r = world.draft().await;
    let clerk = world.signed_in(world.clerk).await;
    let case = format!("/nachnutzungen/{r}");
    for below in [
        "/antrag/werte",
        "/antrag/gemeinden",
        "/antrag/ziel",
        "/antrag/zusammenfassung",
        "/pruefung",
        "/abnahme",
        "/freischaltung",
        "/entfernen",
        "/zurueckziehen",
    ] {
        for body in [
            "",
            "&&&===",
            "%",
            "%zz=%ff%00",
            "lock=99999999999999999999",
            "w.a.b.c.d=1&w=&g.x.y=2&aktion=zeile.w",
            "aktion=zeile.",
        ] {
            let request =
                clerk.request(Method::POST, &format!("{case}{below}"), "application/x-www-form-urlencoded", body);
            let answer = clerk.send(request).await;
            assert!(
                answer.status.is_client_error() || answer.status == StatusCode::OK,
                "{below} {body}: {}",
                answer.status
            );
        }
    }
}

#[tokio::test]
async fn a_session_is_new_after_signing_in_and_leads_to_this_portal_only() {
    let world = World::new().await;
    let first = world.signed_in(world.clerk).await;
    let again = first.post("/anmelden", &[("person", &world.stranger.to_string()), ("next", "//evil.example")]).await;
    assert_eq!(again.header("location"), "/");
    let fresh = again.header("set-cookie").split(';').next().unwrap().to_owned();
    assert_ne!(Some(fresh), first.cookie);
    assert_eq!(first.get("/nachnutzungen").await.status, StatusCode::SEE_OTHER, "the old id must be worth nothing");
    let unknown = first.post("/anmelden", &[("person", "x"), ("next", "/verfahren")]).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut stolen = world.anonymous();
    stolen.cookie = Some("sid=AAAAAAAAAAAAAAAAAAAAAA".to_owned());
    assert_eq!(stolen.get("/nachnutzungen").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn health_is_said_to_everybody_and_figures_to_few() {
    let world = World::new().await;
    let browser = world.anonymous();
    assert_eq!(browser.get("/healthz").await.text(), "ok\n");
    let ready = browser.get("/readyz").await;
    assert_eq!((ready.status, ready.json()["database"].as_str()), (StatusCode::OK, Some("ok")));
    assert_eq!(browser.get("/metrics").await.status, StatusCode::NOT_FOUND);
    world.storage.close().await;
    assert_eq!(browser.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    let broken = browser.get("/anmelden").await;
    assert_eq!(broken.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(broken.text().contains(broken.header("x-request-id")), "the page names the request");
    assert!(!broken.text().contains("sqlx") && !broken.text().contains("pool"));
}
