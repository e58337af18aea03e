//! What every journal must do. The one in memory and the ones on databases pass the same tests.

use crate::Fixture;
use async_trait::async_trait;
use portal_core::{
    Actor, Ctx,
    authz::{Action, Resource},
    engine::new_install,
    ports::{Claim, Commit, Journal, JournalError, OperationUpdate, Record, StepRecord, StepRecordKind, Store, Write},
};
use portal_model::{
    Lang, MaintenanceId, PersonId, Timestamp,
    event::{EventCode, NewEvent, Params},
    installation::{Installation, InstallationState},
    operating::{Maintenance, Stopped, Window},
    operation::{Operation, OperationState, StepKind},
};
use serde_json::json;
use std::{future::Future, sync::Arc};

/// A fresh journal, and a look at what it holds.
#[async_trait]
pub trait JournalHarness: Send + Sync {
    /// The journal.
    fn journal(&self) -> Arc<dyn Journal>;
    /// Stores rows, parents first.
    async fn seed(&self, writes: Vec<Write>);
    /// An operation as it is now.
    async fn operation(&self, operation: &Operation) -> Operation;
    /// Its step records, oldest first.
    async fn records(&self, operation: &Operation) -> Vec<StepRecord>;
    /// How many events its case has.
    async fn events(&self, operation: &Operation) -> usize;
    /// Its installation as it is now.
    async fn installation(&self, operation: &Operation) -> Installation;
}

/// The harness of any database.
pub struct StoreHarness {
    /// Database.
    pub store: Arc<dyn Store>,
    /// Journal on the same database.
    pub journal: Arc<dyn Journal>,
}

#[async_trait]
impl JournalHarness for StoreHarness {
    fn journal(&self) -> Arc<dyn Journal> {
        Arc::clone(&self.journal)
    }

    async fn seed(&self, writes: Vec<Write>) {
        let context = Ctx { actor: Actor::System, lang: Lang::De, now: Timestamp(0) };
        let token = context.authorize(Action::OperationStep, &Resource::portal()).expect("the portal may");
        let audit = token.audit("seed", None, None);
        self.store.commit(&token, Commit { writes, audit, events: Vec::new() }).await.expect("seeds fit");
    }

    async fn operation(&self, operation: &Operation) -> Operation {
        let found = self.store.operation_by_reference(&operation.reference).await.expect("readable");
        found.expect("it is there")
    }

    async fn records(&self, operation: &Operation) -> Vec<StepRecord> {
        self.store.step_records(operation.id).await.expect("readable")
    }

    async fn events(&self, operation: &Operation) -> usize {
        self.store.operation_events(operation.id, 0, 1000).await.expect("readable").len()
    }

    async fn installation(&self, operation: &Operation) -> Installation {
        let request = operation.case().expect("of a case").request;
        let case = self.store.case(request).await.expect("readable").expect("it is there");
        case.installation.expect("it is there")
    }
}

/// A journal with one operation per case, all due, in the order of their cases.
struct Setting {
    harness: Box<dyn JournalHarness>,
    journal: Arc<dyn Journal>,
    operations: Vec<Operation>,
    now: Timestamp,
    person: PersonId,
}

impl Setting {
    async fn new(harness: Box<dyn JournalHarness>, cases: u64) -> Self {
        let now = Timestamp(1_795_420_800_000_000);
        let fixture = Fixture::new(now, cases);
        let operations: Vec<Operation> = fixture
            .cases
            .iter()
            .zip(0..)
            .map(|(case, n)| {
                let operation = new_install(&case.installation, &case.test, fixture.content(case), now);
                Operation { run_after: now.plus_seconds(n), ..operation }
            })
            .collect();
        let person = fixture.cases[0].request.created_by;
        harness.seed(fixture.writes()).await;
        harness.seed(operations.iter().cloned().map(Write::InsertOperation).collect()).await;
        Self { journal: harness.journal(), harness, operations, now, person }
    }

    async fn claim(&self, seconds: i64) -> Option<Claim> {
        self.claim_with(seconds, 100).await
    }

    /// A claim this many seconds from the beginning, with a lease of 30 seconds.
    async fn claim_with(&self, seconds: i64, per_target: i64) -> Option<Claim> {
        let now = self.now.plus_seconds(seconds);
        self.journal.claim("worker", now, now.plus_seconds(30), per_target).await.expect("no failure")
    }

    fn record(&self, operation: &Operation, state: OperationState, run_after: i64, keep_lease: bool) -> Record {
        let at = self.now;
        Record {
            update: Some(OperationUpdate {
                state,
                step: 1,
                attempt: 2,
                failure: None,
                run_after: self.now.plus_seconds(run_after),
                finished_at: state.is_final().then_some(at),
                keep_lease,
            }),
            steps: vec![StepRecord {
                step: 0,
                kind: StepKind::Check,
                what: StepRecordKind::Done,
                attempt: 1,
                output: json!({ "v": 1 }),
                at,
            }],
            events: vec![NewEvent {
                at,
                municipality: operation.case().map(|c| c.municipality),
                request: operation.case().map(|c| c.request),
                installation: operation.case().map(|c| c.installation),
                operation: Some(operation.id),
                code: EventCode::StepDone,
                params: Params::default(),
            }],
            ..Record::default()
        }
    }
}

/// Runs everything; `make` gives an empty journal each time.
///
/// # Panics
/// At the first thing that is not as it should be.
pub async fn run_all<F: Future<Output = Box<dyn JournalHarness>>>(make: impl Fn() -> F) {
    claims_what_is_due_the_longest(Setting::new(make().await, 2).await).await;
    a_lease_is_for_one_and_ends(Setting::new(make().await, 1).await).await;
    a_lost_lease_changes_nothing(Setting::new(make().await, 1).await).await;
    a_renewed_lease_lasts(Setting::new(make().await, 1).await).await;
    a_record_is_everything_or_nothing(Setting::new(make().await, 1).await).await;
    states_decide_who_is_claimed(Setting::new(make().await, 1).await).await;
    a_target_is_not_flooded(Setting::new(make().await, 3).await).await;
    many_claim_each_once(Setting::new(make().await, 6).await).await;
    steps_of_the_unfinished_are_known(Setting::new(make().await, 1).await).await;
    its_operator_limits_a_target(Setting::new(make().await, 3).await).await;
    a_stopped_target_is_left_alone(Setting::new(make().await, 1).await).await;
    maintenance_keeps_everybody_out(Setting::new(make().await, 1).await).await;
    what_has_not_begun_waits_for_a_window(Setting::new(make().await, 1).await).await;
}

async fn claims_what_is_due_the_longest(s: Setting) {
    assert_eq!(s.journal.next_due().await.expect("no failure"), Some(s.now));
    assert!(s.claim(-1).await.is_none(), "not before its time");
    let first = s.claim(5).await.expect("due");
    assert_eq!(first.operation.id, s.operations[0].id);
    assert_eq!(first.operation.state, OperationState::Running);
    assert_eq!(
        (first.operation.input, first.operation.steps),
        (s.operations[0].input.clone(), s.operations[0].steps.clone())
    );
    assert_eq!(first.lease.until, s.now.plus_seconds(35));
    assert_eq!(s.claim(5).await.expect("due").operation.id, s.operations[1].id);
    assert!(s.claim(5).await.is_none());
}

async fn a_lease_is_for_one_and_ends(s: Setting) {
    let first = s.claim(0).await.expect("due");
    assert!(s.claim(29).await.is_none());
    assert_eq!(s.journal.next_due().await.expect("no failure"), Some(s.now.plus_seconds(30)));
    let second = s.claim(30).await.expect("the lease has ended");
    assert!(second.lease.generation > first.lease.generation);
}

async fn a_lost_lease_changes_nothing(s: Setting) {
    let lost = s.claim(0).await.expect("due").lease;
    let held = s.claim(31).await.expect("the lease has ended").lease;
    let before = s.harness.operation(&s.operations[0]).await;
    let record = s.record(&s.operations[0], OperationState::Done, 0, false);
    let refused = s.journal.record(&lost, record.clone()).await;
    assert!(matches!(refused, Err(JournalError::LeaseLost)), "{refused:?}");
    let refused = s.journal.extend(&lost, s.now.plus_seconds(500)).await;
    assert!(matches!(refused, Err(JournalError::LeaseLost)), "{refused:?}");
    assert_eq!(s.harness.operation(&s.operations[0]).await, before);
    assert!(s.harness.records(&s.operations[0]).await.is_empty());
    assert_eq!(s.harness.events(&s.operations[0]).await, 0);
    s.journal.record(&held, record).await.expect("the other one holds it");
}

async fn a_renewed_lease_lasts(s: Setting) {
    let claim = s.claim(0).await.expect("due");
    s.journal.extend(&claim.lease, s.now.plus_seconds(60)).await.expect("held");
    assert!(s.claim(59).await.is_none());
    assert!(s.claim(60).await.is_some());
}

async fn a_record_is_everything_or_nothing(s: Setting) {
    let operation = &s.operations[0];
    let claim = s.claim(0).await.expect("due");
    let installation = s.harness.installation(operation).await;
    let failed = InstallationState::TestFailed;
    let stale = Installation { state: failed, version: installation.version + 7, ..installation.clone() };
    let mut record = s.record(operation, OperationState::Running, 0, true);
    record.writes = vec![Write::UpdateInstallation(stale)];
    let refused = s.journal.record(&claim.lease, record.clone()).await;
    assert!(matches!(refused, Err(JournalError::Store(portal_core::ports::StoreError::Conflict))), "{refused:?}");
    assert!(s.harness.records(operation).await.is_empty());
    assert_eq!((s.harness.events(operation).await, s.harness.operation(operation).await.step), (0, 0));
    let next = Installation { state: failed, version: installation.version + 1, ..installation };
    record.writes = vec![Write::UpdateInstallation(next)];
    s.journal.record(&claim.lease, record.clone()).await.expect("fits");
    let now = s.harness.operation(operation).await;
    assert_eq!((now.state, now.step, now.attempt), (OperationState::Running, 1, 2));
    assert_eq!(s.harness.records(operation).await, record.steps);
    assert_eq!(s.harness.events(operation).await, 1);
    assert_eq!(s.harness.installation(operation).await.state, failed);
    assert!(s.claim(10).await.is_none(), "the lease is kept");
    assert_eq!(s.claim(40).await.expect("the lease has ended").records, record.steps);
}

async fn states_decide_who_is_claimed(s: Setting) {
    let operation = &s.operations[0];
    let claim = s.claim(0).await.expect("due");
    let waits = s.record(operation, OperationState::Waiting, 10, false);
    s.journal.record(&claim.lease, waits).await.expect("held");
    assert!(s.claim(9).await.is_none());
    let claim = s.claim(10).await.expect("the wait is over");
    assert_eq!(claim.operation.state, OperationState::Running);
    let unwinds = s.record(operation, OperationState::Unwinding, 10, false);
    s.journal.record(&claim.lease, unwinds).await.expect("held");
    let claim = s.claim(10).await.expect("given back");
    assert_eq!(claim.operation.state, OperationState::Unwinding);
    let stuck = s.record(operation, OperationState::Stuck, 10, false);
    s.journal.record(&claim.lease, stuck).await.expect("held");
    assert!(s.claim(1000).await.is_none());
    assert_eq!(s.journal.next_due().await.expect("no failure"), None);
    let (from, to) = (OperationState::Stuck, OperationState::Queued);
    let run_after = s.now.plus_seconds(20);
    let id = operation.id;
    s.harness.seed(vec![Write::MoveOperation { id, from, to, run_after, abandoned: None }]).await;
    let claim = s.claim(20).await.expect("somebody wants it again");
    let done = s.record(operation, OperationState::Done, 0, false);
    s.journal.record(&claim.lease, done).await.expect("held");
    assert!(s.claim(1000).await.is_none());
    assert!(s.harness.operation(operation).await.finished_at.is_some());
}

async fn a_target_is_not_flooded(s: Setting) {
    assert!(s.claim_with(5, 2).await.is_some());
    assert!(s.claim_with(5, 2).await.is_some());
    assert!(s.claim_with(5, 2).await.is_none());
    assert!(s.claim_with(36, 2).await.is_some(), "ended leases don't count");
}

async fn its_operator_limits_a_target(s: Setting) {
    let target = s.operations[0].target;
    let limits = |at_once| Write::SetLimits { target, at_once, per_second: Some(5), windows: Vec::new() };
    s.harness.seed(vec![limits(Some(1))]).await;
    assert!(s.claim_with(5, 3).await.is_some());
    assert!(s.claim_with(5, 3).await.is_none(), "fewer than the portal's own number");
    s.harness.seed(vec![limits(Some(2))]).await;
    assert!(s.claim_with(5, 1).await.is_some(), "more than the portal's own number");
    s.harness.seed(vec![limits(None)]).await;
    assert!(s.claim_with(5, 2).await.is_none(), "the portal's own number again");
}

async fn a_stopped_target_is_left_alone(s: Setting) {
    let target = s.operations[0].target;
    let stop = Stopped { at: s.now, reason: "fire".to_owned() };
    s.harness.seed(vec![Write::SetStopped(target, Some(stop))]).await;
    assert!(s.claim(5).await.is_none());
    assert_eq!(s.journal.next_due().await.expect("no failure"), None, "nobody waits for it");
    s.harness.seed(vec![Write::SetStopped(target, None)]).await;
    assert!(s.claim(5).await.is_some());
}

async fn maintenance_keeps_everybody_out(s: Setting) {
    let maintenance = |id: u128, from: i64, until: i64| Maintenance {
        id: MaintenanceId(uuid::Uuid::from_u128(id)),
        target: s.operations[0].target,
        from: s.now.plus_seconds(from),
        until: s.now.plus_seconds(until),
        text: "new disks".to_owned(),
        announced_by: s.person,
        announced_at: s.now,
        cancelled_at: None,
    };
    let (first, second) = (maintenance(1, 10, 20), maintenance(2, 60, 90));
    let called_off = second.id;
    s.harness.seed(vec![Write::InsertMaintenance(first), Write::InsertMaintenance(second)]).await;
    let claim = s.claim(9).await.expect("it has not begun");
    let waits = s.record(&s.operations[0], OperationState::Waiting, 9, false);
    s.journal.record(&claim.lease, waits).await.expect("held");
    assert!(s.claim(10).await.is_none(), "what has begun waits too");
    assert!(s.claim(19).await.is_none());
    let claim = s.claim(20).await.expect("it is over");
    let waits = s.record(&s.operations[0], OperationState::Waiting, 20, false);
    s.journal.record(&claim.lease, waits).await.expect("held");
    assert!(s.claim(60).await.is_none());
    s.harness.seed(vec![Write::CancelMaintenance(called_off, s.now)]).await;
    assert!(s.claim(60).await.is_some(), "it was called off");
}

async fn what_has_not_begun_waits_for_a_window(s: Setting) {
    let target = s.operations[0].target;
    let minute = s.now.berlin_week_minute();
    let windows = vec![Window { from: minute + 2, until: minute + 4 }, Window { from: minute + 6, until: minute + 7 }];
    s.harness.seed(vec![Write::SetLimits { target, at_once: None, per_second: None, windows }]).await;
    assert!(s.claim(60).await.is_none());
    let claim = s.claim(120).await.expect("within the window");
    let waits = s.record(&s.operations[0], OperationState::Waiting, 130, false);
    s.journal.record(&claim.lease, waits).await.expect("held");
    let claim = s.claim(300).await.expect("what has begun goes on outside of it");
    let stuck = s.record(&s.operations[0], OperationState::Stuck, 300, false);
    s.journal.record(&claim.lease, stuck).await.expect("held");
    let (from, to, id) = (OperationState::Stuck, OperationState::Queued, s.operations[0].id);
    let run_after = s.now.plus_seconds(300);
    s.harness.seed(vec![Write::MoveOperation { id, from, to, run_after, abandoned: None }]).await;
    assert!(s.claim(300).await.is_some(), "tried again where it had begun");
}

async fn many_claim_each_once(s: Setting) {
    let claims = futures::future::join_all((0..9).map(|_| s.claim(10))).await;
    let mut ids: Vec<_> = claims.into_iter().flatten().map(|c| c.operation.id).collect();
    ids.sort();
    let mut all: Vec<_> = s.operations.iter().map(|o| o.id).collect();
    all.sort();
    assert_eq!(ids, all);
}

async fn steps_of_the_unfinished_are_known(s: Setting) {
    let mut live = s.journal.live_steps().await.expect("no failure");
    live.sort();
    live.dedup();
    let mut steps: Vec<_> = s.operations[0].steps.iter().map(|k| k.word().to_owned()).collect();
    steps.sort();
    assert_eq!(live, steps);
    let claim = s.claim(0).await.expect("due");
    let done = s.record(&s.operations[0], OperationState::Done, 0, false);
    s.journal.record(&claim.lease, done).await.expect("held");
    assert!(s.journal.live_steps().await.expect("no failure").is_empty());
}
