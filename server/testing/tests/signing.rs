//! Signatures that are required: by a vendor of its own packages, and by the operator of all.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use portal_core::{
    Ctx, Portal,
    use_cases::{PackageDecision, PublishError},
};
use portal_model::{
    PortalError, VendorKeyId,
    finding::{Finding, Rule},
    form::FieldError,
    reference::Reference,
    submission::SubmissionState as S,
};
use portal_testing::{Signer, TestApp};
use std::io::Cursor;

const VERFAHREN: &str = "fundsachen";

async fn upload(portal: &Portal, ctx: &Ctx, tgz: &[u8], signature: Option<String>) -> Result<Reference, PublishError> {
    portal.package_upload(ctx, Box::new(Cursor::new(tgz.to_vec())), signature).await
}

fn reason(result: Result<Reference, PublishError>) -> PortalError {
    match result.expect_err("an error") {
        PublishError::Core(e) => e.public(),
        other => panic!("{other:?}"),
    }
}

fn several(result: Result<Reference, PublishError>) -> (Vec<Finding>, Vec<PortalError>) {
    match result.expect_err("an error") {
        PublishError::Several { findings, reasons } => (findings, reasons),
        other => panic!("{other:?}"),
    }
}

fn at_signature(code: &str) -> PortalError {
    PortalError::Invalid { fields: vec![FieldError::new("signatur", code)] }
}

fn rule(name: &str) -> PortalError {
    PortalError::Rule { rule: name.to_owned() }
}

async fn lock(portal: &Portal, ctx: &Ctx, r: &Reference) -> i64 {
    portal.package_page(ctx, r).await.unwrap().lock
}

async fn submit(portal: &Portal, ctx: &Ctx, r: &Reference) -> Result<(), PortalError> {
    portal.package_submit(ctx, r, lock(portal, ctx, r).await).await.map_err(|e| e.public())
}

async fn decide(portal: &Portal, ctx: &Ctx, r: &Reference, word: &str, note: &str) -> Result<(), PortalError> {
    let entered = PackageDecision { decision: word.into(), note: note.into(), ..PackageDecision::default() };
    portal.package_decide(ctx, r, lock(portal, ctx, r).await, &entered).await.map_err(|e| e.public())
}

async fn register(portal: &Portal, ctx: &Ctx, signer: &Signer) -> VendorKeyId {
    portal.vendor_key_add(ctx, "Freigabe", &signer.pem()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_requires_signatures_of_its_own_packages() {
    let app = TestApp::start().await;
    let (portal, signer) = (&app.portal, Signer::new(1));
    let publisher = app.ctx(app.people.publisher).await;
    let tgz = TestApp::archive(VERFAHREN, "1.0.0");
    // Without a key nothing could be uploaded any more, so it cannot be demanded either.
    let early = portal.signatures_require(&publisher, true).await;
    assert_eq!(early.unwrap_err().public(), rule("signing_needs_key"));
    let r = upload(portal, &publisher, &tgz, None).await.unwrap();

    let key = register(portal, &publisher, &signer).await;
    portal.signatures_require(&publisher, true).await.unwrap();
    assert!(portal.keys_page(&publisher).await.unwrap().signatures.by_vendor);
    assert!(portal.upload_page(&publisher, None).await.unwrap().signatures.required());
    // What came before is not handed in.
    assert!(portal.package_page(&publisher, &r).await.unwrap().lacks_signature);
    assert_eq!(submit(portal, &publisher, &r).await, Err(rule("signature_required")));
    assert_eq!(reason(upload(portal, &publisher, &tgz, None).await), at_signature("signature_required"));
    let foreign = Some(Signer::new(2).sign(&tgz));
    assert_eq!(reason(upload(portal, &publisher, &tgz, foreign).await), at_signature("signature_wrong"));
    assert_eq!(upload(portal, &publisher, &tgz, Some(signer.sign(&tgz))).await.unwrap(), r);
    assert!(!portal.package_page(&publisher, &r).await.unwrap().lacks_signature);
    submit(portal, &publisher, &r).await.unwrap();

    // A key that was taken back meanwhile proves nothing of what is accepted after that.
    let curator = app.ctx(app.people.curator).await;
    portal.package_take(&curator, &r, lock(portal, &curator, &r).await).await.unwrap();
    portal.vendor_key_revoke(&publisher, key).await.unwrap();
    assert!(portal.package_page(&curator, &r).await.unwrap().lacks_signature);
    assert_eq!(decide(portal, &curator, &r, "release", "").await, Err(rule("signature_required")));
    decide(portal, &curator, &r, "return", "Bitte neu signieren.").await.unwrap();
    let signer = Signer::new(3);
    register(portal, &publisher, &signer).await;
    upload(portal, &publisher, &tgz, Some(signer.sign(&tgz))).await.unwrap();
    submit(portal, &publisher, &r).await.unwrap();
    portal.package_take(&curator, &r, lock(portal, &curator, &r).await).await.unwrap();
    decide(portal, &curator, &r, "release", "").await.unwrap();
    let page = portal.package_page(&publisher, &r).await.unwrap();
    assert_eq!((page.row.state, page.row.signed, page.lacks_signature), (S::Released, true, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_vendor_demands_binds_no_other_and_can_be_waived() {
    let app = TestApp::start().await;
    let portal = &app.portal;
    let (publisher, other) = (app.ctx(app.people.publisher).await, app.ctx(app.people.other_publisher).await);
    register(portal, &publisher, &Signer::new(1)).await;
    portal.signatures_require(&publisher, true).await.unwrap();
    assert!(!portal.keys_page(&other).await.unwrap().signatures.required());
    upload(portal, &other, &TestApp::archive("gewerbe", "1.0.0"), None).await.unwrap();
    // A key opens packages, not the vendor's rules; and nobody else changes them.
    for person in [app.people.clerk, app.people.curator] {
        let ctx = app.ctx(person).await;
        let changed = portal.signatures_require(&ctx, false).await;
        assert_eq!(changed.unwrap_err().public(), PortalError::NotFound);
    }
    portal.signatures_require(&publisher, false).await.unwrap();
    let r = upload(portal, &publisher, &TestApp::archive(VERFAHREN, "1.0.0"), None).await.unwrap();
    submit(portal, &publisher, &r).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_requires_signatures_of_everybody() {
    let app = TestApp::start().await;
    let publisher = app.ctx(app.people.publisher).await;
    let tgz = TestApp::archive(VERFAHREN, "1.0.0");
    let r = upload(&app.portal, &publisher, &tgz, None).await.unwrap();
    submit(&app.portal, &publisher, &r).await.unwrap();
    let portal = &app.portal.clone().with_signatures(true);
    let signatures = portal.keys_page(&publisher).await.unwrap().signatures;
    assert!(signatures.by_portal && !signatures.by_vendor);
    let again = TestApp::archive(VERFAHREN, "1.0.1");
    assert_eq!(reason(upload(portal, &publisher, &again, None).await), at_signature("signature_required"));
    // What was handed in before is not released.
    let curator = app.ctx(app.people.curator).await;
    portal.package_take(&curator, &r, lock(portal, &curator, &r).await).await.unwrap();
    assert_eq!(decide(portal, &curator, &r, "release", "").await, Err(rule("signature_required")));
    // A vendor waives nothing of it.
    let signer = Signer::new(1);
    register(portal, &publisher, &signer).await;
    portal.signatures_require(&publisher, true).await.unwrap();
    portal.signatures_require(&publisher, false).await.unwrap();
    assert_eq!(reason(upload(portal, &publisher, &again, None).await), at_signature("signature_required"));
    upload(portal, &publisher, &again, Some(signer.sign(&again))).await.unwrap();
}

/// A package with other texts in its `verfahren.yaml`.
fn changed(verfahren: &str, version: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut files = TestApp::files(verfahren, version);
    let text = String::from_utf8(files.get("verfahren.yaml").unwrap().to_vec()).unwrap();
    files.insert("verfahren.yaml", change(text).as_str());
    files.to_tgz(Vec::new()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_speaks_against_a_package_is_told_at_once() {
    let app = TestApp::start().await;
    let portal = &app.portal;
    let publisher = app.ctx(app.people.publisher).await;
    let unknown = |findings: &[Finding]| findings.iter().any(|f| f.rule == Rule::KeyUnknown.id());
    app.publish("fundsachen", "1.0.0").await;

    // The package is fine, but released, and its signature is nobody's.
    let tgz = TestApp::archive(VERFAHREN, "1.0.0");
    let wrong = || Some(Signer::new(2).sign(&tgz));
    let (findings, reasons) = several(upload(portal, &publisher, &tgz, wrong()).await);
    assert_eq!((findings.len(), reasons), (0, vec![rule("version_published"), at_signature("signature_wrong")]));

    // The package has errors besides.
    let broken = changed(VERFAHREN, "1.0.0", |text| format!("{text}\nunbekannt: 1\n"));
    let (findings, reasons) = several(upload(portal, &publisher, &broken, wrong()).await);
    assert!(unknown(&findings), "{findings:?}");
    assert_eq!(reasons, [rule("version_published"), at_signature("signature_wrong")]);
    let (_, reasons) = several(upload(portal, &publisher, &broken, None).await);
    assert_eq!(reasons, [rule("version_published")]);
    let (_, reasons) = several(upload(portal, &publisher, &broken, Some(String::from("?"))).await);
    assert_eq!(reasons, [rule("version_published"), at_signature("signature_form")]);

    // Of a vendor that the person does not publish for nothing else is told, whether or not there is one (R4).
    for vendor in ["demo-kueste", "gibt-es-nicht"] {
        let foreign = changed(VERFAHREN, "1.0.0", |text| {
            format!("{}\nunbekannt: 1\n", text.replace("id: demo-foerde/", &format!("id: {vendor}/")))
        });
        let (findings, reasons) = several(upload(portal, &publisher, &foreign, wrong()).await);
        assert!(unknown(&findings), "{findings:?}");
        assert_eq!(reasons, [PortalError::NotFound], "{vendor}");
    }
    // What does not even say whose it is has its findings, and that is all.
    let nameless = changed(VERFAHREN, "1.0.0", |text| text.replace("id: demo-foerde/", "kennung: demo-foerde/"));
    match upload(portal, &publisher, &nameless, wrong()).await {
        Err(PublishError::Findings(findings)) => assert!(unknown(&findings), "{findings:?}"),
        other => panic!("{other:?}"),
    }
}
