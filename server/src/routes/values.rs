//! The form of the values.

use super::antrag::tasks_path;
use crate::{
    AppState,
    web::{
        Answer, Failure, Pairs, Visitor,
        respond::{self, reference},
    },
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use portal_app::pages;
use portal_core::config::ADDED_ENTRY;
use portal_model::{
    PortalError,
    form::{Field, FieldError, FieldKind, Form, code},
    pages::request::ValuesPurpose,
    reference::Reference,
};

/// What became of posted values.
pub enum Saved {
    /// Stored, and nothing is missing.
    Complete,
    /// Stored as a draft; these are still missing.
    Incomplete(Vec<FieldError>),
    /// Not stored, because of these.
    Refused(Vec<FieldError>),
}

/// Saves values and says what became of them.
///
/// # Errors
/// Everything but invalid input.
pub async fn save(
    s: &AppState,
    v: &Visitor,
    r: &Reference,
    lock: i64,
    pairs: &[(String, String)],
) -> Result<Saved, Failure> {
    let error = match s.portal.values_save(&v.ctx, r, lock, pairs).await {
        Ok(()) => return Ok(Saved::Complete),
        Err(error) => error,
    };
    let PortalError::Invalid { fields } = error.public() else { return Err(error.into()) };
    let missing = [code::REQUIRED, code::SECRET_REQUIRED, code::MIN_ITEMS];
    // A draft is stored however little it holds; a correction only when it is complete.
    let draft = fields.iter().all(|f| missing.contains(&f.code.as_str()));
    let stored = draft && !s.portal.values_page(&v.ctx, r, None).await?.purpose.is_correction();
    Ok(if stored { Saved::Incomplete(fields) } else { Saved::Refused(fields) })
}

/// `GET /nachnutzungen/{ref}/antrag/werte`
pub async fn show(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.values_page(&v.ctx, &reference(&r)?, None).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::values(f, a, &m)))
}

/// `POST /nachnutzungen/{ref}/antrag/werte`
pub async fn send(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let action = form.get("aktion").to_owned();
    if let Some(list) = action.strip_prefix("zeile.") {
        return add_row(&s, &v, &r, list, form).await;
    }
    let purpose = s.portal.values_page(&v.ctx, &r, None).await?.purpose;
    let next = match purpose {
        ValuesPurpose::Request => tasks_path(&r),
        ValuesPurpose::Correction => format!("/nachnutzungen/{r}"),
        ValuesPurpose::Change => format!("/nachnutzungen/{r}/aenderung"),
    };
    let saved = match save(&s, &v, &r, form.lock(), &form.0).await {
        Ok(saved) => saved,
        Err(failure) => {
            let (status, errors) = failure.in_form()?;
            let mut m = s.portal.values_page(&v.ctx, &r, Some(&form.0)).await?;
            // First things first: what the form as a whole ran into.
            without_errors(&mut m.form);
            m.errors = errors;
            return Ok(respond::page(&s, &v, status, |f, a| pages::values(f, a, &m)));
        }
    };
    match saved {
        Saved::Complete if purpose.is_correction() => Ok(respond::done(&v, &next, "corrected")),
        Saved::Complete => Ok(respond::done(&v, &next, "saved")),
        Saved::Incomplete(_) if action == "speichern" => Ok(respond::done(&v, &next, "saved")),
        Saved::Incomplete(_) | Saved::Refused(_) => {
            let m = s.portal.values_page(&v.ctx, &r, Some(&form.0)).await?;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(respond::page(&s, &v, status, |f, a| pages::values(f, a, &m)))
        }
    }
}

/// The form with one more row, without saving anything. Errors would only be in the way.
async fn add_row(s: &AppState, v: &Visitor, r: &Reference, list: &str, mut form: Pairs) -> Answer {
    let m = s.portal.values_page(&v.ctx, r, Some(&form.0)).await?;
    form.0.extend(next_name(&m.form, list).map(|name| (name, ADDED_ENTRY.to_owned())));
    let mut m = s.portal.values_page(&v.ctx, r, Some(&form.0)).await?;
    without_errors(&mut m.form);
    Ok(respond::ok(s, v, |f, a| pages::values(f, a, &m)))
}

/// Name under which an additional entry of a list is posted.
fn next_name(form: &Form, list: &str) -> Option<String> {
    let groups = form.groups.iter().flat_map(|g| &g.fields);
    let rows = form.gemeinden.iter().flat_map(|t| &t.rows).flat_map(|r| &r.fields);
    let field = groups.chain(rows).find_map(|f| find(f, list))?;
    match &field.kind {
        FieldKind::List { can_add: true, next_name, .. } => Some(next_name.clone()),
        _ => None,
    }
}

fn find<'a>(field: &'a Field, name: &str) -> Option<&'a Field> {
    if field.name == name {
        return Some(field);
    }
    match &field.kind {
        FieldKind::List { items: inner, .. } | FieldKind::Group { fields: inner } => {
            inner.iter().find_map(|f| find(f, name))
        }
        _ => None,
    }
}

fn without_errors(form: &mut Form) {
    let groups = form.groups.iter_mut().flat_map(|g| &mut g.fields);
    let rows = form.gemeinden.iter_mut().flat_map(|t| &mut t.rows).flat_map(|r| &mut r.fields);
    groups.chain(rows).for_each(clear);
}

fn clear(field: &mut Field) {
    field.error = None;
    if let FieldKind::List { items: inner, .. } | FieldKind::Group { fields: inner } = &mut field.kind {
        inner.iter_mut().for_each(clear);
    }
}
