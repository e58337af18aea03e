//! The command line. Errors go to standard error; exit code 0: fine, 1: it failed or something is missing, 2: wrong use.

mod audit;
mod configuration;
mod data_centre;
mod keys;
mod package;

use crate::{
    config::{Config, Sources},
    serve::{self, ServeOptions},
    simulator, telemetry,
    web::failure::chain,
};
use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use std::{
    io::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// The portal of the OZG-Cloud.
#[derive(Debug, Parser)]
#[command(name = "portal", version, about = "Portal of the OZG-Cloud: find, test and adopt Verfahren")]
pub struct Cli {
    /// Configuration file (TOML)
    #[arg(long, global = true, env = "PORTAL_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the portal
    Serve(ServeArgs),
    /// Carry out operations beside the portal (PostgreSQL only)
    Worker,
    /// Serve simulated data centres on this machine
    Simulate(SimulateArgs),
    /// Bring the database up to date
    Migrate,
    /// The record (Protokoll)
    Audit {
        #[command(subcommand)]
        command: audit::AuditCommand,
    },
    /// Look at the configuration
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// The keys under which secrets lie
    Keys {
        #[command(subcommand)]
        command: keys::KeysCommand,
    },
    /// Data centres
    DataCentre {
        #[command(subcommand)]
        command: data_centre::DataCentreCommand,
    },
    /// Target environments of data centres
    Target {
        #[command(subcommand)]
        command: data_centre::TargetCommand,
    },
    /// Verfahrenspakete
    Package {
        #[command(subcommand)]
        command: package::PackageCommand,
    },
}

#[derive(Debug, Args)]
struct ServeArgs {
    /// With demonstration data and simulated data centres; everybody may sign in as anybody
    #[arg(long)]
    demo: bool,
    /// Folder of the demonstration packages
    #[arg(long, value_name = "FOLDER", default_value = "server/demo/packages")]
    demo_packages: PathBuf,
    /// Without carrying out operations: `portal worker` does
    #[arg(long)]
    no_worker: bool,
    /// Port to listen on, instead of the configured one
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
}

#[derive(Debug, Args)]
struct SimulateArgs {
    /// Where to listen; loopback only
    #[arg(long, default_value = "127.0.0.1:3001")]
    addr: SocketAddr,
    /// Folder of the state
    #[arg(long, default_value = "data/simulator")]
    state: PathBuf,
    /// End when standard input closes (for the portal that starts it)
    #[arg(long, hide = true)]
    until_stdin_closes: bool,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Show each setting with its source, and everything that is wrong
    Check,
}

/// Runs what the command line asks for.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            say_error(&format!("portal: {}", chain(error.as_ref())));
            ExitCode::FAILURE
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start")
}

fn run(cli: Cli) -> Result<ExitCode> {
    let file = cli.config.as_deref();
    match cli.command {
        Command::Config { command: ConfigCommand::Check } => return configuration::check(file),
        Command::Package { command } => return Ok(package::run(&command, file)),
        _ => {}
    }
    let mut config = read(file)?;
    telemetry::start_log(&config);
    let runtime = runtime()?;
    let fine = Ok(ExitCode::SUCCESS);
    runtime.block_on(async move {
        match cli.command {
            Command::Serve(args) => {
                if let Some(port) = args.port {
                    config.addr.set_port(port);
                }
                let options =
                    ServeOptions { demo: args.demo, demo_packages: args.demo_packages, no_worker: args.no_worker };
                serve::serve(config, options).await?;
                fine
            }
            Command::Worker => serve::work(config).await.and(fine),
            Command::Simulate(args) => {
                let stop = serve::stop_at_signal()?;
                simulator::serve(args.addr, &args.state, args.until_stdin_closes, stop).await.and(fine)
            }
            Command::Migrate => {
                std::fs::create_dir_all(&config.data).context("cannot create the data folder")?;
                let storage = serve::open_storage(&config).await?;
                storage.close().await;
                say("The database is up to date.");
                fine
            }
            Command::Audit { command } => audit::audit(&config, &command).await,
            Command::Keys { command } => keys::keys(&config, &command).await,
            Command::DataCentre { command } => data_centre::data_centre(&config, command).await,
            Command::Target { command } => data_centre::target(&config, command).await,
            Command::Config { .. } | Command::Package { .. } => fine,
        }
    })
}

fn read(file: Option<&Path>) -> Result<Config> {
    Ok(sources(file).resolve()?.0)
}

fn sources(file: Option<&Path>) -> Sources {
    Sources::read(file, |name| std::env::var(name).ok())
}

/// Answers whoever called the command. Who has read enough closes the pipe (`| head`), which is no error; anything else that
/// keeps the answer from its reader is, since half an answer looks like a whole one.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            say_error(&format!("portal: the answer cannot be written: {error}"));
            std::process::exit(2);
        }
        _ => {}
    }
}

/// Tells whoever called the command what went wrong. If nobody reads that, there is nobody left to tell.
fn say_error(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn reads_what_make_run_passes_on() {
        let cli = Cli::try_parse_from(["portal", "serve", "--demo", "--port", "8080"]).unwrap();
        let Command::Serve(args) = cli.command else { panic!("not serve") };
        assert!(args.demo && !args.no_worker && args.port == Some(8080));
    }
}
