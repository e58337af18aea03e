//! `portal package push` against the real router on a port of this machine.

use crate::common::{
    World,
    packages::{VENDOR, archive, broken},
};
use serde_json::Value;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Output,
};
use tokio::{net::TcpListener, process::Command};

struct Vendor {
    world: World,
    url: String,
    folder: tempfile::TempDir,
    key: String,
}

impl Vendor {
    async fn new() -> Self {
        let world = World::new().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let service = world.app.clone().into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        let key = world.key(world.publisher(VENDOR).await, &[]).await;
        Self { world, url, folder: tempfile::tempdir().unwrap(), key }
    }

    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Runs the command; the key stands in the environment.
    async fn push(&self, file: &Path, more: &[&str]) -> Output {
        self.run(file, &self.url, Some(&self.key), more).await
    }

    async fn run(&self, file: &Path, url: &str, key: Option<&str>, more: &[&str]) -> Output {
        let mut command = portal(&["package", "push"]);
        command.arg(file).args(["--url", url]).args(more);
        if let Some(key) = key {
            command.env("PORTAL_TOKEN", key);
        }
        let output = command.output().await.unwrap();
        for text in [&output.stdout, &output.stderr] {
            assert!(!String::from_utf8_lossy(text).contains(&self.key), "the key must not be shown");
        }
        output
    }
}

pub fn portal(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portal"));
    command.args(args).env_remove("PORTAL_TOKEN").env_remove("PORTAL_CONFIG");
    command
}

pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

pub fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn a_pipeline_uploads_and_hands_in() {
    let vendor = Vendor::new().await;
    let file = vendor.file("a.tgz", &archive("demo-foerde/osterfeuer", "1.1.0"));
    let uploaded = vendor.push(&file, &[]).await;
    assert_eq!(code(&uploaded), 0, "{} {}", out(&uploaded), err(&uploaded));
    assert!(out(&uploaded).contains("PA-") && out(&uploaded).contains(" draft"), "{}", out(&uploaded));
    let key = vendor.file("key", format!("{}\n", vendor.key).as_bytes());
    let more = ["--submit", "--format", "json", "--token-file", key.to_str().unwrap()];
    let submitted = vendor.run(&file, &format!("{}/", vendor.url), Some("ozgp_other"), &more).await;
    assert_eq!(code(&submitted), 0, "{} {}", out(&submitted), err(&submitted));
    let report: Value = serde_json::from_slice(&submitted.stdout).unwrap();
    assert_eq!((report["fine"].as_bool(), report["state"].as_str()), (Some(true), Some("submitted")));
    let seen = vendor.world.pipeline(&vendor.key).get("/api/v1/packages").await.json();
    assert_eq!(seen["rows"]["items"][0]["reference"], report["reference"]);
    assert_eq!(seen["rows"]["items"][0]["state"], "submitted");
    // The curators have it now.
    let late = vendor.push(&file, &["--format", "json"]).await;
    assert_eq!(code(&late), 1, "{} {}", out(&late), err(&late));
    let report: Value = serde_json::from_slice(&late.stdout).unwrap();
    assert!(report["reason"].as_str().unwrap().contains("curators"), "{report}");
}

#[tokio::test]
async fn what_is_wrong_with_the_package_is_found_before_it_is_sent() {
    let vendor = Vendor::new().await;
    let file = vendor.file("b.tgz", &broken("demo-foerde/osterfeuer", "1.1.0"));
    // Nothing listens there: findings need no portal.
    let refused = vendor.run(&file, "http://127.0.0.1:1", Some(&vendor.key), &[]).await;
    assert_eq!(code(&refused), 1, "{}", err(&refused));
    assert!(out(&refused).contains("error schluessel-unbekannt verfahren.yaml"), "{}", out(&refused));
    let refused = vendor.run(&file, "http://127.0.0.1:1", Some(&vendor.key), &["--format", "json"]).await;
    let report: Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!((code(&refused), report["fine"].as_bool()), (1, Some(false)));
    let foreign = vendor.file("c.tgz", &archive("demo-kueste/osterfeuer", "1.1.0"));
    let foreign = vendor.push(&foreign, &[]).await;
    assert_eq!(code(&foreign), 1, "{}", err(&foreign));
    assert!(out(&foreign).contains("refused: "), "{}", out(&foreign));
    let published = vendor.file("d.tgz", &archive("demo-foerde/osterfeuer", "1.0.0"));
    let published = vendor.push(&published, &[]).await;
    assert_eq!(code(&published), 1, "{}", err(&published));
    assert!(out(&published).contains("Raise the version number"), "{}", out(&published));
    let unsigned = vendor.file("e.tgz", &archive("demo-foerde/osterfeuer", "1.1.0"));
    let signature = vendor.file("e.sig", b"AAAA");
    let unsigned = vendor.push(&unsigned, &["--signature", signature.to_str().unwrap()]).await;
    assert_eq!(code(&unsigned), 1, "{}", err(&unsigned));
}

#[tokio::test]
async fn a_signature_that_is_required_is_named() {
    let vendor = Vendor::new().await;
    let publisher = vendor.world.signed_in(vendor.world.publisher).await;
    let signer = portal_testing::Signer::new(1);
    let pem = signer.pem();
    let key = [("aktion", "oeffentlich"), ("schluesselname", "Freigabe"), ("pem", pem.as_str())];
    publisher.post("/zugangsschluessel", &key).await;
    publisher.post("/zugangsschluessel", &[("aktion", "signaturpflicht")]).await;
    let tgz = archive("demo-foerde/osterfeuer", "1.1.0");
    let file = vendor.file("a.tgz", &tgz);
    let unsigned = vendor.push(&file, &[]).await;
    assert_eq!(code(&unsigned), 1, "{} {}", out(&unsigned), err(&unsigned));
    assert!(out(&unsigned).contains("refused: This package needs a signature."), "{}", out(&unsigned));
    assert!(out(&unsigned).contains("--signature"), "{}", out(&unsigned));
    let signature = vendor.file("a.sig", signer.sign(&tgz).as_bytes());
    let signature = ["--signature", signature.to_str().unwrap(), "--submit"];
    let signed = vendor.push(&file, &signature).await;
    assert_eq!(code(&signed), 0, "{} {}", out(&signed), err(&signed));
    // Released already, and signed by nobody: both are told, and what is told names no key.
    let published = archive("demo-foerde/osterfeuer", "1.0.0");
    let file = vendor.file("b.tgz", &published);
    let both = vendor.push(&file, &signature[..2]).await;
    assert_eq!(code(&both), 1, "{} {}", out(&both), err(&both));
    for part in ["Raise the version number", "does not fit the key"] {
        assert!(out(&both).contains(part), "{part} is missing in {}", out(&both));
    }
}

/// `portal package lint … | head`: whoever reads has read enough.
#[tokio::test]
async fn a_reader_who_has_read_enough_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let (good, bad) = (folder.path().join("a.tgz"), folder.path().join("b.tgz"));
    std::fs::write(&good, archive("demo-foerde/osterfeuer", "1.1.0")).unwrap();
    std::fs::write(&bad, broken("demo-foerde/osterfeuer", "1.1.0")).unwrap();
    let (good, bad) = (good.to_str().unwrap(), bad.to_str().unwrap());
    let wrong: [&[&str]; 2] = [&["package", "lint", "/nirgends"], &["config", "check"]];
    for (args, expected) in [
        (&["package", "lint", good][..], 0),
        (&["package", "lint", good, "--format", "json"], 0),
        (&["package", "lint", bad], 1),
        (wrong[0], 2),
        (wrong[1], 0),
        (&["--help"], 0),
    ] {
        for closed in ["stdout", "stderr", "both"] {
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            let mut command = portal(args);
            command.current_dir(folder.path()).stdin(std::process::Stdio::null());
            match closed {
                "stdout" => drop(command.stdout(writer)),
                "stderr" => drop(command.stderr(writer)),
                _ => drop(command.stdout(writer.try_clone().unwrap()).stderr(writer)),
            }
            let output = command.output().await.unwrap();
            let said = format!("{} {}", out(&output), err(&output));
            assert_eq!(output.status.code(), Some(expected), "{args:?} {closed}: {said}");
            assert!(!said.contains("panicked"), "{args:?} {closed}: {said}");
        }
    }
}

#[tokio::test]
async fn wrong_use_is_told_apart_from_a_portal_that_is_away() {
    let vendor = Vendor::new().await;
    let file = vendor.file("a.tgz", &archive("demo-foerde/osterfeuer", "1.1.0"));
    let url = vendor.url.as_str();
    let wrong = [
        vendor.run(&file, url, None, &[]).await,
        vendor.run(&file, url, Some("ozgp_wrong"), &[]).await,
        vendor.run(&file, "http://portal.example", Some(&vendor.key), &[]).await,
        vendor.run(&file, "portal", Some(&vendor.key), &[]).await,
        vendor.run(&file, url, Some(&vendor.key), &["--token", "x"]).await,
        vendor.run(&file, url, None, &["--token-file", "/nirgends"]).await,
        vendor.run(&vendor.folder.path().join("missing.tgz"), url, Some(&vendor.key), &[]).await,
        vendor.run(vendor.folder.path(), url, Some(&vendor.key), &[]).await,
        // A page of the portal is no API.
        vendor.run(&file, &format!("{url}/verfahren"), Some(&vendor.key), &[]).await,
    ];
    for output in &wrong {
        assert_eq!(code(output), 2, "{} {}", out(output), err(output));
        assert!(!err(output).is_empty());
    }
    let away = vendor.run(&file, "http://127.0.0.1:1", Some(&vendor.key), &[]).await;
    assert_eq!(code(&away), 3, "{}", err(&away));
    // The portal answers, but its database is gone.
    vendor.world.storage.close().await;
    let failed = vendor.push(&file, &[]).await;
    assert_eq!(code(&failed), 3, "{} {}", out(&failed), err(&failed));
}

#[tokio::test]
async fn lint_and_build_answer_like_push() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/packages/osterfeuer/1.0.0");
    let file = folder.path().join("p.tgz");
    let (mut build, index) =
        (portal(&["package", "build", "--format", "json", "--output"]), folder.path().join("index"));
    let built = build.arg(&file).arg("--index").arg(&index).arg(&demo).output().await.unwrap();
    assert_eq!(code(&built), 0, "{}", err(&built));
    let report: Value = serde_json::from_slice(&built.stdout).unwrap();
    assert_eq!((report["fine"].as_bool(), report["file"].as_str()), (Some(true), file.to_str()));
    assert!(std::fs::read_to_string(&index).unwrap().lines().any(|line| line.ends_with(" verfahren.yaml")));
    let fine = portal(&["package", "lint", "--format", "json"]).arg(&file).output().await.unwrap();
    let linted: Value = serde_json::from_slice(&fine.stdout).unwrap();
    assert_eq!((code(&fine), &linted["digest"]), (0, &report["digest"]));
    std::fs::write(&file, broken("demo-foerde/osterfeuer", "1.1.0")).unwrap();
    assert_eq!(code(&portal(&["package", "lint"]).arg(&file).output().await.unwrap()), 1);
    assert_eq!(code(&portal(&["package", "lint", "/nirgends"]).output().await.unwrap()), 2);
    assert_eq!(code(&portal(&["package", "build"]).arg(&file).output().await.unwrap()), 2);
    let help = portal(&["package", "push", "--help"]).output().await.unwrap();
    assert!(out(&help).contains("Exit codes: 0 fine; 1 refused"), "{}", out(&help));
}
