//! A fresh database for one test.

use super::Storage;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file in a temporary directory.
    Sqlite,
    /// A database of its own on the server that `PORTAL_TEST_POSTGRES` names.
    Postgres,
}

/// A migrated database that nobody else uses.
pub struct Fresh {
    /// The database.
    pub storage: Storage,
    /// Its address, for looking at it past the storage.
    pub url: String,
    dir: Option<tempfile::TempDir>,
}

impl Fresh {
    /// Makes one; `None` if there is no PostgreSQL to make it on.
    pub async fn new(kind: Kind) -> Option<Self> {
        let fresh = match kind {
            Kind::Sqlite => {
                let dir = tempfile::tempdir().unwrap();
                let url = format!("sqlite://{}", dir.path().join("portal.db").display());
                Self { storage: Storage::open(&url).await.unwrap(), url, dir: Some(dir) }
            }
            Kind::Postgres => {
                let Some(server) = server() else {
                    println!("skipped: PORTAL_TEST_POSTGRES is not set");
                    return None;
                };
                let name = format!("portal_test_{}", uuid::Uuid::now_v7().simple());
                on_server(&server, format!("CREATE DATABASE {name}")).await;
                let url = with_database(&server, &name);
                Self { storage: Storage::open(&url).await.unwrap(), url, dir: None }
            }
        };
        fresh.storage.migrate().await.unwrap();
        Some(fresh)
    }

    /// Removes it.
    pub async fn remove(self) {
        self.storage.close().await;
        if self.dir.is_none() {
            let name = self.url.split('?').next().unwrap().rsplit('/').next().unwrap();
            on_server(&server().unwrap(), format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }

    /// Runs statements past the storage, as somebody with access to the database could.
    pub async fn try_tamper(&self, sql: &str) -> Result<(), sqlx::Error> {
        if self.dir.is_some() {
            let mut connection = SqliteConnection::connect(&self.url).await?;
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
            connection.close().await
        } else {
            let mut connection = PgConnection::connect(&self.url).await?;
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
            connection.close().await
        }
    }

    /// The same, when it has to work.
    pub async fn tamper(&self, sql: &str) {
        self.try_tamper(sql).await.unwrap();
    }

    /// Switches a trigger off, as somebody with access to the database could.
    pub async fn drop_trigger(&self, name: &str, table: &str) {
        let sql = match self.dir {
            Some(_) => format!("DROP TRIGGER {name}"),
            None => format!("DROP TRIGGER {name} ON {table}"),
        };
        self.tamper(&sql).await;
    }
}

fn server() -> Option<String> {
    std::env::var("PORTAL_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

fn with_database(server: &str, name: &str) -> String {
    let (address, options) = server.split_once('?').map_or((server, ""), |(a, o)| (a, o));
    let host = address.rsplit_once('/').map_or(address, |(host, _)| host);
    format!("{host}/{name}?{options}")
}

async fn on_server(server: &str, sql: String) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
}
