//! The real program: memory when nobody asks for anything, and the time from its start to its first answer.

use crate::{
    load,
    report::{Report, median, progress},
};
use anyhow::{Context, Result, bail};
use std::{
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const STARTS: usize = 7;
/// How long it is left alone before its memory is read.
const IDLE: Duration = Duration::from_secs(3);
/// Times that some pages are asked for before it is left alone once more.
const VISITS: usize = 200;

/// A running `portal serve`; killed when dropped.
pub struct Portal {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From its start to the first page.
    first_answer: Duration,
}

impl Drop for Portal {
    fn drop(&mut self) {
        // It may have ended by itself; either way there is nothing left to do.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Portal {
    /// Starts it on a folder, with these settings besides.
    pub fn start(data: &Path, settings: &[(&str, &OsStr)]) -> Result<Self> {
        let begin = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_portal"))
            .args(["serve", "--port", "0"])
            .env_remove("DATABASE_URL")
            .env("PORTAL_DATA", data)
            .env("PORTAL_SITE", crate::catalogue::site_folder())
            .env("PORTAL_LOG_FILTER", "warn")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .context("portal does not start")?;
        let stdout = child.stdout.take().context("no output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line.trim().strip_prefix("Portal: http://").and_then(|a| a.parse().ok());
        let Some(address) = address else {
            drop(child.kill());
            drop(child.wait());
            bail!("not where it listens: {line}")
        };
        let mut portal = Self { child, address, first_answer: Duration::ZERO };
        portal.get("/verfahren")?;
        portal.first_answer = begin.elapsed();
        Ok(portal)
    }

    fn get(&self, path: &str) -> Result<Vec<u8>> {
        load::once(self.address, &load::get(path, "Accept-Encoding: br\r\n"))
    }

    /// Resident memory in MB.
    fn memory(&self) -> Result<f64> {
        Ok(status(self.child.id(), "VmRSS:").context("no VmRSS")? / 1e6)
    }

    /// The most that it ever had, in MiB.
    pub fn peak(&self) -> Result<f64> {
        Ok(status(self.child.id(), "VmHWM:").context("no VmHWM")? / 1024.0 / 1024.0)
    }
}

/// Bytes that the system tells of a process; `None` once it is over.
pub fn status(process: u32, what: &str) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let kilobytes = status.lines().find_map(|l| l.strip_prefix(what))?.trim().trim_end_matches(" kB").parse::<f64>();
    Some(kilobytes.ok()? * 1024.0)
}

/// Runs it.
pub fn run(report: &mut Report) -> Result<()> {
    report.part("The process");
    let data = tempfile::tempdir()?;
    let portal = Portal::start(data.path(), &[])?;
    report.note("first start, with migrations and keys", millis(portal.first_answer), "");
    drop(portal);
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(Portal::start(data.path(), &[])?.first_answer.as_secs_f64() * 1000.0);
    }
    report.at_most("start to first answer", median(starts), 300.0, "ms");
    let portal = Portal::start(data.path(), &[])?;
    progress("idle memory");
    std::thread::sleep(IDLE);
    report.at_most("idle memory", portal.memory()?, 60.0, "MB");
    for _ in 0..VISITS {
        for path in ["/", "/verfahren", "/en/verfahren", "/impressum", "/leichte-sprache"] {
            portal.get(path)?;
        }
    }
    std::thread::sleep(IDLE);
    report.at_most("idle memory after 1,000 pages", portal.memory()?, 60.0, "MB");
    Ok(())
}

fn millis(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}
