//! Workers in processes of their own, for the tests that kill and pause them.
#![expect(dead_code, reason = "each test uses a part")]

use portal_testing::{
    TestApp,
    app::{fresh_postgres, tamper},
};
use std::{
    io::BufRead,
    process::{Child, Command, Stdio},
};

const WORKER: &str = env!("CARGO_BIN_EXE_halting_worker");

/// A worker whose clock is ahead by this many seconds, and that stops at a point.
pub fn worker(app: &TestApp, shift: &str, point: Option<&str>) -> Child {
    spawn(app, shift, point, None)
}

/// A worker with leases of this many seconds.
pub fn worker_with_lease(app: &TestApp, seconds: u32) -> Child {
    spawn(app, "0", None, Some(seconds))
}

fn spawn(app: &TestApp, shift: &str, point: Option<&str>, lease: Option<u32>) -> Child {
    let mut command = Command::new(WORKER);
    command.arg(&app.url).arg(app.packages_folder()).arg(shift).args(point);
    if let Some(seconds) = lease {
        command.env("HALTING_WORKER_LEASE", seconds.to_string());
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a worker")
}

/// The next line that a worker says; `None` at its end.
pub fn line(out: &mut impl BufRead) -> Option<String> {
    let mut text = String::new();
    let n = out.read_line(&mut text).expect("output");
    (n > 0).then(|| text.trim().to_owned())
}

/// Sends a signal.
pub fn signal(child: &Child, name: &str) {
    let done = Command::new("kill").arg(name).arg(child.id().to_string()).status().expect("kill");
    assert!(done.success());
}

/// A fresh database of a kind; `None` if there is no PostgreSQL here.
pub async fn fresh(kind: &str) -> Option<TestApp> {
    match kind {
        "sqlite" => Some(TestApp::start_for_processes(None).await),
        _ => Some(TestApp::start_for_processes(Some(fresh_postgres().await?)).await),
    }
}

/// A dead worker's lease ends: what the clock would do in half a minute.
pub async fn leases_end(url: &str) {
    tamper(url, "UPDATE operation SET lease_until = 0 WHERE lease_until IS NOT NULL").await;
}
