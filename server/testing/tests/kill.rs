//! `kill -9` of the real process at random moments, over whole lives of installations: nothing is lost, nothing doubled by
//! the ledger of the simulated data centre, every operation ends, nothing is left. `PORTAL_KILLS` says how often (25 on each
//! database). And three processes that share the work, one of which sleeps past its lease.
#![expect(clippy::panic, reason = "what fails in a helper fails the test")]

mod workers;

use portal_core::ports::Store as _;
use portal_model::{installation::InstallationState, operation::OperationState, reference::Reference};
use portal_testing::{
    Random, TestApp,
    app::{PRODUCTION_NAMESPACE, TEST_NAMESPACE, fresh_postgres},
};
use std::{
    io::{BufRead as _, BufReader},
    process::Child,
    sync::mpsc::{RecvTimeoutError, channel},
    time::Duration,
};
use workers::{fresh, leases_end, signal, worker, worker_with_lease};

const VERFAHREN: &str = "fundsachen";
/// Longer than a worker needs for what is due, so that some come through.
const LONGEST_MILLIS: u64 = 900;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// What a worker said within some time; `None` if it is still at work.
fn said_within(child: &mut Child, patience: Duration) -> Option<String> {
    let out = BufReader::new(child.stdout.take().expect("output"));
    let (tell, told) = channel();
    std::thread::spawn(move || {
        out.lines().map_while(Result::ok).for_each(|line| drop(tell.send(line)));
    });
    match told.recv_timeout(patience) {
        Ok(line) => Some(line),
        Err(RecvTimeoutError::Timeout) => None,
        Err(RecvTimeoutError::Disconnected) => panic!("a worker ended by itself"),
    }
}

/// Starts one worker after the other and kills each after a random time, until one comes through or nobody is to be killed
/// any more.
async fn kill_at_random(app: &TestApp, chance: &mut Random, left: &mut u64) {
    loop {
        let patience = if *left == 0 { 60_000 } else { 20 + chance.below(LONGEST_MILLIS) };
        let mut child = worker(app, "0", None);
        let said = said_within(&mut child, Duration::from_millis(patience));
        if let Some(said) = said {
            assert!(said.starts_with("done "), "{said}");
            assert!(child.wait().expect("an end").success());
            return;
        }
        assert!(*left > 0, "does not come to an end");
        child.kill().expect("kill -9");
        child.wait().expect("an end");
        leases_end(&app.url).await;
        *left -= 1;
    }
}

async fn state(app: &TestApp, r: &Reference) -> Option<InstallationState> {
    let clerk = app.ctx(app.people.clerk).await;
    app.portal.case_page(&clerk, r).await.expect("a case").installation
}

/// Every object was made once under its uid, and no name was there twice at a time.
fn assert_once(app: &TestApp, namespace: &str, gone: bool, when: &str) {
    for (object, [created, changed, deleted]) in app.per_uid(Some(namespace)) {
        // Claims of a database are made by the cluster itself.
        let made = u64::from(!(object.0 == "PersistentVolumeClaim" && created == 0));
        assert_eq!((created, changed), (made, 0), "{when}: {object:?}");
        if gone {
            assert_eq!(deleted, 1, "{when}: {object:?} is left");
        }
    }
}

async fn lives(kind: &str, kills: u64, seed: u64) {
    let Some(app) = fresh(kind).await else {
        println!("skipped: PORTAL_TEST_POSTGRES is not set");
        return;
    };
    let (mut chance, mut left) = (Random::new(seed, 0), kills);
    app.publish(VERFAHREN, "1.0.0").await;
    let mut life = 0;
    while left > 0 {
        life += 1;
        let when = format!("{kind}, seed {seed}, life {life}, {left} kills left");
        let r = app.accepted(VERFAHREN).await;
        kill_at_random(&app, &mut chance, &mut left).await;
        assert_eq!(state(&app, &r).await, Some(InstallationState::InAcceptance), "{when}");
        app.approved(&r).await;
        kill_at_random(&app, &mut chance, &mut left).await;
        assert_eq!(state(&app, &r).await, Some(InstallationState::Live), "{when}");
        let running: Vec<_> =
            app.per_uid(Some(PRODUCTION_NAMESPACE)).into_iter().filter(|(_, [_, _, deleted])| *deleted == 0).collect();
        let mut names: Vec<_> = running.iter().map(|((kind, name, _), _)| (kind, name)).collect();
        names.dedup();
        assert!(names.len() == running.len() && names.len() >= 8, "{when}: {running:?}");
        let signatory = app.ctx(app.people.signatory).await;
        let lock = app.lock(&signatory, &r).await;
        app.portal.installation_remove(&signatory, &r, lock, r.as_str()).await.expect("begun");
        kill_at_random(&app, &mut chance, &mut left).await;
        assert_eq!(state(&app, &r).await, Some(InstallationState::Removed), "{when}");
        for namespace in [TEST_NAMESPACE, PRODUCTION_NAMESPACE] {
            assert_once(&app, namespace, true, &when);
        }
        let case = app.storage.case_by_reference(&r).await.expect("a database").expect("a case");
        let operations = app.storage.operations(case.request.id).await.expect("a database");
        assert_eq!(operations.len(), 4, "{when}");
        assert!(operations.iter().all(|o| o.state == OperationState::Done), "{when}");
    }
    println!("{kind}: {kills} kills in {life} lives");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_killed_at_random() {
    lives("sqlite", number("PORTAL_KILLS").unwrap_or(25), number("PORTAL_KILL_SEED").unwrap_or(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_killed_at_random() {
    lives("postgres", number("PORTAL_KILLS").unwrap_or(25), number("PORTAL_KILL_SEED").unwrap_or(2)).await;
}

/// Seconds of a lease of the three.
const LEASE: u32 = 6;

/// Everything that a stale write could change: operations and what was recorded of them.
async fn recorded(app: &TestApp, cases: &[Reference]) -> String {
    let mut told = String::new();
    for r in cases {
        let case = app.storage.case_by_reference(r).await.expect("a database").expect("a case");
        for operation in app.storage.operations(case.request.id).await.expect("a database") {
            let records = app.storage.step_records(operation.id).await.expect("a database");
            told += &format!("{operation:?}\n{records:?}\n");
        }
        told += &format!("{:?}\n{}\n", case.installation, app.storage.last_event().await.expect("a database"));
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn three_share_the_work_and_one_sleeps_past_its_lease() {
    let Some(url) = fresh_postgres().await else {
        println!("skipped: PORTAL_TEST_POSTGRES is not set");
        return;
    };
    let app = TestApp::start_for_processes(Some(url)).await;
    let mut cases = Vec::new();
    for verfahren in ["fundsachen", "osterfeuer", "gewerbe", "maengelmelder"] {
        app.publish(verfahren, "1.0.0").await;
        cases.push(app.accepted(verfahren).await);
    }
    let mut three: Vec<Child> = (0..3).map(|_| worker_with_lease(&app, LEASE)).collect();
    // As soon as there is something to disturb.
    while app.effects().len() < 6 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut sleeper = three.remove(0);
    signal(&sleeper, "-STOP");
    for mut other in three {
        let said = said_within(&mut other, Duration::from_secs(120)).expect("an end");
        let (effects, records) = said.strip_prefix("done ").and_then(|c| c.split_once(' ')).expect("numbers");
        assert!(effects != "0" && records != "0", "it had its share: {said}");
        assert!(other.wait().expect("an end").success());
    }
    for r in &cases {
        assert_eq!(state(&app, r).await, Some(InstallationState::InAcceptance));
    }
    let (effects, before) = (app.effects().len(), recorded(&app, &cases).await);
    signal(&sleeper, "-CONT");
    let said = said_within(&mut sleeper, Duration::from_secs(120)).expect("an end");
    assert!(said.starts_with("done "), "{said}");
    sleeper.wait().expect("an end");
    assert_eq!(app.effects().len(), effects, "a stale write in the target");
    assert_eq!(recorded(&app, &cases).await, before, "a stale write in the database");
    assert_once(&app, TEST_NAMESPACE, false, "three share the work");
    app.close().await;
}
