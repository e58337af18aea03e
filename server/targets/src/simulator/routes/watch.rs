//! Watches: changes as a stream of JSON lines, 410 when the start is too long ago.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Response, header};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::query::Query;
use super::resources::Selection;
use crate::simulator::error::{ApiError, ApiResult};
use crate::simulator::server::Shared;
use crate::simulator::store::HistoryEntry;

/// How long a watch lasts if the client doesn't say.
const DEFAULT_SECONDS: u64 = 1800;

/// Where and how a watch starts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start {
    /// Without a revision: first everything that is there.
    rv: Option<u64>,
    seconds: u64,
    bookmarks: bool,
}

impl Start {
    /// Reads the parameters.
    pub fn of(query: &Query) -> ApiResult<Self> {
        if query.flag("sendInitialEvents") {
            return Err(ApiError::not_simulated("sendInitialEvents"));
        }
        Ok(Self {
            rv: query.number("resourceVersion")?.filter(|rv| *rv > 0),
            seconds: query.number("timeoutSeconds")?.unwrap_or(DEFAULT_SECONDS),
            bookmarks: query.flag("allowWatchBookmarks"),
        })
    }
}

struct Watch {
    shared: Arc<Shared>,
    cluster: String,
    selection: Selection,
    position: Option<u64>,
    changed: tokio::sync::watch::Receiver<u64>,
    end: Instant,
    bookmarks: bool,
    done: bool,
}

/// Answers a watch.
pub(super) fn answer(shared: &Arc<Shared>, cluster: &str, selection: Selection, start: Start) -> Response<Body> {
    let Some(known) = shared.cluster(cluster) else {
        return ApiError::internal("the cluster is gone").response();
    };
    let changed = known.state.lock().store.subscribe();
    let watch = Watch {
        shared: Arc::clone(shared),
        cluster: cluster.to_owned(),
        selection,
        position: start.rv,
        changed,
        end: Instant::now() + Duration::from_secs(start.seconds.min(86_400)),
        bookmarks: start.bookmarks,
        done: false,
    };
    let stream = futures::stream::unfold(watch, |mut watch| async move {
        let chunk = watch.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(chunk)), watch))
    });
    let mut response = Response::new(Body::from_stream(stream));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn line(kind: &str, object: &Value) -> String {
    format!("{}\n", json!({"type": kind, "object": object}))
}

impl Watch {
    /// The next lines; `None` at the end.
    async fn next(&mut self) -> Option<String> {
        if self.done {
            return None;
        }
        loop {
            self.changed.borrow_and_update();
            let lines = self.collect();
            if !lines.is_empty() {
                return Some(lines);
            }
            tokio::select! {
                changed = self.changed.changed() => {
                    if changed.is_err() {
                        return None;
                    }
                }
                () = tokio::time::sleep_until(self.end) => {
                    self.done = true;
                    let rv = self.position.unwrap_or_default().to_string();
                    let object = json!({
                        "kind": self.selection.kind.kind, "apiVersion": self.selection.kind.api_version(),
                        "metadata": {"resourceVersion": rv},
                    });
                    return self.bookmarks.then(|| line("BOOKMARK", &object));
                }
            }
        }
    }

    /// What happened since the last lines.
    fn collect(&mut self) -> String {
        let Some(cluster) = self.shared.cluster(&self.cluster) else {
            self.done = true;
            return String::new();
        };
        let state = cluster.state.lock();
        let store = &state.store;
        let Some(position) = self.position else {
            self.position = Some(store.revision());
            let objects = store.list(self.selection.kind, self.selection.namespace.as_deref());
            return objects
                .filter(|(_, object)| self.selection.matches(object))
                .map(|(_, object)| line("ADDED", object))
                .collect();
        };
        let Some(entries) = store.since(position) else {
            self.done = true;
            let message = format!("too old resource version: {position} ({})", store.window_start());
            return line("ERROR", &ApiError::expired(message).status());
        };
        let lines = entries.filter_map(|entry| self.selection.event(entry)).collect();
        self.position = Some(position.max(store.revision()));
        lines
    }
}

impl Selection {
    /// The line for a change, if it concerns the selection.
    fn event(&self, entry: &HistoryEntry) -> Option<String> {
        let here = entry.key.kind == self.kind.qualified
            && self.namespace.as_ref().is_none_or(|namespace| *namespace == entry.key.namespace);
        if !here {
            return None;
        }
        let old = entry.old.as_deref().filter(|object| self.matches(object));
        let new = entry.new.as_deref().filter(|object| self.matches(object));
        match (old, new) {
            (None, Some(new)) => Some(line("ADDED", new)),
            (Some(_), Some(new)) => Some(line("MODIFIED", new)),
            // Gone, or no longer selected: the last selected state, with the revision of the change.
            (Some(old), None) => {
                let mut last = old.clone();
                last["metadata"]["resourceVersion"] = json!(entry.rv.to_string());
                Some(line("DELETED", &last))
            }
            (None, None) => None,
        }
    }
}
