//! Helm as a process with limits.

use super::find;
use portal_core::ports::ChartError;
use std::{ffi::OsString, path::Path, path::PathBuf, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, Command},
};
use zeroize::Zeroizing;

/// Bytes of what helm complains about that are read.
const MAX_ERRORS: u64 = 64 * 1024;

/// What one rendering may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Time until it is ended, and seconds of computing.
    pub deadline: Duration,
    /// Bytes of memory.
    pub memory: u64,
    /// Bytes that it may write.
    pub output: usize,
}

impl Default for Limits {
    fn default() -> Self {
        // Two renderings fit well into the lease of an operation.
        Self { deadline: Duration::from_secs(10), memory: 512 * 1024 * 1024, output: 4 * 1024 * 1024 }
    }
}

/// How helm ended.
pub(super) struct Ended {
    pub success: bool,
    pub output: Zeroizing<String>,
    pub errors: Zeroizing<String>,
}

/// How helm is started: other programs in front of it put it into namespaces and under limits.
#[derive(Debug, Clone)]
pub(super) struct Launcher {
    command: Vec<OsString>,
    limits: Limits,
}

impl Launcher {
    /// Just the program; only time and output are limited.
    pub(super) fn plain(program: PathBuf, limits: Limits) -> Self {
        Self { command: vec![program.into()], limits }
    }

    /// With limits of the kernel; `None` without prlimit. Whoever the portal runs as may have many processes already, and
    /// they would count, so their number is not limited here.
    pub(super) fn limited(program: &Path, limits: &Limits) -> Option<Self> {
        Some(Self { command: prlimit(program, limits, None)?, limits: limits.clone() })
    }

    /// With namespaces of its own for network and processes, in the order in which they should be tried: as any user may
    /// where the kernel allows user namespaces, then as root may.
    pub(super) fn isolated(program: &Path, limits: &Limits) -> Vec<Self> {
        let (Some(unshare), Some(inner)) = (find::on_path("unshare"), prlimit(program, limits, Some(256))) else {
            return Vec::new();
        };
        let ways: [&[&str]; 2] = [&["--user", "--map-root-user"], &[]];
        let launcher = |way: &[&str]| {
            let mut command: Vec<OsString> = vec![unshare.clone().into()];
            command.extend(way.iter().chain(&["--net", "--ipc", "--pid", "--kill-child", "--"]).map(OsString::from));
            command.extend(inner.iter().cloned());
            Self { command, limits: limits.clone() }
        };
        ways.into_iter().map(launcher).collect()
    }

    /// Runs helm in a folder, which is all that it knows of the machine.
    pub(super) async fn run(&self, folder: &Path, arguments: &[&str], input: &[u8]) -> Result<Ended, ChartError> {
        let broken = |e: std::io::Error| ChartError::Broken(e.kind().to_string());
        let Some((program, before)) = self.command.split_first() else {
            return Err(ChartError::Unavailable);
        };
        let mut command = Command::new(program);
        command.args(before).args(arguments).current_dir(folder).env_clear();
        for variable in ["HOME", "TMPDIR", "HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "HELM_PLUGINS"] {
            command.env(variable, folder.join("home"));
        }
        // Go keeps to its own idea of memory before the kernel ends it, and needs few threads.
        command.env("GOMEMLIMIT", (self.limits.memory / 4 * 3).to_string()).env("GOMAXPROCS", "2");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own, so that a Ctrl-C for the portal does not reach it; ended at the latest with this future.
        command.process_group(0).kill_on_drop(true);
        let mut child = command.spawn().map_err(broken)?;
        let ended = match tokio::time::timeout(self.limits.deadline, self.converse(&mut child, input)).await {
            Ok(ended) => ended,
            Err(_) => Err(ChartError::TooSlow(self.limits.deadline.as_secs())),
        };
        if ended.is_err() {
            // With it goes everything in its namespace.
            child.kill().await.map_err(broken)?;
        }
        ended
    }

    async fn converse(&self, child: &mut Child, input: &[u8]) -> Result<Ended, ChartError> {
        let broken = |e: std::io::Error| ChartError::Broken(e.kind().to_string());
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(mut stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(ChartError::Broken("no pipes".to_owned()));
        };
        let write = async move {
            // Whoever ends early does not read it all.
            drop(stdin.write_all(input).await);
            drop(stdin);
            Ok(())
        };
        let ((), output, errors) = tokio::try_join!(write, self.output(stdout), complaint(stderr))?;
        let status = child.wait().await.map_err(broken)?;
        Ok(Ended { success: status.success(), output, errors })
    }

    async fn output(&self, from: impl AsyncRead + Unpin) -> Result<Zeroizing<String>, ChartError> {
        let max = self.limits.output;
        // As large as it may become, so that no copy with secrets is left behind by growing.
        let mut bytes = Zeroizing::new(Vec::with_capacity(max + 64));
        let read = from.take(max as u64 + 1).read_to_end(&mut bytes).await;
        read.map_err(|e| ChartError::Broken(e.kind().to_string()))?;
        if bytes.len() > max {
            return Err(ChartError::TooMuch(max));
        }
        Ok(text(&bytes))
    }
}

/// The beginning of what comes; the rest is read and dropped, so that nobody waits for us.
async fn complaint(mut from: impl AsyncRead + Unpin) -> Result<Zeroizing<String>, ChartError> {
    let broken = |e: std::io::Error| ChartError::Broken(e.kind().to_string());
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_ERRORS as usize + 64));
    (&mut from).take(MAX_ERRORS).read_to_end(&mut bytes).await.map_err(broken)?;
    tokio::io::copy(&mut from, &mut tokio::io::sink()).await.map_err(broken)?;
    Ok(text(&bytes))
}

fn text(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(String::from_utf8_lossy(bytes).into_owned())
}

/// The command that starts a program with limits on memory, computing time, files and (if told) processes.
fn prlimit(program: &Path, limits: &Limits, processes: Option<u32>) -> Option<Vec<OsString>> {
    let mut command: Vec<OsString> = vec![find::on_path("prlimit")?.into()];
    let mut limit = |name: &str, value: u64| command.push(format!("--{name}={value}").into());
    limit("data", limits.memory);
    // Go reserves addresses generously; what counts is above.
    limit("as", limits.memory.saturating_mul(8));
    limit("cpu", limits.deadline.as_secs().max(1));
    // Helm writes to pipes only.
    limit("fsize", 1024 * 1024);
    limit("nofile", 256);
    limit("core", 0);
    if let Some(processes) = processes {
        limit("nproc", processes.into());
    }
    command.push("--".into());
    command.push(program.into());
    Some(command)
}
