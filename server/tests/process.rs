//! The real program as a process: who holds a data folder, and what `portal config check` says.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what fails in a helper fails the test")]

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

fn portal(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portal"));
    command
        .args(arguments)
        .env_remove("DATABASE_URL")
        .env("PORTAL_DATA", data)
        .env("PORTAL_ADDR", "127.0.0.1:0")
        .env("PORTAL_CHARTS", "off")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Starts a portal and waits until it serves.
fn started(data: &Path) -> Child {
    let mut child = portal(data, &["serve"]).spawn().unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let serves = out.lines().map_while(Result::ok).any(|line| line.starts_with("Portal: "));
    if !serves {
        let mut error = String::new();
        child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
        panic!("it did not start: {error}");
    }
    child
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_second_portal_on_a_folder_refuses_until_the_first_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = started(folder.path());
    for arguments in [&["serve"][..], &["serve", "--demo"]] {
        let second = portal(folder.path(), arguments).output().unwrap();
        assert_eq!(second.status.code(), Some(1));
        let wanted = format!("another portal (process {}) is running on {}", first.id(), folder.path().display());
        assert!(said(&second).contains(&wanted), "{}", said(&second));
    }
    // Killed, so that nothing of it could clear up.
    first.kill().unwrap();
    first.wait().unwrap();
    let mut third = started(folder.path());
    third.kill().unwrap();
    third.wait().unwrap();
}

#[test]
fn config_check_looks_into_what_the_settings_name() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let check = |with: &dyn Fn(&mut Command)| {
        let mut command = portal(&data, &["config", "check"]);
        with(&mut command);
        command.output().unwrap()
    };
    let fine = check(&|c| {
        c.env("PORTAL_LOGFILTER", "debug");
    });
    assert!(fine.status.success(), "{}", said(&fine));
    for part in [
        &format!("Data folder: {}, made at the start", data.display())[..],
        "Key file: ",
        "Environment: NOTE: PORTAL_LOGFILTER is no setting; did you mean PORTAL_LOG_FILTER?",
        "The configuration can be used.",
    ] {
        assert!(said(&fine).contains(part), "{part} in {}", said(&fine));
    }
    assert!(!data.exists(), "looking makes nothing");
    let key = folder.path().join("key");
    std::fs::write(&key, "no key").unwrap();
    let wrong = check(&|c| {
        c.env("PORTAL_KEY_FILE", &key);
    });
    assert_eq!(wrong.status.code(), Some(1), "{}", said(&wrong));
    assert!(said(&wrong).contains("Key file: WRONG: ") && said(&wrong).contains("The configuration cannot be used."));
    assert!(!said(&wrong).contains("no key"), "what it holds is not shown");
}
