//! `portal package`: what a vendor does before and while publishing.
//!
//! Exit codes, for pipelines: 0 fine; 1 refused, with findings or a reason; 2 wrong use; 3 the portal cannot be reached or
//! failed, so that trying again makes sense.

mod client;
mod push;
mod report;
mod trial;

use super::{read as read_config, runtime, say_error};
use crate::web::failure::chain;
use anyhow::{Context, Error, anyhow};
use clap::{Args, Subcommand};
use portal_core::package::{Files, Loaded, Package, has_errors, lint, lint_with};
use portal_model::finding::Finding;
use portal_targets::helm::Helm;
use report::{Format, Report};
use std::{
    fs::File,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// What stands below the help of each command.
const EXIT_CODES: &str = "Exit codes: 0 fine; 1 refused, with findings or a reason; 2 wrong use; 3 the portal cannot be \
    reached or failed, so that trying again makes sense";

#[derive(Debug, Subcommand)]
pub enum PackageCommand {
    /// Check a package as the portal does
    #[command(after_help = EXIT_CODES)]
    Lint(LintArgs),
    /// Check a folder and write the package, without --output into the current folder
    #[command(after_help = EXIT_CODES)]
    Build(BuildArgs),
    /// Check a package and upload it
    #[command(after_help = EXIT_CODES)]
    Push(push::PushArgs),
}

#[derive(Debug, Args)]
pub struct LintArgs {
    /// Folder or .tgz
    package: PathBuf,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Args)]
pub struct BuildArgs {
    /// Folder
    folder: PathBuf,
    /// File to write, instead of NAME-VERSION.tgz in this folder
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// Also write the index of the package: the text that its vendor signs
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Why a command did not do what it was asked for.
#[derive(Debug)]
enum Trouble {
    /// The command was called wrongly, or a file cannot be used.
    Use(Error),
    /// The portal cannot be reached or failed.
    Server(Error),
}

/// Every other error is about a file that was named.
impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Trouble::Use(error)
    }
}

impl Trouble {
    fn exit_code(&self) -> u8 {
        match self {
            Trouble::Use(_) => 2,
            Trouble::Server(_) => 3,
        }
    }
}

pub fn run(command: &PackageCommand, config: Option<&Path>) -> ExitCode {
    let done = match command {
        PackageCommand::Lint(args) => lint_package(args, config),
        PackageCommand::Build(args) => build(args, config),
        PackageCommand::Push(args) => push::push(args, config),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(trouble) => {
            let (Trouble::Use(error) | Trouble::Server(error)) = &trouble;
            say_error(&format!("portal: {}", chain(error.as_ref())));
            ExitCode::from(trouble.exit_code())
        }
    }
}

fn load(path: &Path) -> Result<Loaded, Error> {
    if path.is_dir() {
        return Ok(Package::from_dir(path));
    }
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Package::from_tgz(file))
}

/// All findings, and the package if it may be published. Only a chart needs helm, and so the settings.
fn examine(loaded: Loaded, config: Option<&Path>) -> Result<(Option<Package>, Vec<Finding>), Error> {
    let Loaded { package, mut findings, .. } = loaded;
    match &package {
        Some(package) if package.chart.is_some() => {
            let config = read_config(config)?;
            findings.extend(runtime()?.block_on(async {
                let helm = Helm::start(config.helm.as_deref(), config.charts).await;
                lint_with(package, &helm).await
            }));
        }
        package => findings.extend(package.iter().flat_map(lint)),
    }
    findings.sort();
    findings.dedup();
    Ok((package.filter(|_| !has_errors(&findings)), findings))
}

fn lint_package(args: &LintArgs, config: Option<&Path>) -> Result<bool, Trouble> {
    let (package, findings) = examine(load(&args.package)?, config)?;
    Report::checked(package.as_ref(), findings).print(args.format);
    Ok(package.is_some())
}

fn build(args: &BuildArgs, config: Option<&Path>) -> Result<bool, Trouble> {
    if !args.folder.is_dir() {
        return Err(anyhow!("{} is no folder", args.folder.display()).into());
    }
    let (package, findings) = examine(Package::from_dir(&args.folder), config)?;
    let mut report = Report::checked(package.as_ref(), findings);
    if let Some(package) = &package {
        let (files, _) = Files::from_dir(&args.folder);
        let name = package.id.rsplit('/').next().unwrap_or("package").to_owned();
        let output = args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{name}-{}.tgz", package.version)));
        let cannot = || format!("cannot write {}", output.display());
        let file = std::io::BufWriter::new(File::create(&output).with_context(cannot)?);
        let written = files.to_tgz(file).and_then(|file| file.into_inner()?.sync_all());
        written.with_context(cannot)?;
        if let Some(index) = &args.index {
            std::fs::write(index, files.index()).with_context(|| format!("cannot write {}", index.display()))?;
        }
        report.file = Some(output.display().to_string());
    }
    report.print(args.format);
    Ok(package.is_some())
}
