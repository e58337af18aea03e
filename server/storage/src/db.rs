//! The thin layer over both drivers: arguments and rows without type parameters, so that the rest of the crate is
//! compiled once.

use crate::{
    error::{store_error, unreadable},
    group::{GroupTx, Writer},
};
use portal_core::ports::{Sealed, StoreError, StoreResult};
use portal_model::{ars::Ars, reference::Reference, *};
use serde::{
    Deserialize,
    de::{DeserializeOwned, IntoDeserializer, value::Error as ValueError},
};
use sqlx::{AssertSqlSafe, Column, Postgres, Row as _, Sqlite, Transaction, TypeInfo, ValueRef};

/// A value to bind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Arg {
    /// TEXT.
    Text(Option<String>),
    /// BIGINT.
    Int(Option<i64>),
    /// BLOB or BYTEA.
    Bytes(Vec<u8>),
}

/// Arguments in the order of their placeholders.
macro_rules! args {
    ($($value:expr),* $(,)?) => { [$($crate::db::Arg::from($value)),*] };
}
pub(crate) use args;

impl From<&str> for Arg {
    fn from(v: &str) -> Self {
        Arg::Text(Some(v.to_owned()))
    }
}
impl From<&String> for Arg {
    fn from(v: &String) -> Self {
        Arg::Text(Some(v.clone()))
    }
}
impl From<String> for Arg {
    fn from(v: String) -> Self {
        Arg::Text(Some(v))
    }
}
impl From<Option<String>> for Arg {
    fn from(v: Option<String>) -> Self {
        Arg::Text(v)
    }
}
impl From<i64> for Arg {
    fn from(v: i64) -> Self {
        Arg::Int(Some(v))
    }
}
impl From<Option<i64>> for Arg {
    fn from(v: Option<i64>) -> Self {
        Arg::Int(v)
    }
}
impl From<bool> for Arg {
    fn from(v: bool) -> Self {
        Arg::Int(Some(i64::from(v)))
    }
}
impl From<Timestamp> for Arg {
    fn from(v: Timestamp) -> Self {
        Arg::Int(Some(v.0))
    }
}
impl From<Option<Timestamp>> for Arg {
    fn from(v: Option<Timestamp>) -> Self {
        Arg::Int(v.map(|t| t.0))
    }
}
impl From<&Sealed> for Arg {
    fn from(v: &Sealed) -> Self {
        Arg::Bytes(v.0.clone())
    }
}
impl From<Vec<u8>> for Arg {
    fn from(v: Vec<u8>) -> Self {
        Arg::Bytes(v)
    }
}

/// Types that are stored as text.
macro_rules! as_text {
    ($($type:ty => |$v:ident| $text:expr;)*) => {$(
        impl From<$type> for Arg {
            fn from($v: $type) -> Self {
                Arg::Text(Some($text))
            }
        }
        impl From<Option<$type>> for Arg {
            fn from(v: Option<$type>) -> Self {
                Arg::Text(v.map(|$v| $text))
            }
        }
    )*};
}

as_text! {
    OrganisationId => |v| v.to_string();
    PersonId => |v| v.to_string();
    MandateId => |v| v.to_string();
    VerfahrenId => |v| v.to_string();
    ReleaseId => |v| v.to_string();
    DataCentreId => |v| v.to_string();
    TargetId => |v| v.to_string();
    MaintenanceId => |v| v.to_string();
    RequestId => |v| v.to_string();
    ConfigurationId => |v| v.to_string();
    InstallationId => |v| v.to_string();
    DeploymentId => |v| v.to_string();
    RevisionId => |v| v.to_string();
    OperationId => |v| v.to_string();
    TestRunId => |v| v.to_string();
    AcceptanceId => |v| v.to_string();
    ActivationId => |v| v.to_string();
    AuditId => |v| v.to_string();
    SubmissionId => |v| v.to_string();
    TokenId => |v| v.to_string();
    VendorKeyId => |v| v.to_string();
    FeedbackId => |v| v.to_string();
    TrialId => |v| v.to_string();
    uuid::Uuid => |v| v.to_string();
    Land => |v| v.key();
    Ars => |v| v.as_str().to_owned();
    &Reference => |v| v.as_str().to_owned();
    organisation::OrganisationKind => |v| v.word().to_owned();
    organisation::MunicipalityKind => |v| v.word().to_owned();
    organisation::Role => |v| v.word().to_owned();
    verfahren::ReleaseState => |v| v.word().to_owned();
    data_centre::TargetKind => |v| v.word().to_owned();
    data_centre::Stage => |v| v.word().to_owned();
    request::RequestState => |v| v.word().to_owned();
    submission::SubmissionState => |v| v.word().to_owned();
    submission::SubmissionSide => |v| v.word().to_owned();
    feedback::FeedbackKind => |v| v.word().to_owned();
    installation::InstallationState => |v| v.word().to_owned();
    operation::OperationKind => |v| v.word().to_owned();
    operation::OperationState => |v| v.word().to_owned();
    operation::StepKind => |v| v.word().to_owned();
    operation::Basis => |v| v.word().to_owned();
    operation::FailureCause => |v| v.word().to_owned();
    portal_core::ports::StepRecordKind => |v| v.word().to_owned();
    activation::ActivationState => |v| v.word().to_owned();
    activation::Side => |v| v.word().to_owned();
    operating::EvidenceKind => |v| v.word().to_owned();
    event::EventCode => |v| v.word().to_owned();
    trial::TrialResult => |v| v.word().to_owned();
}

/// JSON for a TEXT column.
pub(crate) fn json(value: &impl serde::Serialize) -> StoreResult<String> {
    serde_json::to_string(value).map_err(unreadable)
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// NULL.
    Null,
    /// TEXT.
    Text(String),
    /// BIGINT.
    Int(i64),
    /// BLOB or BYTEA.
    Bytes(Vec<u8>),
}

/// A row, read from left to right.
#[derive(Debug)]
pub(crate) struct Row(std::vec::IntoIter<Value>);

impl Row {
    fn next(&mut self) -> StoreResult<Value> {
        self.0.next().ok_or_else(|| unreadable("a row is too short"))
    }

    /// Whether the next column is NULL; reads nothing.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self.0.as_slice().first(), Some(Value::Null))
    }

    /// Leaves out columns.
    pub(crate) fn skip(&mut self, columns: usize) -> StoreResult<()> {
        (0..columns).try_for_each(|_| self.next().map(drop))
    }

    /// The next column: anything that is written as text or as a number.
    pub(crate) fn get<T: DeserializeOwned>(&mut self) -> StoreResult<T> {
        self.opt()?.ok_or_else(|| unreadable("NULL"))
    }

    /// The next column, or `None` for NULL.
    pub(crate) fn opt<T: DeserializeOwned>(&mut self) -> StoreResult<Option<T>> {
        let read = match self.next()? {
            Value::Null => return Ok(None),
            Value::Text(text) => T::deserialize(IntoDeserializer::<ValueError>::into_deserializer(text)),
            Value::Int(int) => T::deserialize(IntoDeserializer::<ValueError>::into_deserializer(int)),
            Value::Bytes(_) => return Err(unreadable("bytes")),
        };
        read.map(Some).map_err(unreadable)
    }

    /// A flag.
    pub(crate) fn flag(&mut self) -> StoreResult<bool> {
        Ok(self.get::<i64>()? != 0)
    }

    /// JSON.
    pub(crate) fn json<T: for<'de> Deserialize<'de>>(&mut self) -> StoreResult<T> {
        match self.next()? {
            Value::Text(text) => serde_json::from_str(&text).map_err(unreadable),
            _ => Err(unreadable("no JSON")),
        }
    }

    /// JSON, or `None` for NULL.
    pub(crate) fn opt_json<T: for<'de> Deserialize<'de>>(&mut self) -> StoreResult<Option<T>> {
        if self.is_null() {
            return self.skip(1).map(|()| None);
        }
        self.json().map(Some)
    }

    /// Bytes.
    pub(crate) fn bytes(&mut self) -> StoreResult<Vec<u8>> {
        match self.next()? {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(unreadable("no bytes")),
        }
    }
}

/// Decodes a row of a driver by the types its columns have.
macro_rules! decode {
    ($row:expr) => {{
        let row = $row;
        let mut values = Vec::with_capacity(row.len());
        for column in row.columns() {
            let i = column.ordinal();
            let raw = row.try_get_raw(i).map_err(store_error)?;
            let value = if raw.is_null() {
                Value::Null
            } else {
                match raw.type_info().name() {
                    "TEXT" | "VARCHAR" | "NAME" => Value::Text(row.try_get_unchecked(i).map_err(store_error)?),
                    "INTEGER" | "INT8" => Value::Int(row.try_get_unchecked(i).map_err(store_error)?),
                    "INT4" => Value::Int(i64::from(row.try_get_unchecked::<i32, _>(i).map_err(store_error)?)),
                    "BLOB" | "BYTEA" => Value::Bytes(row.try_get_unchecked(i).map_err(store_error)?),
                    other => return Err(unreadable(format_args!("column {} of type {other}", column.name()))),
                }
            };
            values.push(value);
        }
        Ok::<_, StoreError>(Row(values.into_iter()))
    }};
}

/// PostgreSQL stores no NUL in a text. It is refused for both databases and by name, rather than failing in one.
fn check(args: &[Arg]) -> StoreResult<()> {
    let nul = args.iter().any(|arg| matches!(arg, Arg::Text(Some(text)) if text.contains('\0')));
    if nul { Err(StoreError::Rule("malformed".to_owned())) } else { Ok(()) }
}

/// Runs a statement with its arguments; `$sql` holds nothing but fixed fragments and placeholders.
macro_rules! query {
    ($db:ty, $sql:expr, $args:expr) => {{
        let mut query = sqlx::query::<$db>(AssertSqlSafe($sql));
        for arg in $args {
            query = match arg.clone() {
                Arg::Text(v) => query.bind(v),
                Arg::Int(v) => query.bind(v),
                Arg::Bytes(v) => query.bind(v),
            };
        }
        query
    }};
}

/// Both databases behind one face.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    /// SQLite: one connection writes, several read.
    Sqlite {
        /// The one that writes.
        writer: Writer,
        /// Those that read.
        reader: sqlx::SqlitePool,
    },
    /// PostgreSQL.
    Postgres(sqlx::PgPool),
}

impl Db {
    /// Begins a transaction that writes; on SQLite it waits for its turn.
    pub(crate) async fn begin(&self) -> StoreResult<Tx> {
        Ok(match self {
            Db::Sqlite { writer, .. } => Tx::Sqlite(writer.begin().await?),
            Db::Postgres(pool) => Tx::Postgres(pool.begin().await.map_err(store_error)?),
        })
    }

    /// Reads.
    pub(crate) async fn fetch(&self, sql: &str, args: &[Arg]) -> StoreResult<Vec<Row>> {
        check(args)?;
        match self {
            Db::Sqlite { reader, .. } => {
                let rows = query!(Sqlite, sql, args).fetch_all(reader).await.map_err(store_error)?;
                rows.into_iter().map(|row| decode!(row)).collect()
            }
            Db::Postgres(pool) => {
                let rows = query!(Postgres, sql, args).fetch_all(pool).await.map_err(store_error)?;
                rows.into_iter().map(|row| decode!(row)).collect()
            }
        }
    }

    /// Reads the first row, if there is one.
    pub(crate) async fn first(&self, sql: &str, args: &[Arg]) -> StoreResult<Option<Row>> {
        Ok(self.fetch(sql, args).await?.into_iter().next())
    }

    /// Reads and makes something of every row.
    pub(crate) async fn all<T>(
        &self,
        sql: &str,
        args: &[Arg],
        read: impl Fn(&mut Row) -> StoreResult<T>,
    ) -> StoreResult<Vec<T>> {
        self.fetch(sql, args).await?.iter_mut().map(read).collect()
    }

    /// Reads and makes something of the first row.
    pub(crate) async fn one<T>(
        &self,
        sql: &str,
        args: &[Arg],
        read: impl Fn(&mut Row) -> StoreResult<T>,
    ) -> StoreResult<Option<T>> {
        self.first(sql, args).await?.as_mut().map(read).transpose()
    }
}

/// A transaction that writes. Dropped without [`Tx::commit`], it leaves nothing.
#[derive(Debug)]
pub(crate) enum Tx {
    /// SQLite.
    Sqlite(GroupTx),
    /// PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Changes; returns how many rows.
    pub(crate) async fn execute(&mut self, sql: &str, args: &[Arg]) -> StoreResult<u64> {
        check(args)?;
        Ok(match self {
            Tx::Sqlite(tx) => {
                query!(Sqlite, sql, args).execute(tx.connection()?).await.map_err(store_error)?.rows_affected()
            }
            Tx::Postgres(tx) => {
                query!(Postgres, sql, args).execute(&mut **tx).await.map_err(store_error)?.rows_affected()
            }
        })
    }

    /// Reads inside the transaction.
    pub(crate) async fn fetch(&mut self, sql: &str, args: &[Arg]) -> StoreResult<Vec<Row>> {
        check(args)?;
        match self {
            Tx::Sqlite(tx) => {
                let rows = query!(Sqlite, sql, args).fetch_all(tx.connection()?).await.map_err(store_error)?;
                rows.into_iter().map(|row| decode!(row)).collect()
            }
            Tx::Postgres(tx) => {
                let rows = query!(Postgres, sql, args).fetch_all(&mut **tx).await.map_err(store_error)?;
                rows.into_iter().map(|row| decode!(row)).collect()
            }
        }
    }

    /// Reads the first row inside the transaction.
    pub(crate) async fn first(&mut self, sql: &str, args: &[Arg]) -> StoreResult<Option<Row>> {
        Ok(self.fetch(sql, args).await?.into_iter().next())
    }

    /// Makes everything lasting.
    pub(crate) async fn commit(self) -> StoreResult<()> {
        match self {
            Tx::Sqlite(tx) => tx.commit().await,
            Tx::Postgres(tx) => tx.commit().await.map_err(store_error),
        }
    }
}
