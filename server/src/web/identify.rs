//! Finds out who asks, and makes a page or JSON of every error.

use crate::{
    AppState,
    web::{
        Failure, Pairs, Visitor,
        bearer::{self, Bearer},
        failure::{Shown, of_status},
        headers::RequestId,
        respond, session,
        unsent::{self, Unsent},
        visitor::{Facts, address},
    },
};
use axum::{
    Json,
    extract::{FromRequest, Request, State},
    http::{HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use portal_app::{components::address::with_query, pages};
use portal_core::Actor;
use portal_model::{Lang, PortalError};
use tower_sessions::{Session, session::Id};

/// The layer.
pub async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let asked = Asked::of(&state, &mut request);
    let visitor = match asked.actor(&state).await {
        Ok((actor, session)) => asked.visitor(&state, actor, session),
        // The access key opens nothing, or the database is away: an answer without knowing who asks.
        Err(failure) => {
            let visitor = asked.visitor(&state, Actor::Anonymous, None);
            let mut response = shown(&state, &visitor, &method, failure.into_response());
            if asked.key.is_some() {
                bearer::explain(&mut response);
            }
            return response;
        }
    };
    request.extensions_mut().insert(visitor.clone());
    let mut response = shown(&state, &visitor, &method, next.run(request).await);
    if visitor.is_signed_in() {
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

/// The layer of routes for people who are signed in.
pub async fn signed_in(visitor: Visitor, request: Request, next: Next) -> Response {
    if visitor.is_signed_in() {
        return next.run(request).await;
    }
    let is_form = request.method() == Method::POST && !is_api(request.uri());
    let mut response = Failure::new(PortalError::SignInRequired).into_response();
    if is_form
        && let Ok(sent) = Pairs::from_request(request, &()).await
        && !sent.0.is_empty()
    {
        response.extensions_mut().insert(Unsent(sent));
    }
    response
}

/// The layer of routes that are for people: a pipeline's access key does not reach them, whatever its maker may do.
pub async fn people(visitor: Visitor, request: Request, next: Next) -> Response {
    if visitor.ctx.token().is_none() {
        next.run(request).await
    } else {
        Failure::rule("key_not_admitted", StatusCode::FORBIDDEN).into_response()
    }
}

/// What a request says of who asks.
struct Asked {
    uri: Uri,
    request_id: String,
    /// Only if our cookie came along: without it the database is not asked.
    session: Option<Session>,
    /// Below `/api/` only. It wins over a session.
    key: Option<Bearer>,
}

impl Asked {
    fn of(state: &AppState, request: &mut Request) -> Self {
        let key = if is_api(request.uri()) { Bearer::take(request) } else { None };
        let cookie = session::cookie_name(state.web.is_https());
        let session = request.extensions().get::<Session>().filter(|_| session::has_cookie(request.headers(), cookie));
        let id = request.extensions().get::<RequestId>();
        Self {
            uri: request.uri().clone(),
            request_id: id.map(|id| id.0.clone()).unwrap_or_default(),
            session: session.cloned(),
            key,
        }
    }

    async fn actor(&self, state: &AppState) -> Result<(Actor, Option<Id>), Failure> {
        if let Some(key) = &self.key {
            return Ok((key.actor(state).await?, None));
        }
        let Some(session) = &self.session else { return Ok((Actor::Anonymous, None)) };
        let actor = session::actor(state, session).await?;
        Ok(actor.map_or((Actor::Anonymous, None), |actor| (actor, session.id())))
    }

    fn visitor(&self, state: &AppState, actor: Actor, session: Option<Id>) -> Visitor {
        let (mut lang, path) = address(&self.uri);
        if is_api(&self.uri) {
            lang = if self.query("lang") == Some("en") { Lang::En } else { Lang::De };
        }
        let notice = self.query("ok").map(str::to_owned);
        let request_id = self.request_id.clone();
        Visitor::new(Facts { ctx: state.portal.ctx(actor, lang), path, notice, request_id, session })
    }

    fn query(&self, name: &str) -> Option<&str> {
        let pairs = self.uri.query().unwrap_or_default().split('&').filter_map(|p| p.split_once('='));
        pairs.filter(|(n, _)| *n == name).map(|(_, v)| v).next_back()
    }
}

fn is_api(uri: &Uri) -> bool {
    uri.path().starts_with("/api/")
}

/// The answer, or the error that it stands for in the form that the visitor can use.
fn shown(state: &AppState, visitor: &Visitor, method: &Method, response: Response) -> Response {
    let status = response.status();
    let error = match response.extensions().get::<Shown>() {
        Some(Shown(error)) => error.clone(),
        None if status.is_client_error() || status.is_server_error() => {
            // Whatever has a body of its own kind has been answered on purpose.
            let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
            if !kind.is_empty() && !kind.starts_with("text/plain") {
                return response;
            }
            of_status(status)
        }
        None => return response,
    };
    // The same answer whether the path or the method is unknown.
    let status = if error == PortalError::NotFound { StatusCode::NOT_FOUND } else { status };
    let mut answer = if visitor.path.starts_with("/api/") {
        as_json(visitor, status, &error)
    } else if error == PortalError::SignInRequired && method.is_safe() {
        return respond::see_other(&with_query(&visitor.href("/anmelden"), [("next", visitor.path.as_str())]));
    } else if let Some(sent) = response.extensions().get::<Unsent>() {
        let m = unsent::page(state, sent);
        respond::page(state, visitor, status, |frame, assets| pages::unsent(frame, assets, &m))
    } else {
        let id = (error == PortalError::Internal).then_some(visitor.request_id.as_str());
        respond::page(state, visitor, status, |frame, assets| pages::error(frame, assets, &error, id))
    };
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// `{"code": …, "request_id": …}` with what belongs to the code.
fn as_json(visitor: &Visitor, status: StatusCode, error: &PortalError) -> Response {
    let mut body = serde_json::to_value(error).unwrap_or_default();
    if let PortalError::Invalid { fields } = error {
        let fields = fields.iter().map(|f| {
            serde_json::json!({
                "path": f.path, "code": f.code, "params": f.params, "text": f.text(visitor.ctx.lang).text,
            })
        });
        body["fields"] = fields.collect();
    }
    body["request_id"] = visitor.request_id.clone().into();
    (status, Json(body)).into_response()
}
