//! The smallest package with every part, for tests that read thousands.

use portal_core::package::Files;
use serde_json::{Value, json};

const DIGEST: &str = "sha256:7a8eb4d9160272d973154ea02a3e78decfc1ce7eb7287bb13674636d8f83bd51";

pub(crate) fn verfahren() -> Value {
    let text = json!({"de": "Ein Satz.", "en": "A sentence."});
    json!({
        "format": 1, "id": "muster/klein", "version": "1.2.0", "name": text, "summary": text, "description": text,
        "topic": "Muster", "audience": ["stadt"], "leistungen": [{"leika": "99089017152000", "name": "Muster"}],
        "target_kinds": ["kubernetes"], "provisioning": "deploy", "schutzbedarf": "normal", "needs": [text], "effort": text,
        "cost": {"per_year_cents": 1, "note": text}, "documents": [{"id": "avv", "name": text, "due": "test"}],
        "acceptance": [{"id": "a", "text": text}], "upgrade_from": ">=1.0.0, <1.2.0", "rollback": "restore", "changes": text,
        "migrations": [{"to": "1.1.0", "rename": {"alt": "name"}, "set": {"zahl": 3}, "ask": ["zahl"]}],
        "tests": [{"job": "probe", "name": text}],
    })
}

pub(crate) fn schema() -> Value {
    json!({
        "type": "object", "required": ["name", "geheim"],
        "properties": {
            "name": {"type": "string", "title": "N", "x-title-en": "N", "minLength": 2, "pattern": "^[a-z]+$", "default": "abc"},
            "zahl": {"type": "integer", "title": "Z", "x-title-en": "N", "minimum": 1, "maximum": 9, "x-gemeinde": true},
            "an": {"type": "boolean", "title": "A", "x-title-en": "O", "default": true},
            "wahl": {"type": "string", "title": "W", "x-title-en": "C", "enum": ["a", "b"], "x-if": {"path": "an", "equals": true}},
            "liste": {"type": "array", "title": "L", "x-title-en": "L", "maxItems": 3, "items": {"type": "string", "title": "E", "x-title-en": "E"}},
            "geheim": {"type": "string", "title": "G", "x-title-en": "S", "x-secret": true},
        },
    })
}

fn job(name: &str) -> Value {
    json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": {"$name": name}}, "spec": {
        "backoffLimit": 0, "activeDeadlineSeconds": 60, "template": {"spec": pod("Never")}}})
}

fn pod(restart: &str) -> Value {
    json!({
        "restartPolicy": restart, "automountServiceAccountToken": false,
        "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [{
            "name": "c", "image": format!("a@{DIGEST}"), "readinessProbe": {"exec": {"command": ["x"]}},
            "env": [{"name": "N", "value": {"$value": "name"}}, {"name": "Z", "value": {"$concat": ["z", {"$value": "zahl"}]}}],
            "envFrom": [{"secretRef": {"name": {"$name": "geheim"}}}],
            "resources": {"requests": {"cpu": 1, "memory": 1}, "limits": {"cpu": 1, "memory": 1}},
            "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
        }],
    })
}

pub(crate) fn manifests() -> Value {
    let labels = json!({"app": {"$name": "web"}});
    json!([
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": {"$name": "geheim"}}, "stringData": {"G": {"$secret": "geheim"}}},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": {"$name": "web"}}, "spec": {
            "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod("Always")}}},
        {"$if": "an", "then": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": {"$name": "x"}},
            "data": {"G": {"$json": "gemeinden"}}}},
    ])
}

const PUBLICCODE: &str = r#"publiccodeYmlVersion: "0.7"
name: Klein
url: https://code.example/klein.git
platforms: [web]
developmentStatus: stable
softwareType: standalone/web
description: {de: {shortDescription: Klein, longDescription: Lang, features: [a]}}
legal: {license: EUPL-1.2}
maintenance: {type: none}
localisation: {localisationReady: true, availableLanguages: [de]}
"#;

/// A bill of materials that lacks nothing.
const BOM: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "library", "name": "leftpad",
    "version": "1.0.0", "purl": "pkg:npm/leftpad@1.0.0", "licenses": [{"license": {"id": "MIT"}}]}]}"#;

/// The package with its parts as given.
pub(crate) fn files(verfahren: &Value, schema: &Value, manifests: &Value) -> Files {
    let mut files = Files::default();
    files.insert("verfahren.yaml", verfahren.to_string());
    files.insert("config.schema.json", schema.to_string());
    files.insert("publiccode.yml", PUBLICCODE);
    files.insert("CHANGELOG.md", "# 1.2.0\n");
    files.insert("sbom.cdx.json", BOM);
    let objects: Vec<String> = manifests.as_array().into_iter().flatten().map(|o| format!("--- {o}\n")).collect();
    files.insert("manifests/a.yaml", objects.concat());
    for (path, name) in [("tests/a.yaml", "probe"), ("jobs/backup.yaml", "backup"), ("jobs/restore.yaml", "restore")] {
        files.insert(path, job(name).to_string());
    }
    files
}

pub(crate) fn good() -> Files {
    files(&verfahren(), &schema(), &manifests())
}
