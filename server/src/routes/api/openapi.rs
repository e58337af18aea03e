//! The description of the API (OpenAPI 3.1): a document for programs and, made from it, a page for people. Tests hold it
//! against the list of routes and against real answers.

pub mod operations;
pub mod page;
mod schemas;

use crate::routes::{
    api::packages::SIGNATURE,
    table::{Audience, Route, routes},
};
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use operations::{Operation, Success, Takes};
use portal_core::package::limits;
use schemas::named;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

static DOCUMENT: LazyLock<Value> = LazyLock::new(describe);
static TEXT: LazyLock<String> = LazyLock::new(|| DOCUMENT.to_string());

const ABOUT: &str = "People sign in with the session cookie of the portal. Pipelines of vendors send an access key as \
    `Authorization: Bearer`; it wins over a cookie, reaches only the operations that name it, and acts for whoever \
    made it. Whoever may not know that something exists gets 404, the same as for what does not exist. What changes \
    something names `lock`, the version that was read; if somebody else was faster the answer is 409. With a cookie it \
    also names the portal as its `Origin`, as browsers do; otherwise the answer is 403.";

/// `GET /api/openapi.json`
pub async fn document() -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], TEXT.as_str()).into_response()
}

/// The whole description.
pub fn describe() -> Value {
    let routes = routes();
    let mut paths = Map::new();
    for operation in operations::all() {
        let fits = |r: &&Route| r.path == operation.path && r.method.as_str().eq_ignore_ascii_case(operation.method);
        let route = routes.iter().find(fits);
        let entry = paths.entry(operation.path).or_insert_with(|| json!({}));
        entry[operation.method] = one(&operation, route);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "OZG-Cloud-Portal",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "EUPL-1.2", "identifier": "EUPL-1.2" },
            "description": ABOUT,
        },
        "servers": [{ "url": "/" }],
        "tags": tags(),
        "paths": paths,
        "components": {
            "schemas": schemas::all(),
            "parameters": { "lang": {
                "name": "lang", "in": "query", "description": "Language of texts",
                "schema": { "type": "string", "enum": ["de", "en"], "default": "de" },
            } },
            "responses": responses(),
            "securitySchemes": {
                "cookie": {
                    "type": "apiKey", "in": "cookie", "name": "sid",
                    "description": "Session of somebody who is signed in; over HTTPS the cookie is called `__Host-sid`",
                },
                "bearer": {
                    "type": "http", "scheme": "bearer", "bearerFormat": "ozgp_…",
                    "description": "Access key of a vendor's pipeline",
                },
            },
        },
    })
}

fn tags() -> Vec<Value> {
    let mut names: Vec<&str> = operations::all().map(|o| o.tag).collect();
    names.dedup();
    names.into_iter().map(|name| json!({ "name": name })).collect()
}

/// Errors: status, name of the response, meaning.
const ERRORS: [(&str, &str, &str); 12] = [
    ("400", "Malformed", "The body or the address cannot be read"),
    ("401", "SignIn", "Nobody is signed in, or the access key opens nothing"),
    ("403", "Forbidden", "You may see it, but not do this; or it cannot be done with an access key"),
    ("404", "NotFound", "It does not exist, or you may not know that it does"),
    ("409", "Conflict", "Not in this state, or somebody else was faster"),
    ("413", "TooLarge", "More than the portal takes at once"),
    ("415", "MediaType", "Not a kind of content that is taken here"),
    ("422", "Refused", "Fields, findings or a rule that is not met"),
    ("429", "TooMany", "Too many wrong access keys from this address; `Retry-After` says how long to wait"),
    ("500", "Internal", "Our fault; the log knows more under `request_id`"),
    ("503", "Busy", "Too much to do at the moment; try again"),
    ("default", "Other", "Any other error"),
];

fn responses() -> Map<String, Value> {
    let response = |(_, name, meaning): &(&str, &str, &str)| {
        let content = json!({ "application/json": { "schema": named("Error") } });
        ((*name).to_owned(), json!({ "description": meaning, "content": content }))
    };
    ERRORS.iter().map(response).collect()
}

/// The errors that an operation may answer with.
fn errors(o: &Operation, public: bool) -> Vec<&'static str> {
    let (changes, json) = (o.method != "get", matches!(o.takes, Takes::Json(_)));
    let archive = o.takes == Takes::Archive;
    let mut all = vec!["400", "429", "500", "503", "default"];
    if !public {
        all.extend(["401", "403", "404"]);
    } else if o.path.contains('{') {
        all.extend(["401", "404"]);
    } else {
        all.push("401");
    }
    if changes {
        all.extend(["409", "422"]);
    }
    if json || archive {
        all.push("413");
    }
    if archive {
        all.push("415");
    }
    all.sort_unstable();
    all
}

fn one(o: &Operation, route: Option<&Route>) -> Value {
    let public = route.is_some_and(|r| r.audience == Audience::Public);
    let keys = route.is_some_and(|r| r.keys);
    let mut answers = Map::new();
    let (status, response) = success(o.success);
    answers.insert(status.to_owned(), response);
    let expected = errors(o, public);
    for (status, name, _) in ERRORS.iter().filter(|(status, _, _)| expected.contains(status)) {
        answers.insert((*status).to_owned(), json!({ "$ref": format!("#/components/responses/{name}") }));
    }
    let security = match (public, keys) {
        (true, _) => json!([]),
        (false, true) => json!([{ "bearer": [] }, { "cookie": [] }]),
        (false, false) => json!([{ "cookie": [] }]),
    };
    let mut operation = json!({
        "tags": [o.tag],
        "operationId": o.id,
        "summary": o.summary,
        "parameters": parameters(o),
        "responses": answers,
        "security": security,
    });
    match o.takes {
        Takes::Nothing => {}
        Takes::Json(name) => {
            let content = json!({ "application/json": { "schema": named(name) } });
            operation["requestBody"] = json!({ "required": true, "content": content });
        }
        Takes::Archive => {
            operation["requestBody"] = json!({
                "required": true,
                "description": format!("The .tgz as it is, at most {} bytes", limits::ARCHIVE),
                "content": { "application/gzip": {} },
            });
        }
    }
    operation
}

fn parameters(o: &Operation) -> Vec<Value> {
    let in_path = o.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut all: Vec<Value> = in_path
        .map(|name| {
            let (meaning, schema) = match name {
                "ref" | "trial" => ("Reference", named("Ref")),
                "version" => ("Version (SemVer)", json!({ "type": "string" })),
                "id" => ("Id", json!({ "type": "string", "format": "uuid" })),
                _ => ("Name in addresses", json!({ "type": "string" })),
            };
            json!({ "name": name, "in": "path", "required": true, "description": meaning, "schema": schema })
        })
        .collect();
    let plain = |place: &str, name: &str, meaning: &str, kind: &str| json!({ "name": name, "in": place, "description": meaning, "schema": { "type": kind } });
    all.extend(o.query.iter().map(|(name, meaning)| plain("query", name, meaning, "string")));
    if o.success == Success::Events {
        all.push(plain("header", "Last-Event-ID", "Position of the last event that was received", "integer"));
    }
    if o.takes == Takes::Archive {
        let meaning = "Detached signature over the index of the package, in base64, by a registered key of the vendor";
        all.push(plain("header", SIGNATURE, meaning, "string"));
    }
    all.push(json!({ "$ref": "#/components/parameters/lang" }));
    all
}

fn success(success: Success) -> (&'static str, Value) {
    let content = |kind: &str, schema: Value| json!({ kind: { "schema": schema } });
    match success {
        Success::Object(name) => {
            ("200", json!({ "description": "OK", "content": content("application/json", named(name)) }))
        }
        Success::Created(name) => {
            let location = json!({ "description": "Its address", "schema": { "type": "string" } });
            let content = content("application/json", named(name));
            ("201", json!({ "description": "Made", "headers": { "Location": location }, "content": content }))
        }
        Success::Nothing => ("204", json!({ "description": "Done" })),
        Success::Events => {
            let event =
                json!({ "type": "string", "contentMediaType": "application/json", "contentSchema": named("Event") });
            let content = content("text/event-stream", event);
            (
                "200",
                json!({ "description": "Server-sent events, oldest first; `data` is an event", "content": content }),
            )
        }
    }
}
