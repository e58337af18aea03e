//! Events: no gap, no double, in the order of the commits; and the wake-up.

use crate::{Storage, common::Fresh, on_both, world::*};
use portal_core::ports::*;
use std::sync::Arc;

on_both!(
    positions_and_filters,
    no_gap_among_many_writers,
    a_commit_wakes_those_who_wait,
    what_everybody_sees_is_told_and_nothing_else,
);

async fn positions_and_filters(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    assert_eq!(s.last_event().await.unwrap(), 0);
    let (request, other) = (w.request().id, w.request().id);
    let operation = w.operation(&w.installation(&w.request(), "a"), &dummy(&w)).id;
    let events =
        vec![w.event(request, None), w.event(other, None), w.event(request, Some(operation)), w.event(request, None)];
    s.commit(&token(), Commit { writes: Vec::new(), audit: audit("x"), events: events.clone() }).await.unwrap();
    assert_eq!(s.last_event().await.unwrap(), 4);
    let seqs = |found: Vec<portal_model::event::Event>| found.into_iter().map(|e| e.seq).collect::<Vec<_>>();
    let all = s.events(request, None, 0, 100).await.unwrap();
    assert_eq!((all[0].code, &all[0].params, all[1].operation), (events[0].code, &events[0].params, Some(operation)));
    assert_eq!(seqs(all), [1, 3, 4]);
    assert_eq!(seqs(s.events(request, None, 1, 1).await.unwrap()), [3]);
    assert_eq!(seqs(s.events(request, Some(operation), 0, 100).await.unwrap()), [3]);
}

fn dummy(w: &World) -> portal_model::installation::Deployment {
    portal_model::installation::Deployment {
        id: portal_model::DeploymentId(id()),
        installation: portal_model::InstallationId(id()),
        stage: portal_model::data_centre::Stage::Test,
        target: w.test_target.id,
        revision: None,
    }
}

async fn no_gap_among_many_writers(fresh: &Fresh) {
    const WRITERS: usize = 8;
    const COMMITS: usize = 10;
    let (w, s) = (Arc::new(World::new(fresh).await), &fresh.storage);
    let request = w.request().id;
    let reader = tokio::spawn(read_along(s.clone(), request, (WRITERS * COMMITS * 2) as i64));
    let writers = (0..WRITERS).map(|_| {
        let (s, w) = (s.clone(), Arc::clone(&w));
        tokio::spawn(async move {
            for _ in 0..COMMITS {
                let events = vec![w.event(request, None), w.event(request, None)];
                s.commit(&token(), Commit { writes: Vec::new(), audit: audit("x"), events }).await.unwrap();
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let seen = reader.await.unwrap();
    assert!(seen.into_iter().eq(1..=(WRITERS * COMMITS * 2) as i64), "a reader that follows misses nothing");
    assert!(s.audit_verify(&Checkpoint::default()).await.unwrap().0.intact);
}

/// Follows as a live view does: reads what is new and goes on after the last position seen.
async fn read_along(s: Storage, request: portal_model::RequestId, until: i64) -> Vec<i64> {
    let mut changes = s.changes();
    let mut seen: Vec<i64> = Vec::new();
    loop {
        changes.borrow_and_update();
        let after = seen.last().copied().unwrap_or(0);
        seen.extend(s.events(request, None, after, 1000).await.unwrap().iter().map(|e| e.seq));
        if seen.last() == Some(&until) {
            return seen;
        }
        changes.changed().await.unwrap();
    }
}

async fn a_commit_wakes_those_who_wait(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    // On PostgreSQL a second process waits as well.
    let other = if s.is_postgres() { Storage::open(&fresh.url).await.unwrap() } else { s.clone() };
    let (mut here, mut there) = (s.changes(), other.changes());
    let events = vec![w.event(w.request().id, None)];
    s.commit(&token(), Commit { writes: Vec::new(), audit: audit("x"), events }).await.unwrap();
    here.changed().await.unwrap();
    there.changed().await.unwrap();
    if s.is_postgres() {
        other.close().await;
    }
}

/// Here at once; on PostgreSQL another process hears it too.
async fn what_everybody_sees_is_told_and_nothing_else(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let other = if s.is_postgres() { Storage::open(&fresh.url).await.unwrap() } else { s.clone() };
    let mut there = other.public();
    let counts = |version: PublicVersion| Public::ALL.map(|part| version.of(part));
    let told = counts(s.public_version());
    let (heard, request) = (counts(other.public_version()), w.request());
    let mut installation = w.installation(&request, "a");
    let events = vec![w.event(request.id, None)];
    let writes = vec![Write::InsertRequest(request), Write::InsertInstallation(installation.clone())];
    s.commit(&token(), Commit { writes, audit: audit("x"), events }).await.unwrap();
    assert_eq!(counts(s.public_version()), told, "a case that is not live concerns nobody else");

    installation.state = portal_model::installation::InstallationState::Live;
    installation.version += 1;
    write(s, vec![Write::UpdateInstallation(installation)]).await.unwrap();
    write(s, vec![ended(&w.release, portal_model::verfahren::ReleaseState::Withdrawn)]).await.unwrap();
    let expected = |before: [u64; 3]| [before[0] + 1, before[1] + 1, before[2]];
    assert_eq!(counts(s.public_version()), expected(told));
    let now = *there.wait_for(|v| counts(*v)[0] > heard[0]).await.unwrap();
    assert_eq!(counts(now), expected(heard));
    if s.is_postgres() {
        other.close().await;
    }
}
