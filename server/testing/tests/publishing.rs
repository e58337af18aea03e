//! From a vendor's package to a release, and how releases end.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use async_trait::async_trait;
use parking_lot::Mutex;
use portal_core::{
    CoreError, Ctx, Portal,
    ports::{LinkAnswer, LinkCheck, PackageStore},
    use_cases::{NewToken, PackageDecision, PackageListQuery, PublishError, ReleaseEnd},
};
use portal_model::{
    Land, Lang, PortalError, Timestamp,
    finding::Rule,
    reference::Reference,
    submission::{SubmissionSide, SubmissionState as S},
    verfahren::ReleaseState,
};
use portal_testing::{
    TestApp,
    app::{ShiftedClock, open},
};
use std::{collections::HashSet, io::Cursor, sync::Arc};

fn portal_error<T: std::fmt::Debug>(result: Result<T, CoreError>) -> PortalError {
    result.expect_err("an error").public()
}

fn rule(name: &str) -> PortalError {
    PortalError::Rule { rule: name.to_owned() }
}

async fn upload(app: &TestApp, ctx: &Ctx, tgz: Vec<u8>) -> Result<Reference, PublishError> {
    app.portal.package_upload(ctx, Box::new(Cursor::new(tgz)), None).await
}

fn refused(result: Result<Reference, PublishError>) -> PortalError {
    match result.expect_err("an error") {
        PublishError::Core(e) => e.public(),
        other => panic!("{other:?}"),
    }
}

fn decision(word: &str, note: &str) -> PackageDecision {
    PackageDecision { decision: word.to_owned(), note: note.to_owned(), ..PackageDecision::default() }
}

async fn lock(app: &TestApp, ctx: &Ctx, r: &Reference) -> i64 {
    app.portal.package_page(ctx, r).await.unwrap().lock
}

/// A package that a curator released with this decision.
async fn released(app: &TestApp, tgz: Vec<u8>, entered: &PackageDecision) -> Reference {
    let publisher = app.ctx(app.people.publisher).await;
    let curator = app.ctx(app.people.curator).await;
    let r = upload(app, &publisher, tgz).await.unwrap();
    app.portal.package_submit(&publisher, &r, lock(app, &publisher, &r).await).await.unwrap();
    app.portal.package_take(&curator, &r, lock(app, &curator, &r).await).await.unwrap();
    app.portal.package_decide(&curator, &r, lock(app, &curator, &r).await, entered).await.unwrap();
    r
}

#[tokio::test(flavor = "multi_thread")]
async fn from_upload_to_catalogue_with_a_question_in_between() {
    let app = TestApp::start().await;
    let publisher = app.ctx(app.people.publisher).await;
    let curator = app.ctx(app.people.curator).await;
    let r = upload(&app, &publisher, TestApp::archive("fundsachen", "1.0.0")).await.unwrap();
    let page = app.portal.package_page(&publisher, &r).await.unwrap();
    assert_eq!((page.row.state, page.may.submit, page.may.decide), (S::Draft, true, false));
    assert_eq!(portal_error(app.portal.package_page(&curator, &r).await), PortalError::NotFound, "a draft is private");
    assert!(app.portal.verfahren_page(&curator, "fundsachen").await.is_err(), "not in the catalogue yet");

    app.portal.package_submit(&publisher, &r, page.lock).await.unwrap();
    let again = upload(&app, &publisher, TestApp::archive("fundsachen", "1.0.0")).await;
    assert_eq!(refused(again), PortalError::WrongState, "the curators have it");
    let list = app.portal.package_list_page(&curator, &PackageListQuery::default()).await.unwrap();
    assert_eq!(list.rows.items.iter().map(|row| &row.reference).collect::<Vec<_>>(), [&r]);

    app.portal.package_take(&curator, &r, lock(&app, &curator, &r).await).await.unwrap();
    let silent =
        app.portal.package_decide(&curator, &r, lock(&app, &curator, &r).await, &decision("return", " ")).await;
    assert!(matches!(portal_error(silent), PortalError::Invalid { .. }));
    let asks = decision("return", "Bitte die Aufbewahrungsfrist erklären.");
    app.portal.package_decide(&curator, &r, lock(&app, &curator, &r).await, &asks).await.unwrap();
    let publisher = app.ctx(app.people.publisher).await;
    app.portal.package_message(&publisher, &r, "Steht jetzt im Änderungsverzeichnis.").await.unwrap();

    let anew = upload(&app, &publisher, TestApp::archive("fundsachen", "1.0.0")).await.unwrap();
    assert_eq!(anew, r, "the same version goes on in the same submission");
    app.portal.package_submit(&publisher, &r, lock(&app, &publisher, &r).await).await.unwrap();
    let curator = app.ctx(app.people.curator).await;
    app.portal.package_take(&curator, &r, lock(&app, &curator, &r).await).await.unwrap();
    app.portal
        .package_decide(&curator, &r, lock(&app, &curator, &r).await, &decision("release", "Gut erklärt."))
        .await
        .unwrap();

    let page = app.portal.package_page(&publisher, &r).await.unwrap();
    assert_eq!((page.row.state, page.verfahren.as_deref()), (S::Released, Some("fundsachen")));
    let sides: Vec<_> = page.messages.iter().map(|m| m.side).collect();
    assert_eq!(sides, [SubmissionSide::Curator, SubmissionSide::Vendor, SubmissionSide::Curator]);
    let clerk = app.ctx(app.people.clerk).await;
    assert!(app.portal.verfahren_page(&clerk, "fundsachen").await.unwrap().may_request);
    let twice = upload(&app, &publisher, TestApp::archive("fundsachen", "1.0.0")).await;
    assert_eq!(refused(twice), rule("version_published"));
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_learn_nothing_about_packages() {
    let app = TestApp::start().await;
    let publisher = app.ctx(app.people.publisher).await;
    let r = upload(&app, &publisher, TestApp::archive("fundsachen", "1.0.0")).await.unwrap();
    app.portal.package_submit(&publisher, &r, lock(&app, &publisher, &r).await).await.unwrap();
    for person in [app.people.other_publisher, app.people.clerk, app.people.consultant] {
        let ctx = app.ctx(person).await;
        assert_eq!(portal_error(app.portal.package_page(&ctx, &r).await), PortalError::NotFound);
        assert_eq!(portal_error(app.portal.package_message(&ctx, &r, "Hallo").await), PortalError::NotFound);
        assert_eq!(refused(upload(&app, &ctx, TestApp::archive("fundsachen", "1.0.0")).await), PortalError::NotFound);
    }
    let other = app.ctx(app.people.other_publisher).await;
    let list = app.portal.package_list_page(&other, &PackageListQuery::default()).await.unwrap();
    assert_eq!(list.rows.items.len(), 0);
    let publisher_decides = app.portal.package_take(&publisher, &r, lock(&app, &publisher, &r).await).await;
    assert_eq!(portal_error(publisher_decides), PortalError::Forbidden);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_content_stays_declined() {
    let app = TestApp::start().await;
    let publisher = app.ctx(app.people.publisher).await;
    let tgz = TestApp::archive("fundsachen", "1.0.0");
    released(&app, tgz.clone(), &decision("decline", "Die Fristen sind falsch.")).await;
    assert_eq!(refused(upload(&app, &publisher, tgz.clone()).await), rule("content_declined"));
    // The start page tells the vendor of it.
    let home = app.portal.home_page(&publisher).await.unwrap();
    assert_eq!(home.packages_declined.len(), 1);
    // Another content may come, as a package of its own.
    upload(&app, &publisher, TestApp::archive("fundsachen", "1.0.1")).await.unwrap();
    // Also of the same version, but then the declined content does not come in its place.
    let mut changed = TestApp::files("fundsachen", "1.0.0");
    changed.insert("CHANGELOG.md", "# 1.0.0\n\n- Fristen richtig\n");
    let r = upload(&app, &publisher, changed.to_tgz(Vec::new()).unwrap()).await.unwrap();
    let digest = async || app.portal.package_page(&publisher, &r).await.unwrap().digest;
    let before = digest().await;
    assert_eq!(refused(upload(&app, &publisher, tgz).await), rule("content_declined"));
    assert_eq!(digest().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_publishes_does_not_release() {
    let app = TestApp::start().await;
    let system = app.portal.system();
    let foerde = app.ctx(app.people.publisher).await.memberships()[0].organisation;
    let state = app.ctx(app.people.curator).await.memberships()[0].organisation;
    use portal_model::organisation::Role;
    let roles = [(foerde, Role::Publisher), (state, Role::Curator)];
    let both = app.portal.person_add(&system, "Herausgabe und Prüfung", &roles).await.unwrap();
    let both = app.ctx(both).await;
    let r = upload(&app, &both, TestApp::archive("fundsachen", "1.0.0")).await.unwrap();
    let publisher = app.ctx(app.people.publisher).await;
    app.portal.package_submit(&publisher, &r, lock(&app, &publisher, &r).await).await.unwrap();
    app.portal.package_take(&both, &r, lock(&app, &both, &r).await).await.unwrap();
    let decided = app.portal.package_decide(&both, &r, lock(&app, &both, &r).await, &decision("release", "")).await;
    assert_eq!(portal_error(decided), PortalError::SecondPersonNeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn ended_and_limited_versions_cannot_be_used() {
    let app = TestApp::start().await;
    let publisher = app.ctx(app.people.publisher).await;
    let curator = app.ctx(app.people.curator).await;
    let clerk = app.ctx(app.people.clerk).await;
    let pilot = PackageDecision { municipalities: vec!["ploen".to_owned()], ..decision("release", "") };
    released(&app, TestApp::archive("fundsachen", "1.0.0"), &pilot).await;
    let started = app.portal.request_start(&clerk, "fundsachen", "flensburg").await;
    assert!(matches!(portal_error(started), PortalError::Invalid { .. }), "a pilot of others");
    // Nobody there could use it, or not the one that is named: that is no limit but a mistake.
    let limit = async |laender: &[&str], municipalities: &[&str]| {
        let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let (laender, municipalities) = (owned(laender), owned(municipalities));
        app.portal.release_limit(&curator, "fundsachen", "1.0.0", &laender, &municipalities, false).await
    };
    let code = |result: Result<(), CoreError>| match portal_error(result) {
        PortalError::Invalid { fields } => {
            fields.iter().map(|f| format!("{} {}", f.path, f.code)).collect::<Vec<_>>().join(", ")
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(code(limit(&["09"], &[]).await), "land laender_empty");
    assert_eq!(code(limit(&["09"], &["ploen"]).await), "verwaltung lines_outside");
    assert_eq!(
        code(limit(&["09"], &["ploen", "gibtsnicht"]).await),
        "verwaltung lines_unknown, verwaltung lines_outside"
    );
    limit(&["01", "09"], &["ploen"]).await.unwrap();
    app.municipality("Stadt Rothenburg", "rothenburg", "095710193193", Land::BAYERN).await;
    limit(&["09"], &[]).await.unwrap();
    assert!(app.portal.request_start(&clerk, "fundsachen", "flensburg").await.is_err(), "another Land");
    let by_publisher = app.portal.release_limit(&publisher, "fundsachen", "1.0.0", &[], &[], false).await;
    assert_eq!(portal_error(by_publisher), PortalError::Forbidden, "vendors do not widen what curators limited");
    app.portal.release_limit(&curator, "fundsachen", "1.0.0", &[], &[], false).await.unwrap();

    // A draft, a request that waits for its decision, and one that was tested.
    let tested = app.accepted("fundsachen").await;
    app.run_until_idle().await;
    let stranger = app.ctx(app.people.stranger).await;
    let draft = app.portal.request_start(&stranger, "fundsachen", "ploen").await.unwrap();
    let end = |state: &str| ReleaseEnd { state: state.to_owned(), note: "Fehler".to_owned(), ..ReleaseEnd::default() };
    app.portal.release_end(&publisher, "fundsachen", "1.0.0", &end("withdrawn")).await.unwrap();
    let back = app.portal.release_end(&publisher, "fundsachen", "1.0.0", &end("published")).await;
    assert_eq!(portal_error(back), PortalError::WrongState, "what was withdrawn is never offered again");
    let draft_lock = app.lock(&stranger, &draft).await;
    assert_eq!(portal_error(app.portal.request_submit(&stranger, &draft, draft_lock).await), rule("release_withdrawn"));
    let gone = app.portal.request_start(&clerk, "fundsachen", "flensburg").await;
    assert_eq!(portal_error(gone), PortalError::NotFound);
    let case = app.portal.case_page(&clerk, &tested).await.unwrap();
    assert!(case.test_run.unwrap().passed, "what runs keeps running");
    let page = app.portal.version_page(&clerk, "fundsachen", "1.0.0").await.unwrap();
    assert_eq!((page.state, page.note.as_str()), (ReleaseState::Withdrawn, "Fehler"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_runs_out_may_still_be_finished() {
    let app = TestApp::start().await;
    let publisher = app.ctx(app.people.publisher).await;
    released(&app, TestApp::archive("fundsachen", "1.0.0"), &decision("release", "")).await;
    let r = app.submitted("fundsachen").await;
    released(&app, TestApp::archive("fundsachen", "1.0.1"), &decision("release", "")).await;
    let end = ReleaseEnd {
        state: "deprecated".to_owned(),
        note: "Nachfolger ist da".to_owned(),
        replacement: "1.0.1".to_owned(),
    };
    app.portal.release_end(&publisher, "fundsachen", "1.0.0", &end).await.unwrap();
    let consultant = app.ctx(app.people.consultant).await;
    app.portal.request_take(&consultant, &r, app.lock(&consultant, &r).await).await.unwrap();
    app.portal.request_decide(&consultant, &r, app.lock(&consultant, &r).await, "accept", "").await.unwrap();
    let runs = app.portal.releases_page(&publisher, "fundsachen").await.unwrap();
    assert_eq!(runs.releases.iter().map(|r| r.version.as_str()).collect::<Vec<_>>(), ["1.0.1", "1.0.0"]);
    assert_eq!(runs.releases[1].replaced_by.as_deref(), Some("1.0.1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn access_keys_reach_only_as_far_as_they_say() {
    let app = TestApp::start().await;
    app.publish("fundsachen", "1.0.0").await;
    let publisher = app.ctx(app.people.publisher).await;
    let new = NewToken { name: "Pipeline".to_owned(), days: "30".to_owned(), verfahren: vec!["fundsachen".to_owned()] };
    let secret = app.portal.token_add(&publisher, &new).await.unwrap();
    let actor = app.portal.actor_of_token(&secret).await.unwrap().expect("a live key");
    let ctx = app.portal.ctx(actor, portal_model::Lang::De);
    let r = upload(&app, &ctx, TestApp::archive("fundsachen", "1.0.1")).await.unwrap();
    app.portal.package_submit(&ctx, &r, lock(&app, &ctx, &r).await).await.unwrap();
    // Another Verfahren of the same vendor, one of another vendor, keys, cases: all of it does not exist for this key.
    for other in ["maengelmelder", "gewerbe", "hundesteuer", "osterfeuer"] {
        let versions = std::fs::read_dir(format!("{}/../demo/packages/{other}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let version = versions.map(|v| v.unwrap().file_name().into_string().unwrap()).min().unwrap();
        assert_eq!(
            refused(upload(&app, &ctx, TestApp::archive(other, &version)).await),
            PortalError::NotFound,
            "{other}"
        );
    }
    assert!(app.portal.token_add(&ctx, &new).await.is_err(), "a key makes no keys");
    assert_eq!(portal_error(app.portal.package_message(&ctx, &r, "Hallo").await), PortalError::Forbidden);
    let bad = NewToken { days: "9999".to_owned(), name: String::new(), verfahren: vec!["gibtsnicht".to_owned()] };
    let PortalError::Invalid { fields } = portal_error(app.portal.token_add(&publisher, &bad).await) else { panic!() };
    assert_eq!(fields.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["name", "tage", "verfahren"]);

    let id = app.portal.keys_page(&publisher).await.unwrap().tokens[0].id;
    let other = app.ctx(app.people.other_publisher).await;
    assert_eq!(portal_error(app.portal.token_revoke(&other, id).await), PortalError::NotFound);
    app.portal.token_revoke(&publisher, id).await.unwrap();
    assert_eq!(app.portal.actor_of_token(&secret).await.unwrap(), None);
    assert_eq!(app.portal.actor_of_token("ozgp_nonsense").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn municipalities_tell_and_vendors_answer() {
    let app = TestApp::start().await;
    app.publish("fundsachen", "1.0.0").await;
    let clerk = app.ctx(app.people.clerk).await;
    let publisher = app.ctx(app.people.publisher).await;
    let give = app.portal.feedback_give(&clerk, "fundsachen", "flensburg", "wish", "Fotos größer zeigen").await;
    give.unwrap();
    let foreign = app.portal.feedback_give(&clerk, "fundsachen", "ploen", "wish", "Fremd").await;
    assert_eq!(portal_error(foreign), PortalError::NotFound);
    let empty = app.portal.feedback_give(&clerk, "fundsachen", "flensburg", "", " ").await;
    assert!(matches!(portal_error(empty), PortalError::Invalid { .. }));
    let page = app.portal.feedback_page(&clerk, "fundsachen", None).await.unwrap();
    let id = page.rows.items[0].id;
    assert!(!page.may_answer && page.speaks_for.len() == 1);
    assert!(app.portal.feedback_answer(&clerk, "fundsachen", id, "Nein").await.is_err());
    app.portal.feedback_answer(&publisher, "fundsachen", id, "Kommt mit 1.1.").await.unwrap();
    let page = app.portal.feedback_page(&clerk, "fundsachen", None).await.unwrap();
    assert_eq!(page.rows.items[0].answer, "Kommt mit 1.1.");
}

/// One package that cannot be read keeps neither the portal from starting nor anybody from the others.
#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_is_lost_stops_nothing_else() {
    let app = TestApp::start().await;
    app.publish("maengelmelder", "1.0.0").await;
    app.publish("fundsachen", "1.0.0").await;
    let kept = app.portal.catalogue().newest("maengelmelder").unwrap().release.digest.clone();
    app.packages.sweep(&HashSet::from([kept]), Timestamp(i64::MAX)).await.unwrap();

    let (storage, portal) = open(&app.url, app.packages.clone(), app.portal.clock().clone()).await;
    let ctx = portal.ctx(portal.actor(app.people.clerk).await.unwrap().unwrap(), Lang::De);
    portal.request_start(&ctx, "maengelmelder", "flensburg").await.unwrap();
    let missing = async || portal.verfahren_page(&ctx, "fundsachen").await.unwrap().suitability[0].missing.clone();
    assert!(missing().await.is_empty(), "nobody has tried to read it");
    let refused = portal.request_start(&ctx, "fundsachen", "flensburg").await;
    assert_eq!(portal_error(refused), rule("package_unreadable"));
    assert_eq!(missing().await, ["package"]);
    let version = async || portal.version_page(&ctx, "fundsachen", "1.0.0").await.unwrap();
    let page = version().await;
    assert!(page.changelog_unread && page.changelog.is_empty());

    app.packages.put(&TestApp::files("fundsachen", "1.0.0")).await.unwrap();
    let page = version().await;
    assert!(!page.changelog_unread && !page.changelog.is_empty());
    assert_eq!(missing().await, ["package"], "not tried for everybody who asks");
    app.clock.pass_seconds(60);
    assert!(missing().await.is_empty(), "somebody mended it");
    let r = portal.request_start(&ctx, "fundsachen", "flensburg").await.unwrap();
    assert!(!portal.case_page(&ctx, &r).await.unwrap().values_unread);
    storage.close().await;

    // A case tells everything but the values without its package.
    app.packages.sweep(&HashSet::new(), Timestamp(i64::MAX)).await.unwrap();
    let (storage, portal) = open(&app.url, app.packages.clone(), app.portal.clock().clone()).await;
    let page = portal.case_page(&ctx, &r).await.unwrap();
    assert!(page.values_unread && page.values.is_empty());
    assert_eq!(page.head.reference, r);
    assert_eq!(portal_error(portal.task_list_page(&ctx, &r).await), rule("package_unreadable"));
    storage.close().await;
}

/// What nothing refers to any more, and what was put but never committed, is cleared once it is a day old.
#[tokio::test(flavor = "multi_thread")]
async fn packages_without_a_use_are_cleared() {
    let app = TestApp::start().await;
    let there = async |digest: &str| app.packages.get(digest).await.unwrap().is_some();
    let mut files = TestApp::files("fundsachen", "1.0.0");
    let first = files.digest();
    let stranger = app.ctx(app.people.other_publisher).await;
    let archive = TestApp::archive("fundsachen", "1.0.0");
    assert_eq!(refused(upload(&app, &stranger, archive.clone()).await), PortalError::NotFound);
    assert!(!there(&first).await, "nothing stays of what was refused");

    let publisher = app.ctx(app.people.publisher).await;
    upload(&app, &publisher, archive).await.unwrap();
    files.insert("README.md", "# Fundsachen\n");
    upload(&app, &publisher, files.to_tgz(Vec::new()).unwrap()).await.unwrap();
    let never = app.packages.put(&TestApp::files("maengelmelder", "1.0.0")).await.unwrap();
    let swept = app.portal.packages_sweep().await.unwrap();
    assert_eq!((swept.packages, swept.files), (0, 0), "what is new may belong to something that is under way");
    let later = Arc::new(ShiftedClock::new(2 * 24 * 3600));
    let (storage, portal) = open(&app.url, app.packages.clone(), later).await;
    let swept = portal.packages_sweep().await.unwrap();
    assert_eq!((swept.packages, swept.missing), (2, vec![]));
    assert!(there(&files.digest()).await && !there(&first).await && !there(&never).await);
    storage.close().await;
}

/// Answers by what stands in the address, and notes whom it was asked about.
#[derive(Default)]
struct Looked(Mutex<Vec<String>>);

#[async_trait]
impl LinkCheck for Looked {
    async fn look(&self, address: &str) -> LinkAnswer {
        self.0.lock().push(address.to_owned());
        match address {
            a if a.contains("opencode") => LinkAnswer::Gone(404),
            a if a.contains("doku") => LinkAnswer::Silent,
            _ => LinkAnswer::Fine,
        }
    }
}

/// Addresses that lead nowhere are a hint, and nobody makes the portal knock with a package that is not theirs.
#[tokio::test(flavor = "multi_thread")]
async fn links_are_looked_at_when_the_operator_wants_it() {
    let app = TestApp::start().await;
    let publisher = app.ctx(app.people.publisher).await;
    let mut files = TestApp::files("fundsachen", "1.0.0");
    let text = String::from_utf8(files.get("publiccode.yml").unwrap().to_vec()).unwrap();
    let text = text.replace("landingURL: https://opencode.example/", "landingURL: https://doku.example/");
    files.insert("publiccode.yml", text);
    let tgz = files.to_tgz(Vec::new()).unwrap();
    let found = async |portal: &Portal, r: &Reference| {
        let page = portal.package_page(&publisher, r).await.unwrap();
        let hints = page.findings.into_iter().filter(|f| f.is(Rule::LinkGone) || f.is(Rule::LinkSilent));
        hints.map(|f| (f.rule, f.key)).collect::<Vec<_>>()
    };
    let r = upload(&app, &publisher, tgz.clone()).await.unwrap();
    assert_eq!(found(&app.portal, &r).await, []);
    let looked = Arc::new(Looked::default());
    let portal = app.portal.clone().with_links(looked.clone());
    let stranger = app.ctx(app.people.other_publisher).await;
    portal.package_upload(&stranger, Box::new(Cursor::new(tgz.clone())), None).await.unwrap_err();
    assert_eq!(*looked.0.lock(), Vec::<String>::new());
    let r = portal.package_upload(&publisher, Box::new(Cursor::new(tgz)), None).await.unwrap();
    let expected = [(Rule::LinkSilent, "landingURL"), (Rule::LinkGone, "url")];
    assert_eq!(found(&portal, &r).await, expected.map(|(rule, key)| (rule.id().to_owned(), key.to_owned())));
}
