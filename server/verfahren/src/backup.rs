//! Backup and restore: what a package's Jobs do before an update and when one is rolled back. They talk to the instance
//! that stores (`ABLAGE_URL`, `ABLAGE_KENNWORT`), so nobody else opens its file.

use crate::client::{Remote, call, reason};
use crate::store::{sync_folder, verify};
use axum::body::Body;
use http::{Method, StatusCode, header};
use http_body_util::BodyExt as _;
use std::path::Path;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Longest piece of a file in memory.
const PIECE: usize = 64 << 10;

/// Writes everything that is stored into a file; gives the number of applications. The file is there as a whole or not
/// at all, and an older one stays until then.
///
/// # Errors
/// With a text, if the store does not answer or the file cannot be written.
pub async fn backup(store: &Remote, target: &Path) -> Result<usize, String> {
    let text = |error: std::io::Error| format!("{}: {error}", target.display());
    let request = store.request(Method::GET, "/intern/sicherung", Body::empty()).map_err(|error| error.to_string())?;
    let answer = store.http().request(request).await.map_err(|error| reason(&error))?;
    if answer.status() != StatusCode::OK {
        return Err(format!("the store answers {}", answer.status().as_u16()));
    }
    let mut name = target.file_name().ok_or("no file is named")?.to_owned();
    name.push(".neu");
    let new = target.with_file_name(name);
    let mut file = tokio::fs::File::create(&new).await.map_err(text)?;
    let mut body = answer.into_body();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| format!("the backup broke off: {error}"))?;
        if let Some(piece) = frame.data_ref() {
            file.write_all(piece).await.map_err(text)?;
        }
    }
    file.sync_all().await.map_err(text)?;
    drop(file);
    let count = verify(&new).map_err(text)?;
    std::fs::rename(&new, target).map_err(text)?;
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    sync_folder(folder).map_err(text)?;
    Ok(count)
}

/// Puts a backup in the place of everything that is stored; gives the number of applications.
///
/// # Errors
/// With a text. Then nothing has changed.
pub async fn restore(store: &Remote, source: &Path) -> Result<usize, String> {
    let text = |error: std::io::Error| format!("{}: {error}", source.display());
    let count = verify(source).map_err(text)?;
    let file = tokio::fs::File::open(source).await.map_err(text)?;
    let length = file.metadata().await.map_err(text)?.len();
    let pieces = futures::stream::try_unfold(file, async |mut file| {
        let mut piece = vec![0; PIECE];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then_some((piece, file)))
    });
    let mut request = store
        .request(Method::PUT, "/intern/sicherung", Body::from_stream(pieces))
        .map_err(|error| error.to_string())?;
    request.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    let answer = call(store.http(), request).await?;
    if answer.status != StatusCode::OK {
        return Err(format!("the store answers {}", answer.status.as_u16()));
    }
    Ok(count)
}
