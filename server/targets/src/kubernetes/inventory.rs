//! Everything of an instance in a target.

use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use http::Method;
use portal_core::ports::{ObjectRef, TargetError};
use portal_model::operation::FailureCause;
use serde_json::Value;

use super::api::{Api, METADATA_ONLY};
use super::error::{Problem, Subject};
use super::kinds::{self, KINDS, Kind};
use super::{FIELD_MANAGER, INSTANCE_LABEL, STAGE_LABEL, write};

/// Objects per page.
const PAGE: usize = 250;
/// Kinds that are listed at the same time; a small data centre is not flooded.
const AT_ONCE: usize = 4;
/// How often a list may start anew because its beginning is too old to be continued.
const RESTARTS: usize = 3;

/// All objects with our labels for the instance and the target's stage, in the order in which they are applied.
///
/// Left out is what a controller made and looks after: objects with a controlling owner, and the volume claims of a
/// StatefulSet that is still there. Claims that it left behind are listed, so that a removal finds them.
pub(super) async fn inventory(api: &Api<'_>, instance: &str) -> Result<Vec<ObjectRef>, TargetError> {
    if !kinds::is_label_value(instance) {
        return Err(TargetError::new(FailureCause::Internal, "the instance is no label value"));
    }
    let stage = api.place.target.stage.word();
    let selector = format!("{INSTANCE_LABEL}%3D{instance}%2C{STAGE_LABEL}%3D{stage}");
    let mut requests = Vec::with_capacity(KINDS.len());
    for kind in &KINDS {
        requests.push(list_of(api, kind, &selector));
    }
    let lists: Vec<(&Kind, Vec<Value>)> = stream::iter(requests).buffered(AT_ONCE).try_collect().await?;
    let stateful: Vec<String> = lists
        .iter()
        .filter(|(kind, _)| kind.kind == "StatefulSet")
        .flat_map(|(kind, items)| items.iter().map(|item| write::reference(kind, item).name))
        .collect();
    let mut found = Vec::new();
    for (kind, items) in &lists {
        let mut of_kind: Vec<ObjectRef> = items
            .iter()
            .filter(|item| !is_controlled(item))
            .filter(|item| {
                kind.kind != "PersistentVolumeClaim" || is_written_by_us(item) || !is_claim_of(item, &stateful)
            })
            .map(|item| write::reference(kind, item))
            .collect();
        of_kind.sort();
        found.append(&mut of_kind);
    }
    Ok(found)
}

async fn list_of(
    api: &Api<'_>,
    kind: &'static Kind,
    selector: &str,
) -> Result<(&'static Kind, Vec<Value>), TargetError> {
    Ok((kind, list(api, kind, selector).await?))
}

/// One kind; empty if the cluster doesn't have it.
async fn list(api: &Api<'_>, kind: &Kind, selector: &str) -> Result<Vec<Value>, TargetError> {
    let mut restarts = 0;
    loop {
        match pages(api, kind, selector).await {
            Ok(items) => return Ok(items),
            Err(problem) if problem.is_missing_kind() => return Ok(Vec::new()),
            // Permissions are checked before existence, so a kind that isn't there may look like one that is forbidden.
            Err(problem) if problem.code() == 403 && !is_served(api, kind).await? => return Ok(Vec::new()),
            Err(problem) if problem.code() == 410 && restarts < RESTARTS => restarts += 1,
            Err(problem) => return Err(problem.into_error(&Subject::collection("list", kind))),
        }
    }
}

async fn pages(api: &Api<'_>, kind: &Kind, selector: &str) -> Result<Vec<Value>, Problem> {
    let mut items = Vec::new();
    let mut position = String::new();
    loop {
        let path = format!("{}?labelSelector={selector}&limit={PAGE}{position}", api.path(kind, None));
        let mut page = api.send(Method::GET, &path, None, Some(METADATA_ONLY)).await?;
        if let Value::Array(more) = page["items"].take() {
            items.extend(more);
        }
        match page["metadata"]["continue"].as_str() {
            Some(token) if !token.is_empty() => position = format!("&continue={}", escape(token)),
            _ => return Ok(items),
        }
    }
}

async fn is_served(api: &Api<'_>, kind: &Kind) -> Result<bool, TargetError> {
    match api.send(Method::GET, &kind.root(), None, None).await {
        Ok(resources) => {
            let mut names = resources["resources"].as_array().into_iter().flatten();
            Ok(names.any(|resource| resource["name"] == kind.plural))
        }
        Err(problem) if problem.code() == 404 => Ok(false),
        Err(problem) => Err(problem.into_error(&Subject::other("get", "discovery"))),
    }
}

fn is_controlled(item: &Value) -> bool {
    let owners = item["metadata"]["ownerReferences"].as_array().into_iter().flatten();
    owners.into_iter().any(|owner| owner["controller"] == true)
}

fn is_written_by_us(item: &Value) -> bool {
    let managers = item["metadata"]["managedFields"].as_array().into_iter().flatten();
    managers.into_iter().any(|entry| entry["manager"] == FIELD_MANAGER)
}

/// Claims of a StatefulSet are called `<template>-<set>-<number>`.
fn is_claim_of(item: &Value, sets: &[String]) -> bool {
    let name = item["metadata"]["name"].as_str().unwrap_or_default();
    let Some((rest, number)) = name.rsplit_once('-') else { return false };
    number.chars().all(|c| c.is_ascii_digit()) && sets.iter().any(|set| rest.ends_with(&format!("-{set}")))
}

/// Escapes what the server gave us for a query.
fn escape(token: &str) -> String {
    let mut escaped = String::with_capacity(token.len());
    for byte in token.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tells_the_claims_of_a_stateful_set() {
        let claim = |name: &str| json!({"metadata": {"name": name}});
        let sets = ["abc-db".to_owned()];
        assert!(is_claim_of(&claim("daten-abc-db-0"), &sets));
        assert!(!is_claim_of(&claim("daten-abc-db"), &sets));
        assert!(!is_claim_of(&claim("daten-xyz-db-0"), &sets));
        assert!(!is_claim_of(&claim("abc-db-0"), &sets));
    }

    #[test]
    fn escapes_tokens() {
        assert_eq!(escape("aZ9-_.~=+/&"), "aZ9-_.~%3D%2B%2F%26");
    }
}
