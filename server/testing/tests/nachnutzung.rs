//! A Nachnutzung through the whole app: real use cases, storage, engine and driver, simulated data centre.

use portal_core::{CoreError, ports::Store as _, use_cases::NewMandate};
use portal_model::{
    PortalError,
    activation::{ActivationState, Side},
    data_centre::Stage,
    event::EventCode,
    installation::InstallationState as I,
    mandate::MandateScope,
    operation::{OperationKind, OperationState},
    pages::{
        audit::AuditQuery,
        case::NextStep,
        packages::{FailureKind, FailureRow},
    },
    phase::Phase,
    reference::{Reference, ReferenceKind},
};
use portal_targets::simulator::ledger::EffectVerb;
use portal_testing::TestApp;

fn portal_error<T: std::fmt::Debug>(result: Result<T, CoreError>) -> PortalError {
    result.expect_err("an error").public()
}

#[tokio::test(flavor = "multi_thread")]
async fn from_request_to_live_and_down_again() {
    let app = TestApp::start().await;
    app.publish("fundsachen", "1.0.0").await;
    let r = app.accepted("fundsachen").await;
    app.run_until_idle().await;

    let clerk = app.ctx(app.people.clerk).await;
    let page = app.portal.case_page(&clerk, &r).await.unwrap();
    for row in &page.operations {
        let operation = app.portal.operation_page(&clerk, &row.reference).await.unwrap();
        assert_eq!(operation.failure, None);
    }
    assert_eq!(
        (page.phase, page.installation, page.next),
        (Phase::Acceptance, Some(I::InAcceptance), NextStep::Accept)
    );
    let run = page.test_run.unwrap();
    assert!(run.passed);
    // Tests have the titles of the release, in both languages.
    let declared = app.portal.catalogue().newest("fundsachen").unwrap().release.facts.tests.clone();
    let titles: Vec<_> = run.cases.iter().map(|c| &c.title).collect();
    assert_eq!(titles, declared.iter().map(|t| &t.name).collect::<Vec<_>>());
    let operation = app.portal.operation_page(&clerk, &page.operations[0].reference).await.unwrap();
    let told = operation.events.iter().filter(|e| e.code == EventCode::TestCase).map(|e| e.params["name"].as_str());
    assert_eq!(told.collect::<Vec<_>>(), declared.iter().map(|t| t.name.de.as_str()).collect::<Vec<_>>());
    // The history says which operation came how far.
    let reached: Vec<_> =
        page.history.iter().filter(|h| h.action == "operation_step").map(|h| h.operation.clone()).collect();
    assert!(reached.iter().all(|o| o.as_ref().is_some_and(|o| o.reached.is_some())), "{reached:?}");
    let last = reached[0].clone().unwrap();
    assert_eq!(last.reached, Some((OperationKind::Install, OperationState::Done)));
    assert_eq!((last.reference, last.step), (operation.reference, None));
    assert!(page.test_link.unwrap().ends_with(".test.example/"));
    assert_eq!(page.production_link, None);

    app.approved(&r).await;
    app.run_until_idle().await;
    let page = app.portal.case_page(&clerk, &r).await.unwrap();
    assert_eq!((page.phase, page.installation), (Phase::Live, Some(I::Live)));
    assert!(page.production_link.is_some());
    assert!(page.operations.iter().all(|o| o.state == OperationState::Done), "{:?}", page.operations);
    assert_eq!(app.portal.verfahren_page(&clerk, "fundsachen").await.unwrap().adopter_count, 1);

    let signatory = app.ctx(app.people.signatory).await;
    let lock = app.lock(&signatory, &r).await;
    assert_eq!(
        portal_error(app.portal.installation_remove(&clerk, &r, lock, r.as_str()).await),
        PortalError::Forbidden
    );
    assert!(matches!(
        portal_error(app.portal.installation_remove(&signatory, &r, lock, "ja").await),
        PortalError::Invalid { .. }
    ));
    // Small letters and blanks do not matter.
    let typed = format!(" {} ", r.as_str().to_lowercase().replace('-', " "));
    app.portal.installation_remove(&signatory, &r, lock, &typed).await.unwrap();
    app.run_until_idle().await;
    let page = app.portal.case_page(&clerk, &r).await.unwrap();
    assert_eq!(page.installation, Some(I::Removed));
    let effects = app.effects();
    // Claims of the database are made by the cluster itself, so there are more deletions than creations.
    for created in effects.iter().filter(|e| e.verb == EffectVerb::Create) {
        let gone = effects.iter().any(|e| e.verb == EffectVerb::Delete && e.uid == created.uid);
        assert!(gone, "{}/{} is left", created.kind, created.name);
    }
    let claims = effects.iter().filter(|e| e.kind == "PersistentVolumeClaim" && e.verb == EffectVerb::Delete);
    assert_eq!(claims.count(), 4, "for each stage the claim of the backup and that of the database");
}

#[tokio::test(flavor = "multi_thread")]
async fn installing_twice_changes_nothing() {
    let app = TestApp::start().await;
    app.publish("maengelmelder", "1.0.0").await;
    let r = app.accepted("maengelmelder").await;
    app.run_until_idle().await;
    let effects = |app: &TestApp| app.effects().into_iter().filter(|e| e.kind != "Job" && e.changed).count();
    let before = effects(&app);
    // A defect, and the same values again: the objects are the same, only the tests run anew.
    let clerk = app.ctx(app.people.clerk).await;
    let lock = app.lock(&clerk, &r).await;
    app.portal.acceptance_declare(&clerk, &r, lock, false, vec![], "Der Hinweis fehlt.").await.unwrap();
    let page = app.portal.values_page(&clerk, &r, None).await.unwrap();
    assert!(page.purpose.is_correction());
    let pairs = app.entered(&clerk, &r).await;
    app.portal.values_save(&clerk, &r, page.head.lock, &pairs).await.unwrap();
    app.run_until_idle().await;
    let page = app.portal.case_page(&clerk, &r).await.unwrap();
    assert_eq!(page.installation, Some(I::InAcceptance));
    assert_eq!(effects(&app), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_red_test_is_corrected_and_tested_again() {
    let app = TestApp::start().await;
    app.publish("zweitwohnungssteuer", "1.0.0").await;
    let r = app.accepted("zweitwohnungssteuer").await;
    app.run_until_idle().await;
    let clerk = app.ctx(app.people.clerk).await;
    let page = app.portal.case_page(&clerk, &r).await.unwrap();
    assert_eq!((page.installation, page.next), (Some(I::TestFailed), NextStep::Correct));
    let run = page.test_run.unwrap();
    assert!(!run.passed && run.cases.iter().any(|c| c.log.contains("FEHLER")), "{run:?}");
    assert_eq!(portal_error(app.portal.acceptance_page(&clerk, &r).await), PortalError::WrongState);
    // The vendor learns which test, not where.
    let publisher = app.ctx(app.people.publisher).await;
    let failures = async || app.portal.releases_page(&publisher, "zweitwohnungssteuer").await.unwrap().failures;
    let red = failures().await;
    let named = |f: &FailureRow| matches!(&f.what, FailureKind::Test(title) if title.de.contains(' '));
    assert!(!red.is_empty() && red.iter().all(|f| named(f) && f.installations == 1), "{red:?}");

    let page = app.portal.values_page(&clerk, &r, None).await.unwrap();
    let mut pairs = app.entered(&clerk, &r).await;
    for (name, value) in &mut pairs {
        if name == "w.glaeubiger_id" {
            "DE98ZZZ09999999999".clone_into(value);
        }
    }
    app.portal.values_save(&clerk, &r, page.head.lock, &pairs).await.unwrap();
    let page = app.portal.case_page(&clerk, &r).await.unwrap();
    assert_eq!(
        (page.installation, page.test_link),
        (Some(I::InTest), None),
        "nobody is sent into what is being set up"
    );
    app.run_until_idle().await;
    let page = app.portal.case_page(&clerk, &r).await.unwrap();
    assert_eq!(page.installation, Some(I::InAcceptance), "{:?}", page.test_run);
    assert_eq!(failures().await, []);
    assert!(page.test_link.is_some());
}

/// R2: whoever took part on the asking side decides nothing, and nobody says yes twice.
#[tokio::test(flavor = "multi_thread")]
async fn two_different_persons() {
    let app = TestApp::start().await;
    app.publish("maengelmelder", "1.0.0").await;
    let r = app.accepted("maengelmelder").await;
    app.run_until_idle().await;
    let signatory = app.ctx(app.people.signatory).await;
    let page = app.portal.acceptance_page(&signatory, &r).await.unwrap();
    let all: Vec<String> = page.checklist.into_iter().map(|i| i.id).collect();
    let lock = page.head.lock;
    app.portal.acceptance_declare(&signatory, &r, lock, true, all, "").await.unwrap();
    let lock = app.lock(&signatory, &r).await;
    app.portal.activation_request(&signatory, &r, lock, "").await.unwrap();
    let lock = app.lock(&signatory, &r).await;
    // The signatory accepted and asked: a participant.
    assert_eq!(
        portal_error(app.portal.activation_decide(&signatory, &r, lock, Side::Municipality, true, "").await),
        PortalError::SecondPersonNeeded
    );
    let page = app.portal.activation_page(&signatory, &r).await.unwrap();
    assert!(page.took_part && page.may_approve.is_empty());
    // A clerk is no signatory, a consultant does not speak for the municipality.
    let clerk = app.ctx(app.people.clerk).await;
    assert_eq!(
        portal_error(app.portal.activation_decide(&clerk, &r, lock, Side::Municipality, true, "").await),
        PortalError::Forbidden
    );
    let consultant = app.ctx(app.people.consultant).await;
    assert_eq!(
        portal_error(app.portal.activation_decide(&consultant, &r, lock, Side::Municipality, true, "").await),
        PortalError::Forbidden
    );
    app.portal.activation_decide(&consultant, &r, lock, Side::Land, true, "").await.unwrap();
    let case = app.portal.case_page(&consultant, &r).await.unwrap();
    assert_eq!(case.history[0].answer, Some(true), "the history says what was decided");
    assert_eq!(
        portal_error(app.portal.activation_decide(&consultant, &r, lock, Side::Land, true, "").await),
        PortalError::WrongState
    );
}

/// R2: changing what is asked for makes a participant too, on whichever side, and whoever hands it in afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn who_edits_decides_nothing() {
    let app = TestApp::start().await;
    app.publish("maengelmelder", "1.0.0").await;
    let r = app.submitted("maengelmelder").await;
    let [clerk, signatory, consultant, second] =
        [app.people.clerk, app.people.signatory, app.people.consultant, app.people.second];
    let case = app.storage.case_by_reference(&r).await.unwrap().unwrap();
    let system = app.portal.system();
    let mandate = NewMandate {
        municipality: case.request.municipality,
        land: case.request.land,
        holder: app.ctx(consultant).await.memberships()[0].organisation,
        scopes: vec![MandateScope::Request],
        verfahren: vec![],
        until: system.now.plus_days(1),
    };
    app.portal.mandate_grant(&system, mandate).await.unwrap();
    let [clerk, signatory, consultant, second] =
        [app.ctx(clerk).await, app.ctx(signatory).await, app.ctx(consultant).await, app.ctx(second).await];
    let lock = app.lock(&second, &r).await;
    app.portal.request_take(&second, &r, lock).await.unwrap();
    app.portal.request_decide(&second, &r, lock + 1, "return", "Bitte ergänzen.").await.unwrap();
    for editor in [&consultant, &signatory] {
        let lock = app.lock(editor, &r).await;
        app.portal.target_save(editor, &r, lock, portal_testing::app::CLUSTER).await.unwrap();
    }
    let lock = app.lock(&clerk, &r).await;
    app.portal.request_submit(&clerk, &r, lock).await.unwrap();
    app.portal.request_take(&consultant, &r, lock + 1).await.unwrap();
    assert!(app.portal.review_page(&consultant, &r).await.unwrap().took_part);
    for decision in ["accept", "decline", "return"] {
        let refused = app.portal.request_decide(&consultant, &r, lock + 2, decision, "Grund").await;
        assert_eq!(portal_error(refused), PortalError::SecondPersonNeeded, "{decision}");
    }
    app.portal.request_decide(&second, &r, lock + 2, "accept", "").await.unwrap();
    app.run_until_idle().await;
    let page = app.portal.acceptance_page(&clerk, &r).await.unwrap();
    let all = page.checklist.into_iter().map(|i| i.id).collect();
    app.portal.acceptance_declare(&clerk, &r, page.head.lock, true, all, "").await.unwrap();
    let lock = app.lock(&clerk, &r).await;
    app.portal.activation_request(&clerk, &r, lock, "").await.unwrap();
    let lock = app.lock(&clerk, &r).await;
    for (ctx, side) in [(&signatory, Side::Municipality), (&consultant, Side::Land)] {
        assert!(app.portal.activation_page(ctx, &r).await.unwrap().took_part);
        let refused = app.portal.activation_decide(ctx, &r, lock, side, true, "").await;
        assert_eq!(portal_error(refused), PortalError::SecondPersonNeeded, "{side}");
    }
    app.portal.activation_decide(&second, &r, lock, Side::Land, true, "").await.unwrap();
}

/// R1: evidence ages. A case that waited too long is tested again, accepted again, and goes live on the new test.
#[tokio::test(flavor = "multi_thread")]
async fn a_test_that_is_too_old_is_repeated() {
    let app = TestApp::start().await;
    app.publish("maengelmelder", "1.0.0").await;
    let r = app.accepted("maengelmelder").await;
    app.run_until_idle().await;
    let (clerk, signatory) = (app.people.clerk, app.people.signatory);
    let accept = async || {
        let ctx = app.ctx(clerk).await;
        let page = app.portal.acceptance_page(&ctx, &r).await.unwrap();
        let all = page.checklist.into_iter().map(|i| i.id).collect();
        app.portal.acceptance_declare(&ctx, &r, page.head.lock, true, all, "").await.unwrap();
    };
    let page = async |person| app.portal.activation_page(&app.ctx(person).await, &r).await.unwrap();
    let again = async |person| {
        let ctx = app.ctx(person).await;
        let lock = app.lock(&ctx, &r).await;
        app.portal.test_again(&ctx, &r, lock).await
    };
    let request = async || {
        let ctx = app.ctx(clerk).await;
        let lock = app.lock(&ctx, &r).await;
        app.portal.activation_request(&ctx, &r, lock, "").await
    };
    let installation = async || app.portal.case_page(&app.ctx(clerk).await, &r).await.unwrap().installation;
    let rule = |name: &str| PortalError::Rule { rule: name.to_owned() };
    accept().await;
    // The last moment is still good, and as long as it is, nothing is repeated.
    app.clock.pass_days(29);
    assert_eq!((page(clerk).await.outdated, page(clerk).await.may_test_again), (None, false));
    assert_eq!(portal_error(again(clerk).await), rule("test_recent"));
    app.clock.pass_days(2);
    assert_eq!((page(clerk).await.outdated, page(clerk).await.may_test_again), (Some(30), true));
    assert!(app.portal.case_page(&app.ctx(clerk).await, &r).await.unwrap().also.contains(&"test_again".to_owned()));
    assert_eq!(portal_error(request().await), rule("test_too_old"));
    assert!(!page(app.people.consultant).await.may_test_again);
    assert_eq!(portal_error(again(app.people.consultant).await), PortalError::Forbidden);
    again(clerk).await.unwrap();
    assert_eq!(installation().await, Some(I::InTest));
    app.run_until_idle().await;
    accept().await;

    // Once more, with an activation that has one of its two yes.
    request().await.unwrap();
    let ctx = app.ctx(app.people.consultant).await;
    let lock = app.lock(&ctx, &r).await;
    app.portal.activation_decide(&ctx, &r, lock, Side::Land, true, "").await.unwrap();
    app.clock.pass_days(31);
    let ctx = app.ctx(signatory).await;
    let lock = app.lock(&ctx, &r).await;
    let late = app.portal.activation_decide(&ctx, &r, lock, Side::Municipality, true, "").await;
    assert_eq!(portal_error(late), rule("test_too_old"));
    again(signatory).await.unwrap();
    let case = app.storage.case_by_reference(&r).await.unwrap().unwrap();
    let id = case.installation.unwrap().id;
    assert_eq!(app.storage.activation_latest(id).await.unwrap().unwrap().state, ActivationState::Ended);
    app.run_until_idle().await;
    assert_eq!(installation().await, Some(I::InAcceptance));
    app.approved(&r).await;
    app.run_until_idle().await;
    assert_eq!(installation().await, Some(I::Live));
    let deployments = app.storage.deployments(id).await.unwrap();
    let production = deployments.iter().find(|d| d.stage == Stage::Production).unwrap();
    let revision = app.storage.revision(production.id).await.unwrap().unwrap();
    assert_eq!(revision.test_run, app.storage.test_run_latest(id).await.unwrap().map(|run| run.id));
}

/// R4: what a stranger may not see answers like what does not exist.
#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_sees_nothing() {
    let app = TestApp::start().await;
    app.publish("maengelmelder", "1.0.0").await;
    let r = app.submitted("maengelmelder").await;
    let unknown = Reference::from_random(ReferenceKind::Nachnutzung, [1, 2, 3, 4, 5, 6, 7, 8]);
    let stranger = app.ctx(app.people.stranger).await;
    for reference in [&r, &unknown] {
        assert_eq!(portal_error(app.portal.case_page(&stranger, reference).await), PortalError::NotFound);
        assert_eq!(portal_error(app.portal.events(&stranger, reference, 0, 10).await), PortalError::NotFound);
        assert_eq!(portal_error(app.portal.request_withdraw(&stranger, reference, 1).await), PortalError::NotFound);
    }
    let anonymous = app.portal.ctx(portal_core::Actor::Anonymous, portal_model::Lang::De);
    for reference in [&r, &unknown] {
        assert_eq!(portal_error(app.portal.case_page(&anonymous, reference).await), PortalError::SignInRequired);
    }
    let list = app.portal.request_list_page(&stranger, &Default::default()).await.unwrap();
    assert_eq!((list.rows.items.len(), list.rows.total), (0, 0));
    let work = app.portal.work_list_page(&stranger, &Default::default()).await;
    assert_eq!(portal_error(work), PortalError::NotFound);
}

/// Every act stands in the record, which is sealed and whole.
#[tokio::test(flavor = "multi_thread")]
async fn the_record_is_complete() {
    let app = TestApp::start().await;
    app.publish("maengelmelder", "1.0.0").await;
    let r = app.accepted("maengelmelder").await;
    app.run_until_idle().await;
    app.portal.audit_seal().await.unwrap();
    let signatory = app.ctx(app.people.signatory).await;
    let page =
        app.portal.audit_page(&signatory, &AuditQuery { q: r.to_string(), ..AuditQuery::default() }).await.unwrap();
    let actions: Vec<&str> = page.rows.items.iter().rev().map(|row| row.entry.action.as_str()).collect();
    for action in ["request_start", "request_edit", "request_submit", "request_take", "request_accept"] {
        assert!(actions.contains(&action), "{action} in {actions:?}");
    }
    assert!(page.intact && page.sealed > 0);
    assert_eq!(page.rows.total, page.rows.items.len() as i64);
}

/// A second consultant who opened the page earlier must not overwrite the first one's decision.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_page_is_told_so() {
    let app = TestApp::start().await;
    app.publish("maengelmelder", "1.0.0").await;
    let r = app.submitted("maengelmelder").await;
    let (one, two) = (app.ctx(app.people.consultant).await, app.ctx(app.people.second).await);
    let lock = app.lock(&one, &r).await;
    app.portal.request_take(&one, &r, lock).await.unwrap();
    assert_eq!(portal_error(app.portal.request_take(&two, &r, lock).await), PortalError::Conflict);
    app.portal.request_decide(&one, &r, lock + 1, "return", "Wer ist zuständig?").await.unwrap();
    assert_eq!(portal_error(app.portal.request_decide(&two, &r, lock + 1, "accept", "").await), PortalError::Conflict);
    let clerk = app.ctx(app.people.clerk).await;
    let page = app.portal.case_page(&clerk, &r).await.unwrap();
    assert_eq!((page.next, page.head.question.as_deref()), (NextStep::Answer, Some("Wer ist zuständig?")));
    app.portal.request_submit(&clerk, &r, page.head.lock).await.unwrap();
}

/// Several first secrets of one municipality at the same time: all of them open again.
#[tokio::test(flavor = "multi_thread")]
async fn first_secrets_at_the_same_time() {
    let app = TestApp::start().await;
    app.publish("fundsachen", "1.0.0").await;
    app.publish("gewerbe", "1.0.0").await;
    let clerk = app.ctx(app.people.clerk).await;
    let (one, two) = tokio::join!(app.submitted("fundsachen"), app.submitted("gewerbe"));
    for r in [one, two] {
        let page = app.portal.case_page(&clerk, &r).await.unwrap();
        assert_eq!(page.lies_with.whom, portal_model::pages::case::LiesWithWhom::Land);
        let case = portal_core::ports::Store::case_by_reference(app.storage.as_ref(), &r).await.unwrap().unwrap();
        app.portal.secrets_open(case.request.id.0).await.unwrap();
    }
}
