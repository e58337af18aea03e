//! Uploaded files: read piece by piece into a file without a name, up to a counted limit. Whatever ends early (the reader,
//! the person, the process) leaves nothing behind.

use crate::web::{Failure, archive::Sink, form::MAX_BYTES};
use axum::{
    body::{BodyDataStream, Bytes},
    extract::Request,
    http::{StatusCode, header},
};
use futures::{Stream, StreamExt};
use multer::{Field, Multipart};
use portal_model::form::FieldError;
use std::{
    fs::File,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::timeout;

/// How long the next piece may let wait for itself.
const STALL: Duration = Duration::from_secs(30);
/// Bytes that may come without anything being done with them, such as the head of a part that has no end.
const MAX_HELD: usize = 2 * 1024 * 1024;
/// Longest text beside the file, in bytes.
const MAX_TEXT: usize = 16 * 1024;

/// What a form with a file brought.
#[derive(Debug)]
pub struct Upload {
    /// The file, at its beginning.
    pub file: File,
    /// The text beside it; empty if there is none.
    pub text: String,
}

/// Why nothing was taken.
#[derive(Debug)]
pub enum Refused {
    /// No such form at all.
    Failure(Failure),
    /// Something is wrong with a field.
    Field(StatusCode, FieldError),
}

impl From<multer::Error> for Refused {
    fn from(_: multer::Error) -> Self {
        Self::Field(StatusCode::BAD_REQUEST, FieldError::new("", "upload_broken"))
    }
}

/// Reads a form of one file and one text by their names. A file is at most `max` bytes.
///
/// # Errors
/// What is wrong with it; nothing of it stays.
pub async fn receive(request: Request, file: &str, text: &str, max: u64) -> Result<Upload, Refused> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(kind)
        .map_err(|_| Refused::Failure(Failure::rule("malformed", StatusCode::UNSUPPORTED_MEDIA_TYPE)))?;
    let mut body = request.into_body().into_data_stream();
    let read = read(&mut body, boundary, file, text, max).await;
    if read.is_err() {
        drain(&mut body, max).await;
    }
    read
}

async fn read(
    body: &mut BodyDataStream,
    boundary: String,
    file: &str,
    text: &str,
    max: u64,
) -> Result<Upload, Refused> {
    let held = Held::default();
    let mut parts = Multipart::new(Pieces { body, held: held.clone(), is_turn_over: false }, boundary);
    let (mut found, mut said) = (None, String::new());
    while let Some(mut part) = on_time(parts.next_field()).await? {
        held.release();
        match part.name() {
            Some(name) if name == file && found.is_none() => found = store(&mut part, &held, file, max).await?,
            Some(name) if name == text => said = short_text(&mut part, text).await?,
            // Nothing else belongs to the form.
            _ => return Err(multer::Error::UnknownField { field_name: None }.into()),
        }
    }
    let missing = || Refused::Field(StatusCode::UNPROCESSABLE_ENTITY, FieldError::new(file, "choose_file"));
    Ok(Upload { file: found.ok_or_else(missing)?, text: said })
}

/// The file, or none if nobody chose one.
async fn store(part: &mut Field<'_>, held: &Held, name: &str, max: u64) -> Result<Option<File>, Refused> {
    let broken = |e: io::Error| Refused::Failure(Failure::internal(format!("storing an upload: {e}")));
    let mut sink = Sink::new(max).await.map_err(broken)?;
    // Browsers send a file without a name if nobody chose one.
    let is_chosen = part.file_name().is_some_and(|n| !n.is_empty());
    let mut is_empty = true;
    while let Some(piece) = on_time(part.chunk()).await? {
        held.release();
        is_empty &= piece.is_empty();
        if !sink.push(&piece).await.map_err(broken)? {
            let error = FieldError::new(name, "file_too_large").with("max", max / (1024 * 1024));
            return Err(Refused::Field(StatusCode::PAYLOAD_TOO_LARGE, error));
        }
    }
    if is_empty && is_chosen {
        return Err(Refused::Field(StatusCode::UNPROCESSABLE_ENTITY, FieldError::new(name, "file_empty")));
    }
    let file = sink.finish().await.map_err(broken)?;
    Ok((!is_empty).then_some(file))
}

async fn short_text(part: &mut Field<'_>, name: &str) -> Result<String, Refused> {
    let mut bytes = Vec::new();
    while let Some(piece) = on_time(part.chunk()).await? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > MAX_TEXT {
            let error = FieldError::new(name, "max_length").with("max", MAX_TEXT);
            return Err(Refused::Field(StatusCode::UNPROCESSABLE_ENTITY, error));
        }
    }
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

async fn on_time<T>(next: impl Future<Output = multer::Result<T>>) -> Result<T, Refused> {
    Ok(timeout(STALL, next).await.map_err(|_| multer::Error::IncompleteStream)??)
}

/// Reads on for a while without keeping anything: a browser that is still sending would not show the answer.
async fn drain(body: &mut BodyDataStream, max: u64) {
    let mut rest = max.saturating_add(MAX_BYTES as u64);
    while let Ok(Some(Ok(piece))) = timeout(STALL, body.next()).await {
        rest = rest.saturating_sub(piece.len() as u64);
        if rest == 0 {
            return;
        }
    }
}

/// How much was handed over that has not come out again.
#[derive(Debug, Clone, Default)]
struct Held(Arc<AtomicUsize>);

impl Held {
    fn release(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// A body that hands over one piece each time it is asked. The reader of the form takes in all that has arrived before it
/// looks at any of it; a quick sender would fill the memory.
struct Pieces<'a> {
    body: &'a mut BodyDataStream,
    held: Held,
    is_turn_over: bool,
}

impl Stream for Pieces<'_> {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.is_turn_over) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let Poll::Ready(next) = self.body.poll_next_unpin(cx) else { return Poll::Pending };
        self.is_turn_over = true;
        Poll::Ready(next.map(|piece| {
            let piece = piece.map_err(io::Error::other)?;
            let before = self.held.0.fetch_add(piece.len(), Ordering::Relaxed);
            if before > MAX_HELD { Err(io::Error::other("too much at once")) } else { Ok(piece) }
        }))
    }
}
