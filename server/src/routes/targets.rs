//! Targets as their operators run them: registering, watching, limiting, stopping, renewing.

use crate::{
    AppState,
    web::{Answer, Failure, Pairs, Visitor, respond},
};
use axum::{
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::IntoResponse,
};
use portal_app::pages::targets as pages;
use portal_core::use_cases::{CredentialInput, CredentialRefused, EvidenceForm, LimitsForm, MaintenanceForm};
use portal_model::{
    MaintenanceId, TargetId, form::FieldError, operating::Survey, operation::Failure as TargetFailure,
    pages::targets::PlanForm,
};
use zeroize::Zeroizing;

fn id(text: &str) -> Result<TargetId, Failure> {
    text.parse().map_err(|_| Failure::not_found())
}

/// Address of a target's page.
fn path(id: TargetId) -> String {
    format!("/rechenzentren/zielumgebungen/{id}")
}

/// `GET /rechenzentren/registrieren/{slug}`
pub async fn plan(State(s): State<AppState>, v: Visitor, Path(slug): Path<String>) -> Answer {
    let m = s.portal.registration_start_page(&v.ctx, &slug).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::plan(f, a, &m)))
}

/// `POST /rechenzentren/registrieren/{slug}`
pub async fn plan_send(State(s): State<AppState>, v: Visitor, Path(slug): Path<String>, form: Pairs) -> Answer {
    let text = |name: &str| form.get(name).to_owned();
    let plan = PlanForm {
        stage: text("zweck"),
        mode: text("bereiche"),
        namespace: text("namespace"),
        pattern: text("muster"),
        municipalities: form.all("verwaltungen"),
        domain: text("domain"),
        ingress_class: text("ingress_klasse"),
        storage_class: text("speicher_klasse"),
        tls_secret: text("tls_secret"),
        capacity: text("plaetze"),
    };
    let error = match s.portal.registration_start(&v.ctx, &slug, &plan).await {
        Ok(id) => {
            return Ok(respond::done(&v, &format!("/rechenzentren/registrierungen/{id}"), "registration_started"));
        }
        Err(error) => error,
    };
    let (status, fields) = Failure::from(error).in_form()?;
    let mut m = s.portal.registration_start_page(&v.ctx, &slug).await?;
    (m.form, m.errors) = (plan, fields);
    Ok(respond::page(&s, &v, status, |f, a| pages::plan(f, a, &m)))
}

/// `GET /rechenzentren/registrierungen/{id}`
pub async fn registration(State(s): State<AppState>, v: Visitor, Path(x): Path<String>) -> Answer {
    let m = s.portal.registration_page(&v.ctx, id(&x)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::registration(f, a, &m)))
}

/// `GET /rechenzentren/registrierungen/{id}/rechte.yaml`
pub async fn rights(State(s): State<AppState>, v: Visitor, Path(x): Path<String>) -> Answer {
    let yaml = s.portal.registration_yaml(&v.ctx, id(&x)?).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/yaml; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"rechte.yaml\"")),
    ];
    Ok((headers, yaml).into_response())
}

/// `POST /rechenzentren/registrierungen/{id}`
pub async fn registration_send(State(s): State<AppState>, v: Visitor, Path(x): Path<String>, form: Pairs) -> Answer {
    let id = id(&x)?;
    match form.get("aktion") {
        "verwerfen" => {
            let slug = s.portal.registration_discard(&v.ctx, id).await?;
            Ok(respond::done(&v, &format!("/rechenzentren/registrieren/{slug}"), "registration_discarded"))
        }
        "registrieren" => {
            let accept = form.opt("trotzdem").is_some();
            let Err(error) = s.portal.registration_finish(&v.ctx, id, accept).await else {
                return Ok(respond::done(&v, "/rechenzentren", "target_registered"));
            };
            let (status, fields) = Failure::from(error).in_form()?;
            let mut m = s.portal.registration_page(&v.ctx, id).await?;
            m.errors = fields;
            Ok(respond::page(&s, &v, status, |f, a| pages::registration(f, a, &m)))
        }
        _ => {
            let input = credential_of(&form);
            let Err(error) = s.portal.registration_check(&v.ctx, id, &input).await else {
                return Ok(respond::done(&v, &format!("/rechenzentren/registrierungen/{id}"), "registration_checked"));
            };
            let shown = refusal(error)?;
            let mut m = s.portal.registration_page(&v.ctx, id).await?;
            m.credential = input.shown();
            (m.errors, m.credential.failure, m.credential.survey) = (shown.fields, shown.failure, shown.survey);
            Ok(respond::page(&s, &v, shown.status, |f, a| pages::registration(f, a, &m)))
        }
    }
}

fn credential_of(form: &Pairs) -> CredentialInput {
    CredentialInput {
        way: form.get("weg").to_owned(),
        kubeconfig: Zeroizing::new(form.get("kubeconfig").to_owned()),
        server: form.get("server").to_owned(),
        ca: form.get("ca").to_owned(),
        token: Zeroizing::new(form.get("token").to_owned()),
        accept_excess: form.opt("trotzdem").is_some(),
    }
}

/// What the page says of a credential that was not taken.
struct Shown {
    status: StatusCode,
    fields: Vec<FieldError>,
    failure: Option<TargetFailure>,
    survey: Option<Survey>,
}

fn refusal(error: CredentialRefused) -> Result<Shown, Failure> {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(match error {
        CredentialRefused::Core(error) => {
            let (status, fields) = Failure::from(error).in_form()?;
            Shown { status, fields, failure: None, survey: None }
        }
        CredentialRefused::Target(failure) => {
            Shown { status, fields: Vec::new(), failure: Some(failure), survey: None }
        }
        CredentialRefused::Survey(survey, field) => {
            Shown { status, fields: vec![field], failure: None, survey: Some(*survey) }
        }
    })
}

/// `GET /rechenzentren/zielumgebungen/{id}`
pub async fn show(State(s): State<AppState>, v: Visitor, Path(x): Path<String>) -> Answer {
    let m = s.portal.operated_target_page(&v.ctx, id(&x)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::show(f, a, &m)))
}

/// `POST /rechenzentren/zielumgebungen/{id}`: stopping, and letting go on.
pub async fn show_send(State(s): State<AppState>, v: Visitor, Path(x): Path<String>, form: Pairs) -> Answer {
    let id = id(&x)?;
    if form.get("aktion") == "weiter" {
        s.portal.target_go_on(&v.ctx, id).await?;
        return Ok(respond::done(&v, &path(id), "target_goes_on"));
    }
    let reason = form.get("begruendung");
    let Err(error) = s.portal.target_stop(&v.ctx, id, reason).await else {
        return Ok(respond::done(&v, &path(id), "target_stopped"));
    };
    let (status, fields) = Failure::from(error).in_form()?;
    let mut m = s.portal.operated_target_page(&v.ctx, id).await?;
    (m.reason, m.errors) = (reason.to_owned(), fields);
    Ok(respond::page(&s, &v, status, |f, a| pages::show(f, a, &m)))
}

/// `GET /rechenzentren/zielumgebungen/{id}/einstellungen`
pub async fn settings(State(s): State<AppState>, v: Visitor, Path(x): Path<String>) -> Answer {
    let m = s.portal.target_settings_page(&v.ctx, id(&x)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::settings(f, a, &m)))
}

/// `POST /rechenzentren/zielumgebungen/{id}/einstellungen`
pub async fn settings_send(State(s): State<AppState>, v: Visitor, Path(x): Path<String>, form: Pairs) -> Answer {
    let id = id(&x)?;
    let text = |name: &str| form.get(name).to_owned();
    let mirrors = form.get("aktion") == "spiegel";
    let saved = if mirrors {
        s.portal.target_mirrors(&v.ctx, id, form.get("spiegel")).await
    } else {
        let (at_once, per_second) = (text("gleichzeitig"), text("anfragen"));
        s.portal.target_limits(&v.ctx, id, &LimitsForm { at_once, per_second, windows: text("zeitfenster") }).await
    };
    let Err(error) = saved else { return Ok(respond::done(&v, &path(id), "trials_changed")) };
    let (status, fields) = Failure::from(error).in_form()?;
    let mut m = s.portal.target_settings_page(&v.ctx, id).await?;
    if mirrors {
        m.mirrors = text("spiegel");
    } else {
        (m.at_once, m.per_second, m.windows) = (text("gleichzeitig"), text("anfragen"), text("zeitfenster"));
    }
    m.errors = fields;
    Ok(respond::page(&s, &v, status, |f, a| pages::settings(f, a, &m)))
}

/// `GET /rechenzentren/zielumgebungen/{id}/zugang`
pub async fn credential(State(s): State<AppState>, v: Visitor, Path(x): Path<String>) -> Answer {
    let m = s.portal.target_credential_page(&v.ctx, id(&x)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::credential(f, a, &m)))
}

/// `POST /rechenzentren/zielumgebungen/{id}/zugang`
pub async fn credential_send(State(s): State<AppState>, v: Visitor, Path(x): Path<String>, form: Pairs) -> Answer {
    let id = id(&x)?;
    let (input, all) = (credential_of(&form), form.opt("alle").is_some());
    let Err(error) = s.portal.credential_rotate(&v.ctx, id, all, &input).await else {
        return Ok(respond::done(&v, &path(id), "credential_rotated"));
    };
    let shown = refusal(error)?;
    let mut m = s.portal.target_credential_page(&v.ctx, id).await?;
    (m.all, m.credential, m.errors) = (all, input.shown(), shown.fields);
    (m.credential.failure, m.credential.survey) = (shown.failure, shown.survey);
    Ok(respond::page(&s, &v, shown.status, |f, a| pages::credential(f, a, &m)))
}

/// `GET /rechenzentren/zielumgebungen/{id}/wartung`
pub async fn maintenance(State(s): State<AppState>, v: Visitor, Path(x): Path<String>) -> Answer {
    let m = s.portal.maintenance_page(&v.ctx, id(&x)?).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::maintenance(f, a, &m)))
}

/// `POST /rechenzentren/zielumgebungen/{id}/wartung`
pub async fn maintenance_send(State(s): State<AppState>, v: Visitor, Path(x): Path<String>, form: Pairs) -> Answer {
    let id = id(&x)?;
    let back = format!("{}/wartung", path(id));
    if form.get("aktion") == "absagen" {
        // What is no id is none of this target.
        let which = form.get("wartung").parse().unwrap_or(MaintenanceId(uuid::Uuid::nil()));
        s.portal.maintenance_cancel(&v.ctx, id, which).await?;
        return Ok(respond::done(&v, &back, "maintenance_cancelled"));
    }
    let text = |name: &str| form.get(name).to_owned();
    let entered = MaintenanceForm { from: text("von"), until: text("bis"), text: text("text") };
    let Err(error) = s.portal.maintenance_announce(&v.ctx, id, &entered).await else {
        return Ok(respond::done(&v, &back, "maintenance_announced"));
    };
    let (status, fields) = Failure::from(error).in_form()?;
    let mut m = s.portal.maintenance_page(&v.ctx, id).await?;
    (m.from, m.until, m.text, m.errors) = (entered.from, entered.until, entered.text, fields);
    Ok(respond::page(&s, &v, status, |f, a| pages::maintenance(f, a, &m)))
}

/// `GET /rechenzentren/nachweise/{slug}`
pub async fn evidence(State(s): State<AppState>, v: Visitor, Path(slug): Path<String>) -> Answer {
    let m = s.portal.evidence_page(&v.ctx, &slug).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::evidence(f, a, &m)))
}

/// `POST /rechenzentren/nachweise/{slug}`
pub async fn evidence_send(State(s): State<AppState>, v: Visitor, Path(slug): Path<String>, form: Pairs) -> Answer {
    let text = |name: &str| form.get(name).to_owned();
    let entered = EvidenceForm { kind: text("art"), until: text("bis"), note: text("bemerkung") };
    let Err(error) = s.portal.evidence_record(&v.ctx, &slug, &entered).await else {
        return Ok(respond::done(&v, &format!("/rechenzentren/nachweise/{slug}"), "evidence_recorded"));
    };
    let (status, fields) = Failure::from(error).in_form()?;
    let mut m = s.portal.evidence_page(&v.ctx, &slug).await?;
    (m.kind, m.until, m.note, m.errors) = (entered.kind, entered.until, entered.note, fields);
    Ok(respond::page(&s, &v, status, |f, a| pages::evidence(f, a, &m)))
}
