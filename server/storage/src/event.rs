//! Events: positions without a gap, visible in the order of their positions.

use crate::{
    Storage,
    db::{Row, Tx, args, json},
    sql::statements,
};
use portal_core::ports::StoreResult;
use portal_model::{
    OperationId, RequestId,
    event::{Event, NewEvent},
};

macro_rules! columns {
    () => {
        "seq, at, municipality, request, installation, operation, code, params"
    };
}

statements! {
    /// Takes positions for entries of the record and for events; the row stays locked until the commit.
    TAKE_POSITIONS =
        "UPDATE journal_position SET audit = audit + $1, event = event + $2 WHERE id = 1 RETURNING audit, event";
    INSERT = concat!("INSERT INTO event (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    OF_REQUEST = concat!("SELECT ", columns!(), " FROM event WHERE request = $1 AND seq > $2 ORDER BY seq LIMIT $3");
    OF_OPERATION = concat!(
        "SELECT ", columns!(), " FROM event WHERE operation = $4 AND request = $1 AND seq > $2 ORDER BY seq LIMIT $3"
    );
    OF_OPERATION_ALONE =
        concat!("SELECT ", columns!(), " FROM event WHERE operation = $1 AND seq > $2 ORDER BY seq LIMIT $3");
    NEWEST_OF_OPERATION =
        concat!("SELECT ", columns!(), " FROM event WHERE operation = $1 ORDER BY seq DESC LIMIT $2");
    LAST = "SELECT event FROM journal_position WHERE id = 1";
}

fn read(row: &mut Row) -> StoreResult<Event> {
    Ok(Event {
        seq: row.get()?,
        at: row.get()?,
        municipality: row.opt()?,
        request: row.opt()?,
        installation: row.opt()?,
        operation: row.opt()?,
        code: row.get()?,
        params: row.json()?,
    })
}

/// Takes this many positions; returns the last of the record and the last of the events.
pub(crate) async fn take_positions(tx: &mut Tx, audit: i64, events: usize) -> StoreResult<(i64, i64)> {
    let events = i64::try_from(events).unwrap_or(i64::MAX);
    let row = tx.first(TAKE_POSITIONS, &args![audit, events]).await?;
    let mut row = row.ok_or_else(|| crate::error::unreadable("journal_position is empty"))?;
    Ok((row.get()?, row.get()?))
}

/// Appends events whose last position is `last`.
pub(crate) async fn append(tx: &mut Tx, events: &[NewEvent], last: i64) -> StoreResult<()> {
    let first = last - i64::try_from(events.len()).unwrap_or(i64::MAX) + 1;
    for (seq, e) in (first..).zip(events) {
        let args = args![seq, e.at, e.municipality, e.request, e.installation, e.operation, e.code, json(&e.params)?];
        tx.execute(INSERT, &args).await?;
    }
    Ok(())
}

impl Storage {
    pub(crate) async fn events_after(
        &self,
        request: RequestId,
        operation: Option<OperationId>,
        after: i64,
        limit: i64,
    ) -> StoreResult<Vec<Event>> {
        match operation {
            None => self.db().all(OF_REQUEST, &args![request, after, limit], read).await,
            Some(operation) => self.db().all(OF_OPERATION, &args![request, after, limit, operation], read).await,
        }
    }

    pub(crate) async fn events_of_operation(
        &self,
        operation: OperationId,
        after: i64,
        limit: i64,
    ) -> StoreResult<Vec<Event>> {
        self.db().all(OF_OPERATION_ALONE, &args![operation, after, limit], read).await
    }

    pub(crate) async fn newest_of_operation(&self, operation: OperationId, limit: i64) -> StoreResult<Vec<Event>> {
        let mut found = self.db().all(NEWEST_OF_OPERATION, &args![operation, limit], read).await?;
        found.reverse();
        Ok(found)
    }

    pub(crate) async fn event_position(&self) -> StoreResult<i64> {
        Ok(self.db().one(LAST, &[], Row::get).await?.unwrap_or(0))
    }
}
