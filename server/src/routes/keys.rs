//! Access keys and public keys of a vendor.

use crate::{
    AppState,
    web::{Answer, Failure, Pairs, Visitor, respond},
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use portal_app::pages::packages as pages;
use portal_core::use_cases::NewToken;
use portal_model::{PortalError, TokenId, VendorKeyId, form::FieldError};

const PATH: &str = "/zugangsschluessel";

/// `GET /zugangsschluessel`
pub async fn show(State(s): State<AppState>, v: Visitor) -> Answer {
    let m = s.portal.keys_page(&v.ctx).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::keys(f, a, &m)))
}

/// `POST /zugangsschluessel`
pub async fn send(State(s): State<AppState>, v: Visitor, form: Pairs) -> Answer {
    match form.get("aktion") {
        "neu" => make(&s, &v, &form).await,
        "oeffentlich" => register(&s, &v, &form).await,
        "signaturpflicht" => require(&s, &v, true).await,
        "signaturfrei" => require(&s, &v, false).await,
        _ => {
            s.portal.keys_page(&v.ctx).await?;
            Err(Failure::rule("malformed", StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

/// Makes an access key. This answer is the only one that holds the secret, so it is no redirect.
async fn make(s: &AppState, v: &Visitor, form: &Pairs) -> Answer {
    let new = NewToken {
        name: form.get("name").to_owned(),
        days: form.get("tage").to_owned(),
        verfahren: form.all("verfahren"),
    };
    let error = match s.portal.token_add(&v.ctx, &new).await {
        Ok(secret) => {
            let mut m = s.portal.keys_page(&v.ctx).await?;
            m.fresh = Some(secret.to_string());
            return Ok(respond::ok(s, v, |f, a| pages::keys(f, a, &m)));
        }
        Err(error) => error,
    };
    let PortalError::Invalid { fields } = error.public() else { return Err(error.into()) };
    let mut m = s.portal.keys_page(&v.ctx).await?;
    m.verfahren.iter_mut().for_each(|c| c.selected = new.verfahren.contains(&c.value));
    (m.name, m.days, m.errors) = (new.name, new.days, fields);
    Ok(respond::page(s, v, StatusCode::UNPROCESSABLE_ENTITY, |f, a| pages::keys(f, a, &m)))
}

/// Registers a public key.
async fn register(s: &AppState, v: &Visitor, form: &Pairs) -> Answer {
    let (name, pem) = (form.get("schluesselname"), form.get("pem"));
    let Err(error) = s.portal.vendor_key_add(&v.ctx, name, pem).await else {
        return Ok(respond::done(v, PATH, "key_added"));
    };
    let fields = match error.public() {
        PortalError::Invalid { fields } => fields,
        PortalError::Exists => vec![FieldError::new("pem", "key_exists")],
        _ => return Err(error.into()),
    };
    let mut m = s.portal.keys_page(&v.ctx).await?;
    name.clone_into(&mut m.key_name);
    // What should not have been sent at all does not come back either.
    if fields.iter().all(|e| e.code != "key_private") {
        pem.clone_into(&mut m.pem);
    }
    m.errors = fields;
    Ok(respond::page(s, v, StatusCode::UNPROCESSABLE_ENTITY, |f, a| pages::keys(f, a, &m)))
}

/// Says whether all packages must be signed.
async fn require(s: &AppState, v: &Visitor, required: bool) -> Answer {
    let Err(error) = s.portal.signatures_require(&v.ctx, required).await else {
        let word = if required { "signatures_required" } else { "signatures_optional" };
        return Ok(respond::done(v, PATH, word));
    };
    let (status, errors) = Failure::from(error).in_form()?;
    let mut m = s.portal.keys_page(&v.ctx).await?;
    m.errors = errors;
    Ok(respond::page(s, v, status, |f, a| pages::keys(f, a, &m)))
}

/// `GET /zugangsschluessel/{id}/zuruecknehmen`
pub async fn token(State(s): State<AppState>, v: Visitor, Path(id): Path<String>) -> Answer {
    let m = s.portal.keys_page(&v.ctx).await?;
    let row = m.tokens.iter().find(|t| t.live && t.id.to_string() == id).ok_or_else(Failure::not_found)?;
    Ok(respond::ok(&s, &v, |f, a| pages::revoke(f, a, pages::Revoked::Token(&id, &row.name))))
}

/// `POST /zugangsschluessel/{id}/zuruecknehmen`
pub async fn token_send(State(s): State<AppState>, v: Visitor, Path(id): Path<String>) -> Answer {
    let id: TokenId = id.parse().map_err(|_| Failure::not_found())?;
    s.portal.token_revoke(&v.ctx, id).await?;
    Ok(respond::done(&v, PATH, "key_revoked"))
}

/// `GET /zugangsschluessel/oeffentlich/{id}/zuruecknehmen`
pub async fn public(State(s): State<AppState>, v: Visitor, Path(id): Path<String>) -> Answer {
    let m = s.portal.keys_page(&v.ctx).await?;
    let found = m.keys.iter().find(|k| k.revoked_at.is_none() && k.id.to_string() == id);
    let row = found.ok_or_else(Failure::not_found)?;
    Ok(respond::ok(&s, &v, |f, a| pages::revoke(f, a, pages::Revoked::Public(&id, &row.name))))
}

/// `POST /zugangsschluessel/oeffentlich/{id}/zuruecknehmen`
pub async fn public_send(State(s): State<AppState>, v: Visitor, Path(id): Path<String>) -> Answer {
    let id: VendorKeyId = id.parse().map_err(|_| Failure::not_found())?;
    s.portal.vendor_key_revoke(&v.ctx, id).await?;
    Ok(respond::done(&v, PATH, "key_revoked"))
}
