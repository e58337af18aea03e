//! The intake of the OZG-Cloud: `multipart/form-data` with the part `formData` and parts `attachment`.

use crate::antrag::{Antrag, Attachment, MAX_ATTACHMENT, MAX_ATTACHMENTS, MAX_FORM};
use crate::texts::Problem;
use axum::body::Body;
use http::HeaderMap;
use multer::{Constraints, Multipart, SizeLimit};

/// Largest body: everything at its limit, and what is in between.
pub const MAX_BODY: usize = MAX_FORM + MAX_ATTACHMENTS * MAX_ATTACHMENT + (64 << 10);

/// Reads an application piece by piece.
///
/// # Errors
/// For what does not keep to the contract or to the limits.
pub async fn read(headers: &HeaderMap, body: Body, leika: &str) -> Result<Antrag, Problem> {
    let media_type = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(media_type).map_err(|_| Problem::NotMultipart)?;
    let limit = SizeLimit::new()
        .whole_stream(MAX_BODY as u64)
        .per_field(MAX_ATTACHMENT as u64)
        .for_field("formData", MAX_FORM as u64);
    let constraints = Constraints::new().size_limit(limit);
    let mut parts = Multipart::with_constraints(body.into_data_stream(), boundary, constraints);
    let mut antrag = None;
    let mut attachments = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(problem)? {
        match part.name() {
            Some("formData") if antrag.is_none() => {
                let bytes = part.bytes().await.map_err(problem)?;
                antrag = Some(Antrag::parse(&bytes, leika)?);
            }
            Some("attachment") => {
                if attachments.len() == MAX_ATTACHMENTS {
                    return Err(Problem::TooLarge);
                }
                let name = part.file_name().unwrap_or_default().to_owned();
                let media_type = part.content_type().map(ToString::to_string).unwrap_or_default();
                attachments.push(Attachment::new(&name, &media_type, &part.bytes().await.map_err(problem)?));
            }
            Some("formData") => return Err(Problem::Invalid("formData")),
            // Senders add parts of their own; they are no part of the contract.
            _ => drop(part.bytes().await.map_err(problem)?),
        }
    }
    let mut antrag = antrag.ok_or(Problem::Missing("formData"))?;
    antrag.attachments = attachments;
    Ok(antrag)
}

fn problem(error: multer::Error) -> Problem {
    match error {
        multer::Error::FieldSizeExceeded { .. } | multer::Error::StreamSizeExceeded { .. } => Problem::TooLarge,
        _ => Problem::NotMultipart,
    }
}
