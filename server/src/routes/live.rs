//! Events of a case or of one operation as they happen. The position of an event is its id, so that a browser that lost
//! the connection goes on without a gap and without a double.

use crate::{
    AppState,
    web::{Answer, Failure, Visitor, form::Query, respond::reference, session::is_alive, streams::Place},
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{
        IntoResponse,
        sse::{Event as Message, KeepAlive, Sse},
    },
};
use futures::stream::{self, Stream};
use portal_model::{PortalError, event::Event, reference::Reference};
use std::{collections::VecDeque, convert::Infallible, time::Duration};
use tokio::sync::watch;

/// Events read at once.
const BATCH: i64 = 200;
/// How long a change in another process may stay unseen.
const POLL: Duration = Duration::from_secs(2);
/// How often a silent connection says that it is there.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long a browser waits before it connects again.
const RETRY: Duration = Duration::from_secs(3);

/// `GET /api/v1/requests/{ref}/events` and `GET /api/v1/operations/{ref}/events`
pub async fn events(
    State(s): State<AppState>,
    v: Visitor,
    Path(r): Path<String>,
    Query(q): Query,
    headers: HeaderMap,
) -> Answer {
    let r = reference(&r)?;
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let after = [last, q.opt("after")].into_iter().flatten().find_map(|text| text.parse::<i64>().ok());
    let after = after.unwrap_or(0).max(0);
    let person = v.ctx.person_id().ok_or(PortalError::SignInRequired)?;
    let busy = || Failure::rule("busy", StatusCode::SERVICE_UNAVAILABLE);
    let place = s.streams.take(person).ok_or_else(busy)?;
    // Subscribed before reading, so that nothing falls in between.
    let changes = s.storage.changes();
    let first = s.portal.events(&v.ctx, &r, after, BATCH).await?;
    let live =
        Live { state: s, visitor: v, reference: r, after, changes, ready: first.into(), begun: false, _place: place };
    let sse = Sse::new(messages(live)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    let mut response = sse.into_response();
    let out = response.headers_mut();
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Proxies must not hold events back.
    out.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

struct Live {
    state: AppState,
    visitor: Visitor,
    reference: Reference,
    after: i64,
    changes: watch::Receiver<u64>,
    ready: VecDeque<Event>,
    begun: bool,
    _place: Place,
}

fn messages(live: Live) -> impl Stream<Item = Result<Message, Infallible>> {
    stream::unfold(live, |mut live| async move {
        if !live.begun {
            live.begun = true;
            return Some((Ok(Message::default().comment("begin").retry(RETRY)), live));
        }
        let event = live.next().await?;
        live.after = event.seq;
        let message = Message::default().id(event.seq.to_string()).json_data(&event);
        match message {
            Ok(message) => Some((Ok(message), live)),
            Err(error) => {
                tracing::error!(%error, "an event cannot be sent");
                None
            }
        }
    })
}

impl Live {
    /// The next event; `None` ends the stream: the server stops, or the person may not see it any more.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if self.state.stop.is_cancelled() {
                return None;
            }
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            tokio::select! {
                () = self.state.stop.cancelled() => return None,
                // Without a sender the storage is gone; the poll would then be all that is left.
                changed = self.changes.changed() => changed.ok()?,
                () = tokio::time::sleep(POLL) => {}
            }
            self.ready = self.read().await?.into();
        }
    }

    /// Who asks is read anew each time: whoever signed out or lost the role sees nothing more.
    async fn read(&self) -> Option<Vec<Event>> {
        let person = self.visitor.ctx.person_id()?;
        if !is_alive(&self.state, self.visitor.session).await {
            return None;
        }
        let actor = self.state.portal.actor(person).await.ok()??;
        let ctx = self.state.portal.ctx(actor, self.visitor.ctx.lang);
        self.state.portal.events(&ctx, &self.reference, self.after, BATCH).await.ok()
    }
}
