//! Several transactions of SQLite with one flush to the disk. Flushing takes far longer than writing a few rows; so each
//! transaction is a savepoint, those that wait for their turn meanwhile follow in the same outer transaction, and all of
//! them are told that they last only after the one commit.

use crate::error::{store_error, unreadable};
use portal_core::ports::{StoreError, StoreResult};
use sqlx::{Sqlite, SqliteConnection, SqlitePool, pool::PoolConnection};
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

/// How a savepoint was left; carried out by whoever comes next, so that a dropped future leaves nothing in doubt.
#[derive(Debug, Clone, Copy)]
enum Left {
    Done,
    Abandoned,
}

/// The outer transaction.
#[derive(Debug, Default)]
struct Group {
    connection: Option<PoolConnection<Sqlite>>,
    left: Option<Left>,
    /// The outer transaction is lost (a full disk ends it, for example): nothing in it lasts.
    broken: bool,
    waiting: Vec<oneshot::Sender<StoreResult<()>>>,
}

impl Group {
    async fn run(&mut self, sql: &'static str) -> StoreResult<()> {
        let connection = self.connection.as_mut().ok_or_else(|| unreadable("no transaction"))?;
        sqlx::raw_sql(sql).execute(&mut **connection).await.map(drop).map_err(store_error)
    }

    /// Carries out what the one before left.
    async fn settle(&mut self) {
        let sql = match self.left.take() {
            None => return,
            Some(Left::Done) => "RELEASE one",
            Some(Left::Abandoned) => "ROLLBACK TO one; RELEASE one",
        };
        self.broken |= self.run(sql).await.is_err();
    }

    async fn open(&mut self, pool: &SqlitePool) -> StoreResult<()> {
        self.connection = Some(pool.acquire().await.map_err(store_error)?);
        let begun = self.run("BEGIN IMMEDIATE").await;
        if begun.is_err() {
            self.connection = None;
        }
        begun
    }

    /// Makes everything lasting, and says so to those who wait.
    async fn flush(&mut self) {
        self.settle().await;
        if self.connection.is_none() {
            return;
        }
        let mut result = Err(StoreError::Database("the transaction was lost".to_owned()));
        if !self.broken {
            result = self.run("COMMIT").await;
        }
        if result.is_err() {
            // Fails if there is none left, which is all that is wanted.
            drop(self.run("ROLLBACK").await);
        }
        self.connection = None;
        self.broken = false;
        for waiting in self.waiting.drain(..) {
            let told = match &result {
                Ok(()) => Ok(()),
                Err(error) => Err(StoreError::Database(error.to_string())),
            };
            drop(waiting.send(told));
        }
    }
}

/// The one connection that writes.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    pool: SqlitePool,
    turn: Arc<Mutex<Group>>,
}

impl Writer {
    pub(crate) fn new(pool: SqlitePool) -> Self {
        Self { pool, turn: Arc::default() }
    }

    pub(crate) fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// Waits for its turn. In a task of its own: whoever stops waiting must not leave half a step behind.
    pub(crate) async fn begin(&self) -> StoreResult<GroupTx> {
        let writer = self.clone();
        let begun = tokio::spawn(async move { writer.take_turn().await }).await;
        begun.map_err(|_| StoreError::Database("stopping".to_owned()))?
    }

    async fn take_turn(self) -> StoreResult<GroupTx> {
        let mut group = Arc::clone(&self.turn).lock_owned().await;
        group.settle().await;
        if group.broken {
            group.flush().await;
        }
        if group.connection.is_none() {
            group.open(&self.pool).await?;
            // Queues behind those who wait by now; they all become part of this group.
            let turn = Arc::clone(&self.turn);
            tokio::spawn(async move { turn.lock().await.flush().await });
        }
        let saved = group.run("SAVEPOINT one").await;
        if saved.is_err() {
            group.broken = true;
        }
        saved.map(|()| GroupTx { group: Some(group) })
    }
}

/// A transaction of a group. Dropped without [`GroupTx::commit`], it leaves nothing.
#[derive(Debug)]
pub(crate) struct GroupTx {
    group: Option<OwnedMutexGuard<Group>>,
}

impl GroupTx {
    /// What statements run on.
    pub(crate) fn connection(&mut self) -> StoreResult<&mut SqliteConnection> {
        let connection = self.group.as_mut().and_then(|group| group.connection.as_deref_mut());
        connection.ok_or_else(|| unreadable("no transaction"))
    }

    /// Lets the next one go on, and waits until this and those around it are on the disk.
    pub(crate) async fn commit(mut self) -> StoreResult<()> {
        let (tell, told) = oneshot::channel();
        if let Some(mut group) = self.group.take() {
            group.left = Some(Left::Done);
            group.waiting.push(tell);
        }
        told.await.map_err(|_| StoreError::Database("stopping".to_owned()))?
    }
}

impl Drop for GroupTx {
    fn drop(&mut self) {
        if let Some(group) = &mut self.group {
            group.left = Some(Left::Abandoned);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

    async fn writer(dir: &tempfile::TempDir) -> Writer {
        let options = SqliteConnectOptions::new().filename(dir.path().join("t.db")).create_if_missing(true);
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
        sqlx::raw_sql("CREATE TABLE t (n INTEGER PRIMARY KEY)").execute(&pool).await.unwrap();
        Writer::new(pool)
    }

    async fn insert(tx: &mut GroupTx, n: i64) -> bool {
        let connection = tx.connection().unwrap();
        sqlx::query("INSERT INTO t VALUES ($1)").bind(n).execute(connection).await.is_ok()
    }

    async fn rows(writer: &Writer) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM t").fetch_one(writer.pool()).await.unwrap()
    }

    #[tokio::test]
    async fn who_is_refused_or_gives_up_leaves_nothing_and_the_neighbours_last() {
        let dir = tempfile::tempdir().unwrap();
        let writer = writer(&dir).await;
        let tasks: Vec<_> = (0..60_i64)
            .map(|n| {
                let writer = writer.clone();
                tokio::spawn(async move {
                    let mut tx = writer.begin().await.unwrap();
                    assert!(insert(&mut tx, n).await);
                    match n % 3 {
                        0 => tx.commit().await.unwrap(),
                        1 => assert!(!insert(&mut tx, n).await, "the same once more"),
                        _ => drop(tx),
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(rows(&writer).await, 20);
    }

    #[tokio::test]
    async fn a_lost_transaction_is_an_error_for_all_in_it_and_the_next_one_begins_anew() {
        let dir = tempfile::tempdir().unwrap();
        let writer = writer(&dir).await;
        let mut lost = writer.begin().await.unwrap();
        assert!(insert(&mut lost, 1).await);
        // As SQLite does by itself when the disk is full.
        sqlx::raw_sql("ROLLBACK").execute(lost.connection().unwrap()).await.unwrap();
        lost.commit().await.unwrap_err();
        let mut next = writer.begin().await.unwrap();
        assert!(insert(&mut next, 2).await);
        next.commit().await.unwrap();
        assert_eq!(rows(&writer).await, 1);
    }
}
