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

/// Reads a body to its end, counting. The file stands at its beginning.
///
/// # Errors
/// Rule `too_large` (413) beyond `limit` bytes; rule `malformed` if the body ends too early.
pub async fn receive(body: Body, limit: u64) -> Result<File, Failure> {
    let file = tokio::task::spawn_blocking(tempfile::tempfile).await.map_err(Failure::internal)?;
    let mut file = tokio::fs::File::from_std(file.map_err(Failure::internal)?);
    let mut left = limit;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Failure::rule("malformed", StatusCode::BAD_REQUEST))?;
        let rest = left.checked_sub(chunk.len() as u64);
        left = rest.ok_or_else(|| Failure::rule("too_large", StatusCode::PAYLOAD_TOO_LARGE))?;
        file.write_all(&chunk).await.map_err(Failure::internal)?;
    }
    file.flush().await.map_err(Failure::internal)?;
    file.seek(SeekFrom::Start(0)).await.map_err(Failure::internal)?;
    Ok(file.into_std().await)
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
