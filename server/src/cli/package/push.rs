//! `portal package push`: checks a package here, sends it, and says what the portal made of it.

use super::{
    Trouble,
    client::{Client, Said},
    examine, load,
    report::{Format, Report},
    trial,
};
use crate::routes::api::packages::SIGNATURE;
use anyhow::{Context, anyhow};
use axum::{
    body::{Body, Bytes},
    http::{Method, StatusCode, header},
};
use base64::Engine as _;
use clap::Args;
use futures::stream;
use portal_app::i18n;
use portal_model::{Lang, PortalError, form::FieldError};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tokio::io::AsyncReadExt;
use zeroize::Zeroizing;

/// The variable that holds the access key.
const KEY_VARIABLE: &str = "PORTAL_TOKEN";
/// Bytes that are sent at once.
const CHUNK: usize = 64 * 1024;
/// Longest file with a signature.
const MAX_SIGNATURE: u64 = 4096;

#[derive(Debug, Args)]
pub struct PushArgs {
    /// .tgz, as `portal package build` makes it
    file: PathBuf,
    /// Address of the portal, such as https://portal.example
    #[arg(long)]
    url: String,
    /// File that holds the access key, instead of the variable PORTAL_TOKEN; never on the command line, where others of
    /// this machine could read it
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// File with the detached signature over the index of the package, in base64 or as bytes
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
    /// Hand the package to the curators at once; with --trial only if the trial passes
    #[arg(long)]
    submit: bool,
    /// Try the package in a target that admits trials, and wait for the result
    #[arg(long)]
    trial: bool,
    /// Where to try it, if several targets admit trials: name of the namespace, or its id
    #[arg(long, value_name = "TARGET", requires = "trial")]
    trial_target: Option<String>,
    /// Minutes to wait for the result of the trial, after which the exit code is 3
    #[arg(long, value_name = "MINUTES", default_value_t = 30, requires = "trial", value_parser = clap::value_parser!(u64).range(1..=1440))]
    trial_minutes: u64,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Whether the portal took it.
pub fn push(args: &PushArgs, config: Option<&Path>) -> Result<bool, Trouble> {
    if args.file.is_dir() {
        return Err(anyhow!("{} is a folder; `portal package build` makes the package", args.file.display()).into());
    }
    let key = key(args.token_file.as_deref(), std::env::var(KEY_VARIABLE).ok())?;
    let client = Client::new(&args.url, &key)?;
    let signature = args.signature.as_deref().map(signature).transpose()?;
    let (package, findings) = examine(load(&args.file)?, config)?;
    let mut report = Report::checked(package.as_ref(), findings);
    if package.is_none() {
        report.print(args.format);
        return Ok(false);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start")?;
    report.fine = runtime.block_on(send(&client, args, signature, &mut report))?;
    report.print(args.format);
    Ok(report.fine)
}

async fn send(
    client: &Client,
    args: &PushArgs,
    signature: Option<String>,
    report: &mut Report,
) -> Result<bool, Trouble> {
    // Asked first, so that a key that opens nothing is told before a large file is on its way.
    let allowed = client.get("/api/v1/packages?stand=all").await?;
    if !allowed.status.is_success() {
        return Ok(refused(report, &allowed));
    }
    let (body, length) = pieces(&args.file).await?;
    let mut headers = vec![
        (header::CONTENT_TYPE.as_str(), "application/gzip".to_owned()),
        (header::CONTENT_LENGTH.as_str(), length.to_string()),
    ];
    headers.extend(signature.map(|text| (SIGNATURE, text)));
    let sent = client.send(Method::POST, "/api/v1/packages?lang=en", &headers, body).await?;
    if sent.status != StatusCode::CREATED {
        return Ok(refused(report, &sent));
    }
    let text = |name: &str| sent.body[name].as_str().unwrap_or_default().to_owned();
    let reference = text("reference");
    report.findings = sent.body["findings"].as_array().cloned().unwrap_or_default();
    report.submission = Some((reference.clone(), text("state")));
    if args.trial {
        let wanted = trial::Wanted {
            package: &reference,
            lock: &sent.body["lock"],
            target: args.trial_target.as_deref(),
            minutes: args.trial_minutes,
            told: args.format == Format::Text,
        };
        match trial::run(client, &wanted).await? {
            Ok(tried) => {
                let passed = tried.passed();
                report.trial = Some(tried);
                if !passed {
                    return Ok(false);
                }
            }
            Err(said) => return Ok(refused(report, &said)),
        }
    }
    if !args.submit {
        return Ok(true);
    }
    let lock = json!({ "lock": sent.body["lock"] });
    let submitted = client.post(&format!("/api/v1/packages/{reference}/submit"), &lock).await?;
    if !submitted.status.is_success() {
        return Ok(refused(report, &submitted));
    }
    report.submission = Some((reference, "submitted".to_owned()));
    Ok(true)
}

/// Puts into the report why the portal said no.
fn refused(report: &mut Report, said: &Said) -> bool {
    let Some(findings) = said.body["findings"].as_array() else {
        report.reason = Some(reason(&said.body));
        return false;
    };
    report.findings.clone_from(findings);
    let reasons = said.body["reasons"].as_array().map(Vec::as_slice).unwrap_or_default();
    report.reason = (!reasons.is_empty()).then(|| reasons.iter().map(reason).collect::<Vec<_>>().join(" "));
    false
}

/// The error in words.
fn reason(body: &Value) -> String {
    match serde_json::from_value::<PortalError>(body.clone()) {
        // What a page would say of a page says little here.
        Ok(PortalError::NotFound) => "this vendor's packages, or this Verfahren, are not within the key".to_owned(),
        Ok(PortalError::WrongState) => "the curators have this version, or it is decided".to_owned(),
        Ok(PortalError::Rule { rule }) if rule == "no_trial_target" => {
            "no data centre admits trials of this kind of package".to_owned()
        }
        Ok(PortalError::Invalid { fields }) => {
            fields.iter().map(|f: &FieldError| i18n::error::field(Lang::En, f)).collect::<Vec<_>>().join(" ")
        }
        Ok(error) => i18n::error::portal(Lang::En, &error).advice.to_owned(),
        Err(_) => "the portal gave no reason that this program knows".to_owned(),
    }
}

/// The key from a file or from the environment.
fn key(file: Option<&Path>, variable: Option<String>) -> Result<Zeroizing<String>, anyhow::Error> {
    let text = match (file, variable) {
        (Some(file), _) => std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?,
        (None, Some(text)) => text,
        (None, None) => String::new(),
    };
    let text = Zeroizing::new(text);
    let key = Zeroizing::new(text.trim().to_owned());
    if key.is_empty() {
        return Err(anyhow!("no access key: put it into {KEY_VARIABLE} or name a file with --token-file"));
    }
    Ok(key)
}

/// A signature as the portal takes it. Tools write it as base64 or as bytes.
fn signature(file: &Path) -> Result<String, anyhow::Error> {
    let cannot = || format!("cannot read {}", file.display());
    if std::fs::metadata(file).with_context(cannot)?.len() > MAX_SIGNATURE {
        return Err(anyhow!("{} is too long for a signature", file.display()));
    }
    let bytes = std::fs::read(file).with_context(cannot)?;
    let base64 = base64::engine::general_purpose::STANDARD;
    let text = std::str::from_utf8(&bytes).map(|t| t.split_whitespace().collect::<String>()).unwrap_or_default();
    if !text.is_empty() && base64.decode(&text).is_ok() { Ok(text) } else { Ok(base64.encode(bytes)) }
}

/// The file as a body, piece by piece, and its length.
async fn pieces(path: &Path) -> Result<(Body, u64), anyhow::Error> {
    let cannot = || format!("cannot read {}", path.display());
    let file = tokio::fs::File::open(path).await.with_context(cannot)?;
    let length = file.metadata().await.with_context(cannot)?.len();
    let chunks = stream::try_unfold(file, |mut file| async move {
        let mut chunk = vec![0; CHUNK];
        let n = file.read(&mut chunk).await?;
        chunk.truncate(n);
        Ok::<_, std::io::Error>((n > 0).then(|| (Bytes::from(chunk), file)))
    });
    Ok((Body::from_stream(chunks), length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_from_a_file_before_the_environment() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        std::fs::write(&file, "ozgp_a\n").unwrap();
        assert_eq!(key(Some(&file), Some("ozgp_b".into())).unwrap().as_str(), "ozgp_a");
        assert_eq!(key(None, Some(" ozgp_b ".into())).unwrap().as_str(), "ozgp_b");
        assert!(key(None, Some(" ".into())).is_err() && key(None, None).is_err());
    }

    #[test]
    fn a_signature_is_sent_as_base64_however_it_is_stored() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sig");
        std::fs::write(&file, "AQID\nBAUG\n").unwrap();
        assert_eq!(signature(&file).unwrap(), "AQIDBAUG");
        std::fs::write(&file, [1, 2, 255]).unwrap();
        assert_eq!(signature(&file).unwrap(), "AQL/");
    }
}
