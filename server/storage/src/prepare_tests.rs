//! Every statement is prepared on both databases: a typo or a word that only one of them knows cannot hide.

use crate::{
    audit, case, catalogue, data_centre, db::Db, dialect, event, evidence, failures, feedback, installation, operating,
    operation,
};
use crate::{organisation, package, person, request, seal, session, sql::Query, submission, trial, vendor};
use portal_core::ports::{
    AuditFilter, CaseOrder, CaseQuery, Component, ComponentCursor, ComponentSearch, Scope, SubmissionQuery,
};
use portal_model::{
    AuditId, FeedbackId, Land, OrganisationId, PersonId, ReleaseId, RequestId, SubmissionId, Timestamp, VerfahrenId,
    installation::InstallationState, reference::Reference, request::RequestState, submission::SubmissionState,
};
use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};
use uuid::Uuid;

use crate::Storage;
#[path = "../tests/common/mod.rs"]
#[expect(dead_code, reason = "made for the conformance suite, of which this test needs a part")]
mod common;
use common::{Fresh, Kind};

fn fixed() -> Vec<(String, String)> {
    let lists = [
        ("audit", audit::ALL),
        ("case", case::ALL),
        ("catalogue", catalogue::ALL),
        ("data_centre", data_centre::ALL),
        ("event", event::ALL),
        ("evidence", evidence::ALL),
        ("failures", failures::ALL),
        ("feedback", feedback::ALL),
        ("installation", installation::ALL),
        ("operating", operating::ALL),
        ("operation", operation::ALL),
        ("organisation", organisation::ALL),
        ("package", package::ALL),
        ("person", person::ALL),
        ("request", request::ALL),
        ("seal", seal::ALL),
        ("session", session::ALL),
        ("submission", submission::ALL),
        ("trial", trial::ALL),
        ("vendor", vendor::ALL),
    ];
    let named = |(file, list): &(&str, &[(&str, &str)])| {
        list.iter().map(|(name, sql)| (format!("{file}::{name}"), (*sql).to_owned())).collect::<Vec<_>>()
    };
    lists.iter().flat_map(named).collect()
}

fn scopes() -> Vec<Scope> {
    let (tenants, laender) = (vec![OrganisationId(Uuid::nil()); 2], vec![Land::BAYERN]);
    vec![
        Scope::default(),
        Scope { all: true, ..Scope::default() },
        Scope { tenants: tenants.clone(), ..Scope::default() },
        Scope { laender: laender.clone(), ..Scope::default() },
        Scope { limited: vec![(tenants[0], vec![VerfahrenId(Uuid::nil()); 2])], tenants, laender, ..Scope::default() },
        Scope { untenanted: true, ..Scope::default() },
    ]
}

fn built() -> Vec<(String, String)> {
    let mut queries: Vec<(&str, Query)> = vec![
        ("mandates of nobody", person::mandates_query(&[], Timestamp(0))),
        ("mandates", person::mandates_query(&[OrganisationId(Uuid::nil()); 3], Timestamp(0))),
    ];
    for scope in scopes() {
        let (list, count) = audit::queries(&AuditFilter { scope: scope.clone(), ..AuditFilter::default() });
        queries.extend([("audit", list), ("audit count", count)]);
        let query = CaseQuery { scope, ..CaseQuery::default() };
        let (lines, count) = case::line_queries(&query);
        queries.extend([("case", case::list_query(&query)), ("case line", lines), ("case count", count)]);
    }
    for scope in scopes() {
        let after = Some(ComponentCursor {
            version: String::new(),
            release: ReleaseId(Uuid::nil()),
            number: 0,
            installation: None,
        });
        let (key, name) = (ComponentSearch::Key(String::new()), ComponentSearch::Word(String::new()));
        queries.push(("component uses", package::uses_query(&scope, &key, None, None, 1)));
        queries.push(("component uses after", package::uses_query(&scope, &name, Some(""), after, 1)));
        let (list, count) = submission::queries(&SubmissionQuery {
            scope,
            states: SubmissionState::ALL.to_vec(),
            verfahren_any: Some(vec![VerfahrenId(Uuid::nil())]),
            exactly: Some(String::new()),
            after: Some((Timestamp(0), SubmissionId(Uuid::nil()))),
            limit: 1,
        });
        queries.extend([("submission", list), ("submission count", count)]);
    }
    let component = Component {
        name: String::new(),
        version: String::new(),
        purl: String::new(),
        search_key: String::new(),
        name_key: String::new(),
        licence: String::new(),
    };
    queries.push(("components", package::components_insert("", &[(0, &component), (1, &component)])));
    queries.push(("component words", package::words_insert("", &[(0, &component, ""), (1, &component, "")])));
    let before = Some((Timestamp(0), FeedbackId(Uuid::nil())));
    queries.push(("feedback open", feedback::open_query(&[VerfahrenId(Uuid::nil()); 2], 1)));
    queries.push(("feedback", feedback::list_query(VerfahrenId(Uuid::nil()), None, 1)));
    queries.push(("feedback before", feedback::list_query(VerfahrenId(Uuid::nil()), before, 1)));
    let everything = AuditFilter {
        scope: Scope { all: true, ..Scope::default() },
        action: Some(String::new()),
        municipality: Some(OrganisationId(Uuid::nil())),
        subject: Some(String::new()),
        request: Some(RequestId(Uuid::nil())),
        from: Some(Timestamp(0)),
        until: Some(Timestamp(0)),
        before: Some(AuditId(Uuid::nil())),
        limit: 1,
    };
    let (list, count) = audit::queries(&everything);
    queries.extend([("audit with every filter", list), ("audit count with every filter", count)]);
    let reference = Reference::parse("NA-2345-6789");
    for (order, reference, verfahren_any) in [
        (CaseOrder::NewestFirst, reference.clone(), Some(vec![VerfahrenId(Uuid::nil())])),
        (CaseOrder::OldestFirst, None, Some(Vec::new())),
        (CaseOrder::OldestFirst, reference, None),
    ] {
        let query = CaseQuery {
            scope: Scope { all: true, ..Scope::default() },
            states: RequestState::ALL.to_vec(),
            installation_states: InstallationState::ALL.to_vec(),
            installed_only: true,
            municipality: Some(OrganisationId(Uuid::nil())),
            verfahren: Some(VerfahrenId(Uuid::nil())),
            assigned_to: Some(PersonId(Uuid::nil())),
            unassigned: true,
            reference,
            verfahren_any,
            order,
            after: Some((Timestamp(0), RequestId(Uuid::nil()))),
            limit: 1,
        };
        let (lines, count) = case::line_queries(&query);
        let cases = case::list_query(&query);
        queries.extend([("case with every filter", cases), ("case line with every filter", lines)]);
        queries.push(("case count with every filter", count));
    }
    queries.into_iter().map(|(name, query)| (name.to_owned(), query.parts().0.to_owned())).collect()
}

async fn prepare_all(kind: Kind) {
    let Some(fresh) = Fresh::new(kind).await else { return };
    let postgres = fresh.storage.is_postgres();
    let mut statements = fixed();
    statements.extend(built());
    statements.push(("claim".to_owned(), dialect::claim(postgres)));
    if postgres {
        statements.extend(dialect::ALL.iter().map(|(name, sql)| ((*name).to_owned(), (*sql).to_owned())));
    }
    assert!(statements.len() > 100, "{}", statements.len());
    for (name, sql) in statements {
        let sql_text = AssertSqlSafe(sql.clone()).into_sql_str();
        let failed = match fresh.storage.db() {
            Db::Sqlite { reader, .. } => reader.acquire().await.unwrap().prepare(sql_text).await.err(),
            Db::Postgres(pool) => pool.acquire().await.unwrap().prepare(sql_text).await.err(),
        };
        assert!(failed.is_none(), "{name}: {failed:?}\n{sql}");
    }
    fresh.remove().await;
}

#[tokio::test]
async fn sqlite_prepares_every_statement() {
    prepare_all(Kind::Sqlite).await;
}

#[tokio::test]
async fn postgres_prepares_every_statement() {
    prepare_all(Kind::Postgres).await;
}
