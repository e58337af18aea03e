//! Opening a database, its migrations, and the wake-up after changes.

use crate::{
    db::Db,
    dialect::CHANNEL,
    error::{store_error, unreadable},
    group::Writer,
    told::{Listeners, Told},
};
use portal_core::ports::{PublicVersion, StoreResult};
use sqlx::{
    SqlSafeStr, SqlStr,
    migrate::{Migration, MigrationType, Migrator},
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{borrow::Cow, str::FromStr, sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinHandle};

/// Number, name, and the same change for both databases.
const MIGRATIONS: &[(i64, &str, &str, &str)] = &[
    (
        1,
        "initial",
        include_str!("../../../migrations/sqlite/0001_initial.sql"),
        include_str!("../../../migrations/postgres/0001_initial.sql"),
    ),
    (
        2,
        "publishing",
        include_str!("../../../migrations/sqlite/0002_publishing.sql"),
        include_str!("../../../migrations/postgres/0002_publishing.sql"),
    ),
    (
        3,
        "targets",
        include_str!("../../../migrations/sqlite/0003_targets.sql"),
        include_str!("../../../migrations/postgres/0003_targets.sql"),
    ),
    (
        4,
        "signing",
        include_str!("../../../migrations/sqlite/0004_signing.sql"),
        include_str!("../../../migrations/postgres/0004_signing.sql"),
    ),
];

/// How many connections read (SQLite) or do everything (PostgreSQL).
const CONNECTIONS: u32 = 8;
/// How long a statement waits for its turn, at most.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a database could not be opened or brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is neither `sqlite:…` nor `postgres:…`.
    #[error("the address of the database must begin with sqlite: or postgres:")]
    UnknownKind,
    /// The driver's reason.
    #[error("the database cannot be opened")]
    Open(#[from] sqlx::Error),
    /// A migration failed, or the database was migrated by a newer or changed program.
    #[error("the database cannot be migrated")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

/// An open database. Clones share its connections.
#[derive(Debug, Clone)]
pub struct Storage {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    db: Db,
    listeners: Listeners,
    /// Tells our own notifications from those of other processes.
    origin: String,
    listener: Option<JoinHandle<()>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(listener) = &self.listener {
            listener.abort();
        }
    }
}

impl Storage {
    /// Opens `sqlite://path` (made if it is missing), `sqlite::memory:` (for tests) or `postgres://…`. Inside a
    /// tokio runtime. Says nothing about the tables: see [`Storage::migrate`].
    ///
    /// # Errors
    /// [`OpenError::UnknownKind`] and [`OpenError::Open`].
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let listeners = Listeners::new();
        let origin = hex::encode(rand::random::<[u8; 8]>());
        let (db, listener) = match url.split(':').next() {
            Some("sqlite") => (open_sqlite(url).await?, None),
            Some("postgres" | "postgresql") => open_postgres(url, &listeners, &origin).await?,
            _ => return Err(OpenError::UnknownKind),
        };
        Ok(Self { inner: Arc::new(Inner { db, listeners, origin, listener }) })
    }

    /// Brings the tables up to date; safe when several processes do it at once.
    ///
    /// # Errors
    /// [`OpenError::Migrate`].
    pub async fn migrate(&self) -> Result<(), OpenError> {
        let migrations = MIGRATIONS.iter().map(|(number, name, sqlite, postgres)| {
            let sql: SqlStr = if self.is_postgres() { *postgres } else { *sqlite }.into_sql_str();
            Migration::new(*number, Cow::Borrowed(*name), MigrationType::Simple, sql, false)
        });
        let migrator = Migrator::with_migrations(migrations.collect());
        match self.db() {
            Db::Sqlite { writer, .. } => migrator.run(writer.pool()).await?,
            Db::Postgres(pool) => migrator.run(pool).await?,
        }
        Ok(())
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`portal_core::ports::StoreError::Database`].
    pub async fn ping(&self) -> StoreResult<()> {
        self.db().first("SELECT 1", &[]).await?.map(drop).ok_or_else(|| unreadable("no answer"))
    }

    /// Changes whenever a commit appended events or moved operations, in this process or (PostgreSQL) in another.
    /// Lossy: it says that there is something, not what.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.inner.listeners.changes.subscribe()
    }

    /// Grows whenever a commit changed what everybody may see, in this process or (PostgreSQL) in another.
    pub fn public(&self) -> watch::Receiver<PublicVersion> {
        self.inner.listeners.public.subscribe()
    }

    /// Whether it is PostgreSQL: only then may several processes share the database.
    pub fn is_postgres(&self) -> bool {
        self.db().is_postgres()
    }

    /// Waits for the connections to finish and closes them.
    pub async fn close(&self) {
        match self.db() {
            Db::Sqlite { writer, reader } => {
                reader.close().await;
                writer.pool().close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }

    pub(crate) fn db(&self) -> &Db {
        &self.inner.db
    }

    pub(crate) fn origin(&self) -> &str {
        &self.inner.origin
    }

    pub(crate) fn tell(&self, told: &Told) {
        self.inner.listeners.tell(told);
    }

    pub(crate) fn public_now(&self) -> PublicVersion {
        *self.inner.listeners.public.borrow()
    }
}

async fn open_sqlite(url: &str) -> Result<Db, OpenError> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(PATIENCE);
    // The one connection that writes never goes away: with `:memory:` it is the database.
    let writer = SqlitePoolOptions::new()
        .min_connections(1)
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(PATIENCE)
        .connect_with(options.clone())
        .await?;
    let reader = if url.contains(":memory:") {
        writer.clone()
    } else {
        let reading = options.pragma("query_only", "on");
        SqlitePoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE).connect_with(reading).await?
    };
    Ok(Db::Sqlite { writer: Writer::new(writer), reader })
}

async fn open_postgres(
    url: &str,
    listeners: &Listeners,
    origin: &str,
) -> Result<(Db, Option<JoinHandle<()>>), OpenError> {
    let options = PgConnectOptions::from_str(url)?.application_name("portal").options([
        ("statement_timeout", "30s"),
        ("lock_timeout", "10s"),
        ("idle_in_transaction_session_timeout", "30s"),
    ]);
    // One more, since the listener keeps one.
    let pool =
        PgPoolOptions::new().max_connections(CONNECTIONS + 1).acquire_timeout(PATIENCE).connect_with(options).await?;
    let mut listener = PgListener::connect_with(&pool).await?;
    // The task must not keep the pool from closing.
    listener.ignore_pool_close_event(false);
    listener.listen(CHANNEL).await?;
    let (listeners, origin) = (listeners.clone(), origin.to_owned());
    let task = tokio::spawn(async move {
        loop {
            match listener.try_recv().await {
                Ok(Some(said)) => {
                    if let Some(told) = Told::read(said.payload(), &origin) {
                        listeners.tell(&told);
                    }
                }
                // The connection broke and is made anew; what was said meanwhile is lost.
                Ok(None) => listeners.tell(&Told::everything()),
                Err(sqlx::Error::PoolClosed) => break,
                Err(error) => {
                    tracing::warn!(error = %store_error(error), "listening for changes failed");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    });
    Ok((Db::Postgres(pool), Some(task)))
}
