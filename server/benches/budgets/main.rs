//! The budgets of the portal, each measured next to what it is compared with, in one report.
//!
//! `cargo bench -p portal --bench budgets` runs everything; names behind `--` choose parts: first-load, catalogue, search,
//! provisioning, durable, recovery, process, lists, packages.

mod catalogue;
mod durable;
mod first_load;
mod lists;
mod load;
mod packages;
mod process;
mod provisioning;
mod recovery;
mod report;
mod search;

use anyhow::Result;
use futures::FutureExt;
use report::Report;
use std::panic::AssertUnwindSafe;

/// As in the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PARTS: [&str; 9] =
    ["first-load", "catalogue", "search", "provisioning", "durable", "recovery", "process", "lists", "packages"];

#[tokio::main]
async fn main() -> Result<()> {
    let (flags, names): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|a| a.starts_with("--"));
    // `cargo test --all-targets` starts benchmarks too, without this flag.
    if names.is_empty() && !flags.iter().any(|f| f == "--bench") {
        return Ok(());
    }
    if let Some(unknown) = names.iter().find(|n| !PARTS.contains(&n.as_str())) {
        anyhow::bail!("no part {unknown}; there are {}", PARTS.join(", "));
    }
    let mut report = Report::default();
    for part in PARTS {
        if !names.is_empty() && !names.iter().any(|n| n == part) {
            continue;
        }
        report::progress(part);
        // One part that fails does not take the figures of the others with it.
        match AssertUnwindSafe(measure(part, &mut report)).catch_unwind().await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => report.failed(part, &format!("{error:#}")),
            Err(_) => report.failed(part, "it panicked, see above"),
        }
        report.print_new();
    }
    report.print_summary();
    Ok(())
}

async fn measure(part: &str, report: &mut Report) -> Result<()> {
    match part {
        "first-load" => first_load::run(report).await,
        "catalogue" => catalogue::run(report).await,
        "search" => {
            search::run(report);
            Ok(())
        }
        "provisioning" => provisioning::run(report).await,
        "durable" => durable::run(report).await,
        "recovery" => recovery::run(report).await,
        "process" => process::run(report),
        "lists" => lists::run(report).await,
        _ => packages::run(report).await,
    }
}
