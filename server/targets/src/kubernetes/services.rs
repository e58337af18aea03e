//! A request to a Service through the API server (`services/proxy`). It leads to a pod that is ready, and needs neither a way
//! into the cluster's network nor an Ingress.

use http::{Method, StatusCode};
use portal_core::ports::{ServiceAnswer, ServiceRequest, TargetError};
use portal_model::operation::FailureCause;
use serde_json::Value;

use super::api::Api;
use super::error::Subject;
use super::kinds::{self, SERVICE};

/// What is kept of an answer, in bytes. A page that is larger is cut, not refused.
const KEPT: usize = 256 << 10;
/// The API server waits longer for a pod than we do for it.
const SILENT: &str = "no answer in time; a NetworkPolicy may keep the API server away from the pod";

/// Asks a Service.
pub(super) async fn ask(api: &Api<'_>, request: &ServiceRequest) -> Result<ServiceAnswer, TargetError> {
    if !kinds::is_name(&request.service) || !is_path(&request.path) {
        return Err(TargetError::new(FailureCause::Invalid, "no valid Service or path"));
    }
    // Tells an API server that is not there from a pod that is not reached.
    if api.get(&SERVICE, &request.service).await?.is_none() {
        return Ok(plain(StatusCode::NOT_FOUND, "no such Service"));
    }
    let service = format!("{}:{}", request.service, request.port);
    let path = format!("{}/proxy{}", api.path(&SERVICE, Some(&service)), request.path);
    let (method, verb) = match request.body {
        None => (Method::GET, "get"),
        Some(_) => (Method::POST, "create"),
    };
    let subject = Subject::other(verb, "services/proxy");
    let body = request.body.as_ref().map(|(media_type, body)| (media_type.as_str(), body.clone()));
    let asking = api.exchange(method, &path, body, KEPT);
    let Ok(answer) = tokio::time::timeout(api.place.deadline * 2 / 3, asking).await else {
        return Ok(plain(StatusCode::GATEWAY_TIMEOUT, SILENT));
    };
    let answer = answer.map_err(|problem| problem.into_error(&subject))?;
    let status = answer.status;
    // The API server's own refusal; what comes from the pod is an answer, whatever it is.
    let own = || serde_json::from_slice::<Value>(&answer.body).is_ok_and(|body| body["kind"] == "Status");
    if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS) && own() {
        return Err(super::api::refusal(status, &answer.body).into_error(&subject));
    }
    Ok(ServiceAnswer { status: status.as_u16(), media_type: answer.media_type, body: answer.body })
}

/// What the API server does not answer itself.
fn plain(status: StatusCode, text: &str) -> ServiceAnswer {
    ServiceAnswer { status: status.as_u16(), media_type: String::new(), body: text.as_bytes().to_vec() }
}

/// The path goes into the address of a request with our credential: nothing may lead out of the Service.
fn is_path(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '~');
    path.starts_with('/')
        && path.chars().all(plain)
        && path.len() <= 200
        && path.split('/').skip(1).all(|part| !part.starts_with('.'))
        && !path.contains("//")
}

#[cfg(test)]
mod tests {
    use super::is_path;

    #[test]
    fn no_path_leads_out() {
        for good in ["/", "/antrag", "/a/b-c_d.html", "/a/"] {
            assert!(is_path(good), "{good}");
        }
        for bad in
            ["", "a", "//a", "/../secrets", "/a/../../b", "/a/.", "/%2e%2e/a", "/a?b", "/a#b", "/a b", "/ä", "/a\\b"]
        {
            assert!(!is_path(bad), "{bad}");
        }
    }
}
