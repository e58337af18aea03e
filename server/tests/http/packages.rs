//! Packages over HTTP: uploading what is good, bad, too much or broken, and the way to a release.

use crate::common::{Answer, Browser, World, packages::broken};
use axum::{
    body::{Body, Bytes},
    http::{Method, StatusCode},
};
use portal_core::package::limits;
use portal_testing::TestApp;

const BOUNDARY: &str = "----grenze";
const UPLOAD: &str = "/pakete/hochladen";

/// A form with a file as browsers send it.
pub fn multipart(file: &[u8], signature: &str) -> Vec<u8> {
    let mut body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"paket\"; filename=\"paket.tgz\"\r\nContent-Type: application/gzip\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(
        format!(
            "\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"signatur\"\r\n\r\n{signature}\r\n--{BOUNDARY}--\r\n"
        )
        .as_bytes(),
    );
    body
}

pub async fn send(browser: &Browser, body: impl Into<Body>) -> Answer {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    browser.send(browser.request(Method::POST, UPLOAD, &kind, body)).await
}

async fn upload(browser: &Browser, verfahren: &str, version: &str) -> String {
    let answer = send(browser, multipart(&TestApp::archive(verfahren, version), "")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let path = answer.header("location").strip_suffix("?ok=package_uploaded").unwrap();
    path.strip_prefix("/pakete/").unwrap().to_owned()
}

/// The version that the forms of a page carry.
pub async fn lock(browser: &Browser, path: &str) -> String {
    let page = browser.get(path).await.text();
    let value = page.split("name=\"lock\" value=\"").nth(1).unwrap_or_else(|| panic!("no form in {page}"));
    value.split('"').next().unwrap().to_owned()
}

/// Posts a form of a package with its lock.
async fn act(browser: &Browser, reference: &str, below: &str, fields: &[(&str, &str)]) -> Answer {
    let path = format!("/pakete/{reference}");
    // Discarding asks once more, so its form stands on a page of its own.
    let form = if below == "verwerfen" { format!("{path}/{below}") } else { path.clone() };
    let lock = lock(browser, &form).await;
    let mut all = vec![("lock", lock.as_str())];
    all.extend(fields);
    browser.post(&format!("{path}/{below}"), &all).await
}

fn leads_to(answer: &Answer, reference: &str, word: &str) {
    assert_eq!(answer.header("location"), format!("/pakete/{reference}?ok={word}"), "{}", answer.text());
}

/// A package that the publisher handed in.
pub async fn handed_in(world: &World, verfahren: &str, version: &str) -> String {
    let publisher = world.signed_in(world.publisher).await;
    let reference = upload(&publisher, verfahren, version).await;
    leads_to(&act(&publisher, &reference, "einreichen", &[]).await, &reference, "package_submitted");
    reference
}

/// A package that the curator released with these fields of the decision.
pub async fn released(world: &World, verfahren: &str, version: &str, fields: &[(&str, &str)]) -> String {
    let reference = handed_in(world, verfahren, version).await;
    let curator = world.signed_in(world.curator).await;
    leads_to(&act(&curator, &reference, "uebernehmen", &[]).await, &reference, "package_taken");
    let mut all = vec![("entscheidung", "release"), ("begruendung", "")];
    all.extend(fields);
    leads_to(&act(&curator, &reference, "entscheidung", &all).await, &reference, "package_released");
    reference
}

#[tokio::test]
async fn from_upload_to_the_catalogue_with_a_question_in_between() {
    let world = World::new().await;
    let publisher = world.signed_in(world.publisher).await;
    let curator = world.signed_in(world.curator).await;
    let anyone = world.anonymous();
    assert!(publisher.get("/pakete").await.text().contains("Kein Paket unterwegs"));
    assert!(curator.get("/pakete").await.text().contains("Nichts zu prüfen"));

    let r = upload(&publisher, "fundsachen", "1.0.0").await;
    let path = format!("/pakete/{r}");
    assert!(publisher.get("/").await.text().contains(&r), "a draft lies with the vendor");
    assert_eq!(curator.get(&path).await.status, StatusCode::NOT_FOUND, "a draft is the vendor's own");
    assert!(!curator.get("/").await.text().contains(&r));
    let preview = publisher.get(&format!("{path}/vorschau")).await;
    assert_eq!(preview.status, StatusCode::OK);
    for part in ["Beispielwerte", "Deployment", "<fieldset", "disabled"] {
        assert!(preview.text().contains(part), "{part}");
    }
    assert_eq!(anyone.get("/verfahren/fundsachen").await.status, StatusCode::NOT_FOUND);

    leads_to(&act(&publisher, &r, "einreichen", &[]).await, &r, "package_submitted");
    let answer = send(&publisher, multipart(&TestApp::archive("fundsachen", "1.0.0"), "")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("liegt schon bei der Verfahrensprüfung"));
    assert!(curator.get("/").await.text().contains(&r) && curator.get("/pakete").await.text().contains(&r));
    leads_to(&act(&curator, &r, "uebernehmen", &[]).await, &r, "package_taken");

    // Without a reason the form comes back with everything that was chosen.
    let fields = [("entscheidung", "return"), ("begruendung", " "), ("land", "09"), ("verwaltung", "nordstadt")];
    let answer = act(&curator, &r, "entscheidung", &[&fields[..], &[("sicherheit", "1")]].concat()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text();
    assert!(page.contains("<title>Fehler: ") && page.contains("href=\"#f-begruendung\""), "{page}");
    assert!(page.contains("nordstadt</textarea>"), "{page}");
    for value in ["return", "09", "1"] {
        let control = page.split("<input").find(|i| i.contains(&format!("value=\"{value}\"")) && i.contains("checked"));
        assert!(control.is_some(), "{value} is not kept in {page}");
    }
    let back = [("entscheidung", "return"), ("begruendung", "Bitte die <b>Frist</b> erklären.")];
    leads_to(&act(&curator, &r, "entscheidung", &back).await, &r, "package_returned");

    let page = publisher.get(&path).await.text();
    assert!(page.contains("Bitte die &lt;b&gt;Frist&lt;/b&gt; erklären."), "{page}");
    let empty = act(&publisher, &r, "nachricht", &[("nachricht", "  ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text().contains("Bitte schreiben Sie einen Text."));
    let said = act(&publisher, &r, "nachricht", &[("nachricht", "Steht jetzt dabei.")]).await;
    leads_to(&said, &r, "message_sent");
    assert_eq!(upload(&publisher, "fundsachen", "1.0.0").await, r, "the same version goes on under the same number");
    leads_to(&act(&publisher, &r, "einreichen", &[]).await, &r, "package_submitted");
    leads_to(&act(&curator, &r, "uebernehmen", &[]).await, &r, "package_taken");
    let release = [("entscheidung", "release"), ("begruendung", ""), ("sicherheit", "1")];
    leads_to(&act(&curator, &r, "entscheidung", &release).await, &r, "package_released");

    let steckbrief = anyone.get("/verfahren/fundsachen").await;
    assert_eq!(steckbrief.status, StatusCode::OK);
    for part in
        ["/verfahren/fundsachen/versionen/1.0.0", "/verfahren/fundsachen/rueckmeldungen", "Sicherheitskorrektur"]
    {
        assert!(steckbrief.text().contains(part), "{part}");
    }
    let twice = send(&publisher, multipart(&TestApp::archive("fundsachen", "1.0.0"), "")).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.text().contains("Diese Version ist schon freigegeben."));
}

#[tokio::test]
async fn a_bad_package_leaves_a_report_and_nothing_else() {
    let world = World::new().await;
    let publisher = world.signed_in(world.publisher).await;
    let answer = send(&publisher, multipart(b"no archive", "MEU<b>CIQ")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text();
    for part in ["Das Paket wurde nicht angenommen", "paket-unlesbar", "1\u{a0}Fehler", "MEU&lt;b&gt;CIQ"] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
    let english = publisher.request(
        Method::POST,
        &format!("/en{UPLOAD}"),
        &format!("multipart/form-data; boundary={BOUNDARY}"),
        multipart(b"no archive", ""),
    );
    assert!(publisher.send(english).await.text().contains("The package was not taken"));
    let signed = send(&publisher, multipart(&TestApp::archive("fundsachen", "1.0.0"), "MEUCIQ")).await;
    assert_eq!(signed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(signed.text().contains("href=\"#f-signatur\""));
    // What the machine finds and what else is wrong stand on one page.
    let both = send(&publisher, multipart(&broken("demo-foerde/osterfeuer", "1.0.0"), "MEUCIQ")).await;
    assert_eq!(both.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["href=\"#f-paket\"", "schon freigegeben", "href=\"#f-signatur\"", "schluessel-unbekannt"] {
        assert!(both.text().contains(part), "{part} is missing in {}", both.text());
    }
    assert!(publisher.get("/pakete?stand=all").await.text().contains("Nichts gefunden"));
}

#[tokio::test]
async fn a_package_of_another_vendor_is_refused_like_one_of_nobody() {
    let world = World::new().await;
    let publisher = world.signed_in(world.publisher).await;
    let answer = send(&publisher, multipart(&TestApp::archive("gewerbe", "1.0.0"), "")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
    assert!(answer.text().contains("nennt keinen Herausgeber, für den Sie veröffentlichen (demo-foerde)"));
}

#[tokio::test]
async fn broken_uploads_are_refused_and_leave_nothing() {
    let world = World::new().await;
    let publisher = world.signed_in(world.publisher).await;
    let whole = multipart(&TestApp::archive("fundsachen", "1.0.0"), "");
    for end in [0, 1, 60, whole.len() / 2, whole.len() - 200] {
        let answer = send(&publisher, whole[..end].to_vec()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{end}: {}", answer.text());
        assert!(answer.text().contains("unvollständig angekommen"), "{end}");
    }
    // The line broke: the body ends with an error.
    let half = Bytes::from(whole[..whole.len() / 2].to_vec());
    let pieces = futures::stream::iter([Ok(half), Err(std::io::Error::other("gone"))]);
    assert_eq!(send(&publisher, Body::from_stream(pieces)).await.status, StatusCode::BAD_REQUEST);
    let empty = send(&publisher, multipart(b"", "")).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text().contains("Die Datei ist leer."));
    // What a browser sends if nobody chose a file.
    let none = String::from_utf8_lossy(&multipart(b"", "")).replace("filename=\"paket.tgz\"", "filename=\"\"");
    assert!(none.contains("filename=\"\""), "{none}");
    let none = send(&publisher, none).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.text().contains("Bitte wählen Sie eine Datei."));
    for kind in ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "application/gzip"] {
        let answer = publisher.send(publisher.request(Method::POST, UPLOAD, kind, whole.clone())).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    let foreign = String::from_utf8_lossy(&multipart(b"x", "")).replace("\"signatur\"", "\"anderes\"");
    assert_eq!(send(&publisher, foreign).await.status, StatusCode::BAD_REQUEST);
    assert!(publisher.get("/pakete?stand=all").await.text().contains("Nichts gefunden"));
}

#[tokio::test]
async fn too_much_is_counted_while_it_comes() {
    let world = World::new().await;
    let publisher = world.signed_in(world.publisher).await;
    let piece = Bytes::from(vec![0; 1024 * 1024]);
    let count = usize::try_from(limits::ARCHIVE).unwrap() / piece.len() + 1;
    let head = multipart(b"", "");
    let head = Bytes::from(head[..head.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4].to_vec());
    let stream = |head: Bytes| {
        let pieces = std::iter::once(head).chain(std::iter::repeat_n(piece.clone(), count));
        Body::from_stream(futures::stream::iter(pieces.map(Ok::<_, std::io::Error>).collect::<Vec<_>>()))
    };
    // The head of a part that never ends is not kept either.
    let endless = send(&publisher, stream(head.slice(..head.len() - 2))).await;
    assert_eq!(endless.status, StatusCode::BAD_REQUEST);
    let answer = send(&publisher, stream(head)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let most = format!("Die Datei ist größer als {} MB.", limits::ARCHIVE / 1024 / 1024);
    assert!(answer.text().contains(&most), "{}", answer.text());
    let text = send(&publisher, multipart(b"x", &"a".repeat(17 * 1024))).await;
    assert_eq!(text.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn who_may_not_upload_is_told_before_anything_is_read() {
    let world = World::new().await;
    let body = multipart(&TestApp::archive("fundsachen", "1.0.0"), "");
    for person in [world.stranger, world.curator, world.consultant] {
        let answer = send(&world.signed_in(person).await, body.clone()).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(send(&world.anonymous(), body).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn each_side_does_its_part_only() {
    let world = World::new().await;
    let publisher = world.signed_in(world.publisher).await;
    let curator = world.signed_in(world.curator).await;
    let r = handed_in(&world, "fundsachen", "1.0.0").await;
    let path = format!("/pakete/{r}");
    let version = lock(&curator, &path).await;
    let lock = [("lock", version.as_str())];
    let decide = [("lock", version.as_str()), ("entscheidung", "release")];
    assert_eq!(publisher.post(&format!("{path}/uebernehmen"), &lock).await.status, StatusCode::FORBIDDEN);
    assert_eq!(publisher.post(&format!("{path}/entscheidung"), &decide).await.status, StatusCode::FORBIDDEN);
    assert_eq!(curator.post(&format!("{path}/verwerfen"), &lock).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        curator.post(&format!("{path}/entscheidung"), &decide).await.status,
        StatusCode::CONFLICT,
        "not taken up"
    );
    assert_eq!(curator.post(&format!("{path}/uebernehmen"), &[("lock", "99")]).await.status, StatusCode::CONFLICT);
    assert_eq!(curator.get(&format!("{path}/verwerfen")).await.header("location"), path);

    let asked = publisher.get(&format!("{path}/verwerfen")).await;
    assert!(asked.text().contains("Paket verwerfen?"));
    leads_to(&act(&publisher, &r, "verwerfen", &[]).await, &r, "package_discarded");
    assert_eq!(publisher.post(&format!("{path}/einreichen"), &[("lock", "3")]).await.status, StatusCode::CONFLICT);
}
