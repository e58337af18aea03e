//! What a browser that comes for the first time transfers, by part, compressed with brotli.

use crate::{
    catalogue::{blocking, serve, site_folder},
    load,
    report::Report,
};
use anyhow::Result;
use std::{collections::BTreeMap, fs, path::Path};

/// Entries: a full page of the catalogue.
const ENTRIES: usize = 100;

/// Runs it.
pub async fn run(report: &mut Report) -> Result<()> {
    report.part("First load of the catalogue page, brotli");
    let served = serve(ENTRIES).await?;
    let (request, address) = (load::get("/verfahren", "Accept-Encoding: br\r\n"), served.address);
    let html = blocking(move || load::once(address, &request)).await?.len();
    report.note("HTML of the catalogue page", kilobytes(html), "");
    let Ok(manifest) = fs::read(site_folder().join("manifest.json")) else {
        report.note("styles, scripts, WASM, fonts", "not built", "`make site` builds them");
        return Ok(());
    };
    let manifest: BTreeMap<String, String> = serde_json::from_slice(&manifest)?;
    let assets = site_folder().join("assets");
    let mut sums: BTreeMap<&str, usize> = BTreeMap::new();
    let mut fonts = Vec::new();
    for (name, hashed) in &manifest {
        let size = transferred(&assets, hashed)?;
        let part = match name.rsplit('.').next() {
            Some("css") => "CSS",
            Some("js") => "JavaScript",
            Some("wasm") => "WASM",
            Some("woff2") => {
                fonts.push((name, size));
                "fonts"
            }
            // The icon is loaded after the page.
            _ => continue,
        };
        *sums.entry(part).or_default() += size;
    }
    for (part, size) in &sums {
        report.note(*part, kilobytes(*size), "");
    }
    let of = |part: &str| sums.get(part).copied().unwrap_or(0) as f64 / 1000.0;
    report.at_most("WASM and JavaScript", of("WASM") + of("JavaScript"), 70.0, "kB");
    for (name, size) in fonts {
        report.at_most(name.as_str(), size as f64 / 1000.0, 18.0, "kB");
    }
    let all = (html + sums.values().sum::<usize>()) as f64 / 1000.0;
    report.at_most("everything", all, 140.0, "kB");
    Ok(())
}

fn transferred(assets: &Path, file: &str) -> Result<usize> {
    let size = |name: String| fs::metadata(assets.join(name)).map(|m| m.len() as usize);
    Ok(size(format!("{file}.br")).or_else(|_| size(file.to_owned()))?)
}

fn kilobytes(bytes: usize) -> String {
    format!("{:.1} kB", bytes as f64 / 1000.0)
}
