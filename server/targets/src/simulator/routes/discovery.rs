//! Discovery documents: versions, groups, resources.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{Method, Response};
use serde_json::{Value, json};

use crate::simulator::config::ClusterConfig;
use crate::simulator::error::{ApiError, ApiResult, json_response};
use crate::simulator::kinds::{self, KINDS, Kind};

/// Answers a discovery path.
pub(super) fn answer(cluster: &ClusterConfig, method: &Method, path: &str) -> ApiResult<Response<Body>> {
    if method != Method::GET && method != Method::HEAD {
        return Err(ApiError::method_not_allowed());
    }
    let document = match path {
        "version" => version(cluster),
        "healthz" | "livez" | "readyz" => return Ok(Response::new(Body::from("ok"))),
        "openapi/v2" => return Ok(openapi()),
        "api" => json!({
            "kind": "APIVersions", "versions": ["v1"],
            "serverAddressByClientCIDRs": [],
        }),
        "apis" => {
            let groups: Vec<Value> =
                groups().into_iter().map(|(group, version)| group_document(group, version)).collect();
            json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
        }
        "api/v1" => resources("", "v1"),
        path => {
            let parts: Vec<&str> = path.split('/').collect();
            match parts.as_slice() {
                ["apis", group] => {
                    let known = groups().into_iter().find(|(known, _)| known == group);
                    let (group, version) =
                        known.ok_or_else(|| ApiError::not_simulated(&format!("the group {group}")))?;
                    let mut document = group_document(group, version);
                    document["kind"] = json!("APIGroup");
                    document["apiVersion"] = json!("v1");
                    document
                }
                ["apis", group, version] if groups().contains(&(*group, *version)) => resources(group, version),
                _ => return Err(ApiError::not_simulated(&format!("/{path}"))),
            }
        }
    };
    Ok(json_response(200, &document))
}

/// A description that describes nothing, so that command line tools check nothing by themselves: this server does. Only
/// the binary form is asked for. Protocol buffers: 1 is the version of the format, 2 the title and version of the API.
fn openapi() -> Response<Body> {
    let mut response = Response::new(Body::from(&b"\x0a\x032.0\x12\x10\x0a\x09simuliert\x12\x031.0"[..]));
    let kind = HeaderValue::from_static("application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn groups() -> Vec<(&'static str, &'static str)> {
    let mut groups = kinds::group_versions();
    groups.retain(|(group, _)| !group.is_empty());
    groups.push(("authorization.k8s.io", "v1"));
    groups
}

fn group_document(group: &str, version: &str) -> Value {
    let version = json!({"groupVersion": format!("{group}/{version}"), "version": version});
    json!({"name": group, "versions": [version], "preferredVersion": version})
}

fn version(cluster: &ClusterConfig) -> Value {
    let number = cluster.kubernetes_version.trim_start_matches('v').trim_end_matches("-simuliert");
    let mut parts = number.split('.');
    json!({
        "major": parts.next().unwrap_or("1"), "minor": parts.next().unwrap_or("33"),
        "gitVersion": format!("v{number}-simuliert"), "gitCommit": "", "gitTreeState": "clean", "buildDate": "",
        "goVersion": "", "compiler": "rustc", "platform": "simuliert",
    })
}

/// What `get all` shows.
fn categories(kind: &Kind) -> &'static [&'static str] {
    match kind.kind {
        "Pod" | "Service" | "Deployment" | "ReplicaSet" | "StatefulSet" | "Job" | "CronJob" => &["all"],
        _ => &[],
    }
}

fn resources(group: &str, version: &str) -> Value {
    let mut list = Vec::new();
    for kind in KINDS.iter().filter(|kind| kind.group == group && kind.version == version) {
        list.push(json!({
            "name": kind.plural, "singularName": kind.kind.to_lowercase(), "namespaced": kind.namespaced,
            "kind": kind.kind, "verbs": kind.verbs(), "shortNames": kind.short, "categories": categories(kind),
        }));
        if kind.kind == "Pod" {
            list.push(
                json!({"name": "pods/log", "singularName": "", "namespaced": true, "kind": "Pod", "verbs": ["get"]}),
            );
        }
    }
    if group == "authorization.k8s.io" {
        for (plural, kind) in [
            ("selfsubjectaccessreviews", "SelfSubjectAccessReview"),
            ("selfsubjectrulesreviews", "SelfSubjectRulesReview"),
        ] {
            list.push(json!({"name": plural, "singularName": kind.to_lowercase(), "namespaced": false, "kind": kind, "verbs": ["create"]}));
        }
    }
    let group_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": list})
}
