//! The parts of an Antrag as JSON.

use super::{Body, Lock, Values, done, json};
use crate::{
    AppState,
    routes::values::{Saved, save},
    web::{Answer, Failure, Visitor, respond::reference},
};
use axum::extract::{Path, State};
use portal_model::PortalError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Chosen Gemeinden.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Areas {
    lock: i64,
    ars: Vec<String>,
}

/// Chosen data centre.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    lock: i64,
    data_centre: String,
}

/// Entered values, by the names of the form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewValues {
    lock: i64,
    values: BTreeMap<String, String>,
}

/// What is wrong with a field, by its name in the form.
#[derive(Serialize)]
struct Named {
    name: String,
    text: String,
}

#[derive(Serialize)]
struct Checked {
    errors: Vec<Named>,
}

/// `PUT /api/v1/requests/{ref}/areas`
pub async fn areas(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<Areas>) -> Answer {
    s.portal.areas_save(&v.ctx, &reference(&r)?, b.lock, b.ars).await?;
    Ok(done())
}

/// `PUT /api/v1/requests/{ref}/target`
pub async fn target(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<Target>) -> Answer {
    s.portal.target_save(&v.ctx, &reference(&r)?, b.lock, &b.data_centre).await?;
    Ok(done())
}

/// `PUT /api/v1/requests/{ref}/values`: a draft is stored however little it holds; the answer says what is missing.
pub async fn values(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<NewValues>) -> Answer {
    let pairs: Vec<(String, String)> = b.values.into_iter().collect();
    match save(&s, &v, &reference(&r)?, b.lock, &pairs).await? {
        Saved::Complete => Ok(json(&serde_json::json!({ "missing": [] }))),
        Saved::Incomplete(missing) => Ok(json(&serde_json::json!({ "missing": missing }))),
        Saved::Refused(fields) => Err(Failure::new(PortalError::Invalid { fields })),
    }
}

/// `POST /api/v1/requests/{ref}/values/check`: what is wrong so far; nothing is stored.
pub async fn check(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Values(form): Values) -> Answer {
    let errors = s.portal.values_check(&v.ctx, &reference(&r)?, &form.0).await?;
    Ok(json(&Checked { errors: errors.into_iter().map(|(name, text)| Named { name, text }).collect() }))
}

/// `POST /api/v1/requests/{ref}/submit`
pub async fn submit(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<Lock>) -> Answer {
    s.portal.request_submit(&v.ctx, &reference(&r)?, b.lock).await?;
    Ok(done())
}

/// `POST /api/v1/requests/{ref}/withdraw`
pub async fn withdraw(State(s): State<AppState>, v: Visitor, Path(r): Path<String>, Body(b): Body<Lock>) -> Answer {
    s.portal.request_withdraw(&v.ctx, &reference(&r)?, b.lock).await?;
    Ok(done())
}
