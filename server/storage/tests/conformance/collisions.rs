//! Two transactions of PostgreSQL at the same rows: whoever is ended is run again, and told if it never works. SQLite has
//! one that writes, so there is nothing to collide with.

use crate::{
    common::{Fresh, Kind},
    world::*,
};
use portal_core::ports::*;

/// Lets every insertion into a table fail like a collision until this many were tried. Numbers of a sequence stay used
/// when the transaction that took them is undone.
async fn collide(fresh: &Fresh, table: &str, code: &str, times: i64) {
    fresh
        .tamper(&format!(
            "CREATE SEQUENCE tries; CREATE FUNCTION collide() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF nextval('tries') <= {times} THEN RAISE EXCEPTION 'collided' USING ERRCODE = '{code}'; END IF; \
             RETURN NEW; END $$; \
             CREATE TRIGGER collide BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION collide();"
        ))
        .await;
}

#[tokio::test]
async fn a_commit_is_run_again() {
    for code in ["40001", "40P01"] {
        let Some(fresh) = Fresh::new(Kind::Postgres).await else { return };
        let w = World::new(&fresh).await;
        collide(&fresh, "request", code, 2).await;
        let request = w.request();
        let commit = Commit {
            writes: vec![Write::InsertRequest(request.clone())],
            audit: audit("test"),
            events: vec![w.event(request.id, None)],
        };
        let before = fresh.storage.last_event().await.unwrap();
        fresh.storage.commit(&token(), commit).await.unwrap();
        assert_eq!(fresh.storage.case(request.id).await.unwrap().unwrap().request, request);
        assert_eq!(fresh.storage.last_event().await.unwrap(), before + 1, "{code}");
        fresh.remove().await;
    }
}

#[tokio::test]
async fn who_collides_for_ever_is_told() {
    let Some(fresh) = Fresh::new(Kind::Postgres).await else { return };
    let w = World::new(&fresh).await;
    collide(&fresh, "request", "40P01", 1000).await;
    let request = w.request();
    let refused = write(&fresh.storage, vec![Write::InsertRequest(request.clone())]).await.unwrap_err();
    assert!(matches!(refused, StoreError::Collision), "{refused}");
    assert_eq!(fresh.storage.case(request.id).await.unwrap(), None);
    // What a person is told: somebody else saved.
    assert_eq!(portal_core::CoreError::from(refused).public(), portal_model::PortalError::Conflict);
    fresh.remove().await;
}

#[tokio::test]
async fn a_record_is_run_again() {
    let Some(fresh) = Fresh::new(Kind::Postgres).await else { return };
    let (w, s) = (World::new(&fresh).await, &fresh.storage);
    let x = w.installed(s, "a").await;
    let operation = w.operation(&x.installation, &x.test);
    write(s, vec![Write::InsertOperation(operation.clone())]).await.unwrap();
    let claim = s.claim("w", NOW, NOW.plus_seconds(30), 4).await.unwrap().unwrap();
    collide(&fresh, "event", "40001", 2).await;
    let record = Record { events: vec![w.event(x.request.id, Some(operation.id))], ..Record::default() };
    s.record(&claim.lease, record).await.unwrap();
    assert_eq!(s.events(x.request.id, Some(operation.id), 0, 10).await.unwrap().len(), 1);
    fresh.remove().await;
}
