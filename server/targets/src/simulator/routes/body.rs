//! Request bodies: bounded, JSON or YAML.

use axum::body::{Body, to_bytes};
use serde_json::Value;

use crate::simulator::error::{ApiError, ApiResult};

/// Kubernetes takes 3 MiB.
const LIMIT: usize = 3 << 20;

/// Reads the whole body.
pub(super) async fn read(body: Body) -> ApiResult<Vec<u8>> {
    match to_bytes(body, LIMIT).await {
        Ok(bytes) => Ok(bytes.to_vec()),
        Err(_) => Err(ApiError::new(413, "RequestEntityTooLarge", format!("limit is {LIMIT}"))),
    }
}

/// Reads JSON.
pub(super) fn json(bytes: &[u8]) -> ApiResult<Value> {
    serde_json::from_slice(bytes).map_err(|error| ApiError::bad_request(format!("error decoding body: {error}")))
}

/// Reads JSON or YAML, whatever it is.
pub(super) fn json_or_yaml(bytes: &[u8]) -> ApiResult<Value> {
    if let Ok(value) = serde_json::from_slice(bytes) {
        return Ok(value);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| ApiError::bad_request("error decoding YAML: not UTF-8"))?;
    serde_saphyr::from_str(text).map_err(|error| ApiError::bad_request(format!("error decoding YAML: {error}")))
}
