//! A table of breaks: each must give its finding at its place.

use crate::*;
use portal_model::Lang;
use portal_model::finding::{Rule, advice, text};

/// One change to a good package, and the finding it must give.
struct Mutation {
    file: &'static str,
    from: &'static str,
    to: &'static str,
    rule: Rule,
    at: (&'static str, &'static str),
}

const fn m(
    file: &'static str,
    from: &'static str,
    to: &'static str,
    rule: Rule,
    at: (&'static str, &'static str),
) -> Mutation {
    Mutation { file, from, to, rule, at }
}

const V: &str = "verfahren.yaml";
const C: &str = "config.schema.json";
const WEB: &str = "manifests/30-formular.yaml";
const DB: &str = "manifests/20-datenbank.yaml";
const BACKUP: &str = "manifests/21-sicherung.yaml";
const ACCESS: &str = "manifests/40-zugang.yaml";
const SECRET: &str = "manifests/11-geheim.yaml";
const MAP: &str = "manifests/10-werte.yaml";
const B: &str = "sbom.cdx.json";
const TEST: &str = "tests/werte.yaml";

const MUTATIONS: &[Mutation] = &[
    m(V, "format: 1", "format: 2", Rule::ValueForbidden, (V, "format")),
    m(V, "rollback:", "rueckweg:", Rule::KeyMissing, (V, "rollback")),
    m(V, "rollback:", "rueckweg:", Rule::KeyUnknown, (V, "rueckweg")),
    m(V, "version: 1.0.0", "version: 1.0.x", Rule::VersionInvalid, (V, "version")),
    m(V, "id: demo-foerde/fundsachen", "id: Demo", Rule::FormWrong, (V, "id")),
    m(V, "leika: \"99089017152000\"", "leika: 99089017152000", Rule::TypeWrong, (V, "leistungen[0].leika")),
    m(V, "  - kubernetes", "  - mainframe", Rule::ValueForbidden, (V, "target_kinds[0]")),
    m(V, "- id: verlust", "- id: erfassung", Rule::IdTwice, (V, "acceptance[1]")),
    m(V, "job: werte", "job: wertx", Rule::TestJobMissing, (V, "tests[0].job")),
    m(V, "rollback: restore", "rollback: [", Rule::YamlUnreadable, (V, "")),
    m(
        V,
        "rollback: restore",
        "rollback: restore\nmigrations: [{ to: 1.0.0, rename: { alt: neu } }]",
        Rule::MigrationPath,
        (V, "migrations[0].rename"),
    ),
    m(
        V,
        "rollback: restore",
        "rollback: restore\nmigrations: [{ to: 1.0.0, set: { aufbewahrung_monate: 99 } }]",
        Rule::MigrationValue,
        (V, "migrations[0].set"),
    ),
    m(
        V,
        "rollback: restore",
        "rollback: restore\nmigrations: [{ to: 1.0.0, set: { abholort: x }, rename: { alt: abholort } }]",
        Rule::MigrationTwice,
        (V, "migrations[0].set"),
    ),
    m(
        V,
        "rollback: restore",
        "rollback: restore\nmigrations: [{ to: 2.0.0 }]",
        Rule::MigrationVersion,
        (V, "migrations[0].to"),
    ),
    m(V, "rollback: restore", "rollback: restore\nupgrade_from: neueste", Rule::RangeInvalid, (V, "upgrade_from")),
    m(C, "\"minimum\": 6", "\"multipleOf\": 6", Rule::SchemaKeyword, (C, "properties.aufbewahrung_monate.multipleOf")),
    m(C, "\"type\": \"integer\"", "\"type\": \"null\"", Rule::SchemaType, (C, "properties.aufbewahrung_monate.type")),
    m(C, "\"default\": 6", "\"default\": 99", Rule::SchemaDefault, (C, "properties.aufbewahrung_monate.default")),
    m(C, "\"bagatellgrenze\": {", "\"Bagatelle\": {", Rule::SchemaName, (C, "properties.Bagatelle")),
    m(
        C,
        "\"path\": \"versteigerung\"",
        "\"path\": \"nix\"",
        Rule::SchemaCondition,
        (C, "properties.versteigerung_url.x-if"),
    ),
    m(
        C,
        "\"x-group\": \"technik\"",
        "\"x-group\": \"fehlt\"",
        Rule::SchemaGroup,
        (C, "properties.datenbank_passwort.x-group"),
    ),
    m(C, "\"maximum\": 36", "\"maximum\": \"36\"", Rule::SchemaValue, (C, "properties.aufbewahrung_monate.maximum")),
    m(C, "^[0-9+ ()/-]{5,30}$", "(((", Rule::SchemaPattern, (C, "properties.kontakt_telefon.pattern")),
    m(
        C,
        "\"x-secret\": true",
        "\"x-secret\": true, \"x-gemeinde\": true",
        Rule::SchemaCombination,
        (C, "properties.datenbank_passwort.x-gemeinde"),
    ),
    m(C, "{", "[", Rule::JsonUnreadable, (C, "")),
    m(MAP, "$value: behoerde", "$value: amt", Rule::PlaceholderPath, (MAP, "data.BEHOERDE")),
    m(MAP, "$value: behoerde", "$wert: behoerde", Rule::PlaceholderUnknown, (MAP, "data.BEHOERDE")),
    m(MAP, "{ $value: behoerde }", "{ $secret: datenbank_passwort }", Rule::PlaceholderSecret, (MAP, "data.BEHOERDE")),
    m(MAP, "{ $value: behoerde }", "{ $value: datenbank_passwort }", Rule::PlaceholderSecret, (MAP, "data.BEHOERDE")),
    m(MAP, "{ $concat: [{ $value: gebuehr }] }", "{ $value: gebuehr }", Rule::TextOnly, (MAP, "data.GEBUEHR")),
    m(SECRET, "type: Opaque", "type: kubernetes.io/service-account-token", Rule::SecretType, (SECRET, "type")),
    m(WEB, "kind: Deployment", "kind: DaemonSet", Rule::Kind, (WEB, "kind")),
    m(WEB, "apps/v1", "extensions/v1beta1", Rule::ApiVersion, (WEB, "apiVersion")),
    m(
        WEB,
        "  name: { $name: web }\nspec:\n  replicas",
        "  name: web\nspec:\n  replicas",
        Rule::Name,
        (WEB, "metadata.name"),
    ),
    m(
        V,
        "rollback: restore",
        "checks: [{id: seite, name: {de: Da, en: There}, kind: page, service: fehlt}]\nrollback: restore",
        Rule::CheckService,
        (V, "checks[0].service"),
    ),
    m(
        V,
        "rollback: restore",
        "checks: [{id: werte, name: {de: Da, en: There}, kind: workloads}]\nrollback: restore",
        Rule::IdTwice,
        (V, "checks[2]"),
    ),
    m(
        V,
        "rollback: restore",
        "checks: [{id: seite, name: {de: Da, en: There}, kind: page, service: web, path: /../a}]\nrollback: restore",
        Rule::FormWrong,
        (V, "checks[0].path"),
    ),
    m(WEB, "replicas: 1", "replicas: 1000", Rule::Replicas, (WEB, "spec.replicas")),
    m(WEB, "@sha256:", ":1.0.0#", Rule::Image, (WEB, "containers[0].image")),
    m(
        WEB,
        "limits: { cpu: 500m, memory: 192Mi }",
        "limits: { cpu: 500m }",
        Rule::Resources,
        (WEB, "containers[0].resources.limits"),
    ),
    m(
        WEB,
        "requests: { cpu: 50m, memory: 96Mi }",
        "requests: { cpu: 0, memory: 96Mi }",
        Rule::Resources,
        (WEB, "resources.requests"),
    ),
    m(
        WEB,
        "limits: { cpu: 500m, memory: 192Mi }",
        "limits: { cpu: 900, memory: 192Mi }",
        Rule::ResourcesOver,
        (WEB, "containers[0].resources.limits"),
    ),
    m(
        WEB,
        "limits: { cpu: 500m, memory: 192Mi }",
        "limits: { cpu: 900, memory: 192Mi }",
        Rule::ResourcesTogether,
        ("", ""),
    ),
    m(DB, "requests: { storage: 5Gi }", "requests: { storage: 2Ti }", Rule::ResourcesOver, (DB, "requests.storage")),
    m(DB, "requests: { storage: 5Gi }", "requests: { storage: viel }", Rule::Storage, (DB, "requests.storage")),
    m(
        WEB,
        "automountServiceAccountToken: false",
        "automountServiceAccountToken: true",
        Rule::Token,
        (WEB, "automountServiceAccountToken"),
    ),
    m(WEB, "readinessProbe:", "livenessProbe:", Rule::Readiness, (WEB, "containers[0].readinessProbe")),
    m("jobs/backup.yaml", "kind: Job", "kind: CronJob", Rule::JobFile, ("jobs/backup.yaml", "")),
    m(
        "jobs/restore.yaml",
        "activeDeadlineSeconds: 3600",
        "activeDeadlineSeconds: 86400",
        Rule::Deadline,
        ("jobs/restore.yaml", "activeDeadlineSeconds"),
    ),
    m(WEB, "runAsNonRoot: true", "runAsNonRoot: false", Rule::NonRoot, (WEB, "runAsNonRoot")),
    m(WEB, "runAsUser: 10001", "runAsUser: 0", Rule::NonRoot, (WEB, "runAsUser")),
    m(WEB, "type: RuntimeDefault", "type: Unconfined", Rule::Seccomp, (WEB, "seccompProfile")),
    m(
        WEB,
        "allowPrivilegeEscalation: false",
        "allowPrivilegeEscalation: true",
        Rule::Escalation,
        (WEB, "allowPrivilegeEscalation"),
    ),
    m(
        WEB,
        "capabilities: { drop: [ALL] }",
        "capabilities: { drop: [ALL], add: [SYS_ADMIN] }",
        Rule::Capabilities,
        (WEB, "capabilities"),
    ),
    m(WEB, "capabilities: { drop: [ALL] }", "privileged: true", Rule::Privileged, (WEB, "privileged")),
    m(WEB, "      containers:", "      hostNetwork: true\n      containers:", Rule::HostAccess, (WEB, "hostNetwork")),
    m(
        WEB,
        "      containers:",
        "      nodeName: kontrollknoten\n      containers:",
        Rule::Scheduling,
        (WEB, "nodeName"),
    ),
    m(
        WEB,
        "      containers:",
        "      volumes: [{ name: x, hostPath: { path: / } }]\n      containers:",
        Rule::Volume,
        (WEB, "volumes[0]"),
    ),
    m(
        WEB,
        "      containers:",
        "      volumes: [{ name: x, secret: { secretName: fremd } }]\n      containers:",
        Rule::Reference,
        (WEB, "volumes[0].secret.secretName"),
    ),
    m(
        WEB,
        "      containers:",
        "      serviceAccountName: admin\n      containers:",
        Rule::Reference,
        (WEB, "serviceAccountName"),
    ),
    m(
        WEB,
        "secretKeyRef: { name: { $name: geheim }, key",
        "secretKeyRef: { name: fremdes-geheimnis, key",
        Rule::Reference,
        (WEB, "env[4].valueFrom.secretKeyRef.name"),
    ),
    m(
        WEB,
        "containerPort: 8080 }",
        "containerPort: 8080, hostPort: 80 }",
        Rule::HostAccess,
        (WEB, "ports[0].hostPort"),
    ),
    m(
        WEB,
        "httpGet: { path: /bereit, port: http }",
        "httpGet: { path: /, port: http, host: 169.254.169.254 }",
        Rule::HostAccess,
        (WEB, "readinessProbe"),
    ),
    m(
        WEB,
        "  selector: { app: { $name: web } }",
        "  type: NodePort\n  selector: { app: { $name: web } }",
        Rule::ServiceType,
        (WEB, "spec.type"),
    ),
    m(WEB, "  selector: { app: { $name: web } }", "  selector: { app: web }", Rule::Selector, (WEB, "spec.selector")),
    m(
        WEB,
        "matchLabels: { app: { $name: web } }",
        "matchLabels: { app: { $name: anders } }",
        Rule::Selector,
        (WEB, "spec.selector"),
    ),
    m(WEB, "metadata:\n", "metadata:\n  finalizers: [x/y]\n", Rule::Metadata, (WEB, "metadata.finalizers")),
    m(
        ACCESS,
        "metadata:\n",
        "metadata:\n  annotations: { nginx.ingress.kubernetes.io/server-snippet: x }\n",
        Rule::Annotation,
        (ACCESS, "server-snippet"),
    ),
    m(
        ACCESS,
        "- host: { $target: host }",
        "- host: anderes-amt.example",
        Rule::IngressHost,
        (ACCESS, "spec.rules[0].host"),
    ),
    m(
        ACCESS,
        "name: { $name: web }\n                port",
        "name: fremd\n                port",
        Rule::Reference,
        (ACCESS, "backend.service.name"),
    ),
    m(ACCESS, "kind: Ingress", "kind: ClusterRole", Rule::Kind, (ACCESS, "kind")),
    m(DB, "requests: { storage: 5Gi }", "requests: {}", Rule::Storage, (DB, "resources.requests.storage")),
    m(DB, "serviceName: { $name: db }", "serviceName: fremd", Rule::Reference, (DB, "spec.serviceName")),
    m(DB, "name: { $name: db }", "name: { $name: DB }", Rule::PlaceholderForm, (DB, "metadata.name")),
    m(BACKUP, "claimName: { $name: sicherung }", "claimName: fremde-daten", Rule::Reference, (BACKUP, "claimName")),
    m(BACKUP, "restartPolicy: Never", "restartPolicy: Always", Rule::Restart, (BACKUP, "restartPolicy")),
    m(BACKUP, "kind: PersistentVolumeClaim", "kind: PersistentVolume", Rule::Kind, (BACKUP, "kind")),
    m(TEST, "backoffLimit: 0", "backoffLimit: 6", Rule::Restart, (TEST, "backoffLimit")),
    m(
        TEST,
        "activeDeadlineSeconds: 120",
        "activeDeadlineSeconds: 86400",
        Rule::Deadline,
        (TEST, "activeDeadlineSeconds"),
    ),
    m(TEST, "kind: Job", "kind: CronJob", Rule::TestKind, (TEST, "kind")),
    m("publiccode.yml", "platforms:", "plattformen:", Rule::PubliccodeKeyMissing, ("publiccode.yml", "platforms")),
    m(
        "publiccode.yml",
        "license: EUPL-1.2",
        "lizenz: EUPL-1.2",
        Rule::LicenceMissing,
        ("publiccode.yml", "legal.license"),
    ),
    m("publiccode.yml", "softwareType:", "softwareTyp:", Rule::PubliccodeKeyUnknown, ("publiccode.yml", "softwareTyp")),
    m(
        "publiccode.yml",
        "type: internal",
        "type: commercial",
        Rule::PubliccodeValue,
        ("publiccode.yml", "maintenance.type"),
    ),
    m("publiccode.yml", "'0.7'", "0.7", Rule::PubliccodeType, ("publiccode.yml", "publiccodeYmlVersion")),
    m(
        "publiccode.yml",
        "leika-id: \"99089017152000\"",
        "leika-id: \"99089017152001\"",
        Rule::PubliccodeLeistung,
        ("publiccode.yml", "de.leika"),
    ),
    m(
        "publiccode.yml",
        "legal:",
        "monochromeLogo: x.svg\nlegal:",
        Rule::PubliccodeKeyDeprecated,
        ("publiccode.yml", "monochromeLogo"),
    ),
    m("CHANGELOG.md", "1.0.0", "0.9.0", Rule::ChangelogVersion, ("CHANGELOG.md", "")),
    m(B, "CycloneDX", "SPDX", Rule::SbomFormat, (B, "bomFormat")),
    m(B, "{", "[", Rule::SbomFormat, (B, "")),
    m(B, "\"components\"", "\"bestandteile\"", Rule::SbomEmpty, (B, "components")),
    m(B, "\"type\": \"container\"", "\"type\": \"library\"", Rule::SbomPurlMissing, (B, "components")),
    m(B, "\"type\": \"container\"", "\"type\": \"library\"", Rule::SbomLicenceMissing, (B, "components")),
    m(
        B,
        "\"type\": \"container\"",
        "\"purl\": \"npm/a\", \"type\": \"container\"",
        Rule::SbomPurl,
        (B, "components[0]"),
    ),
];

#[test]
fn every_break_is_found_with_file_and_place() {
    for mutation in MUTATIONS {
        let mut broken = files("fundsachen", "1.0.0");
        let before = String::from_utf8(broken.get(mutation.file).unwrap().to_vec()).unwrap();
        let after = before.replacen(mutation.from, mutation.to, 1);
        let what = format!("{}: {} -> {}", mutation.file, mutation.from, mutation.to);
        assert_ne!(before, after, "{what} changes nothing");
        broken.insert(mutation.file, after);
        let findings = all_findings(broken);
        let (file, key) = mutation.at;
        let found = findings.iter().find(|f| f.is(mutation.rule) && f.file == file && f.key.contains(key));
        let found = found.unwrap_or_else(|| panic!("{what}: expected {:?} at {key}, got {findings:#?}", mutation.rule));
        for lang in [Lang::De, Lang::En] {
            let sentence = text(lang, found);
            assert!(!sentence.contains('{') || sentence.contains("$"), "{sentence}");
            assert!(!advice(lang, found).contains("{name}"), "{}", advice(lang, found));
        }
    }
}

#[test]
fn missing_files_are_found() {
    let cases = [
        (V, Rule::FileMissing),
        (C, Rule::FileMissing),
        ("publiccode.yml", Rule::FileMissing),
        ("jobs/backup.yaml", Rule::JobMissing),
        ("jobs/restore.yaml", Rule::JobMissing),
        ("CHANGELOG.md", Rule::ChangelogMissing),
        ("sbom.cdx.json", Rule::SbomMissing),
    ];
    for (file, rule) in cases {
        let mut broken = files("fundsachen", "1.0.0");
        assert!(broken.remove(file));
        let findings = all_findings(broken);
        assert!(findings.iter().any(|f| f.is(rule) && f.file == file), "{file}: {findings:?}");
    }
    for (folder, rule) in [("manifests/", Rule::ManifestsMissing), ("tests/", Rule::TestMissing)] {
        let mut broken = files("fundsachen", "1.0.0");
        let paths: Vec<String> = broken.below(folder).map(|(path, _)| path.to_owned()).collect();
        for path in paths {
            broken.remove(&path);
        }
        assert!(all_findings(broken).iter().any(|f| f.is(rule)), "{folder}");
    }
}

#[test]
fn what_is_wrong_in_different_parts_is_told_at_once() {
    let (mut verfahren, mut manifests) = (minimal::verfahren(), minimal::manifests());
    verfahren["tests"][0]["job"] = "fehlt".into();
    manifests[1]["spec"]["template"]["spec"]["containers"][0]["securityContext"]["privileged"] = true.into();
    let mut files = minimal::files(&verfahren, &minimal::schema(), &manifests);
    files.insert("fremd.bin", "x");
    let loaded = Loaded::from_files((files, vec![]));
    assert!(loaded.package.is_none());
    let has = |rule: Rule| loaded.findings.iter().any(|f| f.is(rule));
    assert!(has(Rule::TestJobMissing), "{:?}", loaded.findings);
    let found_by_admission = loaded.findings.iter().any(|f| f.rule.starts_with("r9-") && f.file == "manifests/a.yaml");
    assert!(found_by_admission, "{:?}", loaded.findings);
    // A key that verfahren.yaml does not know changes nothing about the objects either.
    let mut verfahren = minimal::verfahren();
    verfahren["unbekannt"] = 1.into();
    let files = minimal::files(&verfahren, &minimal::schema(), &manifests);
    let loaded = Loaded::from_files((files, vec![]));
    assert!(loaded.package.is_none() && loaded.named.is_some());
    let has = |rule: Rule, file: &str| loaded.findings.iter().any(|f| f.is(rule) && f.file == file);
    assert!(has(Rule::KeyUnknown, V) && has(Rule::Privileged, "manifests/a.yaml"), "{:?}", loaded.findings);
    // Nor do two ids of the same name.
    let mut verfahren = minimal::verfahren();
    verfahren["tests"] = json!([verfahren["tests"][0], verfahren["tests"][0]]);
    let files = minimal::files(&verfahren, &minimal::schema(), &manifests);
    let loaded = Loaded::from_files((files, vec![]));
    let has = |rule: Rule, file: &str| loaded.findings.iter().any(|f| f.is(rule) && f.file == file);
    assert!(has(Rule::IdTwice, V) && has(Rule::Privileged, "manifests/a.yaml"), "{:?}", loaded.findings);
    let verfahren = minimal::verfahren();
    // A schema that cannot be read would only give findings about what is missing because of that.
    let mut files = minimal::files(&verfahren, &json!({"type": "array"}), &manifests);
    files.insert("fremd.bin", "x");
    assert!(Loaded::from_files((files, vec![])).findings.iter().all(|f| !f.rule.starts_with("r9-")));
}
