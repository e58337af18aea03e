//! Packages: checking and rendering a small and a very large one, uploads through the real route of the real program, and the
//! search for components next to an indexed point query.

use crate::{
    process::{Portal, status},
    report::{Budget, Report, median, number, progress},
};
use anyhow::{Context, Result, bail, ensure};
use portal_core::{
    package::{self, Files, Package, limits},
    ports::{NoCharts, Store},
    use_cases::NewToken,
};
use portal_testing::{TestApp, scale::component};
use rand::RngExt as _;
use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const VERFAHREN: &str = "fundsachen";
/// Bytes of the large file: with everything else the archive is just below what is taken.
const LARGE: u64 = limits::ARCHIVE - 1024 * 1024;
const ROUNDS: usize = 20;
/// What a process that examines packages may take, in MiB.
const MEMORY: f64 = 256.0;
/// Seconds that a package may take to be checked.
const SECONDS: f64 = 2.0;
/// Uploads at once, as many as the portal takes.
const AT_ONCE: usize = 4;
const PACKAGES: usize = 200;
const EACH: usize = 500;

/// Runs it.
pub async fn run(report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    progress("packages: making archives");
    let (small, large) = (folder.path().join("klein.tgz"), folder.path().join("gross.tgz"));
    let mut files = TestApp::files(VERFAHREN, "1.0.1");
    files.to_tgz(File::create(&small)?)?;
    add_noise(&mut files)?;
    files.to_tgz(File::create(&large)?)?;
    check(report, &small, &large).await?;
    upload(report, &small, &large).await?;
    components(report).await
}

/// A file that cannot be made smaller.
fn add_noise(files: &mut Files) -> Result<()> {
    let mut writer = files.writer("daten.bin");
    let mut block = vec![0; 64 * 1024];
    for _ in 0..LARGE / block.len() as u64 {
        rand::rng().fill(block.as_mut_slice());
        writer.write_all(&block)?;
    }
    writer.finish();
    Ok(())
}

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

async fn check(report: &mut Report, small: &Path, large: &Path) -> Result<()> {
    report.part("Packages: reading, checking, rendering");
    for (what, archive, rounds) in [("small", small, ROUNDS), ("100 MB", large, 3)] {
        progress("packages: checking");
        let (mut read, mut lint, mut render) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rounds {
            let begin = Instant::now();
            let package = Package::from_tgz(File::open(archive)?).into_package();
            let package = package.map_err(|f| anyhow::anyhow!("{f:?}"))?;
            read.push(millis(begin));
            let begin = Instant::now();
            ensure!(!package::has_errors(&package::lint(&package)), "has errors");
            lint.push(millis(begin));
            let begin = Instant::now();
            let objects = package::sample_objects(&package, &NoCharts).await;
            ensure!(objects.is_ok_and(|o| !o.is_empty()), "renders nothing");
            render.push(millis(begin));
        }
        report.note(format!("reading, {what}"), format!("{} ms", number(median(read))), "");
        report.note(format!("rules of admission, {what}"), format!("{} ms", number(median(lint))), "");
        report.note(format!("rendering, {what}"), format!("{} ms", number(median(render))), "");
    }
    for (what, archive) in [("small", small), ("100 MB", large)] {
        let (seconds, peak) = lint_process(archive)?;
        report.at_most(format!("portal package lint, {what}"), seconds, SECONDS, "s");
        report.at_most(format!("portal package lint, {what}, peak memory"), peak, MEMORY, "MiB");
    }
    Ok(())
}

/// Seconds that the program takes for an archive, and the most memory that it had, in MiB.
fn lint_process(archive: &Path) -> Result<(f64, f64)> {
    let begin = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_portal"));
    let mut child = command.args(["package", "lint"]).arg(archive).stdout(Stdio::null()).spawn()?;
    let mut peak = 0.0;
    let ended = loop {
        // The system keeps the highest mark; it is gone with the process.
        peak = status(child.id(), "VmHWM:").unwrap_or(peak);
        match child.try_wait()? {
            Some(ended) => break ended,
            None => std::thread::sleep(Duration::from_millis(1)),
        }
    };
    ensure!(ended.success(), "the package was refused");
    Ok((begin.elapsed().as_secs_f64(), peak / 1024.0 / 1024.0))
}

async fn upload(report: &mut Report, small: &Path, large: &Path) -> Result<()> {
    report.part("Packages: uploads to the real program, packages in a folder");
    let app = TestApp::start_for_processes(None).await;
    app.publish(VERFAHREN, "1.0.0").await;
    let publisher = app.ctx(app.people.publisher).await;
    let key = NewToken { name: "Messung".to_owned(), days: "30".to_owned(), verfahren: Vec::new() };
    let key = app.portal.token_add(&publisher, &key).await?;
    // SQLite is for one process.
    app.storage.close().await;
    let data = tempfile::tempdir()?;
    let (url, packages) = (app.url.clone(), app.packages_folder());
    let settings = [("DATABASE_URL", OsStr::new(&url)), ("PORTAL_PACKAGES", packages.as_os_str())];
    let portal = Portal::start(data.path(), &settings)?;
    let size = fs::metadata(large)?.len() as f64 / 1e6;
    let rate = |seconds: f64| format!("{} MB/s", number(size / seconds));

    progress("packages: uploading");
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        times.push(send(portal.address, &key, small)? * 1000.0);
    }
    report.note("small package", format!("{} ms", number(median(times))), "");
    let plain = plain_copy(large, data.path())?;
    let peer = format!("plain copy with sync: {}", rate(plain));
    let first = send(portal.address, &key, large)?;
    report.note("100 MB, new", rate(first), peer.clone());
    let again = send(portal.address, &key, large)?;
    report.note("100 MB, stored before", rate(again), peer);
    let begin = Instant::now();
    std::thread::scope(|scope| {
        let send = || send(portal.address, &key, large);
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(send)).collect();
        threads.into_iter().try_for_each(|t| t.join().map_err(|_| anyhow::anyhow!("a client died"))?.map(drop))
    })?;
    report.note(format!("{AT_ONCE} at once"), rate(begin.elapsed().as_secs_f64() / AT_ONCE as f64), "all together");
    report.at_most("peak memory of the portal", portal.peak()?, MEMORY, "MiB");
    Ok(())
}

/// Seconds of a copy that is on the disk when it ends.
fn plain_copy(file: &Path, folder: &Path) -> Result<f64> {
    let begin = Instant::now();
    let mut copy = File::create(folder.join("kopie"))?;
    std::io::copy(&mut File::open(file)?, &mut copy)?;
    copy.sync_all()?;
    Ok(begin.elapsed().as_secs_f64())
}

/// Uploads an archive as a pipeline does; seconds until it is taken.
fn send(address: SocketAddr, key: &str, archive: &Path) -> Result<f64> {
    let mut file = File::open(archive)?;
    let begin = Instant::now();
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(300)))?;
    let size = file.metadata()?.len();
    write!(
        stream,
        "POST /api/v1/packages HTTP/1.1\r\nHost: portal.test\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/gzip\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n"
    )?;
    std::io::copy(&mut file, &mut stream)?;
    let mut answer = BufReader::new(stream);
    let mut line = String::new();
    answer.read_line(&mut line)?;
    if !line.starts_with("HTTP/1.1 201") {
        let mut rest = String::new();
        answer.read_to_string(&mut rest)?;
        bail!("not taken: {line}{rest}");
    }
    Ok(begin.elapsed().as_secs_f64())
}

async fn components(report: &mut Report) -> Result<()> {
    report.part("Search in 100,000 components next to an indexed point query");
    let app = TestApp::start().await;
    app.publish(VERFAHREN, "1.0.0").await;
    progress("packages: making 100,000 components");
    app.fill_components(VERFAHREN, PACKAGES, EACH).await;
    let ctx = app.ctx(app.people.consultant).await;
    let releases = app.storage.release_list().await?;
    let (mut points, mut by_name, mut by_key) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..60 {
        let part = component(round * 37 % PACKAGES, round * 7 % EACH);
        let begin = Instant::now();
        app.storage.release(releases[round * 31 % releases.len()].id).await?.context("a release")?;
        points.push(millis(begin));
        for (search, times) in [(&part.name, &mut by_name), (&part.search_key, &mut by_key)] {
            let begin = Instant::now();
            let page = app.portal.component_page(&ctx, search, "", None).await.context("a search")?;
            times.push(millis(begin));
            ensure!(page.rows.len() == 10, "{} uses of {search}", page.rows.len());
        }
    }
    let point = median(points);
    report.note("a release by its id", format!("{} ms", number(point)), "");
    for (what, times) in [("by name, ten uses", by_name), ("by package URL, ten uses", by_key)] {
        let search = median(times);
        report.ratio(what, search / point, format!("{} ms", number(search)), Budget::AtMost(5.0));
    }
    Ok(())
}
