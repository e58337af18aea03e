//! Trials as a pipeline and an operator's browser meet them.

use crate::{
    common::{
        World,
        packages::{VENDOR, archive},
    },
    push::{code, err, out, portal},
};
use axum::http::{Method, StatusCode};
use portal::{AppState, router, state::WebSettings, web::assets::Site, worker::WorkerStatus};
use portal_core::{
    ports::{Journal as _, OperationUpdate, Record},
    use_cases::NewToken,
};
use portal_model::{
    data_centre::Stage,
    operation::{Failure, FailureCause, OperationState},
    organisation::{OrganisationKind, Role},
};
use portal_testing::{TestApp, app::TEST_NAMESPACE};
use serde_json::{Value, json};
use std::{net::SocketAddr, process::Output};
use tokio_util::sync::CancellationToken;

/// The whole app with the simulated data centre, on a port of this machine, and a vendor's pipeline.
struct Setting {
    app: TestApp,
    url: String,
    key: String,
    folder: tempfile::TempDir,
}

impl Setting {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let (web, worker) = (WebSettings::default(), WorkerStatus::default());
        let storage = (*app.storage).clone();
        let state = AppState::new(app.portal.clone(), storage, Site::default(), web, worker, CancellationToken::new());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        let publisher = app.ctx(app.people.publisher).await;
        let new = NewToken { name: "Pipeline".to_owned(), days: "30".to_owned(), verfahren: Vec::new() };
        let key = app.portal.token_add(&publisher, &new).await.unwrap().to_string();
        Self { app, url, key, folder: tempfile::tempdir().unwrap() }
    }

    async fn admit(&self, number: i64) {
        let system = self.app.portal.system();
        let target = self.app.portal.target_named(&system, "test-rz", TEST_NAMESPACE).await.unwrap();
        assert_eq!(target.stage, Stage::Test);
        self.app.portal.trials_admit(&system, target.id, number).await.unwrap();
    }

    /// Pushes a package while the engine works, if there is one.
    async fn push(&self, tgz: &[u8], more: &[&str], engine: bool) -> Output {
        let file = self.folder.path().join("a.tgz");
        std::fs::write(&file, tgz).unwrap();
        let mut command = portal(&["package", "push"]);
        command.arg(&file).args(["--url", &self.url, "--trial"]).args(more).env("PORTAL_TOKEN", &self.key);
        let work = async {
            loop {
                self.app.run_until_idle().await;
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        };
        tokio::select! {
            output = command.output() => output.unwrap(),
            () = work, if engine => unreachable!("it works until the command has ended"),
        }
    }

    async fn state(&self) -> String {
        let publisher = self.app.ctx(self.app.people.publisher).await;
        let all = portal_core::use_cases::PackageListQuery { stand: "all".to_owned(), ..Default::default() };
        let list = self.app.portal.package_list_page(&publisher, &all).await.unwrap();
        list.rows.items[0].state.word().to_owned()
    }
}

fn red() -> Vec<u8> {
    let mut files = TestApp::files("fundsachen", "1.0.0");
    let test = String::from_utf8(files.get("tests/werte.yaml").unwrap().to_vec()).unwrap();
    files.insert("tests/werte.yaml", test.replace("wert:GEBUEHR=~", "wert:GIBTSNICHT=~").as_str());
    files.to_tgz(Vec::new()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_tries_what_it_pushes() {
    let s = Setting::new().await;
    let good = TestApp::archive("fundsachen", "1.0.0");
    // Nobody admits trials: what was uploaded is a draft all the same.
    let refused = s.push(&good, &["--submit"], true).await;
    assert_eq!(code(&refused), 1, "{} {}", out(&refused), err(&refused));
    assert!(out(&refused).contains("refused: no data centre admits trials"), "{}", out(&refused));
    assert_eq!(s.state().await, "draft");
    s.admit(1).await;

    // A red test: its log is told, and the package is not handed in.
    let failed = s.push(&red(), &["--submit"], true).await;
    assert_eq!(code(&failed), 1, "{} {}", out(&failed), err(&failed));
    for part in [" failed", "FEHLER wert GIBTSNICHT", "  passed "] {
        assert!(out(&failed).contains(part), "{part} is missing in {}", out(&failed));
    }
    assert!(err(&failed).contains("BE-"), "how far it is: {}", err(&failed));
    assert_eq!(s.state().await, "draft");
    s.app.run_until_idle().await;

    let passed = s.push(&good, &["--submit", "--format", "json", "--trial-target", TEST_NAMESPACE], true).await;
    assert_eq!(code(&passed), 0, "{} {}", out(&passed), err(&passed));
    assert_eq!(err(&passed), "", "programs read standard output only");
    let report: Value = serde_json::from_slice(&passed.stdout).unwrap();
    assert_eq!((&report["fine"], &report["state"]), (&json!(true), &json!("submitted")), "{report}");
    assert_eq!(report["trial"]["result"], "passed");
    let tests = report["trial"]["tests"].as_array().unwrap();
    assert!(tests.len() == 2 && tests.iter().all(|t| t["passed"] == true && t["title"] != ""), "{report}");
    assert_eq!(s.state().await, "submitted");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_tried_now_may_be_tried_later() {
    let s = Setting::new().await;
    s.admit(1).await;
    let good = TestApp::archive("fundsachen", "1.0.0");
    let nowhere = s.push(&good, &["--trial-target", "gibt-es-nicht"], false).await;
    assert_eq!(code(&nowhere), 2, "{} {}", out(&nowhere), err(&nowhere));
    assert!(err(&nowhere).contains(TEST_NAMESPACE), "{}", err(&nowhere));
    // Somebody else's trial takes the only place, and nobody works on it.
    let other = s.app.ctx(s.app.people.other_publisher).await;
    let theirs = TestApp::archive("gewerbe", "1.0.0");
    let r = s.app.portal.package_upload(&other, Box::new(std::io::Cursor::new(theirs)), None).await.unwrap();
    s.app.portal.trial_start(&other, &r, None, None).await.unwrap();
    let full = s.push(&good, &[], false).await;
    assert_eq!(code(&full), 3, "{} {}", out(&full), err(&full));
    assert!(err(&full).contains("as many trials as are admitted"), "{}", err(&full));
}

/// The target never comes back: its operator says so in the form, with a reason.
#[tokio::test]
async fn an_operator_gives_a_target_up_in_the_browser() {
    let world = World::new().await;
    world.admit_trials().await;
    let pipeline = world.pipeline(&world.key(world.publisher(VENDOR).await, &[]).await);
    let uploaded = pipeline.upload(archive("demo-foerde/osterfeuer", "1.1.0")).await;
    let trials = format!("{}/trials", uploaded.header("location"));
    let started = pipeline.json(Method::POST, &trials, &json!({})).await;
    assert_eq!(started.status, StatusCode::CREATED, "{}", started.text());
    let path = started.header("location").replace("/api/v1/packages", "/pakete").replace("/trials/", "/probelaeufe/");
    let form = format!("{path}/aufgeben");

    let body = world.organisation("betrieb", OrganisationKind::Operator).await;
    let roles = [(body, Role::Operator)];
    let person = world.portal.person_add(&world.portal.system(), "Betriebsleitung", &roles).await.unwrap();
    let operator = world.signed_in(person).await;
    let vendor = world.signed_in(world.publisher).await;
    // As long as it may still clear there is no such form.
    assert!(!operator.get(&path).await.text().contains("/aufgeben"));
    assert_eq!(operator.get(&form).await.header("location"), path);
    let early = operator.post(&form, &[("begruendung", "abgebaut")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "{}", early.text());
    assert!(early.text().contains("abgebaut</textarea>"), "{}", early.text());

    // As a worker leaves it when the target does not answer while it clears away.
    let now = world.portal.system().now;
    let later = now.plus_seconds(100_000);
    let claim = world.storage.claim("worker", later, later.plus_seconds(30), 4).await.unwrap().expect("due");
    let update = OperationUpdate {
        state: OperationState::Waiting,
        step: 4,
        attempt: 9,
        failure: Some(Failure { cause: FailureCause::Unreachable, detail: String::new() }),
        run_after: now.plus_seconds(3600),
        finished_at: None,
        keep_lease: false,
    };
    world.storage.record(&claim.lease, Record { update: Some(update), ..Record::default() }).await.unwrap();
    assert!(operator.get(&path).await.text().contains(&form));
    assert!(!vendor.get(&path).await.text().contains("/aufgeben"), "only its operator knows that it is gone");
    assert_eq!(vendor.post(&form, &[("begruendung", "abgebaut")]).await.status, StatusCode::FORBIDDEN);
    let asked = operator.get(&form).await;
    for part in ["Ziel aufgegeben: nichts mehr zu entfernen?", "name=\"begruendung\"", "Ja, Ziel ist aufgegeben"] {
        assert!(asked.text().contains(part), "{part} is missing in {}", asked.text());
    }
    let silent = operator.post(&form, &[("begruendung", "  ")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.text().contains("href=\"#f-begruendung\""), "{}", silent.text());
    let done = operator.post(&form, &[("begruendung", "Rechenzentrum <b>abgebaut</b>")]).await;
    assert_eq!(done.header("location"), format!("{path}?ok=trial_given_up"), "{}", done.text());
    let page = operator.get(&path).await.text();
    for part in ["nichts entfernt: Ziel aufgegeben", "Ziel aufgegeben von", "Betriebsleitung", "nicht ausgeführt"] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
    assert!(!page.contains("offen</span>") && !page.contains("/aufgeben\""), "{page}");
    let again = operator.post(&form, &[("begruendung", "abgebaut")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text());
}
