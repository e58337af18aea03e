//! Claims, leases, generations and records.

use crate::{common::Fresh, on_both, world::*};
use portal_core::ports::*;
use portal_model::{
    OperationId, Timestamp,
    operation::{Failure, FailureCause, Operation, OperationState, StepKind},
    test_run::TestRun,
};
use std::{collections::BTreeSet, sync::Arc};
use tokio::sync::Barrier;

on_both!(
    the_longest_due_first,
    each_operation_is_claimed_once,
    no_more_than_allowed_per_target,
    a_lost_lease_changes_nothing,
    a_late_record_counts_until_somebody_else_claims,
    a_record_commits_everything_or_nothing,
    waiting_and_next_due,
);

/// Operations that are ready, one installation each.
async fn queue(w: &World, s: &portal_storage::Storage, n: i64) -> Vec<Operation> {
    let mut queued = Vec::new();
    for i in 0..n {
        let x = w.installed(s, &format!("q{i}")).await;
        let mut operation = w.operation(&x.installation, &x.test);
        operation.run_after = NOW.plus_seconds(-i);
        write(s, vec![Write::InsertOperation(operation.clone())]).await.unwrap();
        queued.push(operation);
    }
    queued
}

fn later(seconds: i64) -> Timestamp {
    NOW.plus_seconds(seconds)
}

fn update(state: OperationState, keep_lease: bool) -> OperationUpdate {
    OperationUpdate { state, step: 1, attempt: 0, failure: None, run_after: NOW, finished_at: None, keep_lease }
}

fn step(what: StepRecordKind) -> StepRecord {
    StepRecord { step: 0, kind: StepKind::Check, what, attempt: 1, output: serde_json::json!({"n": 1}), at: NOW }
}

async fn the_longest_due_first(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    assert!(s.claim("w", NOW, later(60), 10).await.unwrap().is_none());
    let queued = queue(&w, s, 3).await;
    assert!(s.claim("w", later(-10), later(60), 10).await.unwrap().is_none(), "not yet due");
    let claim = s.claim("w", NOW, later(60), 10).await.unwrap().unwrap();
    assert_eq!(claim.operation.id, queued[2].id);
    assert_eq!(claim.operation.state, OperationState::Running);
    assert_eq!(claim.lease, Lease { operation: queued[2].id, generation: 1, until: later(60) });
    assert!(claim.records.is_empty());
    assert_eq!(s.claim("w", NOW, later(60), 10).await.unwrap().unwrap().operation.id, queued[1].id);
}

async fn each_operation_is_claimed_once(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let queued: BTreeSet<OperationId> = queue(&w, s, 12).await.into_iter().map(|o| o.id).collect();
    let workers = (0..6).map(|n| {
        let s = s.clone();
        tokio::spawn(async move {
            let mut mine = Vec::new();
            while let Some(claim) = s.claim(&format!("w{n}"), NOW, later(60), 100).await.unwrap() {
                assert_eq!(claim.lease.generation, 1);
                mine.push(claim.operation.id);
            }
            mine
        })
    });
    let mut claimed = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        claimed.extend(worker.await.unwrap());
    }
    assert_eq!(claimed.len(), queued.len(), "none twice");
    assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>(), queued, "none left out");
}

async fn no_more_than_allowed_per_target(fresh: &Fresh) {
    const WORKERS: usize = 8;
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    queue(&w, s, WORKERS as i64).await;
    // In each round all leases of the round before have run out. The first one opens the connections.
    for round in 0..10 {
        let start = Arc::new(Barrier::new(WORKERS));
        let workers = (0..WORKERS).map(|_| {
            let (s, start) = (s.clone(), Arc::clone(&start));
            tokio::spawn(async move {
                s.next_due().await.unwrap();
                start.wait().await;
                s.claim("w", later(round * 100), later(round * 100 + 60), 2).await.unwrap().is_some()
            })
        });
        let mut claimed = 0;
        for worker in workers.collect::<Vec<_>>() {
            claimed += i64::from(worker.await.unwrap());
        }
        assert_eq!(claimed, 2, "round {round}");
    }
}

async fn a_lost_lease_changes_nothing(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let queued = queue(&w, s, 1).await;
    let first = s.claim("a", NOW, later(60), 10).await.unwrap().unwrap();
    assert!(s.claim("b", later(59), later(120), 10).await.unwrap().is_none(), "the lease lives");
    s.extend(&first.lease, later(90)).await.unwrap();
    assert!(s.claim("b", later(60), later(120), 10).await.unwrap().is_none(), "it was lengthened");
    let second = s.claim("b", later(90), later(150), 10).await.unwrap().unwrap();
    assert_eq!(second.lease.generation, 2);
    let record = Record {
        update: Some(update(OperationState::Done, false)),
        steps: vec![step(StepRecordKind::Done)],
        events: vec![w.event(queued[0].case().unwrap().request, None)],
        ..Record::default()
    };
    let stale = s.record(&first.lease, record.clone()).await.unwrap_err();
    assert!(matches!(stale, JournalError::LeaseLost));
    assert!(matches!(s.extend(&first.lease, later(200)).await.unwrap_err(), JournalError::LeaseLost));
    assert_eq!(s.last_event().await.unwrap(), 0);
    assert!(s.step_records(queued[0].id).await.unwrap().is_empty());
    s.record(&second.lease, record.clone()).await.unwrap();
    let given_back = s.record(&second.lease, record).await.unwrap_err();
    assert!(matches!(given_back, JournalError::LeaseLost));
}

async fn a_late_record_counts_until_somebody_else_claims(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let queued = queue(&w, s, 1).await;
    let claim = s.claim("a", NOW, later(1), 10).await.unwrap().unwrap();
    let record = Record { steps: vec![step(StepRecordKind::Started)], ..Record::default() };
    s.record(&claim.lease, record).await.unwrap();
    let again = s.claim("b", later(100), later(200), 10).await.unwrap().unwrap();
    assert_eq!(again.records, [step(StepRecordKind::Started)]);
    // A person's hand ends every lease.
    let moved = Write::MoveOperation {
        id: queued[0].id,
        from: OperationState::Running,
        to: OperationState::Queued,
        run_after: NOW,
        abandoned: None,
    };
    write(s, vec![moved]).await.unwrap();
    assert!(matches!(s.record(&again.lease, Record::default()).await.unwrap_err(), JournalError::LeaseLost));
}

async fn a_record_commits_everything_or_nothing(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let queued = queue(&w, s, 1).await;
    let run = s.test_run_latest(queued[0].case().unwrap().installation).await.unwrap().unwrap();
    let claim = s.claim("a", NOW, later(60), 10).await.unwrap().unwrap();
    let mut record = Record {
        update: Some(OperationUpdate {
            failure: Some(Failure { cause: FailureCause::Unreachable, detail: "d".to_owned() }),
            run_after: later(5),
            ..update(OperationState::Waiting, true)
        }),
        steps: vec![step(StepRecordKind::Started), step(StepRecordKind::Done)],
        writes: vec![Write::InsertTestRun(run.clone())],
        events: vec![w.event(queued[0].case().unwrap().request, Some(queued[0].id))],
        audit: Some(audit("operation_step")),
    };
    let refused = s.record(&claim.lease, record.clone()).await.unwrap_err();
    assert!(matches!(refused, JournalError::Store(StoreError::Exists(_))), "{refused:?}");
    assert!(s.step_records(queued[0].id).await.unwrap().is_empty());
    assert_eq!(s.last_event().await.unwrap(), 0);

    record.writes = vec![Write::InsertTestRun(TestRun { id: portal_model::TestRunId(id()), ..run })];
    s.record(&claim.lease, record.clone()).await.unwrap();
    assert_eq!(s.step_records(queued[0].id).await.unwrap(), record.steps);
    assert_eq!(s.last_event().await.unwrap(), 1);
    let stored = s.operation_by_reference(&queued[0].reference).await.unwrap().unwrap();
    assert_eq!((stored.state, stored.step, stored.run_after), (OperationState::Waiting, 1, later(5)));
    assert_eq!(stored.failure, record.update.as_ref().unwrap().failure);
    let filter = AuditFilter {
        scope: Scope { all: true, ..Scope::default() },
        action: Some("operation_step".to_owned()),
        limit: 9,
        ..AuditFilter::default()
    };
    assert_eq!(s.audit_list(&filter).await.unwrap().1, 1);
}

async fn waiting_and_next_due(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    assert_eq!(s.next_due().await.unwrap(), None);
    assert!(s.live_steps().await.unwrap().is_empty());
    queue(&w, s, 1).await;
    assert_eq!(s.next_due().await.unwrap(), Some(NOW));
    assert_eq!(s.live_steps().await.unwrap(), ["apply", "check"]);
    let claim = s.claim("a", NOW, later(60), 10).await.unwrap().unwrap();
    assert_eq!(s.next_due().await.unwrap(), Some(later(60)), "when the lease ends");
    let waits = OperationUpdate { run_after: later(30), ..update(OperationState::Waiting, false) };
    s.record(&claim.lease, Record { update: Some(waits), ..Record::default() }).await.unwrap();
    assert_eq!(s.next_due().await.unwrap(), Some(later(30)));
    assert!(s.claim("b", later(29), later(60), 10).await.unwrap().is_none());
    let claim = s.claim("b", later(30), later(60), 10).await.unwrap().unwrap();
    assert_eq!(claim.operation.state, OperationState::Running);
    let unwinds = update(OperationState::Unwinding, false);
    s.record(&claim.lease, Record { update: Some(unwinds), ..Record::default() }).await.unwrap();
    let claim = s.claim("b", later(30), later(60), 10).await.unwrap().unwrap();
    assert_eq!(claim.operation.state, OperationState::Unwinding, "what unwinds goes on unwinding");
    let stuck = update(OperationState::Stuck, false);
    s.record(&claim.lease, Record { update: Some(stuck), ..Record::default() }).await.unwrap();
    assert_eq!(s.next_due().await.unwrap(), None);
    assert_eq!(s.live_steps().await.unwrap().len(), 2, "stuck is not over");
}
