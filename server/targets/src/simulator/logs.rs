//! `GET .../pods/NAME/log`.

use serde_json::Value;

use super::error::{ApiError, ApiResult};
use super::object::{self, list, text};
use super::store::Store;

/// The query of a log request.
#[derive(Debug, Clone, Default)]
pub(super) struct LogQuery {
    pub container: Option<String>,
    pub previous: bool,
    pub tail_lines: Option<usize>,
    pub limit_bytes: Option<usize>,
    pub timestamps: bool,
}

/// The text that a container printed.
pub(super) fn read(store: &Store, pod: &Value, query: &LogQuery) -> ApiResult<String> {
    let name = object::name(pod);
    let all: Vec<&str> = ["/spec/containers", "/spec/initContainers"]
        .into_iter()
        .flat_map(|part| list(pod, part))
        .filter_map(|container| text(container, "/name"))
        .collect();
    let main = list(pod, "/spec/containers");
    let container = match (&query.container, main) {
        (Some(container), _) => container.as_str(),
        (None, [only]) => text(only, "/name").unwrap_or_default(),
        (None, _) => {
            return Err(ApiError::bad_request(format!(
                "a container name must be specified for pod {name}, choose one of: [{}]",
                all.join(" ")
            )));
        }
    };
    if !all.contains(&container) {
        return Err(ApiError::bad_request(format!("container {container} is not valid for pod {name}")));
    }
    let key = if query.previous { format!("{container}/previous") } else { container.to_owned() };
    let Some(lines) = store.logs(object::uid(pod)).and_then(|logs| logs.get(&key)) else {
        if query.previous {
            let message = format!("previous terminated container {container:?} in pod {name:?} not found");
            return Err(ApiError::bad_request(message));
        }
        let reason = ["/status/containerStatuses", "/status/initContainerStatuses"]
            .into_iter()
            .flat_map(|part| list(pod, part))
            .find(|status| text(status, "/name") == Some(container))
            .and_then(|status| text(status, "/state/waiting/reason"))
            .unwrap_or("ContainerCreating");
        let message = format!("container {container:?} in pod {name:?} is waiting to start: {reason}");
        return Err(ApiError::bad_request(message));
    };
    let skip = query.tail_lines.map_or(0, |tail| lines.len().saturating_sub(tail));
    let mut printed = String::new();
    for line in &lines[skip..] {
        // Stored with the time in front, separated by the first space.
        let shown =
            if query.timestamps { line.as_str() } else { line.split_once(' ').map_or(line.as_str(), |(_, rest)| rest) };
        printed.push_str(shown);
        printed.push('\n');
    }
    if let Some(limit) = query.limit_bytes.filter(|limit| *limit < printed.len()) {
        let end = (0..=limit).rev().find(|&at| printed.is_char_boundary(at)).unwrap_or(0);
        printed.truncate(end);
    }
    Ok(printed)
}

/// A line as it is stored: with its time.
pub(super) fn stamp(lines: &[String]) -> Vec<String> {
    let now = object::now();
    lines.iter().map(|line| format!("{now} {line}")).collect()
}
