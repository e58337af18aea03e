//! Targets as their operators run them, over HTTP.

use crate::common::{Browser, World};
use axum::http::{Method, StatusCode};
use portal_core::ports::Store as _;
use portal_model::{TargetId, organisation::Role};

async fn operator(world: &World) -> Browser {
    let portal = &world.portal;
    let body = world.storage.organisation_by_slug("betrieb").await.unwrap().unwrap().id;
    let person = portal.person_add(&portal.system(), "Betrieb", &[(body, Role::Operator)]).await.unwrap();
    world.signed_in(person).await
}

async fn target(world: &World) -> TargetId {
    world.storage.target_list().await.unwrap()[0].id
}

const PLAN: [(&str, &str); 6] = [
    ("zweck", "test"),
    ("bereiche", "shared"),
    ("namespace", "neu-test"),
    ("muster", "{verwaltung}"),
    ("domain", "neu.example"),
    ("plaetze", "5"),
];

#[tokio::test]
async fn every_address_is_the_operators_alone() {
    let world = World::new().await;
    let (browser, id) = (operator(&world).await, target(&world).await);
    let started = browser.post("/rechenzentren/registrieren/rz", &PLAN).await;
    assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.text());
    let draft = started.header("location").strip_suffix("?ok=registration_started").unwrap().to_owned();
    let base = format!("/rechenzentren/zielumgebungen/{id}");
    let pages = [
        "/rechenzentren/registrieren/rz".to_owned(),
        "/rechenzentren/nachweise/rz".to_owned(),
        draft.clone(),
        base.clone(),
        format!("{base}/einstellungen"),
        format!("{base}/zugang"),
        format!("{base}/wartung"),
    ];
    let strangers = [world.signed_in(world.clerk).await, world.signed_in(world.consultant).await];
    for path in pages.iter().chain([&format!("{draft}/rechte.yaml")]) {
        for path in [path.clone(), format!("/en{path}")] {
            let own = browser.get(&path).await;
            assert_eq!(own.status, StatusCode::OK, "{path}: {}", own.text());
            assert_eq!(world.anonymous().get(&path).await.status, StatusCode::SEE_OTHER, "{path}");
            for stranger in &strangers {
                assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
            }
        }
    }
    for path in &pages {
        for stranger in &strangers {
            let refused = stranger.post(path, &[("begruendung", "x"), ("aktion", "anhalten")]).await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    assert!(world.storage.target(id).await.unwrap().unwrap().operating.stopped.is_none());
    let yaml = browser.get(&format!("{draft}/rechte.yaml")).await;
    assert!(yaml.header("content-type").starts_with("application/yaml") && yaml.text().contains("kind: Role\n"));
}

#[tokio::test]
async fn what_was_entered_stays_except_for_secrets() {
    let world = World::new().await;
    let (browser, id) = (operator(&world).await, target(&world).await);
    let mut wrong = PLAN;
    wrong[2] = ("namespace", "Nicht erlaubt");
    let refused = browser.post("/rechenzentren/registrieren/rz", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(text.contains("value=\"Nicht erlaubt\"") && text.contains("value=\"neu.example\""), "{text}");
    assert!(text.contains("href=\"#f-namespace\""), "{text}");

    let started = browser.post("/rechenzentren/registrieren/rz", &PLAN).await;
    let draft = started.header("location").split('?').next().unwrap().to_owned();
    let secret = [
        ("aktion", "pruefen"),
        ("weg", "parts"),
        ("server", "https://k8s.example:6443"),
        ("ca", ""),
        ("token", "streng-geheim"),
        ("kubeconfig", "auch-geheim"),
    ];
    for path in [draft.clone(), format!("/rechenzentren/zielumgebungen/{id}/zugang")] {
        let refused = browser.post(&path, &secret).await;
        let text = refused.text();
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{text}");
        assert!(text.contains("k8s.example") && !text.contains("geheim\"") && !text.contains("-geheim"), "{text}");
    }
    let early = browser.post(&draft, &[("aktion", "registrieren")]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    let discarded = browser.post(&draft, &[("aktion", "verwerfen")]).await;
    assert_eq!(discarded.header("location"), "/rechenzentren/registrieren/rz?ok=registration_discarded");
    assert_eq!(browser.get(&draft).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn limits_stop_maintenance_and_evidence_are_forms() {
    let world = World::new().await;
    let (browser, id) = (operator(&world).await, target(&world).await);
    let base = format!("/rechenzentren/zielumgebungen/{id}");
    let settings = format!("{base}/einstellungen");
    let refused =
        browser.post(&settings, &[("aktion", "grenzen"), ("gleichzeitig", "2"), ("zeitfenster", "<b>")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("&lt;b&gt;") && refused.text().contains("value=\"2\""));
    let saved = browser
        .post(&settings, &[("aktion", "grenzen"), ("gleichzeitig", "2"), ("zeitfenster", "Mo 22:00-24:00")])
        .await;
    assert_eq!(saved.header("location"), format!("{base}?ok=trials_changed"), "{}", saved.text());
    let saved = browser.post(&settings, &[("aktion", "spiegel"), ("spiegel", "docker.io = spiegel.example")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let page = browser.get(&base).await.text();
    assert!(page.contains("Montag 22:00 – 24:00") && page.contains("docker.io → spiegel.example"), "{page}");

    let refused = browser.post(&base, &[("aktion", "anhalten"), ("begruendung", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let stopped = browser.post(&base, &[("aktion", "anhalten"), ("begruendung", "Wasser im Keller")]).await;
    assert_eq!(stopped.header("location"), format!("{base}?ok=target_stopped"));
    assert!(browser.get(&base).await.text().contains("Wasser im Keller"));
    assert!(browser.get("/rechenzentren").await.text().contains("Angehalten"));
    let goes_on = browser.post(&base, &[("aktion", "weiter")]).await;
    assert_eq!(goes_on.header("location"), format!("{base}?ok=target_goes_on"));

    let maintenance = format!("{base}/wartung");
    let wrong =
        [("aktion", "ankuendigen"), ("von", "2099-01-01T22:00"), ("bis", "2099-01-01T20:00"), ("text", "Platten")];
    let refused = browser.post(&maintenance, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("value=\"2099-01-01T22:00\""), "{}", refused.text());
    let right =
        [("aktion", "ankuendigen"), ("von", "2099-01-01T22:00"), ("bis", "2099-01-01T23:00"), ("text", "Platten")];
    let announced = browser.post(&maintenance, &right).await;
    assert_eq!(announced.header("location"), format!("{maintenance}?ok=maintenance_announced"));
    assert!(browser.get(&maintenance).await.text().contains("01.01.2099, 22:00 Uhr"));
    let none = browser.post(&maintenance, &[("aktion", "absagen"), ("wartung", "keine")]).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);

    let evidence = "/rechenzentren/nachweise/rz";
    let refused = browser.post(evidence, &[("art", "c5"), ("bis", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let recorded = browser.post(evidence, &[("art", "c5"), ("bis", "2020-06-30"), ("bemerkung", "Prüfer")]).await;
    assert_eq!(recorded.header("location"), format!("{evidence}?ok=evidence_recorded"), "{}", recorded.text());
    let page = browser.get(evidence).await.text();
    assert!(page.contains("30.06.2020") && page.contains("abgelaufen") && page.contains("Prüfer"), "{page}");
    assert!(browser.get("/").await.text().contains("C5-Testat"));
    assert!(browser.get("/rechenzentren").await.text().contains("Nachweis abgelaufen"));
    let odd = browser.send(browser.request(Method::POST, evidence, "text/plain", "x")).await;
    assert_eq!(odd.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}
