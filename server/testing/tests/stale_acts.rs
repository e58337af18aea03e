//! What people do at the same time, or from a page that has become old: nothing is activated that is being taken down,
//! nothing begins with a release that was withdrawn, and a yes is for what was seen.
#![expect(clippy::unwrap_used, reason = "what fails in a helper fails the test")]

use portal_core::{
    CoreError,
    ports::Store as _,
    use_cases::{CaseListQuery, NewMandate, NewOrganisation},
};
use portal_model::{
    Land, PortalError,
    activation::{ActivationState, Side},
    form::FieldError,
    installation::InstallationState as I,
    mandate::MandateScope,
    operation::OperationState,
    organisation::{OrganisationKind, Role},
    pages::case::NextStep,
    reference::Reference,
    verfahren::ReleaseState,
};
use portal_testing::{TestApp, app::PRODUCTION_NAMESPACE};

const VERFAHREN: &str = "maengelmelder";

fn portal_error<T: std::fmt::Debug>(result: Result<T, CoreError>) -> PortalError {
    result.expect_err("an error").public()
}

fn rule(name: &str) -> PortalError {
    PortalError::Rule { rule: name.to_owned() }
}

/// A case whose activation was asked for and waits for the two yes.
async fn waiting(app: &TestApp) -> Reference {
    app.publish(VERFAHREN, "1.0.0").await;
    let r = app.accepted(VERFAHREN).await;
    app.run_until_idle().await;
    let clerk = app.ctx(app.people.clerk).await;
    let page = app.portal.acceptance_page(&clerk, &r).await.unwrap();
    let all = page.checklist.into_iter().map(|i| i.id).collect();
    app.portal.acceptance_declare(&clerk, &r, page.head.lock, true, all, "").await.unwrap();
    let lock = app.lock(&clerk, &r).await;
    app.portal.activation_request(&clerk, &r, lock, "").await.unwrap();
    r
}

async fn state(app: &TestApp, r: &Reference) -> Option<I> {
    let clerk = app.ctx(app.people.clerk).await;
    app.portal.case_page(&clerk, r).await.unwrap().installation
}

fn touched_production(app: &TestApp) -> bool {
    app.effects().iter().any(|e| e.namespace == PRODUCTION_NAMESPACE)
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_activates_what_is_being_taken_down() {
    let app = TestApp::start().await;
    let r = waiting(&app).await;
    let (signatory, second) = (app.ctx(app.people.signatory).await, app.ctx(app.people.second).await);
    let lock = app.lock(&signatory, &r).await;
    app.portal.activation_decide(&signatory, &r, lock, Side::Municipality, true, "").await.unwrap();
    app.portal.installation_remove(&signatory, &r, lock, r.as_str()).await.unwrap();
    let late = app.portal.activation_decide(&second, &r, lock, Side::Land, true, "").await;
    assert_eq!(portal_error(late), PortalError::Conflict);
    let lock = app.lock(&signatory, &r).await;
    let late = app.portal.activation_decide(&second, &r, lock, Side::Land, true, "").await;
    assert_eq!(portal_error(late), PortalError::WrongState);
    let case = app.storage.case_by_reference(&r).await.unwrap().unwrap();
    let activation = app.storage.activation_latest(case.installation.unwrap().id).await.unwrap().unwrap();
    assert_eq!(activation.state, ActivationState::Ended);
    app.run_until_idle().await;
    assert_eq!(state(&app, &r).await, Some(I::Removed));
    assert!(!touched_production(&app));
}

/// The second yes and a removal at the same moment: one of them, never both.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_yes_and_a_removal_exclude_each_other() {
    let app = TestApp::start().await;
    let r = waiting(&app).await;
    let (signatory, second) = (app.ctx(app.people.signatory).await, app.ctx(app.people.second).await);
    let lock = app.lock(&signatory, &r).await;
    app.portal.activation_decide(&signatory, &r, lock, Side::Municipality, true, "").await.unwrap();
    let (yes, removed) = tokio::join!(
        app.portal.activation_decide(&second, &r, lock, Side::Land, true, ""),
        app.portal.installation_remove(&signatory, &r, lock, r.as_str()),
    );
    assert!(yes.is_ok() != removed.is_ok(), "{yes:?} and {removed:?}");
    app.run_until_idle().await;
    let expected = if yes.is_ok() { I::Live } else { I::Removed };
    assert_eq!((state(&app, &r).await, touched_production(&app)), (Some(expected), yes.is_ok()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_is_for_what_was_seen() {
    let app = TestApp::start().await;
    let r = waiting(&app).await;
    let (signatory, clerk) = (app.ctx(app.people.signatory).await, app.ctx(app.people.clerk).await);
    let seen = app.portal.activation_page(&signatory, &r).await.unwrap().head.lock;
    let consultant = app.ctx(app.people.consultant).await;
    app.portal.activation_decide(&consultant, &r, seen, Side::Land, false, "Noch nicht.").await.unwrap();
    let lock = app.lock(&clerk, &r).await;
    app.portal.activation_request(&clerk, &r, lock, "").await.unwrap();
    // The same state as before, but not the activation that was on the page.
    let old = app.portal.activation_decide(&signatory, &r, seen, Side::Municipality, true, "").await;
    assert_eq!(portal_error(old), PortalError::Conflict);
    let lock = app.lock(&signatory, &r).await;
    app.portal.activation_decide(&signatory, &r, lock, Side::Municipality, true, "").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsafe_release_reaches_no_target_and_what_is_stuck_is_not_taken_down() {
    let app = TestApp::start().await;
    app.publish(VERFAHREN, "1.0.0").await;
    let r = app.accepted(VERFAHREN).await;
    app.end(VERFAHREN, "1.0.0", ReleaseState::Unsafe).await.unwrap();
    app.run_until_idle().await;
    let signatory = app.ctx(app.people.signatory).await;
    let page = app.portal.case_page(&signatory, &r).await.unwrap();
    assert_eq!(page.operations[0].state, OperationState::Stuck);
    assert!(app.effects().is_empty());
    // Taken down now, a later retry would set it up again.
    let removed = app.portal.installation_remove(&signatory, &r, page.head.lock, r.as_str()).await;
    assert_eq!(portal_error(removed), rule("live_operation"));
    assert_eq!(state(&app, &r).await, Some(I::InTest));

    let consultant = app.ctx(app.people.consultant).await;
    app.portal.operation_abandon(&consultant, &page.operations[0].reference, "Unsichere Version").await.unwrap();
    app.run_until_idle().await;
    let lock = app.lock(&signatory, &r).await;
    app.portal.installation_remove(&signatory, &r, lock, r.as_str()).await.unwrap();
    assert_eq!(state(&app, &r).await, Some(I::Removed));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_begins_with_a_withdrawn_release() {
    let app = TestApp::start().await;
    app.publish(VERFAHREN, "1.0.0").await;
    let r = app.submitted(VERFAHREN).await;
    app.end(VERFAHREN, "1.0.0", ReleaseState::Withdrawn).await.unwrap();
    let consultant = app.ctx(app.people.consultant).await;
    let lock = app.lock(&consultant, &r).await;
    app.portal.request_take(&consultant, &r, lock).await.unwrap();
    let accepted = app.portal.request_decide(&consultant, &r, lock + 1, "accept", "").await;
    assert_eq!(portal_error(accepted), rule("release_withdrawn"));
    app.portal.request_decide(&consultant, &r, lock + 1, "return", "Bitte neu stellen.").await.unwrap();
    let clerk = app.ctx(app.people.clerk).await;
    let submitted = app.portal.request_submit(&clerk, &r, app.lock(&clerk, &r).await).await;
    assert_eq!(portal_error(submitted), rule("release_withdrawn"));
    // The page says so before anybody tries, and the case is still found by name.
    let page = app.portal.case_page(&clerk, &r).await.unwrap();
    assert_eq!((page.head.stopped.as_deref(), page.next), (Some("release_withdrawn"), NextStep::Wait));
    let named = CaseListQuery { q: "Mängelmelder".to_owned(), ..CaseListQuery::default() };
    assert_eq!(app.portal.request_list_page(&clerk, &named).await.unwrap().rows.items.len(), 1);
    let again = app.end(VERFAHREN, "1.0.0", ReleaseState::Withdrawn).await;
    assert_eq!(portal_error(again), PortalError::WrongState);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_starts_one_request() {
    let app = TestApp::start().await;
    app.publish(VERFAHREN, "1.0.0").await;
    let clerk = app.ctx(app.people.clerk).await;
    let start = || app.portal.request_start(&clerk, VERFAHREN, "flensburg");
    let (a, b, c) = tokio::join!(start(), start(), start());
    let (started, refused): (Vec<_>, Vec<_>) = [a, b, c].into_iter().partition(Result::is_ok);
    assert_eq!(started.len(), 1, "{started:?} {refused:?}");
    for error in refused {
        assert_eq!(portal_error(error), PortalError::Exists);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_are_kept_as_they_are_or_refused() {
    let app = TestApp::start().await;
    app.publish(VERFAHREN, "1.0.0").await;
    let clerk = app.ctx(app.people.clerk).await;
    let r = app.portal.request_start(&clerk, VERFAHREN, "flensburg").await.unwrap();
    let lock = app.lock(&clerk, &r).await;
    let twice = vec!["010010000000".to_owned(), "01 001 0000 000".to_owned()];
    app.portal.areas_save(&clerk, &r, lock, twice).await.unwrap();
    let case = app.storage.case_by_reference(&r).await.unwrap().unwrap();
    assert_eq!(case.request.areas.len(), 1, "a Gemeinde is served once");

    let lock = app.lock(&clerk, &r).await;
    app.portal.request_withdraw(&clerk, &r, lock).await.unwrap();
    let r = app.submitted(VERFAHREN).await;
    let consultant = app.ctx(app.people.consultant).await;
    let lock = app.lock(&consultant, &r).await;
    app.portal.request_take(&consultant, &r, lock).await.unwrap();
    let long = "ä".repeat(4001);
    for decision in ["accept", "return", "decline"] {
        let decided = app.portal.request_decide(&consultant, &r, lock + 1, decision, &long).await;
        let too_long = FieldError::new("begruendung", "max_length").with("max", 4000);
        assert_eq!(portal_error(decided), PortalError::Invalid { fields: vec![too_long] }, "{decision}");
    }
    app.portal.request_decide(&consultant, &r, lock + 1, "accept", &long[..8000]).await.unwrap();
    let case = app.storage.case_by_reference(&r).await.unwrap().unwrap();
    assert_eq!(case.request.decision_note, "ä".repeat(4000));
}

/// A mandate for one Verfahren: its cases stand in the lists, the others do not exist.
#[tokio::test(flavor = "multi_thread")]
async fn a_mandate_for_one_verfahren_shows_its_cases() {
    let app = TestApp::start().await;
    app.publish(VERFAHREN, "1.0.0").await;
    app.publish("gewerbe", "1.0.0").await;
    let (mine, other) = (app.submitted(VERFAHREN).await, app.submitted("gewerbe").await);
    let system = app.portal.system();
    let new = NewOrganisation {
        kind: OrganisationKind::Consultancy,
        name: "Demo-Beratung".into(),
        slug: "demo-beratung".into(),
        municipality_kind: None,
        ars: None,
        laender: vec![Land::SCHLESWIG_HOLSTEIN],
        areas: Vec::new(),
        public_adopter: false,
        demo: true,
    };
    let holder = app.portal.organisation_add(&system, new).await.unwrap();
    let person = app.portal.person_add(&system, "Beratung", &[(holder, Role::Consultant)]).await.unwrap();
    let case = app.storage.case_by_reference(&mine).await.unwrap().unwrap();
    let mandate = NewMandate {
        municipality: case.request.municipality,
        land: case.request.land,
        holder,
        scopes: vec![MandateScope::Request],
        verfahren: vec![case.request.verfahren],
        until: system.now.plus_days(1),
    };
    app.portal.mandate_grant(&system, mandate).await.unwrap();
    let ctx = app.ctx(person).await;
    app.portal.case_page(&ctx, &mine).await.unwrap();
    assert_eq!(portal_error(app.portal.case_page(&ctx, &other).await), PortalError::NotFound);
    let page = app.portal.request_list_page(&ctx, &CaseListQuery::default()).await.unwrap();
    let listed: Vec<_> = page.rows.items.iter().map(|row| row.reference.clone()).collect();
    assert_eq!((listed, page.rows.total), (vec![mine], 1));
    let places = portal_core::use_cases::signed_in(&ctx).unwrap().places;
    assert!(places.contains(&portal_model::pages::Place::Requests), "{places:?}");
}

/// Addresses and names in targets are made of short names.
#[tokio::test(flavor = "multi_thread")]
async fn short_names_are_labels() {
    let app = TestApp::start().await;
    let system = app.portal.system();
    for slug in ["", "Förde", "1a", "a b", "a-", "../a", &"a".repeat(64)] {
        let new = NewOrganisation {
            kind: OrganisationKind::Vendor,
            name: "Haus".into(),
            slug: slug.to_owned(),
            municipality_kind: None,
            ars: None,
            laender: Vec::new(),
            areas: Vec::new(),
            public_adopter: false,
            demo: true,
        };
        let added = app.portal.organisation_add(&system, new).await;
        assert_eq!(portal_error(added), rule("slug_invalid"), "{slug}");
    }
}
