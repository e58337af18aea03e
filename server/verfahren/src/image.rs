//! Container images, made by the program itself: an OCI archive with one layer that holds one file. No registry and no
//! container tool is needed, and the same program always gives the same bytes, so also the same digest.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::io::{self, Write};

/// What an image is called and runs.
#[derive(Debug, Clone, Copy)]
pub struct Recipe<'a> {
    /// Name of the image; packages add the digest.
    pub name: &'a str,
    /// Name of the program in it.
    pub file: &'a str,
    /// Its arguments, unless others are given.
    pub arguments: &'a [&'a str],
}

/// The demonstration Verfahren.
pub const VERFAHREN: Recipe<'_> =
    Recipe { name: "demo.invalid/ozg/verfahren", file: "verfahren", arguments: &["serve"] };

/// User and group of the process.
const USER: u64 = 10001;
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// Why there is no image.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// The program needs a loader and libraries, which an image of one file does not have.
    #[error("the program is not statically linked; build it with .ci/image.sh")]
    Dynamic,
    /// No program for 64-bit machines.
    #[error("not a program for x86-64 or ARM64")]
    Foreign,
    /// Writing failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Writes the archive of a program; gives the digest that packages refer to, `sha256:…`.
///
/// # Errors
/// If the program would not run in an image of its own, or writing fails.
pub fn write(program: &[u8], recipe: &Recipe<'_>, out: impl Write) -> Result<String, ImageError> {
    let architecture = architecture(program)?;
    let layer = layer(program, recipe.file)?;
    // Not compressed: what a compressor makes of it may change with its version.
    let config = json!({
        "architecture": architecture, "os": "linux", "created": "1970-01-01T00:00:00Z",
        "config": {
            "User": format!("{USER}:{USER}"), "Entrypoint": [format!("/{}", recipe.file)], "Cmd": recipe.arguments, "WorkingDir": "/",
            "ExposedPorts": {"8080/tcp": {}}, "Env": ["DATEN=/daten"],
            "Labels": {"org.opencontainers.image.title": recipe.name, "org.opencontainers.image.licenses": "EUPL-1.2"},
        },
        "rootfs": {"type": "layers", "diff_ids": [digest(&layer)]},
        "history": [{"created": "1970-01-01T00:00:00Z", "created_by": "verfahren image"}],
    });
    let config = config.to_string().into_bytes();
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST,
        "config": descriptor(CONFIG, &config), "layers": [descriptor(LAYER, &layer)],
    });
    let manifest = manifest.to_string().into_bytes();
    let reference = digest(&manifest);
    let mut entry = descriptor(MANIFEST, &manifest);
    entry["annotations"] = json!({"io.containerd.image.name": format!("{}:demo", recipe.name), "org.opencontainers.image.ref.name": "demo"});
    let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]}).to_string().into_bytes();

    let mut archive = tar::Builder::new(out);
    let mut blobs = [config, layer, manifest].map(|bytes| (digest(&bytes).replace("sha256:", "blobs/sha256/"), bytes));
    blobs.sort();
    folder(&mut archive, "blobs/", 0, 0o755)?;
    folder(&mut archive, "blobs/sha256/", 0, 0o755)?;
    for (path, bytes) in &blobs {
        file(&mut archive, path, bytes, 0o644)?;
    }
    file(&mut archive, "index.json", &index, 0o644)?;
    file(&mut archive, "oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#, 0o644)?;
    archive.into_inner()?.flush()?;
    Ok(reference)
}

fn layer(program: &[u8], name: &str) -> io::Result<Vec<u8>> {
    let mut layer = tar::Builder::new(Vec::new());
    folder(&mut layer, "daten/", USER, 0o750)?;
    file(&mut layer, name, program, 0o755)?;
    layer.into_inner()
}

fn folder(archive: &mut tar::Builder<impl Write>, path: &str, owner: u64, mode: u32) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_entry_type(tar::EntryType::Directory);
    header.set_uid(owner);
    header.set_gid(owner);
    header.set_mode(mode);
    header.set_size(0);
    header.set_mtime(0);
    archive.append_data(&mut header, path, io::empty())
}

fn file(archive: &mut tar::Builder<impl Write>, path: &str, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(bytes.len() as u64);
    header.set_mtime(0);
    archive.append_data(&mut header, path, bytes)
}

fn descriptor(media_type: &str, bytes: &[u8]) -> Value {
    json!({"mediaType": media_type, "digest": digest(bytes), "size": bytes.len()})
}

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

/// The machine that a program is for, from its ELF header; refuses programs that ask for a loader (`PT_INTERP`).
fn architecture(program: &[u8]) -> Result<&'static str, ImageError> {
    let number = |at: usize, length: usize| -> Option<usize> {
        let bytes = program.get(at..at.checked_add(length)?)?;
        bytes.iter().rev().try_fold(0_usize, |number, byte| number.checked_mul(256)?.checked_add(usize::from(*byte)))
    };
    // 64 bit, little endian.
    if program.get(..6) != Some(b"\x7fELF\x02\x01") {
        return Err(ImageError::Foreign);
    }
    let machine = match number(18, 2) {
        Some(62) => "amd64",
        Some(183) => "arm64",
        _ => return Err(ImageError::Foreign),
    };
    let (Some(begin), Some(size), Some(count)) = (number(32, 8), number(54, 2), number(56, 2)) else {
        return Err(ImageError::Foreign);
    };
    for n in 0..count {
        match n.checked_mul(size).and_then(|offset| offset.checked_add(begin)).and_then(|at| number(at, 4)) {
            Some(3) => return Err(ImageError::Dynamic),
            Some(_) => {}
            None => return Err(ImageError::Foreign),
        }
    }
    Ok(machine)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::io::Read as _;

    /// The smallest header that looks like a program with one entry of that type.
    fn program(entry: u8) -> Vec<u8> {
        let mut bytes = vec![0; 128];
        bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
        (bytes[18], bytes[32], bytes[54], bytes[56], bytes[64]) = (62, 64, 56, 1, entry);
        bytes
    }

    fn entries(archive: &[u8]) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        for entry in tar::Archive::new(archive).entries().expect("a tar") {
            let mut entry = entry.expect("an entry");
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("content");
            assert_eq!(entry.header().mtime().expect("time"), 0);
            found.insert(entry.path().expect("path").display().to_string(), bytes);
        }
        found
    }

    #[test]
    fn the_same_program_gives_the_same_bytes() {
        let (mut one, mut two, mut other) = (Vec::new(), Vec::new(), Vec::new());
        let first = write(&program(1), &VERFAHREN, &mut one).expect("an image");
        assert_eq!(write(&program(1), &VERFAHREN, &mut two).expect("an image"), first);
        assert_eq!(one, two);
        let mut changed = program(1);
        changed[127] = 1;
        assert_ne!(write(&changed, &VERFAHREN, &mut other).expect("an image"), first);
    }

    /// Every descriptor leads to a blob of that size and digest, from the index down to the program.
    #[test]
    fn everything_is_where_the_digests_say() {
        let mut archive = Vec::new();
        let reference = write(&program(1), &VERFAHREN, &mut archive).expect("an image");
        let found = entries(&archive);
        let blob = |descriptor: &Value| {
            let digest = descriptor["digest"].as_str().expect("digest");
            let bytes = &found[&digest.replace("sha256:", "blobs/sha256/")];
            assert_eq!(
                (super::digest(bytes).as_str(), bytes.len() as u64),
                (digest, descriptor["size"].as_u64().expect("size"))
            );
            bytes.clone()
        };
        let read = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).expect("JSON");
        let index = read(&found["index.json"]);
        assert_eq!(index["manifests"][0]["digest"], reference.as_str());
        let manifest = read(&blob(&index["manifests"][0]));
        let config = read(&blob(&manifest["config"]));
        let layer = blob(&manifest["layers"][0]);
        assert_eq!(config["rootfs"]["diff_ids"][0], super::digest(&layer).as_str());
        assert_eq!(config["config"]["User"], "10001:10001");
        assert_eq!(entries(&layer)["verfahren"], program(1));
    }

    #[test]
    fn what_would_not_run_is_refused() {
        assert!(matches!(write(&program(3), &VERFAHREN, io::sink()), Err(ImageError::Dynamic)));
        for foreign in [&b"#!/bin/sh"[..], b"", &program(1)[..60]] {
            assert!(
                matches!(write(foreign, &VERFAHREN, io::sink()), Err(ImageError::Foreign)),
                "{} bytes",
                foreign.len()
            );
        }
        let mut far = program(1);
        far[39] = 0xff;
        assert!(matches!(write(&far, &VERFAHREN, io::sink()), Err(ImageError::Foreign)));
    }
}
