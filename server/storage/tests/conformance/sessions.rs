//! The session store.

use crate::{common::Fresh, on_both, world::NOW};
use portal_core::ports::Clock;
use portal_model::Timestamp;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
};

on_both!(created_loaded_saved_deleted, an_id_in_use_is_never_taken_over, expiry);

struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

fn clock() -> Arc<Hand> {
    Arc::new(Hand(AtomicI64::new(NOW.0)))
}

fn record(minutes: i64) -> Record {
    let expires = NOW.plus_seconds(60 * minutes).0 / 1_000_000;
    Record {
        id: Id::default(),
        data: [("person".to_owned(), serde_json::json!("x"))].into(),
        expiry_date: OffsetDateTime::from_unix_timestamp(expires).unwrap(),
    }
}

async fn created_loaded_saved_deleted(fresh: &Fresh) {
    let sessions = fresh.storage.sessions(clock());
    let mut r = record(30);
    sessions.create(&mut r).await.unwrap();
    assert_eq!(sessions.load(&r.id).await.unwrap(), Some(r.clone()));
    // Nothing changed and little time went by: not written.
    let touched = Record { expiry_date: record(34).expiry_date, ..r.clone() };
    sessions.save(&touched).await.unwrap();
    assert_eq!(sessions.load(&r.id).await.unwrap(), Some(r.clone()));
    let later = Record { expiry_date: record(36).expiry_date, ..r.clone() };
    sessions.save(&later).await.unwrap();
    assert_eq!(sessions.load(&r.id).await.unwrap(), Some(later));
    r.data.insert("more".to_owned(), serde_json::json!(1));
    sessions.save(&r).await.unwrap();
    assert_eq!(sessions.load(&r.id).await.unwrap(), Some(r.clone()));
    sessions.delete(&r.id).await.unwrap();
    assert_eq!(sessions.load(&r.id).await.unwrap(), None);
    // A request that was under way while somebody signed out does not bring the session back.
    sessions.save(&r).await.unwrap();
    assert_eq!(sessions.load(&r.id).await.unwrap(), None);
}

async fn an_id_in_use_is_never_taken_over(fresh: &Fresh) {
    let sessions = fresh.storage.sessions(clock());
    let mut first = record(30);
    sessions.create(&mut first).await.unwrap();
    let mut second = Record { id: first.id, data: Default::default(), ..record(30) };
    sessions.create(&mut second).await.unwrap();
    assert_ne!(first.id, second.id);
    assert_eq!(sessions.load(&first.id).await.unwrap(), Some(first));
}

async fn expiry(fresh: &Fresh) {
    let hand = clock();
    let sessions = fresh.storage.sessions(Arc::clone(&hand) as Arc<dyn Clock>);
    let (mut short, mut long) = (record(1), record(60));
    sessions.create(&mut short).await.unwrap();
    sessions.create(&mut long).await.unwrap();
    hand.0.store(NOW.plus_seconds(120).0, Ordering::SeqCst);
    assert_eq!(sessions.load(&short.id).await.unwrap(), None);
    assert_eq!(sessions.delete_expired().await.unwrap(), 1);
    assert_eq!(sessions.load(&long.id).await.unwrap(), Some(long));
}
