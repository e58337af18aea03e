//! What becomes of versions, keys and feedback over HTTP.

use super::packages::released;
use crate::common::{VALUES, VERFAHREN, World, packages::changed};
use axum::http::{Method, StatusCode};
use portal_model::organisation::OrganisationKind;

/// An Ed25519 key (RFC 8410, 10.3).
const PUBLIC_KEY: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----";

const VERSION: &str = "/verfahren/osterfeuer/versionen/1.0.0";

#[tokio::test]
async fn everybody_sees_a_version_and_few_can_change_it() {
    let world = World::new().await;
    let page = world.anonymous().get(VERSION).await;
    assert_eq!(page.status, StatusCode::OK);
    for part in ["Was sich ändert", "Prüfsumme", "sha256:", "nicht signiert"] {
        assert!(page.text().contains(part), "{part}");
    }
    assert!(!page.text().contains("wo sie laufen"));
    assert_eq!(world.anonymous().get("/verfahren/osterfeuer/versionen/9.9.9").await.status, StatusCode::NOT_FOUND);
    let curator = world.signed_in(world.curator).await;
    let seen = curator.get(VERSION).await.text();
    assert!(seen.contains("wo sie laufen"));
    let search = seen.split("href=\"/bestandteile?").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let found = curator.get(&format!("/bestandteile?{search}")).await.text();
    // As a page shows the name, and as people type it.
    for q in ["demo.invalid%2Fozg%2Fosterfeuer-web", "Osterfeuer%20web", "osterfeuer"] {
        let found = curator.get(&format!("/bestandteile?q={q}")).await.text();
        assert!(found.contains("href=\"/verfahren/osterfeuer/versionen/1.0.0\""), "{q}: {found}");
    }
    assert!(found.contains("href=\"/verfahren/osterfeuer/versionen/1.0.0\""), "{search} finds nothing: {found}");
    let stranger = world.signed_in(world.stranger).await;
    for path in ["/verfahren/osterfeuer/versionen", "/verfahren/osterfeuer/versionen/1.0.0/aendern"] {
        assert_eq!(curator.get(path).await.status, StatusCode::OK, "{path}");
        assert_eq!(stranger.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

/// A Verwaltung changes what it runs and hands it on: it publishes like a vendor, and both Steckbriefe tell.
#[tokio::test]
async fn a_verwaltung_publishes_what_it_derived() {
    let world = World::new().await;
    let derived = changed("nordstadt/brauchtumsfeuer", "1.0.0", |path, text| match path {
        "publiccode.yml" => format!("{text}\nisBasedOn: https://opencode.example/demo-foerde/Osterfeuer/\n"),
        _ => text.to_owned(),
    });
    let clerk = world.pipeline_of("nordstadt", OrganisationKind::Municipality).await;
    let uploaded = clerk.upload(derived.clone()).await;
    assert_eq!(uploaded.status, StatusCode::CREATED, "{}", uploaded.text());
    let other = world.pipeline_of("suedstadt", OrganisationKind::Municipality).await;
    assert_eq!(other.upload(derived).await.status, StatusCode::NOT_FOUND, "in nobody else's name");
    let path = uploaded.header("location").to_owned();
    let lock = |n: i64| serde_json::json!({ "lock": n });
    let done = clerk.json(Method::POST, &format!("{path}/submit"), &lock(1)).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text());
    let curator = world.signed_in(world.curator).await;
    curator.json(Method::POST, &format!("{path}/take"), &lock(2)).await;
    let release = serde_json::json!({ "lock": 3, "decision": "release" });
    let released = curator.json(Method::POST, &format!("{path}/decide"), &release).await;
    assert_eq!(released.status, StatusCode::NO_CONTENT, "{}", released.text());

    let anyone = world.anonymous();
    let page = anyone.get("/verfahren/brauchtumsfeuer").await.text();
    let after = |page: &str, title: &str| {
        let rest = page.split(title).nth(1).unwrap_or_else(|| panic!("no „{title}“ in {page}"));
        rest.split("</ul>").next().unwrap().to_owned()
    };
    assert!(after(&page, "Abgeleitet von").contains("href=\"/verfahren/osterfeuer\""), "{page}");
    assert!(!page.contains("Davon abgeleitet"));
    let origin = anyone.get("/verfahren/osterfeuer").await.text();
    assert!(after(&origin, "Davon abgeleitet").contains("href=\"/verfahren/brauchtumsfeuer\""), "{origin}");
    let told = anyone.get("/api/v1/verfahren/brauchtumsfeuer").await.json();
    assert_eq!(told["based_on"][0]["verfahren"]["slug"], "osterfeuer");
}

#[tokio::test]
async fn a_version_ends_after_asking_once_more_and_stays_ended() {
    let world = World::new().await;
    released(&world, "fundsachen", "1.0.0", &[]).await;
    let second = released(&world, "fundsachen", "1.0.1", &[]).await;
    let publisher = world.signed_in(world.publisher).await;
    let difference = publisher.get(&format!("/pakete/{second}/unterschied")).await;
    assert_eq!(difference.status, StatusCode::OK);
    assert!(difference.text().contains("1.0.0 → 1.0.1"), "{}", difference.text());
    let path = "/verfahren/fundsachen/versionen/1.0.0/aendern";
    let silent = publisher.post(path, &[("aktion", "stand"), ("stand", "withdrawn"), ("begruendung", " ")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.text().contains("href=\"#f-begruendung\""));
    let fields =
        [("aktion", "stand"), ("stand", "withdrawn"), ("begruendung", "Falsche <i>Fristen</i>"), ("ersatz", "1.0.1")];
    let asked = publisher.post(path, &fields).await;
    assert_eq!(asked.status, StatusCode::OK);
    for part in [
        "Bei keiner Verwaltung läuft diese Version.",
        "Das lässt sich nicht rückgängig machen",
        "Falsche &lt;i&gt;Fristen",
    ] {
        assert!(asked.text().contains(part), "{part} is missing in {}", asked.text());
    }
    let page = "/verfahren/fundsachen/versionen/1.0.0";
    assert!(!world.anonymous().get(page).await.text().contains("zurückgezogen"), "nothing has happened yet");
    let done = publisher.post(path, &[&fields[..], &[("bestaetigt", "ja")]].concat()).await;
    assert_eq!(done.header("location"), "/verfahren/fundsachen/versionen?ok=release_withdrawn", "{}", done.text());
    let seen = world.anonymous().get(page).await.text();
    for part in ["Diese Version ist zurückgezogen", "Falsche &lt;i&gt;Fristen", "/verfahren/fundsachen/versionen/1.0.1"]
    {
        assert!(seen.contains(part), "{part}");
    }
    for state in ["published", "deprecated", "withdrawn"] {
        let fields = [("aktion", "stand"), ("stand", state), ("begruendung", "doch"), ("bestaetigt", "ja")];
        assert_eq!(publisher.post(path, &fields).await.status, StatusCode::CONFLICT, "{state}");
    }
    let nonsense = publisher.post(path, &[("aktion", "stand"), ("stand", "weg"), ("bestaetigt", "ja")]).await;
    assert_eq!(nonsense.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(publisher.post(path, &[("aktion", "anders")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // A vendor does not choose its customers.
    assert_eq!(publisher.post(path, &[("aktion", "kreis"), ("land", "01")]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_withdrawn_version_cannot_be_requested_or_handed_in() {
    let world = World::new().await;
    let clerk = world.signed_in(world.clerk).await;
    let r = world.draft().await;
    let tasks = format!("/nachnutzungen/{r}/antrag");
    let lock = world.lock(&r).await;
    let mut fields = vec![("lock", lock.as_str()), ("aktion", "weiter")];
    fields.extend(VALUES);
    assert_eq!(clerk.post(&format!("{tasks}/werte"), &fields).await.status, StatusCode::SEE_OTHER);
    let lock = world.lock(&r).await;
    let target = clerk.post(&format!("{tasks}/ziel"), &[("lock", &lock), ("ziel", "rz")]).await;
    assert_eq!(target.status, StatusCode::SEE_OTHER, "{}", target.text());

    let curator = world.signed_in(world.curator).await;
    let fields = [("aktion", "stand"), ("stand", "unsafe"), ("begruendung", "Lücke"), ("bestaetigt", "ja")];
    let ended = curator.post(&format!("{VERSION}/aendern"), &fields).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.text());
    let lock = world.lock(&r).await;
    let late = clerk.post(&format!("{tasks}/zusammenfassung"), &[("lock", &lock)]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", late.text());
    let stranger = world.signed_in(world.stranger).await;
    let start = stranger.post(&format!("/verfahren/{VERFAHREN}/nachnutzen"), &[("fuer", "suedstadt")]).await;
    assert!(start.status.is_client_error(), "{}", start.status);
}

#[tokio::test]
async fn a_limited_version_is_for_some_only() {
    let world = World::new().await;
    let curator = world.signed_in(world.curator).await;
    let path = format!("{VERSION}/aendern");
    let wrong = curator.post(&path, &[("aktion", "kreis"), ("verwaltung", "nirgendwo"), ("land", "01")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("href=\"#f-verwaltung\""), "{}", wrong.text());
    let limited = curator.post(&path, &[("aktion", "kreis"), ("verwaltung", "nordstadt")]).await;
    assert_eq!(limited.header("location"), "/verfahren/osterfeuer/versionen?ok=saved", "{}", limited.text());
    assert!(curator.get("/verfahren/osterfeuer/versionen").await.text().contains("Stadt nordstadt"));
    let start = format!("/verfahren/{VERFAHREN}/nachnutzen");
    let outside = world.signed_in(world.stranger).await.post(&start, &[("fuer", "suedstadt")]).await;
    assert_eq!(outside.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", outside.text());
    let inside = world.signed_in(world.clerk).await.post(&start, &[("fuer", "nordstadt")]).await;
    assert_eq!(inside.status, StatusCode::SEE_OTHER, "{}", inside.text());
}

#[tokio::test]
async fn the_secret_of_a_key_is_shown_once() {
    let world = World::new().await;
    let publisher = world.signed_in(world.publisher).await;
    let path = "/zugangsschluessel";
    let wrong = publisher
        .post(path, &[("aktion", "neu"), ("name", "Pipeline <b>"), ("tage", "4000"), ("verfahren", VERFAHREN)])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["Pipeline &lt;b&gt;", "4000", "href=\"#f-tage\"", "von 1 bis 366"] {
        assert!(wrong.text().contains(part), "{part} is missing in {}", wrong.text());
    }
    let made = publisher.post(path, &[("aktion", "neu"), ("name", "Pipeline"), ("tage", "30")]).await;
    assert_eq!((made.status, made.header("cache-control")), (StatusCode::OK, "no-store"));
    let text = made.text();
    let secret = text.split("ozgp_").nth(1).unwrap().split("</textarea>").next().unwrap();
    assert_eq!(secret.len(), 43);
    assert!(text.contains("nie wieder angezeigt"));
    let list = publisher.get(path).await.text();
    assert!(list.contains("Pipeline") && !list.contains(secret));

    let below = list.split("/zugangsschluessel/").nth(1).unwrap().split('"').next().unwrap();
    let revoke = format!("{path}/{below}");
    assert!(publisher.get(&revoke).await.text().contains("Zugangsschlüssel zurücknehmen?"));
    let done = publisher.post(&revoke, &[]).await;
    assert_eq!(done.header("location"), "/zugangsschluessel?ok=key_revoked", "{}", done.text());
    assert!(publisher.get(path).await.text().contains("zurückgenommen"));
    assert_eq!(publisher.get(&revoke).await.status, StatusCode::NOT_FOUND);
    assert_eq!(publisher.post(&revoke, &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_public_key_is_registered_once_and_taken_back() {
    let world = World::new().await;
    let publisher = world.signed_in(world.publisher).await;
    let path = "/zugangsschluessel";
    let key = |name, pem| [("aktion", "oeffentlich"), ("schluesselname", name), ("pem", pem)];
    let wrong = publisher.post(path, &key(" ", "kein <b>Schlüssel")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["href=\"#f-schluesselname\"", "href=\"#f-pem\"", "kein &lt;b&gt;Schlüssel"] {
        assert!(wrong.text().contains(part), "{part} is missing in {}", wrong.text());
    }
    let private =
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIGJldHJpZWJzZ2VoZWltbmlz\n-----END PRIVATE KEY-----";
    let secret = publisher.post(path, &key("Freigabe", private)).await;
    assert_eq!(secret.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(secret.text().contains("privater Schlüssel") && !secret.text().contains("MC4CAQ"), "{}", secret.text());
    let added = publisher.post(path, &key("Freigabe", PUBLIC_KEY)).await;
    assert_eq!(added.header("location"), "/zugangsschluessel?ok=key_added", "{}", added.text());
    let twice = publisher.post(path, &key("Noch einmal", PUBLIC_KEY)).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.text().contains("Diesen Schlüssel haben Sie schon hinterlegt."));
    let list = publisher.get(path).await.text();
    let below = list.split("/zugangsschluessel/oeffentlich/").nth(1).unwrap().split('"').next().unwrap();
    let revoke = format!("{path}/oeffentlich/{below}");
    assert!(publisher.get(&revoke).await.text().contains("Öffentlichen Schlüssel zurücknehmen?"));
    assert_eq!(publisher.post(&revoke, &[]).await.header("location"), "/zugangsschluessel?ok=key_revoked");
    assert_eq!(publisher.post(&revoke, &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn feedback_is_given_for_an_organisation_and_answered_by_the_vendor() {
    let world = World::new().await;
    let clerk = world.signed_in(world.clerk).await;
    let publisher = world.signed_in(world.publisher).await;
    let path = "/verfahren/osterfeuer/rueckmeldungen";
    assert_eq!(world.anonymous().get(path).await.status, StatusCode::SEE_OTHER);
    assert!(clerk.get(path).await.text().contains("Noch keine Rückmeldung"));
    let empty = clerk.post(path, &[("aktion", "geben"), ("fuer", "nordstadt"), ("text", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text().contains("#f-art") && empty.text().contains("#f-text"), "{}", empty.text());
    let fields = |whom| [("aktion", "geben"), ("fuer", whom), ("art", "wish"), ("text", "Eine <u>Karte</u>")];
    for whom in ["suedstadt", "nirgendwo"] {
        assert_eq!(clerk.post(path, &fields(whom)).await.status, StatusCode::NOT_FOUND, "{whom}");
    }
    let given = clerk.post(path, &fields("nordstadt")).await;
    assert_eq!(given.header("location"), format!("{path}?ok=feedback_given"), "{}", given.text());

    let page = publisher.get(path).await.text();
    assert!(page.contains("Eine &lt;u&gt;Karte&lt;/u&gt;") && page.contains("Stadt nordstadt"), "{page}");
    assert!(!page.contains("Sachbearbeitung, Nordstadt"), "the organisation is named, not the person");
    let id = page.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let none = publisher.post(path, &[("aktion", "antworten"), ("id", id), ("antwort", "")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.text().contains(&format!("#f-antwort-{id}")));
    let answer = [("aktion", "antworten"), ("id", id), ("antwort", "Kommt mit 1.1.0.")];
    assert_eq!(clerk.post(path, &answer).await.status, StatusCode::NOT_FOUND, "only the vendor answers");
    assert_eq!(publisher.post(path, &answer).await.header("location"), format!("{path}?ok=feedback_answered"));
    assert!(clerk.get(path).await.text().contains("Kommt mit 1.1.0."));
}

#[tokio::test]
async fn components_are_for_people_who_see_installations() {
    let world = World::new().await;
    for (person, status) in [
        (world.clerk, StatusCode::OK),
        (world.consultant, StatusCode::OK),
        (world.curator, StatusCode::OK),
        (world.publisher, StatusCode::NOT_FOUND),
    ] {
        let browser = world.signed_in(person).await;
        assert_eq!(browser.get("/bestandteile").await.status, status);
        let found = browser.get("/bestandteile?q=%3Cscript%3E&version=1").await;
        assert_eq!(found.status, status);
        assert!(!found.text().contains("<script>"));
    }
}
