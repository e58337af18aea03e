//! The real process, killed at each kill point of an installation, on SQLite and PostgreSQL: nothing lost, nothing
//! doubled by the ledger of the simulated data centre. And fencing: a worker paused after its read is overtaken, and
//! its write is refused.

use portal_model::installation::InstallationState;
use portal_targets::simulator::ledger::{Effect, EffectVerb};
use portal_testing::TestApp;
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
};

const WORKER: &str = env!("CARGO_BIN_EXE_halting_worker");
/// Seconds: longer than a lease, shorter than the patience with slow workloads.
const LATER: &str = "120";

fn worker(url: &str, shift: &str, point: Option<&str>) -> Child {
    let mut command = Command::new(WORKER);
    command.arg(url).arg(shift).args(point);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a worker")
}

/// The next line that a worker says; `None` at its end.
fn line(out: &mut impl BufRead) -> Option<String> {
    let mut text = String::new();
    let n = out.read_line(&mut text).expect("output");
    (n > 0).then(|| text.trim().to_owned())
}

/// Runs a worker to its end and gives its numbers of effects and records.
fn run(url: &str, shift: &str) -> (u64, u64) {
    let mut child = worker(url, shift, None);
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

/// A fresh database of a kind; `None` if there is no PostgreSQL here.
async fn fresh(kind: &str) -> Option<TestApp> {
    match kind {
        "sqlite" => Some(TestApp::start().await),
        _ => TestApp::start_postgres().await,
    }
}

async fn kill_everywhere(kind: &str) {
    let Some(app) = fresh(kind).await else {
        println!("skipped: PORTAL_TEST_POSTGRES is not set");
        return;
    };
    app.publish("fundsachen", "1.0.0").await;
    let r = app.accepted("fundsachen").await;
    let (effects, records) = run(&app.url, "0");
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
            let mut child = worker(&app.url, "0", Some(&format!("{point}:{i}")));
            let mut out = BufReader::new(child.stdout.take().expect("output"));
            assert_eq!(line(&mut out).as_deref(), Some("halted"), "{when}");
            child.kill().expect("kill -9");
            child.wait().expect("an end");
            run(&app.url, LATER);
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

fn signal(child: &Child, name: &str) {
    let done = Command::new("kill").arg(name).arg(child.id().to_string()).status().expect("kill");
    assert!(done.success());
}

/// Paused after its read (and before its write), overtaken, continued: the late write changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_paused_worker_is_fenced() {
    let kind = if std::env::var_os("PORTAL_TEST_POSTGRES").is_some() { "postgres" } else { "sqlite" };
    let app = fresh(kind).await.expect("a database");
    app.publish("fundsachen", "1.0.0").await;
    let r = app.accepted("fundsachen").await;
    let mut late = worker(&app.url, "0", Some("before-effect:3"));
    let mut out = BufReader::new(late.stdout.take().expect("output"));
    assert_eq!(line(&mut out).as_deref(), Some("halted"));
    signal(&late, "-STOP");
    run(&app.url, LATER);
    assert_in_acceptance(&app, &r, "overtaken").await;
    let before = app.effects().len();
    signal(&late, "-CONT");
    late.stdin.take().expect("input").write_all(b"\n").expect("go on");
    drop(line(&mut out));
    late.wait().expect("an end");
    assert_eq!(app.effects().len(), before, "the late worker changed the target");
    assert_in_acceptance(&app, &r, "after the late worker").await;
}
