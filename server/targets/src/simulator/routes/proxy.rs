//! `.../services/NAME:PORT/proxy/PATH`: what a Service answers. No program runs in a simulated pod, so the answer is made here
//! and says so; but there is one only if the Service has that port and a ready pod behind it.

use axum::body::Body;
use axum::http::{HeaderValue, Method, Response, header, request::Parts};
use serde_json::{Value, json};

use super::path::Resource;
use super::resources::{self, Context};
use crate::simulator::checks::{self, Behind};
use crate::simulator::error::{ApiError, ApiResult, json_response};

const PAGE: &str = "<!doctype html><html lang=\"de\"><title>Simuliert</title><h1>Simuliert</h1>\
    <p>Hinter diesem Dienst steht ein simulierter Pod. Er führt kein Programm aus.</p></html>";

/// Answers a request to a Service.
pub(super) fn answer(
    context: &Context<'_>,
    parts: &Parts,
    resource: &Resource<'_>,
    bytes: &[u8],
) -> ApiResult<Response<Body>> {
    let (verb, post) = match parts.method {
        Method::GET => ("get", false),
        Method::POST => ("create", true),
        _ => return Err(ApiError::not_simulated("methods other than GET and POST on services/proxy")),
    };
    let (name, port) = resource.name.unwrap_or_default().split_once(':').unwrap_or_default();
    resources::authorize(context, &Resource { name: Some(name), ..*resource }, verb)?;
    let behind = {
        let state = context.cluster.state.lock();
        checks::behind(&state.store, resource.store_namespace(), name, port)
    };
    match behind {
        Behind::NoService => return Err(ApiError::not_found(resource.kind, name)),
        Behind::NoPort | Behind::NoPod => {
            let message = format!("no endpoints available for service {name:?}");
            return Err(ApiError::new(503, "ServiceUnavailable", message));
        }
        Behind::Ready => {}
    }
    if !post {
        let mut response = Response::new(Body::from(PAGE));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        return Ok(response);
    }
    let id = transaction(bytes).ok_or_else(|| ApiError::not_simulated("a POST that is no Antrag on services/proxy"))?;
    let vorgang = json!({"vorgangId": "simuliert", "vorgangNummer": "SIMULIERT-1", "status": "simuliert"});
    Ok(json_response(200, &json!({"transactionId": id, "vorgang": vorgang})))
}

/// The identification in the part `formData` of an application.
fn transaction(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (_, part) = text.split_once("name=\"formData\"")?;
    let (_, content) = part.split_once("\r\n\r\n")?;
    let document: Value = serde_json::from_str(content.split("\r\n--").next()?).ok()?;
    Some(document.pointer("/control/transactionId")?.as_str()?.to_owned())
}
