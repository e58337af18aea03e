//! Test Jobs: result, log and run time.

use http::Method;
use jiff::Timestamp;
use portal_core::ports::{TargetError, TestState};
use portal_model::operation::FailureCause;
use serde_json::{Map, Value, json};

use super::api::Api;
use super::kinds::{self, JOB, POD};
use super::{observe, pods};

/// Bytes of a log that are kept: its end.
const LOG_BYTES: usize = 16 << 10;
/// Lines that are asked for.
const LOG_LINES: usize = 400;

/// How far a test is.
pub(super) async fn test_state(api: &Api<'_>, name: &str) -> Result<TestState, TargetError> {
    if !kinds::is_name(name) {
        return Err(TargetError::new(FailureCause::Invalid, "Job without a valid name"));
    }
    let Some(job) = api.get(&JOB, name).await? else {
        return Err(TargetError::new(FailureCause::NotReady, format!("Job/{name} missing")));
    };
    let mut labels = Map::new();
    labels.insert("job-name".to_owned(), json!(name));
    let mut found = pods::with_labels(api, &labels).await?;
    let passed = observe::condition(&job, "Complete", "True");
    let Some(end) = passed.or_else(|| observe::condition(&job, "Failed", "True")) else {
        pods::trouble(&found, false)?;
        return Ok(TestState::Running);
    };
    found.sort_by(|a, b| created(a).cmp(created(b)));
    let log = match found.last() {
        Some(pod) => log(api, pod).await,
        None => String::new(),
    };
    Ok(TestState::Ended { passed: passed.is_some(), log, millis: millis(&job, end) })
}

fn created(pod: &Value) -> &str {
    pod["metadata"]["creationTimestamp"].as_str().unwrap_or_default()
}

/// The end of a pod's log. Empty if it can't be had: the result counts, and it is known.
async fn log(api: &Api<'_>, pod: &Value) -> String {
    let (Some(name), Some(container)) =
        (pod["metadata"]["name"].as_str(), pod["spec"]["containers"][0]["name"].as_str())
    else {
        return String::new();
    };
    let path = format!("{}/log?container={container}&tailLines={LOG_LINES}", api.path(&POD, Some(name)));
    for _ in 0..2 {
        match api.send_raw(Method::GET, &path, None, "*/*").await {
            Ok(bytes) => return tail(&bytes),
            Err(problem) => tracing::warn!(pod = name, status = problem.code(), "the log of a test can't be read"),
        }
    }
    String::new()
}

fn tail(bytes: &[u8]) -> String {
    let mut start = bytes.len().saturating_sub(LOG_BYTES);
    // Not into the middle of a character.
    while bytes.get(start).is_some_and(|byte| byte & 0xC0 == 0x80) {
        start += 1;
    }
    String::from_utf8_lossy(&bytes[start..]).into_owned()
}

/// From start to completion; a failed Job has no time of completion, but its condition has one.
fn millis(job: &Value, end: &Value) -> i64 {
    let time = |value: &Value| value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
    let ended = time(&job["status"]["completionTime"]).or_else(|| time(&end["lastTransitionTime"]));
    match (time(&job["status"]["startTime"]), ended) {
        (Some(start), Some(end)) => (end.as_millisecond() - start.as_millisecond()).max(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_end_of_a_log() {
        assert_eq!(tail("kurz".as_bytes()), "kurz");
        let long = "ä".repeat(LOG_BYTES);
        let kept = tail(format!("x{long}").as_bytes());
        assert_eq!(kept.len(), LOG_BYTES);
        assert!(kept.chars().all(|c| c == 'ä'));
        let kept = tail(format!("{long}x").as_bytes());
        assert_eq!(kept.len(), LOG_BYTES - 1);
        assert!(kept.ends_with("äx"));
    }

    #[test]
    fn a_failed_job_has_a_run_time_too() {
        let job = json!({"status": {"startTime": "2026-03-02T08:00:00Z"}});
        assert_eq!(millis(&job, &json!({"lastTransitionTime": "2026-03-02T08:00:07Z"})), 7000);
        assert_eq!(millis(&json!({}), &json!({})), 0);
    }
}
