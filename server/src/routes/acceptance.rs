//! Abnahme.

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
use portal_model::form::FieldError;

/// `GET /nachnutzungen/{ref}/abnahme`
pub async fn show(State(s): State<AppState>, v: Visitor, Path(r): Path<String>) -> Answer {
    let m = s.portal.acceptance_page(&v.ctx, &reference(&r)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::acceptance(f, a, &m)))
}

/// `POST /nachnutzungen/{ref}/abnahme`
pub async fn send(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, form: Pairs) -> Answer {
    let r = reference(&r)?;
    let (decision, note, ticked) = (form.get("entscheidung"), form.get("bemerkung"), form.all("punkt"));
    let (status, fields) = match decision {
        "accept" | "defect" => {
            let accepted = decision == "accept";
            match s.portal.acceptance_declare(&v.ctx, &r, form.lock(), accepted, ticked.clone(), note).await {
                Ok(()) => {
                    let word = if accepted { "acceptance_declared" } else { "defect_reported" };
                    return Ok(respond::done(&v, &format!("/nachnutzungen/{r}"), word));
                }
                Err(error) => Failure::from(error).in_form()?,
            }
        }
        _ => (StatusCode::UNPROCESSABLE_ENTITY, vec![FieldError::new("entscheidung", "choose_decision")]),
    };
    let mut m = s.portal.acceptance_page(&v.ctx, &r).await?;
    (m.decision, m.note, m.ticked, m.errors) = (decision.to_owned(), note.to_owned(), ticked, fields);
    Ok(respond::page(&s, &v, status, |f, a| pages::acceptance(f, a, &m)))
}
