//! The tables of both databases are the same, and their words are those of the model.

use crate::common::{Fresh, Kind};
use portal_core::ports::StepRecordKind;
use portal_model::{
    activation::*, data_centre::*, event::*, feedback::*, installation::*, operating::*, operation::*, organisation::*,
    request::*, submission::*, trial::*, verfahren::*,
};
use sqlx::{Connection, PgConnection, Row, SqliteConnection};
use std::collections::BTreeSet;

const SQLITE: &str = concat!(
    include_str!("../../../../migrations/sqlite/0001_initial.sql"),
    include_str!("../../../../migrations/sqlite/0002_publishing.sql"),
    include_str!("../../../../migrations/sqlite/0003_targets.sql"),
    include_str!("../../../../migrations/sqlite/0004_signing.sql")
);
const POSTGRES: &str = concat!(
    include_str!("../../../../migrations/postgres/0001_initial.sql"),
    include_str!("../../../../migrations/postgres/0002_publishing.sql"),
    include_str!("../../../../migrations/postgres/0003_targets.sql"),
    include_str!("../../../../migrations/postgres/0004_signing.sql")
);

const SQLITE_COLUMNS: &str = "SELECT m.name || '.' || c.name || ' ' || c.type || CASE WHEN c.\"notnull\" = 1 THEN ' not null' ELSE '' END \
    || CASE WHEN c.pk > 0 THEN ' key' ELSE '' END FROM sqlite_master m JOIN pragma_table_info(m.name) c \
    WHERE m.type = 'table' AND substr(m.name, 1, 1) <> '_' AND substr(m.name, 1, 7) <> 'sqlite_'";
const POSTGRES_COLUMNS: &str = "SELECT c.table_name || '.' || c.column_name || ' ' || upper(c.data_type) || CASE WHEN c.is_nullable = 'NO' THEN ' not null' ELSE '' END \
    || CASE WHEN EXISTS (SELECT 1 FROM pg_index x JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = ANY (x.indkey) \
    WHERE x.indisprimary AND x.indrelid = c.table_name::regclass AND a.attname = c.column_name) THEN ' key' ELSE '' END \
    FROM information_schema.columns c WHERE c.table_schema = 'public' AND substr(c.table_name, 1, 1) <> '_'";
const SQLITE_INDEXES: &str = "SELECT m.name || ' ' || i.name || ' ' || i.\"unique\" || ' ' || i.partial || ' ' || \
    (SELECT group_concat(c.name, ',') FROM pragma_index_info(i.name) c) \
    FROM sqlite_master m JOIN pragma_index_list(m.name) i WHERE m.type = 'table' AND i.origin = 'c'";
const POSTGRES_INDEXES: &str = "SELECT t.relname || ' ' || i.relname || ' ' || x.indisunique::int || ' ' || (x.indpred IS NOT NULL)::int || ' ' || \
    (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(x.indkey) WITH ORDINALITY k(attnum, n) \
    JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.attnum) \
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
    JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = 'public' AND NOT x.indisprimary AND substr(t.relname, 1, 1) <> '_'";

#[tokio::test]
async fn both_databases_have_the_same_tables() {
    let Some(postgres) = Fresh::new(Kind::Postgres).await else { return };
    let sqlite = Fresh::new(Kind::Sqlite).await.unwrap();
    let mut lite = SqliteConnection::connect(&sqlite.url).await.unwrap();
    let mut pg = PgConnection::connect(&postgres.url).await.unwrap();
    for (ours, theirs) in [(SQLITE_COLUMNS, POSTGRES_COLUMNS), (SQLITE_INDEXES, POSTGRES_INDEXES)] {
        let left = sqlx::query(ours).fetch_all(&mut lite).await.unwrap();
        let right = sqlx::query(theirs).fetch_all(&mut pg).await.unwrap();
        let left: BTreeSet<String> = left.iter().map(|r| r.get::<String, _>(0).replace(" BLOB", " BYTEA")).collect();
        let right: BTreeSet<String> = right.iter().map(|r| r.get(0)).collect();
        assert!(left.len() > 30, "{}", left.len());
        assert_eq!(left.difference(&right).collect::<Vec<_>>(), Vec::<&String>::new(), "only in SQLite");
        assert_eq!(right.difference(&left).collect::<Vec<_>>(), Vec::<&String>::new(), "only in PostgreSQL");
    }
    drop((lite, pg));
    sqlite.remove().await;
    postgres.remove().await;
}

/// The words of every set, in the order of the model.
macro_rules! sets {
    ($($constraint:literal: $set:ty,)*) => {
        [$(($constraint, <$set>::ALL.iter().map(|w| w.word()).collect::<Vec<_>>()),)*]
    };
}

#[test]
fn the_words_in_the_tables_are_those_of_the_model() {
    let sets = sets! {
        "organisation_kind": OrganisationKind,
        "municipality_kind": MunicipalityKind,
        "membership_role": Role,
        "release_state": ReleaseState,
        "target_kind": TargetKind,
        "evidence_kind": EvidenceKind,
        "target_stage": Stage,
        "request_state": RequestState,
        "installation_state": InstallationState,
        "deployment_stage": Stage,
        "operation_kind": OperationKind,
        "operation_stage": Stage,
        "operation_basis": Basis,
        "operation_state": OperationState,
        "failure_cause": FailureCause,
        "trial_result": TrialResult,
        "step_kind": StepKind,
        "step_what": StepRecordKind,
        "activation_state": ActivationState,
        "approval_side_word": Side,
        "revision_stage": Stage,
        "event_code": EventCode,
        "submission_state": SubmissionState,
        "message_side": SubmissionSide,
        "feedback_kind": FeedbackKind,
    };
    for sql in [SQLITE, POSTGRES] {
        for (constraint, words) in &sets {
            let check = sql.split_once(&format!("CONSTRAINT {constraint} CHECK (")).unwrap().1;
            let list = check.split_once("IN (").unwrap().1.split_once(')').unwrap().0;
            let stored: Vec<&str> = list.split(", ").map(|w| w.trim_matches('\'')).collect();
            assert_eq!(&stored, words, "{constraint}");
        }
    }
}

#[test]
fn live_states_are_those_that_are_not_final() {
    let live: Vec<String> =
        OperationState::ALL.iter().filter(|s| !s.is_final()).map(|s| format!("'{}'", s.word())).collect();
    for sql in [SQLITE, POSTGRES] {
        let index = sql.split_once("INDEX operation_live ").unwrap().1.split_once(';').unwrap().0;
        let stored: BTreeSet<&str> = index.split_once("IN (").unwrap().1.trim_end_matches(')').split(", ").collect();
        assert_eq!(stored, live.iter().map(String::as_str).collect());
    }
}
