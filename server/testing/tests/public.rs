//! What everybody may see is kept in memory and read again after it changed, here and in another process; the record is
//! checked whole only now and then.

use portal_core::{
    Actor,
    ports::{Public, SystemClock},
};
use portal_model::{Lang, pages::catalogue::CatalogueQuery, verfahren::ReleaseState};
use portal_testing::{FakeClock, TestApp, app::open};
use sqlx::{Connection, SqliteConnection};
use std::sync::Arc;

const VERFAHREN: &str = "maengelmelder";

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_made_anew_when_somebody_goes_live_and_not_before() {
    let app = TestApp::start().await;
    app.publish(VERFAHREN, "1.0.0").await;
    let anonymous = app.portal.ctx(Actor::Anonymous, Lang::De);
    let municipalities = async || app.portal.home_page(&anonymous).await.unwrap().municipality_count;
    let before = app.portal.public_version();
    let r = app.accepted(VERFAHREN).await;
    app.run_until_idle().await;
    assert_eq!(app.portal.public_version(), before);
    assert_eq!(municipalities().await, 0);
    app.approved(&r).await;
    app.run_until_idle().await;
    let after = app.portal.public_version();
    assert!(after.of(Public::Adoption) > before.of(Public::Adoption));
    assert_eq!(after.of(Public::Catalogue), before.of(Public::Catalogue));
    assert_eq!(municipalities().await, 1);
    let page = app.portal.verfahren_page(&anonymous, VERFAHREN).await.unwrap();
    assert_eq!((page.adopter_count, page.adopters[0].name.as_str()), (1, "Stadt Flensburg"));
    let list = app.portal.catalogue_page(&anonymous, &CatalogueQuery::default()).await.unwrap();
    assert_eq!(list.entries[0].adopters, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_notices_what_was_published_and_withdrawn() {
    let Some(app) = TestApp::start_postgres().await else {
        println!("skipped: PORTAL_TEST_POSTGRES is not set");
        return;
    };
    let (storage, other) = open(&app.url, app.packages.clone(), Arc::new(SystemClock)).await;
    let anonymous = other.ctx(Actor::Anonymous, Lang::De);
    let total = async || other.catalogue_page(&anonymous, &CatalogueQuery::default()).await.unwrap().total;
    assert_eq!(total().await, 0);
    let mut public = storage.public();
    app.publish(VERFAHREN, "1.0.0").await;
    let published = public.wait_for(|v| v.of(Public::Catalogue) > 0).await.unwrap().of(Public::Catalogue);
    assert_eq!(total().await, 1);
    assert_eq!(other.home_page(&anonymous).await.unwrap().verfahren_count, 1);
    app.end(VERFAHREN, "1.0.0", ReleaseState::Withdrawn).await.unwrap();
    public.wait_for(|v| v.of(Public::Catalogue) > published).await.unwrap();
    assert_eq!(total().await, 0);
    storage.close().await;
    app.close().await;
}

/// An entry that was changed long ago is found by the check of the whole record, which comes once a day.
#[tokio::test(flavor = "multi_thread")]
async fn the_whole_record_is_checked_once_a_day() {
    let app = TestApp::start().await;
    app.publish(VERFAHREN, "1.0.0").await;
    let clock = Arc::new(FakeClock::default());
    let (storage, portal) = open(&app.url, app.packages.clone(), clock.clone()).await;
    portal.audit_seal().await.unwrap();
    assert!(portal.audit_check().await.unwrap().intact);
    let mut connection = SqliteConnection::connect(&app.url).await.unwrap();
    let change = "DROP TRIGGER audit_entry_immutable; UPDATE audit_entry SET subject = 'x' WHERE seq = 1";
    sqlx::raw_sql(change).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    assert!(portal.audit_check().await.unwrap().intact, "only what is new is read");
    clock.advance(24 * 3600);
    assert!(!portal.audit_check().await.unwrap().intact);
    assert!(!portal.audit_check().await.unwrap().intact, "and it stays broken");
    storage.close().await;
}
