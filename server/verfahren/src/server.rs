//! Routes. The page is at `PFAD` and at `/`; the intake at `/antrag`; `/health` says that the process answers, `/bereit`
//! that applications can be stored; `/intern/…` belongs to other instances and asks for a password.

use crate::antrag::Antrag;
use crate::intake::{self, MAX_BODY};
use crate::page::{self, Form};
use crate::settings::Settings;
use crate::store::{FileStore, MAX_FILE, Store, Vorgang};
use crate::texts::{Lang, Problem};
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures::StreamExt as _;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

/// Longest body of the form, in bytes.
const MAX_PAGE: usize = 64 << 10;
/// Longest answer time. Restoring a backup takes longer and has no limit of this kind.
const PATIENCE: Duration = Duration::from_secs(30);
/// A backup is sent in pieces of this many bytes.
const PIECE: usize = 64 << 10;

#[derive(Clone)]
struct App {
    settings: Arc<Settings>,
    store: Store,
}

/// The whole application.
pub fn router(settings: Settings, store: Store) -> Router {
    let path = settings.path.clone();
    let header = |name, value: &str| {
        // Values are ours and always fit.
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static("")))
    };
    let page = || get(form).post(send).layer(DefaultBodyLimit::max(MAX_PAGE));
    let mut router = Router::new()
        .route("/", page())
        .route("/danke", get(thanks))
        .route("/antrag", post(take).layer(DefaultBodyLimit::max(MAX_BODY)))
        .route("/health", get(async || Json(json!({"status": "ok"}))))
        .route("/bereit", get(ready));
    if !path.is_empty() {
        router = router
            .route(&path, page())
            .route(&format!("{path}/danke"), get(thanks))
            .route(&format!("{path}/antrag"), post(take).layer(DefaultBodyLimit::max(MAX_BODY)));
    }
    let late = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE);
    router = router.layer(late);
    if settings.store_password.is_some() && matches!(store, Store::File(_)) {
        router = router
            .route("/intern/antraege", post(put).layer(DefaultBodyLimit::max(2 * MAX_BODY)))
            .route("/intern/sicherung", get(backup).put(restore).layer(DefaultBodyLimit::disable()));
    }
    router
        .fallback(missing)
        .layer(header(header::CONTENT_SECURITY_POLICY, &page::policy()))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .with_state(App { settings: Arc::new(settings), store })
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    lang: String,
    #[serde(default)]
    nummer: String,
}

async fn form(State(app): State<App>, Query(asked): Query<Asked>) -> Html<String> {
    let empty = Form { id: uuid::Uuid::now_v7().to_string(), ..Form::default() };
    Html(page::form(&app.settings, Lang::of(&asked.lang), &empty, &[], None))
}

async fn send(State(app): State<App>, Query(asked): Query<Asked>, body: axum::body::Bytes) -> Response {
    let lang = Lang::of(&asked.lang);
    let form = Form::read(&body);
    let errors = form.errors(lang);
    let again = |errors: &[(&str, &str)], problem: Option<Problem>| {
        let status = problem.map_or(StatusCode::UNPROCESSABLE_ENTITY, Problem::status);
        (status, Html(page::form(&app.settings, lang, &form, errors, problem))).into_response()
    };
    if !errors.is_empty() {
        return again(&errors, None);
    }
    let leika = if app.settings.leika.is_empty() { "00000000000000" } else { &app.settings.leika };
    let document = json!({
        "control": {"transactionId": form.id, "leikaIds": [leika], "formId": "formular", "name": app.settings.name},
        "formData": [{"name": "name", "value": form.name}, {"name": "anliegen", "value": form.text}],
    });
    let stored = match Antrag::parse(document.to_string().as_bytes(), &app.settings.leika) {
        Ok(antrag) => app.store.put(antrag).await,
        Err(problem) => Err(problem),
    };
    match stored {
        Ok(vorgang) => {
            let (path, number) = (&app.settings.path, vorgang.vorgang_nummer);
            Redirect::to(&format!("{path}/danke?lang={}&nummer={number}", lang.code())).into_response()
        }
        Err(problem) => again(&[], Some(problem)),
    }
}

async fn thanks(State(app): State<App>, Query(asked): Query<Asked>) -> Response {
    let lang = Lang::of(&asked.lang);
    let plain = |c: char| c.is_ascii_digit() || c == '-' || c == 'V';
    let known = match &app.store {
        Store::File(file) => file.knows(&asked.nummer),
        Store::Remote(_) => {
            asked.nummer.starts_with("V-") && asked.nummer.len() < 24 && asked.nummer.chars().all(plain)
        }
    };
    if !known {
        return (StatusCode::NOT_FOUND, Html(page::missing(&app.settings, lang))).into_response();
    }
    Html(page::thanks(&app.settings, lang, &asked.nummer)).into_response()
}

async fn missing(State(app): State<App>, Query(asked): Query<Asked>) -> Response {
    (StatusCode::NOT_FOUND, Html(page::missing(&app.settings, Lang::of(&asked.lang)))).into_response()
}

async fn ready(State(app): State<App>) -> Response {
    if app.store.is_ready().await {
        return Json(json!({"status": "ok"})).into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "store"}))).into_response()
}

/// The intake contract.
async fn take(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    let antrag = match intake::read(&headers, body, &app.settings.leika).await {
        Ok(antrag) => antrag,
        Err(problem) => return refusal(problem),
    };
    let id = antrag.transaction_id.clone();
    answer(app.store.put(antrag).await.map(|vorgang| json!({"transactionId": id, "vorgang": vorgang})))
}

/// A `formData` from an instance that stores here.
async fn put(State(app): State<App>, headers: HeaderMap, body: axum::body::Bytes) -> Response {
    if !may(&app, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Ok(antrag) = serde_json::from_slice::<Antrag>(&body) else { return refusal(Problem::NotJson) };
    answer(app.store.put(antrag).await.map(|vorgang: Vorgang| json!(vorgang)))
}

async fn backup(State(app): State<App>, headers: HeaderMap) -> Response {
    if !may(&app, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Some((file, length)) = file(&app).and_then(|file| file.snapshot().ok()) else { return refusal(Problem::Store) };
    let pieces = futures::stream::unfold(Some((file, length)), async |rest| {
        let (mut file, left) = rest.filter(|(_, left)| *left > 0)?;
        let wanted = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; wanted];
            file.read_exact(&mut piece).map(|()| (piece, file))
        });
        let read = read.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
        match read {
            Ok((piece, file)) => Some((Ok(piece), Some((file, left - wanted as u64)))),
            Err(error) => Some((Err(error), None)),
        }
    });
    ([(header::CONTENT_LENGTH, length.to_string())], Body::from_stream(pieces)).into_response()
}

async fn restore(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    if !may(&app, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Some(file) = file(&app).cloned() else { return refusal(Problem::Store) };
    match receive(&file, body).await {
        Ok(count) => Json(json!({"antraege": count})).into_response(),
        Err(error) => {
            eprintln!("restore: {error}");
            let text = json!({"fehler": {"code": "damaged", "de": "Die Sicherung ist beschädigt. Es wurde nichts geändert.",
                "en": "The backup is damaged. Nothing was changed."}});
            (StatusCode::UNPROCESSABLE_ENTITY, Json(text)).into_response()
        }
    }
}

async fn receive(store: &FileStore, body: Body) -> std::io::Result<usize> {
    let mut file = tokio::fs::File::from_std(store.fresh()?);
    let mut pieces = body.into_data_stream();
    let mut length = 0;
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(std::io::Error::other)?;
        length += piece.len() as u64;
        if length > MAX_FILE {
            return Err(std::io::Error::other("too large"));
        }
        tokio::io::AsyncWriteExt::write_all(&mut file, &piece).await?;
    }
    tokio::io::AsyncWriteExt::flush(&mut file).await?;
    drop(file);
    let store = store.clone();
    tokio::task::spawn_blocking(move || store.replace()).await.map_err(std::io::Error::other)?
}

fn file(app: &App) -> Option<&FileStore> {
    match &app.store {
        Store::File(file) => Some(file),
        Store::Remote(_) => None,
    }
}

/// Whether the store's password was shown. Digests are compared, so time tells nothing of the password.
fn may(app: &App, headers: &HeaderMap) -> bool {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown = shown.and_then(|value| value.strip_prefix("Bearer "));
    match (shown, &app.settings.store_password) {
        (Some(shown), Some(password)) => Sha256::digest(shown) == Sha256::digest(password),
        _ => false,
    }
}

fn answer(stored: Result<serde_json::Value, Problem>) -> Response {
    match stored {
        Ok(answer) => Json(answer).into_response(),
        Err(problem) => refusal(problem),
    }
}

fn refusal(problem: Problem) -> Response {
    let (de, en) = (problem.text(Lang::De), problem.text(Lang::En));
    let body = json!({"fehler": {"code": problem.to_string(), "field": problem.field(), "de": de, "en": en}});
    (problem.status(), Json(body)).into_response()
}
