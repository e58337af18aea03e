//! The description of the API (OpenAPI 3.1). A test holds it against the list of routes.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

static TEXT: LazyLock<String> = LazyLock::new(|| describe().to_string());

/// `GET /api/openapi.json`
pub async fn document() -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], TEXT.as_str()).into_response()
}

/// Path, method, name, summary, body (name of a schema), success.
type Row = (&'static str, &'static str, &'static str, &'static str, Option<&'static str>, Success);

#[derive(Clone, Copy)]
enum Success {
    /// 200 with a JSON object of this schema.
    Object(&'static str),
    /// 201 with the reference.
    Created,
    /// 204.
    Nothing,
    /// 200 with server-sent events.
    Events,
}

use Success::{Created, Events, Nothing, Object};

const REQUEST: &str = "/api/v1/requests/{ref}";

const ROWS: &[Row] = &[
    ("/api/openapi.json", "get", "description", "This description", None, Object("Description")),
    ("/api/v1/verfahren", "get", "verfahren_list", "Search the catalogue", None, Object("Catalogue")),
    ("/api/v1/verfahren/{slug}", "get", "verfahren", "One Verfahren", None, Object("Verfahren")),
    ("/api/v1/requests", "get", "request_list", "Requests of one's Verwaltungen", None, Object("RequestList")),
    ("/api/v1/requests", "post", "request_start", "Start a request", Some("RequestStart"), Created),
    (REQUEST, "get", "request", "One case with its history", None, Object("Case")),
    ("/api/v1/requests/{ref}/events", "get", "request_events", "Events of a case, live", None, Events),
    ("/api/v1/requests/{ref}/areas", "put", "areas_save", "Choose the Gemeinden", Some("Areas"), Nothing),
    ("/api/v1/requests/{ref}/target", "put", "target_save", "Choose the data centre", Some("Target"), Nothing),
    ("/api/v1/requests/{ref}/values", "put", "values_save", "Store values", Some("Values"), Object("Missing")),
    (
        "/api/v1/requests/{ref}/values/check",
        "post",
        "values_check",
        "Check values without storing them",
        Some("Entered"),
        Object("Checked"),
    ),
    ("/api/v1/requests/{ref}/submit", "post", "request_submit", "Hand the request in", Some("Lock"), Nothing),
    ("/api/v1/requests/{ref}/withdraw", "post", "request_withdraw", "Withdraw the request", Some("Lock"), Nothing),
    ("/api/v1/requests/{ref}/take", "post", "request_take", "Take the request up for review", Some("Lock"), Nothing),
    ("/api/v1/requests/{ref}/decide", "post", "request_decide", "Decide on the request", Some("Decision"), Nothing),
    (
        "/api/v1/requests/{ref}/acceptance",
        "post",
        "acceptance_declare",
        "Declare acceptance or report a defect",
        Some("Acceptance"),
        Nothing,
    ),
    (
        "/api/v1/requests/{ref}/activation",
        "post",
        "activation",
        "Ask for activation, or say yes or no to it",
        Some("Activation"),
        Nothing,
    ),
    ("/api/v1/requests/{ref}/remove", "post", "installation_remove", "Take the installation down", Some("Removal"), Nothing),
    ("/api/v1/installations", "get", "installation_list", "Installations", None, Object("InstallationList")),
    ("/api/v1/operations/{ref}", "get", "operation", "One operation with its steps", None, Object("Operation")),
    ("/api/v1/operations/{ref}/events", "get", "operation_events", "Events of an operation, live", None, Events),
    ("/api/v1/operations/{ref}/retry", "post", "operation_retry", "Try a stuck operation again", None, Nothing),
    (
        "/api/v1/operations/{ref}/abandon",
        "post",
        "operation_abandon",
        "Give a stuck operation up",
        Some("Reason"),
        Nothing,
    ),
    ("/api/v1/audit", "get", "audit", "The record", None, Object("Audit")),
];

/// Parameters of an address, by its path and method.
fn query_parameters(path: &str, method: &str) -> &'static [&'static str] {
    match (path, method) {
        ("/api/v1/verfahren", _) => &["q", "thema", "land", "fuer", "ziel", "sort", "seite", "limit"],
        ("/api/v1/requests", "get") => &["q", "phase", "verwaltung", "nach"],
        ("/api/v1/installations", _) => &["q", "verwaltung", "nach"],
        ("/api/v1/audit", _) => &["q", "aktion", "verwaltung", "von", "bis", "nach"],
        (path, _) if path.ends_with("/events") => &["after"],
        _ => &[],
    }
}

/// The whole description.
pub fn describe() -> Value {
    let mut paths = Map::new();
    for row in ROWS {
        let entry = paths.entry(row.0).or_insert_with(|| json!({}));
        entry[row.1] = operation(row);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "OZG-Cloud-Portal",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "EUPL-1.2", "identifier": "EUPL-1.2" },
            "description": "Sign-in by the session cookie of the portal. `lang=en` gives English texts.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "securitySchemes": { "session": { "type": "apiKey", "in": "cookie", "name": "sid" } },
        },
    })
}

fn operation((path, method, id, summary, body, success): &Row) -> Value {
    let mut parameters: Vec<Value> = ["ref", "slug"]
        .iter()
        .filter(|name| path.contains(&format!("{{{name}}}")))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    parameters.extend(
        query_parameters(path, method)
            .iter()
            .map(|name| json!({ "name": name, "in": "query", "schema": { "type": "string" } })),
    );
    if matches!(success, Success::Events) {
        parameters.push(json!({ "name": "Last-Event-ID", "in": "header", "schema": { "type": "integer" } }));
    }
    let schema = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let content = |kind: &str, schema: Value| json!({ kind: { "schema": schema } });
    let (status, response) = match success {
        Object(name) => ("200", json!({ "description": "OK", "content": content("application/json", schema(name)) })),
        Created => {
            ("201", json!({ "description": "Created", "content": content("application/json", schema("Reference")) }))
        }
        Nothing => ("204", json!({ "description": "Done" })),
        Events => (
            "200",
            json!({ "description": "Events, oldest first", "content": content("text/event-stream", schema("Event")) }),
        ),
    };
    let error = json!({ "description": "Error", "content": content("application/json", schema("Error")) });
    let public = path.starts_with("/api/v1/verfahren") || *path == "/api/openapi.json";
    let mut operation = json!({
        "operationId": id,
        "summary": summary,
        "parameters": parameters,
        "responses": { status: response, "default": error },
        "security": if public { json!([]) } else { json!([{ "session": [] }]) },
    });
    if let Some(name) = body {
        operation["requestBody"] = json!({ "required": true, "content": content("application/json", schema(name)) });
    }
    operation
}

fn object(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
}

fn schemas() -> Value {
    let text = || json!({ "type": "string" });
    let number = || json!({ "type": "integer" });
    let texts = || json!({ "type": "array", "items": { "type": "string" } });
    let by_name = || json!({ "type": "object", "additionalProperties": { "type": "string" } });
    let one_of = |words: &[&str]| json!({ "type": "string", "enum": words });
    let list = |item: Value| json!({ "type": "array", "items": item });
    // Answers grow; a client reads what it knows.
    let open = |properties: Value| json!({ "type": "object", "properties": properties });
    let field = || open(json!({ "path": text(), "code": text(), "params": by_name(), "text": text() }));
    let page = || open(json!({ "items": list(json!({ "type": "object" })), "next": { "type": ["string", "null"] }, "total": number() }));
    let head = || open(json!({ "reference": text(), "slug": text(), "municipality": text(), "state": text(), "lock": number() }));
    json!({
        "Description": { "type": "object" },
        "Catalogue": open(json!({ "entries": list(json!({ "type": "object" })), "total": number(), "page": number(), "pages": number() })),
        "Verfahren": open(json!({ "slug": text(), "versions": list(json!({ "type": "object" })), "adopter_count": number() })),
        "RequestList": open(json!({ "rows": page() })),
        "InstallationList": open(json!({ "rows": page() })),
        "Audit": open(json!({ "rows": page(), "sealed": number(), "intact": { "type": "boolean" } })),
        "Case": open(json!({ "head": head(), "phase": text(), "next": text(), "last_event": number() })),
        "Operation": open(json!({ "reference": text(), "case": text(), "kind": text(), "state": text(), "last_event": number() })),
        "Event": open(json!({ "seq": number(), "at": number(), "code": text(), "params": by_name() })),
        "Reference": object(&["reference"], json!({ "reference": text() })),
        "RequestStart": object(&["verfahren", "fuer"], json!({ "verfahren": text(), "fuer": text() })),
        "Lock": object(&["lock"], json!({ "lock": number() })),
        "Areas": object(&["lock", "ars"], json!({ "lock": number(), "ars": texts() })),
        "Target": object(&["lock", "data_centre"], json!({ "lock": number(), "data_centre": text() })),
        "Values": object(&["lock", "values"], json!({ "lock": number(), "values": by_name() })),
        "Entered": by_name(),
        "Missing": open(json!({ "missing": list(field()) })),
        "Checked": open(json!({ "errors": list(open(json!({ "name": text(), "text": text() }))) })),
        "Decision": object(&["lock", "decision"], json!({ "lock": number(), "decision": one_of(&["return", "accept", "decline"]), "note": text() })),
        "Acceptance": object(&["lock", "decision"], json!({ "lock": number(), "decision": one_of(&["accept", "defect"]), "ticked": texts(), "note": text() })),
        "Activation": object(&["lock", "action"], json!({
            "lock": number(), "action": one_of(&["request", "approve", "refuse"]), "side": one_of(&["municipality", "land"]), "note": text(),
        })),
        "Removal": object(&["lock", "confirm"], json!({ "lock": number(), "confirm": text() })),
        "Reason": object(&["reason"], json!({ "reason": text() })),
        "Error": open(json!({ "code": text(), "rule": text(), "fields": list(field()), "request_id": text() })),
    })
}
