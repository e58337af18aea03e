//! The description as a page, made from the same document.

use super::DOCUMENT;
use crate::{
    AppState,
    web::{Visitor, respond},
};
use axum::{extract::State, response::Response};
use portal_app::pages;
use portal_model::pages::api::{ApiAccess, ApiGroup, ApiOperation, ApiPage};
use serde_json::Value;
use std::sync::LazyLock;

static PAGE: LazyLock<ApiPage> = LazyLock::new(|| read(&DOCUMENT));

/// `GET /api`
pub async fn show(State(s): State<AppState>, v: Visitor) -> Response {
    respond::ok(&s, &v, |f, a| pages::api(f, a, &PAGE))
}

/// What a person reads of a document.
pub fn read(document: &Value) -> ApiPage {
    let mut page = ApiPage {
        version: text(&document["info"]["version"]),
        about: text(&document["info"]["description"]),
        ..ApiPage::default()
    };
    for tag in list(&document["tags"]) {
        page.groups.push(ApiGroup { name: text(&tag["name"]), operations: Vec::new() });
    }
    for (path, operations) in entries(&document["paths"]) {
        for (method, operation) in entries(operations) {
            let tag = text(&operation["tags"][0]);
            if let Some(group) = page.groups.iter_mut().find(|g| g.name == tag) {
                group.operations.push(one(document, path, method, operation));
            }
        }
    }
    let pretty = |(name, schema): (&String, &Value)| (name.clone(), format!("{schema:#}"));
    page.schemas = entries(&document["components"]["schemas"]).map(pretty).collect();
    page
}

fn one(document: &Value, path: &str, method: &str, operation: &Value) -> ApiOperation {
    let schemes = list(&operation["security"]);
    let access = match schemes {
        [] => ApiAccess::Public,
        some if some.iter().any(|s| !s["bearer"].is_null()) => ApiAccess::Keys,
        _ => ApiAccess::SignedIn,
    };
    let parameter = |p: &Value| {
        let p = resolved(document, p);
        (text(&p["name"]), text(&p["in"]), text(&p["description"]))
    };
    let answer = |(status, answer): (&String, &Value)| {
        let answer = resolved(document, answer);
        let schema = entries(&answer["content"]).next().and_then(|(_, content)| schema_of(content));
        (status.clone(), text(&answer["description"]), schema)
    };
    let body = entries(&operation["requestBody"]["content"]).next();
    ApiOperation {
        id: text(&operation["operationId"]),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(&operation["summary"]),
        access,
        parameters: list(&operation["parameters"]).iter().map(parameter).collect(),
        takes: body.map(|(kind, content)| (kind.clone(), schema_of(content))),
        answers: entries(&operation["responses"]).map(answer).collect(),
    }
}

/// The name of the schema of a content; that of events is one level further down.
fn schema_of(content: &Value) -> Option<String> {
    let schema = &content["schema"];
    let name = schema["$ref"].as_str().or_else(|| schema["contentSchema"]["$ref"].as_str())?;
    name.rsplit('/').next().map(str::to_owned)
}

fn resolved<'a>(document: &'a Value, part: &'a Value) -> &'a Value {
    let pointer = part["$ref"].as_str().and_then(|r| r.strip_prefix('#'));
    pointer.and_then(|p| document.pointer(p)).unwrap_or(part)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
