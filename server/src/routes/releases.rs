//! Versions of Verfahren, feedback on them, and what they are made of.

use crate::{
    AppState,
    routes::packages::lines,
    web::{Answer, Failure, Pairs, Visitor, form::Query, page_cache::NotKept, respond},
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use portal_app::pages::packages as pages;
use portal_core::use_cases::ReleaseEnd;
use portal_model::{PortalError, form::FieldError, verfahren::ReleaseState};

/// `GET /verfahren/{slug}/versionen/{version}`
pub async fn show(State(s): State<AppState>, v: Visitor, Path((slug, version)): Path<(String, String)>) -> Answer {
    let m = s.portal.version_page(&v.ctx, &slug, &version).await?;
    let mut page = respond::ok(&s, &v, |f, a| pages::version(f, a, &m));
    if m.changelog_unread {
        page.extensions_mut().insert(NotKept);
    }
    Ok(page)
}

/// `GET /verfahren/{slug}/versionen`
pub async fn list(State(s): State<AppState>, v: Visitor, Path(slug): Path<String>) -> Answer {
    let m = s.portal.releases_page(&v.ctx, &slug).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::releases(f, a, &m)))
}

/// `GET /verfahren/{slug}/versionen/{version}/aendern`
pub async fn change(State(s): State<AppState>, v: Visitor, Path((slug, version)): Path<(String, String)>) -> Answer {
    let m = s.portal.release_end_page(&v.ctx, &slug, &version).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::release_end(f, a, &m)))
}

/// `POST /verfahren/{slug}/versionen/{version}/aendern`
pub async fn change_send(
    State(s): State<AppState>,
    v: Visitor,
    Path((slug, version)): Path<(String, String)>,
    form: Pairs,
) -> Answer {
    // Whoever may not see the versions is told so before the form is looked at.
    let mut m = s.portal.release_end_page(&v.ctx, &slug, &version).await?;
    let (laender, municipalities) = (form.all("land"), lines(form.get("verwaltung")));
    let security_fix = form.opt("sicherheit").is_some();
    let entered = ReleaseEnd {
        state: form.get("stand").to_owned(),
        note: form.get("begruendung").to_owned(),
        replacement: form.get("ersatz").to_owned(),
    };
    let done = match form.get("aktion") {
        "kreis" => s.portal.release_limit(&v.ctx, &slug, &version, &laender, &municipalities, security_fix).await,
        "stand" if must_confirm(&m.states, &entered) && form.get("bestaetigt") != "ja" => {
            m.confirm = true;
            enter(&mut m, entered);
            return Ok(respond::ok(&s, &v, |f, a| pages::release_end(f, a, &m)));
        }
        "stand" => s.portal.release_end(&v.ctx, &slug, &version, &entered).await,
        _ => return Err(Failure::rule("malformed", StatusCode::UNPROCESSABLE_ENTITY)),
    };
    let Err(error) = done else {
        let word = match (form.get("aktion"), ReleaseState::from_word(form.get("stand"))) {
            ("kreis", _) | (_, None) => "saved",
            (_, Some(ReleaseState::Published)) => "release_published",
            (_, Some(ReleaseState::Deprecated)) => "release_deprecated",
            (_, Some(ReleaseState::Withdrawn)) => "release_withdrawn",
            (_, Some(ReleaseState::Unsafe)) => "release_unsafe",
        };
        return Ok(respond::done(&v, &format!("/verfahren/{slug}/versionen"), word));
    };
    let PortalError::Invalid { fields } = error.public() else { return Err(error.into()) };
    if form.get("aktion") == "kreis" {
        m.laender.iter_mut().for_each(|c| c.selected = laender.contains(&c.value));
        m.municipalities = municipalities.join("\n");
        m.release.security_fix = security_fix;
    }
    enter(&mut m, entered);
    m.errors = fields;
    Ok(respond::page(&s, &v, StatusCode::UNPROCESSABLE_ENTITY, |f, a| pages::release_end(f, a, &m)))
}

/// Whether it is worth asking once more: what cannot follow, and what lacks its reason, is refused at once.
fn must_confirm(states: &[ReleaseState], entered: &ReleaseEnd) -> bool {
    let state = ReleaseState::from_word(&entered.state).filter(|s| states.contains(s));
    state.is_some_and(|s| s != ReleaseState::Published) && !entered.note.trim().is_empty()
}

fn enter(m: &mut portal_model::pages::packages::ReleaseEndPage, entered: ReleaseEnd) {
    m.replacements.iter_mut().for_each(|c| c.selected = c.value == entered.replacement);
    (m.state, m.note) = (entered.state, entered.note);
}

/// `GET /verfahren/{slug}/rueckmeldungen`
pub async fn feedback(State(s): State<AppState>, v: Visitor, Path(slug): Path<String>, Query(q): Query) -> Answer {
    let m = s.portal.feedback_page(&v.ctx, &slug, cursor(&q)).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::feedback(f, a, &m)))
}

/// `POST /verfahren/{slug}/rueckmeldungen`
pub async fn feedback_send(State(s): State<AppState>, v: Visitor, Path(slug): Path<String>, form: Pairs) -> Answer {
    let path = format!("/verfahren/{slug}/rueckmeldungen");
    let mut m = s.portal.feedback_page(&v.ctx, &slug, None).await?;
    let fields = match form.get("aktion") {
        "geben" => {
            let (whom, kind, text) = (form.get("fuer"), form.get("art"), form.get("text"));
            let Err(error) = s.portal.feedback_give(&v.ctx, &slug, whom, kind, text).await else {
                return Ok(respond::done(&v, &path, "feedback_given"));
            };
            let PortalError::Invalid { fields } = error.public() else { return Err(error.into()) };
            m.speaks_for.iter_mut().for_each(|c| c.selected = c.value == whom);
            (m.kind, m.text) = (kind.to_owned(), text.to_owned());
            fields
        }
        "antworten" => {
            let id = form.get("id").parse().map_err(|_| Failure::not_found())?;
            let answer = form.get("antwort");
            let Err(error) = s.portal.feedback_answer(&v.ctx, &slug, id, answer).await else {
                return Ok(respond::done(&v, &path, "feedback_answered"));
            };
            let PortalError::Invalid { fields } = error.public() else { return Err(error.into()) };
            m.rows.items.iter_mut().filter(|row| row.id == id).for_each(|row| answer.clone_into(&mut row.answer));
            // Each answer has a field of its own.
            fields.into_iter().map(|e| FieldError { path: format!("{}-{id}", e.path), ..e }).collect()
        }
        _ => return Err(Failure::rule("malformed", StatusCode::UNPROCESSABLE_ENTITY)),
    };
    m.errors = fields;
    Ok(respond::page(&s, &v, StatusCode::UNPROCESSABLE_ENTITY, |f, a| pages::feedback(f, a, &m)))
}

/// `GET /bestandteile`
pub async fn components(State(s): State<AppState>, v: Visitor, Query(q): Query) -> Answer {
    let short = |name: &str| q.get(name).chars().take(200).collect::<String>();
    let m = s.portal.component_page(&v.ctx, &short("q"), &short("version"), cursor(&q)).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::components(f, a, &m)))
}

fn cursor(q: &Pairs) -> Option<&str> {
    q.opt("nach").filter(|n| !n.is_empty() && n.len() <= 200)
}
