//! `verfahren.yaml`: checked by its own schema (`verfahren.schema.json`, which vendors can use in their editors too), then
//! read into types.

use super::{CheckDecl, EndpointDecl, Rollback, TestDecl, VERFAHREN, key_path};
use crate::config::Migration;
use jsonschema::error::{TypeKind, ValidationErrorKind as E};
use portal_model::data_centre::TargetKind;
use portal_model::finding::{Finding, Rule};
use portal_model::organisation::MunicipalityKind;
use portal_model::verfahren::{ChecklistItem, DocumentNeed, Leistung, ProtectionNeed, Provisioning, ReleaseFacts};
use portal_model::{Bilingual, Land};
use semver::{Version, VersionReq};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const SCHEMA: &str = include_str!("../../../packages/verfahren.schema.json");

/// The schema is ours, so it compiles; `None` would let every file through to the types, which refuse it too.
static VALIDATOR: LazyLock<Option<jsonschema::Validator>> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(SCHEMA).ok()?;
    jsonschema::draft202012::new(&schema).ok()
});

/// What `verfahren.yaml` says; names of the fields are the keys of the file.
#[derive(Debug, Clone, Deserialize)]
struct Raw {
    id: String,
    version: String,
    name: Bilingual,
    summary: Bilingual,
    description: Bilingual,
    topic: String,
    #[serde(default)]
    audience: Vec<MunicipalityKind>,
    #[serde(default)]
    laender: Vec<Land>,
    leistungen: Vec<Leistung>,
    target_kinds: Vec<TargetKind>,
    provisioning: Provisioning,
    schutzbedarf: ProtectionNeed,
    #[serde(default)]
    needs: Vec<Bilingual>,
    cost: Option<Cost>,
    effort: Bilingual,
    #[serde(default)]
    documents: Vec<DocumentNeed>,
    acceptance: Vec<ChecklistItem>,
    #[serde(default)]
    endpoints: Vec<EndpointDecl>,
    upgrade_from: Option<String>,
    #[serde(default)]
    migrations: Vec<RawMigration>,
    rollback: Rollback,
    #[serde(default)]
    api_access: bool,
    #[serde(default)]
    security_fix: bool,
    changes: Bilingual,
    tests: Vec<TestDecl>,
    #[serde(default)]
    checks: Vec<CheckDecl>,
}

/// A migration whose version was not read yet.
#[derive(Debug, Clone, Deserialize)]
struct RawMigration {
    to: String,
    #[serde(default)]
    rename: BTreeMap<String, String>,
    #[serde(default)]
    set: BTreeMap<String, Value>,
    #[serde(default)]
    ask: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Cost {
    per_year_cents: Option<i64>,
    note: Bilingual,
}

/// `verfahren.yaml`, read.
#[derive(Debug, Clone)]
pub struct Manifest {
    pub id: String,
    pub version: Version,
    pub facts: ReleaseFacts,
    pub upgrade_from: Option<VersionReq>,
    pub migrations: Vec<Migration>,
    pub rollback: Rollback,
    pub api_access: bool,
    pub endpoints: Vec<EndpointDecl>,
    pub tests: Vec<TestDecl>,
    pub checks: Vec<CheckDecl>,
}

/// Reads it; `None` if a finding prevents that. Other errors do not, so that the rest of the package is checked too. Licence, source and origin come from `publiccode.yml` later.
pub fn read(document: &Value, findings: &mut Vec<Finding>) -> Option<Manifest> {
    let before = findings.len();
    check_schema(document, findings);
    check_texts(document, "", findings);
    // A key that nobody reads is an error, and changes nothing about what the others say: so the objects can be looked at
    // all the same.
    let unread = Rule::KeyUnknown.id();
    if findings[before..].iter().any(|f| f.is_error() && f.rule != unread) {
        return None;
    }
    let raw: Raw = match serde_json::from_value(document.clone()) {
        Ok(raw) => raw,
        Err(_) => {
            findings.push(Finding::new(Rule::TypeWrong, VERFAHREN, "").with("expected", "verfahren.yaml"));
            return None;
        }
    };
    let version = match Version::parse(&raw.version) {
        Ok(version) => version,
        Err(_) => {
            findings.push(Finding::new(Rule::VersionInvalid, VERFAHREN, "version").with("value", &raw.version));
            return None;
        }
    };
    let upgrade_from = match raw.upgrade_from.as_deref().map(VersionReq::parse).transpose() {
        Ok(range) => range,
        Err(_) => {
            let value = raw.upgrade_from.unwrap_or_default();
            findings.push(Finding::new(Rule::RangeInvalid, VERFAHREN, "upgrade_from").with("value", value));
            return None;
        }
    };
    if upgrade_from.as_ref().is_some_and(|range| range.matches(&version)) {
        findings.push(Finding::new(Rule::UpgradeFromSelf, VERFAHREN, "upgrade_from"));
    }
    let migrations = migrations(raw.migrations, &version, findings);
    check_ids("documents", raw.documents.iter().map(|d| d.id.as_str()), findings);
    check_ids("acceptance", raw.acceptance.iter().map(|c| c.id.as_str()), findings);
    check_ids("tests", raw.tests.iter().map(|t| t.job.as_str()), findings);
    // Their results stand in one list.
    let names = raw.tests.iter().map(|t| t.job.as_str()).chain(raw.checks.iter().map(|c| c.id.as_str()));
    if !raw.checks.is_empty() {
        check_ids("checks", names, findings);
    }
    for (i, leistung) in raw.leistungen.iter().enumerate().filter(|(_, l)| !l.leika.as_str().starts_with("99")) {
        let key = format!("leistungen[{i}].leika");
        findings.push(Finding::new(Rule::LeistungNotNational, VERFAHREN, key).with("value", &leistung.leika));
    }
    let (cost_per_year_cents, cost_note) =
        raw.cost.map_or((None, Bilingual::default()), |c| (c.per_year_cents, c.note));
    let facts = ReleaseFacts {
        name: raw.name,
        summary: raw.summary,
        description: raw.description,
        topic: raw.topic,
        audience: raw.audience,
        laender: raw.laender,
        leistungen: raw.leistungen,
        target_kinds: raw.target_kinds,
        provisioning: raw.provisioning,
        protection: raw.schutzbedarf,
        needs: raw.needs,
        cost_per_year_cents,
        cost_note,
        effort: raw.effort,
        documents: raw.documents,
        checklist: raw.acceptance,
        licence: String::new(),
        source: String::new(),
        based_on: Vec::new(),
        changes: raw.changes,
        security_fix: raw.security_fix,
        tests: raw.tests.iter().cloned().chain(raw.checks.iter().map(CheckDecl::as_test)).collect(),
        // Known once the schema is read.
        secrets: Vec::new(),
    };
    Some(Manifest {
        id: raw.id,
        version,
        facts,
        upgrade_from,
        migrations,
        rollback: raw.rollback,
        api_access: raw.api_access,
        endpoints: raw.endpoints,
        tests: raw.tests,
        checks: raw.checks,
    })
}

/// Migrations in the order of their versions.
fn migrations(raw: Vec<RawMigration>, version: &Version, findings: &mut Vec<Finding>) -> Vec<Migration> {
    let mut migrations: Vec<Migration> = Vec::new();
    for (i, RawMigration { to, rename, set, ask }) in raw.into_iter().enumerate() {
        let key = format!("migrations[{i}].to");
        match Version::parse(&to) {
            Ok(to) if to <= *version && migrations.iter().all(|m| m.to != to) => {
                migrations.push(Migration { to, rename, set, ask });
            }
            Ok(_) => findings.push(Finding::new(Rule::MigrationVersion, VERFAHREN, key).with("version", version)),
            Err(_) => findings.push(Finding::new(Rule::VersionInvalid, VERFAHREN, key).with("value", &to)),
        }
    }
    migrations.sort_by(|a, b| a.to.cmp(&b.to));
    migrations
}

fn check_ids<'a>(list: &str, ids: impl Iterator<Item = &'a str>, findings: &mut Vec<Finding>) {
    let mut seen: Vec<&str> = Vec::new();
    for (i, id) in ids.enumerate() {
        if seen.contains(&id) {
            findings.push(Finding::new(Rule::IdTwice, VERFAHREN, format!("{list}[{i}]")).with("name", id));
        }
        seen.push(id);
    }
}

fn check_schema(document: &Value, findings: &mut Vec<Finding>) {
    let Some(validator) = &*VALIDATOR else { return };
    for error in validator.iter_errors(document).take(100) {
        let key = key_path(&error.instance_path().to_string());
        let plain = |rule| Finding::new(rule, VERFAHREN, key.clone());
        match error.kind() {
            E::AdditionalProperties { unexpected } => {
                for name in unexpected {
                    let at = crate::config::join(&key, name);
                    findings.push(Finding::new(Rule::KeyUnknown, VERFAHREN, at).with("name", name));
                }
            }
            E::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                findings.push(
                    Finding::new(Rule::KeyMissing, VERFAHREN, crate::config::join(&key, name)).with("name", name),
                );
            }
            E::Type { kind: TypeKind::Single(expected) } => {
                findings.push(plain(Rule::TypeWrong).with("expected", expected));
            }
            E::Enum { options } => findings.push(plain(Rule::ValueForbidden).with("allowed", list(options))),
            E::Constant { expected_value } => {
                findings.push(plain(Rule::ValueForbidden).with("allowed", list(expected_value)));
            }
            E::Pattern { pattern } => findings.push(plain(Rule::FormWrong).with("pattern", pattern)),
            E::MaxLength { limit } | E::MaxItems { limit } => {
                findings.push(plain(Rule::LimitBroken).with("limit", format!("≤ {limit}")))
            }
            E::MinLength { limit } | E::MinItems { limit } => {
                findings.push(plain(Rule::LimitBroken).with("limit", format!("≥ {limit}")))
            }
            E::Maximum { limit } => findings.push(plain(Rule::LimitBroken).with("limit", format!("≤ {limit}"))),
            E::Minimum { limit } => findings.push(plain(Rule::LimitBroken).with("limit", format!("≥ {limit}"))),
            E::UniqueItems => findings.push(plain(Rule::IdTwice).with("name", key.clone())),
            _ => findings.push(plain(Rule::FormWrong).with("pattern", error.kind().keyword())),
        }
    }
}

fn list(values: &Value) -> String {
    let text = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
    values.as_array().map_or_else(|| text(values), |items| items.iter().map(text).collect::<Vec<_>>().join(", "))
}

/// Texts without English are shown in German: a hint.
fn check_texts(value: &Value, key: &str, findings: &mut Vec<Finding>) {
    match value {
        Value::Object(map) => {
            let english = map.get("en").and_then(Value::as_str).unwrap_or_default();
            if map.contains_key("de") && english.is_empty() {
                findings.push(Finding::new(Rule::EnglishMissing, VERFAHREN, crate::config::join(key, "en")));
            }
            for (name, inner) in map {
                check_texts(inner, &crate::config::join(key, name), findings);
            }
        }
        Value::Array(items) => {
            for (i, inner) in items.iter().enumerate() {
                check_texts(inner, &format!("{key}[{i}]"), findings);
            }
        }
        _ => {}
    }
}
