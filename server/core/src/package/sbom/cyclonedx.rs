//! CycloneDX JSON. What is read did not change from 1.2 to 1.7: `components` (nested), `group`, `name`, `version`, `purl`,
//! `hashes`, `licenses` (`license.id`, `license.name` or `expression`; 1.7 permits expressions beside licences).

use super::{Raw, Reader, limits, list, text};
use portal_model::finding::Rule;
use serde_json::Value;

/// Editions whose schemas were compared.
const VERSIONS: &[&str] = &["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"];

pub fn read(document: &Value, reader: &mut Reader) {
    let version = text(document, "specVersion");
    if !VERSIONS.contains(&version) {
        reader.objection(Rule::SbomVersion, "specVersion", version);
    }
    // `metadata.component` is the Verfahren itself; what it is made of may stand in it.
    if let Some(subject) = document.get("metadata").and_then(|m| m.get("component")) {
        components(subject, "metadata.component.", 1, reader);
    }
    components(document, "", 1, reader);
}

fn components(parent: &Value, path: &str, level: usize, reader: &mut Reader) {
    let items = list(parent, "components");
    if level > limits::NESTING && !items.is_empty() {
        return reader.objection(Rule::SbomLimit, path.trim_end_matches('.'), &format!("≤ {} levels", limits::NESTING));
    }
    for (i, item) in items.iter().enumerate() {
        let key = format!("{path}components[{i}]");
        if !reader.has_room(&key) {
            return;
        }
        if item.is_object() {
            reader.add(&raw(item), &key);
            components(item, &format!("{key}."), level + 1, reader);
        } else {
            reader.objection(Rule::SbomComponent, &key, "");
        }
    }
}

fn raw(item: &Value) -> Raw<'_> {
    let hash = list(item, "hashes").iter().find(|hash| text(hash, "alg") == "SHA-256");
    let licences = list(item, "licenses").iter().map(|choice| match choice.get("license") {
        Some(licence) if !text(licence, "id").is_empty() => text(licence, "id"),
        Some(licence) => text(licence, "name"),
        None => text(choice, "expression"),
    });
    Raw {
        group: text(item, "group"),
        name: text(item, "name"),
        version: text(item, "version"),
        purl: text(item, "purl"),
        licences: licences.collect(),
        kind: text(item, "type"),
        sha256: hash.map_or("", |hash| text(hash, "content")),
    }
}
