//! Publishes the demonstration packages with the same code that vendors use, on the days that `catalogue.yaml` names.

use anyhow::{Context, Result, bail};
use portal_core::{
    Portal,
    package::Files,
    use_cases::{PublishError, ReleaseEnd},
};
use portal_model::{Bilingual, Lang, finding};
use serde::Deserialize;
use std::{io::Cursor, path::Path};

#[derive(Deserialize)]
struct Catalogue {
    releases: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    verfahren: String,
    version: String,
    days_ago: i64,
    /// Not before the opening state has come about, so that it can be updated to this.
    #[serde(default)]
    after_opening: bool,
    #[serde(default)]
    withdrawn_days_ago: Option<i64>,
    #[serde(default)]
    reason: Bilingual,
}

/// Publishes what `catalogue.yaml` beside the folder names: what there is before the opening state, or what comes after it.
/// The vendors must be there.
///
/// # Errors
/// If a package has findings or is not taken.
pub async fn publish(portal: &Portal, folder: &Path, after_opening: bool) -> Result<()> {
    let list = folder.join("../catalogue.yaml");
    let text = tokio::fs::read_to_string(&list).await.with_context(|| list.display().to_string())?;
    let catalogue: Catalogue = serde_saphyr::from_str(&text).with_context(|| list.display().to_string())?;
    for row in catalogue.releases.into_iter().filter(|row| row.after_opening == after_opening) {
        let path = folder.join(&row.verfahren).join(&row.version);
        let (files, findings) = Files::from_dir(&path);
        if let Some(f) = findings.iter().find(|f| f.is_error()) {
            bail!("{}: {}", path.display(), finding::text(Lang::En, f));
        }
        let tgz = files.to_tgz(Vec::new()).with_context(|| path.display().to_string())?;
        let mut ctx = portal.system();
        let today = ctx.now;
        ctx.now = today.plus_days(-row.days_ago);
        let loaded = portal_core::package::Package::from_tgz(tgz.as_slice()).into_package();
        let vendor = match &loaded {
            Ok(package) => package.id.split('/').next().unwrap_or_default().to_owned(),
            Err(f) => bail!("{}: {}", path.display(), texts(f)),
        };
        match portal.release_publish(&ctx, &vendor, &row.verfahren, Box::new(Cursor::new(tgz))).await {
            Ok(_) => {}
            Err(PublishError::Findings(f) | PublishError::Several { findings: f, .. }) => {
                bail!("{}: {}", path.display(), texts(&f))
            }
            Err(e) => return Err(e).with_context(|| path.display().to_string()),
        }
        if let Some(days) = row.withdrawn_days_ago {
            ctx.now = today.plus_days(-days);
            let end =
                ReleaseEnd { state: "withdrawn".to_owned(), note: row.reason.de.clone(), replacement: String::new() };
            portal.release_end(&ctx, &row.verfahren, &row.version, &end).await?;
        }
    }
    Ok(())
}

fn texts(findings: &[finding::Finding]) -> String {
    let line = |f: &finding::Finding| format!("{} {}: {}", f.file, f.key, finding::text(Lang::En, f));
    findings.iter().map(line).collect::<Vec<_>>().join("; ")
}
