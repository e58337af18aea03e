//! `/_simulator/`: ledger, faults, time and reset. For tests and demonstrations; the portal never calls it.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Response, header, request::Parts};
use serde_json::{Value, json};

use super::body;
use super::query::Query;
use crate::simulator::cluster::Cluster;
use crate::simulator::error::{ApiError, ApiResult, json_response};
use crate::simulator::faults::{Fault, FaultAction};
use crate::simulator::server::Shared;
use crate::simulator::write::disk_error;

/// Most ticks that one request may ask for.
const MAX_TICKS: u32 = 100_000;

/// Answers a request below `/_simulator/`.
pub(super) fn answer(shared: &Arc<Shared>, parts: &Parts, path: &str, bytes: &[u8]) -> ApiResult<Response<Body>> {
    refuse_browsers(parts)?;
    let query = Query::parse(parts.uri.query());
    let get = parts.method == Method::GET;
    let post = parts.method == Method::POST;
    match path.trim_end_matches('/') {
        "ledger" if get => ledger(shared, &query),
        "clusters" if get => Ok(json_response(200, &json!({"simulated": true, "clusters": clusters(shared)}))),
        "faults" if get => Ok(json_response(200, &json!({"faults": shared.faults.lock().list()}))),
        "faults" if post => add_fault(shared, bytes),
        "faults" if parts.method == Method::DELETE => {
            shared.faults.lock().remove(query.number("id")?);
            done()
        }
        "reset" if post => {
            for cluster in selected(shared, &query)? {
                cluster.reset().map_err(disk_error)?;
            }
            if query.get("cluster").is_none() {
                shared.faults.lock().remove(None);
            }
            done()
        }
        "step" if post => {
            let ticks = query.number("ticks")?.unwrap_or(1).min(MAX_TICKS);
            let faults = shared.faults.lock().clone();
            for cluster in selected(shared, &query)? {
                cluster.step(&faults, ticks).map_err(disk_error)?;
            }
            done()
        }
        "compact" if post => {
            for cluster in selected(shared, &query)? {
                cluster.state.lock().store.forget_history();
            }
            done()
        }
        "ledger" | "clusters" | "faults" | "reset" | "step" | "compact" => Err(ApiError::method_not_allowed()),
        other => Err(ApiError::new(404, "NotFound", format!("/_simulator/{other} does not exist"))),
    }
}

/// A page in somebody's browser must not reach this over a name that points to loopback, nor by a form.
fn refuse_browsers(parts: &Parts) -> ApiResult<()> {
    let host = parts.headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let local = matches!(name, "localhost" | "[::1]") || name.starts_with("127.");
    if local && !parts.headers.contains_key(header::ORIGIN) {
        return Ok(());
    }
    Err(ApiError::new(403, "Forbidden", "for programs on this machine only"))
}

fn done() -> ApiResult<Response<Body>> {
    Ok(json_response(200, &json!({"done": true})))
}

fn selected<'a>(shared: &'a Shared, query: &Query) -> ApiResult<Vec<&'a Cluster>> {
    match query.get("cluster") {
        None => Ok(shared.clusters.iter().collect()),
        Some(name) => {
            let cluster = shared.cluster(name);
            let cluster = cluster
                .ok_or_else(|| ApiError::new(404, "NotFound", format!("no simulated cluster is called {name:?}")))?;
            Ok(vec![cluster])
        }
    }
}

fn ledger(shared: &Shared, query: &Query) -> ApiResult<Response<Body>> {
    let namespace = query.get("namespace");
    let after: u64 = query.number("after")?.unwrap_or(0);
    let mut effects = Vec::new();
    for cluster in selected(shared, query)? {
        let state = cluster.state.lock();
        let wanted = state.store.ledger().iter().filter(|effect| effect.sequence > after);
        effects
            .extend(wanted.filter(|effect| namespace.is_none_or(|namespace| effect.namespace == namespace)).cloned());
    }
    Ok(json_response(200, &json!({"effects": effects})))
}

fn clusters(shared: &Shared) -> Vec<Value> {
    let unreachable = |name: &str| {
        let faults = shared.faults.lock();
        let hit = |fault: &Fault| fault.cluster.as_deref().is_none_or(|cluster| cluster == name);
        faults.list().iter().any(|fault| fault.action == FaultAction::Unreachable && hit(fault))
    };
    shared
        .clusters
        .iter()
        .map(|cluster| {
            let config = &cluster.config;
            let namespaces: Vec<&String> = config.namespaces.iter().map(|namespace| &namespace.name).collect();
            let (rv, effects) = {
                let state = cluster.state.lock();
                (state.store.revision(), state.store.ledger().len())
            };
            json!({
                "name": config.name, "kubernetesVersion": config.kubernetes_version, "namespaces": namespaces,
                "unreachable": config.unreachable || unreachable(&config.name), "revision": rv, "effects": effects,
            })
        })
        .collect()
}

fn add_fault(shared: &Shared, bytes: &[u8]) -> ApiResult<Response<Body>> {
    let fault: Fault = serde_json::from_value(body::json(bytes)?)
        .map_err(|error| ApiError::bad_request(format!("no fault: {error}")))?;
    if let Some(cluster) = fault.cluster.as_deref().filter(|name| shared.cluster(name).is_none()) {
        return Err(ApiError::bad_request(format!("no simulated cluster is called {cluster:?}")));
    }
    if let FaultAction::Status { code, .. } = fault.action
        && !(400..=599).contains(&code)
    {
        return Err(ApiError::bad_request(format!("{code} is no error status")));
    }
    let added = shared.faults.lock().add(fault);
    Ok(json_response(201, &json!(added)))
}
