//! What differs between two releases of a Verfahren, for the curators who release the newer one. Pure; the model is in
//! `portal_model::pages::release_diff`.
//!
//! Objects are filled with sample values, each release's own, and compared at every place. Sample values take one branch of
//! each `$if`, so the templates are compared as well: what a release does only under some values shows there.

mod lines;
mod parameters;
mod permissions;

use super::render::{Object, Rendered, fill_package};
use super::sbom::{self, Component};
use super::{Package, chart_render, lint, sample_secrets, sample_values};
use crate::ports::ChartRenderer;
use lines::{Sides, compare};
use portal_model::data_centre::Stage;
use portal_model::finding::Finding;
use portal_model::pages::release_diff::{
    Change, ComponentChange, ImageChange, Line, ObjectChange, ReleaseDiff, ReleaseName,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Most places of one object.
pub const MAX_LINES: usize = 300;
/// Name under which both releases are rendered.
const INSTANCE: &str = "muster";

/// Compares two releases.
///
/// # Errors
/// Findings, if one of them cannot be filled with sample values; what was published can.
pub async fn diff(old: &Package, new: &Package, charts: &dyn ChartRenderer) -> Result<ReleaseDiff, Vec<Finding>> {
    let sides = Sides { old, new };
    let rendered = Sides { old: filled(old, charts).await?, new: filled(new, charts).await? };
    let sboms = sides.map(|package| package.sbom.as_ref().map(sbom::read).unwrap_or_default());
    Ok(ReleaseDiff {
        old: name(old),
        new: name(new),
        objects: objects(&rendered.as_ref().map(rendered_objects)),
        templates: objects(&sides.map(templates)),
        parameters: parameters::compare(&old.schema, &new.schema),
        permissions: permissions::compare(&rendered),
        images: images(&Sides { old: image_refs(old, &rendered.old), new: image_refs(new, &rendered.new) }),
        components: components(&sboms.as_ref().map(|sbom| by_key(&sbom.components))),
        metadata: metadata(old, new),
    })
}

/// What an update or other values change in the objects of an installation: old and new package, each with its values.
/// Secrets are made up, the same on both sides.
///
/// # Errors
/// Findings, if one of them cannot be filled with its values.
pub async fn diff_of_values(
    [old, new]: [(&Package, &Value); 2],
    charts: &dyn ChartRenderer,
) -> Result<Vec<ObjectChange>, Vec<Finding>> {
    let rendered =
        Sides { old: filled_with(old.0, old.1, charts).await?, new: filled_with(new.0, new.1, charts).await? };
    Ok(objects(&rendered.as_ref().map(rendered_objects)))
}

fn name(package: &Package) -> ReleaseName {
    ReleaseName { version: package.version.to_string(), digest: package.digest.clone() }
}

/// The stage makes no difference but a label.
async fn filled(package: &Package, charts: &dyn ChartRenderer) -> Result<Rendered, Vec<Finding>> {
    filled_with(package, &sample_values(&package.schema), charts).await
}

async fn filled_with(package: &Package, values: &Value, charts: &dyn ChartRenderer) -> Result<Rendered, Vec<Finding>> {
    let (target, secrets) = (lint::sample_target(), sample_secrets());
    let input = lint::sample_input(INSTANCE, Stage::Production, values, &secrets, &target);
    let documents = chart_render::documents(package, &input, charts).await?;
    fill_package(package, &input, documents)
}

/// What tells objects apart: test or not, kind, name, and a number if that is not enough.
type ObjectKey = (bool, String, String, usize);

fn insert(map: &mut BTreeMap<ObjectKey, Value>, test: bool, kind: &str, name: &str, value: Value) {
    let mut key = (test, kind.to_owned(), name.to_owned(), 0);
    while map.contains_key(&key) {
        key.3 += 1;
    }
    map.insert(key, value);
}

/// Name of a rendered object without that of the installation.
fn own_name(object: &Object) -> &str {
    let name = object.name();
    name.strip_prefix(INSTANCE).map_or(name, |rest| rest.trim_start_matches('-'))
}

fn rendered_objects(rendered: &Rendered) -> BTreeMap<ObjectKey, Value> {
    let mut map = BTreeMap::new();
    for (object, test) in rendered.all() {
        let mut value = object.value.clone();
        // The digest of the release: differs always, says nothing.
        if let Some(labels) = value.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) {
            labels.remove("ozg-portal/release");
        }
        insert(&mut map, test, object.kind(), own_name(object), value);
    }
    map
}

fn templates(package: &Package) -> BTreeMap<ObjectKey, Value> {
    let mut map = BTreeMap::new();
    let all = package.manifests.iter().map(|t| (t, false)).chain(package.test_jobs.iter().map(|t| (t, true)));
    for (template, test) in all {
        let name = template.name_suffix().unwrap_or(&template.file);
        insert(&mut map, test, template.kind(), name, template.value.clone());
    }
    map
}

fn objects(sides: &Sides<BTreeMap<ObjectKey, Value>>) -> Vec<ObjectChange> {
    let changes = sides.changed().into_iter().map(|(key, change, old, new)| {
        let (test, kind, name, _) = key;
        let mut lines = compare(old, new, kind == "Secret");
        let more = lines.len().saturating_sub(MAX_LINES);
        lines.truncate(MAX_LINES);
        ObjectChange { kind: kind.clone(), name: name.clone(), test: *test, change, lines, more }
    });
    changes.collect()
}

/// Tags and digests by registry and repository: of what is rendered, and of templates, whose `$if` may hide some.
fn image_refs(package: &Package, rendered: &Rendered) -> BTreeMap<String, BTreeSet<String>> {
    let mut images = BTreeMap::new();
    let objects = rendered.all().map(|(object, _)| &object.value);
    let templates = package.manifests.iter().chain(&package.test_jobs).map(|template| &template.value);
    objects.chain(templates).for_each(|value| collect_images(value, &mut images));
    images
}

fn collect_images(value: &Value, images: &mut BTreeMap<String, BTreeSet<String>>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                match inner.as_str() {
                    Some(image) if key == "image" => {
                        let (name, reference) = split_image(image);
                        images.entry(lines::shown(name)).or_default().insert(lines::shown(reference));
                    }
                    _ => collect_images(inner, images),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|inner| collect_images(inner, images)),
        _ => {}
    }
}

/// `registry:5000/repository:tag@sha256:…` as name and the rest.
fn split_image(image: &str) -> (&str, &str) {
    let path = image.split('@').next().unwrap_or_default();
    let last = path.rfind('/').map_or(0, |slash| slash + 1);
    let end = path[last..].find(':').map_or(path.len(), |colon| last + colon);
    (&image[..end], image[end..].trim_start_matches([':', '@']))
}

fn images(sides: &Sides<BTreeMap<String, BTreeSet<String>>>) -> Vec<ImageChange> {
    let list = |set: Option<&BTreeSet<String>>| set.into_iter().flatten().cloned().collect();
    let changes = sides.changed().into_iter().map(|(name, change, old, new)| ImageChange {
        name: name.clone(),
        change,
        old: list(old),
        new: list(new),
    });
    changes.collect()
}

/// A component under its key: in several versions, perhaps.
#[derive(Debug, Default, PartialEq, Eq)]
struct Versions {
    name: String,
    by_version: BTreeMap<String, BTreeSet<String>>,
    licences: BTreeSet<String>,
}

fn by_key(components: &[Component]) -> BTreeMap<String, Versions> {
    let mut map: BTreeMap<String, Versions> = BTreeMap::new();
    for component in components {
        let entry = map.entry(component.key().to_owned()).or_default();
        // Spelling of a name does not make a difference; the first in the order is shown.
        if entry.name.is_empty() {
            entry.name.clone_from(&component.name);
        }
        entry.by_version.entry(component.version.clone()).or_default().extend(component.sha256.clone());
        entry.licences.extend(component.licences.iter().cloned());
    }
    map
}

fn components(sides: &Sides<BTreeMap<String, Versions>>) -> Vec<ComponentChange> {
    let mut changes = Vec::new();
    for (key, change, old, new) in sides.changed() {
        let versions = |side: Option<&Versions>| side.map_or_else(Vec::new, |v| v.by_version.keys().cloned().collect());
        let licences = |side: Option<&Versions>| side.map_or_else(Vec::new, |v| v.licences.iter().cloned().collect());
        let (mut old_licences, mut new_licences): (Vec<String>, Vec<String>) = (licences(old), licences(new));
        if old_licences == new_licences {
            (old_licences, new_licences) = Default::default();
        }
        let content = old.zip(new).is_some_and(|(old, new)| has_other_content(old, new));
        let change = ComponentChange {
            key: key.clone(),
            // Spelt differently on the two sides: the same one whichever side is the old.
            name: old.into_iter().chain(new).map(|v| v.name.clone()).min().unwrap_or_default(),
            change,
            old: versions(old),
            new: versions(new),
            old_licences,
            new_licences,
            content,
        };
        // The name alone is spelt differently, or a hash was added where none was.
        if change.change != Change::Changed
            || content
            || change.old != change.new
            || change.old_licences != change.new_licences
        {
            changes.push(change);
        }
    }
    changes
}

/// A version that both have, with hashes on both sides that differ: it was built anew under the same name.
fn has_other_content(old: &Versions, new: &Versions) -> bool {
    let both = old.by_version.iter().filter_map(|(version, hashes)| Some((hashes, new.by_version.get(version)?)));
    both.into_iter().any(|(old, new)| !old.is_empty() && !new.is_empty() && old != new)
}

/// Everything that a release says of itself but its id, its version and what it says of its changes.
fn metadata(old: &Package, new: &Package) -> Vec<Line> {
    let facts = |package: &Package| {
        let facts = serde_json::to_value(&package.facts).unwrap_or_default();
        let mut value = json!({
            "upgrade_from": package.upgrade_from.as_ref().map(ToString::to_string),
            "rollback": package.rollback,
            "endpoints": package.endpoints,
            "tests": package.tests,
            "checks": package.checks,
        });
        if let (Some(value), Value::Object(facts)) = (value.as_object_mut(), facts) {
            value.extend(facts.into_iter().filter(|(key, _)| key != "changes"));
            // What is not said is no value.
            value.retain(|_, inner| !inner.is_null());
        }
        value
    };
    compare(Some(&facts(old)), Some(&facts(new)), false)
}
