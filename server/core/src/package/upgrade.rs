//! A new release beside the one before: what stored values would lose.

use super::{Package, SCHEMA, VERFAHREN};
use crate::config::{ConfigSchema, Kind, Migration, Part, difference, join, renamed, set};
use portal_model::finding::{Finding, Rule};
use portal_model::schema_change::{ChangeKind, SchemaChange};
use serde_json::{Value, json};

/// What the new release asks of installations of the old one without saying how: for the check before publishing.
pub fn compare(old: &Package, new: &Package) -> Vec<Finding> {
    let migrations = new.migrations_from(&old.version);
    let mut findings = Vec::new();
    let at = |rule: Rule, change: &SchemaChange| {
        let key = format!("properties.{}", change.path.replace('.', ".properties."));
        Finding::new(rule, SCHEMA, key).with("name", &change.path).with("version", &old.version)
    };
    let answered = |path: &str| {
        let named = |name: &String| is_at_or_above(name, path);
        let given = |m: &Migration| m.set.keys().any(named) || m.ask.iter().any(named) || m.rename.values().any(named);
        migrations.iter().any(given)
    };
    for change in difference(&old.schema, &new.schema) {
        match change.kind {
            ChangeKind::AddedRequired | ChangeKind::Required => {
                let default = new.schema.node(&change.path).is_some_and(|node| {
                    // An object has what its fields have; those are looked at below.
                    node.default.is_some() || node.secret || matches!(node.kind, Kind::Object(_))
                });
                if !default && !answered(&change.path) {
                    findings.push(at(Rule::RequiredAdded, &change));
                }
                for path in required_below(&new.schema, &change.path) {
                    if change.kind == ChangeKind::AddedRequired && !answered(&path) {
                        let inner = SchemaChange { path, ..change.clone() };
                        findings.push(at(Rule::RequiredAdded, &inner));
                    }
                }
            }
            ChangeKind::Removed if renamed(&change.path, &migrations) != change.path => {}
            ChangeKind::Removed => findings.push(at(Rule::ValueLost, &change)),
            _ if change.restricts() && !answered(&change.path) => findings.push(at(Rule::ValueUnfit, &change)),
            _ => {}
        }
    }
    findings.sort();
    findings.dedup();
    findings
}

/// What the new release says of following the one before it.
pub fn follows(before: &Package, new: &Package) -> Vec<Finding> {
    let at = |rule, key: &str| Finding::new(rule, VERFAHREN, key).with("version", &before.version);
    let mut findings = Vec::new();
    if !new.updates(&before.version) {
        findings.push(at(Rule::UpgradeFromLeavesOut, "upgrade_from"));
    }
    let texts = |package: &Package| [&package.facts.changes.de, &package.facts.changes.en].map(|t| t.trim().to_owned());
    let copied = texts(before).into_iter().zip(texts(new)).any(|(old, new)| !new.is_empty() && old == new);
    if copied {
        findings.push(at(Rule::ChangesCopied, "changes"));
    }
    findings
}

fn is_at_or_above(name: &str, path: &str) -> bool {
    path.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Required fields without a default in an object that is new.
fn required_below(schema: &ConfigSchema, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(Kind::Object(properties)) = schema.node(path).map(|node| &node.kind) {
        for property in properties.iter().filter(|p| p.required && !p.node.secret && p.node.default.is_none()) {
            let inner = join(path, &property.name);
            match property.node.kind {
                Kind::Object(_) => found.extend(required_below(schema, &inner)),
                _ => found.push(inner),
            }
        }
    }
    found
}

/// Whether migrations fit the schema of their own release: the newest names fields that exist and values that fit.
/// Earlier ones may name fields that later ones rename.
pub(super) fn check_migrations(migrations: &[Migration], schema: &ConfigSchema, findings: &mut Vec<Finding>) {
    for (i, migration) in migrations.iter().enumerate() {
        let later = migrations.get(i + 1..).unwrap_or_default();
        let key = |part: &str| format!("migrations[{i}].{part}");
        let mut named: Vec<&String> = Vec::new();
        let targets = migration.rename.values().map(|path| ("rename", path));
        let set_paths = migration.set.keys().map(|path| ("set", path));
        for (part, path) in targets.chain(set_paths).chain(migration.ask.iter().map(|path| ("ask", path))) {
            if schema.node(&renamed(path, later)).is_none() {
                findings.push(Finding::new(Rule::MigrationPath, VERFAHREN, key(part)).with("name", path));
            }
            // Renaming and asking go together; two values for one field do not.
            if part != "ask" {
                if named.contains(&path) {
                    findings.push(Finding::new(Rule::MigrationTwice, VERFAHREN, key(part)).with("name", path));
                }
                named.push(path);
            }
        }
        for (path, value) in &migration.set {
            let now = renamed(path, later);
            let Some(node) = schema.node(&now) else { continue };
            if node.secret || !fits(schema, &now, value) {
                findings.push(Finding::new(Rule::MigrationValue, VERFAHREN, key("set")).with("name", path));
            }
        }
    }
}

/// Whether a value alone is one that its field allows.
fn fits(schema: &ConfigSchema, path: &str, value: &Value) -> bool {
    let mut document = json!({});
    set(&mut document, path, value.clone());
    schema.validate(&document, Part::All).iter().all(|error| !is_at_or_above(path, &error.path))
}
