//! The check of the record: not at every look, but soon enough.

use portal_core::{Portal, ports::Clock, secrets::KeyEncryptionKey};
use portal_model::{Lang, pages::audit::AuditQuery};
use portal_testing::{FakeClock, TestApp, app::KEY};
use sqlx::Connection;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_record_is_noticed_within_the_hour() {
    let app = TestApp::start().await;
    app.portal.audit_seal().await.unwrap();
    let clock = Arc::new(FakeClock::default());
    clock.advance_to(app.portal.clock().now());
    let keys = KeyEncryptionKey::new(KEY);
    let portal = Portal::open(app.storage.clone(), clock.clone() as Arc<dyn Clock>, keys, true).await.unwrap();
    let intact = async || {
        let actor = portal.actor(app.people.signatory).await.unwrap().unwrap();
        let page = portal.audit_page(&portal.ctx(actor, Lang::De), &AuditQuery::default()).await.unwrap();
        assert!(page.sealed > 0);
        page.intact
    };
    assert!(intact().await);
    let mut database = sqlx::SqliteConnection::connect(&app.url).await.unwrap();
    for sql in ["DROP TRIGGER audit_entry_immutable", "UPDATE audit_entry SET subject = 'nothing' WHERE seq = 1"] {
        sqlx::query(sql).execute(&mut database).await.unwrap();
    }
    clock.advance(3599);
    assert!(intact().await, "looked at once an hour");
    clock.advance(1);
    assert!(!intact().await);
}
