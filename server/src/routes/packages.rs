//! Packages on their way into the catalogue.

use crate::{
    AppState,
    web::{
        Answer, Failure, Pairs, Visitor,
        form::Query,
        multipart::{Refused, receive},
        respond::{self, reference},
    },
};
use axum::{
    extract::{Path, Request, State},
    http::StatusCode,
};
use portal_app::pages::packages as pages;
use portal_core::{
    CoreError, package,
    use_cases::{PackageDecision, PackageListQuery, PublishError},
};
use portal_model::{
    PortalError,
    form::FieldError,
    pages::packages::{PackagePage, UploadPage},
    reference::Reference,
};

/// `GET /pakete`
pub async fn list(State(s): State<AppState>, v: Visitor, Query(q): Query) -> Answer {
    let short = |name: &str| q.get(name).chars().take(200).collect::<String>();
    let nach = q.opt("nach").filter(|n| !n.is_empty() && n.len() <= 200).map(str::to_owned);
    let query = PackageListQuery { q: short("q"), stand: short("stand"), nach };
    let m = s.portal.package_list_page(&v.ctx, &query).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::list(f, a, &m)))
}

/// `GET /pakete/hochladen`
pub async fn upload(State(s): State<AppState>, v: Visitor, Query(q): Query) -> Answer {
    let m = s.portal.upload_page(&v.ctx, replaced(&q).as_ref()).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::upload(f, a, &m)))
}

/// `POST /pakete/hochladen`
pub async fn upload_send(State(s): State<AppState>, v: Visitor, Query(q): Query, request: Request) -> Answer {
    // Whoever may not upload is told so before anything is read.
    let mut m = s.portal.upload_page(&v.ctx, replaced(&q).as_ref()).await?;
    let upload = match receive(request, "paket", "signatur", package::limits::ARCHIVE).await {
        Ok(upload) => upload,
        Err(Refused::Failure(failure)) => return Err(failure),
        Err(Refused::Field(status, error)) => {
            m.errors = vec![error];
            return Ok(respond::page(&s, &v, status, |f, a| pages::upload(f, a, &m)));
        }
    };
    m.signature = upload.text;
    let signature = Some(m.signature.clone()).filter(|text| !text.is_empty());
    // One of the places that the API fills too: each package is a while in memory.
    let turn = s.uploads.acquire().await.map_err(Failure::internal)?;
    let taken = s.portal.package_upload(&v.ctx, Box::new(upload.file), signature).await;
    drop(turn);
    match taken {
        Ok(r) => return Ok(respond::done(&v, &format!("/pakete/{r}"), "package_uploaded")),
        Err(PublishError::Findings(findings)) => m.findings = findings,
        Err(PublishError::Several { findings, reasons }) => {
            for reason in reasons {
                m.errors.extend(refusal(&m, reason.into())?);
            }
            m.findings = findings;
        }
        Err(PublishError::Core(error)) => m.errors = refusal(&m, error)?,
    }
    Ok(respond::page(&s, &v, StatusCode::UNPROCESSABLE_ENTITY, |f, a| pages::upload(f, a, &m)))
}

/// The package whose content is to be replaced.
fn replaced(q: &Pairs) -> Option<Reference> {
    q.opt("ersetzt").and_then(Reference::parse)
}

/// Why a package was not taken, at the fields. A package of another vendor is answered like one of a vendor that does not
/// exist (R4), but not like a page that does not exist: the form is there.
fn refusal(m: &UploadPage, error: CoreError) -> Result<Vec<FieldError>, Failure> {
    let package = |code: &str| vec![FieldError::new("paket", code).with("vendors", m.vendors.join(", "))];
    Ok(match error.public() {
        PortalError::Invalid { fields } => fields,
        PortalError::NotFound => package("other_vendor"),
        PortalError::WrongState => package("with_curators"),
        PortalError::Rule { rule } if matches!(rule.as_str(), "version_published" | "content_declined") => {
            package(&rule)
        }
        _ => return Err(error.into()),
    })
}

/// `GET /pakete/{ref}`, also at the addresses of its forms, so that the answer of a form can be loaded again.
pub async fn show(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.package_page(&v.ctx, &reference(&r)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::show(f, a, &m)))
}

/// `GET /pakete/{ref}/vorschau`
pub async fn preview(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.package_preview(&v.ctx, &reference(&r)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::preview(f, a, &m)))
}

/// `GET /pakete/{ref}/unterschied`
pub async fn difference(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let r = reference(&r)?;
    let m = s.portal.package_diff(&v.ctx, &r).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::difference(f, a, &r, &m)))
}

/// `POST /pakete/{ref}/einreichen`
pub async fn submit(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let Err(error) = s.portal.package_submit(&v.ctx, &r, form.lock()).await else {
        return Ok(back(&v, &r, "package_submitted"));
    };
    again(&s, &v, &r, error, |_| {}).await
}

/// `GET /pakete/{ref}/verwerfen`
pub async fn discard(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.package_page(&v.ctx, &reference(&r)?).await?;
    // Whoever sees the package but cannot discard it sees why there.
    if !m.may.discard {
        return Ok(back(&v, &m.row.reference, ""));
    }
    Ok(respond::ok(&s, &v, |f, a| pages::discard(f, a, &m)))
}

/// `POST /pakete/{ref}/verwerfen`
pub async fn discard_send(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    s.portal.package_discard(&v.ctx, &r, form.lock()).await?;
    Ok(back(&v, &r, "package_discarded"))
}

/// `POST /pakete/{ref}/nachricht`
pub async fn message(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let text = form.get("nachricht");
    let Err(error) = s.portal.package_message(&v.ctx, &r, text).await else {
        return Ok(back(&v, &r, "message_sent"));
    };
    again(&s, &v, &r, error, |m| text.clone_into(&mut m.message)).await
}

/// `POST /pakete/{ref}/uebernehmen`
pub async fn take(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    s.portal.package_take(&v.ctx, &r, form.lock()).await?;
    Ok(back(&v, &r, "package_taken"))
}

/// `POST /pakete/{ref}/entscheidung`
pub async fn decide(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let entered = PackageDecision {
        decision: form.get("entscheidung").to_owned(),
        note: form.get("begruendung").to_owned(),
        laender: form.all("land"),
        municipalities: lines(form.get("verwaltung")),
        security_fix: form.opt("sicherheit").is_some(),
    };
    let Err(error) = s.portal.package_decide(&v.ctx, &r, form.lock(), &entered).await else {
        let word = match entered.decision.as_str() {
            "release" => "package_released",
            "return" => "package_returned",
            _ => "package_declined",
        };
        return Ok(back(&v, &r, word));
    };
    again(&s, &v, &r, error, |m| {
        (m.decision, m.note) = (entered.decision, entered.note);
        m.laender.iter_mut().for_each(|c| c.selected = entered.laender.contains(&c.value));
        m.municipalities = entered.municipalities.join("\n");
        m.row.security_fix |= entered.security_fix;
    })
    .await
}

/// The lines of a text; empty ones too, so that errors name the line that people see.
pub(super) fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim().to_owned()).collect()
}

fn back(v: &Visitor, r: &Reference, word: &str) -> axum::response::Response {
    respond::done(v, &format!("/pakete/{r}"), word)
}

/// The page of the package again, with what was entered and what is wrong with it: fields, or a rule that is not met.
async fn again(
    s: &AppState,
    v: &Visitor,
    r: &Reference,
    error: CoreError,
    entered: impl FnOnce(&mut PackagePage),
) -> Answer {
    let error = error.public();
    let (PortalError::Invalid { .. } | PortalError::Rule { .. }) = &error else { return Err(error.into()) };
    let (status, fields) = Failure::from(error).in_form()?;
    let mut m = s.portal.package_page(&v.ctx, r).await?;
    entered(&mut m);
    m.errors = fields;
    Ok(respond::page(s, v, status, |f, a| pages::show(f, a, &m)))
}
