//! What a server can do with charts, and how it says so.

use crate::{chart, limits, program, render};
use portal_core::ports::ChartError;
use portal_targets::helm::{ChartMode, Helm, HelmStatus};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// A program that stands in for helm.
fn script(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("helm");
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

async fn start(program: &Path, mode: ChartMode) -> Helm {
    Helm::with_limits(Some(program), mode, limits()).await
}

#[tokio::test]
async fn without_a_usable_helm_charts_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let files = chart(&[]);
    let nowhere = folder.path().join("nowhere");
    let old = script(folder.path(), "echo v2.17.0");
    for (program, mode) in [(&nowhere, ChartMode::Isolated), (&old, ChartMode::Unisolated)] {
        let helm = start(program, mode).await;
        assert_eq!(helm.status(), &HelmStatus::Missing(Some(program.clone())));
        assert_eq!(render(&helm, &files, "{}").await, Err(ChartError::Unavailable));
    }
    let helm = start(&old, ChartMode::Off).await;
    assert_eq!((helm.status(), render(&helm, &files, "{}").await), (&HelmStatus::Off, Err(ChartError::Unavailable)));
}

/// A program that refuses to be the first process of its namespace stands in for a kernel that gives none.
#[tokio::test]
async fn without_isolation_somebody_has_to_allow_charts() {
    let folder = tempfile::tempdir().unwrap();
    let program = script(folder.path(), "[ $$ -lt 5 ] && exit 1\n[ \"$1\" = version ] && echo v3.9.0 || echo 'a: 1'");
    let files = chart(&[]);
    let helm = start(&program, ChartMode::Isolated).await;
    assert_eq!(helm.status(), &HelmStatus::NotIsolated(program.clone()));
    assert_eq!(render(&helm, &files, "{}").await, Err(ChartError::NotIsolated));
    let helm = start(&program, ChartMode::Unisolated).await;
    assert_eq!(helm.status(), &HelmStatus::Ready { program, version: "3.9.0".into(), isolated: false });
    assert!(helm.status().to_string().contains("NOT isolated"));
    assert_eq!(render(&helm, &files, "{}").await.unwrap(), "a: 1\n");
}

/// Nothing of the portal's environment, no file with values, nothing on the command line.
#[tokio::test]
async fn helm_sees_its_folder_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[ \"$1\" = version ] && { echo v3.9.0; exit; }\nenv; echo \"arguments: $*\"; find . -type f; cat";
    let helm = start(&script(folder.path(), text), ChartMode::Unisolated).await;
    let seen = render(&helm, &chart(&[("templates/a.yaml", "x")]), "{\"s\": \"GEHEIM\"}").await.unwrap();
    let own = ["HOME=", "TMPDIR=", "HELM_", "GOMEMLIMIT=", "GOMAXPROCS=", "PWD=", "OLDPWD=", "SHLVL=", "_="];
    let (environment, rest) = seen.split_once("arguments: ").unwrap();
    for line in environment.lines() {
        assert!(own.iter().any(|name| line.starts_with(name)), "{line}");
    }
    let mut lines: Vec<&str> = rest.lines().collect();
    lines[1..3].sort_unstable();
    assert_eq!(lines[0], "template muster chart --namespace ns --kube-version 1.31.0 --values -");
    assert_eq!(lines[1..], ["./chart/Chart.yaml", "./chart/templates/a.yaml", "{\"s\": \"GEHEIM\"}"]);
}

#[tokio::test]
async fn the_real_one_is_recognised() {
    let Some(program) = program() else { return };
    let helm = start(&program, ChartMode::Isolated).await;
    assert!(!matches!(helm.status(), HelmStatus::Missing(_) | HelmStatus::Off), "{}", helm.status());
}
