//! The verbs on objects and lists.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, Method, Response, header, request::Parts};
use base64::Engine as _;
use serde_json::{Value, json};

use super::body;
use super::path::Resource;
use super::query::Query;
use super::watch;
use crate::simulator::auth::{self, Attributes};
use crate::simulator::cluster::Cluster;
use crate::simulator::config::TokenConfig;
use crate::simulator::delete::{self, DeleteOptions, Propagation};
use crate::simulator::error::{ApiError, ApiResult, json_response};
use crate::simulator::kinds::Kind;
use crate::simulator::logs;
use crate::simulator::object;
use crate::simulator::selectors::{FieldSelector, LabelSelector};
use crate::simulator::server::Shared;
use crate::simulator::store::{Key, Store};
use crate::simulator::write::{self, FieldValidation, PatchKind, WriteOptions, Written};

/// Who asks which cluster.
pub(super) struct Context<'a> {
    pub shared: &'a Arc<Shared>,
    pub cluster: &'a Cluster,
    pub token: &'a TokenConfig,
    /// A fault: refuse new objects.
    pub quota_exceeded: bool,
}

/// What a list or a watch selects.
#[derive(Debug, Clone)]
pub(super) struct Selection {
    pub kind: &'static Kind,
    pub namespace: Option<String>,
    pub labels: LabelSelector,
    pub fields: FieldSelector,
}

impl Selection {
    fn of(resource: &Resource<'_>, query: &Query) -> ApiResult<Self> {
        Ok(Self {
            kind: resource.kind,
            namespace: if resource.kind.namespaced { resource.namespace.map(str::to_owned) } else { None },
            labels: LabelSelector::parse(query.get("labelSelector").unwrap_or_default())?,
            fields: FieldSelector::parse(resource.kind.kind, query.get("fieldSelector").unwrap_or_default())?,
        })
    }

    /// Whether an object's labels and fields are selected.
    pub fn matches(&self, object: &Value) -> bool {
        self.labels.matches(object::labels(object)) && self.fields.matches(object)
    }
}

/// Answers a request for an object or a list.
pub(super) fn answer(
    context: &Context<'_>,
    parts: &Parts,
    resource: &Resource<'_>,
    bytes: &[u8],
) -> ApiResult<Response<Body>> {
    if resource.kind.kind == "Service" && resource.subresource == Some("proxy") {
        return super::proxy::answer(context, parts, resource, bytes);
    }
    let query = Query::parse(parts.uri.query());
    let verb = verb(parts, resource, &query)?;
    authorize(context, resource, verb)?;
    if let Some(subresource) = resource.subresource {
        if resource.kind.kind == "Pod" && subresource == "log" && verb == "get" {
            return pod_log(context, resource, &query);
        }
        return Err(ApiError::not_simulated(&format!("the subresource {}/{subresource}", resource.kind.qualified)));
    }
    if !resource.kind.verbs().contains(&verb) {
        return Err(ApiError::not_simulated(&format!("{verb} on {}", resource.kind.qualified)));
    }
    match verb {
        "get" => get(context, parts, resource),
        "list" => list(context, parts, &Selection::of(resource, &query)?, &query),
        "watch" => {
            let start = watch::Start::of(&query)?;
            Ok(watch::answer(context.shared, &context.cluster.config.name, Selection::of(resource, &query)?, start))
        }
        "create" => create(context, parts, resource, &query, bytes),
        "update" => update(context, parts, resource, &query, bytes),
        "patch" => patch(context, parts, resource, &query, bytes),
        "delete" => remove(context, resource, &query, bytes),
        _ => remove_all(context, resource, &query, bytes),
    }
}

fn verb(parts: &Parts, resource: &Resource<'_>, query: &Query) -> ApiResult<&'static str> {
    Ok(match (&parts.method, resource.name.is_some()) {
        (&Method::GET | &Method::HEAD, true) => "get",
        (&Method::GET | &Method::HEAD, false) if query.flag("watch") => "watch",
        (&Method::GET | &Method::HEAD, false) => "list",
        (&Method::POST, false) => "create",
        (&Method::PUT, true) => "update",
        (&Method::PATCH, true) => "patch",
        (&Method::DELETE, true) => "delete",
        (&Method::DELETE, false) => "deletecollection",
        _ => return Err(ApiError::method_not_allowed()),
    })
}

pub(super) fn authorize(context: &Context<'_>, resource: &Resource<'_>, verb: &str) -> ApiResult<()> {
    let plural = match resource.subresource {
        Some(subresource) => format!("{}/{subresource}", resource.kind.plural),
        None => resource.kind.plural.to_owned(),
    };
    let wanted = Attributes {
        verb,
        group: resource.kind.group,
        resource: &plural,
        namespace: resource.namespace.unwrap_or_default(),
        name: resource.name.unwrap_or_default(),
    };
    auth::authorize(context.token, wanted)
}

fn key(resource: &Resource<'_>) -> Key {
    Key::new(resource.kind, resource.store_namespace(), resource.name.unwrap_or_default())
}

fn get(context: &Context<'_>, parts: &Parts, resource: &Resource<'_>) -> ApiResult<Response<Body>> {
    let key = key(resource);
    let object = context.cluster.state.lock().store.get(&key).cloned();
    let object = object.ok_or_else(|| ApiError::not_found(resource.kind, &key.name))?;
    if wants_metadata(parts) { Ok(json_response(200, &metadata_of(&object))) } else { Ok(json_response(200, &object)) }
}

fn wants_metadata(parts: &Parts) -> bool {
    let accept = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = accept.split(',').next().unwrap_or_default();
    first.contains("as=PartialObjectMetadata")
}

fn metadata_of(object: &Value) -> Value {
    json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"]})
}

fn pod_log(context: &Context<'_>, resource: &Resource<'_>, query: &Query) -> ApiResult<Response<Body>> {
    let key = key(resource);
    let state = context.cluster.state.lock();
    let pod = state.store.get(&key).ok_or_else(|| ApiError::not_found(resource.kind, &key.name))?;
    let text = logs::read(&state.store, pod, &query.logs()?)?;
    let mut response = Response::new(Body::from(text));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    Ok(response)
}

/// Where a list goes on: the revision of its first page and the last key of the page before.
#[derive(serde::Serialize, serde::Deserialize)]
struct Continue {
    rv: u64,
    after: (String, String),
}

fn list(context: &Context<'_>, parts: &Parts, selection: &Selection, query: &Query) -> ApiResult<Response<Body>> {
    let limit: Option<usize> = query.number("limit")?.filter(|limit| *limit > 0);
    let going_on = query.get("continue").map(read_continue).transpose()?;
    let exact: Option<u64> =
        if query.get("resourceVersionMatch") == Some("Exact") { query.number("resourceVersion")? } else { None };
    let (rv, mut items) = {
        let state = context.cluster.state.lock();
        let rv = going_on.as_ref().map(|going_on| going_on.rv).or(exact).unwrap_or_else(|| state.store.revision());
        let items = state.store.list_at(selection.kind, selection.namespace.as_deref(), rv);
        (rv, items.ok_or_else(|| too_old(&state.store, rv, going_on.is_some()))?)
    };
    items.retain(|(key, object)| {
        let later = going_on
            .as_ref()
            .is_none_or(|going_on| (&key.namespace, &key.name) > (&going_on.after.0, &going_on.after.1));
        later && selection.matches(object)
    });
    let mut metadata = json!({"resourceVersion": rv.to_string()});
    if let Some(limit) = limit.filter(|limit| *limit < items.len()) {
        if selection.labels.is_empty() && selection.fields.is_empty() {
            metadata["remainingItemCount"] = json!(items.len() - limit);
        }
        items.truncate(limit);
        if let Some((last, _)) = items.last() {
            metadata["continue"] = json!(write_continue(rv, last));
        }
    }
    let only_metadata = wants_metadata(parts);
    let objects: Vec<Value> = items
        .into_iter()
        .map(|(_, object)| {
            if only_metadata {
                return metadata_of(&object);
            }
            // Items of a typed list don't repeat their kind.
            let mut object = object.as_ref().clone();
            object::remove(&mut object, "apiVersion");
            object::remove(&mut object, "kind");
            object
        })
        .collect();
    let (kind, api_version) = if only_metadata {
        ("PartialObjectMetadataList".to_owned(), "meta.k8s.io/v1".to_owned())
    } else {
        (format!("{}List", selection.kind.kind), selection.kind.api_version())
    };
    Ok(json_response(200, &json!({"kind": kind, "apiVersion": api_version, "metadata": metadata, "items": objects})))
}

fn too_old(store: &Store, rv: u64, going_on: bool) -> ApiError {
    if going_on {
        return ApiError::expired(
            "The provided continue parameter is too old to display a consistent list result. You must start a new list \
             without the continue parameter.",
        );
    }
    ApiError::expired(format!("too old resource version: {rv} ({})", store.window_start()))
}

fn write_continue(rv: u64, last: &Key) -> String {
    let token = json!(Continue { rv, after: (last.namespace.clone(), last.name.clone()) });
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(token.to_string())
}

fn read_continue(text: &str) -> ApiResult<Continue> {
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok();
    let token = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    token.ok_or_else(|| ApiError::bad_request("continue key is not valid"))
}

fn options(context: &Context<'_>, parts: &Parts, query: &Query) -> ApiResult<WriteOptions> {
    let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let agent = agent.split('/').next().filter(|name| !name.is_empty()).unwrap_or("unknown");
    let manager = query.get("fieldManager").unwrap_or(agent).to_owned();
    if manager.len() > 128 {
        return Err(ApiError::new(422, "Invalid", "fieldManager: Too long: may not be more than 128 bytes"));
    }
    Ok(WriteOptions {
        manager,
        user: context.token.user(),
        force: query.flag("force"),
        dry_run: query.dry_run()?,
        validation: match query.get("fieldValidation") {
            None | Some("Warn") => FieldValidation::Warn,
            Some("Ignore") => FieldValidation::Ignore,
            Some("Strict") => FieldValidation::Strict,
            Some(other) => {
                let supported = "supported values: \"Ignore\", \"Strict\", \"Warn\"";
                let message = format!("fieldValidation: Unsupported value: {other:?}: {supported}");
                return Err(ApiError::new(422, "Invalid", message));
            }
        },
        quota_exceeded: context.quota_exceeded,
    })
}

fn written(result: Written) -> Response<Body> {
    let mut response = json_response(if result.created { 201 } else { 200 }, &result.object);
    for warning in result.warnings {
        let text = format!("299 - \"{}\"", warning.replace('"', "\\\""));
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().append(header::WARNING, value);
        }
    }
    response
}

fn create(
    context: &Context<'_>,
    parts: &Parts,
    resource: &Resource<'_>,
    query: &Query,
    bytes: &[u8],
) -> ApiResult<Response<Body>> {
    let Some(namespace) = resource.namespace else { return Err(ApiError::method_not_allowed()) };
    let options = options(context, parts, query)?;
    let body = body::json_or_yaml(bytes)?;
    let mut state = context.cluster.state.lock();
    Ok(written(write::create(&mut state.store, resource.kind, namespace, body, &options)?))
}

fn update(
    context: &Context<'_>,
    parts: &Parts,
    resource: &Resource<'_>,
    query: &Query,
    bytes: &[u8],
) -> ApiResult<Response<Body>> {
    let options = options(context, parts, query)?;
    let body = body::json_or_yaml(bytes)?;
    let mut state = context.cluster.state.lock();
    Ok(written(write::replace(&mut state.store, resource.kind, &key(resource), body, &options)?))
}

fn patch(
    context: &Context<'_>,
    parts: &Parts,
    resource: &Resource<'_>,
    query: &Query,
    bytes: &[u8],
) -> ApiResult<Response<Body>> {
    let options = options(context, parts, query)?;
    let content_type =
        parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let content_type = content_type.split(';').next().unwrap_or_default().trim();
    let key = key(resource);
    let required = |field: &str, why: &str| {
        let message = format!("PatchOptions.meta.k8s.io \"\" is invalid: {field}: {why}");
        ApiError::new(422, "Invalid", message)
    };
    if content_type == "application/apply-patch+yaml" {
        if query.get("fieldManager").is_none() {
            return Err(required("fieldManager", "Required value: is required for apply patch"));
        }
        let config = body::json_or_yaml(bytes)?;
        let mut state = context.cluster.state.lock();
        if state.store.get(&key).is_none() {
            authorize(context, resource, "create")?;
        }
        return Ok(written(write::apply(&mut state.store, resource.kind, &key, config, &options)?));
    }
    if query.get("force").is_some() {
        return Err(required("force", "Forbidden: may not be specified for non-apply patch"));
    }
    let how = match content_type {
        "application/merge-patch+json" => PatchKind::Merge,
        "application/strategic-merge-patch+json" => PatchKind::Strategic,
        "application/json-patch+json" => return Err(ApiError::not_simulated("JSON patches")),
        other => {
            let message = format!("the body of the request was in an unknown format - {other:?} is not accepted");
            return Err(ApiError::new(415, "UnsupportedMediaType", message));
        }
    };
    let changes = body::json_or_yaml(bytes)?;
    let mut state = context.cluster.state.lock();
    Ok(written(write::patch(&mut state.store, resource.kind, &key, &changes, how, &options)?))
}

fn delete_options(query: &Query, bytes: &[u8]) -> ApiResult<DeleteOptions> {
    let mut options = if bytes.iter().all(u8::is_ascii_whitespace) {
        DeleteOptions::default()
    } else {
        DeleteOptions::of_body(&body::json_or_yaml(bytes)?)?
    };
    if let Some(policy) = query.get("propagationPolicy") {
        options.propagation = Some(Propagation::parse(policy)?);
    }
    if let Some(seconds) = query.number("gracePeriodSeconds")? {
        options.grace_seconds = Some(seconds);
    }
    options.dry_run |= query.dry_run()?;
    Ok(options)
}

fn remove(context: &Context<'_>, resource: &Resource<'_>, query: &Query, bytes: &[u8]) -> ApiResult<Response<Body>> {
    let options = delete_options(query, bytes)?;
    let mut state = context.cluster.state.lock();
    let answer = delete::delete(&mut state.store, resource.kind, &key(resource), &options, &context.token.user())?;
    Ok(json_response(200, &answer))
}

fn remove_all(
    context: &Context<'_>,
    resource: &Resource<'_>,
    query: &Query,
    bytes: &[u8],
) -> ApiResult<Response<Body>> {
    let Some(namespace) = resource.namespace else { return Err(ApiError::method_not_allowed()) };
    let options = delete_options(query, bytes)?;
    let selection = Selection::of(resource, query)?;
    let mut state = context.cluster.state.lock();
    let selected: Vec<(Key, Value)> = state
        .store
        .list(resource.kind, Some(namespace))
        .filter(|(_, object)| selection.matches(object))
        .map(|(key, object)| (key.clone(), object.as_ref().clone()))
        .collect();
    let mut items = Vec::new();
    for (key, object) in selected {
        delete::delete(&mut state.store, resource.kind, &key, &options, &context.token.user())?;
        items.push(object);
    }
    let rv = state.store.revision().to_string();
    Ok(json_response(
        200,
        &json!({
            "kind": format!("{}List", resource.kind.kind), "apiVersion": resource.kind.api_version(),
            "metadata": {"resourceVersion": rv}, "items": items,
        }),
    ))
}
