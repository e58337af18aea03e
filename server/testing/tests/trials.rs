//! Trying a package before its release, through the whole app: real storage, engine and driver, and the simulated data
//! centre.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use portal_core::{
    CoreError, Ctx,
    ports::{Journal as _, OperationUpdate, Record},
    use_cases::{NewToken, PackageDecision},
};
use portal_model::{
    Lang, PortalError, TargetId,
    data_centre::Stage,
    event::EventCode,
    operation::{Failure, FailureCause, OperationKind, OperationState},
    organisation::Role,
    pages::{operation::StepState, trials::TrialPage},
    reference::Reference,
    submission::SubmissionState,
    trial::TrialResult,
};
use portal_targets::simulator::ledger::EffectVerb;
use portal_testing::{
    TestApp,
    app::{PRODUCTION_NAMESPACE, TEST_NAMESPACE},
};
use std::{collections::BTreeSet, io::Cursor};

fn portal_error<T: std::fmt::Debug>(result: Result<T, CoreError>) -> PortalError {
    result.expect_err("an error").public()
}

fn rule(name: &str) -> PortalError {
    PortalError::Rule { rule: name.to_owned() }
}

async fn upload(app: &TestApp, ctx: &Ctx, tgz: Vec<u8>) -> Reference {
    match app.portal.package_upload(ctx, Box::new(Cursor::new(tgz)), None).await {
        Ok(reference) => reference,
        Err(error) => panic!("{error:?}"),
    }
}

/// The package with another text in one of its files, under the same version.
fn changed(path: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut files = TestApp::files("fundsachen", "1.0.0");
    let text = String::from_utf8(files.get(path).unwrap().to_vec()).unwrap();
    let new = change(&text);
    assert_ne!(text, new);
    files.insert(path, new);
    files.to_tgz(Vec::new()).unwrap()
}

fn good() -> Vec<u8> {
    TestApp::archive("fundsachen", "1.0.0")
}

struct Setting {
    app: TestApp,
    publisher: Ctx,
    operator: Ctx,
    test: TargetId,
    production: TargetId,
}

impl Setting {
    /// Nothing is admitted yet.
    async fn new() -> Self {
        let app = TestApp::start().await;
        let publisher = app.ctx(app.people.publisher).await;
        let system = app.portal.system();
        let operator = app.portal.target_named(&system, "test-rz", TEST_NAMESPACE).await.unwrap();
        let production = app.portal.target_named(&system, "test-rz", PRODUCTION_NAMESPACE).await.unwrap();
        assert_eq!((operator.stage, production.stage), (Stage::Test, Stage::Production));
        let body = app.operator().await;
        let person = app.portal.person_add(&system, "Betrieb", &[(body, Role::Operator)]).await.unwrap();
        let ctx = app.ctx(person).await;
        Self { app, publisher, operator: ctx, test: operator.id, production: production.id }
    }

    async fn admitted() -> Self {
        let s = Self::new().await;
        s.app.portal.trials_admit(&s.operator, s.test, 1).await.unwrap();
        s
    }

    async fn run(&self, package: &Reference) -> TrialPage {
        let trial = self.app.portal.trial_start(&self.publisher, package, None, None).await.unwrap();
        self.app.run_until_idle().await;
        let page = self.app.portal.trial_page(&self.publisher, package, &trial).await.unwrap();
        self.nothing_is_left(&page).await;
        page
    }

    /// What was made was removed, and production was never touched.
    async fn nothing_is_left(&self, page: &TrialPage) {
        assert_eq!(page.state, OperationState::Done);
        assert!(page.row.finished_at.is_some() && !page.may_cancel);
        let effects = self.app.effects();
        assert!(effects.iter().all(|e| e.namespace == TEST_NAMESPACE));
        let made: BTreeSet<_> =
            effects.iter().filter(|e| e.changed && e.verb != EffectVerb::Delete).map(|e| (&e.kind, &e.name)).collect();
        let gone: BTreeSet<_> =
            effects.iter().filter(|e| e.changed && e.verb == EffectVerb::Delete).map(|e| (&e.kind, &e.name)).collect();
        assert_eq!(made.difference(&gone).collect::<Vec<_>>(), Vec::<&(&String, &String)>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_package_passes_and_nothing_is_left() {
    let s = Setting::admitted().await;
    let (app, publisher) = (&s.app, &s.publisher);
    let r = upload(app, publisher, good()).await;
    let offered = app.portal.package_page(publisher, &r).await.unwrap().trials;
    assert!(offered.offered && offered.may_start && offered.places.len() == 1 && offered.rows.is_empty());

    let page = s.run(&r).await;
    assert_eq!((page.row.result, &page.failure), (Some(TrialResult::Passed), &None));
    assert!(page.steps.iter().all(|step| step.state == StepState::Done), "{:?}", page.steps);
    let report = page.report.unwrap();
    assert!(report.passed && report.cases.len() == 2 && report.cases.iter().all(|c| !c.title.de.is_empty()));
    assert!(page.events.iter().any(|e| e.code == EventCode::TestCase));
    // Names come from an instance of its own; no secret was written, and none is kept.
    let names = app.effects();
    assert!(names.iter().filter(|e| e.changed && e.kind != "Pod").any(|e| e.name.starts_with("probe-")));
    // Cut off: only the portal's policy reaches the target, whatever the package says about the network.
    let policies: BTreeSet<_> = names.iter().filter(|e| e.kind == "NetworkPolicy").map(|e| &e.name).collect();
    assert!(policies.len() == 1 && policies.iter().all(|name| name.ends_with("-probelauf")), "{policies:?}");
    let events = app.portal.events(publisher, &page.row.reference, 0, 500).await.unwrap();
    assert_eq!(events.len(), page.events.len());

    // It is evidence for nobody: a Verwaltung tests for itself, and the operation is not one of a case.
    assert_eq!(portal_error(app.portal.operation_page(publisher, &page.row.reference).await), PortalError::NotFound);
    let retry = app.portal.operation_retry(publisher, &page.row.reference).await;
    assert_eq!(portal_error(retry), PortalError::NotFound);

    // Curators see it with the package, not before it is handed in.
    let curator = app.ctx(app.people.curator).await;
    let trial = page.row.reference.clone();
    assert_eq!(portal_error(app.portal.trial_page(&curator, &r, &trial).await), PortalError::NotFound);
    assert_eq!(portal_error(app.portal.trial_start(&curator, &r, None, None).await), PortalError::NotFound);
    assert_eq!(portal_error(app.portal.trial_cancel(&curator, &r, &trial).await), PortalError::NotFound);
    let lock = app.portal.package_page(publisher, &r).await.unwrap().lock;
    app.portal.package_submit(publisher, &r, lock).await.unwrap();
    let seen = app.portal.package_page(&curator, &r).await.unwrap().trials;
    assert_eq!((seen.offered, seen.rows.len(), seen.rows[0].data_centre.as_str()), (false, 1, "Test-RZ"));
    assert_eq!((seen.rows[0].result, seen.rows[0].passed_tests), (Some(TrialResult::Passed), 2));
    assert!(!app.portal.trial_page(&curator, &r, &trial).await.unwrap().may_cancel);
    assert_eq!(portal_error(app.portal.trial_start(&curator, &r, None, None).await), PortalError::Forbidden);
    // The operator sees what ran, but not the package.
    let here = app.portal.trial_target_page(&s.operator, s.test).await.unwrap();
    assert_eq!(here.trials.iter().map(|t| &t.reference).collect::<Vec<_>>(), [&trial]);
    assert!(!app.portal.trial_page(&s.operator, &r, &trial).await.unwrap().may_see_package);
    assert_eq!(portal_error(app.portal.package_page(&s.operator, &r).await), PortalError::NotFound);
    // Once it is decided on there is nothing more to try.
    app.portal.package_take(&curator, &r, lock + 1).await.unwrap();
    let decline = PackageDecision { decision: "decline".into(), note: "Nein".into(), ..PackageDecision::default() };
    app.portal.package_decide(&curator, &r, lock + 2, &decline).await.unwrap();
    assert_eq!(portal_error(app.portal.trial_start(publisher, &r, None, None).await), PortalError::WrongState);
}

/// Policies add up, so what the package opens for itself must not reach the target.
#[tokio::test(flavor = "multi_thread")]
async fn the_packages_own_network_policies_are_left_out() {
    let s = Setting::admitted().await;
    let mut files = TestApp::files("fundsachen", "1.0.0");
    let open = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: { $name: netz } }\nspec:\n  \
        podSelector: { matchLabels: { app: { $name: web } } }\n  policyTypes: [Ingress, Egress]\n  egress: [{}]\n  \
        ingress: [{}]\n";
    files.insert("manifests/50-netz.yaml", open);
    let r = upload(&s.app, &s.publisher, files.to_tgz(Vec::new()).unwrap()).await;
    // Wherever else it is set up it has this policy.
    let preview = s.app.portal.package_preview(&s.publisher, &r).await.unwrap();
    assert!(preview.objects.iter().any(|o| o.kind == "NetworkPolicy" && o.name.ends_with("-netz")));
    let page = s.run(&r).await;
    assert_eq!(page.row.result, Some(TrialResult::Passed));
    let effects = s.app.effects();
    let policies: BTreeSet<_> = effects.iter().filter(|e| e.kind == "NetworkPolicy").map(|e| &e.name).collect();
    assert!(policies.len() == 1 && policies.iter().all(|name| name.ends_with("-probelauf")), "{policies:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_test_is_told_and_a_new_content_counts_anew() {
    let s = Setting::admitted().await;
    let r =
        upload(&s.app, &s.publisher, changed("tests/werte.yaml", |t| t.replace("wert:GEBUEHR=~", "wert:GIBTSNICHT=~")))
            .await;
    let page = s.run(&r).await;
    assert_eq!(page.row.result, Some(TrialResult::Failed));
    let report = page.report.unwrap();
    let red: Vec<_> = report.cases.iter().filter(|c| !c.passed).collect();
    assert!(!report.passed && red.len() == 1 && red[0].log.contains("FEHLER wert GIBTSNICHT"), "{report:?}");

    let again = upload(&s.app, &s.publisher, good()).await;
    assert_eq!(again, r);
    let rows = s.app.portal.package_page(&s.publisher, &r).await.unwrap().trials.rows;
    assert!(rows.len() == 1 && rows[0].earlier_content);
    let page = s.run(&r).await;
    assert_eq!((page.row.result, page.row.earlier_content), (Some(TrialResult::Passed), false));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_set_up_is_cleared_away() {
    let s = Setting::admitted().await;
    // The web server misses a value and ends again and again.
    let broken = changed("manifests/30-formular.yaml", |t| {
        t.replace("          envFrom:", "          args: ['wert:GIBTSNICHT=~.']\n          envFrom:")
    });
    let r = upload(&s.app, &s.publisher, broken).await;
    let page = s.run(&r).await;
    assert_eq!(page.row.result, Some(TrialResult::Broken));
    assert!(page.failure.is_some() && page.report.is_none());
    let states: Vec<_> = page.steps.iter().map(|step| step.state).collect();
    assert!(states.contains(&StepState::Failed) && states.last() == Some(&StepState::Done), "{states:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_where_the_operator_admits_it() {
    let s = Setting::new().await;
    let portal = &s.app.portal;
    let r = upload(&s.app, &s.publisher, good()).await;
    let start = |target| portal.trial_start(&s.publisher, &r, target, None);
    assert_eq!(portal_error(start(None).await), rule("no_trial_target"), "denied by default");
    assert_eq!(portal_error(start(Some(s.test)).await), rule("no_trial_target"));
    assert!(portal.package_page(&s.publisher, &r).await.unwrap().trials.places.is_empty());

    // Never in production; only by the operator; within limits.
    assert_eq!(portal_error(portal.trials_admit(&s.operator, s.production, 1).await), rule("trials_admitted"));
    for person in [s.app.people.publisher, s.app.people.consultant, s.app.people.curator] {
        let ctx = s.app.ctx(person).await;
        assert_eq!(portal_error(portal.trials_admit(&ctx, s.test, 1).await), PortalError::NotFound);
        assert_eq!(portal_error(portal.trial_target_page(&ctx, s.test).await), PortalError::NotFound);
    }
    for number in [-1, 21] {
        assert!(matches!(
            portal_error(portal.trials_admit(&s.operator, s.test, number).await),
            PortalError::Invalid { .. }
        ));
    }
    portal.trials_admit(&s.operator, s.test, 1).await.unwrap();
    assert!(matches!(portal_error(start(Some(s.production)).await), PortalError::Invalid { .. }), "not one of those");
    let old = portal.trial_start(&s.publisher, &r, None, Some(0)).await;
    assert_eq!(portal_error(old), PortalError::Conflict, "the content that the person saw");
    let trial = start(Some(s.test)).await.unwrap();
    assert_eq!(portal_error(start(None).await), rule("live_trial"), "one at a time");
    let other = s.app.ctx(s.app.people.other_publisher).await;
    let theirs = upload(&s.app, &other, TestApp::archive("gewerbe", "1.0.0")).await;
    assert_eq!(portal_error(portal.trial_start(&other, &theirs, None, None).await), rule("trials_full"));

    // Taken back: nothing new begins, what runs is finished.
    portal.trials_admit(&s.operator, s.test, 0).await.unwrap();
    s.app.run_until_idle().await;
    let page = portal.trial_page(&s.publisher, &r, &trial).await.unwrap();
    assert_eq!(page.row.result, Some(TrialResult::Passed));
    assert_eq!(portal_error(start(Some(s.test)).await), rule("no_trial_target"));
}

#[tokio::test(flavor = "multi_thread")]
async fn calling_off_removes_everything() {
    let s = Setting::admitted().await;
    let portal = &s.app.portal;
    let r = upload(&s.app, &s.publisher, good()).await;
    let trial = portal.trial_start(&s.publisher, &r, None, None).await.unwrap();
    assert!(portal.trial_page(&s.publisher, &r, &trial).await.unwrap().may_cancel);
    portal.trial_cancel(&s.publisher, &r, &trial).await.unwrap();
    assert_eq!(portal_error(portal.trial_cancel(&s.publisher, &r, &trial).await), PortalError::WrongState);
    assert!(portal.package_page(&s.publisher, &r).await.unwrap().trials.rows[0].cancelling);
    s.app.run_until_idle().await;
    let page = portal.trial_page(&s.publisher, &r, &trial).await.unwrap();
    assert_eq!(page.row.result, Some(TrialResult::Cancelled));
    s.nothing_is_left(&page).await;
    assert_eq!(page.cancelled_by.as_deref(), s.publisher.person().map(|p| p.name.as_str()));
    // What was never begun does not wait for anything: it is not run.
    let states: Vec<_> = page.steps.iter().map(|step| step.state).collect();
    assert!(states.contains(&StepState::Skipped) && !states.contains(&StepState::Open), "{states:?}");
    // The operator may do it too: it is their data centre.
    let trial = portal.trial_start(&s.publisher, &r, None, None).await.unwrap();
    portal.trial_cancel(&s.operator, &r, &trial).await.unwrap();
}

/// The target never comes back: its operator ends the trial, with a reason, and the next one may begin.
#[tokio::test(flavor = "multi_thread")]
async fn the_operator_gives_a_target_up_that_is_gone() {
    let s = Setting::admitted().await;
    let portal = &s.app.portal;
    let r = upload(&s.app, &s.publisher, good()).await;
    let trial = portal.trial_start(&s.publisher, &r, None, None).await.unwrap();
    let give_up = async |ctx: &Ctx, reason: &str| portal.trial_give_up(ctx, &r, &trial, reason).await;
    assert_eq!(portal_error(give_up(&s.operator, "abgebaut").await), PortalError::WrongState, "it may still clear");

    // As a worker leaves it when the target does not answer while it clears away.
    let (now, later) = (s.operator.now, s.operator.now.plus_seconds(100_000));
    let claim = s.app.storage.claim("worker", later, later.plus_seconds(30), 4).await.unwrap().expect("due");
    let update = OperationUpdate {
        state: OperationState::Waiting,
        step: 4,
        attempt: 9,
        failure: Some(Failure { cause: FailureCause::Unreachable, detail: String::new() }),
        run_after: now.plus_seconds(3600),
        finished_at: None,
        keep_lease: false,
    };
    s.app.storage.record(&claim.lease, Record { update: Some(update), ..Record::default() }).await.unwrap();
    assert!(portal.trial_page(&s.operator, &r, &trial).await.unwrap().may_give_up);
    assert!(!portal.trial_page(&s.publisher, &r, &trial).await.unwrap().may_give_up);
    assert_eq!(portal_error(give_up(&s.publisher, "abgebaut").await), PortalError::Forbidden);
    assert!(matches!(portal_error(give_up(&s.operator, " ").await), PortalError::Invalid { .. }));
    give_up(&s.operator, "abgebaut").await.unwrap();
    let page = portal.trial_page(&s.operator, &r, &trial).await.unwrap();
    assert_eq!((page.state, page.row.result), (OperationState::Abandoned, Some(TrialResult::Broken)));
    assert!(page.given_up_by.is_some() && page.cancelled_by.is_none());
    assert!(page.row.given_up && page.row.finished_at.is_some() && !page.may_give_up && !page.may_cancel);
    assert_eq!(portal_error(give_up(&s.operator, "abgebaut").await), PortalError::WrongState);
    let entries = s.app.audit_of(&r).await;
    let told = |(action, detail): &(String, String)| action == "trial_give_up" && detail.contains("abgebaut");
    assert!(entries.iter().any(told), "{entries:?}");
    // Its place is free.
    portal.trial_start(&s.publisher, &r, None, None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_learn_nothing_about_trials() {
    let s = Setting::admitted().await;
    let portal = &s.app.portal;
    let r = upload(&s.app, &s.publisher, good()).await;
    let trial = portal.trial_start(&s.publisher, &r, None, None).await.unwrap();
    let unknown = Reference::parse("BE-2222-2222").unwrap();
    for person in [s.app.people.other_publisher, s.app.people.clerk, s.app.people.consultant] {
        let ctx = s.app.ctx(person).await;
        for reference in [&trial, &unknown] {
            assert_eq!(portal_error(portal.trial_page(&ctx, &r, reference).await), PortalError::NotFound);
            assert_eq!(portal_error(portal.trial_cancel(&ctx, &r, reference).await), PortalError::NotFound);
            assert_eq!(portal_error(portal.events(&ctx, reference, 0, 10).await), PortalError::NotFound);
        }
        assert_eq!(portal_error(portal.trial_start(&ctx, &r, None, None).await), PortalError::NotFound);
        assert_eq!(portal_error(portal.package_trial_list(&ctx, &r).await), PortalError::NotFound);
    }
    // A trial of this package is none of another one.
    let other = s.app.ctx(s.app.people.other_publisher).await;
    let theirs = upload(&s.app, &other, TestApp::archive("gewerbe", "1.0.0")).await;
    assert_eq!(portal_error(portal.trial_page(&other, &theirs, &trial).await), PortalError::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_tries_what_it_uploads() {
    let s = Setting::admitted().await;
    let portal = &s.app.portal;
    let new = NewToken { name: "Pipeline".to_owned(), days: "30".to_owned(), verfahren: Vec::new() };
    let secret = portal.token_add(&s.publisher, &new).await.unwrap();
    let actor = portal.actor_of_token(&secret).await.unwrap().expect("a live key");
    let ctx = portal.ctx(actor, Lang::De);
    let r = upload(&s.app, &ctx, good()).await;
    let trial = portal.trial_start(&ctx, &r, None, None).await.unwrap();
    s.app.run_until_idle().await;
    let rows = portal.package_trial_list(&ctx, &r).await.unwrap().rows;
    assert_eq!((rows[0].result, rows[0].by_key), (Some(TrialResult::Passed), true));
    assert_eq!(portal.trial_page(&ctx, &r, &trial).await.unwrap().row.package, r);
    let page = portal.package_page(&s.publisher, &r).await.unwrap();
    assert_eq!(page.row.state, SubmissionState::Draft, "a trial hands nothing in");
    // The record says who, what and where; the engine's own entries follow.
    let entries = s.app.audit_of(&r).await;
    assert!(
        entries.iter().any(|(action, detail)| action == "trial_start" && detail.contains("Pipeline")),
        "{entries:?}"
    );
    let own = s.app.audit_of(&trial).await;
    assert!(
        own.iter().any(|(action, detail)| action == "operation_step" && detail.contains(OperationKind::Trial.word()))
    );
}
