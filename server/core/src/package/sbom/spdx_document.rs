//! SPDX 2.3 JSON: `packages` (clause 7). Files and snippets are not components. 2.2 differs in nothing that is read here.

use super::{Raw, Reader, list, text};
use portal_model::finding::Rule;
use serde_json::Value;
use std::collections::BTreeSet;

pub fn read(document: &Value, reader: &mut Reader) {
    let version = text(document, "spdxVersion");
    if !["SPDX-2.2", "SPDX-2.3"].contains(&version) {
        reader.objection(Rule::SbomVersion, "spdxVersion", version);
    }
    let subjects = subjects(document);
    for (i, package) in list(document, "packages").iter().enumerate() {
        let key = format!("packages[{i}]");
        if !reader.has_room(&key) {
            return;
        }
        if !subjects.contains(text(package, "SPDXID")) {
            reader.add(&raw(package), &key);
        }
    }
}

/// What the document describes is the Verfahren itself, not a part of it (clause 11, `DESCRIBES`).
fn subjects(document: &Value) -> BTreeSet<&str> {
    let described = list(document, "documentDescribes").iter().filter_map(Value::as_str);
    let related =
        list(document, "relationships").iter().filter_map(|relation| match text(relation, "relationshipType") {
            "DESCRIBES" => Some(text(relation, "relatedSpdxElement")),
            "DESCRIBED_BY" => Some(text(relation, "spdxElementId")),
            _ => None,
        });
    described.chain(related).filter(|id| !id.is_empty()).collect()
}

fn raw(package: &Value) -> Raw<'_> {
    let purl = list(package, "externalRefs").iter().find(|reference| text(reference, "referenceType") == "purl");
    let hash = list(package, "checksums").iter().find(|checksum| text(checksum, "algorithm") == "SHA256");
    let licences = ["licenseConcluded", "licenseDeclared"].map(|key| text(package, key));
    Raw {
        group: "",
        name: text(package, "name"),
        version: text(package, "versionInfo"),
        purl: purl.map_or("", |reference| text(reference, "referenceLocator")),
        // Both words say that nothing is said (clause 7.13).
        licences: licences.into_iter().filter(|text| !["NOASSERTION", "NONE"].contains(text)).collect(),
        kind: kind(text(package, "primaryPackagePurpose")),
        sha256: hash.map_or("", |checksum| text(checksum, "checksumValue")),
    }
}

/// The purpose (clause 7.24) in the words of CycloneDX.
fn kind(purpose: &str) -> &'static str {
    match purpose {
        "APPLICATION" => "application",
        "FRAMEWORK" => "framework",
        "CONTAINER" => "container",
        "OPERATING-SYSTEM" => "operating-system",
        "DEVICE" => "device",
        "FIRMWARE" => "firmware",
        "FILE" => "file",
        "" | "LIBRARY" => "library",
        _ => "",
    }
}
