//! Archives on their way in: written to a nameless file as they come, so that neither memory nor an interrupted
//! connection is a matter. The file is gone with its handle.

use crate::{AppState, web::Failure};
use axum::{body::Body, http::StatusCode};
use futures::StreamExt;
use std::{fs::File, io::SeekFrom};
use tokio::{
    io::{AsyncSeekExt, AsyncWriteExt},
    sync::OwnedSemaphorePermit,
};

/// Uploads that are taken at the same time: reading an archive takes memory.
pub const MAX_UPLOADS: usize = 4;

/// A place for an upload; held until the archive has been read.
///
/// # Errors
/// Rule `busy` (503) if all are taken.
pub fn place(state: &AppState) -> Result<OwnedSemaphorePermit, Failure> {
    let busy = |_| Failure::rule("busy", StatusCode::SERVICE_UNAVAILABLE);
    state.uploads.clone().try_acquire_owned().map_err(busy)
}

/// A nameless file that takes a counted number of bytes.
pub struct Sink {
    file: tokio::fs::File,
    left: u64,
}

impl Sink {
    /// An empty one.
    ///
    /// # Errors
    /// If there is no room for a file.
    pub async fn new(limit: u64) -> std::io::Result<Self> {
        let file = tokio::task::spawn_blocking(tempfile::tempfile).await??;
        Ok(Self { file: tokio::fs::File::from_std(file), left: limit })
    }

    /// Takes a piece; false if it is too much.
    ///
    /// # Errors
    /// Those of writing.
    pub async fn push(&mut self, piece: &[u8]) -> std::io::Result<bool> {
        let Some(left) = self.left.checked_sub(piece.len() as u64) else { return Ok(false) };
        self.left = left;
        self.file.write_all(piece).await?;
        Ok(true)
    }

    /// The file, at its beginning.
    ///
    /// # Errors
    /// Those of writing.
    pub async fn finish(mut self) -> std::io::Result<File> {
        self.file.flush().await?;
        self.file.seek(SeekFrom::Start(0)).await?;
        Ok(self.file.into_std().await)
    }
}

/// Reads a body to its end, counting. The file stands at its beginning.
///
/// # Errors
/// Rule `too_large` (413) beyond `limit` bytes; rule `malformed` if the body ends too early.
pub async fn receive(body: Body, limit: u64) -> Result<File, Failure> {
    let mut sink = Sink::new(limit).await.map_err(Failure::internal)?;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Failure::rule("malformed", StatusCode::BAD_REQUEST))?;
        if !sink.push(&chunk).await.map_err(Failure::internal)? {
            return Err(Failure::rule("too_large", StatusCode::PAYLOAD_TOO_LARGE));
        }
    }
    sink.finish().await.map_err(Failure::internal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn chunks(sizes: &[usize]) -> Body {
        let all: Vec<Result<Vec<u8>, std::io::Error>> = sizes.iter().map(|n| Ok(vec![7; *n])).collect();
        Body::from_stream(futures::stream::iter(all))
    }

    #[tokio::test]
    async fn takes_exactly_as_much_as_it_may() {
        let mut read = Vec::new();
        receive(chunks(&[3, 0, 4]), 7).await.unwrap().read_to_end(&mut read).unwrap();
        assert_eq!(read, [7; 7]);
        let refused = receive(chunks(&[3, 5]), 7).await.unwrap_err();
        assert_eq!(refused.status, Some(StatusCode::PAYLOAD_TOO_LARGE));
    }

    #[tokio::test]
    async fn an_interrupted_body_is_refused() {
        let broken: Vec<Result<Vec<u8>, std::io::Error>> = vec![Ok(vec![1]), Err(std::io::Error::other("gone"))];
        let refused = receive(Body::from_stream(futures::stream::iter(broken)), 7).await.unwrap_err();
        assert_eq!(refused.status, Some(StatusCode::BAD_REQUEST));
    }
}
