//! Signatures that are required, as browsers, pipelines and the API meet them.

use crate::{
    common::{
        World,
        packages::{VENDOR, archive, broken},
    },
    packages::{lock, multipart, send},
};
use axum::http::{Method, StatusCode};
use portal_testing::Signer;
use serde_json::json;

const KEYS: &str = "/zugangsschluessel";
const PACKAGE: &str = "demo-foerde/osterfeuer";

#[tokio::test]
async fn a_vendor_demands_signatures_and_waives_them() {
    let world = World::new().await;
    let publisher = world.signed_in(world.publisher).await;
    let demand = [("aktion", "signaturpflicht")];
    let page = publisher.get(KEYS).await.text();
    assert!(
        page.contains("Müssen Ihre Pakete signiert sein?") && !page.contains("value=\"signaturpflicht\""),
        "{page}"
    );
    let early = publisher.post(KEYS, &demand).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(early.text().contains("Hinterlegen Sie zuerst einen öffentlichen Schlüssel."), "{}", early.text());

    let tgz = archive(PACKAGE, "1.1.0");
    let unsigned = send(&publisher, multipart(&tgz, "")).await;
    let path = unsigned.header("location").strip_suffix("?ok=package_uploaded").unwrap().to_owned();
    let signer = Signer::new(1);
    let pem = signer.pem();
    let key = [("aktion", "oeffentlich"), ("schluesselname", "Freigabe"), ("pem", pem.as_str())];
    assert_eq!(publisher.post(KEYS, &key).await.status, StatusCode::SEE_OTHER);
    assert!(publisher.get(KEYS).await.text().contains("Signaturen verlangen"));
    assert_eq!(publisher.post(KEYS, &demand).await.header("location"), format!("{KEYS}?ok=signatures_required"));
    let page = publisher.get(KEYS).await.text();
    assert!(
        page.contains("Alle Ihre Pakete müssen signiert sein.") && page.contains("value=\"signaturfrei\""),
        "{page}"
    );

    // What lies there unsigned is not handed in: the page says so, and so does a form that was open meanwhile.
    let page = publisher.get(&path).await.text();
    assert!(
        page.contains("Das Paket muss signiert sein und ist es nicht.") && !page.contains("/einreichen\""),
        "{page}"
    );
    let sent = publisher.post(&format!("{path}/einreichen"), &[("lock", "1")]).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(sent.text().contains("id=\"fehler\"") && sent.text().contains("hinterlegt und gültig"), "{}", sent.text());
    let refused = send(&publisher, multipart(&tgz, "")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["href=\"#f-signatur\"", "Für dieses Paket ist eine Signatur nötig."] {
        assert!(refused.text().contains(part), "{part} is missing in {}", refused.text());
    }
    let english = publisher.get("/en/pakete/hochladen").await.text();
    assert!(english.contains("Needed: the content of the signature file."), "{english}");
    let signed = send(&publisher, multipart(&tgz, &signer.sign(&tgz))).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text());
    let fields = [("lock", lock(&publisher, &path).await)];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let handed_in = publisher.post(&format!("{path}/einreichen"), &fields).await;
    assert_eq!(handed_in.status, StatusCode::SEE_OTHER, "{}", handed_in.text());

    let waived = publisher.post(KEYS, &[("aktion", "signaturfrei")]).await;
    assert_eq!(waived.header("location"), format!("{KEYS}?ok=signatures_optional"));
    let unsigned = send(&publisher, multipart(&archive(PACKAGE, "1.2.0"), "")).await;
    assert_eq!(unsigned.status, StatusCode::SEE_OTHER, "{}", unsigned.text());
    // Nobody else has these forms.
    for person in [world.stranger, world.curator] {
        let other = world.signed_in(person).await.post(KEYS, &demand).await;
        assert_eq!(other.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn an_unsigned_package_is_refused_over_the_api_too() {
    let world = World::new().await;
    let maker = world.publisher(VENDOR).await;
    let pipeline = world.pipeline(&world.key(maker, &[]).await);
    let publisher = world.signed_in(maker).await;
    let curator = world.signed_in(world.curator).await;
    let tgz = archive(PACKAGE, "1.1.0");
    let (early, late) = (pipeline.upload(tgz.clone()).await, pipeline.upload(archive(PACKAGE, "1.2.0")).await);
    let (early, late) = (early.header("location").to_owned(), late.header("location").to_owned());
    assert_eq!(pipeline.get(&early).await.json()["lacks_signature"], false);
    let submitted = pipeline.json(Method::POST, &format!("{early}/submit"), &json!({ "lock": 1 })).await;
    assert_eq!(submitted.status, StatusCode::NO_CONTENT, "{}", submitted.text());
    let taken = curator.json(Method::POST, &format!("{early}/take"), &json!({ "lock": 2 })).await;
    assert_eq!(taken.status, StatusCode::NO_CONTENT, "{}", taken.text());

    let pem = Signer::new(1).pem();
    let key = [("aktion", "oeffentlich"), ("schluesselname", "Freigabe"), ("pem", pem.as_str())];
    assert_eq!(publisher.post(KEYS, &key).await.status, StatusCode::SEE_OTHER);
    assert_eq!(publisher.post(KEYS, &[("aktion", "signaturpflicht")]).await.status, StatusCode::SEE_OTHER);
    let unsigned = pipeline.upload(tgz.clone()).await.json();
    // The curators have this version, and it is unsigned: both are told.
    assert_eq!(unsigned["code"], "several", "{unsigned}");
    assert_eq!(unsigned["reasons"][0]["code"], "wrong_state", "{unsigned}");
    assert_eq!(unsigned["reasons"][1]["fields"][0]["code"], "signature_required", "{unsigned}");
    let unsigned = pipeline.upload(archive(PACKAGE, "1.3.0")).await;
    assert_eq!(unsigned.status, StatusCode::UNPROCESSABLE_ENTITY);
    let field = unsigned.json()["fields"][0].clone();
    assert_eq!((field["path"].as_str(), field["code"].as_str()), (Some("signatur"), Some("signature_required")));
    assert_eq!(pipeline.get(&late).await.json()["lacks_signature"], true);
    let submitted = pipeline.json(Method::POST, &format!("{late}/submit"), &json!({ "lock": 1 })).await;
    assert_eq!(submitted.json()["rule"], "signature_required", "{}", submitted.text());
    let release = json!({ "lock": 3, "decision": "release" });
    let released = curator.json(Method::POST, &format!("{early}/decide"), &release).await;
    assert_eq!(released.json()["rule"], "signature_required", "{}", released.text());
    let path = early.replace("/api/v1/packages", "/pakete");
    let page = curator.get(&path).await.text();
    assert!(page.contains("Es kann nicht freigegeben werden."), "{page}");
    let decision = [("lock", "3"), ("entscheidung", "release"), ("begruendung", "Gut")];
    let sent = curator.post(&format!("{path}/entscheidung"), &decision).await;
    let page = sent.text();
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("id=\"fehler\"") && page.contains("Gut</textarea>"), "{page}");
    let back = json!({ "lock": 3, "decision": "return", "note": "Bitte signieren." });
    let returned = curator.json(Method::POST, &format!("{early}/decide"), &back).await;
    assert_eq!(returned.status, StatusCode::NO_CONTENT, "{}", returned.text());

    // Findings and what else is wrong come in one answer.
    let all = pipeline.upload(broken(PACKAGE, "1.0.0")).await;
    assert_eq!(all.status, StatusCode::UNPROCESSABLE_ENTITY);
    let all = all.json();
    assert_eq!(
        (all["code"].as_str(), all["reasons"][0]["rule"].as_str()),
        (Some("findings"), Some("version_published"))
    );
    assert!(all["findings"].as_array().is_some_and(|f| f.iter().any(|f| f["rule"] == "schluessel-unbekannt")), "{all}");
    assert_eq!(all["reasons"][1]["fields"][0]["code"], "signature_required", "{all}");
    // Of another vendor nothing but that (R4); findings are about what was sent.
    let foreign = pipeline.upload(broken("demo-kueste/osterfeuer", "1.0.0")).await.json();
    assert_eq!(foreign["reasons"], json!([{ "code": "not_found" }]), "{foreign}");
}
