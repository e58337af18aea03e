//! Whose turn it is, and whether somebody is left whose turn it could be: „Liegt bei …", the next step, who may still sign,
//! and who reads the record of what belongs to no municipality.
#![expect(clippy::unwrap_used, reason = "what fails in a helper fails the test")]

use portal_core::{
    Ctx,
    ports::Store as _,
    use_cases::{CaseListQuery, NewOrganisation},
};
use portal_model::{
    Land, PersonId,
    activation::Side,
    organisation::{OrganisationKind, Role},
    pages::{
        audit::AuditQuery,
        case::{LiesWithWhom as Whom, NextStep as Next},
    },
    reference::Reference,
    verfahren::ReleaseState,
};
use portal_testing::{TestApp, app::CLUSTER};
use std::io::Cursor;

const VERFAHREN: &str = "maengelmelder";

/// A case whose test passed and was accepted.
async fn accepted(app: &TestApp) -> Reference {
    app.publish(VERFAHREN, "1.0.0").await;
    let r = app.accepted(VERFAHREN).await;
    app.run_until_idle().await;
    let clerk = app.ctx(app.people.clerk).await;
    let page = app.portal.acceptance_page(&clerk, &r).await.unwrap();
    let all = page.checklist.into_iter().map(|i| i.id).collect();
    app.portal.acceptance_declare(&clerk, &r, page.head.lock, true, all, "").await.unwrap();
    r
}

async fn request_activation(app: &TestApp, r: &Reference) {
    let clerk = app.ctx(app.people.clerk).await;
    let lock = app.lock(&clerk, r).await;
    app.portal.activation_request(&clerk, r, lock, "").await.unwrap();
}

/// With whom the page and the list say that it lies, and what the next step of clerk, signatory and consultant is.
async fn turn(app: &TestApp, r: &Reference) -> (Whom, [Next; 3]) {
    let people = app.people;
    let mut next = [Next::Wait; 3];
    let mut said = Vec::new();
    for (place, person) in next.iter_mut().zip([people.clerk, people.signatory, people.consultant]) {
        let ctx = app.ctx(person).await;
        let page = app.portal.case_page(&ctx, r).await.unwrap();
        let list = app.portal.request_list_page(&ctx, &CaseListQuery::default()).await.unwrap();
        let row = list.rows.items.into_iter().find(|row| row.reference == *r).unwrap();
        assert_eq!(row.lies_with, page.lies_with, "the list and the page agree");
        *place = page.next;
        said.push(page.lies_with.whom);
        // The start page puts it where the next step says.
        let home = app.portal.home_page(&ctx).await.unwrap();
        assert_eq!(home.mine.iter().any(|item| item.reference == *r), page.next != Next::Wait, "{:?}", page.next);
    }
    said.dedup();
    assert_eq!(said.len(), 1, "everybody reads the same");
    (said[0], next)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_that_is_too_old_lies_with_those_who_can_repeat_it() {
    let app = TestApp::start().await;
    let r = accepted(&app).await;
    assert_eq!(
        turn(&app, &r).await,
        (Whom::Municipality, [Next::RequestActivation, Next::RequestActivation, Next::Wait])
    );
    request_activation(&app, &r).await;
    assert_eq!(turn(&app, &r).await, (Whom::Signatory, [Next::Wait, Next::Approve, Next::Approve]));
    let signatory = app.ctx(app.people.signatory).await;
    let lock = app.lock(&signatory, &r).await;
    app.portal.activation_decide(&signatory, &r, lock, Side::Municipality, true, "").await.unwrap();
    assert_eq!(turn(&app, &r).await.0, Whom::Land);
    app.clock.pass_days(31);
    assert_eq!(turn(&app, &r).await, (Whom::Municipality, [Next::TestAgain, Next::TestAgain, Next::Wait]));
    let clerk = app.ctx(app.people.clerk).await;
    let page = app.portal.case_page(&clerk, &r).await.unwrap();
    let tested = page.test_run.unwrap().finished_at;
    assert_eq!(page.lies_with.since, tested.plus_days(30), "since then, and not since it was asked for");
    app.portal.test_again(&clerk, &r, page.head.lock).await.unwrap();
    assert_eq!(turn(&app, &r).await.0, Whom::Portal);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_may_not_go_on_lies_with_those_who_can_take_it_down() {
    let app = TestApp::start().await;
    let r = accepted(&app).await;
    request_activation(&app, &r).await;
    let signatory = app.ctx(app.people.signatory).await;
    let lock = app.lock(&signatory, &r).await;
    app.portal.activation_decide(&signatory, &r, lock, Side::Municipality, true, "").await.unwrap();
    app.end(VERFAHREN, "1.0.0", ReleaseState::Withdrawn).await.unwrap();
    assert_eq!(turn(&app, &r).await, (Whom::Signatory, [Next::Wait, Next::Remove, Next::Wait]));
    // However old the test becomes: it would not help to repeat it.
    app.clock.pass_days(31);
    assert_eq!(turn(&app, &r).await.0, Whom::Signatory);
    let signatory = app.ctx(app.people.signatory).await;
    let lock = app.lock(&signatory, &r).await;
    app.portal.installation_remove(&signatory, &r, lock, r.as_str()).await.unwrap();
    assert_eq!(turn(&app, &r).await.0, Whom::Portal);
}

async fn add(app: &TestApp, organisation: portal_model::OrganisationId, name: &str, role: Role) -> PersonId {
    app.portal.person_add(&app.portal.system(), name, &[(organisation, role)]).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_case_says_when_nobody_is_left_who_could_sign() {
    let app = TestApp::start().await;
    app.publish(VERFAHREN, "1.0.0").await;
    let head = async |ctx: &Ctx, r: &Reference| app.portal.case_page(ctx, r).await.unwrap().head;
    let (clerk, signatory) = (app.ctx(app.people.clerk).await, app.ctx(app.people.signatory).await);
    let consultant = app.ctx(app.people.consultant).await;
    let r = app.portal.request_start(&clerk, VERFAHREN, "flensburg").await.unwrap();
    let name = signatory.person().unwrap().name.clone();

    // Before anything happened: the one who signs is told that it depends on them, the others see who it is.
    let mine = head(&signatory, &r).await;
    let signing = mine.signing.unwrap();
    assert_eq!((signing.can.as_slice(), signing.only_you, mine.signs), (&[name.clone()][..], true, true));
    let signing = head(&clerk, &r).await.signing.unwrap();
    assert_eq!((signing.can.len(), signing.took_part.len(), signing.only_you), (1, 0, false));

    // They take part all the same: now it stands on the page of everybody, long before an activation.
    let lock = app.lock(&signatory, &r).await;
    app.portal.target_save(&signatory, &r, lock, CLUSTER).await.unwrap();
    for ctx in [&clerk, &signatory] {
        let head = head(ctx, &r).await;
        let signing = head.signing.unwrap();
        assert_eq!((signing.can.len(), signing.took_part.as_slice()), (0, &[name.clone()][..]));
        assert!(!head.signs && !signing.only_you);
    }

    // Somebody is added: it is gone.
    let case = app.storage.case_by_reference(&r).await.unwrap().unwrap();
    let second = add(&app, case.request.municipality, "Zeichnungsberechtigt 2", Role::Signatory).await;
    let signing = head(&clerk, &r).await.signing.unwrap();
    assert_eq!(signing.can, ["Zeichnungsberechtigt 2"]);
    let second = app.ctx(second).await;
    assert!(head(&second, &r).await.signs);

    // What is over asks nobody any more.
    let lock = app.lock(&clerk, &r).await;
    app.portal.request_withdraw(&clerk, &r, lock).await.unwrap();
    assert_eq!(head(&clerk, &r).await.signing, None);
    assert!(app.portal.case_page(&consultant, &r).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_no_municipality_is_read_by_auditors_of_the_land_and_the_portal() {
    let app = TestApp::start().await;
    app.publish(VERFAHREN, "1.0.0").await;
    let publisher = app.ctx(app.people.publisher).await;
    let archive = Box::new(Cursor::new(TestApp::archive("fundsachen", "1.0.0")));
    let r = app.portal.package_upload(&publisher, archive, None).await.unwrap();
    let lock = app.portal.package_page(&publisher, &r).await.unwrap().lock;
    app.portal.package_submit(&publisher, &r, lock).await.unwrap();
    let organisation = async |slug: &str, kind, land| {
        let new = NewOrganisation {
            kind,
            name: slug.to_owned(),
            slug: slug.to_owned(),
            municipality_kind: None,
            ars: None,
            laender: vec![land],
            areas: Vec::new(),
            public_adopter: false,
            demo: true,
        };
        app.portal.organisation_add(&app.portal.system(), new).await.unwrap()
    };
    let here = organisation("revision", OrganisationKind::Audit, Land::SCHLESWIG_HOLSTEIN).await;
    let elsewhere = organisation("revision-sued", OrganisationKind::Audit, Land::BAYERN).await;
    let portal = organisation("portalbetrieb", OrganisationKind::Portal, Land::SCHLESWIG_HOLSTEIN).await;
    let auditor = app.ctx(add(&app, here, "Revision", Role::Auditor).await).await;
    let other = app.ctx(add(&app, elsewhere, "Revision Süd", Role::Auditor).await).await;
    let admin = app.ctx(add(&app, portal, "Administration", Role::PortalAdmin).await).await;
    let actions = async |ctx: &Ctx, q: &str| {
        let query = AuditQuery { q: q.to_owned(), ..AuditQuery::default() };
        let page = app.portal.audit_page(ctx, &query).await.unwrap();
        page.rows.items.into_iter().map(|row| row.entry.action).collect::<Vec<_>>()
    };
    for ctx in [&auditor, &admin] {
        assert_eq!(actions(ctx, r.as_str()).await, ["package_submit", "package_upload"]);
    }
    assert!(actions(&other, "").await.is_empty());
    // The portal's administrator sees what the portal itself did, and nothing of any case.
    let case = app.submitted(VERFAHREN).await;
    assert!(actions(&admin, "").await.contains(&"organisation_add".to_owned()));
    assert!(!actions(&auditor, "").await.contains(&"organisation_add".to_owned()));
    assert!(actions(&admin, case.as_str()).await.is_empty());
    assert!(!actions(&auditor, case.as_str()).await.is_empty());
}
