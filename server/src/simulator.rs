//! The simulated data centre of the demonstration: a process of its own beside the portal, which watches over it.

use crate::demo;
use anyhow::{Context, Result, bail};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

/// How long it may take to answer.
const READY: Duration = Duration::from_secs(15);
/// Between two looks, and before a new start.
const PAUSE: Duration = Duration::from_millis(50);

/// `portal simulate`: serves until `stop`, or until standard input closes if it was started by a portal.
///
/// # Errors
/// If the state cannot be opened or the address is taken or not on loopback.
pub async fn serve(addr: SocketAddr, state: &Path, until_stdin_closes: bool, stop: CancellationToken) -> Result<()> {
    let listener = TcpListener::bind(addr).await.with_context(|| format!("cannot listen on {addr}"))?;
    let addr = listener.local_addr()?;
    std::fs::create_dir_all(state).with_context(|| format!("cannot create {}", state.display()))?;
    tracing::info!(%addr, state = %state.display(), "simulated data centres");
    let ended = async move {
        tokio::select! {
            () = stop.cancelled() => {}
            () = stdin_closes(until_stdin_closes) => {}
        }
    };
    Ok(portal_targets::simulator::serve(listener, demo::simulator_config(state), ended).await?)
}

async fn stdin_closes(watch: bool) {
    if !watch {
        return std::future::pending().await;
    }
    // A thread of its own: reading standard input cannot be given up, and must not keep the program from ending.
    let (closed, told) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        drop(std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
        // Nobody waits any more if the program is ending anyway.
        let _ = closed.send(());
    });
    drop(told.await);
}

/// The simulated data centre as the portal started it.
pub struct Simulator {
    /// Its address as in a URL.
    pub url: String,
    watch: JoinHandle<()>,
}

impl Simulator {
    /// Starts it and waits until it answers. Its address is kept in the data folder, since the targets in the database
    /// name it.
    ///
    /// # Errors
    /// If it does not start or its address is taken.
    pub async fn start(data: &Path, portal: SocketAddr, stop: CancellationToken) -> Result<Self> {
        let addr = address(data, portal).await?;
        let state = data.join("simulator");
        let child = spawn(addr, &state)?;
        let child = wait_until_ready(addr, child).await?;
        let watch = tokio::spawn(watch(addr, state, child, stop));
        Ok(Self { url: format!("http://{addr}"), watch })
    }

    /// Waits until it has ended, after `stop` was cancelled.
    pub async fn ended(self) {
        drop(self.watch.await);
    }
}

/// The address of the last time, or the port after the portal's, or any that is free.
async fn address(data: &Path, portal: SocketAddr) -> Result<SocketAddr> {
    let file = data.join("simulator.addr");
    if let Ok(text) = std::fs::read_to_string(&file) {
        return text.trim().parse().with_context(|| format!("{} holds no address", file.display()));
    }
    let next = SocketAddr::new([127, 0, 0, 1].into(), portal.port().checked_add(1).unwrap_or(0));
    let listener = match TcpListener::bind(next).await {
        Ok(listener) => listener,
        Err(_) => TcpListener::bind(SocketAddr::new(next.ip(), 0)).await.context("no free port on this machine")?,
    };
    let addr = listener.local_addr()?;
    std::fs::create_dir_all(data).with_context(|| format!("cannot create {}", data.display()))?;
    std::fs::write(&file, addr.to_string()).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(addr)
}

fn spawn(addr: SocketAddr, state: &Path) -> Result<Child> {
    let program = std::env::current_exe().context("cannot find this program")?;
    Command::new(program)
        .args(["simulate", "--until-stdin-closes", "--addr", &addr.to_string(), "--state"])
        .arg(state)
        // It ends when the portal does, however that ends: then nobody holds the other end.
        .stdin(Stdio::piped())
        // Ctrl-C reaches the portal alone, which then ends it in order.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .context("cannot start the simulated data centre")
}

async fn wait_until_ready(addr: SocketAddr, mut child: Child) -> Result<Child> {
    let begin = tokio::time::Instant::now();
    while begin.elapsed() < READY {
        if let Some(status) = child.try_wait()? {
            bail!("the simulated data centre ended at once ({status}); is {addr} taken by another program?");
        }
        if TcpStream::connect(addr).await.is_ok() {
            return Ok(child);
        }
        tokio::time::sleep(PAUSE).await;
    }
    bail!("the simulated data centre does not answer on {addr}")
}

async fn watch(addr: SocketAddr, state: PathBuf, mut child: Child, stop: CancellationToken) {
    // Kept apart, since waiting for a child closes its input.
    let mut input = child.stdin.take();
    loop {
        tokio::select! {
            () = stop.cancelled() => {
                drop(input.take());
                if tokio::time::timeout(Duration::from_secs(5), child.wait()).await.is_err() {
                    tracing::warn!("the simulated data centre does not end by itself");
                }
                return;
            }
            ended = child.wait() => {
                let status = ended.map(|s| s.to_string()).unwrap_or_else(|e| e.to_string());
                tracing::warn!(status, "the simulated data centre ended; it begins anew");
            }
        }
        tokio::time::sleep(PAUSE * 10).await;
        match spawn(addr, &state) {
            Ok(mut fresh) => {
                input = fresh.stdin.take();
                child = fresh;
            }
            Err(error) => return tracing::error!(%error, "the simulated data centre is gone"),
        }
    }
}
