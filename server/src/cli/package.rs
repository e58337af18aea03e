//! `portal package`: what a vendor does before publishing.

use super::{read, runtime, say, say_error};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use portal_core::package::{Files, Loaded, Package, has_errors, lint, lint_with};
use portal_model::{
    Lang,
    finding::{Finding, Told, advice, anchor, text},
};
use portal_targets::helm::Helm;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

#[derive(Debug, Subcommand)]
pub enum PackageCommand {
    /// Check a package; exit code 1 if it would not be published
    Lint(LintArgs),
    /// Check a folder and write the package beside it
    Build(BuildArgs),
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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub fn run(command: &PackageCommand, config: Option<&Path>) -> Result<ExitCode> {
    match command {
        PackageCommand::Lint(args) => lint_package(args, config),
        PackageCommand::Build(args) => build(args, config),
    }
}

fn load(path: &Path) -> Result<Loaded> {
    if path.is_dir() {
        return Ok(Package::from_dir(path));
    }
    let file = std::fs::File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Package::from_tgz(file))
}

/// All findings, and the package if it can be read.
fn examine(loaded: Loaded, config: Option<&Path>) -> Result<(Option<Package>, Vec<Finding>)> {
    let Loaded { package, mut findings } = loaded;
    match &package {
        // Only a chart needs helm, and so the settings.
        Some(package) if package.chart.is_some() => {
            let config = read(config)?;
            findings.extend(runtime()?.block_on(async {
                let helm = Helm::start(config.helm.as_deref(), config.charts).await;
                lint_with(package, &helm).await
            }));
        }
        package => findings.extend(package.iter().flat_map(lint)),
    }
    Ok((package, findings))
}

fn lint_package(args: &LintArgs, config: Option<&Path>) -> Result<ExitCode> {
    let (package, findings) = examine(load(&args.package)?, config)?;
    let fine = package.is_some() && !has_errors(&findings);
    match args.format {
        Format::Text => {
            findings.iter().for_each(|f| say(&line(f)));
            if let Some(package) = package.filter(|_| fine) {
                say(&format!("{} {} can be published; digest {}", package.id, package.version, package.digest));
            }
        }
        Format::Json => {
            let digest = package.map(|p| p.digest);
            let told: Vec<Told<'_>> = findings.iter().map(|f| Told::new(Lang::En, f)).collect();
            let all = serde_json::json!({ "fine": fine, "digest": digest, "findings": told });
            say(&serde_json::to_string_pretty(&all)?);
        }
    }
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn line(f: &Finding) -> String {
    let severity = if f.is_error() { "error" } else { "note" };
    let place = if f.key.is_empty() { f.file.clone() } else { format!("{}: {}", f.file, f.key) };
    let (text, advice) = (text(Lang::En, f), advice(Lang::En, f));
    format!("{severity} {} {place}: {text}\n  {advice} ({})", f.rule, anchor(f))
}

fn build(args: &BuildArgs, config: Option<&Path>) -> Result<ExitCode> {
    if !args.folder.is_dir() {
        bail!("{} is no folder", args.folder.display());
    }
    let (package, findings) = examine(Package::from_dir(&args.folder), config)?;
    findings.iter().for_each(|f| say_error(&line(f)));
    let Some(package) = package.filter(|_| !has_errors(&findings)) else { return Ok(ExitCode::FAILURE) };
    let (files, _) = Files::from_dir(&args.folder);
    let name = package.id.rsplit('/').next().unwrap_or("package").to_owned();
    let output = args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{name}-{}.tgz", package.version)));
    let cannot = || format!("cannot write {}", output.display());
    let file = std::io::BufWriter::new(std::fs::File::create(&output).with_context(cannot)?);
    files.to_tgz(file).and_then(|file| Ok(file.into_inner()?.sync_all()?)).with_context(cannot)?;
    say(&format!("{}\ndigest {}", output.display(), package.digest));
    Ok(ExitCode::SUCCESS)
}
