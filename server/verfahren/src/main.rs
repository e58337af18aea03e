//! `verfahren`: what the container image of the demonstration Verfahren runs.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use verfahren::client::Remote;
use verfahren::settings::Settings;
use verfahren::store::{FileStore, Store};
use verfahren::{backup, check, image, server};

const USAGE: &str = "\
verfahren serve                 the page and the intake (settings: environment, see settings.rs)
verfahren pruefen CHECK...      checks: wert:NAME=~MUSTER dienst:NAME:PORT seite:NAME:PORT/PFAD antrag:NAME:PORT
verfahren check URL             the page at this address and the intake behind it
verfahren backup FILE           everything that the store (ABLAGE_URL, ABLAGE_KENNWORT) holds
verfahren restore FILE          and back
verfahren image FILE            the container image of this program; prints its reference
verfahren image FILE PROGRAM NAME   that of another one";

/// After a signal, open requests have this long.
const FAREWELL: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = arguments.split_first().map_or(("serve", &[][..]), |(first, rest)| (first.as_str(), rest));
    let result = match (command, rest) {
        ("serve", []) => serve().await,
        ("pruefen", checks) => verdict(check::run(checks, variable).await),
        ("check", [url]) => verdict(check::run(&of_url(url), variable).await),
        ("backup", [file]) => stored(async |store| backup::backup(store, Path::new(file)).await).await,
        ("restore", [file]) => stored(async |store| backup::restore(store, Path::new(file)).await).await,
        ("image", [file]) => write_image(Path::new(file), None),
        ("image", [file, program, name]) => write_image(Path::new(file), Some((Path::new(program), name))),
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn verdict(passed: bool) -> Result<(), String> {
    if passed { Ok(()) } else { Err("Nicht bestanden.".to_owned()) }
}

/// The checks of `check URL`: the page there, and the intake of the same server.
fn of_url(url: &str) -> [String; 2] {
    let address = url.strip_prefix("http://").unwrap_or(url);
    let server = address.split('/').next().unwrap_or_default();
    let server = if server.contains(':') { server.to_owned() } else { format!("{server}:80") };
    [format!("seite:{address}"), format!("antrag:{server}")]
}

async fn serve() -> Result<(), String> {
    let settings = Settings::read(variable).map_err(|error| error.to_string())?;
    let store = match (&settings.store_url, &settings.store_password) {
        (Some(url), Some(password)) => Store::Remote(Remote::new(url, password)),
        _ => {
            let folder = &settings.data;
            Store::File(FileStore::open(folder).map_err(|error| format!("{}: {error}", folder.display()))?)
        }
    };
    let address = ("0.0.0.0", settings.port);
    let listener =
        tokio::net::TcpListener::bind(address).await.map_err(|error| format!("port {}: {error}", address.1))?;
    let local = listener.local_addr().map_err(|error| error.to_string())?;
    println!("{} listens on {local}", settings.name);
    let (mut term, mut int) = match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(term), Ok(int)) => (term, int),
        (Err(error), _) | (_, Err(error)) => return Err(error.to_string()),
    };
    let (begin, begun) = tokio::sync::oneshot::channel();
    let stop = async move {
        tokio::select! { _ = term.recv() => {} _ = int.recv() => {} }
        println!("stopping");
        drop(begin);
    };
    let serving = axum::serve(listener, server::router(settings, store)).with_graceful_shutdown(stop);
    let late = async move {
        let _: Result<(), _> = begun.await;
        tokio::time::sleep(FAREWELL).await;
    };
    tokio::select! {
        ended = serving => ended.map_err(|error| error.to_string()),
        () = late => Ok(()),
    }
}

async fn stored(work: impl AsyncFnOnce(&Remote) -> Result<usize, String>) -> Result<(), String> {
    let settings = Settings::read(variable).map_err(|error| error.to_string())?;
    let (Some(url), Some(password)) = (&settings.store_url, &settings.store_password) else {
        return Err("ABLAGE_URL and ABLAGE_KENNWORT are needed".to_owned());
    };
    let count = work(&Remote::new(url, password)).await?;
    println!("ok     {count} Anträge");
    Ok(())
}

fn write_image(file: &Path, other: Option<(&Path, &str)>) -> Result<(), String> {
    let text = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let (program, recipe) = match other {
        None => (std::env::current_exe().map_err(|error| text(&error))?, image::VERFAHREN),
        Some((program, name)) => {
            let file = program.file_name().and_then(|name| name.to_str()).ok_or("no program is named")?;
            (program.to_owned(), image::Recipe { name, file, arguments: &[] })
        }
    };
    let program = std::fs::read(program).map_err(|error| text(&error))?;
    let out = std::fs::File::create(file).map_err(|error| text(&error))?;
    let digest = image::write(&program, &recipe, std::io::BufWriter::new(out)).map_err(|error| text(&error))?;
    println!("{}@{digest}", recipe.name);
    Ok(())
}
