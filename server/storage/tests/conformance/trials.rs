//! Trials of packages: where they may run, how many at the same time, and what stays of them.

use crate::{
    common::Fresh,
    on_both,
    publishing::{insert, submission},
    world::*,
};
use portal_core::{engine::new_trial, ports::*};
use portal_model::{
    data_centre::{Stage, Target},
    event::{EventCode, NewEvent},
    operation::{Failure, FailureCause, OperationState, Subject},
    reference::ReferenceKind,
    submission::Submission,
    test_run::TestCase,
    trial::{Trial, TrialResult},
    *,
};

on_both!(trials, operations_of_trials, only_where_admitted, what_is_tried_is_kept);

/// A test target whose operator admits so many trials.
async fn admitted(w: &World, s: &portal_storage::Storage, trials: i64) -> Target {
    let target = target(w.data_centre.id, Stage::Test);
    write(s, vec![Write::InsertTarget(target.clone()), Write::AdmitTrials(target.id, trials)]).await.unwrap();
    Target { trials, ..target }
}

async fn submitted(w: &World, s: &portal_storage::Storage, version: &str) -> Submission {
    let x = submission(w, version, &format!("digest-{version}"));
    insert(s, &x).await;
    x
}

fn trial(w: &World, x: &Submission, target: &Target) -> Trial {
    Trial {
        id: TrialId(id()),
        reference: new_reference(ReferenceKind::Bereitstellung),
        submission: x.id,
        digest: x.digest.clone(),
        target: target.id,
        instance: format!("probe-{}", id()),
        version: 1,
        started_by: w.clerk,
        token: None,
        cancelled_by: None,
        result: None,
        failure: None,
        cases: Vec::new(),
        given_up_by: None,
        started_at: NOW,
        finished_at: None,
    }
}

/// The same trial, ended.
fn ended(t: &Trial, result: TrialResult) -> Trial {
    Trial { version: t.version + 1, result: Some(result), finished_at: Some(NOW.plus_seconds(60)), ..t.clone() }
}

async fn trials(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let target = admitted(&w, s, 3).await;
    let (x, y) = (submitted(&w, s, "7.0.0").await, submitted(&w, s, "8.0.0").await);
    let first = trial(&w, &x, &target);
    write(s, vec![Write::InsertTrial(first.clone())]).await.unwrap();
    assert_eq!(s.trial(first.id).await.unwrap(), Some(first.clone()));
    let case = TestCase { name: "rauch".to_owned(), passed: false, duration_ms: 12, log: "ä".to_owned() };
    let failure = Failure { cause: FailureCause::NotReady, detail: "Deployment/web 0/1".to_owned() };
    let told = Trial {
        cancelled_by: Some(w.clerk),
        failure: Some(failure),
        cases: vec![case],
        ..ended(&first, TrialResult::Broken)
    };
    write(s, vec![Write::UpdateTrial(told.clone())]).await.unwrap();
    assert_eq!(refusal(s, vec![Write::UpdateTrial(told.clone())]).await, "changed in the meantime");
    let second = Trial { started_at: NOW.plus_seconds(1), ..trial(&w, &x, &target) };
    let other = Trial { started_at: NOW.plus_seconds(-5), ..trial(&w, &y, &target) };
    write(s, vec![Write::InsertTrial(second.clone()), Write::InsertTrial(other.clone())]).await.unwrap();
    write(s, vec![Write::UpdateTrial(ended(&second, TrialResult::Passed))]).await.unwrap();

    let found = s.trial_by_reference(&first.reference).await.unwrap().unwrap();
    assert_eq!((&found.trial, &found.package, found.package_version.as_str()), (&told, &x.reference, "7.0.0"));
    assert!(!found.started_by_name.is_empty());
    // Lists count the tests and leave their logs out.
    let listed = s.trials_of(x.id, 10).await.unwrap().into_iter().find(|t| t.trial.id == first.id).unwrap();
    assert_eq!((listed.count, found.count), (told.count(), told.count()));
    assert_eq!((listed.count.tests, listed.trial.cases), (1, Vec::new()));
    assert!(s.trial_by_reference(&x.reference).await.unwrap().is_none());
    let ids = |found: Vec<TrialRecord>| found.into_iter().map(|t| t.trial.id).collect::<Vec<_>>();
    assert_eq!(ids(s.trials_of(x.id, 10).await.unwrap()), [second.id, first.id], "newest first");
    assert_eq!(ids(s.trials_of(x.id, 1).await.unwrap()), [second.id]);
    assert_eq!(ids(s.trials_in(target.id, 10).await.unwrap()), [other.id, second.id, first.id], "what runs first");
    let load = s.target_load().await.unwrap();
    assert_eq!(load.iter().find(|(id, _)| *id == target.id).map(|(_, l)| l.trials), Some(1));
}

async fn operations_of_trials(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let target = admitted(&w, s, 1).await;
    let x = submitted(&w, s, "7.0.0").await;
    let trial = trial(&w, &x, &target);
    let operation = new_trial(&trial, &target, Default::default(), NOW);
    assert_eq!(refusal(s, vec![Write::InsertOperation(operation.clone())]).await, rule("reference"));
    write(s, vec![Write::InsertTrial(trial.clone()), Write::InsertOperation(operation.clone())]).await.unwrap();
    let stored = s.operation_by_reference(&trial.reference).await.unwrap();
    assert_eq!(stored, Some(operation.clone()));
    assert_eq!(operation.subject, Subject::Trial(trial.id));

    // It waits for long; calling the trial off makes it due. What somebody works on is left alone.
    let claim = s.claim("worker", NOW, NOW.plus_seconds(30), 4).await.unwrap().expect("due");
    assert_eq!(claim.operation.subject, Subject::Trial(trial.id));
    let hurry = || vec![Write::HurryTrial(trial.id, NOW.plus_seconds(5))];
    let update = |state, keep_lease| OperationUpdate {
        state,
        step: 0,
        attempt: 1,
        failure: None,
        run_after: NOW.plus_seconds(500),
        finished_at: None,
        keep_lease,
    };
    let event =
        NewEvent { municipality: None, request: None, operation: Some(operation.id), ..w.event(RequestId(id()), None) };
    let record = Record {
        update: Some(update(OperationState::Waiting, false)),
        events: vec![event.clone()],
        ..Record::default()
    };
    s.record(&claim.lease, record).await.unwrap();
    assert!(s.claim("worker", NOW.plus_seconds(10), NOW.plus_seconds(40), 4).await.unwrap().is_none());
    write(s, hurry()).await.unwrap();
    let claim = s.claim("worker", NOW.plus_seconds(10), NOW.plus_seconds(40), 4).await.unwrap().expect("due now");
    let events = s.operation_events(operation.id, 0, 10).await.unwrap();
    assert_eq!(events.iter().map(|e| (e.code, e.request)).collect::<Vec<_>>(), [(EventCode::Log, None)]);
    assert!(s.operation_events(operation.id, events[0].seq, 10).await.unwrap().is_empty());
    assert_eq!(s.newest_events(operation.id, 1).await.unwrap(), events);
    let running = Record { update: Some(update(OperationState::Running, true)), ..Record::default() };
    s.record(&claim.lease, running).await.unwrap();
    write(s, hurry()).await.unwrap();
    let after = s.operation_by_reference(&trial.reference).await.unwrap().unwrap();
    assert_eq!(after.run_after, NOW.plus_seconds(500));

    // An event belongs to a case or to an operation.
    let nowhere = NewEvent { operation: None, ..event };
    let commit = Commit { writes: Vec::new(), audit: audit("event"), events: vec![nowhere] };
    assert_eq!(s.commit(&token(), commit).await.unwrap_err().to_string(), rule("event_subject"));
    // And nothing is about both, or about nothing.
    for sql in [
        "UPDATE operation SET trial = NULL",
        "UPDATE operation SET kind = 'install'",
        "UPDATE operation SET stage = 'production'",
    ] {
        assert!(fresh.try_tamper(sql).await.is_err(), "{sql}");
    }
}

async fn only_where_admitted(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let (x, y) = (submitted(&w, s, "7.0.0").await, submitted(&w, s, "8.0.0").await);
    // Denied by default, and never possible where citizens are or where one Verwaltung is at home.
    let closed = admitted(&w, s, 0).await;
    assert_eq!(refusal(s, vec![Write::InsertTrial(trial(&w, &x, &closed))]).await, rule("trials_full"));
    let production = target(w.data_centre.id, Stage::Production);
    let own = Target { only_for: Some(w.municipality.id), ..target(w.data_centre.id, Stage::Test) };
    for never in [production, own] {
        write(s, vec![Write::InsertTarget(never.clone())]).await.unwrap();
        assert_eq!(refusal(s, vec![Write::AdmitTrials(never.id, 1)]).await, rule("trials_admitted"));
        assert_eq!(refusal(s, vec![Write::InsertTrial(trial(&w, &x, &never))]).await, rule("trials_full"));
    }
    assert_eq!(refusal(s, vec![Write::AdmitTrials(TargetId(id()), 1)]).await, "changed in the meantime");

    let one = admitted(&w, s, 1).await;
    let first = trial(&w, &x, &one);
    write(s, vec![Write::InsertTrial(first.clone())]).await.unwrap();
    assert!(fresh.try_tamper("UPDATE trial SET stage = 'production'").await.is_err());
    assert!(fresh.try_tamper("UPDATE trial SET finished_at = 1").await.is_err(), "an end without a result");
    assert_eq!(refusal(s, vec![Write::InsertTrial(trial(&w, &y, &one))]).await, rule("trials_full"));
    let roomy = admitted(&w, s, 5).await;
    assert_eq!(refusal(s, vec![Write::InsertTrial(trial(&w, &x, &roomy))]).await, rule("live_trial"));
    write(s, vec![Write::UpdateTrial(ended(&first, TrialResult::Cancelled))]).await.unwrap();
    write(s, vec![Write::InsertTrial(trial(&w, &y, &one)), Write::InsertTrial(trial(&w, &x, &roomy))]).await.unwrap();
}

/// A content that was replaced while it is being tried stays until the trial has ended; then it goes, and so do the
/// trial's secrets.
async fn what_is_tried_is_kept(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let target = admitted(&w, s, 1).await;
    let x = submitted(&w, s, "7.0.0").await;
    let trial = trial(&w, &x, &target);
    let secret = SecretRow {
        tenant: w.verfahren.vendor,
        object: trial.id.0,
        field: "datenbank.kennwort".to_owned(),
        version: 1,
        sealed: Sealed(vec![1]),
    };
    write(s, vec![Write::InsertTrial(trial.clone()), Write::PutSecret(secret)]).await.unwrap();
    let replaced = Submission { digest: "digest-new".to_owned(), lock: 2, ..x };
    write(s, vec![package("digest-new"), Write::UpdateSubmission(replaced, None)]).await.unwrap();
    assert!(s.packages_sweep().await.unwrap().contains(&trial.digest));
    assert_eq!(s.secrets(trial.id.0).await.unwrap().len(), 1);
    let writes = vec![Write::UpdateTrial(ended(&trial, TrialResult::Passed)), Write::DeleteSecrets(trial.id.0)];
    write(s, writes).await.unwrap();
    assert!(!s.packages_sweep().await.unwrap().contains(&trial.digest));
    assert!(s.secrets(trial.id.0).await.unwrap().is_empty());
}
