//! `portal package`: what a vendor does before and while publishing.
//!
//! Exit codes, for pipelines: 0 fine; 1 refused, with findings or a reason; 2 wrong use; 3 the portal cannot be reached or
//! failed, so that trying again makes sense.

mod client;
mod push;
mod report;

use super::say_error;
use crate::web::failure::chain;
use anyhow::{Context, Error, anyhow};
use clap::{Args, Subcommand};
use portal_core::package::{Files, Loaded, Package, has_errors, limits, lint, signature};
use portal_model::finding::Finding;
use report::{Format, Report};
use std::{
    fs::File,
    io::Read,
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
    /// Check a folder and write the package beside it
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

pub fn run(command: &PackageCommand) -> ExitCode {
    let done = match command {
        PackageCommand::Lint(args) => lint_package(args),
        PackageCommand::Build(args) => build(args),
        PackageCommand::Push(args) => push::push(args),
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

/// Bytes of an archive; no more of it than shows that it is too large.
fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let cannot = || format!("cannot read {}", path.display());
    let mut bytes = Vec::new();
    let file = File::open(path).with_context(cannot)?;
    file.take(limits::ARCHIVE + 1).read_to_end(&mut bytes).with_context(cannot)?;
    Ok(bytes)
}

fn load(path: &Path) -> Result<Loaded, Error> {
    if path.is_dir() {
        return Ok(Package::from_dir(path));
    }
    Ok(Package::from_tgz(&read(path)?))
}

/// All findings, and the package if it may be published.
fn examine(loaded: Loaded) -> (Option<Package>, Vec<Finding>) {
    let Loaded { package, mut findings } = loaded;
    findings.extend(package.iter().flat_map(lint));
    findings.sort();
    findings.dedup();
    (package.filter(|_| !has_errors(&findings)), findings)
}

fn lint_package(args: &LintArgs) -> Result<bool, Trouble> {
    let (package, findings) = examine(load(&args.package)?);
    Report::checked(package.as_ref(), findings).print(args.format);
    Ok(package.is_some())
}

fn build(args: &BuildArgs) -> Result<bool, Trouble> {
    if !args.folder.is_dir() {
        return Err(anyhow!("{} is no folder", args.folder.display()).into());
    }
    let (package, findings) = examine(Package::from_dir(&args.folder));
    let mut report = Report::checked(package.as_ref(), findings);
    if let Some(package) = &package {
        let (files, _) = Files::from_dir(&args.folder);
        let name = package.id.rsplit('/').next().unwrap_or("package").to_owned();
        let output = args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{name}-{}.tgz", package.version)));
        let archive = files.to_tgz().context("cannot pack the folder")?;
        std::fs::write(&output, archive).with_context(|| format!("cannot write {}", output.display()))?;
        if let Some(index) = &args.index {
            std::fs::write(index, signature::index_text(&files))
                .with_context(|| format!("cannot write {}", index.display()))?;
        }
        report.file = Some(output.display().to_string());
    }
    report.print(args.format);
    Ok(package.is_some())
}
