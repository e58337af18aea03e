//! Charts with the real helm: what real charts look like, and what hostile ones try. `PORTAL_TEST_HELM` names the program
//! (`.ci/helm.sh` prints one); without it these tests say so and do nothing.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy knows only the test functions themselves")]

mod good;
mod hostile;
mod status;

use portal_core::package::Files;
use portal_core::ports::{ChartError, ChartInput, ChartRenderer as _};
use portal_targets::helm::{ChartMode, Helm, HelmStatus, Limits};
use std::path::{Path, PathBuf};
use std::time::Duration;
use zeroize::Zeroizing;

/// The helm to test with.
pub(crate) fn program() -> Option<PathBuf> {
    let program = std::env::var_os("PORTAL_TEST_HELM").filter(|path| !path.is_empty()).map(PathBuf::from);
    if program.is_none() {
        eprintln!("PORTAL_TEST_HELM is not set: no helm to test with");
    }
    program
}

/// Helm as a portal has it; isolated, or the test says what is missing.
pub(crate) async fn helm(limits: Limits) -> Option<Helm> {
    let helm = Helm::with_limits(Some(&program()?), ChartMode::Isolated, limits).await;
    if matches!(helm.status(), HelmStatus::NotIsolated(_)) {
        eprintln!("{}", helm.status());
        return None;
    }
    assert!(matches!(helm.status(), HelmStatus::Ready { isolated: true, .. }), "{}", helm.status());
    Some(helm)
}

/// Limits that are soon reached; generous enough for a busy machine.
pub(crate) fn limits() -> Limits {
    Limits { deadline: Duration::from_secs(30), ..Limits::default() }
}

/// A chart `web` with these files.
pub(crate) fn chart(files: &[(&str, &str)]) -> Files {
    let mut chart = Files::default();
    chart.insert("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    for (path, content) in files {
        chart.insert(*path, *content);
    }
    chart
}

/// What a chart gives.
pub(crate) async fn render(helm: &Helm, files: &Files, values: &str) -> Result<String, ChartError> {
    let input = ChartInput {
        files,
        values: Zeroizing::new(values.to_owned()),
        instance: "muster",
        namespace: "ns",
        kube_version: portal_core::package::KUBE_VERSION,
    };
    helm.render(&input).await.map(|text| text.to_string())
}

pub(crate) fn packages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testing/packages")
}
