//! Changing what is live, through the whole app against a simulated data centre: updates, other values, going back, stopping
//! and starting again, calling off.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use portal_core::{CoreError, Ctx};
use portal_model::{
    PortalError,
    activation::Side,
    installation::InstallationState as I,
    operation::{OperationKind, OperationState, StepKind},
    pages::{
        case::{LiesWithWhom, NextStep},
        change::GoingBack,
    },
    phase::Phase,
    reference::Reference,
    verfahren::ReleaseState,
};
use portal_targets::simulator::ledger::EffectVerb;
use portal_testing::TestApp;

fn portal_error<T: std::fmt::Debug>(result: Result<T, CoreError>) -> PortalError {
    result.expect_err("an error").public()
}

fn at<T: std::fmt::Debug>(result: Result<T, CoreError>) -> Vec<String> {
    match portal_error(result) {
        PortalError::Invalid { fields } => fields.into_iter().map(|f| format!("{} {}", f.path, f.code)).collect(),
        other => panic!("{other:?}"),
    }
}

async fn live(app: &TestApp, verfahren: &str, version: &str) -> Reference {
    app.publish(verfahren, version).await;
    let r = app.accepted(verfahren).await;
    app.run_until_idle().await;
    app.approved(&r).await;
    app.run_until_idle().await;
    assert_eq!(state(app, &r).await, Some(I::Live));
    r
}

async fn state(app: &TestApp, r: &Reference) -> Option<I> {
    let clerk = app.ctx(app.people.clerk).await;
    app.portal.case_page(&clerk, r).await.unwrap().installation
}

/// Begins a change and has it tested.
async fn tested(app: &TestApp, ctx: &Ctx, r: &Reference, target: &str) {
    app.portal.change_start(ctx, r, app.lock(ctx, r).await, target).await.unwrap();
    if target == "werte" {
        let page = app.portal.values_page(ctx, r, None).await.unwrap();
        app.portal.values_save(ctx, r, page.head.lock, &app.entered(ctx, r).await).await.unwrap();
    }
    app.portal.change_test(ctx, r, app.lock(ctx, r).await).await.unwrap();
    app.run_until_idle().await;
}

/// Steps of the newest operation, all of them done.
async fn steps(app: &TestApp, ctx: &Ctx, r: &Reference) -> (OperationKind, Vec<StepKind>) {
    let page = app.portal.case_page(ctx, r).await.unwrap();
    let operation = app.portal.operation_page(ctx, &page.operations[0].reference).await.unwrap();
    assert_eq!((operation.failure, operation.state), (None, OperationState::Done));
    (operation.kind, operation.steps.iter().map(|s| s.step).collect())
}

fn jobs(app: &TestApp, part: &str) -> usize {
    let created = |e: &portal_targets::simulator::ledger::Effect| e.kind == "Job" && e.verb == EffectVerb::Create;
    app.effects().iter().filter(|e| created(e) && e.name.contains(part)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_is_tested_accepted_and_goes_live_after_a_backup() {
    let app = TestApp::start().await;
    let r = live(&app, "fundsachen", "1.0.0").await;
    let clerk = app.ctx(app.people.clerk).await;
    assert!(app.portal.change_start_page(&clerk, &r).await.unwrap().offers.is_empty());
    app.publish("fundsachen", "1.0.1").await;
    let page = app.portal.change_start_page(&clerk, &r).await.unwrap();
    let offers: Vec<_> = page.offers.iter().map(|o| (o.version.as_str(), o.going_back)).collect();
    assert_eq!(offers, [("1.0.1", GoingBack::Restore)]);
    let lock = page.head.lock;
    assert_eq!(at(app.portal.change_start(&clerk, &r, lock, "9.9.9").await), ["ziel choose_change"]);
    assert_eq!(portal_error(app.portal.change_start(&clerk, &r, lock + 1, "1.0.1").await), PortalError::Conflict);
    // A consultant of the Land advises; what changes is for the Verwaltung to say.
    let consultant = app.ctx(app.people.consultant).await;
    assert_eq!(portal_error(app.portal.change_start(&consultant, &r, lock, "1.0.1").await), PortalError::Forbidden);

    let asks = app.portal.change_start(&clerk, &r, lock, "1.0.1").await.unwrap();
    assert!(!asks, "nothing is asked for");
    let page = app.portal.change_page(&clerk, &r).await.unwrap();
    assert_eq!((page.brings.from.as_str(), page.brings.to.as_str()), ("1.0.0", "1.0.1"));
    assert!(page.backs_up && page.open.is_empty() && page.objects.is_some());
    let case = app.portal.case_page(&clerk, &r).await.unwrap();
    assert_eq!((case.phase, case.next), (Phase::Request, NextStep::FinishChange));
    assert_eq!(case.lies_with.whom, LiesWithWhom::Municipality);
    assert_eq!((case.head.version.as_str(), case.change.unwrap().to.as_str()), ("1.0.0", "1.0.1"));

    let lock = case.head.lock;
    app.portal.change_test(&clerk, &r, lock).await.unwrap();
    assert_eq!(portal_error(app.portal.change_discard(&clerk, &r, lock + 2).await), PortalError::WrongState);
    app.run_until_idle().await;
    let case = app.portal.case_page(&clerk, &r).await.unwrap();
    // Production goes on as before, and everybody sees it that way.
    assert_eq!((case.installation, case.head.version.as_str()), (Some(I::InAcceptance), "1.0.0"));
    assert!(case.production_link.is_some() && case.test_link.is_some());
    assert_eq!(app.portal.verfahren_page(&clerk, "fundsachen").await.unwrap().adopter_count, 1);
    assert_eq!(steps(&app, &clerk, &r).await.0, OperationKind::Update);
    assert_eq!(jobs(&app, "backup"), 0, "the test environment holds no data worth saving");

    app.approved(&r).await;
    app.run_until_idle().await;
    let case = app.portal.case_page(&clerk, &r).await.unwrap();
    assert_eq!((case.installation, case.head.version.as_str()), (Some(I::Live), "1.0.1"));
    assert_eq!(case.change, None);
    let wanted = vec![StepKind::Check, StepKind::Backup, StepKind::Apply, StepKind::Prune, StepKind::Observe];
    assert_eq!(steps(&app, &clerk, &r).await, (OperationKind::Activate, wanted));
    assert_eq!(jobs(&app, "backup"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn production_goes_back_with_its_data_where_the_package_says_so() {
    let app = TestApp::start().await;
    let r = live(&app, "fundsachen", "1.0.0").await;
    app.publish("fundsachen", "1.0.1").await;
    let clerk = app.ctx(app.people.clerk).await;
    let signatory = app.ctx(app.people.signatory).await;
    assert!(app.portal.rollback_page(&signatory, &r).await.unwrap().offers.is_empty());
    tested(&app, &clerk, &r, "1.0.1").await;
    app.approved(&r).await;
    app.run_until_idle().await;

    // Another request, at a later moment.
    let (clerk, signatory) = (app.ctx(app.people.clerk).await, app.ctx(app.people.signatory).await);
    let page = app.portal.rollback_page(&signatory, &r).await.unwrap();
    assert_eq!(
        (page.offers.len(), page.offers[0].version.as_str(), page.offers[0].going_back),
        (1, "1.0.0", GoingBack::Restore)
    );
    let (lock, earlier) = (page.head.lock, page.offers[0].id.clone());
    let back = async |chosen: &str, reason: &str, understood| {
        app.portal.rollback(&signatory, &r, lock, chosen, reason, understood).await
    };
    assert_eq!(at(back("x", "", false).await), ["stand choose_state", "begruendung note_required"]);
    assert_eq!(at(back(&earlier, "Sie stürzt ab.", false).await), ["verstanden confirm_loss"]);
    assert_eq!(at(back(&earlier, &"x".repeat(4001), true).await), ["begruendung max_length"]);
    assert_eq!(portal_error(app.portal.rollback(&clerk, &r, lock, &earlier, "so", true).await), PortalError::Forbidden);
    back(&earlier, "Die neue Version stürzt ab.", true).await.unwrap();
    assert_eq!(state(&app, &r).await, Some(I::RollingBack));
    app.run_until_idle().await;
    let wanted =
        vec![StepKind::Check, StepKind::Stop, StepKind::Restore, StepKind::Apply, StepKind::Prune, StepKind::Observe];
    assert_eq!(steps(&app, &clerk, &r).await, (OperationKind::Rollback, wanted));
    let case = app.portal.case_page(&clerk, &r).await.unwrap();
    assert_eq!((case.installation, case.head.version.as_str()), (Some(I::Live), "1.0.0"));
    assert_eq!(jobs(&app, "restore"), 1);
    // Forward leads an update, not going back; and never what is unsafe.
    let (clerk, signatory) = (app.ctx(app.people.clerk).await, app.ctx(app.people.signatory).await);
    assert!(app.portal.rollback_page(&signatory, &r).await.unwrap().offers.is_empty());
    assert_eq!(app.portal.change_start_page(&clerk, &r).await.unwrap().offers.len(), 1);
    app.end("fundsachen", "1.0.1", ReleaseState::Unsafe).await.unwrap();
    assert!(app.portal.change_start_page(&clerk, &r).await.unwrap().offers.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn other_values_are_tested_and_go_live_on_their_day() {
    let app = TestApp::start().await;
    let r = live(&app, "maengelmelder", "1.0.0").await;
    let clerk = app.ctx(app.people.clerk).await;
    app.portal.change_start(&clerk, &r, app.lock(&clerk, &r).await, "werte").await.unwrap();
    let before = app.portal.change_page(&clerk, &r).await.unwrap();
    assert!(before.brings.values.is_empty() && before.brings.from == before.brings.to);
    // Nothing is tested that nobody has looked at.
    let refused = portal_error(app.portal.change_test(&clerk, &r, before.head.lock).await);
    assert_eq!(refused, PortalError::Rule { rule: "values_open".to_owned() });
    let mut pairs = app.entered(&clerk, &r).await;
    let mail = pairs.iter_mut().find(|(_, value)| value.contains('@')).expect("an address");
    mail.1 = "neu@example.org".to_owned();
    app.portal.values_save(&clerk, &r, before.head.lock, &pairs).await.unwrap();
    let page = app.portal.change_page(&clerk, &r).await.unwrap();
    assert_eq!(page.brings.values.iter().map(|v| v.after.as_str()).collect::<Vec<_>>(), ["neu@example.org"]);
    app.portal.change_test(&clerk, &r, page.head.lock).await.unwrap();
    app.run_until_idle().await;
    assert_eq!(steps(&app, &clerk, &r).await.0, OperationKind::Reconfigure);

    let page = app.portal.acceptance_page(&clerk, &r).await.unwrap();
    let all = page.checklist.iter().map(|i| i.id.clone()).collect();
    app.portal.acceptance_declare(&clerk, &r, page.head.lock, true, all, "").await.unwrap();
    let lock = app.lock(&clerk, &r).await;
    let ask = async |day: &str| app.portal.activation_request(&clerk, &r, lock, day).await;
    let day = |days| {
        let date = clerk.now.plus_days(days).berlin();
        format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
    };
    assert_eq!(at(ask("morgen").await), ["ab date"]);
    assert_eq!(at(ask(&day(-1)).await), ["ab day_over"]);
    assert_eq!(at(ask(&day(40)).await), ["ab day_too_late"]);
    ask(&day(3)).await.unwrap();
    let lock = app.lock(&clerk, &r).await;
    // Who accepted the request long ago is a stranger to this change, so they may speak for the Land.
    let (signatory, consultant) = (app.ctx(app.people.signatory).await, app.ctx(app.people.consultant).await);
    app.portal.activation_decide(&signatory, &r, lock, Side::Municipality, true, "").await.unwrap();
    app.portal.activation_decide(&consultant, &r, lock, Side::Land, true, "").await.unwrap();
    let page = app.portal.case_page(&clerk, &r).await.unwrap();
    assert_eq!(page.installation, Some(I::Activating));
    let midnight = page.activation.unwrap().not_before.unwrap();
    assert_eq!((midnight.berlin().hour, midnight.berlin().minute), (0, 0));
    let waiting = app.portal.operation_page(&clerk, &page.operations[0].reference).await.unwrap();
    assert!(waiting.may_cancel && waiting.state == OperationState::Queued);
    app.clock.pass_days(4);
    app.run_until_idle().await;
    let clerk = app.ctx(app.people.clerk).await;
    let page = app.portal.case_page(&clerk, &r).await.unwrap();
    assert_eq!((page.installation, page.activation), (Some(I::Live), None));
    let shown = page.values.iter().flat_map(|g| &g.rows).any(|(_, text)| text == "neu@example.org");
    assert!(shown, "{:?}", page.values);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_discarded_and_an_activation_called_off() {
    let app = TestApp::start().await;
    let r = live(&app, "maengelmelder", "1.0.0").await;
    app.publish("maengelmelder", "1.1.0").await;
    let clerk = app.ctx(app.people.clerk).await;
    let untouched = app.effects().len();
    app.portal.change_start(&clerk, &r, app.lock(&clerk, &r).await, "1.1.0").await.unwrap();
    app.portal.change_discard(&clerk, &r, app.lock(&clerk, &r).await).await.unwrap();
    assert_eq!((state(&app, &r).await, app.effects().len()), (Some(I::Live), untouched));

    tested(&app, &clerk, &r, "1.1.0").await;
    let page = app.portal.acceptance_page(&clerk, &r).await.unwrap();
    let all = page.checklist.iter().map(|i| i.id.clone()).collect();
    app.portal.acceptance_declare(&clerk, &r, page.head.lock, true, all, "").await.unwrap();
    let tomorrow = clerk.now.plus_days(2).berlin();
    let day = format!("{:04}-{:02}-{:02}", tomorrow.year, tomorrow.month, tomorrow.day);
    app.portal.activation_request(&clerk, &r, app.lock(&clerk, &r).await, &day).await.unwrap();
    let lock = app.lock(&clerk, &r).await;
    let signatory = app.ctx(app.people.signatory).await;
    let second = app.ctx(app.people.second).await;
    app.portal.activation_decide(&signatory, &r, lock, Side::Municipality, true, "").await.unwrap();
    app.portal.activation_decide(&second, &r, lock, Side::Land, true, "").await.unwrap();
    // While an activation waits for its day, it is called off first; then the change may be discarded.
    let refused = portal_error(app.portal.change_discard(&clerk, &r, app.lock(&clerk, &r).await).await);
    assert_eq!(refused, PortalError::WrongState);
    let page = app.portal.case_page(&clerk, &r).await.unwrap();
    let waiting = page.operations[0].reference.clone();
    assert_eq!(at(app.portal.operation_cancel(&clerk, &waiting, " ").await), ["begruendung note_required"]);
    app.portal.operation_cancel(&clerk, &waiting, "Doch nicht.").await.unwrap();
    app.run_until_idle().await;
    let page = app.portal.case_page(&clerk, &r).await.unwrap();
    assert_eq!((page.installation, page.operations[0].state), (Some(I::Accepted), OperationState::Abandoned));
    assert_eq!(portal_error(app.portal.operation_cancel(&clerk, &waiting, "Noch mal.").await), PortalError::WrongState);
    app.portal.change_discard(&clerk, &r, page.head.lock).await.unwrap();
    let page = app.portal.case_page(&clerk, &r).await.unwrap();
    assert_eq!((page.installation, page.head.version.as_str()), (Some(I::Live), "1.0.0"));
    assert!(page.production_link.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn production_is_stopped_and_started_again() {
    let app = TestApp::start().await;
    let r = live(&app, "maengelmelder", "1.0.0").await;
    let (clerk, signatory) = (app.ctx(app.people.clerk).await, app.ctx(app.people.signatory).await);
    let lock = app.lock(&signatory, &r).await;
    assert_eq!(at(app.portal.suspend(&signatory, &r, lock, "").await), ["begruendung note_required"]);
    assert_eq!(portal_error(app.portal.suspend(&clerk, &r, lock, "Störung").await), PortalError::Forbidden);
    assert_eq!(portal_error(app.portal.resume(&signatory, &r, lock, "").await), PortalError::WrongState);
    app.portal.suspend(&signatory, &r, lock, "Störung").await.unwrap();
    assert_eq!(state(&app, &r).await, Some(I::Suspending));
    app.run_until_idle().await;
    let page = app.portal.case_page(&signatory, &r).await.unwrap();
    assert_eq!((page.installation, page.production_link), (Some(I::Suspended), None));
    assert!(page.also.contains(&"resume".to_owned()) && page.also.contains(&"remove".to_owned()), "{:?}", page.also);
    assert_eq!(app.portal.verfahren_page(&clerk, "maengelmelder").await.unwrap().adopter_count, 0);
    assert_eq!(
        portal_error(app.portal.change_start(&clerk, &r, page.head.lock, "werte").await),
        PortalError::WrongState
    );
    let signatory = app.ctx(app.people.signatory).await;
    app.portal.resume(&signatory, &r, page.head.lock, "").await.unwrap();
    app.run_until_idle().await;
    let page = app.portal.case_page(&signatory, &r).await.unwrap();
    assert_eq!(page.installation, Some(I::Live));
    assert!(page.production_link.is_some());
    assert_eq!(steps(&app, &clerk, &r).await.0, OperationKind::Resume);
    assert_eq!(app.portal.verfahren_page(&clerk, "maengelmelder").await.unwrap().adopter_count, 1);
}

/// A weakness is known: production is stopped although nothing of that version may be set up any more, and does not start
/// again; what ran before may.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_unsafe_can_be_stopped_and_left() {
    let app = TestApp::start().await;
    let r = live(&app, "maengelmelder", "1.0.0").await;
    app.publish("maengelmelder", "1.1.0").await;
    let clerk = app.ctx(app.people.clerk).await;
    tested(&app, &clerk, &r, "1.1.0").await;
    // Who consents reads what is consented to.
    assert_eq!(app.portal.acceptance_page(&clerk, &r).await.unwrap().head.version, "1.1.0");
    app.approved(&r).await;
    app.run_until_idle().await;
    app.end("maengelmelder", "1.1.0", ReleaseState::Unsafe).await.unwrap();
    let signatory = app.ctx(app.people.signatory).await;
    app.portal.suspend(&signatory, &r, app.lock(&signatory, &r).await, "Lücke").await.unwrap();
    app.run_until_idle().await;
    assert_eq!(state(&app, &r).await, Some(I::Suspended));
    let signatory = app.ctx(app.people.signatory).await;
    let lock = app.lock(&signatory, &r).await;
    let refused = portal_error(app.portal.resume(&signatory, &r, lock, "").await);
    assert_eq!(refused, PortalError::Rule { rule: "release_unsafe".to_owned() });
    let page = app.portal.rollback_page(&signatory, &r).await.unwrap();
    app.portal.rollback(&signatory, &r, lock, &page.offers[0].id, "Lücke", false).await.unwrap();
    app.run_until_idle().await;
    let page = app.portal.case_page(&signatory, &r).await.unwrap();
    assert_eq!((page.installation, page.head.version.as_str()), (Some(I::Live), "1.0.0"));
}

/// What a signatory decided alone is called off by nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn only_a_signatory_calls_stopping_off() {
    let app = TestApp::start().await;
    let r = live(&app, "maengelmelder", "1.0.0").await;
    let (clerk, signatory) = (app.ctx(app.people.clerk).await, app.ctx(app.people.signatory).await);
    let consultant = app.ctx(app.people.consultant).await;
    app.portal.suspend(&signatory, &r, app.lock(&signatory, &r).await, "Lücke").await.unwrap();
    let operation = app.portal.case_page(&clerk, &r).await.unwrap().operations[0].reference.clone();
    for ctx in [&clerk, &consultant] {
        assert!(!app.portal.operation_page(ctx, &operation).await.unwrap().may_cancel);
        assert_eq!(portal_error(app.portal.operation_cancel(ctx, &operation, "Nein").await), PortalError::Forbidden);
    }
    app.portal.operation_cancel(&signatory, &operation, "Irrtum").await.unwrap();
    app.run_until_idle().await;
    assert_eq!(state(&app, &r).await, Some(I::Live));
}
