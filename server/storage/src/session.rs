//! Sessions of the browser. The cookie holds the id, the database only its hash.

use crate::{
    Storage,
    db::{Arg, Row, args, json},
    sql::statements,
};
use async_trait::async_trait;
use portal_core::ports::{Clock, StoreError, StoreResult};
use portal_model::Timestamp;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt, sync::Arc};
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// A session whose content did not change is written again at most this often, in seconds.
const TOUCH_SECONDS: i64 = 300;

statements! {
    INSERT = "INSERT INTO session (id_hash, content, created_at, expires_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (id_hash) DO NOTHING";
    /// Never brings back a session that was ended in the meantime.
    SAVE = "UPDATE session SET content = $2, expires_at = $3 WHERE id_hash = $1 AND (content <> $2 OR expires_at < $4)";
    NEEDS_SAVE = "SELECT 1 FROM session WHERE id_hash = $1 AND (content <> $2 OR expires_at < $3)";
    LOAD = "SELECT content, expires_at FROM session WHERE id_hash = $1 AND expires_at > $2";
    DELETE = "DELETE FROM session WHERE id_hash = $1";
    DELETE_EXPIRED = "DELETE FROM session WHERE expires_at <= $1";
}

/// The session store for `tower-sessions`.
#[derive(Clone)]
pub struct Sessions {
    storage: Storage,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions")
    }
}

impl Storage {
    /// The session store on this database. Session expiry is judged by this clock.
    pub fn sessions(&self, clock: Arc<dyn Clock>) -> Sessions {
        Sessions { storage: self.clone(), clock }
    }
}

impl Sessions {
    /// Removes sessions that have expired; returns how many.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn delete_expired(&self) -> StoreResult<u64> {
        self.change(DELETE_EXPIRED, &args![self.clock.now()]).await
    }

    async fn change(&self, sql: &'static str, args: &[Arg]) -> StoreResult<u64> {
        let mut tx = self.storage.db().begin().await?;
        let rows = tx.execute(sql, args).await?;
        tx.commit().await?;
        Ok(rows)
    }
}

fn backend(error: StoreError) -> Error {
    Error::Backend(error.to_string())
}

fn key(id: &Id) -> String {
    hex::encode(Sha256::digest(id.0.to_be_bytes()))
}

/// The content with its keys in order, so that the same content is the same text.
fn content(record: &Record) -> Result<String> {
    let sorted: BTreeMap<_, _> = record.data.iter().collect();
    json(&sorted).map_err(|e| Error::Encode(e.to_string()))
}

fn expiry(record: &Record) -> Timestamp {
    Timestamp(i64::try_from(record.expiry_date.unix_timestamp_nanos() / 1000).unwrap_or(i64::MAX))
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // An id that exists already is never taken over: another is tried.
        loop {
            let args = args![key(&record.id), content(record)?, self.clock.now(), expiry(record)];
            if self.change(INSERT, &args).await.map_err(backend)? == 1 {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let (key, content, expiry) = (key(&record.id), content(record)?, expiry(record));
        let touched = expiry.plus_seconds(-TOUCH_SECONDS);
        // Reading first keeps requests that change nothing away from SQLite's one writer.
        let found = self.storage.db().first(NEEDS_SAVE, &args![&key, &content, touched]).await.map_err(backend)?;
        if found.is_some() {
            self.change(SAVE, &args![key, content, expiry, touched]).await.map_err(backend)?;
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let read = |row: &mut Row| Ok((row.json()?, row.get::<Timestamp>()?));
        let found = self.storage.db().one(LOAD, &args![key(id), self.clock.now()], read).await.map_err(backend)?;
        found
            .map(|(data, expires)| {
                let expiry_date = OffsetDateTime::from_unix_timestamp_nanos(i128::from(expires.0) * 1000)
                    .map_err(|e| Error::Decode(e.to_string()))?;
                Ok(Record { id: *id, data, expiry_date })
            })
            .transpose()
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.change(DELETE, &args![key(id)]).await.map(drop).map_err(backend)
    }
}
