//! Lists: Nachnutzungen, Arbeitsvorrat, Protokoll, Rechenzentren.

use crate::{
    AppState,
    web::{Answer, Pairs, Visitor, form::Query, respond},
};
use axum::extract::State;
use portal_app::pages;
use portal_core::use_cases::{CaseListQuery, InstallationListQuery, WorkListQuery};
use portal_model::pages::audit::AuditQuery;

/// `GET /nachnutzungen`
pub async fn requests(State(s): State<AppState>, v: Visitor, Query(q): Query) -> Answer {
    let m = s.portal.request_list_page(&v.ctx, &case_query(&q)).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::request_list(f, a, &m)))
}

/// `GET /arbeitsvorrat`
pub async fn work(State(s): State<AppState>, v: Visitor, Query(q): Query) -> Answer {
    let query = WorkListQuery {
        q: text(&q, "q"),
        aufgabe: text(&q, "aufgabe"),
        zustaendig: text(&q, "zustaendig"),
        verwaltung: text(&q, "verwaltung"),
        nach: cursor(&q),
    };
    let m = s.portal.work_list_page(&v.ctx, &query).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::work_list(f, a, &m)))
}

/// `GET /protokoll`
pub async fn audit(State(s): State<AppState>, v: Visitor, Query(q): Query) -> Answer {
    let m = s.portal.audit_page(&v.ctx, &audit_query(&q)).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::audit(f, a, &m)))
}

/// `GET /rechenzentren`
pub async fn data_centres(State(s): State<AppState>, v: Visitor) -> Answer {
    let m = s.portal.data_centres_page(&v.ctx).await?;
    Ok(respond::ok(&s, &v, |f, a| pages::data_centres(f, a, &m)))
}

/// Filters of Nachnutzungen.
pub fn case_query(q: &Pairs) -> CaseListQuery {
    CaseListQuery {
        q: text(q, "q"),
        phase: text(q, "phase"),
        verwaltung: text(q, "verwaltung"),
        nach: cursor(q),
    }
}

/// Filters of installations.
pub fn installation_query(q: &Pairs) -> InstallationListQuery {
    InstallationListQuery { q: text(q, "q"), verwaltung: text(q, "verwaltung"), nach: cursor(q) }
}

/// Filters of the record.
pub fn audit_query(q: &Pairs) -> AuditQuery {
    AuditQuery {
        q: text(q, "q"),
        aktion: text(q, "aktion"),
        verwaltung: text(q, "verwaltung"),
        von: text(q, "von"),
        bis: text(q, "bis"),
        nach: cursor(q),
    }
}

fn text(q: &Pairs, name: &str) -> String {
    q.get(name).chars().take(200).collect()
}

fn cursor(q: &Pairs) -> Option<String> {
    q.opt("nach").filter(|n| !n.is_empty() && n.len() <= 200).map(str::to_owned)
}
