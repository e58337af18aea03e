//! Packages as JSON: what a vendor's pipeline sends, and what curators do with it.

use super::{Body, Lock, done, json};
use crate::{
    AppState,
    web::{Answer, Failure, Visitor, archive, form::Query, headers::RequestId, respond::reference},
};
use axum::{
    Extension, Json,
    body::Body as RawBody,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use portal_core::{
    package::limits,
    use_cases::{PackageDecision, PackageListQuery, PublishError},
};
use portal_model::{
    Lang, PortalError, Timestamp,
    finding::{Finding, Told},
    pages::packages::{MessageView, PackageCapabilities, PackagePage},
    reference::Reference,
    submission::SubmissionState,
    verfahren::ReleaseLimits,
};
use serde::{Deserialize, Serialize};

/// Header with the detached signature of an archive, in base64.
pub const SIGNATURE: &str = "x-package-signature";
/// What an archive may call itself.
const KINDS: [&str; 3] = ["application/gzip", "application/x-gzip", "application/octet-stream"];

/// Findings as the API and the command line tell them.
pub fn findings(lang: Lang, all: &[Finding]) -> Vec<Told<'_>> {
    all.iter().map(|f| Told::new(lang, f)).collect()
}

/// A package on its way into the catalogue.
#[derive(Serialize)]
struct PackageView<'a> {
    reference: &'a Reference,
    package_id: &'a str,
    version: &'a str,
    vendor: &'a str,
    state: SubmissionState,
    state_since: Timestamp,
    /// To be named by whoever changes it.
    lock: i64,
    digest: &'a str,
    created_at: Timestamp,
    uploaded_at: Timestamp,
    submitted_at: Option<Timestamp>,
    security_fix: bool,
    signed_with: &'a Option<String>,
    /// It has to be signed with a key that is still valid, and is not.
    lacks_signature: bool,
    assigned_to: &'a Option<String>,
    previous: &'a Option<String>,
    verfahren: &'a Option<String>,
    limits: &'a ReleaseLimits,
    findings: Vec<Told<'a>>,
    messages: &'a [MessageView],
    may: PackageCapabilities,
}

fn view(lang: Lang, page: &PackagePage) -> PackageView<'_> {
    PackageView {
        reference: &page.row.reference,
        package_id: &page.row.package_id,
        version: &page.row.version,
        vendor: &page.row.vendor,
        state: page.row.state,
        state_since: page.row.since,
        lock: page.lock,
        digest: &page.digest,
        created_at: page.created_at,
        uploaded_at: page.uploaded_at,
        submitted_at: page.submitted_at,
        security_fix: page.row.security_fix,
        signed_with: &page.signed_with,
        lacks_signature: page.lacks_signature,
        assigned_to: &page.row.assigned_to,
        previous: &page.previous,
        verfahren: &page.verfahren,
        limits: &page.limits,
        findings: findings(lang, &page.findings),
        messages: &page.messages,
        may: page.may,
    }
}

/// A message to the other side.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    text: String,
}

/// What a curator decides.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    lock: i64,
    decision: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    laender: Vec<String>,
    #[serde(default)]
    municipalities: Vec<String>,
    #[serde(default)]
    security_fix: bool,
}

/// `GET /api/v1/packages`
pub async fn list(State(s): State<AppState>, v: Visitor, Query(q): Query) -> Answer {
    let query = PackageListQuery {
        q: q.get("q").chars().take(200).collect(),
        stand: q.get("stand").to_owned(),
        nach: q.opt("nach").map(str::to_owned),
    };
    Ok(json(&s.portal.package_list_page(&v.ctx, &query).await?))
}

/// `POST /api/v1/packages`: the archive as it is, without any wrapping.
pub async fn upload(
    State(s): State<AppState>,
    v: Visitor,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    body: RawBody,
) -> Answer {
    // Who could not hand anything in is refused before a single byte is read.
    s.portal.upload_page(&v.ctx, None).await?;
    let signature = checked(&headers)?;
    let place = archive::place(&s)?;
    let file = archive::receive(body, limits::ARCHIVE).await?;
    let uploaded = s.portal.package_upload(&v.ctx, Box::new(file), signature).await;
    drop(place);
    match uploaded {
        Ok(r) => {
            let page = s.portal.package_page(&v.ctx, &r).await?;
            let location = [(header::LOCATION, format!("/api/v1/packages/{r}"))];
            Ok((StatusCode::CREATED, location, Json(view(v.ctx.lang, &page))).into_response())
        }
        Err(PublishError::Findings(all)) => Ok(refused(&id, v.ctx.lang, &all, &[])),
        Err(PublishError::Several { findings, reasons }) => Ok(refused(&id, v.ctx.lang, &findings, &reasons)),
        Err(PublishError::Core(e)) => Err(match Failure::from(e) {
            Failure { error: PortalError::Rule { rule }, .. } if rule == "version_published" => {
                Failure::rule(&rule, StatusCode::CONFLICT)
            }
            other => other,
        }),
    }
}

/// What can be said about an upload before its body is read.
fn checked(headers: &HeaderMap) -> Result<Option<String>, Failure> {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("\u{fffd}").trim());
    let kind = text("content-type").unwrap_or_default().split(';').next().unwrap_or_default().to_ascii_lowercase();
    if !KINDS.contains(&kind.trim()) {
        return Err(Failure::rule("malformed", StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let length = text("content-length").and_then(|l| l.parse::<u64>().ok());
    if length.is_some_and(|l| l > limits::ARCHIVE) {
        return Err(Failure::rule("too_large", StatusCode::PAYLOAD_TOO_LARGE));
    }
    Ok(text(SIGNATURE).map(str::to_owned))
}

/// 422 with everything that is wrong with the package.
fn refused(id: &RequestId, lang: Lang, all: &[Finding], reasons: &[PortalError]) -> Response {
    let code = if all.is_empty() { "several" } else { "findings" };
    let all = findings(lang, all);
    let body = serde_json::json!({ "code": code, "findings": all, "reasons": reasons, "request_id": id.0 });
    (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
}

/// `GET /api/v1/packages/{ref}`
pub async fn show(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let page = s.portal.package_page(&v.ctx, &reference(&r)?).await?;
    Ok(json(&view(v.ctx.lang, &page)))
}

/// `POST /api/v1/packages/{ref}/submit`
pub async fn submit(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<Lock>) -> Answer {
    s.portal.package_submit(&v.ctx, &reference(&r)?, b.lock).await?;
    Ok(done())
}

/// `POST /api/v1/packages/{ref}/discard`
pub async fn discard(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<Lock>) -> Answer {
    s.portal.package_discard(&v.ctx, &reference(&r)?, b.lock).await?;
    Ok(done())
}

/// `POST /api/v1/packages/{ref}/messages`
pub async fn message(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<Message>) -> Answer {
    s.portal.package_message(&v.ctx, &reference(&r)?, &b.text).await?;
    Ok(done())
}

/// `POST /api/v1/packages/{ref}/take`
pub async fn take(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<Lock>) -> Answer {
    s.portal.package_take(&v.ctx, &reference(&r)?, b.lock).await?;
    Ok(done())
}

/// `POST /api/v1/packages/{ref}/decide`
pub async fn decide(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<Decision>) -> Answer {
    let Decision { lock, decision, note, laender, municipalities, security_fix } = b;
    let entered = PackageDecision { decision, note, laender, municipalities, security_fix };
    s.portal.package_decide(&v.ctx, &reference(&r)?, lock, &entered).await?;
    Ok(done())
}
