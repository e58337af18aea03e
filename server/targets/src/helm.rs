//! The port `ChartRenderer` on the `helm` program. A chart is a program of a stranger and gets secrets, so helm runs in a
//! fresh folder and an empty environment, without network, with limits on memory, time, files and processes, and what it
//! complains about is only repeated as far as no value can be in it.

mod complaint;
mod find;
mod process;

pub use process::Limits;

use async_trait::async_trait;
use portal_core::{
    package::Files,
    ports::{ChartError, ChartInput, ChartRenderer},
};
use process::Launcher;
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Renderings at the same time: each may use as much memory as the limit says.
const AT_ONCE: usize = 2;

/// Whether charts are rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChartMode {
    /// Only where helm can be kept from the network.
    #[default]
    Isolated,
    /// Also where the kernel does not allow that.
    Unisolated,
    /// Never.
    Off,
}

/// What this server can do with charts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HelmStatus {
    /// Switched off.
    Off,
    /// There is no helm, or the one that was named is not usable.
    Missing(Option<PathBuf>),
    /// Helm is there, but can not be isolated.
    NotIsolated(PathBuf),
    /// Charts are rendered.
    Ready {
        /// The program.
        program: PathBuf,
        /// Its version.
        version: String,
        /// Without network.
        isolated: bool,
    },
}

impl fmt::Display for HelmStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HelmStatus::Off => f.write_str("off: packages with a chart are refused"),
            HelmStatus::Missing(None) => {
                f.write_str("no helm here (PORTAL_HELM, PATH): packages with a chart are refused")
            }
            HelmStatus::Missing(Some(program)) => {
                write!(f, "{} is no usable helm 3 or later: packages with a chart are refused", program.display())
            }
            HelmStatus::NotIsolated(program) => write!(
                f,
                "{} can not be isolated (unshare and prlimit of util-linux, and a kernel that lets this user make a \
                 network namespace): packages with a chart are refused; PORTAL_CHARTS=unisolated admits them",
                program.display()
            ),
            HelmStatus::Ready { program, version, isolated: true } => {
                write!(f, "helm {version} ({}), isolated: no network, limits", program.display())
            }
            HelmStatus::Ready { program, version, isolated: false } => {
                write!(f, "helm {version} ({}), NOT isolated: charts can reach the network", program.display())
            }
        }
    }
}

/// Renders charts with helm, or says why not.
#[derive(Debug, Clone)]
pub struct Helm {
    status: HelmStatus,
    launcher: Launcher,
    turn: Arc<Semaphore>,
}

impl Helm {
    /// Looks for helm (the one named here, on `PATH`, in the cache of this project) and tries once how it can be isolated.
    pub async fn start(program: Option<&Path>, mode: ChartMode) -> Self {
        Self::with_limits(program, mode, Limits::default()).await
    }

    /// With limits of one's own.
    pub async fn with_limits(program: Option<&Path>, mode: ChartMode, limits: Limits) -> Self {
        let none = Launcher::plain(PathBuf::new(), limits.clone());
        let (status, launcher) = match (mode, find::helm(program)) {
            (ChartMode::Off, _) => (HelmStatus::Off, none),
            (_, None) => (HelmStatus::Missing(program.map(Path::to_owned)), none),
            (mode, Some(found)) => Self::examine(found, mode, &limits).await,
        };
        Self { status, launcher, turn: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    async fn examine(program: PathBuf, mode: ChartMode, limits: &Limits) -> (HelmStatus, Launcher) {
        for launcher in Launcher::isolated(&program, limits) {
            if let Some(version) = find::version(&launcher).await {
                return (HelmStatus::Ready { program, version, isolated: true }, launcher);
            }
        }
        let plain = Launcher::plain(program.clone(), limits.clone());
        for launcher in Launcher::limited(&program, limits).into_iter().chain([plain.clone()]) {
            if let Some(version) = find::version(&launcher).await {
                let ready = HelmStatus::Ready { program: program.clone(), version, isolated: false };
                let admitted = mode == ChartMode::Unisolated;
                return (if admitted { ready } else { HelmStatus::NotIsolated(program) }, launcher);
            }
        }
        (HelmStatus::Missing(Some(program)), plain)
    }

    /// What was found.
    pub fn status(&self) -> &HelmStatus {
        &self.status
    }
}

#[async_trait]
impl ChartRenderer for Helm {
    async fn render(&self, input: &ChartInput<'_>) -> Result<Zeroizing<String>, ChartError> {
        match &self.status {
            HelmStatus::Off | HelmStatus::Missing(_) => return Err(ChartError::Unavailable),
            HelmStatus::NotIsolated(_) => return Err(ChartError::NotIsolated),
            HelmStatus::Ready { .. } => {}
        }
        let broken = |what: &str| ChartError::Broken(what.to_owned());
        let _turn = self.turn.acquire().await.map_err(|_| broken("closed"))?;
        let folder = lay_out(input.files.clone()).await.map_err(|_| broken("no temporary folder"))?;
        // The values, with secrets in them, go through standard input: neither other users nor the disk see them.
        let arguments = [
            "template",
            input.instance,
            "chart",
            "--namespace",
            input.namespace,
            "--kube-version",
            input.kube_version,
            "--values",
            "-",
        ];
        let ended = self.launcher.run(folder.path(), &arguments, input.values.as_bytes()).await?;
        if ended.success {
            return Ok(ended.output);
        }
        Err(complaint::read(&ended.errors, input.files))
    }
}

/// The chart in a folder of its own, which goes when it is dropped.
async fn lay_out(files: Files) -> std::io::Result<tempfile::TempDir> {
    let laid = tokio::task::spawn_blocking(move || {
        let folder = tempfile::Builder::new().prefix("portal-chart-").tempdir()?;
        for path in files.paths() {
            let file = folder.path().join("chart").join(path);
            if let Some(parent) = file.parent() {
                std::fs::create_dir_all(parent)?;
            }
            if let Some(mut content) = files.open(path) {
                std::io::copy(&mut content, &mut std::fs::File::create(file)?)?;
            }
        }
        Ok(folder)
    });
    laid.await.map_err(std::io::Error::other)?
}
