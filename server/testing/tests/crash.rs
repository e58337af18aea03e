//! The real process, killed at each kill point of an installation, an activation, changes of what is live, a removal and a
//! trial, on SQLite and PostgreSQL: nothing lost, nothing doubled by the ledger of the simulated data centre. And fencing: a worker paused
//! after its read is overtaken, and its write is refused.

mod workers;

use portal_model::{installation::InstallationState, trial::TrialResult};
use portal_targets::simulator::ledger::{Effect, EffectVerb};
use portal_testing::{
    TestApp,
    app::{CLUSTER, PRODUCTION_NAMESPACE, TEST_NAMESPACE},
};
use std::{
    collections::BTreeMap,
    io::{BufReader, Write},
};
use workers::{fresh, leases_end, line, signal, worker};

/// Seconds: longer than a lease, shorter than the patience with slow workloads.
const LATER: &str = "120";

/// Runs a worker to its end and gives its numbers of effects and records.
fn run(app: &TestApp, shift: &str) -> (u64, u64) {
    let mut child = worker(app, shift, None);
    let mut out = BufReader::new(child.stdout.take().expect("output"));
    let said = line(&mut out).expect("a result");
    assert!(child.wait().expect("an end").success());
    let mut numbers = said.split(' ').skip(1).map(|n| n.parse().expect("a number"));
    (numbers.next().expect("effects"), numbers.next().expect("records"))
}

/// Creations, changes and deletions per object. Jobs are one-off: each is created and cleaned up once.
fn per_object(effects: &[Effect]) -> BTreeMap<(String, String), [u64; 3]> {
    let mut counts: BTreeMap<(String, String), [u64; 3]> = BTreeMap::new();
    for e in effects.iter().filter(|e| e.changed) {
        let slot = match e.verb {
            EffectVerb::Create => 0,
            EffectVerb::Update => 1,
            EffectVerb::Delete => 2,
        };
        counts.entry((e.kind.clone(), e.name.clone())).or_default()[slot] += 1;
    }
    counts
}

fn assert_each_once(app: &TestApp, expected_objects: usize, when: &str) {
    let counts = per_object(&app.effects());
    assert_eq!(counts.len(), expected_objects, "{when}: {counts:?}");
    for ((kind, name), [created, changed, deleted]) in &counts {
        assert_eq!((*created, *changed), (1, 0), "{when}: {kind}/{name}");
        assert_eq!(*deleted, u64::from(kind == "Job"), "{when}: {kind}/{name}");
    }
}

async fn assert_in_acceptance(app: &TestApp, r: &portal_model::reference::Reference, when: &str) {
    let ctx = app.ctx(app.people.clerk).await;
    let page = app.portal.case_page(&ctx, r).await.expect("a case");
    assert_eq!(page.installation, Some(InstallationState::InAcceptance), "{when}");
    assert_eq!(page.operations.len(), 1, "{when}");
    let events = app.portal.events(&ctx, r, 0, 500).await.expect("events");
    assert!(events.windows(2).all(|w| w[0].seq < w[1].seq), "{when}: order of events");
}

async fn kill_everywhere(kind: &str) {
    let Some(app) = fresh(kind).await else {
        println!("skipped: PORTAL_TEST_POSTGRES is not set");
        return;
    };
    app.publish("fundsachen", "1.0.0").await;
    let r = app.accepted("fundsachen").await;
    let (effects, records) = run(&app, "0");
    assert_in_acceptance(&app, &r, "without a kill").await;
    let objects = per_object(&app.effects()).len();
    assert_each_once(&app, objects, "without a kill");
    assert!(effects >= 8 && records >= 5, "{effects} effects, {records} records");

    let kinds =
        [("before-effect", effects), ("after-effect", effects), ("before-record", records), ("after-record", records)];
    for (point, n) in kinds {
        for i in 1..=n {
            let when = format!("{kind} {point}:{i}");
            let app = fresh(kind).await.expect("as before");
            app.publish("fundsachen", "1.0.0").await;
            let r = app.accepted("fundsachen").await;
            let mut child = worker(&app, "0", Some(&format!("{point}:{i}")));
            let mut out = BufReader::new(child.stdout.take().expect("output"));
            let said = line(&mut out).expect("a word");
            // A run that looks at an unready object less often records less, and may end before the last of its records.
            let recorded = said.strip_prefix("done ").and_then(|counts| counts.rsplit(' ').next()?.parse().ok());
            let came_to_its_end = point.ends_with("record") && recorded.is_some_and(|r| (5..i).contains(&r));
            assert!(said == "halted" || came_to_its_end, "{when}: {said}");
            child.kill().expect("kill -9");
            child.wait().expect("an end");
            run(&app, LATER);
            assert_in_acceptance(&app, &r, &when).await;
            assert_each_once(&app, objects, &when);
            app.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_killed_at_every_point() {
    kill_everywhere("sqlite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_killed_at_every_point() {
    kill_everywhere("postgres").await;
}

/// Starts one worker after the other; the n-th is killed at `point(n)`, until one gets through. Gives the number of
/// those that were killed.
async fn kill_in_turn(app: &TestApp, point: impl Fn(u64) -> String) -> u64 {
    let mut killed = 0;
    loop {
        assert!(killed < 100, "does not get through");
        let mut child = worker(app, "0", Some(&point(killed + 1)));
        let mut out = BufReader::new(child.stdout.take().expect("output"));
        let said = line(&mut out).expect("a word");
        if said.starts_with("done ") {
            assert!(child.wait().expect("an end").success());
            return killed;
        }
        assert_eq!(said, "halted");
        child.kill().expect("kill -9");
        child.wait().expect("an end");
        leases_end(&app.url).await;
        killed += 1;
    }
}

/// From acceptance to live and down again, with a worker killed at every point of one sort: `apply` and `delete` say at
/// which of its passings the n-th worker dies, so that each gets a little further than the one before.
async fn life_with_kills(kind: &str, sort: &str, apply: fn(u64) -> u64, delete: u64, deaths: (u64, u64)) {
    let Some(app) = fresh(kind).await else {
        println!("skipped: PORTAL_TEST_POSTGRES is not set");
        return;
    };
    let when = format!("{kind} {sort}");
    app.publish("fundsachen", "1.0.0").await;
    let r = app.accepted("fundsachen").await;
    app.run_until_idle().await;
    app.approved(&r).await;
    let killed = kill_in_turn(&app, |n| format!("{sort}:{}", apply(n))).await;
    assert!(killed >= deaths.0, "{when}: {killed} killed while activating");
    let clerk = app.ctx(app.people.clerk).await;
    let page = app.portal.case_page(&clerk, &r).await.expect("a case");
    assert_eq!((page.installation, page.operations.len()), (Some(InstallationState::Live), 2), "{when}");
    let production = app.per_uid(Some(PRODUCTION_NAMESPACE));
    assert!(production.len() >= 8, "{when}: {production:?}");
    let mut names: Vec<_> = production.keys().map(|(kind, name, _)| (kind, name)).collect();
    names.dedup();
    assert_eq!(names.len(), production.len(), "{when}: something was made twice");
    for (object, counts) in &production {
        assert_eq!(*counts, [1, 0, 0], "{when}: {object:?}");
    }

    let signatory = app.ctx(app.people.signatory).await;
    let lock = app.lock(&signatory, &r).await;
    app.portal.installation_remove(&signatory, &r, lock, r.as_str()).await.expect("begun");
    let killed = kill_in_turn(&app, |_| format!("{sort}:{delete}")).await;
    assert!(killed >= deaths.1, "{when}: {killed} killed while removing");
    let page = app.portal.case_page(&clerk, &r).await.expect("a case");
    assert_eq!((page.installation, page.operations.len()), (Some(InstallationState::Removed), 4), "{when}");
    for namespace in [TEST_NAMESPACE, PRODUCTION_NAMESPACE] {
        for (object, [created, changed, deleted]) in app.per_uid(Some(namespace)) {
            // Claims of a database are made by the cluster itself.
            let made = u64::from(!(object.0 == "PersistentVolumeClaim" && created == 0));
            assert_eq!((created, changed, deleted), (made, 0, 1), "{when}: {object:?}");
        }
    }
    app.close().await;
}

async fn live_and_down_again(kind: &str) {
    life_with_kills(kind, "before-effect", |n| n, 2, (8, 8)).await;
    life_with_kills(kind, "after-effect", |n| n, 1, (8, 8)).await;
    life_with_kills(kind, "before-record", |_| 2, 2, (3, 1)).await;
    life_with_kills(kind, "after-record", |_| 1, 1, (4, 4)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_live_and_down_again() {
    live_and_down_again("sqlite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_live_and_down_again() {
    live_and_down_again("postgres").await;
}

/// A trial with a worker killed at every point of one sort: it passes, and nothing is left.
async fn trial_with_kills(kind: &str, sort: &str, point: fn(u64) -> u64, deaths: u64) {
    let Some(app) = fresh(kind).await else {
        println!("skipped: PORTAL_TEST_POSTGRES is not set");
        return;
    };
    let when = format!("{kind} {sort}");
    let system = app.portal.system();
    let target = app.portal.target_named(&system, CLUSTER, TEST_NAMESPACE).await.expect("a target");
    app.portal.trials_admit(&system, target.id, 1).await.expect("admitted");
    let publisher = app.ctx(app.people.publisher).await;
    let archive = TestApp::archive("fundsachen", "1.0.0");
    let package = app.portal.package_upload(&publisher, Box::new(std::io::Cursor::new(archive)), None).await;
    let package = package.expect("taken");
    let trial = app.portal.trial_start(&publisher, &package, None, None).await.expect("begun");
    let killed = kill_in_turn(&app, |n| format!("{sort}:{}", point(n))).await;
    assert!(killed >= deaths, "{when}: {killed} killed");
    let page = app.portal.trial_page(&publisher, &package, &trial).await.expect("a trial");
    assert_eq!((page.row.result, page.row.finished_at.is_some()), (Some(TrialResult::Passed), true), "{when}");
    let effects = app.per_uid(Some(TEST_NAMESPACE));
    assert!(effects.len() >= 8, "{when}: {effects:?}");
    for (object, [created, changed, deleted]) in effects {
        // Claims of a database are made by the cluster itself.
        let made = u64::from(!(object.0 == "PersistentVolumeClaim" && created == 0));
        assert_eq!((created, changed, deleted), (made, 0, 1), "{when}: {object:?}");
    }
    assert!(app.per_uid(Some(PRODUCTION_NAMESPACE)).is_empty(), "{when}: production was touched");
    app.close().await;
}

async fn tried_and_gone(kind: &str) {
    trial_with_kills(kind, "before-effect", |n| n, 10).await;
    trial_with_kills(kind, "after-effect", |n| n, 10).await;
    trial_with_kills(kind, "before-record", |_| 2, 3).await;
    trial_with_kills(kind, "after-record", |_| 1, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_tried_and_gone() {
    tried_and_gone("sqlite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_tried_and_gone() {
    tried_and_gone("postgres").await;
}

/// Kinds of objects with how often each was created, changed and deleted.
type Shape = Vec<(String, [u64; 3])>;

/// Where workers die: a sort of points, and at which of its passings the n-th of them does.
#[derive(Debug, Clone, Copy)]
struct Deaths {
    sort: &'static str,
    point: fn(u64) -> u64,
    at_least: u64,
}

/// What is done to something live, one after the other.
const CHANGES: [&str; 5] = ["update", "activate", "suspend", "resume", "rollback"];

/// Enqueues the next operation, as people do it, and gives the state that it leads to.
async fn begin(app: &TestApp, r: &portal_model::reference::Reference, act: &str) -> InstallationState {
    let (clerk, signatory) = (app.ctx(app.people.clerk).await, app.ctx(app.people.signatory).await);
    let lock = app.lock(&clerk, r).await;
    match act {
        "update" => {
            app.portal.change_start(&clerk, r, lock, "1.0.1").await.expect("a change");
            app.portal.change_test(&clerk, r, app.lock(&clerk, r).await).await.expect("its test");
            InstallationState::InAcceptance
        }
        "activate" => {
            app.approved(r).await;
            InstallationState::Live
        }
        "suspend" => {
            app.portal.suspend(&signatory, r, lock, "Umzug").await.expect("stopping");
            InstallationState::Suspended
        }
        "resume" => {
            app.portal.resume(&signatory, r, lock, "").await.expect("starting");
            InstallationState::Live
        }
        _ => {
            let page = app.portal.rollback_page(&signatory, r).await.expect("earlier states");
            let earlier = &page.offers[0].id;
            app.portal.rollback(&signatory, r, page.head.lock, earlier, "Fehler", true).await.expect("going back");
            InstallationState::Live
        }
    }
}

/// Kinds of objects with how often each was created, changed and deleted; names hold what differs between two runs.
fn shape(app: &TestApp) -> Shape {
    let mut shape: Vec<_> = per_object(&app.effects()).into_iter().map(|((kind, _), counts)| (kind, counts)).collect();
    shape.sort();
    shape
}

/// Updated, stopped, started and brought back with its data; with `sort`, a worker is killed at every point of that sort.
/// Gives the shape of the effects and how many were killed.
async fn changed(kind: &str, sort: Option<Deaths>) -> Option<(Shape, u64)> {
    let app = fresh(kind).await?;
    app.publish("fundsachen", "1.0.0").await;
    let r = app.accepted("fundsachen").await;
    app.run_until_idle().await;
    app.approved(&r).await;
    app.run_until_idle().await;
    app.publish("fundsachen", "1.0.1").await;
    let mut killed = 0;
    for act in CHANGES {
        let expected = begin(&app, &r, act).await;
        match sort {
            Some(Deaths { sort, point, .. }) => killed += kill_in_turn(&app, |n| format!("{sort}:{}", point(n))).await,
            None => app.run_until_idle().await,
        }
        let ctx = app.ctx(app.people.clerk).await;
        let page = app.portal.case_page(&ctx, &r).await.expect("a case");
        assert_eq!(page.installation, Some(expected), "{kind} {sort:?} {act}");
    }
    let shape = shape(&app);
    app.close().await;
    Some((shape, killed))
}

async fn changed_with_kills(kind: &str) {
    let Some((undisturbed, _)) = changed(kind, None).await else {
        println!("skipped: PORTAL_TEST_POSTGRES is not set");
        return;
    };
    let deaths = [
        Deaths { sort: "before-effect", point: |n| n, at_least: 20 },
        Deaths { sort: "after-effect", point: |n| n, at_least: 20 },
        Deaths { sort: "before-record", point: |_| 2, at_least: 8 },
        Deaths { sort: "after-record", point: |_| 1, at_least: 10 },
    ];
    for deaths in deaths {
        let (disturbed, killed) = changed(kind, Some(deaths)).await.expect("as before");
        assert!(killed >= deaths.at_least, "{kind} {deaths:?}: {killed} killed");
        assert_eq!(disturbed, undisturbed, "{kind} {deaths:?}: something was lost or done twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_changed_and_back() {
    changed_with_kills("sqlite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_changed_and_back() {
    changed_with_kills("postgres").await;
}

/// Paused after its read (and before its write), overtaken, continued: the late write changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_paused_worker_is_fenced() {
    let kind = if std::env::var_os("PORTAL_TEST_POSTGRES").is_some() { "postgres" } else { "sqlite" };
    let app = fresh(kind).await.expect("a database");
    app.publish("fundsachen", "1.0.0").await;
    let r = app.accepted("fundsachen").await;
    let mut late = worker(&app, "0", Some("before-effect:3"));
    let mut out = BufReader::new(late.stdout.take().expect("output"));
    assert_eq!(line(&mut out).as_deref(), Some("halted"));
    signal(&late, "-STOP");
    run(&app, LATER);
    assert_in_acceptance(&app, &r, "overtaken").await;
    let before = app.effects().len();
    signal(&late, "-CONT");
    late.stdin.take().expect("input").write_all(b"\n").expect("go on");
    drop(line(&mut out));
    late.wait().expect("an end");
    assert_eq!(app.effects().len(), before, "the late worker changed the target");
    assert_in_acceptance(&app, &r, "after the late worker").await;
}
